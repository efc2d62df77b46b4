"""Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13.1). Knows nothing of what they stand for."""

import hashlib

from app.core.patterns import bounded

_TAG = bounded(r'(W/)?("[\x21\x23-\x7e\x80-\xff]{0,200}")')


def etag_of(contents: bytes, before: str = "") -> str:
    """A strong entity tag: other contents have another one. `before` stands in front, for people who read it."""
    return f'"{before}{hashlib.sha256(contents).hexdigest()[:20]}"'


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether the reader has this already, so that 304 is the answer (weak comparison)."""
    return if_none_match is not None and _names(if_none_match, etag, weak=True)


def may_change(if_match: str, etag: str) -> bool:
    """Whether what the writer saw still stands there (strong comparison)."""
    return _names(if_match, etag, weak=False)


def _names(header: str, etag: str, *, weak: bool) -> bool:
    if header.strip() == "*":
        return True
    return any(tag == etag and (weak or not mark) for mark, tag in _TAG.findall(header))
