"""Scorecards as pages and as tables: what they say, to whom, and what they never say."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.actions.rules.kinds import ActionState
from app.agreements.models import Agreement
from app.core.clock import SetClock
from app.core.db import Database
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.load.many_actions import many_actions
from tests.unit.test_scorecards_queries import Promises, done

AtDesk = Callable[[Person], TestClient]
pytestmark = only_sqlite
ASKED, DAY, LATER = date(2026, 1, 5), date(2026, 2, 2), date(2026, 2, 9)


@pytest.fixture
def promises(app: FastAPI, database: Database, cast: Cast) -> Promises:
    return Promises(database, cast)


@pytest.fixture
def busy(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> None:
    """Two years of promises between everybody."""
    many_actions(database, list(cast.departments.values()), 300, clock.now(), years=2)


def words(html: str) -> str:
    """What a page says, without its marks, with single blanks; its pictures' titles too."""
    plain = unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]))
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(plain.split()))


def read(browser: TestClient, path: str = "") -> str:
    answer = browser.get(f"/desk/scorecards{path}")
    assert answer.status_code == 200
    return words(answer.text)


def test_a_house_without_promises_says_what_to_do(at_desk: AtDesk, cast: Cast, app: FastAPI) -> None:
    for path in ("", f"/{cast.editorial}", f"/{cast.editorial}/{cast.production}"):
        page = read(at_desk(cast.edda), path)
        assert "Nothing was promised yet" in page
        assert "Go to the retros" in page


def test_few_are_counted_and_no_percentage_is_made_of_them(at_desk: AtDesk, cast: Cast, promises: Promises) -> None:
    for state, day in (
        (ActionState.ACCEPTED, DAY),
        (ActionState.ACCEPTED, DAY),
        (ActionState.HELD, DAY),
        (ActionState.ACCEPTED, LATER),
    ):
        promises.add(state, ASKED, DAY, **done(day))
    page = read(at_desk(cast.edda), f"/{cast.production}/{cast.editorial}")
    assert "3 of 4 promises were kept by the day first promised" in page
    assert "Too few to tell. With 4 promises due, anything from 30 % to 95 % would be no surprise." in page
    assert "75 %" not in re.sub(r"0 % 25 % 50 % 75 % 100 %", "", page), "but for the scale"


def test_each_figure_says_itself_in_a_sentence(at_desk: AtDesk, cast: Cast, promises: Promises) -> None:
    for _ in range(5):
        promises.add(ActionState.ACCEPTED, ASKED, DAY, **done(DAY))
    promises.add(ActionState.ACCEPTED, ASKED, DAY, **done(DAY), by_silence=True)
    promises.add(ActionState.ACCEPTED, ASKED, DAY, **done(LATER), slips=1, miss_reason="other_department")
    promises.add(ActionState.REPORTED_DONE, ASKED, DAY, reported_on=DAY)
    promises.add(ActionState.REQUESTED, date(2026, 3, 2))
    promises.add(ActionState.DECLINED, ASKED, settled_on=date(2026, 1, 8))
    promises.add(ActionState.IN_PROGRESS, ASKED, requesting_department_id=None, imported_as="list 1")
    page = read(at_desk(cast.paul), f"/{cast.production}?span=12")
    for said in (
        "6 of 7 promises were kept by the day first promised.",
        "That is 86 %; with 7 promises due, anything from 49 % to 97 % would be no surprise.",
        "1 of the kept ones counts as accepted because nobody answered the report.",
        "1 more was reported in time and waits to be accepted.",
        "1 day was missed. Too few to tell. These are the reasons given.",
        "Waiting for another department",
        "1 working day: half of 10 requests were answered within that time.",
        "Nine in ten were answered within 1 working day.",
        "1 still unanswered for longer than the 2 working days that an answer may take.",
        "28 days until half were accepted as done.",
        "1 was declined or not done, and is followed only until that day.",
        "2 open today",
        "1 of 8 was given a new day at least once.",
        "1 more was loaded or written down without what a promise needs (1 without a department that provides",
        "With each department",
    ):
        assert said in page, said


def test_when_it_is_too_early_it_says_so(at_desk: AtDesk, cast: Cast, promises: Promises) -> None:
    promises.add(ActionState.ACCEPTED, ASKED, DAY, **done(DAY))
    for _ in range(5):
        promises.add(ActionState.IN_PROGRESS, ASKED, DAY)
        promises.add(ActionState.REQUESTED, ASKED)
    page = read(at_desk(cast.paul), f"/{cast.production}")
    assert "Too early to say: of 11, fewer than half are accepted as done; some have been open for 71 days." in page
    assert "so it is too early to say within what time nine in ten are answered" in page


def test_one_that_is_reported_before_any_is_due_is_said_in_words(
    at_desk: AtDesk, cast: Cast, promises: Promises
) -> None:
    promises.add(ActionState.REPORTED_DONE, ASKED, DAY, reported_on=DAY)
    page = read(at_desk(cast.edda), f"/{cast.production}/{cast.editorial}")
    assert "1 one" not in page
    assert "One was reported in time and waits to be accepted." in page or "more was reported" in page


def test_what_was_carried_is_said_of_the_last_quarter_that_ended(
    at_desk: AtDesk, cast: Cast, promises: Promises
) -> None:
    promises.add(ActionState.ACCEPTED, date(2025, 9, 1), date(2025, 10, 5), **done(date(2025, 10, 5)))
    page = read(at_desk(cast.edda), f"/{cast.production}/{cast.editorial}?span=all")
    assert "Nothing was open in Q4 2025" not in page
    assert "0 of 1 were still open when Q4 2025 ended." in page
    assert "Q1 2026, running 0 of 0" in page


def test_what_is_left_out_is_said_of_each_direction(at_desk: AtDesk, cast: Cast, promises: Promises) -> None:
    promises.add(ActionState.ACCEPTED, ASKED, DAY, **done(DAY))
    there = {"providing_department_id": cast.editorial, "requesting_department_id": cast.production}
    promises.add(ActionState.DONE_BEFORE, ASKED, requested_on=None, imported_as="list 1", **there)
    said = "1 more was loaded or written down without what a promise needs (1 that nobody was asked for here)."
    browser = at_desk(cast.ada)
    assert f"What Editorial promised: {said} It is in no figure here." in read(browser, f"/{cast.editorial}")
    assert f"What others promised Production: {said}" in read(browser, f"/{cast.production}")
    assert f"Editorial to Production: {said}" in read(browser, f"/{cast.production}/{cast.editorial}")
    assert said in read(browser)


def test_a_pair_shows_what_it_agreed_on(
    at_desk: AtDesk, cast: Cast, promises: Promises, database: Database, clock: SetClock
) -> None:
    sides = {"providing_department_id": cast.editorial, "requesting_department_id": cast.production}
    with database.transaction() as db:
        db.add(Agreement(text="One contact each", since=DAY, created_at=clock.now(), **sides))
    path = f"/{cast.production}/{cast.editorial}"
    assert "One contact each" in read(at_desk(cast.edda), path), "also where nothing was promised yet"
    promises.add(ActionState.ACCEPTED, ASKED, DAY, **done(DAY))
    assert "One contact each" in read(at_desk(cast.edda), path)


def test_a_pair_lists_what_is_open_without_its_owners(at_desk: AtDesk, cast: Cast, promises: Promises) -> None:
    promises.add(
        ActionState.IN_PROGRESS, ASKED, DAY, title="Send <b>proofs</b>", owner_name="Olga Owner", due_on=LATER
    )
    browser = at_desk(cast.edda)
    page = browser.get(f"/desk/scorecards/{cast.editorial}/{cast.production}")
    assert "Send &lt;b&gt;proofs&lt;/b&gt;" in page.text
    assert "first 2 Feb 2026" in words(page.text)
    for path in ("", f"/{cast.editorial}", f"/{cast.editorial}/{cast.production}"):
        assert "Olga" not in browser.get(f"/desk/scorecards{path}").text, "no figure is about a person"


def test_who_may_see_what(at_desk: AtDesk, cast: Cast, busy: None, client: TestClient) -> None:
    department, pair = f"/{cast.production}", f"/{cast.production}/{cast.marketing}"
    for person, seen in ((cast.ada, 200), (cast.frieda, 200), (cast.paul, 200), (cast.mia, 404), (cast.sven, 404)):
        for path in (department, pair, f"{department}.csv", f"{pair}.csv"):
            assert at_desk(person).get(f"/desk/scorecards{path}").status_code == seen, (person.name, path)
    assert at_desk(cast.mia).get(f"/desk/scorecards/{cast.production}/{cast.editorial}").status_code == 200
    for path in ("", ".csv", department, pair):
        assert client.get(f"/desk/scorecards{path}").headers["location"].startswith("/desk/sign-in")
    for path in (f"/{uuid4()}", f"/{cast.production}/{uuid4()}", "/nothing"):
        assert at_desk(cast.ada).get(f"/desk/scorecards{path}").status_code in (404, 422)


def test_the_whole_shows_totals_to_all_and_departments_to_theirs(at_desk: AtDesk, cast: Cast, busy: None) -> None:
    everybody, member = (at_desk(one).get("/desk/scorecards").text for one in (cast.ada, cast.mia))
    total = re.compile(r"(\d+ of \d+)</span> promises were\s+kept by the day")
    assert total.findall(everybody) == total.findall(member)
    linked = re.compile(r'href="/desk/scorecards/([0-9a-f-]{36})\?')
    assert set(linked.findall(member)) == {str(cast.editorial)}
    assert set(linked.findall(everybody)) == {str(one) for one in cast.departments.values()}


def test_how_far_back_can_be_chosen(at_desk: AtDesk, cast: Cast, busy: None) -> None:
    browser = at_desk(cast.ada)
    year, two, every = (read(browser, f"?span={span}") for span in ("12", "24", "all"))
    assert "From 1 Jan 2025" in year
    assert "From 1 Jan 2024" in two
    assert "Everything up to 17 Mar 2026" in every
    assert read(browser, "?span=nonsense") == year
    assert 'aria-current="page">24 months' in browser.get("/desk/scorecards?span=24").text


def test_a_table_holds_the_numbers_of_its_page(at_desk: AtDesk, cast: Cast, promises: Promises) -> None:
    for _ in range(5):
        promises.add(ActionState.ACCEPTED, ASKED, DAY, **done(DAY))
    promises.add(ActionState.NOT_DOING, ASKED, DAY, settled_on=DAY, miss_reason="not_needed")
    answer = at_desk(cast.paul).get(f"/desk/scorecards/{cast.production}/{cast.editorial}.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="scorecard.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    found = {(one["promises"], one["figure"], one["of"]): one for one in rows}
    kept = found["Production to Editorial", "kept by the original day", "whole period"]
    assert (kept["count"], kept["cases"], kept["share"], kept["low"], kept["high"]) == (
        "5",
        "6",
        "0.833",
        "0.436",
        "0.970",
    )
    assert found["Production to Editorial", "reason of a miss", "not_needed"]["count"] == "1"
    assert found["Editorial to Production", "open now", "over 90 days"]["count"] == "0"
    assert at_desk(cast.sven).get("/desk/scorecards.csv").status_code == 200, "totals are for everybody"


def test_every_picture_has_a_name_and_words(at_desk: AtDesk, cast: Cast, busy: None) -> None:
    for path in ("", f"/{cast.editorial}", f"/{cast.editorial}/{cast.production}?span=all"):
        page = at_desk(cast.ada).get(f"/desk/scorecards{path}").text
        pictures = re.findall(r'<svg class="picture [^>]*aria-labelledby="([^"]+)"', page)
        assert pictures
        for name in " ".join(pictures).split():
            assert page.count(f'id="{name}"') == 1, name
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert " style=" not in page
        assert page.count("<h1") == 1
