"""A theme is never named from wording that its reader may not read: on no page, in no table, search or mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select, true, update

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.briefs.queries.brief import brief
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound
from app.evidence.jobs import run_due
from app.projects.models import Project, ProjectDepartment
from app.themes.models import Theme, ThemeCorrection, ThemeNameSource, ThemeSuggestion, ThemeTopic
from app.themes.queries import names
from app.themes.queries import themes as themes_queries
from app.themes.queries.names import names_for
from app.themes.rules.naming import ProposedName
from app.themes.rules.suggestions import SuggestionKind
from app.themes.service import calling, catch_up, correcting_themes, deciding
from app.topics.models import Topic
from tests.cast import Cast, Person
from tests.history import a_theme, past_retro, wrong

AtDesk = Callable[[Person], TestClient]
WORDS = "Zebu ledger"
"""What the machine called the theme, out of what Editorial and Marketing said to each other."""
OTHER = "Okapi invoices"
"""What it would be called: out of the same room."""


@dataclass(frozen=True)
class Told:
    """`ours`: the retro of Editorial and Marketing, whose words are the name; `theirs`: one of Production and IT that
    spoke of the same."""

    theme: UUID
    ours: UUID
    theirs: UUID
    project: UUID


@pytest.fixture
def told(database: Database, cast: Cast, clock: SetClock) -> Told:
    theme = a_theme(database, "not yet")
    retros = []
    for number in range(4):
        day = date(2026, 1, 8) + timedelta(days=7 * number)
        ours = past_retro(database, cast, day, [wrong("zebu ledger is lost", "Editorial", "Marketing", theme)],
                          {"Editorial": 8, "Marketing": 8})  # fmt: skip
        theirs = past_retro(database, cast, day, [wrong("late again", "Production", "IT", theme)],
                            {"Production": 8, "IT": 8})  # fmt: skip
        retros.append((ours, theirs))
    with database.transaction() as db:
        calling.call(db, db.get_one(Theme, theme), ProposedName(WORDS, (frozenset({retros[0][0]}),)))
        db.add(ThemeSuggestion(theme_id=theme, kind=SuggestionKind.RENAME, name=OTHER, strength=0.9,
                               sources=[[str(retros[0][0])]], topics=[], stays=[]))  # fmt: skip
        project = Project(name="Next list", created_at=clock.now())
        db.add(project)
        db.flush()
        for one in (cast.production, cast.departments["IT"]):
            db.add(ProjectDepartment(project_id=project.id, department_id=one))
        topic = db.exec(select(Topic).where(Topic.retro_id == retros[0][0])).one()
        db.add(
            Action(
                title="Send it earlier", done_when="It is there", retro_id=retros[0][0], topic_id=topic.id,
                providing_department_id=cast.departments["IT"], requesting_department_id=cast.production,
                owner_name="Somebody", state=ActionState.PROMISED, requested_on=date(2026, 1, 12),
                promised_for=date(2026, 2, 2), due_on=date(2026, 2, 2), created_at=datetime(2026, 1, 12, tzinfo=UTC),
            )
        )  # fmt: skip
        project_id = project.id
    run_due(database, clock.now())
    with database.transaction() as db:  # the topic's own words are another test's
        db.execute(update(Topic).values(title="Topic"))
        db.execute(update(ThemeTopic).values(group_id=theme))
    return Told(theme, retros[0][0], retros[0][1], project_id)


def shown_to(browser: TestClient, told: Told, cast: Cast) -> str:
    """All that names a theme."""
    it = cast.departments["IT"]
    paths = [
        "/desk/themes", "/desk/themes.csv", f"/desk/themes/{told.theme}", f"/desk/themes/{told.theme}/edit",
        "/desk/themes/review", f"/desk/friction/{it}/{cast.production}?span=all",
        f"/desk/projects/{told.project}/brief", "/desk/actions.csv", "/desk/themes?q=zebu", "/desk/themes.csv?q=zebu",
        f"/desk/themes/{told.theme}/edit?search=zebu",
    ]  # fmt: skip
    return "\n".join(answer.text for path in paths if (answer := browser.get(path)).status_code == 200)


@pytest.mark.parametrize(("reader", "reads"), [("ada", True), ("frieda", True), ("edda", True), ("mia", True),
                                               ("paul", False), ("sven", False)])  # fmt: skip
def test_a_theme_is_named_from_its_words_only_to_who_may_read_them(
    told: Told, cast: Cast, at_desk: AtDesk, reader: str, reads: bool
) -> None:
    """Paul leads Production and may put the theme in order; he did not sit in the room whose words its name is of."""
    shown = shown_to(at_desk(getattr(cast, reader)), told, cast)
    assert (WORDS in shown) == reads
    assert (OTHER in shown) <= reads, "also a name that is only suggested"
    number = str(told.theme)[-4:].upper()
    assert (f"Theme {number}" in shown) == (not reads)


def test_the_walk_sees_a_reader_that_forgets(
    told: Told, cast: Cast, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "may_read_name", lambda _reader: true())
    assert WORDS in shown_to(at_desk(cast.paul), told, cast)


def test_a_search_for_words_of_a_name_tells_nothing_to_who_may_not_read_it(
    told: Told, database: Database, cast: Cast
) -> None:
    with database.reading() as db:
        assert [one.id for one in themes_queries.themes(db, cast.edda.visitor, "zebu")] == [told.theme]
        assert themes_queries.themes(db, cast.paul.visitor, "zebu") == ()
        number = str(told.theme)[-4:]
        assert [one.id for one in themes_queries.themes(db, cast.paul.visitor, number)] == [told.theme]


def test_each_part_of_a_name_is_read_where_it_was_written(told: Told, database: Database, cast: Cast) -> None:
    """Two phrases out of two rooms: who sat in one of them knows one of the phrases."""
    with database.transaction() as db:
        theme = db.get_one(Theme, told.theme)
        calling.call(db, theme, ProposedName("Zebu and okapi", (frozenset({told.ours}), frozenset({told.theirs}))))
    with database.reading() as db:
        reads = {who: names_for(db, getattr(cast, who).visitor, {told.theme})[told.theme] == "Zebu and okapi"
                 for who in ("ada", "edda", "paul", "sven")}  # fmt: skip
    assert reads == {"ada": True, "edda": False, "paul": False, "sven": False}
    with database.transaction() as db:
        calling.call(db, db.get_one(Theme, told.theme), ProposedName("Zebu", (frozenset({told.ours, told.theirs}),)))
    with database.reading() as db:
        assert names_for(db, cast.paul.visitor, {told.theme})[told.theme] == "Zebu", "his own room said it, too"
        assert names_for(db, None, {told.theme})[told.theme] != "Zebu", (
            "a mail to several is for nobody in particular"
        )


def test_a_name_that_a_person_typed_is_for_all(
    told: Told, database: Database, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    with database.transaction() as db:
        correcting_themes.rename(db, cast.paul.visitor, told.theme, "Handovers", clock.now())
    assert "Handovers" in at_desk(cast.sven).get("/desk/themes").text
    with database.transaction() as db:
        deciding.undo(db, cast.paul.visitor)
    assert WORDS not in at_desk(cast.sven).get("/desk/themes").text, "what undo puts back is the machine's again"
    assert WORDS in at_desk(cast.edda).get("/desk/themes").text


def test_nobody_keeps_for_all_a_name_that_they_may_not_read(
    told: Told, database: Database, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    with database.transaction() as db, pytest.raises(NotFound):
        correcting_themes.keep_name(db, cast.paul.visitor, told.theme, clock.now())
    with database.transaction() as db:
        correcting_themes.keep_name(db, cast.edda.visitor, told.theme, clock.now())
    assert WORDS in at_desk(cast.sven).get("/desk/themes").text, "a person stood for it"


def test_a_brief_asks_about_themes_in_words_that_its_readers_may_read(
    told: Told, database: Database, cast: Cast, clock: SetClock
) -> None:
    with database.reading() as db:
        own = brief(db, cast.paul.visitor, told.project, clock.now())
        mail = brief(db, cast.ada.visitor, told.project, clock.now(), for_all=True)
    for found in (own, mail):
        assert [one.id for one in found.themes] == [told.theme]
        assert WORDS not in repr(found.sections)


def test_a_retro_that_goes_takes_its_words_out_of_the_name(told: Told, database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        for row in db.exec(select(ThemeNameSource).where(col(ThemeNameSource.retro_id) == told.ours)).all():
            db.delete(row)
    with database.reading() as db:
        assert names_for(db, cast.ada.visitor, {told.theme})[told.theme] != WORDS


def test_the_machine_writes_down_whose_words_a_name_is_of(database: Database, cast: Cast, clock: SetClock) -> None:
    """Three rooms that say the same: who sat in any of them reads the phrase, others do not."""
    for number, department in enumerate(("Editorial", "Editorial", "Marketing")):
        said = [wrong(f"the cover proofs came late, round {number}", department, "Production")]
        past_retro(database, cast, date(2026, 1, 8) + timedelta(days=number), said,
                   {department: 8, "Production": 8}, taken_in=False)  # fmt: skip
    catch_up.catch_up(database, clock.now())
    with database.reading() as db:
        themes = {row.theme_id for row in db.exec(select(ThemeTopic))}
        assert themes
        for theme in db.exec(select(Theme).where(col(Theme.id).in_(themes))):
            sources = db.exec(select(ThemeNameSource).where(ThemeNameSource.theme_id == theme.id)).all()
            assert {row.part for row in sources} == set(range(1, theme.name_parts + 1))
            assert theme.name_parts, theme.name
            assert names_for(db, cast.paul.visitor, {theme.id})[theme.id] == theme.name
            assert names_for(db, cast.sven.visitor, {theme.id})[theme.id] != theme.name


def test_undo_of_a_rename_by_an_older_version_shows_the_machines_words_to_nobody(
    told: Told, database: Database, cast: Cast, clock: SetClock
) -> None:
    """What was noted then says nothing of whose words they are."""
    with database.transaction() as db:
        calling.call(
            db, db.get_one(Theme, told.theme), ProposedName("Handovers")
        )  # as the change of the tables leaves it
        correcting_themes.rename(db, cast.edda.visitor, told.theme, "Handovers", clock.now())
        line = db.exec(select(ThemeCorrection)).one()
        before = {**line.what["before"], "name": WORDS}
        del before["parts"]
        line.what = {**line.what, "before": before}
    with database.transaction() as db:
        deciding.undo(db, cast.edda.visitor)
    with database.reading() as db:
        assert db.get_one(Theme, told.theme).name == WORDS
        for who in ("ada", "edda", "paul"):
            assert names_for(db, getattr(cast, who).visitor, {told.theme})[told.theme] != WORDS
