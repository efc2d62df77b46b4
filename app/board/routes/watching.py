"""Who is at the desk of a running retro: who runs it gets the cockpit and the big screen, everybody else looks in."""

from contextlib import suppress
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session

from app.board.rules import Audience, audience_at_desk
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import Refusal
from app.people.rules import Visitor
from app.retros.queries.observers import looks_anew
from app.retros.queries.retros import get
from app.retros.queries.views import RetroView
from app.retros.service import facilitators, observers


class NotThisView(Refusal):
    """A page asks for what its reader may not see, or not any more: it has to be loaded again."""

    status: ClassVar[int] = 403
    sentence = "What you may see of this retro has changed. Please load the page again."


def at_desk(
    db: Session, retro_id: UUID, visitor: Visitor, asked: Audience | None = None
) -> tuple[RetroView, Audience]:
    """The retro and the audience that this visitor is of now. Raises NotFound, LookingIsShut or NotThisView."""
    retro = get(db, retro_id, for_=visitor)
    audience = audience_at_desk(retro.is_helped_by(visitor), asked)
    if audience is None:
        raise NotThisView
    return retro, audience


def say_here(database: Database, clock: Clock, retro_id: UUID, visitor: Visitor, audience: Audience) -> None:
    """Write down that this page is open: of the cockpit, that it is led; of who looks in, that every screen says so.

    The big screen says nothing of who opened it.
    """
    # A database that cannot be written just now must not take the screens away.
    with suppress(Refusal):
        if audience is Audience.FACILITATOR:
            with database.transaction() as db:
                facilitators.facilitator_was_here(db, retro_id, visitor.account_id, clock.now())
        if audience is Audience.OBSERVER:
            with database.reading() as db:
                due = looks_anew(db, retro_id, visitor, clock.now())
            if due:
                with database.transaction() as db:
                    observers.looks_in(db, visitor, retro_id, clock.now())
