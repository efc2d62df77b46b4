"""The pages of joint projects, as a browser meets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from app.core.db import Database
from app.departments import service as departments
from app.projects import queries, service
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]


def form(cast: Cast, **changed: object) -> dict[str, object]:
    chosen = {
        "name": "Spring catalogue",
        "kind": "catalogue",
        "started_on": "2026-01-12",
        "ended_on": "2026-03-06",
        "departments": [str(cast.editorial), str(cast.production)],
    }
    return {**chosen, **changed}


@pytest.fixture
def project_id(database: Database, cast: Cast, now: datetime) -> UUID:
    with database.transaction() as db:
        return service.create(
            db,
            cast.frieda.visitor,
            "Spring catalogue",
            "catalogue",
            date(2026, 1, 12),
            date(2026, 3, 6),
            [cast.editorial, cast.production],
            now,
        )


def test_setting_a_project_up(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.frieda)
    assert "No projects yet" in browser.get("/desk/projects").text
    new = browser.get("/desk/projects/new").text
    assert "Which departments took part?" in new
    answer = browser.post("/desk/projects", data=form(cast))
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    for part in ("Spring catalogue", "Editorial", "Production", "6 Mar 2026", "No retro of this project yet"):
        assert part in page.text
    assert "Spring catalogue" in browser.get("/desk/projects").text


def test_changing_a_project(at_desk: AtDesk, cast: Cast, project_id: UUID, database: Database) -> None:
    browser = at_desk(cast.ada)
    edit = browser.get(f"/desk/projects/{project_id}/edit").text
    for part in ('value="Spring catalogue"', 'value="2026-01-12"', f'value="{cast.editorial}" checked'):
        assert part in edit
    answer = browser.post(f"/desk/projects/{project_id}", data=form(cast, name="Autumn", ended_on="", started_on=""))
    assert answer.headers["location"] == f"/desk/projects/{project_id}"
    with database.reading() as db:
        found = queries.project(db, project_id, for_=cast.ada.visitor)
    assert (found.name, found.started_on, found.ended_on) == ("Autumn", None, None)


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"name": ""}, "name", "Type what the project was called."),
        ({"name": "x" * 121}, "name", "120 characters"),
        ({"name": "a\x1bb"}, "name", "cannot be shown"),
        ({"kind": "x" * 61}, "kind", "60 characters"),
        ({"departments": []}, "departments", "at least two departments"),
        ({"departments": [str(uuid4()), "rubbish"]}, "departments", "at least two departments"),
        ({"ended_on": "2025-12-31"}, "ended_on", "cannot end before it began"),
        ({"ended_on": "yesterday"}, "ended_on", "as a date"),
        ({"started_on": "0001-01-01"}, "started_on", "as a date"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_all_is_kept(
    at_desk: AtDesk, cast: Cast, project_id: UUID, changed: dict[str, object], field: str, says: str
) -> None:
    for path in ("/desk/projects", f"/desk/projects/{project_id}"):
        answer = at_desk(cast.frieda).post(path, data=form(cast, **{"name": "Kept as typed", **changed}))
        assert answer.status_code == 422
        assert says in answer.text
        assert f'id="field-{field}-error"' in answer.text
        if "name" not in changed:
            assert 'value="Kept as typed"' in answer.text
        if "departments" not in changed:
            assert f'value="{cast.editorial}" checked' in answer.text


def test_an_empty_form_is_a_page(at_desk: AtDesk, cast: Cast) -> None:
    answer = at_desk(cast.frieda).post("/desk/projects")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")


def test_names_stay_as_they_are(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.frieda)
    answer = browser.post("/desk/projects", data=form(cast, name="<b>קטלוג</b> 🌷 & more"))
    assert "&lt;b&gt;קטלוג&lt;/b&gt; 🌷 &amp; more" in browser.get(answer.headers["location"]).text


def test_who_does_not_take_part_finds_nothing(at_desk: AtDesk, cast: Cast, project_id: UUID) -> None:
    path = f"/desk/projects/{project_id}"
    for person, status in ((cast.sven, 404), (cast.edda, 200), (cast.mia, 200), (cast.ada, 200)):
        assert at_desk(person).get(path).status_code == status
    stranger = at_desk(cast.sven)
    assert "Spring catalogue" not in stranger.get("/desk/projects").text
    assert "Spring catalogue" not in stranger.get(path).text
    assert stranger.get(f"{path}/edit").status_code == 404
    assert stranger.post(path, data=form(cast)).status_code == 404
    assert at_desk(cast.ada).get(f"/desk/projects/{uuid4()}").status_code == 404


def test_members_look_but_do_not_change(at_desk: AtDesk, cast: Cast, project_id: UUID) -> None:
    browser = at_desk(cast.edda)
    assert "/edit" not in browser.get(f"/desk/projects/{project_id}").text
    assert browser.get("/desk/projects/new").status_code == 403
    assert browser.get(f"/desk/projects/{project_id}/edit").status_code == 403
    assert browser.post("/desk/projects", data=form(cast)).status_code == 403
    assert browser.post(f"/desk/projects/{project_id}", data=form(cast)).status_code == 403


def test_an_archived_department_stays_with_its_projects(
    at_desk: AtDesk, cast: Cast, project_id: UUID, database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        departments.archive(db, None, cast.editorial, now)
    browser = at_desk(cast.frieda)
    assert "Editorial" not in browser.get("/desk/projects/new").text
    assert f'value="{cast.editorial}" checked' in browser.get(f"/desk/projects/{project_id}/edit").text
    assert browser.post(f"/desk/projects/{project_id}", data=form(cast)).status_code == 303


def test_without_departments_the_page_says_what_comes_first(
    at_desk: AtDesk, cast: Cast, database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        for department_id in cast.departments.values():
            departments.archive(db, None, department_id, now)
    browser = at_desk(cast.frieda)
    assert "First the departments" in browser.get("/desk/projects/new").text
    assert "Add them first" in browser.get("/desk/projects").text
    assert "Ask an admin" in at_desk(cast.mia).get("/desk/projects").text
