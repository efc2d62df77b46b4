"""The kick-off brief: what comes back between its departments, questions, marks, the mail and the report."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.briefs import service as briefs_service
from app.briefs.models import BriefMark
from app.briefs.queries.answers import briefs
from app.briefs.queries.brief import Brief, brief
from app.briefs.rules import LineMark
from app.core.clock import SetClock
from app.core.db import Database
from app.evidence.models import Finding
from app.notifications.models import Mail
from app.notifications.queries.words import words_of
from app.topics.models import Topic
from tests.builders import a_project
from tests.cast import Cast, Person
from tests.conftest import settings_for
from tests.databases import statements
from tests.history import a_theme, past_retro, right, wrong

AtDesk = Callable[[Person], TestClient]


@pytest.fixture
def mailing(app: FastAPI, database: Database, tmp_path: Path) -> None:
    database.info["settings"] = settings_for(
        database.url, tmp_path, smtp_host="127.0.0.1", public_url="https://posts.lantern.example"
    )


@pytest.fixture
def project(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> UUID:
    return a_project(database, cast, clock, ("Editorial", "Production"), name="The Second Atlas")


def a_finding(
    database: Database, theme_id: UUID, provider: object, consumer: object, now: datetime, **values: Any
) -> None:
    told = {"state": "recurring", "present": 3, "eligible": 4, "low": 0.4, "entries": 7, **values}
    with database.transaction() as db:
        db.add(Finding(theme_id=theme_id, provider=str(provider), consumer=str(consumer), counted_at=now, **told))


def a_try(database: Database, cast: Cast, theme_id: UUID, now: datetime) -> None:
    """An accepted action out of a topic of this theme."""
    retro = past_retro(
        database, cast, date(2026, 1, 8), [wrong("Files came late again", None, "Editorial", theme_id)]
    )
    with database.transaction() as db:
        topic = db.exec(select(Topic.id).where(Topic.retro_id == retro)).one()
        db.add(
            Action(
                title="Hand over on Tuesdays", retro_id=retro, topic_id=topic, state=ActionState.ACCEPTED,
                providing_department_id=cast.editorial, requesting_department_id=cast.production,
                created_at=now, settled_at=now, requested_on=now.date(),
            )
        )  # fmt: skip


def read(database: Database, person: Person, project: UUID, now: datetime) -> Brief:
    with database.reading() as db:
        return brief(db, person.visitor, project, now)


def words(page: str) -> str:
    plain = html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))
    return re.sub(r"\s+([.,;:)])", r"\1", " ".join(plain.split()))


def test_themes_are_of_pairs_that_both_take_part_the_surest_first(
    database: Database, project: UUID, cast: Cast, clock: SetClock
) -> None:
    now = clock.now()
    late, plans, old, elsewhere = (
        a_theme(database, name) for name in ("Files come late", "Plans change", "Keys are lost", "Phones ring")
    )
    a_finding(database, late, cast.editorial, cast.production, now, state="chronic", worked="returned")
    a_finding(database, late, cast.production, cast.editorial, now, state="emerging", present=2)
    a_finding(database, plans, cast.production, cast.editorial, now, low=0.3, eligible=6)
    a_finding(database, old, cast.production, cast.editorial, now, state="dormant")
    a_finding(database, elsewhere, cast.marketing, cast.editorial, now)
    a_finding(database, elsewhere, cast.editorial, "several", now)
    a_finding(database, elsewhere, "*", "*", now)
    a_try(database, cast, late, now)
    found = read(database, cast.edda, project, now)
    assert [(one.name, one.others) for one in found.themes] == [("Files come late", 1), ("Plans change", 0)]
    assert found.themes[0].sentence == (
        "It keeps coming back although something was done. In 3 of 4 retros when Editorial worked for Production "
        "(7 entries)."
    )
    assert found.themes[0].attempt == "Tried: “Hand over on Tuesdays”; it came back afterwards."
    assert [one.which for one in found.questions] == [str(late), str(plans), "general-3"]
    assert "it happened again: “Files come late”. What did we not do" in found.questions[0].text


def test_what_went_right_is_counted_and_no_entry_is_quoted(
    database: Database, project: UUID, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    late = a_theme(database, "Files come late")
    for day in (8, 9):
        past_retro(
            database,
            cast,
            date(2026, 1, day),
            [
                wrong("The zebra files again", "Production", "Editorial", late),
                right("Zebra proofs were lovely", "Production", "Editorial"),
            ],
        )
    a_finding(database, late, cast.editorial, cast.production, clock.now())
    assert [one.sentence for one in read(database, cast.edda, project, clock.now()).praises] == [
        "Production on Editorial: 2 good words in 2 retros."
    ]
    page = at_desk(cast.edda).get(f"/desk/projects/{project}/brief").text
    assert "Files come late" in page
    assert "ebra" not in page


def test_where_nothing_is_known_three_general_questions_are_asked(project: UUID, cast: Cast, at_desk: AtDesk) -> None:
    page = words(at_desk(cast.mia).get(f"/desk/projects/{project}/brief").text)
    assert "Nothing is outstanding" in page
    assert page.count("?") >= 3
    assert "Who knew it first" in page


def test_a_line_is_marked_changed_and_taken_back(
    database: Database, project: UUID, cast: Cast, at_desk: AtDesk
) -> None:
    edda, here = at_desk(cast.edda), f"/desk/projects/{project}/brief"
    answer = edda.post(f"{here}/marks", data={"line": "question:general-1", "mark": "used"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}#question-general-1")
    assert "1 of 3 lines used, 0 not relevant." in words(edda.get(here).text)
    chosen = {"line": "question:general-1", "mark": "not_relevant", "chosen": "It is settled already"}
    assert edda.post(f"{here}/marks", data=chosen).status_code == 303
    page = words(edda.get(here).text)
    assert "0 of 3 lines used, 1 not relevant." in page
    assert "Not relevant: It is settled already" in page
    assert edda.post(f"{here}/marks", data={"line": "question:general-1", "mark": ""}).status_code == 303
    with database.reading() as db:
        assert db.exec(select(BriefMark)).all() == []


def test_why_not_is_asked_and_what_was_typed_is_kept(project: UUID, cast: Cast, at_desk: AtDesk) -> None:
    edda, here = at_desk(cast.edda), f"/desk/projects/{project}/brief"
    answer = edda.post(f"{here}/marks", data={"line": "question:general-2", "mark": "not_relevant"})
    assert answer.status_code == 422
    assert 'id="why-question-general-2-error"' in answer.text or "Please say in a few words" in answer.text
    assert '<details class="brief-why" open>' in answer.text
    long = {"line": "question:general-2", "mark": "not_relevant", "reason": "x" * 300}
    answer = edda.post(f"{here}/marks", data=long)
    assert answer.status_code == 422
    assert "x" * 300 in answer.text


def test_who_may_mark_and_what(project: UUID, cast: Cast, at_desk: AtDesk, database: Database) -> None:
    data = {"line": "question:general-1", "mark": "used"}
    address = f"/desk/projects/{project}/brief/marks"
    assert at_desk(cast.frieda).post(address, data=data).status_code == 303
    assert at_desk(cast.mia).post(address, data=data).status_code == 403, "a member only reads"
    assert at_desk(cast.sven).post(address, data=data).status_code == 404
    assert 'class="brief-marks' not in at_desk(cast.mia).get(f"/desk/projects/{project}/brief").text
    for line in ("question:general-9", "theme:nonsense", "", "promise:" + "x" * 200):
        assert at_desk(cast.edda).post(address, data={"line": line, "mark": "used"}).status_code == 404


@pytest.mark.usefixtures("mailing")
def test_it_is_mailed_to_the_leads_once_a_day(
    database: Database, project: UUID, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    late = a_theme(database, "Files come late")
    a_finding(database, late, cast.editorial, cast.production, clock.now())
    frieda, here = at_desk(cast.frieda), f"/desk/projects/{project}/brief"
    for _ in range(2):
        assert frieda.post(f"{here}/mails").headers["location"] == f"{here}?sent=yes"
    assert "On its way to" in words(frieda.get(f"{here}?sent=yes").text)
    with database.reading() as db:
        mails = list(db.exec(select(Mail).order_by(Mail.recipient)))
        told = [(mail.recipient, mail.kind, mail.subject) for mail in mails]
        text, _ = words_of(db, mails[0])
    assert told == [(person.email, "brief", "Kick-off brief: The Second Atlas") for person in (cast.edda, cast.paul)]
    assert "- Files come late. It keeps coming back. In 3 of 4 retros when Editorial worked for Production" in text
    assert f"https://posts.lantern.example{here}" in text
    assert at_desk(cast.mia).post(f"{here}/mails").status_code == 403


def test_what_became_of_all_briefs_is_reported(
    database: Database, project: UUID, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    edda = at_desk(cast.edda)
    assert "No line was answered yet" in edda.get("/desk/briefs").text
    with database.transaction() as db:
        now = clock.now()
        briefs_service.mark_line(db, cast.edda.visitor, project, "question:general-1", LineMark.USED, "", now)
        briefs_service.mark_line(
            db, cast.edda.visitor, project, "question:general-2", LineMark.NOT_RELEVANT, "=We see it differently", now
        )
    page = words(edda.get("/desk/briefs").text)
    assert "Of 2 lines that somebody answered in 1 brief, 1 was used and 1 not relevant." in page
    assert "=We see it differently" in page
    table = edda.get("/desk/briefs.csv").text
    assert "project,kind,line,mark,reason,day" in table
    assert "question,question:general-2,not_relevant,'=We see it differently," in table
    with database.reading() as db:
        assert briefs(db, cast.sven.visitor).marked == ()
        assert briefs(db, cast.ada.visitor).used == 1
    assert "No line was answered yet" in at_desk(cast.sven).get("/desk/briefs").text


def test_the_number_of_statements_does_not_grow(
    database: Database, project: UUID, cast: Cast, clock: SetClock
) -> None:
    def sent() -> int:
        with database.reading() as db, statements(database) as seen:
            brief(db, cast.frieda.visitor, project, clock.now())
        return len(seen)

    def grow(number: int) -> None:
        theme = a_theme(database, f"Theme {number}")
        a_finding(database, theme, cast.editorial, cast.production, clock.now())
        a_finding(database, theme, cast.production, cast.editorial, clock.now(), state="chronic")
        a_try(database, cast, theme, clock.now())

    grow(0)
    few = sent()
    for number in range(1, 9):
        grow(number)
    assert sent() == few
