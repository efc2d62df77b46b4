"""Signing: an entry out of the pool speaks for its writer's department, where this gives away nobody else.

A signature lies inside the sealed draft until the reveal, which decides whether it stands; one that does not leaves
no trace. Until the close any seat may say "not ours": the name goes at the next stage change, for everybody to see.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlmodel import Session, col, delete, insert, select

from app.anonymity.rules.pooling import Pooling, Room, signing_stands
from app.anonymity.rules.sealing import seal, unseal
from app.anonymity.service import keys, rows
from app.anonymity.service.keys import KeyIsGone
from app.core.events import emit
from app.core.ids import new_id
from app.departments.queries import organisation
from app.entries.events import SignaturesTaken
from app.entries.models import Entry, NotOurs
from app.entries.queries import may_sign, own_drafts
from app.entries.rules.refusals import CannotSign, DraftIsGone, EntriesCannotBeOpened, NothingIsSigned, UnknownEntry
from app.entries.service.writing import rewrite, writing_in
from app.retros.models import Retro
from app.retros.queries.providers import providers_of
from app.retros.queries.retros import hold
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.refusals import RetroIsClosed
from app.retros.service import notices, version

NOT_OURS_SIZE = 32
NAME_IS_GONE = (
    "Somebody here said that a signed entry does not speak for their department. "
    "The department’s name was taken off; the entry stays."
)


def sign(db: Session, seat: SeatVisitor, slot: int, signed: bool, of: str | None = None) -> None:
    """Let the entry in this slot speak for the seat's department, or take the name away again. `of`: the key of the
    entry that the button stood at: no other one is ever signed.

    Raises CannotSign, DraftIsGone, WritingIsOver.
    """
    row = writing_in(db, seat)
    if signed and not may_sign(db, row.id, seat.department_id):
        raise CannotSign
    rows.take_turns(db, seat.tag)
    draft = next((one for one in own_drafts(db, seat, row.entry_limit) if one.slot == slot), None)
    if draft is None or of not in (None, draft.key):
        raise DraftIsGone
    rewrite(db, row, seat, draft, signed=signed)


def standing(
    db: Session, room: Room, pooling: Pooling, k: int, drafts: Iterable[Mapping[str, Any]]
) -> frozenset[UUID]:
    """Departments whose signed entries stand. Refused ones are like all the others from here on."""
    asked = {UUID(one["department"]) for one in drafts if one.get("signed") and one["department"]}
    return signing_stands(room, pooling.pooled, asked, k) if organisation(db).may_sign else frozenset()


def say_not_ours(db: Session, seat: SeatVisitor, entry_id: UUID) -> None:
    """Ask for the department's name to go from a signed entry: any seat may, and nobody learns which did.

    Raises RetroIsClosed, UnknownEntry, NothingIsSigned, EntriesCannotBeOpened.
    """
    row = hold(db, seat.retro_id)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    entry = db.exec(select(Entry).where(Entry.id == entry_id, Entry.retro_id == row.id)).first()
    if entry is None:
        raise UnknownEntry
    if entry.signed_department_id is None:
        raise NothingIsSigned
    try:
        key = keys.keys_of(db).get(row.id)
    except KeyIsGone as gone:
        raise EntriesCannotBeOpened from gone
    asked = db.exec(select(NotOurs.sealed).where(NotOurs.retro_id == row.id)).all()
    if not any(_is_about(key, entry_id, one) for one in asked):
        sealed = seal(key, _not_ours(entry_id), {}, NOT_OURS_SIZE)
        db.execute(insert(NotOurs), [{"id": new_id(), "retro_id": row.id, "sealed": sealed}])


def take_names_away(db: Session, row: Retro) -> None:
    """Carry out what was asked: these entries are out of the pool like the others, and everybody is told."""
    asked = list(db.exec(select(NotOurs.sealed).where(NotOurs.retro_id == row.id)).all())
    if not asked:
        return
    db.execute(delete(NotOurs).where(col(NotOurs.retro_id) == row.id))
    try:
        key = keys.keys_of(db).get(row.id)
    except KeyIsGone:
        return
    signed = select(Entry).where(Entry.retro_id == row.id, col(Entry.signed_department_id).is_not(None))
    gone = [one for one in db.exec(signed) if any(_is_about(key, one.id, sealed) for sealed in asked)]
    if not gone:
        return
    providers, were_about = providers_of(db, row), {one.id: one.about_department_id for one in gone}
    for entry in gone:
        entry.signed_department_id = None
        entry.about_department_id, entry.about_pooled = providers.shown(None, entry.about_department_id)
    db.flush()
    notices.give_notice(db, row, NAME_IS_GONE)
    emit(db, SignaturesTaken(row.id, version.raise_version(db, row.id), were_about))


def _not_ours(entry_id: UUID) -> str:
    return f"not-ours|{entry_id.hex}"


def _is_about(key: bytes, entry_id: UUID, sealed: bytes) -> bool:
    try:
        unseal(key, _not_ours(entry_id), sealed)
    except InvalidTag:
        return False
    return True
