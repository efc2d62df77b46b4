"""Reveals what was sent: all at once, under new ids, in random order; the drafts are gone in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, insert

from app.anonymity.service.keys import KeyIsGone
from app.core.events import emit
from app.core.ids import new_id
from app.entries.events import EntriesRevealed, LateEntriesRevealed, ThanksRevealed
from app.entries.models import Draft, Entry
from app.entries.queries import opened_drafts
from app.entries.rules.refusals import EntriesCannotBeOpened
from app.entries.service.owners import keep_owners
from app.entries.service.signing import standing
from app.retros.models import Retro
from app.retros.queries.providers import Providers, providers_of
from app.retros.queries.seats import somebody_has_no_label
from app.retros.rules.names import Labels
from app.retros.service import stage_moves, version


def reveal(db: Session, row: Retro, now: datetime, random: Random) -> None:
    """Decide pooling, copy sent drafts to entries, drop all drafts. Below k: released ones only.

    Once only: a retro that comes back to grouping from the vote is left as it is.
    """
    if row.revealed_at is not None:
        return
    drafts = [contents for contents in _all_opened(db, row.id) if contents["sent"]]
    if row.awaiting_release:
        drafts = [contents for contents in drafts if contents["released"]]
    room = stage_moves.room_at_the_reveal(db, row)  # before the seats lose their departments
    signed = standing(db, room, stage_moves.settle_labels(db, row, room, now), row.k, drafts)
    _turn_into_entries(db, row, drafts, random, signed)
    emit(db, EntriesRevealed(row.id, version.raise_version(db, row.id)))


def reveal_late(db: Session, row: Retro, random: Random) -> None:
    """The round after the reveal is over: what was sent in it appears, shuffled and without any department; what was
    being typed is gone. Where too few could have said something about a provider, none is named."""
    sent = [contents for contents in _all_opened(db, row.id) if contents["sent"]]
    drafts = [{**contents, "department": None} for contents in sent]
    _turn_into_entries(db, row, drafts, random, late=True)
    if drafts:
        emit(db, LateEntriesRevealed(row.id, version.raise_version(db, row.id)))


def reveal_thanks(db: Session, row: Retro, random: Random) -> None:
    """Turn the thanks of the wrap-up into entries; below k they are destroyed, since no result is shown then.

    Where all departments kept their names and somebody let in later has none, thanks without a department would be
    theirs alone: then none carries one.
    """
    thanks = list(_all_opened(db, row.id))
    if not thanks:
        return
    if row.awaiting_release:
        thanks = []
    if row.labels == Labels.KEPT and somebody_has_no_label(db, row.id):
        thanks = [{**contents, "department": None} for contents in thanks]
    _turn_into_entries(db, row, thanks, random)
    emit(db, ThanksRevealed(row.id, version.raise_version(db, row.id)))


def _all_opened(db: Session, retro_id: UUID) -> Iterable[dict[str, Any]]:
    try:
        return list(opened_drafts(db, retro_id))
    except KeyIsGone as gone:
        raise EntriesCannotBeOpened from gone


def _turn_into_entries(
    db: Session,
    row: Retro,
    drafts: list[dict[str, Any]],
    random: Random,
    signed: frozenset[UUID] = frozenset(),
    *,
    late: bool = False,
) -> None:
    providers = providers_of(db, row, late=late)
    rows = [{**_entry(row.id, contents, providers, signed), "late": late} for contents in drafts]
    owned = zip(rows, drafts, strict=True)
    owners = {entry["id"]: contents["owner"] for entry, contents in owned if "owner" in contents}
    random.shuffle(rows)
    if rows:
        db.execute(insert(Entry), rows)
    keep_owners(db, row.id, owners, random)
    db.execute(delete(Draft).where(col(Draft.retro_id) == row.id))


def _entry(retro_id: UUID, contents: dict[str, Any], providers: Providers, signed: frozenset[UUID]) -> dict[str, Any]:
    writer = UUID(contents["department"]) if contents["department"] else None
    about = UUID(contents["about"]) if contents["about"] else None
    speaks_for = writer if contents.get("signed") and writer in signed else None
    about, about_pooled = (about, False) if speaks_for else providers.shown(writer, about)
    return {
        "id": new_id(),
        "retro_id": retro_id,
        "kind": contents["kind"],
        "text": contents["text"],
        "department_id": writer if writer in providers.labelled else None,
        "about_department_id": about,
        "about_pooled": about_pooled,
        "signed_department_id": speaks_for,
        "dimension": contents["dimension"],
        "hidden_reason": None,
        "hidden_role": None,
        "erased": False,
    }
