"""A list of actions through the pages: handed in, looked at, loaded, worked through, taken back, each by a form."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.core.config import Settings
from app.core.db import Database
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
# The services run on both databases in tests/unit; here it is about pages.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CSV = """Action;Owner;Department;Due;Status;Mood
Write the checklist;Paul;Production;2026-04-28;in progress;good
<b>Buy</b> a "printer";;Dev;;completed in June;
;Nobody;;;;
"""


def rows(database: Database) -> list[Action]:
    with database.reading() as db:
        found = list(db.exec(select(Action).order_by(Action.created_at, Action.id)).all())
        db.expunge_all()
        return found


def look(browser: TestClient, text: str = "", file: bytes | None = None, **typed: str) -> str:
    files = {"file": ("list.csv", file, "text/csv")} if file is not None else {"file": ("", b"", "")}
    answer = browser.post(
        "/desk/actions/load/preview", data={"list_name": "Wiki", "text": text, **typed}, files=files
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def carried(page: str) -> dict[str, str]:
    """The fields of the form that loads what was looked at, as a browser would send them."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value).replace("\r\n", "\n").replace("\n", "\r\n") for name, value in fields}


def test_a_list_is_looked_at_before_it_is_loaded(at_desk: AtDesk, database: Database, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    assert "Recognised columns" in frieda.get("/desk/actions/load").text
    page = look(frieda, file=CSV.encode())
    assert rows(database) == [], "looking writes nothing"
    for words in (
        "Nothing has been written yet.",
        "These columns are not understood and left out: Mood.",
        "There is no department called “Dev” here",
        "It says nothing of what is to be done",
        "&lt;b&gt;Buy&lt;/b&gt; a",
        "Import 2 actions",
    ):
        assert words in page
    answer = frieda.post("/desk/actions/load", data=carried(page))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/actions/loaded?list=Wiki")
    assert {row.title: row.state for row in rows(database)} == {
        "Write the checklist": ActionState.PROPOSED,
        '<b>Buy</b> a "printer"': ActionState.DONE_BEFORE,
    }
    assert "Write the checklist" in frieda.get(answer.headers["location"]).text
    assert "Nothing in this list is new or changed." in look(frieda, text=CSV), "one row of it was refused"
    readable = "".join(CSV.splitlines(keepends=True)[:-1])
    assert "Every row in this file is already imported." in look(frieda, text=readable)


def test_cells_pasted_out_of_a_spreadsheet(at_desk: AtDesk, database: Database, cast: Cast) -> None:
    page = look(at_desk(cast.ada), "Task\tWho\r\nFix the lamp\tMia\r\n", department="Marketing")
    at_desk(cast.ada).post("/desk/actions/load", data=carried(page))
    (row,) = rows(database)
    assert (row.title, row.owner_id, row.providing_department_id) == ("Fix the lamp", cast.mia.id, cast.marketing)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"list_name": "", "text": "Title\nx"}, "Give the list a name"),
        ({"list_name": "a#b", "text": "Title\nx"}, "plain text without"),
        ({"text": ""}, "There is nothing in it."),
        ({"text": "Owner\nPaul"}, "one of them must be the title"),
        ({"text": "Title\nx", "department": "Dev"}, "There is no department called “Dev”."),
        ({"text": "Title\n" + "Fix\n" * 5001}, "5000 fit"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(
    at_desk: AtDesk, cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    frieda = at_desk(cast.frieda)
    for address in ("/desk/actions/load/preview", "/desk/actions/load"):
        answer = frieda.post(address, data={"list_name": "Wiki", **typed})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert html.escape(typed["text"].split("\n")[0]) in answer.text, "what was typed stays"


def test_a_list_that_the_next_form_could_not_carry_is_refused_at_once(
    at_desk: AtDesk, app: FastAPI, settings: Settings, cast: Cast
) -> None:
    large = "Title\n" + "Fix the lamp in the hall\n" * 2400
    assert len(large) < settings.max_body_bytes
    answer = at_desk(cast.frieda).post(
        "/desk/actions/load/preview", data={"list_name": "Wiki"}, files={"file": ("list.csv", large.encode())}
    )
    assert answer.status_code == 422
    assert "60 KB fits through this page" in answer.text
    assert "fencepost load-actions" in answer.text


def test_who_may_load_lists(at_desk: AtDesk, client: TestClient, cast: Cast) -> None:
    edda = at_desk(cast.edda)
    assert edda.get("/desk/actions/load").status_code == 404
    for address in ("load/preview", "load", "loaded/removal"):
        typed = {"list_name": "Wiki", "text": "Title\nx"}
        assert edda.post(f"/desk/actions/{address}", data=typed).status_code == 404
    page = edda.get("/desk/actions/loaded").text
    assert "A facilitator can bring" in page
    assert 'href="/desk/actions/load"' not in page
    assert client.get("/desk/actions/load").headers["location"].startswith("/desk/sign-in")


def test_a_loaded_action_is_completed_by_its_department(at_desk: AtDesk, database: Database, cast: Cast) -> None:
    frieda, paul, mia = at_desk(cast.frieda), at_desk(cast.paul), at_desk(cast.mia)
    frieda.post("/desk/actions/load", data=carried(look(frieda, text=CSV)))
    row = next(one for one in rows(database) if one.state == ActionState.PROPOSED)
    url = f"/desk/actions/{row.id}"
    shown = paul.get(url).text
    assert "The list does not say who asked for it." in shown
    assert "left out of the figures on promises kept" in shown
    assert "Loaded from the list “Wiki”." in shown
    assert f"{url}/complete" in paul.get("/desk/actions/loaded").text
    assert mia.get(f"{url}/complete").status_code == 404
    form = paul.get(f"{url}/complete").text
    assert 'value="2026-04-28"' in form
    assert f'value="{cast.paul.id}" selected' in form
    typed = {
        "title": row.title,
        "done_when": "It was used twice.",
        "owner": str(cast.paul.id),
        "providing_department": str(cast.production),
        "due_on": "2026-04-28",
        "cause": "process",
        "version": str(row.version),
    }
    refused = paul.post(f"{url}/completion", data=typed)
    assert refused.status_code == 422
    assert "Choose who asks for it." in refused.text
    assert "It was used twice." in refused.text
    stale = paul.post(f"{url}/completion", data={**typed, "version": "99"})
    assert stale.status_code == 409
    assert "Somebody changed this action meanwhile" in stale.text
    whole = {**typed, "requesting_department": str(cast.editorial)}
    assert paul.post(f"{url}/completion", data=whole).status_code == 303
    assert "I promise it" in paul.get(url).text
    assert "until its owner promises it here" in paul.get(url).text.lower()
    assert paul.post(f"{url}/steps", data={"state": "promised"}).status_code == 303
    assert "It counts from the day it was promised here." in mia.get(url).text
    assert "waits for nothing that could be completed" in paul.get(f"{url}/complete").text


def test_dropping_asks_for_a_reason(at_desk: AtDesk, database: Database, cast: Cast) -> None:
    frieda, paul = at_desk(cast.frieda), at_desk(cast.paul)
    frieda.post("/desk/actions/load", data=carried(look(frieda, text=CSV)))
    row = next(one for one in rows(database) if one.state == ActionState.PROPOSED)
    url = f"/desk/actions/{row.id}"
    refused = paul.post(f"{url}/dropping", data={})
    assert refused.status_code == 422
    assert "Say why it will not be done." in refused.text
    assert paul.post(f"{url}/dropping", data={"reason": "The wiki is gone."}).status_code == 303
    assert "The wiki is gone." in paul.get(url).text


def test_what_its_list_calls_done_says_so_and_offers_no_step(at_desk: AtDesk, database: Database, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    frieda.post("/desk/actions/load", data=carried(look(frieda, text=CSV)))
    row = next(one for one in rows(database) if one.state == ActionState.DONE_BEFORE)
    page = frieda.get(f"/desk/actions/{row.id}").text
    for words in ("Done before", "nobody accepted it", "completed in June", "It was over before it came here."):
        assert words in page
    assert f"/desk/actions/{row.id}/steps" not in page


def test_a_list_is_taken_back(at_desk: AtDesk, database: Database, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    frieda.post("/desk/actions/load", data=carried(look(frieda, text=CSV)))
    assert "Remove 2 of 2" in frieda.get("/desk/actions/loaded").text
    answer = frieda.post("/desk/actions/loaded/removal", data={"list_name": "Wiki"})
    assert answer.headers["location"] == "/desk/actions/load"
    assert rows(database) == []
    assert "No list was imported" in frieda.get("/desk/actions/loaded").text


def test_a_long_list_is_turned_page_by_page(at_desk: AtDesk, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    text = "Title,Id\n" + "".join(f"Do thing {at},{at}\n" for at in range(53))
    frieda.post("/desk/actions/load", data=carried(look(frieda, text=text)))
    assert "Do thing 52" not in frieda.get("/desk/actions/loaded?list=Wiki").text
    second = frieda.get("/desk/actions/loaded?list=Wiki&page_number=2").text
    assert "Do thing 52" in second
    assert "Previous page" in second
