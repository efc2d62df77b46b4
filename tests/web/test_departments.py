"""The pages of departments, as a browser meets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.core.db import Database
from app.departments import queries
from tests.cast import DEPARTMENTS, Cast, Person

AtDesk = Callable[[Person], TestClient]


def test_everybody_signed_in_sees_the_departments(at_desk: AtDesk, cast: Cast) -> None:
    for person in (cast.ada, cast.mia, cast.sven):
        page = at_desk(person).get("/desk/departments")
        assert page.status_code == 200
        assert all(name in page.text for name in DEPARTMENTS)
    assert "Add a department" not in page.text
    assert "Add a department" in at_desk(cast.frieda).get("/desk/departments").text


def test_adding_changing_archiving_and_taking_back(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    browser = at_desk(cast.frieda)
    answer = browser.post("/desk/departments", data={"name": " Legal ", "badge": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/departments?done=added")
    assert "Legal" in browser.get(answer.headers["location"]).text
    with database.reading() as db:
        legal = next(one for one in queries.all_departments(db) if one.name == "Legal")
    path = f"/desk/departments/{legal.id}"
    assert 'value="Legal"' in browser.get(path).text
    browser.post(path, data={"name": "Law & Order", "badge": "lo"})
    assert "Law &amp; Order" in browser.get("/desk/departments?done=changed").text
    browser.post(f"{path}/archive")
    assert "Archived" in browser.get("/desk/departments?done=archived").text
    browser.post(f"{path}/archive", data={"undo": "1"})
    assert "Archived" not in browser.get("/desk/departments?done=back").text


@pytest.mark.parametrize(
    ("name", "badge", "field", "says"),
    [
        ("", "", "name", "Type a name."),
        ("x" * 81, "", "name", "80 characters"),
        ("editorial", "", "name", "this name already"),
        ("Legal\x00", "", "name", "cannot be shown"),
        ("Legal", "LEGAL", "badge", "one to 3 letters"),
    ],
)
def test_a_mistake_is_said_beside_its_field(
    at_desk: AtDesk, cast: Cast, name: str, badge: str, field: str, says: str
) -> None:
    for path in ("/desk/departments", f"/desk/departments/{cast.production}"):
        answer = at_desk(cast.frieda).post(path, data={"name": name, "badge": badge})
        assert answer.status_code == 422
        assert says in answer.text
        assert f'id="field-{field}-error"' in answer.text
        assert f'value="{badge}"' in answer.text


def test_others_change_nothing(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    browser = at_desk(cast.edda)
    for path in (
        "/desk/departments",
        f"/desk/departments/{cast.editorial}",
        f"/desk/departments/{cast.editorial}/archive",
    ):
        answer = browser.post(path, data={"name": "Mine"})
        assert answer.status_code == 403
        assert "Only an admin or a facilitator" in answer.text
    assert browser.get(f"/desk/departments/{cast.editorial}").status_code == 403
    with database.reading() as db:
        assert [one.name for one in queries.all_departments(db)] == sorted(DEPARTMENTS)


def test_what_does_not_exist_is_not_found(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.frieda)
    assert browser.get(f"/desk/departments/{uuid4()}").status_code == 404
    assert browser.post(f"/desk/departments/{uuid4()}", data={"name": "X"}).status_code == 404


def test_an_empty_house_says_what_to_do(at_desk: AtDesk, cast: Cast, database: Database, now: datetime) -> None:
    from app.departments import service

    with database.transaction() as db:
        for department_id in cast.departments.values():
            service.archive(db, None, department_id, now)
    assert "Add the first one here." in at_desk(cast.frieda).get("/desk/departments").text
    assert "An admin or a facilitator adds them." in at_desk(cast.mia).get("/desk/departments").text
