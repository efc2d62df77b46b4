"""A department of fewer than three people is a person or two: whatever speaks about departments names it to nobody
but itself, on no page, in no table, by no address; two or more stand together, one alone is left out."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select, update

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.briefs.queries.brief import brief
from app.core.clock import SetClock
from app.core.db import Database
from app.departments import service
from app.departments.models import Department
from app.departments.rules import Spoken
from app.entries.models import Entry
from app.entries.rules.names import EntryKind
from app.evidence.jobs import run_due
from app.people.models import Membership
from app.projects.models import Project, ProjectDepartment
from tests.cast import Cast, Person
from tests.history import a_theme, as_kind, past_retro, right, wrong
from tests.web.walking import ways

AtDesk = Callable[[Person], TestClient]
LAW, TAX = "Quaggalaw", "Quaggatax"
"""Rights and IT, under names that occur nowhere else; Sven is a member of the latter."""
READERS = ("ada", "frieda", "edda", "mia", "sven")
FIGURES = ("/desk/friction", "/desk/scorecards", "/desk/themes", "/desk/briefs")
"""Every route that begins so tells figures of departments: also one that is added tomorrow."""
ASKED = ("?span=all&view=list&show=rate", "?span=24&show=both&compare=yes")
DAY = date(2026, 1, 8)


@dataclass(frozen=True)
class Told:
    theme: UUID
    project: UUID
    law: UUID
    tax: UUID
    small: tuple[UUID, ...] = field(default=())


@pytest.fixture
def told(database: Database, cast: Cast, clock: SetClock) -> Told:
    clock.at = datetime(2026, 3, 17, 12, tzinfo=UTC)
    law, tax = cast.departments["Rights"], cast.departments["IT"]
    with database.transaction() as db:
        service.rename(db, None, law, LAW)
        service.rename(db, None, tax, TAX)
        service.say_how_many(db, None, law, 1)
        service.say_how_many(db, None, tax, 2)
        service.say_how_many(db, None, cast.editorial, 12)
    late = a_theme(database, "Contracts come late")
    seats: dict[str, int | None] = {"Editorial": 8, "Production": 9, "Rights": 6, "IT": 6}
    for number in range(6):
        said = [
            *(wrong(f"law {number} {each}", "Editorial", "Rights", late) for each in range(3)),
            wrong(f"tax {number}", "Production", "IT", late),
            wrong(f"from law {number}", "Rights", "Editorial", late),
            wrong(f"to each other {number}", "Rights", "IT", late),
            right(f"fine {number}", "Editorial", "Production", late),
            as_kind(EntryKind.THANKS, wrong(f"thanks {number}", "Production", "Rights")),
        ]
        past_retro(database, cast, DAY + timedelta(days=7 * number), said, seats, imported=True, series="Projects")
    with database.transaction() as db:
        project = Project(name="Next list", created_at=clock.now())
        db.add(project)
        db.flush()
        for one in (cast.editorial, cast.production, law, tax):
            db.add(ProjectDepartment(project_id=project.id, department_id=one))
        for providing, requesting in [(law, cast.editorial)] * 3 + [(cast.editorial, tax), (tax, cast.production),
                                                                   (cast.production, cast.editorial)]:  # fmt: skip
            _promise(db, providing, requesting)
        project_id = project.id
    run_due(database, clock.now())
    return Told(late, project_id, law, tax, (law, tax))


def _promise(db: Session, providing: UUID, requesting: UUID) -> None:
    db.add(
        Action(
            title="Send it earlier", done_when="It is there", providing_department_id=providing,
            requesting_department_id=requesting, owner_name="Somebody", state=ActionState.PROMISED,
            requested_on=date(2026, 1, 12), promised_for=date(2026, 2, 2), due_on=date(2026, 2, 2),
            created_at=datetime(2026, 1, 12, 12, tzinfo=UTC),
        )
    )  # fmt: skip


def addresses(app: FastAPI, told: Told, cast: Cast) -> list[str]:
    """Every page and table that tells figures, about each department, and each way to ask for it."""
    departments = [cast.editorial, *told.small]
    found: list[str] = []
    for way in ways(app):
        if way.method != "GET" or not way.template.startswith(FIGURES):
            continue
        if way.template.startswith("/desk/themes/") and not way.template.endswith("{theme_id:uuid}"):
            continue  # putting themes in order tells no figures of departments
        names = way.parameters
        known = {"theme_id": [told.theme]}
        values: list[dict[str, object]] = [{}]
        for name in names:
            of = known.get(name, departments)
            values = [{**before, name: one} for before in values for one in of]
        paths = [way.address(each) for each in values]
        found += [f"{path}?span=all" for path in paths]
        if "{" not in way.template:
            found += [path + query for path in paths for query in ASKED]
            filters = ("provider", "consumer", "department")
            found += [f"{path}?span=all&{name}={one}" for path in paths for name in filters for one in departments]
    return found


def leaks(browser: TestClient, paths: list[str], *departments: tuple[str, UUID]) -> list[str]:
    """Addresses whose answer names one of these departments, by its name or in a link, beside what was asked for."""
    found = []
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code in (200, 303, 404), path
        text = answer.text
        for name, id_ in departments:
            # What was asked for may come back in the links that turn the page.
            is_linked = str(id_) in text and str(id_) not in path
            if name in text or is_linked:
                found.append(path)
    return found


@pytest.mark.parametrize("reader", READERS)
def test_no_page_table_or_address_names_a_small_department_to_anybody_but_itself(
    told: Told, cast: Cast, app: FastAPI, at_desk: AtDesk, reader: str
) -> None:
    desk, paths = at_desk(getattr(cast, reader)), addresses(app, told, cast)
    assert len(paths) > 50
    others = [(LAW, told.law)] if reader == "sven" else [(LAW, told.law), (TAX, told.tax)]
    assert leaks(desk, paths, *others) == []
    shown = desk.get("/desk/friction?span=all").text
    assert "Editorial" in shown
    assert (TAX in shown) == (reader == "sven"), "its own people see it by name"


WHERE = {
    "friction.queries.map": "/desk/friction",
    "friction.queries.pair": "/desk/friction/",
    "scorecards.queries.scorecards": "/desk/scorecards",
    "evidence.queries.theme_lines": "/desk/themes",
    "evidence.queries.theme_page": "/desk/themes/",
}


@pytest.mark.parametrize("forgets", WHERE)
def test_one_reader_that_forgets_is_caught(
    told: Told, cast: Cast, app: FastAPI, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch, forgets: str
) -> None:
    """The walk above proves nothing unless it sees what it looks for."""
    module = importlib.import_module(f"app.{forgets}")
    monkeypatch.setattr(module, "spoken_of", lambda *_: Spoken())
    paths = [one for one in addresses(app, told, cast) if one.startswith(WHERE[forgets])]
    assert leaks(at_desk(cast.ada), paths, (LAW, told.law), (TAX, told.tax))


def test_two_of_them_stand_together_in_one_row_and_one_column(told: Told, cast: Cast, at_desk: AtDesk) -> None:
    lines = table(at_desk(cast.ada), "/desk/friction.csv?span=all")
    by_sides = {(one["consumer"], one["provider"]): one for one in lines}
    assert by_sides["Editorial", "Small departments"]["went wrong"] == "18"
    assert by_sides["Production", "Small departments"]["went wrong"] == "6"
    assert by_sides["Small departments", "Editorial"]["went wrong"] == "6"
    assert ("Small departments", "Small departments") not in by_sides, "what one says of the other is of one person"
    page = at_desk(cast.ada).get("/desk/friction?span=all").text
    assert "Small departments" in page
    cards = at_desk(cast.ada).get("/desk/scorecards?span=all").text
    assert "Small departments" in cards
    assert "Small departments" in at_desk(cast.ada).get(f"/desk/scorecards/{cast.editorial}?span=all").text


def test_one_alone_is_left_out_with_its_numbers(told: Told, database: Database, cast: Cast, at_desk: AtDesk) -> None:
    """Else it is named by elimination, and its numbers are what the totals have more than the rows."""
    with database.transaction() as db:
        service.say_how_many(db, None, told.tax, 9)
    desk = at_desk(cast.ada)
    lines = table(desk, "/desk/friction.csv?span=all")
    assert not any("Small" in side for one in lines for side in (one["consumer"], one["provider"]))
    assert LAW not in "".join(one["consumer"] + one["provider"] for one in lines)
    of_others = [one for one in lines if one["provider"] and one["consumer"] != one["provider"]]
    wrong_in_all = sum(int(one["went wrong"]) for one in of_others)
    assert (
        f'Of <strong class="number">{wrong_in_all + 6}</strong> entries' in desk.get("/desk/friction?span=all").text
    )
    whole = {(one["figure"], one["of"]): one for one in table(desk, "/desk/scorecards.csv?span=all")}
    assert whole["kept by the original day", "whole period"]["cases"] == "3", (
        "the three promises of Law are in no total"
    )
    editorial = table(desk, f"/desk/scorecards/{cast.editorial}.csv?span=all")
    assert "Small" not in desk.get("/desk/scorecards?span=all").text
    to_editorial = [one for one in editorial if one["promises"] == "others to Editorial"]
    assert next(one for one in to_editorial if one["of"] == "whole period")["cases"] == "1"


def test_it_is_judged_retro_by_retro_so_two_spans_cannot_be_subtracted(
    told: Told, database: Database, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    """One more retro in which only one of them took part changes nothing that is told of small departments."""
    before = table(at_desk(cast.ada), "/desk/friction.csv?span=all")
    more = [wrong("law again", "Editorial", "Rights"), wrong("and late", "Editorial", "Production")]
    past_retro(database, cast, date(2026, 3, 2), more, {"Editorial": 8, "Production": 9, "Rights": 6}, imported=True)
    after = table(at_desk(cast.ada), "/desk/friction.csv?span=all")

    def told_of(lines: list[dict[str, str]]) -> list[dict[str, str]]:
        return [one for one in lines if "Small departments" in (one["consumer"], one["provider"])]

    columns = ("consumer", "provider", "retros together", "retros with entries", "went wrong", "went right")
    small = [[one[column] for column in columns] for one in told_of(before)]
    assert small == [[one[column] for column in columns] for one in told_of(after)]
    assert before != after


def test_it_counts_at_once_and_for_all_that_was_said_before(
    told: Told, database: Database, cast: Cast, at_desk: AtDesk
) -> None:
    desk = at_desk(cast.ada)
    with database.transaction() as db:
        db.execute(update(Department).values(people=None))
    assert LAW in desk.get("/desk/friction.csv?span=all").text, "nobody has said how many: shown by name"
    assert desk.get(f"/desk/scorecards/{told.law}").status_code == 200
    with database.transaction() as db:
        service.say_how_many(db, None, told.law, 3)
        service.say_how_many(db, None, told.tax, 3)
    assert LAW in desk.get("/desk/friction.csv?span=all").text, "three are no single person"
    with database.transaction() as db:
        service.say_how_many(db, None, told.law, 2)
        service.say_how_many(db, None, told.tax, 1)
    assert LAW not in desk.get("/desk/friction.csv?span=all").text
    answer = desk.get(f"/desk/scorecards/{told.law}")
    assert answer.status_code == 404
    assert "fewer than three people" in answer.text
    assert desk.get(f"/desk/friction/{cast.editorial}/{told.law}").status_code == 404


def test_its_promises_stay_by_name_they_have_owners(told: Told, cast: Cast, at_desk: AtDesk) -> None:
    assert LAW in at_desk(cast.ada).get("/desk/actions.csv").text


def test_a_brief_speaks_of_two_as_small_departments_and_of_one_not_at_all(
    told: Told, database: Database, cast: Cast, clock: SetClock
) -> None:
    def said() -> str:
        with database.reading() as db:
            found = brief(db, cast.ada.visitor, told.project, clock.now())
            mail = brief(db, cast.sven.visitor, told.project, clock.now(), for_all=True)
        themes = [line.sentence for of in (found, mail) for line in of.themes]
        return " ".join([*themes, *(line.sentence for of in (found, mail) for line in of.praises)])

    assert "a small department" in said()
    assert LAW not in said()
    assert TAX not in said(), "a mail to several is for nobody in particular"
    with database.transaction() as db:
        service.say_how_many(db, None, told.tax, 9)
    assert "small" not in said()
    assert LAW not in said()
    assert TAX in said()


def test_what_was_written_about_it_is_read_without_its_name(
    told: Told, database: Database, cast: Cast, at_desk: AtDesk
) -> None:
    page = " ".join(at_desk(cast.ada).get(f"/desk/themes/{told.theme}").text.split())
    assert "law 5 0" in page
    assert "Editorial about a small department" in page
    with database.transaction() as db:
        service.say_how_many(db, None, told.tax, 9)
    page = " ".join(at_desk(cast.ada).get(f"/desk/themes/{told.theme}").text.split())
    assert "law 5 0" in page
    assert "a small department" not in page
    assert LAW not in page


def test_a_member_of_both_sees_both(told: Told, database: Database, cast: Cast, at_desk: AtDesk) -> None:
    with database.transaction() as db:
        db.add(Membership(account_id=cast.sven.id, department_id=told.law))
    lines = table(at_desk(cast.sven), "/desk/friction.csv?span=all")
    assert {LAW, TAX} <= {one["provider"] for one in lines}


def test_its_size_is_asked_once_and_admins_are_told_calmly_where_it_is_not_said(
    database: Database, cast: Cast, at_desk: AtDesk
) -> None:
    desk = at_desk(cast.ada)
    assert "6 departments nobody has said how many people" in desk.get("/desk/departments").text
    assert "nobody has said" not in at_desk(cast.frieda).get("/desk/departments").text
    path = f"/desk/departments/{cast.editorial}"
    assert desk.post(path, data={"name": "Editorial", "people": "some"}).status_code == 422
    assert desk.post(path, data={"name": "Editorial", "people": "0"}).status_code == 422
    desk.post(path, data={"name": "Editorial", "people": "12"})
    assert 'value="12"' in desk.get(path).text
    assert "5 departments nobody" in desk.get("/desk/departments").text
    desk.post("/desk/departments", data={"name": "Legal", "people": "2"})
    with database.reading() as db:
        assert db.exec(select(Department.people).where(Department.name == "Legal")).one() == 2
    lines = {one["name"]: one["people"] for one in table(desk, "/desk/departments.csv")}
    assert (lines["Editorial"], lines["Legal"], lines["IT"]) == ("12", "2", "")
    assert "12" not in at_desk(cast.mia).get("/desk/departments.csv").text


def table(browser: TestClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(path).text.removeprefix("\ufeff"))))


def test_what_it_signed_is_listed_to_its_own_people_alone(
    told: Told, database: Database, cast: Cast, at_desk: AtDesk
) -> None:
    """Signed on purpose in a room, and read in its outcome; a list of it over the years would be about a person."""
    said = [wrong("signed words", None, "Editorial")]
    retro = past_retro(database, cast, date(2026, 3, 2), said, {"Editorial": 8, "Production": 9, "IT": None})
    with database.transaction() as db:
        db.execute(update(Entry).where(col(Entry.retro_id) == retro).values(signed_department_id=told.tax))
    path = "/desk/friction?span=all"
    assert TAX in at_desk(cast.sven).get(path).text.partition("Said with a name")[2]
    assert TAX not in at_desk(cast.ada).get(path).text
