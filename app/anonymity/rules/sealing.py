"""Seals what a seat says while the retro is open: padded, then AES-GCM under the retro's key.

The key is kept outside the database and destroyed at close, so that logs, replicas and snapshots of the database
tell nothing afterwards. Padding hides lengths; the tag is bound in, so that a sealed row cannot be moved to another.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
ENTRY_SIZE = 2048
VOTE_SIZE = 160


def seal(key: bytes, tag: str, contents: Mapping[str, Any], size: int) -> bytes:
    """`contents` as JSON, padded to `size` bytes, encrypted; raises ValueError when it does not fit."""
    plain = json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > size:
        raise ValueError(f"{len(plain)} bytes do not fit into {size}")
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain.ljust(size), tag.encode())


def unseal(key: bytes, tag: str, sealed: bytes) -> dict[str, Any]:
    """The contents again; raises `cryptography.exceptions.InvalidTag` for another key or tag."""
    plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], tag.encode())
    contents: dict[str, Any] = json.loads(plain)
    return contents
