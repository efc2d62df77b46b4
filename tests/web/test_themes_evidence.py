"""The list of themes and the evidence on one: what they say, to whom, and with how many statements."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.evidence.jobs import run_due
from app.themes.models import Theme, ThemesVersion
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.history import a_theme, past_retro, wrong
from tests.unit.test_desk_queries import statements
from tests.unit.test_findings import an_action, late, month, ten_retros
from tests.web.test_scorecards import words

AtDesk = Callable[[Person], TestClient]
pytestmark = only_sqlite


@pytest.fixture
def files(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> UUID:
    """Files for print come late in each of ten retros; in the fourth one something was asked, and it held."""
    theme = a_theme(database, "Files for print come late")
    retros = ten_retros(database, cast, theme, [3, 3, 3, 5, 2, 1, 0])
    an_action(database, cast, retros[3], month(3) + timedelta(days=3))
    run_due(database, clock.now())
    return theme


def read(browser: TestClient, path: str = "") -> str:
    answer = browser.get(f"/desk/themes{path}")
    assert answer.status_code == 200
    return words(answer.text)


def test_a_house_without_history_says_what_to_do(at_desk: AtDesk, cast: Cast, app: FastAPI) -> None:
    page = read(at_desk(cast.sven))
    assert "No themes yet" in page
    assert "Go to the retros" in page


def test_each_series_is_a_line_of_its_own_and_the_strongest_one_is_the_themes(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock
) -> None:
    rooms = a_theme(database, "Nobody booked a room")
    for series, there, retros in (("Workshops", (0, 2, 4), 6), ("Elsewhere", (1, 4), 30)):
        for at in range(retros):
            said = [wrong(f"No room {at}", None, None, rooms)] if at in there else []
            past_retro(database, cast, month(at), said, {}, imported=True, series=series)
    run_due(database, clock.now())
    browser = at_desk(cast.edda)
    line = read(browser)
    assert "3 of 6 retros" in line
    assert "Workshops" in line
    assert "Elsewhere" not in line
    page = read(browser, f"/{rooms}")
    assert "The figures are those of its strongest series: Workshops" in page
    assert "In 3 of 6 retros of Workshops somebody wrote about this" in page
    assert "In 2 of 30 retros of Elsewhere somebody wrote about this" in page
    assert "Series by series" in page
    table = list(csv.DictReader(io.StringIO(browser.get("/desk/themes.csv").text.lstrip("\ufeff"))))
    assert [(row["theme"], row["series"], row["present"]) for row in table] == [
        ("Nobody booked a room", "Workshops", "3")
    ]


def test_the_list_says_what_is_under_way(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, files: UUID
) -> None:
    browser = at_desk(cast.edda)
    assert "being added" not in read(browser)
    past_retro(database, cast, month(30), [wrong("The files came late")], taken_in=False)
    assert "1 closed retro is being added" in read(browser)
    with database.transaction() as db:
        db.add(ThemesVersion(wants_rerun=True))
    assert "Themes are being regrouped" in read(browser)


def test_the_list_says_state_presence_rate_and_action(at_desk: AtDesk, cast: Cast, files: UUID) -> None:
    page = read(at_desk(cast.edda))
    for said in ("Files for print come late", "Recurring", "6 of 7 retros", "An action held"):
        assert said in page, said
    assert "Production" in page
    assert "1 action was accepted: after 1 it held" in page
    assert "Too few to say how long it takes" in page


def test_each_figure_explains_itself_with_its_n(at_desk: AtDesk, cast: Cast, files: UUID) -> None:
    page = read(at_desk(cast.edda), f"/{files}")
    for said in (
        "In 6 of 7 retros where Production worked for Editorial somebody wrote about this.",
        "By chance alone (something that is there in one retro of ten) that would happen in fewer than 1 in 100 such",
        "17 entries where 84 seats could have written.",
        "9 entries from 36 seats in 3 retros before it was asked, 1 from 24 in 2 retros since.",
        "It is rarer with a chance of 98 in 100.",
        "It held",
        "How these figures are made",
        "The numbers",
    ):
        assert said in page, said
    assert "failed" not in page.replace("never “failed”", "").replace("Never “failed”", "")


def test_too_early_is_said_before_a_guess(at_desk: AtDesk, app: FastAPI, database: Database, cast: Cast,
                                           clock: SetClock) -> None:  # fmt: skip
    theme = a_theme(database, "Covers without approval")
    retros = ten_retros(database, cast, theme, [1, 1])
    an_action(database, cast, retros[1], month(1))
    run_due(database, clock.now())
    page = read(at_desk(cast.paul), f"/{theme}")
    assert "Too early to say whether it changes: that takes five retros with known seats and five entries" in page
    assert "there are 2 and 2" in page
    assert "No proof yet" in page
    assert "Still missing: 2 more retros of these two." in page


def test_wording_is_for_those_who_took_part(at_desk: AtDesk, cast: Cast, files: UUID) -> None:
    """Counts are for everybody; what was written only for departments that were there, and for facilitators."""
    for person, sees in ((cast.edda, True), (cast.paul, True), (cast.frieda, True), (cast.sven, False)):
        page = read(at_desk(person), f"/{files}")
        assert "In 6 of 7 retros" in page
        assert ("Late 3.1" in page) is sees, person.name
        assert ("Single entries are shown only to the departments that took part" in page) is not sees


def test_hidden_entries_and_other_kinds_are_not_quoted(
    at_desk: AtDesk, database: Database, cast: Cast, files: UUID
) -> None:
    from sqlmodel import col, update

    from app.entries.models import Entry

    with database.transaction() as db:
        db.execute(update(Entry).where(col(Entry.text) == "Late 3.1").values(hidden_reason="person"))
        db.execute(update(Entry).where(col(Entry.text) == "Late 3.2").values(kind="went_right"))
    page = read(at_desk(cast.edda), f"/{files}")
    assert "Late 3.0" in page
    assert "Late 3.1" not in page
    assert "Late 3.2" not in page


def test_the_picture_is_also_a_table_and_marks_the_action(at_desk: AtDesk, cast: Cast, files: UUID) -> None:
    html = at_desk(cast.edda).get(f"/desk/themes/{files}").text
    assert html.count("evidence-accepted") == 2, "in the picture of the whole and of the pair"
    assert html.count("evidence-grace") == 2
    assert html.count('class="evidence-none"') == 2, "the last retro was quiet"
    assert html.count('<caption class="visually-hidden">') >= 2


def test_filters_and_search(at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, files: UUID) -> None:
    other = a_theme(database, "Covers without approval")
    past_retro(
        database, cast, month(20), [wrong("No name", "Marketing", "Rights", other)], {"Marketing": 9, "Rights": 6}
    )
    run_due(database, clock.now())
    desk = at_desk(cast.edda)
    both = {"Files for print": True, "Covers without": True}
    for query, seen in {
        "": both,
        "?state=recurring": {"Files for print": True, "Covers without": False},
        "?state=new": {"Files for print": False, "Covers without": True},
        "?state=nonsense": both,
        f"?provider={cast.production}": {"Files for print": True, "Covers without": False},
        f"?consumer={cast.departments['Marketing']}": {"Files for print": False, "Covers without": True},
        f"?provider={cast.editorial}&consumer={cast.production}": dict.fromkeys(both, False),
        "?q=PRINT+late": {"Files for print": True, "Covers without": False},
        "?q=100%25": dict.fromkeys(both, False),
        "?page=nonsense": both,
        "?page=9": dict.fromkeys(both, False),
    }.items():
        page = read(desk, query)
        assert {name: name in page for name in both} == seen, query
    assert "That is an answer too" in read(desk, "?q=nothing+such")


def test_the_table_has_a_line_for_each(at_desk: AtDesk, cast: Cast, files: UUID) -> None:
    answer = at_desk(cast.edda).get(f"/desk/themes.csv?provider={cast.production}")
    (line,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert line["theme"] == "Files for print come late"
    assert (line["provider"], line["consumer"], line["state"]) == ("Production", "Editorial", "recurring")
    assert (line["present"], line["eligible"], line["entries"], line["seats"]) == ("6", "7", "17", "84")
    assert line["action"] == "held"


def test_a_merged_theme_leads_to_what_it_became(at_desk: AtDesk, database: Database, cast: Cast, files: UUID) -> None:
    old = a_theme(database, "Slow files")
    with database.transaction() as db:
        db.get_one(Theme, old).merged_into_id = files
    answer = at_desk(cast.edda).get(f"/desk/themes/{old}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/themes/{files}")


def test_a_theme_that_is_not_there_and_one_nothing_is_found_about(
    at_desk: AtDesk, database: Database, cast: Cast, app: FastAPI
) -> None:
    assert at_desk(cast.edda).get(f"/desk/themes/{uuid4()}").status_code == 404
    assert "No evidence yet" in read(at_desk(cast.edda), f"/{a_theme(database, 'Only good')}")


def test_nobody_reads_it_who_has_not_signed_in(client: TestClient) -> None:
    for path in ("/desk/themes", "/desk/themes.csv", f"/desk/themes/{uuid4()}"):
        assert client.get(path).headers["location"].startswith("/desk/sign-in")


def test_the_number_of_statements_does_not_grow(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, files: UUID
) -> None:
    desk = at_desk(cast.edda)

    def counted() -> list[int]:
        found = []
        for path in ("/desk/themes", f"/desk/themes/{files}"):
            desk.get(path)
            with statements(database) as seen:
                assert desk.get(path).status_code == 200
            found.append(len(seen))
        return found

    few = counted()
    names = list(cast.departments)
    for number in range(12):
        theme = a_theme(database, f"Another friction {number}")
        said = [wrong(f"{number}.{at}", writer, "IT", theme_id) for at, writer in enumerate(names[:4])
                for theme_id in (theme, files)]  # fmt: skip
        id_ = past_retro(database, cast, date(2026, 1, 1) + timedelta(days=number), said + late(number, 2, files),
                         dict.fromkeys(names, 6))  # fmt: skip
        an_action(database, cast, id_, date(2026, 2, 1))
    run_due(database, clock.now())
    assert counted() == few
