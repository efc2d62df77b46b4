"""The door after the reveal: closed, with everybody who waits let in together; then one reads along without a seat.

Somebody who came alone must not be seen to come: a waiting row is sealed, wakes no screen and becomes a seat in one
transaction with all others, in random order. Whether anybody waits is said to nobody; what one does is the same.
"""

from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, insert, select

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import VOTE_SIZE, seal, unseal
from app.anonymity.service.keys import KeyIsGone, keys_of
from app.anonymity.service.rows import put
from app.retros.models import Retro, RetroDepartment, Waiting
from app.retros.models import Seat as SeatRow
from app.retros.queries import Held
from app.retros.queries.door import WAITING
from app.retros.queries.seats import SEAT
from app.retros.rules import DoorIsClosed, LateRound, UnknownDepartment, frozen_label
from app.retros.service.handles import handles_of, new_handle


def wait_at_door(db: Session, row: Held, secret: str, department_id: UUID | None) -> None:
    """Ask to be let in with "one more thing"; asked again, another department counts. Raises DoorIsClosed once that
    has started or was skipped, UnknownDepartment. The caller holds the row and has seen that there is no seat."""
    if row.late_round != LateRound.NOT_YET:
        raise DoorIsClosed
    department = db.get(RetroDepartment, (row.id, department_id)) if department_id else None
    if department is None:
        raise UnknownDepartment
    tag = tags.tag(secret, WAITING, row.id)
    coming = {"seat": tags.tag(secret, SEAT, row.id), "department": str(department_id)}
    put(
        db, Waiting, {"tag": tag, "retro_id": row.id, "sealed": seal(keys_of(db).get(row.id), tag, coming, VOTE_SIZE)}
    )


def let_everybody_in(db: Session, row: Retro, random: Random) -> None:
    """A seat for each who waits, in groups that the reveal froze. The caller seals the tables afterwards."""
    asked = list(db.exec(select(Waiting).where(Waiting.retro_id == row.id)))
    if asked:
        seats = _seats(db, row, asked)
        random.shuffle(seats)
        if seats:
            db.execute(insert(SeatRow), seats)
        db.execute(delete(Waiting).where(col(Waiting.retro_id) == row.id))
    for one in asked:
        # The identity map holds rows that are gone.
        db.expunge(one)


def _seats(db: Session, row: Retro, asked: list[Waiting]) -> list[dict[str, Any]]:
    try:
        key = keys_of(db).get(row.id)
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
        seats.append(
            {
                "tag": coming["seat"],
                "retro_id": row.id,
                "department_id": frozen_label(department_id, pooled=pooled.get(department_id, True)),
                "handle": handle,
                "ready": False,
                "released": False,
                "ejected": False,
            }
        )
    return seats
