"""Takes entries back after the reveal: withdrawn by who wrote them, or hidden by the facilitator."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from app.anonymity.rules import tags
from app.anonymity.service.keys import KeyIsGone
from app.core.errors import Invalid
from app.core.events import emit
from app.entries.events import EntriesWithdrawn, EntryHidden
from app.entries.models import Entry
from app.entries.rules.names import HiddenReason, HiddenRole
from app.entries.rules.refusals import EntryIsNotYours, UnknownEntry, WithdrawingIsOver
from app.entries.rules.slots import sent_slots
from app.entries.service import owners
from app.entries.service.writing import OWNER
from app.meaning.service import encoders
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.retros import get_for_change, hold
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.refusals import RetroIsClosed
from app.retros.service import version


def withdraw(db: Session, seat: SeatVisitor, entry_id: UUID, former: Sequence[str] = ()) -> None:
    """Ask for an entry to go, from the seat that wrote it. It goes at the next stage change, with all the others.

    `former`: secrets that the seat had before it came to this device. Revealed entries keep the tags of that time:
    changing those of one seat and not the others' would say which belong together. Asking twice is asking once.
    """
    row = hold(db, seat.retro_id)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    _entry(db, row.id, entry_id)
    secrets = (seat.secret, *former)
    own = {tags.tag(secret, OWNER, row.id, str(slot)) for secret in secrets for slot in sent_slots(row.entry_limit)}
    try:
        owner = owners.owner_of(db, row.id, entry_id)
        if owner is None or owner.tag not in own:
            raise EntryIsNotYours
        owners.ask_to_withdraw(db, row.id, entry_id, owner)
    except KeyIsGone as gone:
        raise WithdrawingIsOver from gone


def carry_out_withdrawals(db: Session, row: Retro) -> None:
    """Delete the entries whose withdrawal was asked for; topics lose them with it."""
    shown = list(db.exec(select(Entry.id).where(Entry.retro_id == row.id)))
    take_away(db, row, owners.settle_withdrawals(db, row.id, shown))


def take_away(db: Session, row: Retro, entry_ids: frozenset[UUID]) -> None:
    """Delete these entries, all at once."""
    if not entry_ids:
        return
    db.execute(delete(Entry).where(col(Entry.id).in_(entry_ids)))
    db.expire_all()
    encoders.forget_texts_of(db)
    emit(db, EntriesWithdrawn(row.id, version.raise_version(db, row.id), entry_ids))


def hide(db: Session, visitor: Visitor, retro_id: UUID, entry_id: UUID, reason: str) -> None:
    """Take an entry's text off every screen, for a reason of the fixed list; everybody sees it, and in which role it
    was done. At the close the text is erased."""
    if reason not in set(HiddenReason):
        raise Invalid("Please choose why this entry is hidden.", field="reason")
    _set_hidden(db, visitor, retro_id, entry_id, reason)


def show_again(db: Session, visitor: Visitor, retro_id: UUID, entry_id: UUID) -> None:
    """Undo hiding."""
    _set_hidden(db, visitor, retro_id, entry_id, None)


def erase_hidden(db: Session, retro_id: UUID) -> None:
    """At the close: what was hidden is erased for good. The row stays, and with it everything that is counted."""
    hidden = (col(Entry.retro_id) == retro_id, col(Entry.hidden_reason).is_not(None))
    if db.exec(select(Entry.id).where(*hidden)).first() is None:
        return
    db.execute(update(Entry).where(*hidden).values(text="", erased=True))
    db.expire_all()
    encoders.forget_texts_of(db)


def erase_all(db: Session, retro_id: UUID) -> None:
    """The words of every entry of a closed retro; the rows stay, and with them everything that is counted."""
    worded = (col(Entry.retro_id) == retro_id, col(Entry.text) != "")
    db.execute(update(Entry).where(*worded).values(text="", erased=True))
    db.expire_all()


def erase(db: Session, retro_id: UUID, entry_id: UUID) -> str:
    """The words of one entry, whoever decided that; returns them, for who looks where else they stand. Raises
    UnknownEntry."""
    entry = _entry(db, retro_id, entry_id)
    words, entry.text, entry.erased = entry.text, "", True
    db.flush()
    encoders.forget_texts_of(db)
    return words


def _set_hidden(db: Session, visitor: Visitor, retro_id: UUID, entry_id: UUID, reason: str | None) -> None:
    row = get_for_change(db, retro_id, visitor)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    entry = _entry(db, retro_id, entry_id)
    if entry.hidden_reason == reason:
        return
    leads = row.facilitator_id == visitor.account_id
    role = HiddenRole.FACILITATOR if leads else HiddenRole.CO_FACILITATOR
    entry.hidden_reason, entry.hidden_role = reason, role if reason else None
    db.flush()
    emit(db, EntryHidden(retro_id, version.raise_version(db, retro_id), entry_id))


def _entry(db: Session, retro_id: UUID, entry_id: UUID) -> Entry:
    entry = db.exec(select(Entry).where(Entry.id == entry_id, Entry.retro_id == retro_id)).first()
    if entry is None:
        raise UnknownEntry
    return entry
