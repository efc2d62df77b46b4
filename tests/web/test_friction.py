"""The friction map and the page of a pair as people read them: what they say, to whom, and what they never say."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.db import Database
from app.entries.rules.names import EntryKind
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.history import a_theme, as_kind, past_retro, right, wrong

AtDesk = Callable[[Person], TestClient]
pytestmark = only_sqlite
MAP = "/desk/friction"
SECRET = "Thank you for the second set of proofs"


@pytest.fixture
def told(app: FastAPI, database: Database, cast: Cast) -> None:
    """Production finds Editorial hard; a small department wrote, too; somebody said thanks."""
    said = [wrong("Late", "Production", "Editorial")] * 9 + [right("Fast", "Production", "Editorial")]
    thanks = as_kind(EntryKind.THANKS, right(SECRET, "Production", "Editorial"))
    past_retro(database, cast, date(2026, 1, 8), [*said, thanks])
    small = [wrong("Never answers", "Rights", "IT")] * 3
    past_retro(database, cast, date(2026, 2, 1), small, seats={"Rights": 2, "IT": 8}, imported=True)


def words(html: str) -> str:
    plain = unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]))
    return re.sub(r"\s+([.,;:)])", r"\1", " ".join(plain.split()))


def read(browser: TestClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text


def test_an_empty_map_says_what_to_do(app: FastAPI, cast: Cast, at_desk: AtDesk) -> None:
    page = words(read(at_desk(cast.mia), MAP))
    assert "Nothing to show yet" in page
    assert "Go to the retros" in page
    pair = words(read(at_desk(cast.mia), f"{MAP}/{cast.editorial}/{cast.production}"))
    assert "Nothing between them yet" in pair
    assert "Back to the map" in pair


def test_a_cell_leads_to_its_pair_and_hidden_ones_say_why(told: None, cast: Cast, at_desk: AtDesk) -> None:
    html = read(at_desk(cast.sven), MAP)
    assert f'<a href="{MAP}/{cast.editorial}/{cast.production}">90 %</a>' in html
    cell = re.search(
        rf'<td class="([^"]+)"><a href="{MAP}/{cast.departments["IT"]}/{cast.departments["Rights"]}', html
    )
    assert cell
    assert cell[1] == "heat map-hidden"
    page = words(html)
    assert "Of 10 entries about another department 9 said that something went wrong: 90 %." in page
    assert "9 of 10 entries said that something went wrong (90 %, plausibly 65 % to 98 %), in 1 retro." in page
    assert "Hidden: fewer people than the smallest group that is shown." in page
    assert "3 of 3" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?show=rate", "entries for each ten people that went wrong (plausibly"),
        ("?show=pulse", "Nobody has rated anybody in this time"),
        ("?show=both&view=list", "Harder than overall"),
        ("?compare=yes", "no mark: cannot be told"),
        ("?span=all&show=nonsense&view=x&department=y", "Everything up to"),
    ],
)
def test_it_can_be_turned(told: None, cast: Cast, at_desk: AtDesk, query: str, said: str) -> None:
    page = words(read(at_desk(cast.mia), MAP + query))
    if "list" not in query:
        assert said in page
    else:
        assert "Not clearly different" in page or said in page


def test_the_pairs_of_one_department_are_a_list(told: None, cast: Cast, at_desk: AtDesk) -> None:
    html = read(at_desk(cast.mia), f"{MAP}?department={cast.departments['IT']}")
    assert "data-map" not in html
    page = words(html)
    assert "Pairs of IT" in page
    assert "Rights on IT" in page
    assert "Production on Editorial" not in page


def test_the_table_has_the_same_numbers_and_hides_the_same(told: None, cast: Cast, at_desk: AtDesk) -> None:
    answer = at_desk(cast.mia).get(f"{MAP}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = {(line["consumer"], line["provider"]): line for line in csv.DictReader(io.StringIO(answer.text[1:]))}
    assert lines["Production", "Editorial"]["went wrong"] == "9"
    assert lines["Production", "Editorial"]["share wrong"] == "0.900"
    assert lines["Rights", "IT"]["went wrong"] == "0"
    assert lines["Rights", "IT"]["hidden"] == "too few people"


@pytest.mark.parametrize(("who", "reads"), [("mia", True), ("frieda", True), ("sven", False)])
def test_words_only_for_those_who_took_part(told: None, cast: Cast, at_desk: AtDesk, who: str, reads: bool) -> None:
    """Sven's IT took part in another retro."""
    page = words(read(at_desk(cast.everybody()[who]), f"{MAP}/{cast.editorial}/{cast.production}"))
    assert "Editorial served Production" in page
    assert "Production served Editorial" in page
    assert "1 thanks was said to Editorial." in page
    assert (SECRET in page) is reads
    assert ("None is in force between them." in page) is reads
    assert ("are for people of these two departments" in page) is not reads
    assert "Late" not in page


def test_a_name_cannot_break_out_of_the_table(told: None, database: Database, cast: Cast, at_desk: AtDesk) -> None:
    from app.departments.models import Department

    with database.transaction() as db:
        db.get_one(Department, cast.editorial).name = "<b>Ed</b>"
    html = read(at_desk(cast.mia), MAP)
    assert "&lt;b&gt;Ed&lt;/b&gt;" in html
    assert "<b>Ed</b>" not in html


def test_nobody_else_reads_it(app: FastAPI, client: TestClient, cast: Cast) -> None:
    for path in (MAP, f"{MAP}.csv", f"{MAP}/{cast.editorial}/{cast.production}"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/sign-in")


def test_pairs_of_nobody_are_not_found(app: FastAPI, cast: Cast, at_desk: AtDesk) -> None:
    assert at_desk(cast.ada).get(f"{MAP}/{cast.editorial}/{cast.mia.id}").status_code == 404


def test_one_kind_of_friction_is_in_the_address_the_page_and_the_table(
    app: FastAPI, at_desk: AtDesk, database: Database, cast: Cast
) -> None:
    late, owner = a_theme(database, "Late files", "handover"), a_theme(database, "No owner", "ownership")
    said = [wrong(f"Late {at}", "Editorial", "Production", late) for at in range(6)]
    said += [wrong("Whose is it", "Editorial", "Production", owner)]
    past_retro(database, cast, date(2026, 1, 8), said, {"Editorial": 8, "Production": 6})
    desk = at_desk(cast.mia)
    page = desk.get("/desk/friction?span=all&kind=handover&show=both")
    assert page.status_code == 200
    assert "Only what was said in topics of the kind" in page.text
    assert 'Of <strong class="number">6</strong> entries' in page.text
    assert "show=pulse" not in page.text, "ratings know no kind"
    assert 'href="/desk/friction.csv?' in page.text
    table = desk.get("/desk/friction.csv?span=all&kind=handover").text
    every = desk.get("/desk/friction.csv?span=all").text
    assert table.count("Production") == every.count("Production") == 1
    assert table != every
    odd = desk.get('/desk/friction?kind="><script>')
    assert (odd.status_code, '<script>"' in odd.text) == (200, False)
    assert "Only what was said" not in odd.text
