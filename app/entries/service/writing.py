"""Writes drafts, each seat its own, sealed; tells no screen, so that nobody sees the rhythm of writing."""

import re
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import ENTRY_SIZE, seal
from app.anonymity.service.keys import keys_of
from app.anonymity.service.rows import put, take_turns
from app.core.errors import Invalid
from app.entries.models import Draft
from app.entries.queries import THANKS, DraftView, composer, own_drafts, tag_of
from app.entries.rules import (
    COMPOSER,
    WRITTEN_KINDS,
    Dimension,
    DraftIsGone,
    EntryLimitReached,
    Kind,
    NothingToRelease,
    ThanksAreOver,
    WritingHasNotBegun,
    WritingIsOver,
    clean_text,
    cut_to_fit,
    free_slot,
    slots,
)
from app.retros.models import RetroDepartment
from app.retros.models import Seat as SeatRow
from app.retros.queries import Held, Seat, hold
from app.retros.queries.seats import SEAT
from app.retros.rules import ENTRY_LIMIT_MAX, STAGES, Stage, UnknownDepartment

OWNER = "owner"
"""Purpose of the tag that proves, after the reveal, that an entry may be withdrawn. It lies inside the sealed draft
until then, so that a draft seen in the database cannot be joined to an entry."""

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
COMPOSER_BYTES = 1500
"""What a half-typed text may take, so that it fits into a sealed row with the rest. An entry needs less."""


def send(
    db: Session,
    seat: Seat,
    key: str,
    kind: str,
    text: str,
    about: UUID | None = None,
    dimension: str | None = None,
    slot: int | None = None,
) -> DraftView:
    """Put an entry into a slot of this seat; sent again with its `key` it is the same entry.

    `slot` rewrites what was sent before. Raises EntryLimitReached, TextIsUnusable, WritingIsOver, DraftIsGone.
    """
    row = writing_in(db, seat)
    contents = _contents(db, row, seat, key, clean_text(text), kind, about, dimension)
    take_turns(db, seat.tag)
    mine = {draft.slot: draft for draft in own_drafts(db, seat, row.entry_limit)}
    chosen = _slot_for(key, slot, mine, row.entry_limit)
    signed = chosen in mine and mine[chosen].signed
    if chosen in mine:
        contents["key"] = mine[chosen].key
    view = _put(db, seat, chosen, {**contents, "sent": True, "released": seat.released, "signed": signed})
    _empty_composer(db, seat, key, slot)
    return view


def autosave(
    db: Session,
    seat: Seat,
    key: str,
    kind: str | None,
    text: str,
    about: UUID | None = None,
    dimension: str | None = None,
    slot: int | None = None,
) -> None:
    """Keep what is being typed, unsent. Accepts any text, too; an empty one clears the composer.

    One that arrives late, after its entry was sent, changes nothing.
    """
    row = writing_in(db, seat)
    take_turns(db, seat.tag)
    if slot is None and any(draft.key == key for draft in own_drafts(db, seat, row.entry_limit)):
        return
    if not text.strip():
        _delete(db, seat, (COMPOSER,))
        return
    typed = cut_to_fit(text, COMPOSER_BYTES)
    contents = _contents(db, row, seat, key, typed, kind or None, about, dimension)
    _put(db, seat, COMPOSER, {**contents, "sent": False, "released": False, "signed": False, "editing": slot})


def remove(db: Session, seat: Seat, slot: int) -> None:
    """Delete what this seat sent in a slot; deleting it twice is no error."""
    writing_in(db, seat)
    _delete(db, seat, (slot,))


def release_drafts(db: Session, seat: Seat) -> None:
    """Say yes, again, to revealing what this seat has sent, although fewer than k are seated."""
    row = writing_in(db, seat)
    if not row.awaiting_release:
        raise NothingToRelease
    take_turns(db, seat.tag)
    for draft in own_drafts(db, seat, row.entry_limit):
        rewrite(db, row, seat, draft, signed=draft.signed, released=True)
    db.execute(update(SeatRow).where(col(SeatRow.tag) == seat.tag).values(released=True))


def rewrite(
    db: Session, row: Held, seat: Seat, draft: DraftView, *, signed: bool, released: bool | None = None
) -> None:
    """Put what this seat sent into its slot again, with or without the department's name."""
    contents = _contents(db, row, seat, draft.key, draft.text, draft.kind, draft.about_department_id, draft.dimension)
    said = {"sent": True, "released": draft.released if released is None else released, "signed": signed}
    _put(db, seat, draft.slot, {**contents, **said})


def give_thanks(db: Session, seat: Seat, text: str, about: UUID | None = None) -> None:
    """One thanks per seat while the retro wraps up, shown to all at once when it closes; sent again it replaces."""
    row = hold(db, seat.retro_id)
    if row.stage != Stage.WRAP_UP:
        raise ThanksAreOver
    contents = _contents(db, row, seat, THANKS, clean_text(text), Kind.THANKS, about, None)
    tag = tags.tag(seat.secret, THANKS, row.id)
    _seal_into(db, row.id, tag, {**contents, "sent": True, "released": True})


def forget_ejected(db: Session, retro_id: UUID, secret: str) -> None:
    """Delete the drafts of a seat that was ejected: only its own next request brings the secret that finds them."""
    tag = tags.tag(secret, SEAT, retro_id)
    row = db.exec(select(SeatRow).where(SeatRow.tag == tag, col(SeatRow.ejected))).first()
    if row is None:
        return
    seat = Seat(retro_id=retro_id, secret=secret, tag=tag, department_id=None, handle=row.handle)
    _delete(db, seat, (COMPOSER, *slots(ENTRY_LIMIT_MAX)))


def things_owned(_db: Session, _retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of the owner tags that lie inside a seat's sealed drafts."""
    return [(OWNER, str(slot)) for slot in (COMPOSER, *slots(ENTRY_LIMIT_MAX))]


def writing_in(db: Session, seat: Seat) -> Held:
    """The retro, held in stage write until the draft is committed."""
    row = hold(db, seat.retro_id)
    if row.stage == Stage.WRITE:
        return row
    if STAGES.index(Stage(row.stage)) < STAGES.index(Stage.WRITE):
        raise WritingHasNotBegun
    raise WritingIsOver


def _slot_for(key: str, slot: int | None, mine: dict[int, DraftView], limit: int) -> int:
    if slot is not None:
        if slot not in mine:
            raise DraftIsGone
        return slot
    same = next((draft.slot for draft in mine.values() if draft.key == key), None)
    chosen = same if same is not None else free_slot(mine, limit)
    if chosen is None:
        raise EntryLimitReached(limit)
    return chosen


def _contents(
    db: Session,
    row: Held,
    seat: Seat,
    key: str,
    text: str,
    kind: str | None,
    about: UUID | None,
    dimension: str | None,
) -> dict[str, Any]:
    if not _KEY.fullmatch(key):
        raise Invalid("This form is out of date. Please reload the page; what you typed is kept.", field="key")
    if kind is not None and kind not in WRITTEN_KINDS:
        raise Invalid("Please choose what kind of observation this is.", field="kind")
    if dimension and dimension not in set(Dimension):
        raise Invalid("Please choose one of the dimensions, or none.", field="dimension")
    if about is not None and db.get(RetroDepartment, (row.id, about)) is None:
        raise UnknownDepartment(field="about")
    return {
        "key": key,
        "kind": kind,
        "text": text,
        "about": str(about) if about else None,
        "dimension": dimension or None,
        "department": str(seat.department_id) if seat.department_id else None,
    }


def _put(db: Session, seat: Seat, slot: int, contents: dict[str, Any]) -> DraftView:
    owner = tags.tag(seat.secret, OWNER, seat.retro_id, str(slot))
    _seal_into(db, seat.retro_id, tag_of(seat, slot), {**contents, "owner": owner})
    return DraftView(
        slot=slot,
        key=contents["key"],
        kind=Kind(contents["kind"]) if contents["kind"] else None,
        text=contents["text"],
        about_department_id=UUID(contents["about"]) if contents["about"] else None,
        dimension=Dimension(contents["dimension"]) if contents["dimension"] else None,
        sent=contents["sent"],
        released=contents["released"],
        signed=contents["signed"],
        editing=contents.get("editing"),
    )


def _seal_into(db: Session, retro_id: UUID, tag: str, contents: dict[str, Any]) -> None:
    sealed = seal(keys_of(db).get(retro_id), tag, contents, ENTRY_SIZE)
    put(db, Draft, {"tag": tag, "retro_id": retro_id, "sealed": sealed})


def _empty_composer(db: Session, seat: Seat, key: str, slot: int | None) -> None:
    """What was sent is not being typed any more; another tab's half-typed text stays."""
    typed = composer(db, seat)
    if typed is not None and (typed.key == key or (slot is not None and typed.editing == slot)):
        _delete(db, seat, (COMPOSER,))


def _delete(db: Session, seat: Seat, which: tuple[int, ...]) -> None:
    found = [tag_of(seat, slot) for slot in which]
    db.execute(delete(Draft).where(col(Draft.tag).in_(found)))
