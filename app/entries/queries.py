"""Reads of drafts, each seat its own, and of revealed entries; never says whose an entry is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.anonymity.rules import tags
from app.anonymity.rules.pooling import SEVERAL, may_be_pooled
from app.anonymity.rules.sealing import unseal
from app.anonymity.service import keys
from app.anonymity.service import rows as rows_service
from app.anonymity.service.keys import KeyIsGone
from app.departments.queries import organisation
from app.entries.models import Draft, Entry
from app.entries.rules.composers import digest
from app.entries.rules.names import Dimension, EntryKind, HiddenReason, HiddenRole
from app.entries.rules.slots import COMPOSER, LATE_SHEET, Sheet, sheet
from app.retros.models import Retro
from app.retros.queries.seats import people_expected
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import ENTRY_LIMIT_MAX, Stage

ENTRY, THANKS = "entry", "thanks"
"""Purposes of the tags that drafts are found by."""

FEW = 5


@dataclass(frozen=True, slots=True)
class DraftView:
    """A seat's own draft, for that seat alone. `editing`: the slot that the composer (slot 0) is rewriting. `said`:
    what it said when it was first sent, so that a resend is known also after it was changed."""

    slot: int
    key: str
    kind: EntryKind | None
    text: str
    about_department_id: UUID | None
    dimension: Dimension | None
    sent: bool
    released: bool = False
    signed: bool = False
    editing: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A revealed entry. The text of a hidden one is left out; who hid it (the role) and why stay for all to see.
    `about_pooled`: it is about a department that it does not name, and shown as about several. `erased`: its words
    are gone for good. `signed_department_id`: it speaks for that department, on purpose."""

    id: UUID
    kind: EntryKind
    text: str
    department_id: UUID | None
    about_department_id: UUID | None
    about_pooled: bool
    signed_department_id: UUID | None
    dimension: Dimension | None
    hidden_reason: HiddenReason | None
    hidden_role: HiddenRole | None = None
    erased: bool = False
    late: bool = False


def own_drafts(db: Session, seat: SeatVisitor, limit: int) -> list[DraftView]:
    """What this seat has sent while all write, by slot (1 to `limit`)."""
    return drafts_on(db, seat, sheet(limit))


def drafts_on(db: Session, seat: SeatVisitor, where: Sheet) -> list[DraftView]:
    """What this seat has sent into the places of a sheet, by slot."""
    wanted = {tag_of(seat, slot): slot for slot in where.slots}
    return sorted(_opened(db, seat, wanted), key=lambda draft: draft.slot)


def composer(db: Session, seat: SeatVisitor, where: int = COMPOSER) -> DraftView | None:
    """What this seat was typing when it was last saved."""
    return next(iter(_opened(db, seat, {tag_of(seat, where): where})), None)


def own_thanks(db: Session, seat: SeatVisitor) -> DraftView | None:
    """The thanks of this seat, while the retro wraps up."""
    return next(iter(_opened(db, seat, {tags.tag(seat.secret, THANKS, seat.retro_id): COMPOSER})), None)


SHOWN = (
    col(Entry.id),
    col(Entry.kind),
    col(Entry.text),
    col(Entry.department_id),
    col(Entry.about_department_id),
    col(Entry.about_pooled),
    col(Entry.signed_department_id),
    col(Entry.dimension),
    col(Entry.hidden_reason),
    col(Entry.hidden_role),
    col(Entry.erased),
    col(Entry.late),
)


def entries(db: Session, retro_id: UUID, only: Collection[UUID] | None = None) -> list[EntryView]:
    """All revealed entries, or those with the ids `only`, ordered by their random ids."""
    # Columns, not rows: six hundred of them are read for every change of a topic.
    shown = sa.select(*SHOWN).where(col(Entry.retro_id) == retro_id).order_by(col(Entry.id))
    if only is not None:
        shown = shown.where(col(Entry.id).in_(list(only)))
    return [_entry_view(row) for row in db.execute(shown)]


def entry(db: Session, retro_id: UUID, entry_id: UUID) -> EntryView | None:
    """One revealed entry of this retro."""
    row = db.execute(sa.select(*SHOWN).where(col(Entry.retro_id) == retro_id, col(Entry.id) == entry_id)).first()
    return _entry_view(row) if row else None


def may_sign(db: Session, retro_id: UUID, department_id: UUID | None) -> bool:
    """Whether entries of this department can be signed: it may be pooled, as far as the people expected tell (seats
    tell nothing here), and the house allows it."""
    if department_id is None or not organisation(db).may_sign:
        return False
    retro = db.exec(select(Retro).where(Retro.id == retro_id)).one()
    expected = people_expected(db, retro_id)
    return retro.revealed_at is None and department_id in may_be_pooled(expected, retro.k)


def fewer_than_five(db: Session, retro_id: UUID, now: datetime) -> bool:
    """Whether fewer than five entries were sent: known once the time of writing has ended, and no number with it."""
    retro = db.exec(select(Retro).where(Retro.id == retro_id)).one()
    if retro.stage != Stage.WRITE or retro.stage_ends_at is None or now < retro.stage_ends_at:
        return False
    return not has_five(db, retro_id)


def has_five(db: Session, retro_id: UUID) -> bool:
    """Whether at least five entries were sent: all that the confirmation of the reveal tells, never the number."""
    sent = 0
    for contents in opened_drafts(db, retro_id):
        sent += bool(contents["sent"])
        if sent >= FEW:
            return True
    return False


def provider_of(about_department_id: UUID | None, about_pooled: bool) -> str:
    """Whom an entry is about, as counts name it: a department's id, 'several' (one that it must not name), or ''."""
    if about_department_id is not None:
        return str(about_department_id)
    return SEVERAL if about_pooled else ""


def tag_of(seat: SeatVisitor, slot: int) -> str:
    """The tag that a seat's draft in a slot is found by."""
    return tags.tag(seat.secret, ENTRY, seat.retro_id, str(slot))


def said_in(contents: Mapping[str, Any]) -> str:
    """What a draft says, in few characters."""
    return digest(contents["text"], contents["kind"], contents["about"], contents["dimension"])


def things_drafted(_db: Session, _retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of every draft that a seat may have."""
    every = (*sheet(ENTRY_LIMIT_MAX).every_slot(), *LATE_SHEET.every_slot())
    return [(ENTRY, str(slot)) for slot in every] + [(THANKS, "")]


def opened_drafts(db: Session, retro_id: UUID) -> Iterable[dict[str, Any]]:
    """The contents of every draft of a retro, in no order. For the reveal and the count, never for a screen."""
    rows = db.exec(select(Draft).where(Draft.retro_id == retro_id)).all()
    if not rows:
        return
    key = keys.keys_of(db).get(retro_id)
    for row in rows:
        yield unseal(key, row.tag, row.sealed)


def _opened(db: Session, seat: SeatVisitor, wanted: dict[str, int]) -> list[DraftView]:
    rows = rows_service.sealed_rows(db, Draft, wanted)
    if not rows:
        return []
    try:
        key = keys.keys_of(db).get(seat.retro_id)
    except KeyIsGone:
        return []
    return [_draft_view(wanted[tag], unseal(key, tag, sealed)) for tag, sealed in rows]


def _draft_view(slot: int, contents: dict[str, Any]) -> DraftView:
    return DraftView(
        slot=slot,
        key=contents["key"],
        kind=EntryKind(contents["kind"]) if contents["kind"] else None,
        text=contents["text"],
        about_department_id=UUID(contents["about"]) if contents["about"] else None,
        dimension=Dimension(contents["dimension"]) if contents["dimension"] else None,
        sent=contents["sent"],
        released=contents["released"],
        signed=contents.get("signed", False),
        editing=contents.get("editing"),
        # A draft of a version that did not keep it: as it stands now.
        said=contents.get("said") or said_in(contents),
    )


def _entry_view(row: Any) -> EntryView:
    (entry_id, kind, text, department_id, about_department_id, about_pooled, signed, dimension,
     hidden_reason, hidden_role, erased, late) = row  # fmt: skip
    return EntryView(
        id=entry_id,
        kind=EntryKind(kind),
        text="" if hidden_reason else text,
        department_id=department_id,
        about_department_id=about_department_id,
        about_pooled=about_pooled,
        signed_department_id=signed,
        dimension=Dimension(dimension) if dimension else None,
        hidden_reason=HiddenReason(hidden_reason) if hidden_reason else None,
        hidden_role=HiddenRole(hidden_role) if hidden_role else None,
        erased=erased,
        late=late,
    )
