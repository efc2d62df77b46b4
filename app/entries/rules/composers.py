"""Keys of composers: each that is opened has its own, so that what one tab sends is never taken for another's.

A composer that opens with text which another one saved names that one, too ("root~own"): the same words sent from
both are one entry, other words are another. Pure.
"""

from collections.abc import Collection
from hashlib import sha256

from app.core.patterns import bounded

KEY_MOST = 64
_BETWEEN = "~"
_KEY = bounded(r"[A-Za-z0-9_-]{1,64}(~[A-Za-z0-9_-]{1,64})?")
_SHORT = 12


def root_of(key: str) -> str:
    """The composer in which the text began that this one opened with; its own key where it opened empty."""
    return key.partition(_BETWEEN)[0]


def opened_with(saved: str, fresh: str) -> str:
    """The key of a composer that opens with what the composer `saved` kept."""
    key = f"{root_of(saved)}{_BETWEEN}{fresh}"
    return key if len(key) <= KEY_MOST else fresh


def is_key(key: str) -> bool:
    """Whether a browser may have made this key up."""
    return len(key) <= KEY_MOST and _KEY.fullmatch(key) is not None


def digest(text: str, kind: str | None, about: str | None, dimension: str | None) -> str:
    """What was said, in few characters: the same words sent again are known by it."""
    said = "\0".join((text, kind or "", about or "", dimension or ""))
    return sha256(said.encode()).hexdigest()[:_SHORT]


def free_key(key: str, said: str, taken: Collection[str]) -> str:
    """The key that a new entry is kept under: that of its composer, or one beside it where other words were sent with
    it before (a page that came back out of the browser's history)."""
    return key if key not in taken else opened_with(key, said)
