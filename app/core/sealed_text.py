"""Keeps a text in the database so that only the key beside it opens it: a backup or a replica alone does not.

AES-GCM under a key of the secrets folder, bound to the row. A text that is not sealed is read as it stands, so that
what older versions wrote is still understood.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = "sealed-1:"
NONCE_BYTES = 12


class CannotBeOpened(Exception):
    """Sealed under another key (the secrets folder was lost or replaced), or moved from another row."""


def seal_text(key: bytes, row: str, text: str) -> str:
    """`text` sealed under `key` (32 bytes), for this row alone; an empty text stays empty."""
    if not text:
        return text
    nonce = os.urandom(NONCE_BYTES)
    return MARK + base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), row.encode())).decode()


def open_text(key: bytes, row: str, stored: str) -> str:
    """The text again. Raises CannotBeOpened."""
    if not stored.startswith(MARK):
        return stored
    try:
        sealed = base64.b64decode(stored.removeprefix(MARK), validate=True)
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.encode()).decode()
    except (InvalidTag, ValueError) as wrong:
        raise CannotBeOpened from wrong


def is_sealed(stored: str) -> bool:
    return stored.startswith(MARK)
