"""The counts behind the figures, on both databases, against examples counted by hand; and who may see them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound
from app.scorecards.queries import remembered
from app.scorecards.queries.counts import PromiseCounts, by_pair, by_provider, counts
from app.scorecards.queries.promises import PromiseScope
from app.scorecards.queries.scorecards import department_card, organisation_card, pair_card
from app.scorecards.rules.figures import Counts, LeftOut, figures
from app.scorecards.rules.periods import Quarter, Span, period
from app.scorecards.rules.shares import Kept
from tests.cast import Cast
from tests.load.many_actions import many_actions
from tests.promises import asked, take

TODAY = date(2026, 3, 17)
Q4, Q1 = Quarter(2025, 4), Quarter(2026, 1)
YEAR = period(Span.YEAR, TODAY)
EVER = period(Span.ALL, TODAY)


class Promises:
    """Writes promises of Production to Editorial as their histories would have left them."""

    def __init__(self, house: Database, cast: Cast) -> None:
        self.house, self.cast = house, cast

    def add(self, state: ActionState, asked: date, promised_for: date | None = None, **columns: Any) -> None:
        settled = columns.get("settled_on")
        values: dict[str, Any] = {
            "title": "Send page proofs two days earlier",
            "providing_department_id": self.cast.production,
            "requesting_department_id": self.cast.editorial,
            "state": state,
            "requested_on": asked,
            "due_on": promised_for or asked + timedelta(days=30),
            "promised_for": promised_for,
            "answered_in": None if state is ActionState.REQUESTED else 1,
            "open_for": (settled - asked).days if settled else None,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        with self.house.transaction() as db:
            db.add(Action(**{**values, **columns}))

    def counted(self, scope: PromiseScope | None = None, span: Span = Span.YEAR) -> Counts:
        from app.departments.queries import organisation

        with self.house.reading() as db:
            return counts(db, scope or PromiseScope(), period(span, TODAY), organisation(db).place)


@pytest.fixture
def promises(house: Database, cast: Cast) -> Promises:
    return Promises(house, cast)


def done(day: date) -> dict[str, date]:
    """Reported and accepted on the same day."""
    return {"reported_on": day, "settled_on": day}


def test_kept_missed_and_pending_by_the_first_day(promises: Promises) -> None:
    asked, day = date(2025, 12, 1), date(2026, 1, 20)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    for state in (ActionState.ACCEPTED, ActionState.HELD, ActionState.RETURNED, ActionState.INCONCLUSIVE):
        promises.add(state, asked, day, **done(before))
    promises.add(ActionState.ACCEPTED, asked, day, reported_on=day, settled_on=after, by_silence=True)
    promises.add(ActionState.ACCEPTED, asked, day, **done(after), due_on=after, slips=1, miss_reason="outside")
    promises.add(ActionState.NOT_DOING, asked, day, settled_on=before, miss_reason="not_needed")
    promises.add(ActionState.IN_PROGRESS, asked, day, slips=4)
    promises.add(ActionState.SENT_BACK, asked, day, reported_on=before)
    promises.add(ActionState.REPORTED_DONE, asked, day, reported_on=day)
    promises.add(ActionState.REPORTED_DONE, asked, day, reported_on=after)
    found = promises.counted()
    assert found.kept == {Q1: Kept(kept=5, missed=5, pending=1, by_silence=1)}
    assert found.reasons == {"outside": 1, "not_needed": 1, "": 3}
    assert {slips: count for slips, count in found.slips.items() if count} == {0: 9, 1: 1, 3: 1}


def test_what_is_not_due_yet_counts_only_once_it_is_settled(promises: Promises) -> None:
    asked, soon = date(2026, 3, 1), date(2026, 3, 25)
    promises.add(ActionState.PROMISED, asked, soon)
    promises.add(ActionState.PROMISED, asked, TODAY)
    promises.add(ActionState.REPORTED_DONE, asked, soon, reported_on=TODAY)
    assert promises.counted().kept == {}
    promises.add(ActionState.ACCEPTED, asked, soon, **done(TODAY))
    promises.add(ActionState.ACCEPTED, asked, date(2026, 4, 2), **done(TODAY))
    assert promises.counted().kept == {Q1: Kept(kept=1)}, "the second is due in the next quarter"


def test_each_lies_in_the_quarter_of_its_first_day(promises: Promises) -> None:
    asked = date(2024, 1, 1)
    for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)):
        promises.add(ActionState.ACCEPTED, asked, day, **done(day))
    assert promises.counted().kept == {Quarter(2025, 1): Kept(1), Q4: Kept(1), Q1: Kept(1)}
    assert promises.counted(span=Span.ALL).kept[Quarter(2024, 4)] == Kept(1)
    promises.add(ActionState.ACCEPTED, date(2019, 1, 1), date(2019, 5, 5), **done(date(2019, 5, 5)))
    assert promises.counted(span=Span.ALL).kept[None] == Kept(1)


def test_who_still_waits_for_an_answer_is_counted_in_working_days(promises: Promises) -> None:
    for day in (date(2026, 3, 16), date(2026, 3, 12), date(2026, 3, 12), TODAY):
        promises.add(ActionState.REQUESTED, day)
    promises.add(ActionState.REQUESTED, date(2026, 3, 2), answered_in=3)  # handed over after an answer
    promises.add(ActionState.DECLINED, date(2026, 3, 2), settled_on=date(2026, 3, 4), answered_in=2)
    promises.add(ActionState.PROMISED, date(2024, 3, 2), date(2024, 4, 4), answered_in=9)
    found = promises.counted()
    assert found.answered_in == {3: 1, 2: 1}
    assert found.unanswered_for == {1: 1, 3: 2, 0: 1}, "Thursday to Tuesday is three working days"
    assert promises.counted(span=Span.ALL).answered_in == {3: 1, 2: 1, 9: 1}


def test_what_was_taken_back_before_an_answer_was_never_answered(promises: Promises) -> None:
    promises.add(ActionState.REQUESTED, date(2026, 3, 16), settled_on=None)
    promises.add(ActionState.NOT_DOING, date(2026, 3, 6), settled_on=date(2026, 3, 11), answered_in=None)
    promises.add(ActionState.NOT_DOING, date(2026, 3, 6), settled_on=date(2026, 3, 11), answered_in=1)
    found = promises.counted()
    assert (found.answered_in, found.withdrawn_after, found.unanswered_for) == ({1: 1}, {3: 1}, {1: 1})
    answers = figures(found, YEAR.quarters, 2).answers
    assert (answers.time.ended, answers.time.censored, answers.waiting) == (1, 2, 1)


def test_open_between_two_are_only_promises_that_count(house: Database, promises: Promises, cast: Cast) -> None:
    promises.add(ActionState.PROMISED, date(2026, 3, 2), date(2026, 4, 2), title="This one")
    promises.add(ActionState.PROPOSED, date(2026, 3, 2), requested_on=None)
    promises.add(ActionState.PROPOSED, date(2026, 3, 2), requested_on=None, due_on=None, imported_as="list#1")
    promises.add(ActionState.PROMISED, date(2026, 3, 2), removed_at=datetime(2026, 3, 3, tzinfo=UTC))
    with house.reading() as db:
        found = pair_card(db, cast.production, cast.editorial, YEAR, for_=cast.ada.visitor)
    assert [one.title for one in found.open_promises] == ["This one"]
    assert found.open_now == 1


def test_how_long_it_takes_and_what_is_open(promises: Promises) -> None:
    asked = date(2026, 1, 5)
    promises.add(ActionState.ACCEPTED, asked, date(2026, 2, 2), **done(date(2026, 1, 25)))
    promises.add(ActionState.DECLINED, asked, settled_on=date(2026, 1, 8))
    promises.add(ActionState.NOT_DOING, asked, date(2026, 2, 2), settled_on=date(2026, 2, 1))
    promises.add(ActionState.IN_PROGRESS, asked, date(2026, 2, 2))
    promises.add(ActionState.REPORTED_DONE, asked, date(2026, 2, 2), reported_on=date(2026, 2, 3))
    promises.add(ActionState.IN_PROGRESS, date(2023, 5, 1), date(2023, 6, 1))
    found = promises.counted()
    assert {days: count for days, count in found.closed_in.items() if count} == {20: 1}
    assert {days: count for days, count in found.dropped_after.items() if count} == {3: 1, 27: 1}
    assert found.open_for == {71: 2}, "what was asked before the period is followed in an earlier one"
    assert found.open_now == {71: 2, 1051: 1}
    assert found.late_now == {71: 1, 1051: 1}, "what is reported waits for the other side"


def test_what_was_carried_over(promises: Promises) -> None:
    promises.add(ActionState.ACCEPTED, date(2025, 11, 1), date(2025, 12, 1), **done(date(2025, 12, 31)))
    promises.add(ActionState.ACCEPTED, date(2025, 11, 1), date(2025, 12, 1), **done(date(2026, 1, 1)))
    promises.add(ActionState.PROMISED, date(2023, 1, 1), date(2023, 2, 1))
    promises.add(ActionState.ACCEPTED, date(2023, 1, 1), date(2023, 2, 1), **done(date(2023, 2, 1)))
    by_quarter = {one.quarter: (one.still_open, one.of) for one in promises.counted().carried}
    assert by_quarter[Quarter(2025, 1)] == (1, 1)
    assert by_quarter[Q4] == (2, 3)
    assert by_quarter[Q1] == (1, 2)


def test_what_lacks_a_side_or_a_day_is_left_out_and_said(promises: Promises) -> None:
    asked = date(2026, 1, 5)
    promises.add(ActionState.PROMISED, asked, requesting_department_id=None, due_on=None, imported_as="list 1")
    promises.add(ActionState.PROMISED, asked, due_on=None)
    promises.add(ActionState.PROPOSED, asked, requested_on=None, requesting_department_id=None, imported_as="list 2")
    promises.add(ActionState.PROPOSED, asked, requested_on=None, due_on=None)
    promises.add(ActionState.ACCEPTED, asked, due_on=None, removed_at=datetime(2026, 1, 6, tzinfo=UTC))
    found = promises.counted()
    assert found.left_out == LeftOut(3, without_departments=2, without_day=2)
    assert (found.kept, found.answered_in, found.open_now) == ({}, {}, {})
    promises.add(ActionState.PROPOSED, asked, requested_on=None, imported_as="list 3")
    promises.add(ActionState.DONE_BEFORE, asked, requested_on=None, imported_as="list 4", settled_on=asked)
    promises.add(ActionState.PROPOSED, asked, requested_on=None)
    assert promises.counted().left_out == LeftOut(5, without_departments=2, without_day=2, never_asked=2)
    of_editorial = promises.counted(PromiseScope(consumer=promises.cast.editorial))
    assert of_editorial.left_out == LeftOut(3, 0, 1, 2)


def test_each_direction_is_its_own(promises: Promises, cast: Cast) -> None:
    asked, day = date(2026, 1, 5), date(2026, 2, 2)
    there = {"providing_department_id": cast.editorial, "requesting_department_id": cast.production}
    promises.add(ActionState.ACCEPTED, asked, day, **done(day))
    promises.add(ActionState.IN_PROGRESS, asked, day, **there)
    promises.add(ActionState.IN_PROGRESS, asked, day, **{**there, "requesting_department_id": cast.marketing})
    pair = promises.counted(PromiseScope(cast.production, cast.editorial))
    assert pair.kept == {Q1: Kept(1)}
    assert promises.counted(PromiseScope(cast.editorial)).kept == {Q1: Kept(missed=2)}
    assert promises.counted(PromiseScope(consumer=cast.production)).open_now == {71: 1}
    with promises.house.reading() as db:
        tallies = by_pair(db, cast.editorial, YEAR)
        assert tallies == {
            (cast.production, cast.editorial): PromiseCounts(Kept(1)),
            (cast.editorial, cast.production): PromiseCounts(Kept(missed=1), 1, 1),
            (cast.editorial, cast.marketing): PromiseCounts(Kept(missed=1), 1, 1),
        }
        assert by_provider(db, YEAR, None) == {
            cast.production: PromiseCounts(Kept(1)),
            cast.editorial: PromiseCounts(Kept(missed=2), 2, 2),
        }
        assert list(by_provider(db, YEAR, frozenset({cast.production}))) == [cast.production]
        assert by_provider(db, YEAR, frozenset()) == {}


@pytest.mark.parametrize("many", [300])
def test_the_number_of_statements_does_not_grow(house: Database, cast: Cast, clock: SetClock, many: int) -> None:
    def statements() -> list[int]:
        asked = []
        for look in (
            lambda db: organisation_card(db, cast.ada.visitor, EVER),
            lambda db: department_card(db, cast.editorial, EVER, for_=cast.ada.visitor),
            lambda db: pair_card(db, cast.editorial, cast.production, EVER, for_=cast.ada.visitor),
        ):
            with house.reading() as db, counted(house) as seen:
                look(db)
            asked.append(len(seen))
        return asked

    departments = list(cast.departments.values())
    many_actions(house, departments, 5, clock.now())
    few = statements()
    many_actions(house, departments, many, clock.now())
    assert statements() == few
    assert max(few) <= 24


def test_the_parts_of_a_large_house_add_up(house: Database, cast: Cast, clock: SetClock) -> None:
    """What the providers, and what the pairs say, comes to what the whole says."""
    departments = list(cast.departments.values())
    many_actions(house, departments, 300, clock.now())
    with house.reading() as db:
        whole = organisation_card(db, cast.ada.visitor, EVER)
        providers = by_provider(db, EVER, None)
        cards = [department_card(db, one, EVER, for_=cast.ada.visitor) for one in departments]
    figures = whole.card.figures
    assert figures.kept == sum((one.kept for one in providers.values()), Kept())
    assert figures.kept == sum((one.as_provider.figures.kept for one in cards), Kept())
    assert figures.kept == sum((one.as_customer.figures.kept for one in cards), Kept())
    assert figures.kept == sum((line.promised.kept for one in cards for line in one.pairs), Kept())
    assert figures.open_now == sum(one.open_now for one in providers.values())
    assert figures.late_now == sum(one.late_now for one in providers.values())
    assert figures.carried[-1].still_open == figures.open_now
    assert sum(one.count for one in figures.reasons) == figures.kept.missed
    assert figures.closing.time.cases == figures.closing.time.ended + figures.closing.dropped + figures.open_now


def test_members_see_their_departments_and_pairs(house: Database, cast: Cast, clock: SetClock) -> None:
    many_actions(house, list(cast.departments.values()), 60, clock.now())
    mia, editorial, production, marketing = cast.mia.visitor, cast.editorial, cast.production, cast.marketing
    with house.reading() as db:
        assert department_card(db, editorial, YEAR, for_=mia).department.name == "Editorial"
        assert pair_card(db, production, editorial, YEAR, for_=mia).back is not None
        assert pair_card(db, editorial, editorial, YEAR, for_=mia).back is None
        assert [one.department.name for one in organisation_card(db, mia, YEAR).multiples] == ["Editorial"]
        for department in (production, marketing, UUID(int=4)):
            with pytest.raises(NotFound):
                department_card(db, department, YEAR, for_=mia)
        for one, other in ((production, marketing), (editorial, UUID(int=4)), (production, production)):
            with pytest.raises(NotFound):
                pair_card(db, one, other, YEAR, for_=mia)
        for everything in (cast.ada.visitor, cast.frieda.visitor):
            assert pair_card(db, production, marketing, YEAR, for_=everything).there
            assert len(organisation_card(db, everything, YEAR).multiples) > 4


def test_departments_stand_by_name_whatever_their_figures(house: Database, cast: Cast, clock: SetClock) -> None:
    many_actions(house, list(cast.departments.values()), 200, clock.now())
    with house.reading() as db:
        names = [one.department.name for one in organisation_card(db, cast.ada.visitor, EVER).multiples]
        pairs = [one.other.name for one in department_card(db, cast.editorial, EVER, for_=cast.ada.visitor).pairs]
    assert names == sorted(names)
    assert pairs == sorted(pairs)


@contextmanager
def counted(house: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*found: Any) -> None:
        seen.append(found[2])

    event.listen(house.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(house.engine, "before_cursor_execute", note)


def test_the_organisation_s_figures_are_remembered_until_a_promise_moves(
    house: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    action_id = asked(house, cast, clock)

    def kept() -> tuple[int, int]:
        with house.reading() as db, counted(house) as statements:
            card = organisation_card(db, cast.ada.visitor, EVER)
        return card.card.figures.open_now, len(statements)

    (first, many), (again, few) = kept(), kept()
    assert first == again == 1
    assert few < many, "nothing moved, so nothing is counted again"
    take(house, cast.paul, action_id, clock, ActionState.DECLINED, reason="No")
    assert kept()[0] == 0, "and a step is seen at once"
    asked(house, cast, clock)
    assert kept()[0] == 1
    monkeypatch.setattr(remembered._FIGURES.of(house), "lasts_seconds", 0.0)
    assert kept()[1] >= many, "not for ever, whatever happens"
