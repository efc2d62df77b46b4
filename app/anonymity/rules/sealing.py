"""Seals what a seat says while the retro is open: padded, then AES-GCM under the retro's key.

The key is kept outside the database and destroyed at close, so that logs, replicas and snapshots of the database
tell nothing afterwards. Padding hides lengths; the tag is bound in, so that a sealed row cannot be moved to another.

Sealed bytes begin with the number of their format, so that a retro in the middle of writing survives an upgrade;
those of the first format had no number and are known by their length. Old formats are opened for ever.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
MARK_BYTES = 16
ENTRY_SIZE = 2048
VOTE_SIZE = 160
FORMAT = 2
"""1: nonce and ciphertext. 2: the number before them, bound in with the tag."""
STEP = 4
"""Sizes are multiples of this, so that one byte more in front tells a numbered format from the first."""


class UnknownFormat(Exception):
    """Sealed by a newer Fencepost."""


def seal(key: bytes, tag: str, contents: Mapping[str, Any], size: int) -> bytes:
    """`contents` as JSON, padded to `size` bytes, encrypted; raises ValueError when it does not fit."""
    plain = json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > size or size % STEP:
        raise ValueError(f"{len(plain)} bytes do not fit into {size}, which is to be a multiple of {STEP}")
    nonce = os.urandom(NONCE_BYTES)
    number = bytes([FORMAT])
    return number + nonce + AESGCM(key).encrypt(nonce, plain.ljust(size), number + tag.encode())


def unseal(key: bytes, tag: str, sealed: bytes) -> dict[str, Any]:
    """The contents again, whatever format they are in; raises `cryptography.exceptions.InvalidTag` for another key or
    tag, UnknownFormat for bytes of a newer version."""
    number = sealed[:1] if _is_numbered(sealed) else b""
    if number not in (b"", bytes([FORMAT])):
        raise UnknownFormat
    nonce, rest = sealed[len(number) :][:NONCE_BYTES], sealed[len(number) + NONCE_BYTES :]
    contents: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, rest, number + tag.encode()))
    return contents


def size_of(sealed: bytes) -> int:
    """What the contents were padded to."""
    return len(sealed) - NONCE_BYTES - MARK_BYTES - _is_numbered(sealed)


def _is_numbered(sealed: bytes) -> bool:
    return (len(sealed) - NONCE_BYTES - MARK_BYTES) % STEP == 1
