"""A big house in a moment: departments, accounts and actions with valid histories, written in bulk.

The states come from the rules themselves (`project` of a history that was walked at random), so lists and figures
read what the application would have written. Deterministic: the same numbers make the same house.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel

from app.actions.models import Action, ActionStep
from app.actions.rules.kinds import ActionState, Cause, MissReason
from app.actions.rules.states import Projection, StepTaken, project
from app.core.db import Database
from app.core.places import Place
from app.departments.models import Department, Organisation
from app.people.models import Account, Membership
from app.people.service import sign_ins
from app.projects.models import Project
from app.retros.models import Retro
from app.retros.rules.names import Stage

NOW = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
PLACE = Place()
BATCH = 2_000
VERBS = ("Send", "Name", "Agree on", "Write down", "Shorten", "Check", "Publish", "Keep", "Try", "Share")
THINGS = ("page proofs", "one contact", "the paper", "the checklist", "the briefing", "the plates", "the calendar")
WHENS = (
    "two days earlier",
    "every Tuesday",
    "before press",
    "with every order",
    "for the spring list",
    "at kick-off",
)

# Where histories end, and how many of a hundred.
WALKS: tuple[tuple[int, tuple[ActionState, ...]], ...] = (
    (6, ()),
    (5, (ActionState.ACKNOWLEDGED,)),
    (2, (ActionState.COUNTERED,)),
    (2, (ActionState.DECLINED,)),
    (10, (ActionState.ACKNOWLEDGED, ActionState.PROMISED)),
    (6, (ActionState.PROMISED, ActionState.IN_PROGRESS)),
    (4, (ActionState.PROMISED, ActionState.RE_PROMISED)),
    (3, (ActionState.ACKNOWLEDGED, ActionState.PROMISED, ActionState.BLOCKED)),
    (4, (ActionState.PROMISED, ActionState.REPORTED_DONE)),
    (2, (ActionState.PROMISED, ActionState.REPORTED_DONE, ActionState.SENT_BACK)),
    (5, (ActionState.PROMISED, ActionState.NOT_DOING)),
    (20, (ActionState.ACKNOWLEDGED, ActionState.PROMISED, ActionState.REPORTED_DONE, ActionState.ACCEPTED)),
    (
        12,
        (
            ActionState.PROMISED,
            ActionState.RE_PROMISED,
            ActionState.IN_PROGRESS,
            ActionState.REPORTED_DONE,
            ActionState.ACCEPTED,
        ),
    ),
    (
        10,
        (
            ActionState.PROMISED,
            ActionState.IN_PROGRESS,
            ActionState.REPORTED_DONE,
            ActionState.ACCEPTED,
            ActionState.HELD,
        ),
    ),
    (
        5,
        (
            ActionState.PROMISED,
            ActionState.REPORTED_DONE,
            ActionState.SENT_BACK,
            ActionState.REPORTED_DONE,
            ActionState.ACCEPTED,
            ActionState.RETURNED,
        ),
    ),
    (
        4,
        (
            ActionState.PROMISED,
            ActionState.BLOCKED,
            ActionState.IN_PROGRESS,
            ActionState.REPORTED_DONE,
            ActionState.ACCEPTED,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is in the house. Tokens belong into the cookie `visit`; `an_action` is one of the first department."""

    departments: tuple[UUID, ...]
    accounts: tuple[UUID, ...]
    lead_token: str
    admin_token: str
    an_action: UUID


def settle(
    database: Database, actions: int, departments: int = 60, accounts: int = 200, now: datetime = NOW
) -> Crowd:
    """Fill an empty database. The first account leads the first department, the last one is an admin without any."""
    chance = Random(f"{actions} {departments} {accounts}")
    department_ids = tuple(_id(chance) for _ in range(departments))
    account_ids = tuple(_id(chance) for _ in range(accounts))
    retro_ids = tuple(_id(chance) for _ in range(max(2, actions // 50)))
    with database.transaction() as db:
        _house(db, department_ids, account_ids, now)
        _retros(db, chance, retro_ids, account_ids[0], now)
        made = _Maker(chance, department_ids, account_ids, retro_ids, now)
        for start in range(0, actions, BATCH):
            rows = [made.one() for _ in range(min(BATCH, actions - start))]
            _insert(db, Action, (row for row, _ in rows))
            _insert(db, ActionStep, (step for _, steps in rows for step in steps))
        lead = sign_ins.open_sign_in(db, account_ids[0], now, "A load test")
        admin = sign_ins.open_sign_in(db, account_ids[-1], now, "A load test")
    return Crowd(department_ids, account_ids, lead, admin, made.of_the_first)


def _house(db: Session, departments: tuple[UUID, ...], accounts: tuple[UUID, ...], now: datetime) -> None:
    if db.get(Organisation, 1) is None:
        db.add(Organisation(name="A big house"))
    for number, key in enumerate(departments):
        name = f"Department {number + 1:02}"
        db.add(Department(id=key, name=name, badge=f"D{number % 10}", tone=number % 12, created_at=now))
    db.flush()
    for number, key in enumerate(accounts):
        last = number == len(accounts) - 1
        name = f"Person {number + 1:03}"
        email = f"person{number + 1}@big.example"
        db.add(Account(id=key, email=email, name=name, created_at=now, is_admin=last))
    db.flush()
    for number, key in enumerate(accounts[:-1]):
        home = departments[number % len(departments)]
        db.add(Membership(account_id=key, department_id=home, is_lead=number < len(departments)))
    db.flush()


def _retros(db: Session, chance: Random, retros: tuple[UUID, ...], lead: UUID, now: datetime) -> None:
    project = _id(chance)
    db.add(Project(id=project, name="Everything", kind="Big", created_at=now, created_by=lead))
    db.flush()
    _insert(
        db,
        Retro,
        (
            _row(
                Retro(
                    id=key,
                    project_id=project,
                    code=f"{number:08}",
                    title=f"Retro {number + 1}",
                    facilitator_id=lead,
                    stage=Stage.CLOSED,
                    created_at=now - timedelta(days=400),
                    closed_at=now - timedelta(days=chance.randint(2, 390)),
                )
            )
            for number, key in enumerate(retros)
        ),
    )


class _Maker:
    def __init__(
        self,
        chance: Random,
        departments: tuple[UUID, ...],
        accounts: tuple[UUID, ...],
        retros: tuple[UUID, ...],
        now: datetime,
    ) -> None:
        self.chance, self.departments, self.accounts, self.retros, self.now = (
            chance, departments, accounts, retros, now,
        )  # fmt: skip
        self.of_the_first = UUID(int=0)

    def one(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The row of an action and those of its history."""
        chance = self.chance
        key = _id(chance)
        provides, asks = chance.sample(range(len(self.departments)), 2)
        if 0 in (provides, asks):
            self.of_the_first = key
        owner = chance.choice(range(provides, len(self.accounts) - 1, len(self.departments)))
        asker = chance.choice(range(asks, len(self.accounts) - 1, len(self.departments)))
        walk = chance.choices([states for _, states in WALKS], [share for share, _ in WALKS])[0]
        history = self._walked(walk, self.accounts[owner], self.accounts[asker])
        action = Action(
            id=key,
            retro_id=chance.choice(self.retros),
            title=f"{chance.choice(VERBS)} {chance.choice(THINGS)} {chance.choice(WHENS)}",
            done_when="Three issues in a row had it, and nobody had to ask.",
            owner_id=self.accounts[owner],
            providing_department_id=self.departments[provides],
            requesting_department_id=self.departments[asks],
            priority=chance.choice(("normal", "normal", "high")),
            cause=chance.choice(list(Cause)),
            created_at=history[0].happened_at,
            version=len(history) + 1,
            **_projected(project(history)),
        )
        return _row(action), [_row(self._step(key, step)) for step in history]

    def _walked(self, walk: tuple[ActionState, ...], owner: UUID, asker: UUID) -> list[StepTaken]:
        chance = self.chance
        age = chance.randint(1, 40) if len(walk) < 2 else chance.randint(10, 380)
        at = self.now - timedelta(days=age, minutes=chance.randint(0, 600))
        due = at.date() + timedelta(days=chance.randint(15, 60))
        steps = [StepTaken(ActionState.REQUESTED, at, due_on=due, owner_id=owner, number=1)]
        stride = max(1, age // (len(walk) + 1))
        for number, state in enumerate(walk, start=2):
            at = min(at + timedelta(days=chance.randint(0, stride), minutes=chance.randint(1, 300)), self.now)
            moves = state == ActionState.RE_PROMISED
            due = due + timedelta(days=14) if moves else due
            missed = state in (ActionState.RE_PROMISED, ActionState.BLOCKED, ActionState.NOT_DOING)
            asked = state in (ActionState.ACCEPTED, ActionState.SENT_BACK, ActionState.HELD, ActionState.RETURNED)
            steps.append(
                StepTaken(
                    state,
                    at,
                    due_on=due if moves or state == ActionState.PROMISED else None,
                    reason="The plates were late." if missed or state in _WITH_WORDS else "",
                    account_id=asker if asked else owner,
                    department_id=chance.choice(self.departments) if state == ActionState.BLOCKED else None,
                    miss_reason=chance.choice(list(MissReason)) if missed else "",
                    number=number,
                )
            )
        return steps

    def _step(self, key: UUID, step: StepTaken) -> ActionStep:
        return ActionStep(
            id=_id(self.chance),
            action_id=key,
            **{name: getattr(step, name) for name in _STEP_FIELDS},
        )


_WITH_WORDS = (ActionState.COUNTERED, ActionState.DECLINED, ActionState.SENT_BACK)
_STEP_FIELDS = (
    "number", "state", "happened_at", "account_id", "reason", "miss_reason", "due_on", "department_id", "owner_id",
)  # fmt: skip


def _projected(comes_to: Projection) -> dict[str, Any]:
    """As `service.stepping.write_projection` writes it, in one place for all."""

    def day(moment: datetime | None) -> date | None:
        return PLACE.day(moment) if moment else None

    asked, answered, settled = (
        day(one) for one in (comes_to.requested_at, comes_to.answered_at, comes_to.settled_at)
    )
    return {
        **{name: getattr(comes_to, name) for name in (
            "state", "due_on", "promised_for", "slips", "reported_at", "settled_at", "moved_at", "blocked_by_id",
            "miss_reason", "by_silence",
        )},
        "requested_on": asked,
        "answered_on": answered,
        "answered_in": PLACE.between(asked, answered) if asked and answered else None,
        "reported_on": day(comes_to.reported_at),
        "settled_on": settled,
        "open_for": (settled - asked).days if asked and settled else None,
        "noticed_on": day(comes_to.moved_at),
    }  # fmt: skip


def _row(made: SQLModel) -> dict[str, Any]:
    return made.model_dump()


def _insert(db: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]] | Iterator[dict[str, Any]]) -> None:
    db.execute(table.__table__.insert(), list(rows))  # type: ignore[attr-defined]  # SQLModel does not declare it


def _id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
