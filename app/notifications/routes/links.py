"""How often the links of mails may be opened, the wrong ones above all."""

from collections.abc import Callable

from fastapi import Request
from sqlmodel import Session

from app.core.db import Database
from app.core.errors import Refusal
from app.web.limits import address_of, limits_of

OF_A_LINK = "30 per minute"
WRONG_LINKS = "60 per minute"
"""Of one address. Good links are counted each for itself: a whole house may share one address."""


def spend_a_link(
    request: Request, database: Database, token: str, read: Callable[[Session, str], object], wrong: type[Refusal]
) -> None:
    """As `guess_a_link`, and a good one is counted, too."""
    guess_a_link(request, database, token, read, wrong)
    limits_of(request).spend(OF_A_LINK, "link", token)


def guess_a_link(
    request: Request, database: Database, token: str, read: Callable[[Session, str], object], wrong: type[Refusal]
) -> None:
    """`read` raises `wrong` for a token that is none. Raises TooMany, and `wrong` here already."""
    guess = limits_of(request).guess(WRONG_LINKS, "wrong link", address_of(request), wrong=wrong)
    with guess, database.reading() as db:
        read(db, token)
