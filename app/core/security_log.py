"""Writes what an operator looks for after an attack: sign-ins, rights, refusals at the desk. Knows no request.

Ids only, never an address, a password, a token or a code (OWASP ASVS 5.0, 16.2.5 and 16.3). Nothing that a seat does
is ever written here: times beside seats could tell who sat where.
"""

import structlog

log = structlog.get_logger("security")


def happened(event: str, **ids: object) -> None:
    """A security event that is as it should be: somebody signed in, rights were changed."""
    log.info(event, kind="security", **_shown(ids))


def refused(event: str, **ids: object) -> None:
    """A security event to look at: a wrong password, a page that was not somebody's to see."""
    log.warning(event, kind="security", **_shown(ids))


def _shown(ids: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in ids.items() if value is not None}
