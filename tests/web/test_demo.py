"""The demo is built through the real services, can be walked into by its links, and leaves nothing when removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.config import Settings
from app.core.db import Database
from app.demo import build as demo
from app.demo.build import DemoAccess, ThisIsNoDemo
from app.demo.house import visitor_of
from app.demo.story import story
from app.departments import queries as departments
from app.main import create_app, open_database, register_reactions
from app.people import queries as people
from app.people.service import accounts
from app.pulse import queries as pulse
from app.retros.queries import lists
from app.retros.queries.views import RetroView
from app.retros.rules.names import Stage
from app.votes import queries as votes
from tests.databases import SQLiteTemplate

STORY = story()
CLOSED, IN_WRITE = STORY.closed, STORY.in_write

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Demo:
    settings: Settings
    database: Database
    access: DemoAccess
    app: FastAPI


@pytest.fixture(scope="module")
def built(sqlite_template: SQLiteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(data_dir=folder, database_url=sqlite_template.copy_to(folder))
    database = open_database(settings)
    register_reactions(database.bus)
    now = datetime.now(UTC)
    access = demo.open_or_build(database, now, Random(7))
    yield Demo(settings, database, access, create_app(settings))
    database.dispose()


def all_retros(built: Demo) -> list[RetroView]:
    with built.database.reading() as db:
        email = next(person.email for person in STORY.house.people if person.key == STORY.house.facilitator)
        account = people.account_by_email(db, email)
        assert account is not None
        return lists.retros_for(db, visitor_of(account))


def test_the_house_is_marked_as_a_demo_with_its_people_and_departments(built: Demo) -> None:
    with built.database.reading() as db:
        assert departments.organisation(db).is_demo
        assert {one.name for one in departments.all_departments(db)} == {one.name for one in STORY.house.departments}
        assert {one.name for one in people.accounts(db)} == {one.name for one in STORY.house.people}


def test_past_retros_are_closed_and_one_is_being_written(built: Demo) -> None:
    views = all_retros(built)
    assert {view.title for view in views if view.stage is Stage.CLOSED} == {project.title for project in CLOSED}
    [writing] = [view for view in views if view.is_open]
    assert writing.stage is Stage.WRITE
    assert writing.title == IN_WRITE.title
    assert writing.code == built.access.join_code


def test_past_retros_lie_on_working_days_of_the_past_in_their_order(built: Demo) -> None:
    closed = {view.title: view.closed_at for view in all_retros(built) if view.closed_at}
    assert all(at.weekday() < 5 and at < datetime.now(UTC) for at in closed.values())
    assert sorted(closed, key=lambda title: closed[title]) == [project.title for project in CLOSED]
    assert datetime.now(UTC) - closed[CLOSED[0].title] > timedelta(days=290)


def test_keys_of_closed_retros_are_destroyed(built: Demo) -> None:
    left = {path.stem for path in built.settings.keys_dir.glob("*.key")}
    assert left == {view.id.hex for view in all_retros(built) if view.is_open}


def test_votes_agree_divide_and_show_blind_spots(built: Demo) -> None:
    seen: dict[str, int] = {}
    blind = 0
    with built.database.reading() as db:
        for view in all_retros(built):
            for standing in votes.standings(db, view.id):
                seen[str(standing.standing)] = seen.get(str(standing.standing), 0) + 1
                blind += standing.blind_spot_department_id is not None
    assert set(seen) == {"agreed", "divides", "rest"}
    assert min(seen.values()) >= 4
    assert blind >= 6


def test_small_departments_are_pooled_where_they_took_part(built: Demo) -> None:
    first = next(view for view in all_retros(built) if view.title == CLOSED[0].title)
    assert {one.name for one in first.departments if one.pooled} == {"Rights", "IT"}


@pytest.mark.parametrize("door", ["facilitator", "lead"])
def test_a_link_signs_in_and_works_again(built: Demo, door: str) -> None:
    path = f"/desk/invitations/{getattr(built.access, door)}"
    for _ in range(2):
        with TestClient(built.app) as browser:
            page = browser.get(path)
            if "/desk/invitations" in str(page.url):
                page = browser.post(path)
            assert page.status_code == 200
            assert "Lantern &amp; Loam" in page.text or "Lantern & Loam" in page.text
            assert browser.get("/desk/actions").status_code == 200


def test_every_page_that_links_lead_to_can_be_read(built: Demo) -> None:
    """Followed from the desk, as a facilitator and as a lead; a broken link anywhere fails here."""
    kinds = kinds_of_pages(built, built.access.facilitator) | kinds_of_pages(built, built.access.lead)
    assert {"/desk/projects/{id}", "/desk/retros/{id}", "/desk/retros/{id}/outcome", "/desk/actions/{id}"} <= kinds


def kinds_of_pages(built: Demo, link: str) -> set[str]:
    with TestClient(built.app) as browser:
        path = f"/desk/invitations/{link}"
        if "/desk/invitations" in str(browser.get(path).url):
            browser.post(path)
        seen, waiting, kinds = {"/desk"}, ["/desk"], set()
        while waiting:
            page = browser.get(waiting.pop())
            assert page.status_code == 200, page.url
            kinds.add(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", page.url.path))
            for found in re.findall(r'<a [^>]*href="(/desk[^"#?]*)', page.text):
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)
    return kinds


def test_the_retro_in_write_can_be_joined(built: Demo) -> None:
    with TestClient(built.app) as phone:
        door = phone.get(f"/r/{built.access.join_code}")
        assert door.status_code == 200
        assert "Which department are you from?" in door.text


def test_a_second_start_keeps_the_house_and_gives_fresh_links(built: Demo) -> None:
    again = demo.open_or_build(built.database, datetime.now(UTC), Random(7))
    assert again.join_code == built.access.join_code
    assert again.facilitator != built.access.facilitator
    assert len(all_retros(built)) == len(CLOSED) + 1
    lines = "\n".join(again.lines("http://127.0.0.1:8000"))
    for shown in (again.facilitator, again.lead, f"/r/{again.join_code}", "Nobody in it exists"):
        assert shown in lines


def test_a_real_organisation_is_never_turned_into_a_demo(sqlite_template: SQLiteTemplate, tmp_path: Path) -> None:
    database = open_database(Settings(data_dir=tmp_path, database_url=sqlite_template.copy_to(tmp_path)))
    with database.transaction() as db:
        accounts.create_account(db, "a@b.example", "Ada Real", None, NOW, is_admin=True)
    with pytest.raises(ThisIsNoDemo):
        demo.open_or_build(database, NOW, Random(7))
    assert not (tmp_path / demo.MARK).exists()
    database.dispose()


def test_only_a_demo_folder_is_removed(built: Demo, tmp_path: Path) -> None:
    real = Settings(data_dir=tmp_path / "real")
    real.data_dir.mkdir()
    (real.data_dir / "fencepost.db").write_text("precious")
    assert not demo.remove(real)
    assert (real.data_dir / "fencepost.db").exists()
    assert (built.settings.data_dir / demo.MARK).exists()
    marked = Settings(data_dir=tmp_path / "made")
    marked.data_dir.mkdir()
    (marked.data_dir / demo.MARK).touch()
    assert demo.remove(marked)
    assert not marked.data_dir.exists()


def test_departments_rated_each_other_and_themselves_but_for_those_apart(built: Demo) -> None:
    views = {view.title: view for view in all_retros(built)}
    with built.database.reading() as db:
        rated = {title: pulse.summaries(db, view.id) for title, view in views.items()}
    assert sum(bool(one) for one in rated.values()) == sum(project.rates for project in CLOSED)
    assert any(view.is_own_view for one in rated.values() for view in one)
    apart = {project.title for project in CLOSED if project.apart}
    assert {title for title, view in views.items() if view.apart} == apart
