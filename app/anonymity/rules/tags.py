"""Seat secrets and the tags derived from them: the only way from a browser to its rows.

Refuses to know what a tag stands for. Without the secret, tags of one person cannot be joined (anonymity.md).
"""

import hmac
import secrets
from uuid import UUID

SECRET_BYTES = 32


def new_seat_secret() -> str:
    """32 random bytes, URL-safe (43 characters). Lives in one cookie and nowhere else."""
    return secrets.token_urlsafe(SECRET_BYTES)


def looks_like_a_secret(value: str) -> bool:
    """Whether a cookie's value can be one of ours at all."""
    return len(value) == 43 and all(c.isascii() and (c.isalnum() or c in "-_") for c in value)


def tag(secret: str, purpose: str, retro_id: UUID, thing: str = "") -> str:
    """HMAC-SHA256(secret, purpose | retro | thing) in hex: 64 characters, one for each thing a seat may own."""
    message = "|".join((purpose, retro_id.hex, thing)).encode()
    return hmac.digest(secret.encode(), message, "sha256").hex()
