"""Loads a list of actions from elsewhere: each row once, again and again without harm; and takes it back.

The history says what the list says, at the days that the list states, by nobody. A row that somebody has worked on
here is never changed by its list again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.actions.models import Action
from app.actions.queries import policy
from app.actions.queries import rows as rows_queries
from app.actions.queries.loading import rows_in_list
from app.actions.rules.kinds import ActionState
from app.actions.rules.list_files import Words
from app.actions.rules.loading import (
    Meaning,
    RowOutcome,
    UnreadableActionRow,
    in_a_list,
    list_name_problem,
    meaning,
    shortened,
)
from app.actions.rules.states import StepTaken
from app.actions.service.stepping import add_step
from app.core.errors import Invalid, NotFound, Refusal
from app.departments.queries import all_departments
from app.people.queries import AccountView, accounts
from app.people.rules import Visitor

FEW = 500
"""Rows that are looked up one by one."""


class LoadedMeanwhile(Refusal):
    sentence = (
        "This list was loaded just now, perhaps by a second click. Nothing was loaded twice: look at the lists."
    )


@dataclass(frozen=True, slots=True)
class LoadLine:
    """What becomes of one row; `number` counts from 1. `notes`: what could not be taken over, in sentences."""

    number: int
    reference: str
    title: str
    outcome: RowOutcome
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    list_name: str
    lines: tuple[LoadLine, ...]
    unknown_departments: tuple[str, ...] = ()

    def count(self, outcome: RowOutcome) -> int:
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def writes(self) -> int:
        """How many actions come or change."""
        return self.count(RowOutcome.NEW) + self.count(RowOutcome.CHANGED)


@dataclass
class _Plan:
    """What loading would do, found out before anything is written."""

    known: _Known
    rows: dict[str, Action]
    lines: list[LoadLine] = field(default_factory=list)
    writes: list[tuple[Meaning, Words, Action | None]] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Known:
    """Whom the words of a list may mean here. Departments by their name in small letters."""

    departments: dict[str, UUID]
    by_email: dict[str, AccountView]
    by_name: dict[str, AccountView]
    usual_provider: UUID | None

    def department(self, name: str) -> UUID | None:
        return self.departments.get(" ".join(name.split()).casefold())

    def owner(self, row: Meaning) -> AccountView | None:
        return self.by_email.get(row.owner_email) if row.owner_email else self.by_name.get(row.owner)


def would_load(
    db: Session, visitor: Visitor | None, rows: Sequence[Words], list_name: str, now: datetime, department: str = ""
) -> LoadReport:
    """What `load` would do; writes nothing. Raises as it does."""
    return _report(_planned(db, visitor, rows, list_name, now, department, lock=False), list_name)


def load(
    db: Session, visitor: Visitor | None, rows: Sequence[Words], list_name: str, now: datetime, department: str = ""
) -> LoadReport:
    """Load the rows of a list; what was loaded before is recognised by its reference.

    `department` provides what states no provider; `visitor` None is the operator at the shell. Raises NotFound for
    others than admins and facilitators, Invalid for a list without a name and an unknown `department`;
    LoadedMeanwhile.
    """
    plan = _planned(db, visitor, rows, list_name, now, department, lock=True)
    try:
        with db.begin_nested():
            _write_all(db, plan, list_name, now)
    except IntegrityError as error:
        raise LoadedMeanwhile from error
    return _report(plan, list_name)


def undo_load(db: Session, visitor: Visitor | None, list_name: str) -> tuple[int, int]:
    """Undo the loading of a list: removes what nobody has worked on since. Returns (removed, kept).

    Raises NotFound for others than admins and facilitators.
    """
    _refuse_others(visitor)
    rows = rows_in_list(db, list_name, lock=True).values()
    untouched = [row for row in rows if row.version == row.imported_version]
    for row in untouched:
        db.delete(row)
    db.flush()
    return len(untouched), len(rows) - len(untouched)


def _planned(
    db: Session,
    visitor: Visitor | None,
    rows: Sequence[Words],
    list_name: str,
    now: datetime,
    department: str,
    *,
    lock: bool,
) -> _Plan:
    _refuse_others(visitor)
    if problem := list_name_problem(list_name):
        raise Invalid(problem, field="list_name")
    plan = _Plan(_known(db, department), rows_in_list(db, list_name, lock=lock, among=_names_of(list_name, rows)))
    today = policy.calendar_of(db, None).day(now)
    met: dict[str, int] = {}
    for number, words in enumerate(rows, start=1):
        plan.lines.append(_line(plan, list_name, number, words, today, met))
    return plan


def _names_of(list_name: str, rows: Sequence[Words]) -> list[str] | None:
    """Under which names a few rows could be here; None: look at the whole list."""
    if len(rows) > FEW or not all(words.get("reference") for words in rows):
        return None
    return [in_a_list(list_name, " ".join(words["reference"].split())) for words in rows]


def _line(plan: _Plan, list_name: str, number: int, words: Words, today: date, met: dict[str, int]) -> LoadLine:
    title = " ".join(words.get("title", "").split())
    try:
        row = meaning(words, today)
    except UnreadableActionRow as refused:
        return LoadLine(number, words.get("reference", ""), title, RowOutcome.REFUSED, (str(refused),))
    if row.reference in met:
        again = f"Row {met[row.reference]} has the same reference, or the same words: one of them is loaded."
        return LoadLine(number, row.reference, title, RowOutcome.REFUSED, (again,))
    met[row.reference] = number
    found = plan.rows.get(in_a_list(list_name, row.reference))
    outcome = _outcome(words, found)
    if outcome in (RowOutcome.NEW, RowOutcome.CHANGED):
        plan.writes.append((row, words, found))
    notes = [*row.notes, *_unknown(plan, row), *_worked_on(outcome)]
    return LoadLine(number, row.reference, row.title, outcome, tuple(notes))


def _outcome(words: Words, found: Action | None) -> RowOutcome:
    if found is None:
        return RowOutcome.NEW
    if json.loads(found.imported_row) == words:
        return RowOutcome.UNCHANGED
    return RowOutcome.CHANGED if found.version == found.imported_version else RowOutcome.WORKED_ON


def _unknown(plan: _Plan, row: Meaning) -> list[str]:
    notes = []
    for name, said, stays_open in (
        ("department", row.provider, "who provides it"),
        ("department", row.requester, "who asks for it"),
    ):
        if said and plan.known.department(said) is None:
            plan.strangers.add(said)
            notes.append(f"There is no {name} called “{said}” here, so {stays_open} stays open.")
    return notes


def _worked_on(outcome: RowOutcome) -> list[str]:
    if outcome is not RowOutcome.WORKED_ON:
        return []
    return ["The list changed it, but somebody has worked on it here since: what stands here stays."]


def _write_all(db: Session, plan: _Plan, list_name: str, now: datetime) -> None:
    for at, (row, words, found) in enumerate(plan.writes):
        # Rows are read back in the order of their creation: that of the list.
        in_order = now + timedelta(microseconds=at)
        _write(db, plan.known, list_name, row, words, found or Action(title=row.title, created_at=in_order), now)


def _write(
    db: Session, known: _Known, list_name: str, row: Meaning, words: Words, action: Action, now: datetime
) -> None:
    is_new = action.imported_from is None
    owner = known.owner(row)
    action.title, action.done_when, action.external_link = row.title, row.done_when, row.link
    action.owner_id, action.owner_email = (owner.id, owner.email) if owner else (None, row.owner_email)
    action.owner_name = owner.name if owner else row.owner
    action.providing_department_id = known.department(row.provider) if row.provider else known.usual_provider
    action.requesting_department_id = known.department(row.requester)
    action.imported_from, action.imported_as = list_name, in_a_list(list_name, row.reference)
    action.imported_row = json.dumps(words, ensure_ascii=False)
    db.add(action)
    db.flush()
    _write_history(db, action, list_name, row, now, is_new=is_new)
    action.imported_version = action.version
    db.add(action)


def _write_history(db: Session, action: Action, list_name: str, row: Meaning, now: datetime, *, is_new: bool) -> None:
    """What the list says happened, by nobody. A change of the list is a new line; no line is ever rewritten."""
    if action.state != ActionState.PROPOSED:
        last = rows_queries.steps_of(db, action.id)[-1]
        add_step(db, action, StepTaken(ActionState.PROPOSED, now, undoes=last.number), is_told=False)
    raised = _noon(db, row.raised_on) if is_new else None
    words = f"Loaded from the list “{list_name}”." if is_new else f"Changed in the list “{list_name}”."
    add_step(
        db, action, StepTaken(ActionState.PROPOSED, raised or now, due_on=row.due_on, reason=words), is_told=False
    )
    if row.ends is not None:
        without_day = "" if row.done_on else " It does not say when."
        ended = StepTaken(row.ends, _noon(db, row.done_on) or now, reason=_as_the_list_says(row, without_day))
        add_step(db, action, ended, is_told=False)


def _as_the_list_says(row: Meaning, more: str) -> str:
    return shortened(f"The list says: “{row.in_words}”.{more}" if row.in_words else f"The list says so.{more}")


def _noon(db: Session, day: date | None) -> datetime | None:
    """A list states days without a time: their middle is that same day in nearly every reader's time zone."""
    return policy.calendar_of(db, None).midnight(day) + timedelta(hours=12) if day else None


def _known(db: Session, usual_provider: str) -> _Known:
    departments = {one.name.casefold(): one.id for one in all_departments(db)}
    usual = departments.get(" ".join(usual_provider.split()).casefold())
    if usual_provider and usual is None:
        raise Invalid(f"There is no department called “{usual_provider}”.", field="department")
    people = [one for one in accounts(db) if not one.is_disabled]
    names = Counter(one.name for one in people)
    return _Known(
        departments=departments,
        by_email={one.email: one for one in people},
        by_name={one.name: one for one in people if names[one.name] == 1},
        usual_provider=usual,
    )


def _report(plan: _Plan, list_name: str) -> LoadReport:
    return LoadReport(list_name, tuple(plan.lines), tuple(sorted(plan.strangers)))


def _refuse_others(visitor: Visitor | None) -> None:
    if visitor is not None and not visitor.sees_everything:
        raise NotFound
