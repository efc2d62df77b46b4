"""The findings: what the job makes of closed retros, on both databases; piece by piece or all at once, the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, delete, select

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.evidence.jobs import run_due
from app.evidence.models import ActionVerdict, Finding, RetroCounted, ThemeCounted
from app.evidence.queries import history
from app.evidence.service import counting, turns
from app.evidence.service import rates as weighing_rates
from app.evidence.service.assessment import OfTheme
from app.retros.models import Retro, RetroDepartment, RetroPairApart
from app.themes.models import RetroTakenIn, Theme, ThemeTopic
from app.topics.models import Topic
from tests.cast import Cast
from tests.history import Observed, a_theme, past_retro, wrong

FIRST = date(2024, 1, 8)


def month(number: int) -> date:
    return FIRST + timedelta(days=28 * number)


def findings(database: Database) -> dict[tuple[UUID | str, ...], dict[str, Any]]:
    """By theme, provider and consumer, and by series where there is one."""
    with database.reading() as db:
        rows = db.exec(select(Finding)).all()
        return {
            (row.theme_id, row.provider, row.consumer, *filter(None, [row.series])): row.model_dump(
                exclude={"counted_at"}
            )
            for row in rows
        }


def verdicts(database: Database) -> dict[UUID, dict[str, Any]]:
    with database.reading() as db:
        return {row.action_id: row.model_dump() for row in db.exec(select(ActionVerdict)).all()}


def an_action(
    database: Database,
    cast: Cast,
    retro_id: UUID,
    accepted_on: date | None,
    state: ActionState = ActionState.ACCEPTED,
) -> UUID:
    """Production promised Editorial something about the retro's first topic."""
    with database.transaction() as db:
        topic = db.exec(select(Topic).where(Topic.retro_id == retro_id).order_by(col(Topic.position))).first()
        assert topic is not None
        action = Action(
            retro_id=retro_id,
            topic_id=topic.id,
            title="Send files two days earlier",
            providing_department_id=cast.production,
            requesting_department_id=cast.editorial,
            state=state if accepted_on else ActionState.PROMISED,
            requested_on=FIRST,
            settled_on=accepted_on,
            created_at=datetime(2026, 1, 1).astimezone(),
            moved_at=datetime(2026, 3, 17, 11, 59).astimezone(),
        )
        db.add(action)
        return action.id


def test_a_pair_and_the_theme_as_a_whole(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    for number in range(4):
        said = [wrong(f"The files came late {number}", "Editorial", "Production", files)] if number != 1 else []
        past_retro(house, cast, month(number), said, {"Editorial": 8, "Production": 6})
    past_retro(house, cast, month(5), [], {"Marketing": 9, "Rights": 7})
    run_due(house, clock.now())
    found = findings(house)
    pair = found[files, str(cast.production), str(cast.editorial)]
    assert (pair["state"], pair["present"], pair["eligible"]) == ("recurring", 3, 4)
    assert (pair["entries"], pair["seats"]) == (3, 32)
    whole = found[files, "*", "*"]
    told = ("state", "present", "eligible", "seats", "rate", "trend_p", "worked", "points")
    assert {name: whole[name] for name in told} == {name: pair[name] for name in told}, "its only pair decides"
    assert (whole["of_provider"], whole["of_consumer"]) == (str(cast.production), str(cast.editorial))
    assert whole["last_on"] == month(3)
    assert [point[1] for point in whole["points"]] == [1, 0, 1, 1]
    assert not counting.recount(house, clock.now()), "nothing is left to be counted"


def test_where_the_consumer_is_pooled_the_pool_is_the_consumer(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    for number in range(3):
        past_retro(
            house, cast, month(number), [wrong(f"Late {number}", None, "Production", files)],
            {"Production": 6, "Editorial": None, "Rights": None}, pooled_seats=5,
        )  # fmt: skip
    run_due(house, clock.now())
    several = findings(house)[files, str(cast.production), "several"]
    assert (several["state"], several["eligible"], several["seats"]) == ("recurring", 3, 15)


def test_imports_without_departments_count_by_series(house: Database, cast: Cast, clock: SetClock) -> None:
    """What recurs in one series is not thinned out by another one that spoke of it once."""
    rooms = a_theme(house, "Nobody booked a room")
    for number in range(6):
        said = [wrong(f"No room {number}", None, None, rooms)] if number in (0, 2, 4) else []
        past_retro(house, cast, month(number), said, {}, imported=True, series="Workshops")
    for number in range(20):
        said = [wrong("Their room", None, None, rooms)] if number == 9 else []
        past_retro(house, cast, month(number), said, {}, imported=True, series="Elsewhere")
    run_due(house, clock.now())
    found = findings(house)
    ours, theirs, whole = found[rooms, "", "", "Workshops"], found[rooms, "", "", "Elsewhere"], found[rooms, "*", "*"]
    assert (ours["state"], ours["present"], ours["eligible"]) == ("recurring", 3, 6)
    assert (ours["seats"], ours["rate"]) == (None, None)
    assert (theirs["state"], theirs["present"], theirs["eligible"]) == ("new", 1, 20)
    assert (whole["state"], whole["present"], whole["eligible"]) == ("recurring", 3, 6)
    assert (whole["of_consumer"], whole["of_series"]) == ("", "Workshops")
    assert len(found) == 3
    past_retro(house, cast, month(30), [], {}, imported=True, series="Workshops")
    run_due(house, clock.now())
    assert findings(house)[rooms, "", "", "Workshops"]["eligible"] == 7
    assert findings(house)[rooms, "", "", "Elsewhere"]["eligible"] == 20


def test_a_series_hears_its_groups_too(house: Database, cast: Cast, clock: SetClock) -> None:
    """A file that says who wrote but not about whom: the group, and the series, which knows no pair."""
    late = a_theme(house, "Reviews come late")
    for number, writer in enumerate(["Editorial", "Rights", None]):
        seats: dict[str, int | None] = {writer: 8} if writer else {}
        said = [wrong(f"Late {number}", writer, None, late)]
        past_retro(house, cast, month(number), said, seats, imported=True, series="Conference")
    run_due(house, clock.now())
    found = findings(house)
    assert found[late, "", str(cast.editorial)]["state"] == "new"
    assert found[late, "", "", "Conference"]["present"] == 3
    whole = found[late, "*", "*"]
    assert (whole["state"], whole["present"], whole["eligible"], whole["entries"]) == ("recurring", 3, 3, 2)
    assert whole["of_series"] == "Conference"


def test_a_group_of_imported_history_whose_size_nobody_knows_counts_for_the_theme_alone(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    """Perhaps it was one person: its series has heard of the theme, and no finding is about the department."""
    late = a_theme(house, "Reviews come late")
    for number, writer in enumerate(["Editorial", "Rights", None]):
        seats: dict[str, int | None] = {writer: None, "Production": 9} if writer else {}
        said = [wrong(f"Late {number}", writer, "Production", late)]
        retro = past_retro(house, cast, month(number), said, seats, imported=True, series="Conference")
        _say_nothing_of_sizes(house, retro)
    run_due(house, clock.now())
    found = findings(house)
    assert not {str(cast.editorial), str(cast.departments["Rights"])} & {key[2] for key in found}
    assert found[late, str(cast.production), "", "Conference"]["present"] == 3
    assert found[late, "*", "*"]["present"] == 3


def _say_nothing_of_sizes(house: Database, retro_id: UUID) -> None:
    """As a file is loaded that says who wrote, and not how many they were."""
    with house.transaction() as db:
        for row in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == retro_id)):
            row.pooled = False


def test_all_pairs_together_are_one_more_key(house: Database, cast: Cast, clock: SetClock) -> None:
    """Each pair saw it once; the house saw it in each of three retros."""
    files = a_theme(house, "Files come late")
    for number, about in enumerate(["Production", "Marketing", "Rights"]):
        said = [wrong(f"Late {number}", "Editorial", about, files)]
        past_retro(house, cast, month(number), said, {"Editorial": 8, about: 6})
    run_due(house, clock.now())
    found = findings(house)
    assert {row["state"] for key, row in found.items() if key[1] != "*"} == {"new"}
    whole = found[files, "*", "*"]
    assert (whole["state"], whole["present"], whole["eligible"], whole["of_provider"]) == ("recurring", 3, 3, "*")


def test_a_retro_that_was_imported_again_may_be_of_another_series(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    rooms = a_theme(house, "Nobody booked a room")
    ids = [
        past_retro(house, cast, month(at), [wrong("No room", None, None, rooms)] if at < 2 else [], {},
                   imported=True, series="Workshops")
        for at in range(4)
    ]  # fmt: skip
    run_due(house, clock.now())
    assert findings(house)[rooms, "", "", "Workshops"]["eligible"] == 4
    with house.transaction() as db:
        db.get_one(Retro, ids[3]).series = "Elsewhere"
        db.get_one(RetroTakenIn, ids[3]).taken_in_at += timedelta(minutes=1)
    run_due(house, clock.now())
    assert findings(house)[rooms, "", "", "Workshops"]["eligible"] == 3


def test_pairs_that_did_not_work_together_are_not_eligible(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    past_retro(house, cast, month(0), [wrong("Late", "Editorial", "Production", files)])
    apart = past_retro(house, cast, month(1), [])
    with house.transaction() as db:
        one, other = sorted((cast.editorial, cast.production))
        db.add(RetroPairApart(retro_id=apart, one_id=one, other_id=other))
    run_due(house, clock.now())
    assert findings(house)[files, str(cast.production), str(cast.editorial)]["eligible"] == 1


def ten_retros(house: Database, cast: Cast, theme_id: UUID, entries: list[int]) -> list[UUID]:
    """One a month between Editorial (12 seats) and Production, with so many entries each."""
    seats = {"Editorial": 12, "Production": 6}
    return [past_retro(house, cast, month(at), late(at, y, theme_id), seats) for at, y in enumerate(entries)]


def late(at: int, entries: int, theme_id: UUID) -> list[Observed]:
    return [wrong(f"Late {at}.{one}", "Editorial", "Production", theme_id) for one in range(entries)]


def test_an_action_that_held_and_one_that_did_not(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    retros = ten_retros(house, cast, files, [3, 3, 3, 5, 2, 1, 0])
    action = an_action(house, cast, retros[3], month(3) + timedelta(days=3))
    run_due(house, clock.now())
    judged = verdicts(house)[action]
    assert (judged["y0"], judged["n0"], judged["y1"], judged["n1"]) == (9, 36, 1, 24)
    assert judged["verdict"] == "held"
    assert judged["grace_on"] == month(4)
    assert judged["back_on"] == month(5)
    pair = findings(house)[files, str(cast.production), str(cast.editorial)]
    assert (pair["state"], pair["worked"]) == ("recurring", "held")
    past_retro(house, cast, month(8), late(8, 9, files), {"Editorial": 12, "Production": 6})
    run_due(house, clock.now())
    assert verdicts(house)[action]["verdict"] == "returned"
    assert findings(house)[files, str(cast.production), str(cast.editorial)]["state"] == "chronic"


def test_what_a_person_said_of_an_action_stands(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    retros = ten_retros(house, cast, files, [3, 3, 3, 5, 2, 1, 0])
    action = an_action(house, cast, retros[3], month(3), ActionState.RETURNED)
    run_due(house, clock.now())
    assert (verdicts(house)[action]["verdict"], verdicts(house)[action]["by_person"]) == ("returned", True)
    assert findings(house)[files, "*", "*"]["state"] == "chronic"


def test_an_acceptance_is_noticed_and_its_undoing_too(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    retros = ten_retros(house, cast, files, [3, 3])
    action = an_action(house, cast, retros[1], None)
    run_due(house, clock.now())
    assert verdicts(house) == {}
    for state, settled, expected in ((ActionState.ACCEPTED, month(1), {action}), (ActionState.PROMISED, None, set())):
        clock.advance(timedelta(minutes=1))
        with house.transaction() as db:
            row = db.get_one(Action, action)
            row.state, row.settled_on, row.moved_at, row.version = state, settled, clock.now(), row.version + 1
        run_due(house, clock.now())
        assert verdicts(house).keys() == expected
    assert not counting.recount(house, clock.now())


def test_a_closed_theme_is_closed_until_it_comes_back(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    ten_retros(house, cast, files, [1, 1, 1])
    with house.transaction() as db:
        theme = db.get_one(Theme, files)
        theme.closed_on, theme.version = month(2) + timedelta(days=1), 2
    run_due(house, clock.now())
    assert findings(house)[files, "*", "*"]["state"] == "closed"
    past_retro(house, cast, month(4), [wrong("Late again", "Editorial", "Production", files)])
    run_due(house, clock.now())
    assert findings(house)[files, "*", "*"]["state"] == "recurring"


def test_a_merged_theme_counts_under_what_it_became(house: Database, cast: Cast, clock: SetClock) -> None:
    first, slow = a_theme(house, "Files come late"), a_theme(house, "Slow files")
    for number in range(4):
        past_retro(house, cast, month(number), late(number, 1, (first, slow)[number % 2]))
    run_due(house, clock.now())
    with house.transaction() as db:
        db.get_one(Theme, slow).merged_into_id = first
    run_due(house, clock.now())
    found = findings(house)
    assert found[first, "*", "*"]["present"] == 4
    assert {key[0] for key in found} == {first}
    with house.transaction() as db:
        db.get_one(Theme, slow).merged_into_id = None
    run_due(house, clock.now())
    assert {key[0]: row["present"] for key, row in findings(house).items()} == {first: 2, slow: 2}


def test_an_import_that_was_undone_is_forgotten(house: Database, cast: Cast, clock: SetClock) -> None:
    files = a_theme(house, "Files come late")
    ids = ten_retros(house, cast, files, [1, 1, 1])
    run_due(house, clock.now())
    with house.transaction() as db:
        for table in (ThemeTopic, RetroTakenIn):
            db.execute(delete(table).where(col(table.retro_id) == ids[0]))
    run_due(house, clock.now())
    assert findings(house)[files, "*", "*"]["eligible"] == 2


@pytest.mark.parametrize("seed", range(4))
def test_piece_by_piece_comes_to_the_same_as_all_at_once(
    house: Database, cast: Cast, clock: SetClock, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A random history: retros with pools, corrections, merges, actions, imports that are undone. Counts are read
    theme by theme or all at once, in turn."""
    ways = cycle([False, True, False])
    monkeypatch.setattr(history, "_are_most", lambda *_: next(ways))
    monkeypatch.setattr(counting, "ROWS_A_PIECE", (300, 1)[seed % 2])
    monkeypatch.setattr(weighing_rates, "ROWS_A_PIECE", (1000, 7)[seed % 2])
    dice = random.Random(seed)
    themes = [a_theme(house, f"Theme {number}") for number in range(5)]
    retros: list[UUID] = []
    for number in range(24):
        clock.advance(timedelta(minutes=5))
        _something_happens(house, cast, clock, dice, themes, retros, number)
        run_due(house, clock.now())
    for _ in range(3):
        weighing_rates.weigh_rates(house)
    once, judged = findings(house), verdicts(house)
    assert len(once) > 10
    counting.count_anew(house, clock.now())
    weighing_rates.weigh_rates(house)
    assert findings(house) == once
    assert verdicts(house) == judged
    assert not counting.recount(house, clock.now())


@pytest.mark.parametrize("written", [0, 1])
def test_who_is_overtaken_notes_nothing_and_counts_again(
    house: Database, cast: Cast, clock: SetClock, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process writes findings before the first piece, or after it: what was read is old."""
    monkeypatch.setattr(counting, "ROWS_A_PIECE", 1)
    for number in range(3):
        past_retro(house, cast, month(number), [wrong("Late", "Editorial", "Production", a_theme(house, "Late"))])
    assert counting.recount(house, clock.now())
    expected = findings(house)
    count_nothing(house)
    pieces = counting._pieces

    def overtaken(news: Sequence[OfTheme]) -> Iterator[list[OfTheme]]:
        for number, piece in enumerate(pieces(news)):
            if number == written:
                with house.transaction() as db:
                    turns.take(db, turns.turn_of(db))
            yield piece

    monkeypatch.setattr(counting, "_pieces", overtaken)
    assert not counting.recount(house, clock.now())
    monkeypatch.setattr(counting, "_pieces", pieces)
    assert counting.recount(house, clock.now())
    assert findings(house) == expected
    assert not counting.recount(house, clock.now())


def count_nothing(house: Database) -> None:
    """As before the first counting."""
    with house.transaction() as db:
        for table in (Finding, RetroCounted, ThemeCounted):
            db.execute(delete(table))


def _something_happens(
    house: Database, cast: Cast, clock: SetClock, dice: random.Random, themes: list[UUID], retros: list[UUID], at: int
) -> None:
    if at % 4 or not retros:
        names = dice.sample(["Editorial", "Production", "Marketing", "Rights"], 3)
        pooled = dice.random() < 0.4
        seats: dict[str, int | None] = {names[0]: 8, names[1]: 6, names[2]: None if pooled else 5}
        said = [
            wrong(f"{at}.{one}", None if pooled and dice.random() < 0.5 else dice.choice(names[:2]),
                  dice.choice([None, *names]), dice.choice(themes))
            for one in range(dice.randrange(6))
        ]  # fmt: skip
        day = month(dice.randrange(40))
        if dice.random() < 0.4:
            series = dice.choice(["Workshops", "Elsewhere", ""])
            said = [wrong(one.text, dice.choice([None, one.writer]), one.about, one.theme_id) for one in said]
            retros.append(past_retro(house, cast, day, said, seats, imported=True, series=series))
            return
        retros.append(past_retro(house, cast, day, said, seats, pooled_seats=5 if pooled else None))
        if said and dice.random() < 0.5:
            an_action(house, cast, retros[-1], day + timedelta(days=10))
        return
    with house.transaction() as db:
        what = dice.choice(["move", "merge", "part", "undo"])
        moved = db.exec(select(ThemeTopic).order_by(col(ThemeTopic.topic_id))).all()
        if what == "move" and moved:
            row, to = dice.choice(moved), dice.choice(themes)
            for one in {row.theme_id, to}:
                db.get_one(Theme, one).version += 1
            row.theme_id = to
        elif what == "merge":
            db.get_one(Theme, themes[0]).merged_into_id = themes[1]
        elif what == "part":
            db.get_one(Theme, themes[0]).merged_into_id = None
        else:
            gone = retros.pop(dice.randrange(len(retros)))
            for table in (ThemeTopic, RetroTakenIn):
                db.execute(delete(table).where(col(table.retro_id) == gone))
