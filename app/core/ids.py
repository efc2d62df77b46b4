"""Makes the identifiers of rows, codes and links; knows nothing of what they identify."""

import secrets
from uuid import UUID, uuid4

from app.core.patterns import bounded

_NOT_IN_CODES = bounded(r"[^0-9A-Z]")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_id() -> UUID:
    """A random (version 4) UUID: tells nothing of time or order."""
    return uuid4()


def new_code(length: int = 8) -> str:
    """A code people can read aloud: Crockford base 32, 5 bits a character (8 characters = 40 bits)."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def read_code(typed: str) -> str:
    """What a person typed, as a code: case, blanks, dashes and look-alike letters forgiven."""
    return _NOT_IN_CODES.sub("", typed.upper()).translate(_LOOKALIKES)


def new_token() -> str:
    """A secret for a link or a cookie: 32 random bytes, URL-safe."""
    return secrets.token_urlsafe(32)
