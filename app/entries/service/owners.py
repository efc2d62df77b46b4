"""Keeps, sealed under the retro's key, from which seat an entry may be withdrawn, and which withdrawals wait.

A row opens only with the key and the entry's id together: which row belongs to an entry is found by trying them all.
Whoever holds the database alone (a backup, a log, a replica) can try nothing, not even with a seat's secret.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlmodel import Session, col, delete, insert, select

from app.anonymity.rules.sealing import seal, unseal
from app.anonymity.service import keys
from app.anonymity.service.keys import KeyIsGone
from app.core.ids import new_id
from app.entries.models import EntryOwner, Withdrawal

OWNER_SIZE = 96
WITHDRAWAL_SIZE = 64


@dataclass(frozen=True, slots=True)
class Owner:
    """The tag of the seat that an entry came from, and the row where it lies sealed."""

    row_id: UUID
    tag: str = field(repr=False)


def keep_owners(db: Session, retro_id: UUID, owners: Mapping[UUID, str], random: Random) -> None:
    """Seal the owner tag of each entry, in an order of their own. Raises KeyIsGone."""
    if not owners:
        return
    key = keys.keys_of(db).get(retro_id)
    rows = [
        _row(retro_id, seal(key, _owner(entry_id), {"owner": tag}, OWNER_SIZE)) for entry_id, tag in owners.items()
    ]
    random.shuffle(rows)
    db.execute(insert(EntryOwner), rows)


def owner_of(db: Session, retro_id: UUID, entry_id: UUID) -> Owner | None:
    """Who owns this entry; None where nobody does. Raises KeyIsGone."""
    key = keys.keys_of(db).get(retro_id)
    for row_id, sealed in db.exec(select(EntryOwner.id, EntryOwner.sealed).where(EntryOwner.retro_id == retro_id)):
        contents = _opened(key, _owner(entry_id), sealed)
        if contents is not None:
            return Owner(row_id, str(contents["owner"]))
    return None


def ask_to_withdraw(db: Session, retro_id: UUID, entry_id: UUID, owner: Owner) -> None:
    """Remember that this entry is to go; asked for twice it is remembered once. Raises KeyIsGone."""
    key, about = keys.keys_of(db).get(retro_id), _withdrawal(entry_id)
    asked = db.exec(select(Withdrawal.sealed).where(Withdrawal.retro_id == retro_id)).all()
    if any(_opened(key, about, one) is not None for one in asked):
        return
    sealed = seal(key, about, {"owner": owner.row_id.hex}, WITHDRAWAL_SIZE)
    db.execute(insert(Withdrawal), [_row(retro_id, sealed)])


def settle_withdrawals(db: Session, retro_id: UUID, shown: Collection[UUID]) -> frozenset[UUID]:
    """Which of the `shown` entries are to go. What was asked is forgotten with the answer, and so are their owners.

    Without the key nothing can be read any more, so nothing goes.
    """
    asked = list(db.exec(select(Withdrawal.sealed).where(Withdrawal.retro_id == retro_id)).all())
    if not asked:
        return frozenset()
    db.execute(delete(Withdrawal).where(col(Withdrawal.retro_id) == retro_id))
    try:
        found = _opened_withdrawals(keys.keys_of(db).get(retro_id), asked, shown)
    except KeyIsGone:
        return frozenset()
    db.execute(delete(EntryOwner).where(col(EntryOwner.id).in_([UUID(owner) for owner in found.values()])))
    return frozenset(found)


def _opened_withdrawals(key: bytes, asked: Collection[bytes], shown: Collection[UUID]) -> dict[UUID, str]:
    """Entry -> what its withdrawal holds."""
    found: dict[UUID, str] = {}
    for sealed in asked:
        for entry_id in shown:
            contents = _opened(key, _withdrawal(entry_id), sealed)
            if contents is not None:
                found[entry_id] = str(contents["owner"])
                break
    return found


def _row(retro_id: UUID, sealed: bytes) -> dict[str, Any]:
    return {"id": new_id(), "retro_id": retro_id, "sealed": sealed}


def _owner(entry_id: UUID) -> str:
    return f"owner|{entry_id.hex}"


def _withdrawal(entry_id: UUID) -> str:
    return f"withdrawal|{entry_id.hex}"


def _opened(key: bytes, about: str, sealed: bytes) -> dict[str, Any] | None:
    try:
        return unseal(key, about, sealed)
    except InvalidTag:
        return None
