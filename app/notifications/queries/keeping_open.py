"""What the link of a warning leads to: the retro, who is asked, and until when a press keeps it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.core.errors import NotFound
from app.core.signing import signing_key_of
from app.notifications.rules.keeping_open import KEEP_OPEN, KeepLink, KeepLinkDoesNotWork, read_keep_link
from app.people.queries import visitor_of
from app.people.rules import Visitor
from app.retros.queries.ending import EndingView, ending
from app.retros.queries.retros import get_even_if_shut
from app.retros.queries.views import RetroView


@dataclass(frozen=True, slots=True)
class KeepView:
    """`ending` without a `closes_at`: nothing closes it just now."""

    visitor: Visitor
    retro: RetroView
    ending: EndingView
    kept_until: datetime | None


def keep_view(db: Session, token: str, now: datetime) -> KeepView:
    """What to show behind the link. Raises KeepLinkDoesNotWork."""
    link = keep_link_of(db, token)
    visitor = visitor_of(db, link.account_id)
    if visitor is None:
        raise KeepLinkDoesNotWork
    try:
        retro = get_even_if_shut(db, link.retro_id, visitor)
    except NotFound as gone:
        raise KeepLinkDoesNotWork from gone
    if not retro.is_helped_by(visitor):
        raise KeepLinkDoesNotWork
    return KeepView(visitor, retro, ending(db, retro.id, now), retro.kept_until)


def keep_link_of(db: Session, token: str) -> KeepLink:
    """What the token says. Raises KeepLinkDoesNotWork."""
    link = read_keep_link(signing_key_of(db).read(KEEP_OPEN, token))
    if link is None:
        raise KeepLinkDoesNotWork
    return link
