"""Erases more than a text: a retro, an account, what everybody wrote in retros that were kept long enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from app.actions.models import Action
from app.actions.service import leaving
from app.anonymity.service import keys as keys_service
from app.anonymity.service import shuffle
from app.core import security_log
from app.core.events import is_writing, on_commit
from app.entries.models import Entry
from app.entries.service import withdrawing
from app.outcomes.models import Erasure, Outcome
from app.outcomes.queries.erasing import LEFT
from app.outcomes.queries.leaving import open_items
from app.outcomes.rules.document import from_contents
from app.outcomes.rules.erasing import Reason, What, without_any_entry
from app.outcomes.service.erasing import keep
from app.outcomes.service.history.undoing import remove
from app.outcomes.service.outcomes import mend_actions
from app.people.models import Account
from app.people.queries import account_row, admin_ids
from app.people.rules import NOBODY
from app.people.service import erasing as account_erasing
from app.people.service.refusals import StillNeeded
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.retros.service import notices
from app.themes.models import ThemeTopic
from app.themes.service import erasing
from app.topics.queries.topic_board import topics as topics_of
from app.topics.service import erasing as erasing_service


@dataclass(frozen=True, slots=True)
class ErasureCounts:
    """What erasing takes, and what stays."""

    name: str
    goes: tuple[tuple[int, str], ...]
    stays: tuple[tuple[int, str], ...]


def of_retro(db: Session, retro_id: UUID) -> ErasureCounts:
    """What erasing this retro would take. Raises NoResultFound."""
    retro = db.get_one(Retro, retro_id)
    entries = db.exec(select(func.count()).where(col(Entry.retro_id) == retro_id)).one()
    actions = db.exec(select(func.count()).where(col(Action.retro_id) == retro_id)).one()
    return ErasureCounts(
        retro.title,
        ((entries, "entries"), (len(topics_of(db, retro_id)), "topics"), (1, "outcome with its links")),
        ((actions, "actions, as promises without a retro"),),
    )


def erase_retro(db: Session, retro_id: UUID) -> None:
    """Everything of a retro, whatever stage it is in; promises made in it stay, and the project. Figures are counted
    anew without it."""
    keys = keys_service.keys_of(db)
    told = set(db.exec(select(ThemeTopic.theme_id).where(col(ThemeTopic.retro_id) == retro_id)))
    remove(db, [retro_id])
    erasing.name_anew(db, told, retro_id)
    database = db.info["database"]
    on_commit(db, lambda: keys.destroy(retro_id))
    on_commit(db, lambda: shuffle.rewrite(database))
    security_log.happened("retro_erased", retro=retro_id)


def of_account(db: Session, account_id: UUID) -> ErasureCounts:
    """What erasing this account would take. Raises NotFound, StillNeeded."""
    row = account_row(db, account_id)
    _refuse_if_needed(db, row)
    owned = db.exec(select(func.count()).where(col(Action.owner_id) == account_id)).one()
    led = db.exec(select(func.count()).where(col(Retro.facilitator_id) == account_id)).one()
    return ErasureCounts(
        row.name,
        ((1, "account with its sign-ins, tokens, memberships, mails and saved views"),),
        ((owned, f"actions, promised by “{LEFT}”"), (led, f"closed retros, run by “{LEFT}”")),
    )


def erase_account(db: Session, account_id: UUID, now: datetime) -> None:
    """Name, address and everything that only this person used go; what others rely on says “somebody who left”.

    Raises NotFound, StillNeeded.
    """
    row = account_row(db, account_id, lock=True)
    _refuse_if_needed(db, row)
    name = row.name
    retro_ids = leaving.forget_owner(db, account_id, LEFT)
    notices.replace_name(db, name, LEFT)
    account_erasing.erase(db, row, LEFT, now)
    for retro_id in retro_ids:
        mend_actions(db, retro_id)
    for outcome in db.exec(select(Outcome)).all():
        if any(name in notice for notice in outcome.contents.get("notices", ())):
            said = [notice.replace(name, LEFT) for notice in outcome.contents["notices"]]
            outcome.contents = {**outcome.contents, "notices": said}
    database = db.info["database"]
    on_commit(db, lambda: shuffle.rewrite(database))
    security_log.happened("account_erased", account=account_id)


def kept_long_enough(db: Session, before: datetime, most: int) -> list[UUID]:
    """Some retros that were closed before this moment and still have words of entries."""
    wanted = (
        select(Entry.retro_id)
        .join(Retro, col(Retro.id) == col(Entry.retro_id))
        .where(col(Retro.stage) == Stage.CLOSED, col(Retro.closed_at) < before, col(Entry.text) != "")
        .distinct()
    )
    return list(db.exec(wanted.limit(most)))


def erase_words_of_all(db: Session, retro_id: UUID, now: datetime) -> None:
    """What everybody wrote in a closed retro; its counts, what the room noted and its promises stay."""
    withdrawing.erase_all(db, retro_id)
    erasing_service.words_are_gone(db, retro_id, "")
    erasing.words_are_gone(db, retro_id, [one.id for one in topics_of(db, retro_id)])
    row = db.get(Outcome, retro_id, with_for_update=True)
    if row is not None:
        keep(db, row, without_any_entry(from_contents(row.contents), now.date()))
    reason = Reason.KEPT_LONG_ENOUGH
    db.add(Erasure(retro_id=retro_id, what=What.ALL, target="", reason=reason, asked_at=now, confirmed_at=now))
    db.flush()


def _refuse_if_needed(db: Session, row: Account) -> None:
    if row.email == NOBODY:
        raise StillNeeded("This account stands for everybody who left. It stays.")
    if admin_ids(db, lock=is_writing(db)) == [row.id]:
        raise StillNeeded("This is the only admin. Make somebody else an admin first.")
    leading = select(Retro.title).where(col(Retro.facilitator_id) == row.id, col(Retro.stage) != Stage.CLOSED)
    running = db.exec(leading).first()
    if running is not None:
        raise StillNeeded(f"“{running}” is still run by this account. Close it first, or hand it over.")
    if still := list(open_items(db, row)):
        things = "One thing waits" if len(still) == 1 else f"{len(still)} things wait"
        raise StillNeeded(f"{things} for this account. Hand it over first: `fencepost leave {row.email}` says what.")
