"""The door after the reveal: closed, with everybody who waits let in together; then one reads along without a seat.

Somebody who came alone must not be seen to come: a waiting row is sealed, wakes no screen and becomes a seat in one
transaction with all others, in random order. Whether anybody waits is said to nobody; what one does is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, func, insert, select

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import seal, unseal
from app.anonymity.service import keys, rows
from app.anonymity.service.keys import KeyIsGone
from app.retros.models import Retro, RetroDepartment, Seat, Waiting
from app.retros.queries.door import WAITING
from app.retros.queries.questions import ANSWER
from app.retros.queries.seats import SEAT, people_expected
from app.retros.queries.views import HeldRetro
from app.retros.rules.attendance import sit_at_once, total
from app.retros.rules.late_round import frozen_label
from app.retros.rules.names import LateRound, WayIn
from app.retros.rules.questions import FEWER
from app.retros.rules.refusals import DoorIsClosed, UnknownDepartment
from app.retros.service import attendance as fewer
from app.retros.service.handles import handles_of, new_handle

WAITING_SIZE = 320


def wait_at_door(db: Session, row: HeldRetro, secret: str, department_id: UUID | None) -> None:
    """Ask to be let in with "one more thing"; asked again, another department counts. Raises DoorIsClosed once that
    has started or was skipped, UnknownDepartment. The caller holds the row and has seen that there is no seat."""
    if row.late_round != LateRound.NOT_YET:
        raise DoorIsClosed
    department = db.get(RetroDepartment, (row.id, department_id)) if department_id else None
    if department is None:
        raise UnknownDepartment
    tag = tags.tag(secret, WAITING, row.id)
    coming = {"seat": tags.tag(secret, SEAT, row.id), "department": str(department_id)}
    if row.revealed_at is None:
        coming["fewer"] = tags.tag(secret, ANSWER, row.id, FEWER)
    sealed = seal(keys.keys_of(db).get(row.id), tag, coming, WAITING_SIZE)
    rows.put(db, Waiting, {"tag": tag, "retro_id": row.id, "sealed": sealed})


def must_wait(db: Session, row: HeldRetro) -> bool:
    """Whether who comes now, before the reveal, waits for a press at the desk: a fifth more than expected are here.
    The caller holds the row. A ticket opens one seat, so nobody waits with one."""
    if row.way_in != WayIn.CODE:
        return False
    most = sit_at_once(total(people_expected(db, row.id)))
    if most is None:
        return False
    seated = select(func.count()).select_from(Seat).where(Seat.retro_id == row.id)
    return db.exec(seated.where(col(Seat.ejected).is_(False))).one() >= most


def let_everybody_in(db: Session, row: Retro, random: Random) -> None:
    """A seat for each who waits, in groups that the reveal froze. The caller seals the tables afterwards."""
    asked = list(db.exec(select(Waiting).where(Waiting.retro_id == row.id)))
    if asked:
        seats = _seats(db, row, asked)
        random.shuffle(seats)
        if seats:
            db.execute(insert(Seat), [one.seat for one in seats])
        if row.revealed_at is None:
            fewer.begin_all(db, row.id, [(one.fewer, one.department_id) for one in seats])
        db.execute(delete(Waiting).where(col(Waiting.retro_id) == row.id))
    for one in asked:
        # The identity map holds rows that are gone.
        db.expunge(one)


def _seats(db: Session, row: Retro, asked: list[Waiting]) -> list[_Coming]:
    try:
        key = keys.keys_of(db).get(row.id)
    except KeyIsGone:
        return []
    taking_part = select(RetroDepartment).where(RetroDepartment.retro_id == row.id)
    pooled = {one.department_id: one.pooled for one in db.exec(taking_part)}
    taken = handles_of(db, row.id)
    seats = []
    for one in asked:
        coming = unseal(key, one.tag, one.sealed)
        department_id = UUID(coming["department"])
        taken.add(handle := new_handle(taken))
        seat = {
            "tag": coming["seat"],
            "retro_id": row.id,
            "department_id": frozen_label(department_id, pooled=pooled.get(department_id, True)),
            "handle": handle,
            "ready": False,
            "released": False,
            "ejected": False,
        }
        seats.append(_Coming(seat, department_id, coming.get("fewer", "")))
    return seats


@dataclass(frozen=True, slots=True)
class _Coming:
    """The row of a seat to come, and by which tag it may say that its department is fewer people."""

    seat: dict[str, Any]
    department_id: UUID
    fewer: str
