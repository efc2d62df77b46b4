"""Finds outcomes: for who is signed in, for who has the room's code, for who has a link. Lookup is authorization."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.queries.lists import actions_of
from app.core.errors import NotFound, Refusal
from app.outcomes.models import Outcome, ShareLink
from app.outcomes.queries.building import document_of
from app.outcomes.rules.document import Document, from_contents, without_wording
from app.outcomes.rules.sharing import link_is_open
from app.people.rules import Visitor
from app.retros.queries.retros import by_code, get_off_the_board
from app.retros.queries.views import RetroView


class OutcomeIsNotReady(Refusal):
    sentence = "The outcome can be read here once the retro is closed. Until then everything is on the screen."


class RoomReadingIsOver(NotFound):
    sentence = (
        "This outcome is not open to the room's code any more. Whoever ran the retro can send you a link, "
        "and people of the departments find it after signing in."
    )


class LinkIsOver(NotFound):
    sentence = "This link is over: it has expired or was taken back. Ask whoever sent it for a new one."


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """An outcome to show. `states`: action id -> its state now, taken live beside what was fixed."""

    retro_id: UUID
    code: str
    document: Document
    states: Mapping[str, str]
    is_fixed: bool
    fixed_at: datetime | None
    room_until: datetime | None


@dataclass(frozen=True, slots=True)
class ShareView:
    """A share link as its maker sees it; the link itself is shown only once."""

    id: UUID
    with_wording: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    is_open: bool


def outcome(db: Session, retro_id: UUID, for_: Visitor) -> OutcomeView:
    """The outcome of a retro that this visitor may see; raises NotFound. Before the close it is as it stands now, for
    who runs it alone: nobody looks in where no screen says so. Raises LooksInOnThePage."""
    return _view(db, get_off_the_board(db, retro_id, for_=for_))


def for_the_room(db: Session, code: str, now: datetime) -> OutcomeView:
    """For a phone that was in the room. Raises NotFound, OutcomeIsNotReady, RoomReadingIsOver."""
    retro = by_code(db, code)
    if retro is None:
        raise NotFound
    view = _view(db, retro)
    if not view.is_fixed:
        raise OutcomeIsNotReady
    if view.room_until is None or view.room_until <= now:
        raise RoomReadingIsOver
    return view


def shared(db: Session, token: str, now: datetime) -> OutcomeView:
    """What a share link opens. Raises LinkIsOver for one that is unknown, expired or revoked: they look the same."""
    link = db.exec(select(ShareLink).where(ShareLink.token_hash == hash_of(token))).first()
    row = db.get(Outcome, link.retro_id) if link else None
    if link is None or row is None or not link_is_open(link.expires_at, link.revoked_at, now):
        raise LinkIsOver
    document = from_contents(row.contents)
    return OutcomeView(
        retro_id=row.retro_id,
        code="",
        document=document if link.with_wording else without_wording(document),
        states=_states(db, row.retro_id),
        is_fixed=True,
        fixed_at=row.fixed_at,
        room_until=None,
    )


def shares(db: Session, retro_id: UUID, now: datetime) -> list[ShareView]:
    """Links that were made for this outcome, the latest first. Who may see them is asked where it is looked up."""
    rows = db.exec(
        select(ShareLink).where(ShareLink.retro_id == retro_id).order_by(col(ShareLink.created_at).desc())
    ).all()
    return [
        ShareView(
            id=row.id,
            with_wording=row.with_wording,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            is_open=link_is_open(row.expires_at, row.revoked_at, now),
        )
        for row in rows
    ]


def hash_of(token: str) -> str:
    """What is kept of a link: its token has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _view(db: Session, retro: RetroView) -> OutcomeView:
    row = db.get(Outcome, retro.id)
    return OutcomeView(
        retro_id=retro.id,
        code=retro.code,
        document=from_contents(row.contents) if row else document_of(db, retro),
        states=_states(db, retro.id) if row else {},
        is_fixed=row is not None,
        fixed_at=row.fixed_at if row else None,
        room_until=row.room_until if row else None,
    )


def _states(db: Session, retro_id: UUID) -> dict[str, str]:
    return {str(one.id): one.state for one in actions_of(db, retro_id)}
