"""The lists of the desk on both databases, against the same decisions in Python, and how many reads they take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from app.actions.models import Action
from app.actions.queries import desk
from app.actions.queries.desk import OWN_PARTS
from app.actions.queries.views import ActionView
from app.actions.rules.calendar import is_overdue
from app.actions.rules.desk import OVER, STATES_OF, ActionFilter, DeskSection, Group, Sort
from app.actions.rules.kinds import ActionState
from app.core.db import Database
from app.people.queries import visitor_for
from app.people.rules import Visitor
from tests.databases import statements
from tests.load.crowd import NOW, Crowd, settle

TODAY = NOW.date()
MANY = 150


@pytest.fixture
def crowd(database: Database) -> Crowd:
    """Four departments of three people, so that nearly everybody has to do with everything."""
    return settle(database, MANY, departments=4, accounts=13)


@pytest.fixture
def lead(database: Database, crowd: Crowd) -> Visitor:
    return visitor(database, crowd.lead_token)


def visitor(database: Database, token: str) -> Visitor:
    with database.reading() as db:
        found = visitor_for(db, token, NOW)
    assert found is not None
    return found


def everything(database: Database) -> list[ActionView]:
    with database.reading() as db:
        ids = db.exec(select(Action.id)).all()
        return [card.action for card in desk.some_cards(db, _ALL, ids, NOW).values()]


_ALL = Visitor(account_id=UUID(int=1), name="", email="", is_admin=True)


def shown(
    database: Database, who: Visitor, wanted: ActionFilter, part: DeskSection, most: int = 1000
) -> list[ActionView]:
    with database.reading() as db:
        (pile,) = desk.piles(db, who, wanted, NOW, [part], most)
    return [card.action for card in pile.cards]


def test_each_open_action_lies_in_the_part_that_the_rules_say(database: Database, lead: Visitor) -> None:
    live = [one for one in everything(database) if one.state not in OVER]
    for part in OWN_PARTS:
        expected = {one.id for one in live if desk.part_for(lead, one) is part}
        assert expected
        assert {one.id for one in shown(database, lead, ActionFilter(), part)} == expected


def test_settled_ones_lie_there_too_when_asked_for(database: Database, lead: Visitor) -> None:
    over = [one for one in everything(database) if one.state in OVER]
    for part in OWN_PARTS:
        expected = {one.id for one in over if desk.part_for(lead, one) is part}
        assert {one.id for one in shown(database, lead, ActionFilter(group=Group.SETTLED), part)} == expected


def narrowings(crowd: Crowd) -> dict[str, tuple[ActionFilter, Callable[[ActionView], bool]]]:
    us, them = crowd.departments[0], crowd.departments[1]

    def between(one: ActionView) -> bool:
        assert one.providing
        assert one.requesting
        return {one.providing.id, one.requesting.id} == {us, them}

    soon = TODAY + timedelta(days=6)
    working = STATES_OF[Group.LATE]
    return {
        "late": (ActionFilter(group=Group.LATE), lambda one: one.overdue(TODAY)),
        "this week": (
            ActionFilter(group=Group.THIS_WEEK),
            lambda one: one.state in working and one.due_on is not None and TODAY <= one.due_on <= soon,
        ),
        "waiting": (ActionFilter(group=Group.WAITING), lambda one: one.state in STATES_OF[Group.WAITING]),
        "running": (ActionFilter(group=Group.RUNNING), lambda one: one.state in STATES_OF[Group.RUNNING]),
        "blocked": (ActionFilter(group=Group.BLOCKED), lambda one: one.state == ActionState.BLOCKED),
        "reported": (ActionFilter(group=Group.REPORTED), lambda one: one.state == ActionState.REPORTED_DONE),
        "high": (ActionFilter(priority="high"), lambda one: one.priority == "high"),
        "bridges": (ActionFilter(kind="bridge"), lambda one: one.kind == "bridge"),
        "mine": (ActionFilter(mine=True), lambda one: one.owner_id == crowd.accounts[0]),
        "words": (ActionFilter(text="PLATES spring"), lambda one: "plates" in one.title and "spring" in one.title),
        "a wildcard is a word": (ActionFilter(text="%"), lambda one: False),
        "a pair": (ActionFilter(ours=us, counterpart=them), between),
    }


def test_each_filter_finds_what_it_says(database: Database, crowd: Crowd, lead: Visitor) -> None:
    live = [one for one in everything(database) if one.state not in OVER]
    for name, (wanted, fits) in narrowings(crowd).items():
        for part in (*OWN_PARTS, DeskSection.EVERYTHING):
            who = _ALL if part is DeskSection.EVERYTHING else lead
            here = [one for one in live if part is DeskSection.EVERYTHING or desk.part_for(lead, one) is part]
            if wanted.mine and part is DeskSection.EVERYTHING:
                continue
            expected = {one.id for one in here if fits(one)}
            assert {one.id for one in shown(database, who, wanted, part)} == expected, f"{name} in {part}"


def test_the_numbers_are_those_of_the_lists(database: Database, crowd: Crowd, lead: Visitor) -> None:
    for wanted, _ in narrowings(crowd).values():
        with database.reading() as db:
            numbers = desk.counts(db, lead, wanted, TODAY)
        for part in OWN_PARTS:
            found = shown(database, lead, wanted, part)
            assert numbers[part].total == len(found)
            assert numbers[part].late == sum(is_overdue(one.state, one.due_on, TODAY) for one in found)


def test_pages_hold_every_action_once_and_in_order(database: Database, crowd: Crowd) -> None:
    for sort in Sort:
        _read_in_pages(database, sort)


def _read_in_pages(database: Database, sort: Sort) -> None:
    whole = [one.id for one in shown(database, _ALL, ActionFilter(sort=sort), DeskSection.EVERYTHING)]
    found: list[Any] = []
    after = ""
    for _ in range(100):
        with database.reading() as db:
            (pile,) = desk.piles(db, _ALL, ActionFilter(sort=sort, after=after), NOW, [DeskSection.EVERYTHING], 9)
        found += [card.action.id for card in pile.cards]
        after = pile.next
        if not after:
            break
    assert found == whole
    assert len(whole) > 50


def test_what_needs_somebody_comes_first(database: Database, crowd: Crowd, lead: Visitor) -> None:
    promised = shown(database, lead, ActionFilter(), DeskSection.PROMISED_BY_US)
    late = [one.overdue(TODAY) for one in promised]
    assert late == sorted(late, reverse=True)
    assert any(late)
    asked = shown(database, lead, ActionFilter(), DeskSection.ASKED_BY_US)
    first = {ActionState.REPORTED_DONE, ActionState.COUNTERED}
    ours = [one.state in first for one in asked]
    assert ours == sorted(ours, reverse=True)
    made = [
        one.created_at for one in shown(database, lead, ActionFilter(sort=Sort.NEWEST), DeskSection.PROMISED_BY_US)
    ]
    assert made == sorted(made, reverse=True)


def test_a_broken_place_in_the_list_breaks_nothing(database: Database, lead: Visitor) -> None:
    for after in (
        "nonsense",
        "1_2",
        "9_2026-01-01_" + "0" * 32,
        "1_2026-13-01_x",
        "_" * 80,
        "2026-01-01_" + "0" * 32,
    ):
        for sort in Sort:
            shown(database, lead, ActionFilter(sort=sort, after=after), DeskSection.PROMISED_BY_US)


def test_who_loaded_no_requester_and_no_owner_is_lost_nowhere(
    database: Database, crowd: Crowd, lead: Visitor
) -> None:
    """Loaded lists may name neither: the unknown must not swallow them."""
    with database.transaction() as db:
        row = Action(
            title="Loaded from a list", created_at=NOW, state=ActionState.PROMISED, promised_for=TODAY,
            providing_department_id=crowd.departments[0],
        )  # fmt: skip
        db.add(row)
    assert row.id in {one.id for one in shown(database, lead, ActionFilter(), DeskSection.PROMISED_BY_US)}
    assert row.id in {one.id for one in shown(database, _ALL, ActionFilter(), DeskSection.EVERYTHING)}


def test_the_beginning_at_the_front_door_is_short(database: Database, lead: Visitor) -> None:
    with database.reading() as db:
        lists = desk.actions_for(db, lead, TODAY)
        numbers = desk.counts(db, lead, ActionFilter(), TODAY)
    for part, beginning in zip(OWN_PARTS, (lists.asked_of_us, lists.promised_by_us, lists.asked_by_us), strict=True):
        assert len(beginning) == min(4, lists.totals[part])
        assert lists.totals[part] == numbers[part].total


def test_as_many_reads_for_five_as_for_three_hundred(database: Database) -> None:
    counted = []
    wanted = ActionFilter(text="plates")
    crowd = settle(database, 5, departments=2, accounts=5)
    for more in (0, 295):
        if more:
            _more(database, more)
        who = visitor(database, crowd.lead_token)
        with statements(database) as seen, database.reading() as db:
            desk.piles(db, who, wanted, NOW, OWN_PARTS, 25)
            desk.counts(db, who, wanted, TODAY)
            desk.actions_for(db, who, TODAY)
        counted.append(len(seen))
    assert counted[0] == counted[1]
    assert counted[0] <= 18


def _more(database: Database, actions: int) -> None:
    """Three hundred beside the five, between the same two departments and by the same people."""
    with database.transaction() as db:
        rows = list(db.exec(select(Action)).all())
        for number in range(actions):
            like = rows[number % len(rows)].model_dump(exclude={"id", "title"})
            db.add(Action(**like, title=f"Count the plates {number}"))
