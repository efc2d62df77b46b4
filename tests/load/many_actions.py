"""An organisation with very many promises, written in bulk: for measuring pages, not for what steps do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.actions.models import Action
from app.actions.rules.kinds import ActionState, MissReason
from app.core.db import Database
from app.core.ids import new_id
from app.departments.models import Department

YEARS = 3
ENDS = (
    ActionState.ACCEPTED,
    ActionState.ACCEPTED,
    ActionState.HELD,
    ActionState.RETURNED,
    ActionState.NOT_DOING,
    ActionState.DECLINED,
)
OPEN = (
    ActionState.REQUESTED,
    ActionState.PROMISED,
    ActionState.IN_PROGRESS,
    ActionState.BLOCKED,
    ActionState.REPORTED_DONE,
    ActionState.RE_PROMISED,
)


def many_departments(house: Database, count: int, now: datetime) -> list[UUID]:
    """Departments in bulk: their ids."""
    rows = [
        {"id": new_id(), "name": f"Department {n:03d}", "badge": f"D{n % 100}", "tone": n % 12, "created_at": now}
        for n in range(count)
    ]
    with house.transaction() as db:
        db.execute(insert(Department), rows)
    return [row["id"] for row in rows]  # type: ignore[misc]  # the values are of many kinds


def many_actions(
    house: Database, departments: list[UUID], count: int, now: datetime, seed: int = 4, years: int = YEARS
) -> None:
    """`count` promises between these departments, asked over `years`, most of them settled by now."""
    random = Random(seed)
    rows = [_row(random, departments, number, now, years) for number in range(count)]
    with house.transaction() as db:
        for start in range(0, count, 2_000):
            db.execute(insert(Action), rows[start : start + 2_000])


def _row(random: Random, departments: list[UUID], number: int, now: datetime, years: int) -> dict[str, Any]:
    today = now.date()
    asked = today - timedelta(days=random.randint(0, 365 * years))
    provider, consumer = random.sample(departments, 2)
    due = asked + timedelta(days=random.choice((21, 30, 42, 60)))
    took = random.randint(5, 40) + (random.randint(0, 60) if random.random() < 0.3 else 0)
    settled = asked + timedelta(days=took)
    is_over = settled < today and random.random() < 0.95
    state = random.choice(ENDS if is_over else OPEN)
    promised = state not in (ActionState.DECLINED, ActionState.REQUESTED)
    answered = state is not ActionState.REQUESTED
    reported = settled if is_over and promised else (today if state is ActionState.REPORTED_DONE else None)
    slips = random.choice((0, 0, 0, 1, 2)) if promised else 0
    return {
        "id": new_id(),
        "title": f"Send page proofs of batch {number} two days earlier",
        "done_when": "The proofs of three issues in a row were in the folder on Tuesday at noon.",
        "owner_name": "Somebody of the department",
        "owner_email": "somebody@lantern.example",
        "providing_department_id": provider,
        "requesting_department_id": consumer,
        "due_on": due + timedelta(days=14 * slips),
        "promised_for": due if promised else None,
        "cause": "prevent",
        "state": state,
        "created_at": _at(asked),
        "requested_on": asked,
        "answered_on": asked + timedelta(days=1) if answered else None,
        "answered_in": random.choice((0, 1, 1, 1, 2, 2, 3, 5, 8)) if answered else None,
        "settled_at": _at(settled) if is_over else None,
        "settled_on": settled if is_over else None,
        "open_for": took if is_over else None,
        "slips": slips,
        "reported_at": _at(reported) if reported else None,
        "reported_on": reported,
        "by_silence": state is ActionState.ACCEPTED and random.random() < 0.1,
        "miss_reason": random.choice(list(MissReason)) if slips or state is ActionState.NOT_DOING else "",
        "moved_at": _at(asked),
    }


def _at(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
