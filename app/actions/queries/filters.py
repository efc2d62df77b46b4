"""What somebody wants to see of the desk, in SQL: the parts, the filters, the order and where a page begins.

"Late" is decided by the organisation's day for all actions alike: departments lie at most a day apart, a page may not
read a calendar for each row, and what the calendar does (reminders, silence) follows each department's own day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, true
from sqlmodel import col

from app.actions.models import Action
from app.actions.queries.rights import is_owner
from app.actions.rules.desk import ASKED, OVER, REQUESTER_MOVES, STATES_OF, ActionFilter, DeskSection, Group, Sort
from app.actions.rules.kinds import ActionState
from app.actions.rules.notices import UNANSWERED, WORKING
from app.people.rules import Visitor

NEVER = date.max
WEEK = timedelta(days=6)
STATE = col(Action.state)
_due: ColumnElement[date] = func.coalesce(col(Action.due_on), NEVER)


@dataclass(frozen=True, slots=True)
class Order:
    """Columns to sort by, and the condition under which a row comes after `cursor` (what `said` made of a row)."""

    columns: tuple[Any, ...]
    begins: ColumnElement[bool]


def filter_clause(visitor: Visitor, wanted: ActionFilter, part: DeskSection, today: date) -> ColumnElement[bool]:
    """All that is wanted, in one part: asked after a close and never taken off."""
    states = OVER if wanted.group == Group.SETTLED else frozenset(ActionState) - OVER - {ActionState.PROPOSED}
    # Somebody's own parts are found by their departments: the index of states would read those of the whole house.
    state = STATE if part == DeskSection.EVERYTHING else func.coalesce(STATE, "")
    return and_(
        col(Action.removed_at).is_(None),
        state.in_(sorted(states & _states_in(part))),
        _part(visitor, part),
        _group(wanted.group, today),
        *_filters(visitor, wanted, part),
    )


def is_late(today: date) -> ColumnElement[bool]:
    return and_(col(Action.due_on) < today, STATE.in_(sorted(STATES_OF[Group.LATE])))


def urgency(part: DeskSection, today: date) -> ColumnElement[int]:
    """0 for what needs somebody first, up to 3 for what waits for others."""
    if part == DeskSection.ASKED_BY_US:
        ours = STATE.in_([ActionState.REPORTED_DONE, ActionState.COUNTERED])
        return case((ours, 0), (is_late(today), 1), (STATE == ActionState.DECLINED, 3), else_=2)
    waits = STATE.in_([ActionState.REPORTED_DONE, ActionState.COUNTERED])
    return case((is_late(today), 0), (STATE == ActionState.DECLINED, 3), (waits, 2), else_=1)


def needs_us(part: DeskSection) -> ColumnElement[bool]:
    """Where the next step is this side's to take."""
    if part == DeskSection.ASKED_BY_US:
        return STATE.in_([ActionState.REPORTED_DONE, ActionState.COUNTERED])
    return STATE.in_(sorted(UNANSWERED | WORKING))


def order(wanted: ActionFilter, part: DeskSection, today: date) -> Order:
    """How the rows of a part are sorted; a page begins after the last row of the one before, never at a number."""
    key = col(Action.id)
    if wanted.sort == Sort.DUE:
        rank = urgency(part, today)
        return Order((rank, _due, key), _after_due(rank, wanted.after))
    made = col(Action.created_at)
    newest = wanted.sort == Sort.NEWEST
    columns = (made.desc(), key.desc()) if newest else (made.asc(), key.asc())
    return Order(columns, _after_made(newest, wanted.after))


def cursor(wanted: ActionFilter, row: Action, rank: int) -> str:
    """Where a page ended that ended with this row."""
    if wanted.sort == Sort.DUE:
        return f"{rank}_{(row.due_on or NEVER).isoformat()}_{row.id.hex}"
    return f"{row.created_at.isoformat()}_{row.id.hex}"


def _states_in(part: DeskSection) -> frozenset[ActionState]:
    if part == DeskSection.ASKED_OF_US:
        return ASKED | OVER
    if part == DeskSection.PROMISED_BY_US:
        return WORKING | {ActionState.REPORTED_DONE} | OVER
    return frozenset(ActionState)


def _part(visitor: Visitor, part: DeskSection) -> ColumnElement[bool]:
    """`rules.part_of`, in SQL; the part "everything" is all that a visitor may see here."""
    ours, theirs = _provided_by(visitor), _asked_by(visitor)
    moves_there = STATE.in_(sorted(REQUESTER_MOVES))
    if part == DeskSection.EVERYTHING:
        return true() if visitor.sees_everything else or_(ours, theirs)
    if part == DeskSection.ASKED_BY_US:
        return and_(theirs, or_(moves_there, _is_not(ours)))
    here = and_(ours, or_(_is_not(moves_there), _is_not(theirs)))
    promised = col(Action.promised_for).is_not(None)
    if part == DeskSection.ASKED_OF_US:
        return and_(here, or_(STATE.in_(sorted(ASKED)), _is_not(promised)))
    return and_(here, or_(STATE.not_in(sorted(OVER)), promised))


def _provided_by(visitor: Visitor) -> ColumnElement[bool]:
    if not visitor.departments:
        return is_owner(visitor)
    return or_(col(Action.providing_department_id).in_(visitor.departments), is_owner(visitor))


def _asked_by(visitor: Visitor) -> ColumnElement[bool]:
    return col(Action.requesting_department_id).in_(visitor.departments) if visitor.departments else false()


def _is_not(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Also true where the condition is unknown: a loaded action may name no department and no owner."""
    return case((condition, 1), else_=0) == 0


def _group(group: Group | None, today: date) -> ColumnElement[bool]:
    if group is None:
        return true()
    if group == Group.LATE:
        return is_late(today)
    here = STATE.in_(sorted(STATES_OF[group]))
    return and_(here, col(Action.due_on).between(today, today + WEEK)) if group == Group.THIS_WEEK else here


def _filters(visitor: Visitor, wanted: ActionFilter, part: DeskSection) -> list[ColumnElement[bool]]:
    found = list(_between(wanted, part))
    if wanted.kind:
        found.append(col(Action.kind) == wanted.kind)
    if wanted.priority:
        found.append(col(Action.priority) == wanted.priority)
    if wanted.mine:
        found.append(is_owner(visitor))
    found += [_says(word) for word in wanted.text.split()[:6]]
    return found


def _between(wanted: ActionFilter, part: DeskSection) -> list[ColumnElement[bool]]:
    """Which department of ours, and with which other one: who provides and who asks depends on the part."""
    provides, asks = col(Action.providing_department_id), col(Action.requesting_department_id)
    us, them = wanted.ours, wanted.counterpart
    if part == DeskSection.EVERYTHING:
        if us and them:
            return [or_(and_(provides == us, asks == them), and_(provides == them, asks == us))]
        return [or_(provides == one, asks == one) for one in (us, them) if one]
    ours, theirs = (asks, provides) if part == DeskSection.ASKED_BY_US else (provides, asks)
    return [column == one for column, one in ((ours, us), (theirs, them)) if one]


def _says(word: str) -> ColumnElement[bool]:
    """In the title or in what "done" means. SQLite folds the case of ASCII only, so other spellings are tried."""
    spelt = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    places = (col(Action.title), col(Action.done_when))
    return or_(*(place.icontains(one, autoescape=True) for place in places for one in sorted(spelt)))


def _after_due(rank: ColumnElement[int], after: str) -> ColumnElement[bool]:
    try:
        number, day, key = after.split("_")
        at, due, last = int(number), date.fromisoformat(day), UUID(key)
    except ValueError:
        return true()
    if not 0 <= at <= 3:
        return false()
    same_day = and_(_due == due, col(Action.id) > last)
    return or_(rank > at, and_(rank == literal(at), or_(_due > due, same_day)))


def _after_made(newest: bool, after: str) -> ColumnElement[bool]:
    try:
        moment, key = after.split("_")
        at, last = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return true()
    if at.tzinfo is None:
        return true()
    made, row = col(Action.created_at), col(Action.id)
    if newest:
        return or_(made < at, and_(made == at, row < last))
    return or_(made > at, and_(made == at, row > last))
