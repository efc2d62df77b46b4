"""Past retros on both databases: loaded, recognised, changed where nobody worked on them, undone without a trace."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import SQLModel, col, func, select, update

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.departments.models import Department
from app.entries.models import Entry
from app.outcomes.models import HistoryImport, ImportedRetro, Outcome
from app.outcomes.queries import history
from app.outcomes.rules.document import from_contents
from app.outcomes.rules.history import reading
from app.outcomes.service.history import planning, undoing
from app.outcomes.service.history.loading import NobodyToLead
from app.outcomes.service.history.planning import ImportState
from app.outcomes.service.history.undoing import NothingToUndoThere
from app.projects.models import Project, ProjectDepartment
from app.retros.events import HistoryImported, HistoryUndone
from app.retros.models import Retro, RetroDepartment
from app.themes.models import Theme, ThemeCorrection, ThemesVersion, ThemeTopic
from app.themes.service import counting
from app.topics.models import Topic, TopicEntry
from tests import past
from tests.cast import Cast

CHANGED = past.CSV.replace(b"It rained into the van", b"It rained into the van twice")


def rows(database: Database) -> dict[str, int]:
    with database.reading() as db:
        return {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
            if table.name != "history_import"
        }


def one(database: Database, title: str) -> UUID:
    with database.reading() as db:
        return db.exec(select(Retro.id).where(col(Retro.title) == title)).one()


def place_in_theme(database: Database, retro_id: UUID, theme: Theme, **more: object) -> UUID:
    with database.transaction() as db:
        db.add(theme)
        db.flush()
        topic = db.exec(select(Topic.id).where(col(Topic.retro_id) == retro_id)).first()
        db.add(ThemeTopic(topic_id=topic, theme_id=theme.id, retro_id=retro_id, **more))
        return theme.id


def test_a_file_becomes_closed_retros_of_the_past(house: Database, cast: Cast, clock: SetClock) -> None:
    heard: list[object] = []
    house.bus.after(HistoryImported, heard.append)
    report = past.load(house, past.CSV, clock.now())
    assert (report.plan.count(ImportState.NEW), report.promises) == (2, 1)
    spring = one(house, "Spring list (2025-04-02)")
    with house.reading() as db:
        retro = db.get_one(Retro, spring)
        assert (retro.stage, retro.imported, retro.held_on.isoformat()) == ("closed", True, "2025-04-02")
        assert retro.facilitator_id == cast.ada.id, "the first admin"
        printers = db.exec(select(Department.id).where(col(Department.name) == "Printers")).one()
        taking_part = select(RetroDepartment.department_id, RetroDepartment.seats).where(
            col(RetroDepartment.retro_id) == spring
        )
        assert dict(db.exec(taking_part).all()) == {cast.production: 8, cast.editorial: None, printers: 3}
        entries = db.exec(select(Entry.kind, Entry.department_id).where(col(Entry.retro_id) == spring)).all()
        assert Counter(kind for kind, _ in entries) == Counter(["went_wrong", "went_right", "unsorted", "action"])
        loose = select(func.count()).where(col(Entry.id).not_in(select(TopicEntry.entry_id)))
        assert db.exec(loose).one() == 0, "each is in a topic"
        autumn = db.exec(select(Retro).where(col(Retro.title) == "Autumn list (2025-10)")).one()
        assert autumn.held_on.isoformat() == "2025-10-01"
        projects = dict(db.exec(select(Project.name, Project.ended_on)).all())
        assert projects["Spring list"].isoformat() == "2025-04-02"
        assert len(db.exec(select(ProjectDepartment)).all()) == 3
    assert {retro_id for fact in heard for retro_id in fact.retro_ids} == {
        spring,
        one(house, "Autumn list (2025-10)"),
    }
    with house.transaction() as db:
        counting.count(db, spring)


def test_its_outcome_says_what_the_file_said_and_names_no_group_that_was_too_small(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    past.load(house, past.CSV, clock.now())
    with house.reading() as db:
        row = db.get_one(Outcome, one(house, "Spring list (2025-04-02)"))
        document = from_contents(row.contents)
        assert row.room_until is None
    assert (document.imported_from, document.held, document.took_part) == ("Old", "2025-04-02", None)
    said = {entry.text: entry.department for topic in document.not_discussed for entry in topic.entries}
    assert set(said) == {"Files came late", "The covers are lovely", "Proofs were missing", "Send a checklist"}
    # Printers were three; with Production alone they are not five apart from anybody, so nobody is named.
    assert all(department is None for department in said.values())
    assert [action.title for action in document.actions] == ["Send a checklist"]


def test_its_action_is_a_loaded_promise_of_that_retro(house: Database, cast: Cast, clock: SetClock) -> None:
    past.load(house, past.CSV, clock.now())
    with house.reading() as db:
        action = db.exec(select(Action)).one()
        assert (action.title, action.state, action.owner_name) == (
            "Send a checklist",
            ActionState.DONE_BEFORE,
            "Paul",
        )
        assert action.retro_id == one(house, "Spring list (2025-04-02)")
        assert action.imported_from == "Old"


def test_actions_may_be_left_out(house: Database, cast: Cast, clock: SetClock) -> None:
    assert past.load(house, past.CSV, clock.now(), with_promises=False).promises == 0
    assert rows(house)["action"] == 0


def test_a_second_time_changes_nothing(house: Database, cast: Cast, clock: SetClock) -> None:
    past.load(house, past.CSV, clock.now())
    once = rows(house)
    clock.advance(timedelta(hours=1))
    again = past.load(house, past.CSV, clock.now())
    assert (again.import_id, again.plan.count(ImportState.UNCHANGED)) == (None, 2)
    header, *lines = past.CSV.splitlines(keepends=True)
    turned = past.load(house, b"".join([header, *reversed(lines)]), clock.now())
    assert turned.import_id is None, "the order of rows says nothing"
    assert rows(house) == once


def test_what_the_file_changed_is_written_anew(house: Database, cast: Cast, clock: SetClock) -> None:
    past.load(house, past.CSV, clock.now())
    autumn = one(house, "Autumn list (2025-10)")
    again = past.load(house, CHANGED, clock.now())
    assert (again.plan.count(ImportState.CHANGED), again.plan.count(ImportState.UNCHANGED)) == (1, 1)
    with house.reading() as db:
        assert db.exec(select(Entry.text).where(col(Entry.retro_id) == autumn)).all() == [
            "It rained into the van twice"
        ]
        assert db.get_one(ImportedRetro, autumn).import_id == again.import_id
        shown = from_contents(db.get_one(Outcome, autumn).contents)
    assert [entry.text for topic in shown.not_discussed for entry in topic.entries] == [
        "It rained into the van twice"
    ]


def test_what_came_anew_or_was_undone_is_grouped_anew(house: Database, cast: Cast, clock: SetClock) -> None:
    def is_wanted() -> bool:
        with house.transaction() as db:
            row = db.exec(select(ThemesVersion)).first() or ThemesVersion()
            was, row.wants_rerun = row.wants_rerun, False
            db.add(row)
            return was

    first = past.load(house, past.CSV, clock.now()).import_id
    assert first
    assert not is_wanted()
    past.load(house, CHANGED, clock.now())
    assert is_wanted()
    past.load(house, CHANGED, clock.now())
    assert not is_wanted(), "nothing came"
    undoing.undo(house, None, first, clock.now())
    assert is_wanted()
    with house.reading() as db:
        assert set(db.exec(select(Retro.series)).all()) == {"Old"}, "a retro without a series is of its source"


@pytest.mark.parametrize("how", ["moved", "hidden", "action"])
def test_what_somebody_worked_on_stays(house: Database, cast: Cast, clock: SetClock, how: str) -> None:
    past.load(house, past.CSV, clock.now())
    title = "Spring list (2025-04-02)"
    retro_id = one(house, title)
    if how == "moved":
        place_in_theme(house, retro_id, Theme(name="Late", created_at=clock.now()), placed_by_person=True)
    elif how == "hidden":
        with house.transaction() as db:
            db.execute(update(Entry).where(col(Entry.kind) == "went_right").values(hidden_reason="off_topic"))
    else:
        with house.transaction() as db:
            db.execute(update(Action).values(version=Action.version + 1))
    again = past.load(house, past.CSV.replace(b"Files came late", b"Files came too late"), clock.now())
    assert (again.plan.count(ImportState.WORKED_ON), again.import_id) == (1, None)
    with house.reading() as db:
        assert "Files came late" in db.exec(select(Entry.text).where(col(Entry.retro_id) == retro_id)).all()


def test_undoing_an_import_leaves_no_row_behind(house: Database, cast: Cast, clock: SetClock) -> None:
    heard: list[object] = []
    house.bus.after(HistoryUndone, heard.append)
    before = rows(house)
    import_id = past.load(house, past.CSV, clock.now()).import_id
    assert import_id
    spring = one(house, "Spring list (2025-04-02)")
    place_in_theme(house, spring, Theme(name="Late", created_at=clock.now()))
    gone = undoing.undo(house, None, import_id, clock.now())
    assert (gone.retros, gone.entries, gone.kept_actions) == (2, 5, 0)
    assert rows(house) == before
    assert len(heard) == 1
    with pytest.raises(NothingToUndoThere):
        undoing.undo(house, None, import_id, clock.now())
    assert past.load(house, past.CSV, clock.now()).plan.count(ImportState.NEW) == 2, "it can be loaded again"


def test_undoing_keeps_what_else_is_needed(house: Database, cast: Cast, clock: SetClock) -> None:
    import_id = past.load(house, past.CSV, clock.now()).import_id
    assert import_id
    spring, autumn = one(house, "Spring list (2025-04-02)"), one(house, "Autumn list (2025-10)")
    named = place_in_theme(house, spring, Theme(name="Late", named_by_person=True, created_at=clock.now()))
    decided = place_in_theme(house, autumn, Theme(name="Wet", created_at=clock.now()))
    with house.transaction() as db:
        db.add(ThemeCorrection(number=1, kind="rename", what={"theme": str(decided)}, happened_at=clock.now()))
        db.execute(update(Action).values(version=Action.version + 1))
        printers = db.exec(select(Department.id).where(col(Department.name) == "Printers")).one()
        db.add(ProjectDepartment(project_id=_a_project(db, clock), department_id=printers))
    gone = undoing.undo(house, cast.frieda.visitor, import_id, clock.now())
    assert gone.kept_actions == 1
    with house.reading() as db:
        assert set(db.exec(select(Theme.id)).all()) == {named, decided}
        assert db.exec(select(Action.retro_id)).one() is None
        assert "Printers" in db.exec(select(Department.name)).all()
        assert db.exec(select(Project.name)).all() == ["Winter list"]
        assert db.get_one(HistoryImport, import_id).undone_at is not None


def _a_project(db: object, clock: SetClock) -> UUID:
    row = Project(id=uuid4(), name="Winter list", created_at=clock.now())
    db.add(row)  # type: ignore[attr-defined]
    db.flush()  # type: ignore[attr-defined]
    return row.id


def test_an_undo_that_was_broken_off_goes_on(
    house: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(house)
    import_id = past.load(house, past.CSV, clock.now()).import_id
    assert import_id
    monkeypatch.setattr("app.outcomes.service.history.undoing.AT_ONCE", 1)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undoing.undo(house, None, import_id, clock.now(), stop)
    assert rows(house)["retro"] == before["retro"] + 1
    assert undoing.undo(house, None, import_id, clock.now()).retros == 1
    assert rows(house) == before


def test_an_import_that_was_broken_off_goes_on(house: Database, cast: Cast, clock: SetClock) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        past.load(house, past.CSV, clock.now(), progress=stop)
    again = past.load(house, past.CSV, clock.now())
    assert (again.plan.count(ImportState.UNCHANGED), again.plan.count(ImportState.NEW)) == (1, 1)


def test_departments_are_matched_made_or_left_out(house: Database, cast: Cast, clock: SetClock) -> None:
    read = reading.read_file(past.CSV, "old.csv")
    told = reading.told(read, "Old", None, clock.now().date())
    with house.reading() as db:
        lines = {line.name: line for line in planning.plan(db, told).departments}
        assert (lines["Production"].known.name, lines["Printers"].known) == ("Production", None)
        assert planning.accepted_choices(db, told, {"Printers": "production"}) == {"printers": str(cast.production)}
        for wrong in ({"Printers": "Nobody"}, {"Writers": "create"}):
            with pytest.raises(ValueError, match="department"):
                planning.accepted_choices(db, told, wrong)
    before = rows(house)["department"]
    past.load(house, past.CSV, clock.now(), choices={"printers": "ignore"})
    assert rows(house)["department"] == before
    with house.reading() as db:
        proofs = select(Entry.department_id).where(col(Entry.text) == "Proofs were missing")
        assert db.exec(proofs).one() is None


def test_without_an_account_it_says_how_to_make_one(house: Database, clock: SetClock) -> None:
    with pytest.raises(NobodyToLead, match="fencepost user"):
        past.load(house, past.CSV, clock.now())


def test_imported_retros_stay_out_of_everyday_lists(house: Database, cast: Cast, clock: SetClock) -> None:
    from app.projects.queries import projects_for
    from app.retros.queries.lists import how_many_past, previous_retros, retros_for

    past.load(house, past.CSV, clock.now())
    with house.reading() as db:
        assert retros_for(db, cast.ada.visitor) == []
        assert projects_for(db, cast.ada.visitor) == []
        assert previous_retros(db, cast.departments.values(), clock.now()) == []
        assert how_many_past(db, cast.ada.visitor) == 2
        assert how_many_past(db, cast.paul.visitor) == 1
        assert how_many_past(db, cast.sven.visitor) == 0
        listed = history.past_retros(db, cast.paul.visitor, 1)
    assert [(view.title, view.held, view.entries) for view in listed] == [
        ("Spring list (2025-04-02)", "2025-04-02", 4)
    ]
