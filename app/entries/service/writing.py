"""Writes drafts, each seat its own, sealed; tells no screen, so that nobody sees the rhythm of writing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import ENTRY_SIZE, seal
from app.anonymity.service import keys, rows
from app.core.errors import Invalid
from app.entries.models import Draft
from app.entries.queries import THANKS, DraftView, composer, drafts_on, own_drafts, said_in, tag_of
from app.entries.rules.composers import free_key, is_key, root_of
from app.entries.rules.names import WRITTEN_KINDS, Dimension, EntryKind
from app.entries.rules.refusals import (
    DraftIsGone,
    EntryLimitReached,
    LateRoundHasEnded,
    NothingToRelease,
    ThanksAreOver,
    WritingHasNotBegun,
    WritingIsOver,
)
from app.entries.rules.slots import LATE_SHEET, Sheet, sheet
from app.entries.rules.text import clean_text, cut_to_fit
from app.retros.models import RetroDepartment, Seat
from app.retros.queries.retros import hold
from app.retros.queries.seats import SEAT
from app.retros.queries.views import HeldRetro, SeatVisitor
from app.retros.rules.names import ENTRY_LIMIT_MAX, STAGES, LateRound, Stage
from app.retros.rules.refusals import UnknownDepartment
from app.retros.service import seats

OWNER = "owner"
"""Purpose of the tag that proves, after the reveal, that an entry may be withdrawn. It lies inside the sealed draft
until then, so that a draft seen in the database cannot be joined to an entry."""

COMPOSER_BYTES = 1500
"""What a half-typed text may take, so that it fits into a sealed row with the rest. An entry needs less."""


def send(
    db: Session,
    seat: SeatVisitor,
    key: str,
    kind: str,
    text: str,
    about: UUID | None = None,
    dimension: str | None = None,
    slot: int | None = None,
    of: str | None = None,
) -> DraftView:
    """Put an entry into a slot of this seat. The same words sent again with their composer's `key` are the same
    entry, which stays as it is now; other words are another one, whatever the key.

    `slot` rewrites what was sent before; `of` is the key of the entry that was there when it was opened. Raises
    EntryLimitReached, TextIsUnusable, WritingIsOver, DraftIsGone.
    """
    row, here = _writing(db, seat)
    contents = _contents(db, row, seat, key, clean_text(text), kind, about, dimension)
    rows.take_turns(db, seat.tag)
    mine = {draft.slot: draft for draft in drafts_on(db, seat, here)}
    contents["said"] = said_in(contents)
    view = (
        _rewritten(db, seat, contents, mine, slot, of) if slot is not None else _sent(db, seat, contents, mine, here)
    )
    _empty_composer(db, seat, here, key, slot, contents["text"])
    return view


def autosave(
    db: Session,
    seat: SeatVisitor,
    key: str,
    kind: str | None,
    text: str,
    about: UUID | None = None,
    dimension: str | None = None,
    slot: int | None = None,
) -> None:
    """Keep what is being typed, unsent. Accepts any text, too; an empty one clears what this composer kept, and
    nothing that another tab did.

    One that arrives late, after its entry was sent, changes nothing.
    """
    row, here = _writing(db, seat)
    rows.take_turns(db, seat.tag)
    if slot is None and any(draft.key == key for draft in drafts_on(db, seat, here)):
        return
    if not text.strip():
        kept = composer(db, seat, here.composer)
        if kept is not None and root_of(kept.key) == root_of(key):
            _delete(db, seat, (here.composer,))
        return
    typed = cut_to_fit(text, COMPOSER_BYTES)
    contents = _contents(db, row, seat, key, typed, kind or None, about, dimension)
    _put(db, seat, here.composer, {**contents, "sent": False, "released": False, "signed": False, "editing": slot})


def remove(db: Session, seat: SeatVisitor, slot: int, of: str | None = None) -> None:
    """Delete what this seat sent in a slot; deleting it twice is no error. `of`: the key of the entry that the button
    stood at; where another entry has its place by now, that one stays."""
    _, here = _writing(db, seat)
    if slot not in here.slots:
        return
    rows.take_turns(db, seat.tag)
    there = next((draft for draft in drafts_on(db, seat, here) if draft.slot == slot), None)
    if there is not None and of in (None, there.key):
        _delete(db, seat, (slot,))


def release_drafts(db: Session, seat: SeatVisitor) -> None:
    """Say yes, again, to revealing what this seat has sent, although fewer than k are seated."""
    row = writing_in(db, seat)
    if not row.awaiting_release:
        raise NothingToRelease
    rows.take_turns(db, seat.tag)
    for draft in own_drafts(db, seat, row.entry_limit):
        rewrite(db, row, seat, draft, signed=draft.signed, released=True)
    seats.mark_released(db, seat)


def rewrite(
    db: Session, row: HeldRetro, seat: SeatVisitor, draft: DraftView, *, signed: bool, released: bool | None = None
) -> None:
    """Put what this seat sent into its slot again, with or without the department's name."""
    contents = _contents(db, row, seat, draft.key, draft.text, draft.kind, draft.about_department_id, draft.dimension)
    kept = {"sent": True, "released": draft.released if released is None else released, "signed": signed}
    _put(db, seat, draft.slot, {**contents, **kept, "said": draft.said})


def give_thanks(db: Session, seat: SeatVisitor, text: str, about: UUID | None = None) -> None:
    """One thanks per seat while the retro wraps up, shown to all at once when it closes; sent again it replaces."""
    row = hold(db, seat.retro_id)
    if row.stage != Stage.WRAP_UP:
        raise ThanksAreOver
    contents = _contents(db, row, seat, THANKS, clean_text(text), EntryKind.THANKS, about, None)
    tag = tags.tag(seat.secret, THANKS, row.id)
    _seal_into(db, row.id, tag, {**contents, "sent": True, "released": True})


def forget_ejected(db: Session, retro_id: UUID, secret: str) -> None:
    """Delete the drafts of a seat that was ejected: only its own next request brings the secret that finds them."""
    tag = tags.tag(secret, SEAT, retro_id)
    row = db.exec(select(Seat).where(Seat.tag == tag, col(Seat.ejected))).first()
    if row is None:
        return
    seat = SeatVisitor(retro_id=retro_id, secret=secret, tag=tag, department_id=None, handle=row.handle)
    _delete(db, seat, (*sheet(ENTRY_LIMIT_MAX).every_slot(), *LATE_SHEET.every_slot()))


def things_owned(_db: Session, _retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of the owner tags that lie inside a seat's sealed drafts."""
    every = (*sheet(ENTRY_LIMIT_MAX).every_slot(), *LATE_SHEET.every_slot())
    return [(OWNER, str(slot)) for slot in every]


def writing_in(db: Session, seat: SeatVisitor) -> HeldRetro:
    """The retro, held in stage write until the draft is committed."""
    row, here = _writing(db, seat)
    if here.late:
        raise WritingIsOver
    return row


def _writing(db: Session, seat: SeatVisitor) -> tuple[HeldRetro, Sheet]:
    """The retro, held until the draft is committed, and the places to write into: while all write, or in the round
    after the reveal."""
    row = hold(db, seat.retro_id)
    if row.stage == Stage.WRITE:
        return row, sheet(row.entry_limit)
    if row.stage == Stage.GROUP and row.late_round == LateRound.RUNNING:
        return row, LATE_SHEET
    if row.late_round == LateRound.HELD:
        raise LateRoundHasEnded
    if STAGES.index(Stage(row.stage)) < STAGES.index(Stage.WRITE):
        raise WritingHasNotBegun
    raise WritingIsOver


def _sent(
    db: Session, seat: SeatVisitor, contents: dict[str, Any], mine: Mapping[int, DraftView], here: Sheet
) -> DraftView:
    """What was sent already, or a new entry in the lowest free slot."""
    key, said = contents["key"], contents["said"]
    for draft in mine.values():
        if root_of(draft.key) == root_of(key) and draft.said == said:
            return draft
    chosen = here.free(mine)
    if chosen is None:
        raise EntryLimitReached(here.limit)
    kept = {"key": free_key(key, said, [draft.key for draft in mine.values()]), "sent": True, "signed": False}
    return _put(db, seat, chosen, {**contents, **kept, "released": seat.released})


def _rewritten(
    db: Session, seat: SeatVisitor, contents: dict[str, Any], mine: Mapping[int, DraftView], slot: int, of: str | None
) -> DraftView:
    """The new wording of an entry that is still there."""
    there = mine.get(slot)
    if there is None or of not in (None, there.key):
        raise DraftIsGone
    kept = {"key": there.key, "said": there.said, "sent": True, "signed": there.signed}
    return _put(db, seat, slot, {**contents, **kept, "released": seat.released})


def _contents(
    db: Session,
    row: HeldRetro,
    seat: SeatVisitor,
    key: str,
    text: str,
    kind: str | None,
    about: UUID | None,
    dimension: str | None,
) -> dict[str, Any]:
    if not is_key(key):
        raise Invalid("This form is out of date. Please reload the page; what you typed is kept.", field="key")
    if kind is not None and kind not in WRITTEN_KINDS:
        raise Invalid("Please choose what kind of observation this is.", field="kind")
    if dimension and dimension not in set(Dimension):
        raise Invalid("Please choose one of the dimensions, or none.", field="dimension")
    if about is not None and db.get(RetroDepartment, (row.id, about)) is None:
        raise UnknownDepartment(field="about")
    late = row.late_round == LateRound.RUNNING
    return {
        "key": key,
        "kind": kind,
        "text": text,
        "about": str(about) if about else None,
        "dimension": None if late else dimension or None,
        # In the round after the reveal not even what is sealed knows a department.
        "department": str(seat.department_id) if seat.department_id and not late else None,
    }


def _put(db: Session, seat: SeatVisitor, slot: int, contents: dict[str, Any]) -> DraftView:
    owner = tags.tag(seat.secret, OWNER, seat.retro_id, str(slot))
    _seal_into(db, seat.retro_id, tag_of(seat, slot), {**contents, "owner": owner})
    return DraftView(
        slot=slot,
        key=contents["key"],
        kind=EntryKind(contents["kind"]) if contents["kind"] else None,
        text=contents["text"],
        about_department_id=UUID(contents["about"]) if contents["about"] else None,
        dimension=Dimension(contents["dimension"]) if contents["dimension"] else None,
        sent=contents["sent"],
        released=contents["released"],
        signed=contents["signed"],
        editing=contents.get("editing"),
        said=contents.get("said", ""),
    )


def _seal_into(db: Session, retro_id: UUID, tag: str, contents: dict[str, Any]) -> None:
    sealed = seal(keys.keys_of(db).get(retro_id), tag, contents, ENTRY_SIZE)
    rows.put(db, Draft, {"tag": tag, "retro_id": retro_id, "sealed": sealed})


def _empty_composer(db: Session, seat: SeatVisitor, here: Sheet, key: str, slot: int | None, text: str) -> None:
    """What was sent is not being typed any more; another tab's half-typed text stays."""
    typed = composer(db, seat, here.composer)
    if typed is None:
        return
    edited = slot is not None and typed.editing == slot
    # Opened in two tabs with the same saved words: sent from one, they are not waiting in the other.
    shared = typed.editing is None and root_of(typed.key) == root_of(key) and typed.text.strip() == text
    if typed.key == key or edited or shared:
        _delete(db, seat, (here.composer,))


def _delete(db: Session, seat: SeatVisitor, which: tuple[int, ...]) -> None:
    found = [tag_of(seat, slot) for slot in which]
    db.execute(delete(Draft).where(col(Draft.tag).in_(found)))
