"""Past retros through the pages: a file is handed in, looked at, its columns chosen, loaded, undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, func, select

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.departments.models import Department
from app.entries.models import Entry
from app.outcomes.models import HistoryImport, HistoryUpload
from app.outcomes.service import at_the_shell
from app.retros.models import Retro
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
# The services run on both databases in tests/unit; here it is about pages.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CSV = """Board;When;Team;Category;What;Author
Spring list;2025-04-02;production;What went wrong;<b>Files</b> came late;Paul
Spring list;2025-04-02;Printers;What went wrong;Proofs were missing;Mia
Spring list;2025-04-02;Printers;Action items;Send a checklist;Edda
Autumn list;2025-10;;Mood;It rained;
Autumn list;2025-10;;Notes;;
"""


def hand_in(browser: TestClient, content: bytes = CSV.encode(), name: str = "old.csv", **typed: str) -> str:
    answer = browser.post("/desk/history/uploads", data=typed, files={"file": (name, content, "text/csv")})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def count(database: Database, table: type) -> int:
    with database.reading() as db:
        return db.exec(select(func.count()).select_from(table)).one()


def test_a_file_is_looked_at_before_it_is_loaded_and_taken_back(
    at_desk: AtDesk, database: Database, cast: Cast
) -> None:
    frieda = at_desk(cast.frieda)
    assert "Recognised data" in frieda.get("/desk/history").text
    here = hand_in(frieda)
    page = frieda.get(here).text
    assert count(database, Entry) == 0, "looking writes nothing"
    for words in (
        "Nothing has been written yet.",
        "Import 2 retros",
        "“Mood” is no kind that is known here, so the entry stays unsorted.",
        "Nothing is said in it: the text is empty.",
        "left out on purpose",
        'Found here: <span dir="auto">Production</span>',
        "make it a department",
        "Autumn list (2025-10)",
    ):
        assert words in page, words
    columns = ["project", "date", "department", "kind", "text", "-"]
    departments = {"names": "Printers", "departments": str(cast.departments["Production"])}
    chosen = frieda.post(here, data={"columns": columns, **departments, "actions": "on", "source": "Old lists"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, here)
    done = frieda.post(f"{here}/import")
    assert done.status_code == 303
    with database.reading() as db:
        writers = set(db.exec(select(Entry.department_id).where(col(Entry.kind) != "unsorted")).all())
        retro_id = db.exec(select(Retro.id).where(col(Retro.title) == "Spring list (2025-04-02)")).one()
        assert "Printers" not in db.exec(select(Department.name)).all()
    assert writers == {cast.departments["Production"]}
    assert (count(database, Entry), count(database, HistoryUpload)) == (4, 0)
    outcome = frieda.get(f"/desk/retros/{retro_id}/outcome").text
    assert "&lt;b&gt;Files&lt;/b&gt; came late" in outcome
    assert "Held 2025-04-02, and brought here from" in outcome
    assert "Mia" not in outcome
    assert "Imported retros (" in frieda.get("/desk").text
    assert "Spring list" not in frieda.get("/desk/projects").text
    assert "Spring list (2025-04-02)" in frieda.get("/desk/history/retros").text
    imported = frieda.get(done.headers["location"]).text
    assert "Undo this import" in imported
    assert "1 action waits" in imported
    gone = frieda.post(f"{done.headers['location']}/removal")
    assert "This import was undone" in frieda.get(gone.headers["location"]).text
    assert (count(database, Entry), count(database, Retro)) == (0, 0)
    assert frieda.post(f"{done.headers['location']}/removal").status_code == 409


def test_what_cannot_be_read_says_so_beside_the_file(at_desk: AtDesk, settings: Settings, cast: Cast) -> None:
    ada = at_desk(cast.ada)
    for content, name, words in (
        (b"", "old.csv", "Choose a file with something in it."),
        (b"PK\x03\x04 nothing", "old.xlsx", "It looks like a workbook (XLSX), but it is broken."),
        (b"a,b\n", "old.csv", "There are columns in it, but no rows."),
        (b'{"text": "x"}\nno', "old.jsonl", "Line 2 is not a JSON object."),
        (b"text\n" + b"much too much\n" * 21_000, "old.csv", "20000 fit through this page."),
    ):
        answer = ada.post("/desk/history/uploads", data={"source": "Old"}, files={"file": (name, content)})
        assert answer.status_code == 422
        assert words in answer.text
        assert 'value="Old"' in answer.text
    bad_day = ada.post("/desk/history/uploads", data={"day": "soon"}, files={"file": ("old.csv", CSV.encode())})
    assert "as a date, such as 2026-03-31" in bad_day.text
    large = b"text\n" + b"x" * (settings.max_upload_bytes + settings.max_body_bytes)
    assert ada.post("/desk/history/uploads", files={"file": ("old.csv", large)}).status_code == 413
    assert ada.post("/desk/departments", data={"name": "x" * 70_000}).status_code == 413, "only files may be large"


def test_a_file_without_the_column_that_counts_asks_for_it(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    ada = at_desk(cast.ada)
    here = hand_in(ada, b"Spalte,Tag\nEs war laut,2025-01-02\n")
    assert "Say which column holds what was said" in ada.get(here).text
    assert "Say which column holds what was said" in ada.post(f"{here}/import").text
    assert count(database, HistoryImport) == 0
    ada.post(here, data={"columns": ["text", "date"]})
    assert "Import 1 retro" in ada.get(here).text
    assert ada.post(f"{here}/removal").headers["location"] == "/desk/history"
    assert ada.get(here).status_code == 404


def test_only_who_sees_everything_brings_history_and_a_file_is_for_its_uploader(
    at_desk: AtDesk, cast: Cast, database: Database
) -> None:
    here = hand_in(at_desk(cast.frieda))
    assert at_desk(cast.ada).get(here).status_code == 404
    edda = at_desk(cast.edda)
    for address in ("/desk/history", here):
        assert edda.get(address).status_code == 404
    assert edda.post("/desk/history/uploads", files={"file": ("old.csv", CSV.encode())}).status_code == 404
    for address in (here, f"{here}/import", f"{here}/removal"):
        assert edda.post(address).status_code == 404
    at_desk(cast.frieda).post(f"{here}/import")
    with database.reading() as db:
        number = db.exec(select(HistoryImport.id)).one()
    assert edda.get(f"/desk/history/imports/{number}").status_code == 404
    assert edda.post(f"/desk/history/imports/{number}/removal").status_code == 404
    # Production took part in the spring: its lead reads that outcome, Editorial's does not.
    assert "Spring list" in at_desk(cast.paul).get("/desk/history/retros").text
    assert "No imported retros" in edda.get("/desk/history/retros").text


OTHER = CSV.replace("Proofs were missing", "Rain fell on the fair")
"""Another file, whose retros are called the same."""


def texts(database: Database) -> set[str]:
    with database.reading() as db:
        return set(db.exec(select(Entry.text)).all())


def test_two_files_of_one_name_never_replace_each_other_unasked(
    at_desk: AtDesk, cast: Cast, database: Database
) -> None:
    ada = at_desk(cast.ada)
    ada.post(f"{hand_in(ada)}/import")
    before = texts(database)
    second = hand_in(ada, OTHER.encode())
    page = ada.get(second).text
    assert "here already, with other words. What should happen?" in page
    refused = ada.post(f"{second}/import")
    assert refused.status_code == 422
    assert "Say whether to replace them, or to keep both" in refused.text
    assert texts(database) == before, "it was replaced in silence"
    assert ada.post(f"{second}/import", data={"same": "made up"}).status_code == 422

    both = ada.post(f"{second}/import", data={"same": "apart"})
    assert both.status_code == 303
    assert texts(database) >= before
    assert "Rain fell on the fair" in texts(database)
    ada.post(f"{both.headers['location']}/removal")
    assert texts(database) == before, "taking one back took the other along"


def test_a_newer_copy_of_a_file_replaces_what_is_here_when_that_is_chosen(
    at_desk: AtDesk, cast: Cast, database: Database
) -> None:
    ada = at_desk(cast.ada)
    ada.post(f"{hand_in(ada)}/import")
    second = hand_in(ada, OTHER.encode())
    assert ada.post(f"{second}/import", data={"same": "replace"}).status_code == 303
    assert "Rain fell on the fair" in texts(database)
    assert "Proofs were missing" not in texts(database)


def test_a_third_file_of_one_name_gets_a_name_of_its_own(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    ada = at_desk(cast.ada)
    for words in ("Proofs were missing", "Rain fell on the fair", "Nobody had a key"):
        file = hand_in(ada, CSV.replace("Proofs were missing", words).encode())
        asked = "What should happen?" in ada.get(file).text
        assert ada.post(f"{file}/import", data={"same": "apart"} if asked else {}).status_code == 303
    assert {"Proofs were missing", "Rain fell on the fair", "Nobody had a key"} <= texts(database)
    assert count(database, HistoryImport) == 3


def test_the_shell_asks_too(database: Database, cast: Cast, clock: SetClock, tmp_path: Path) -> None:
    file, said = tmp_path / "old.csv", []
    file.write_text(CSV)

    def load(**more: bool) -> None:
        asked = at_the_shell.ImportOptions("", "", [], [], "", "", True, **{"dry_run": False, **more})
        at_the_shell.run(database, file, asked, clock.now(), said.append)

    load()
    file.write_text(OTHER)
    before = texts(database)
    with pytest.raises(ValueError, match="Add --replace to put these in their place, or give this history another"):
        load()
    load(dry_run=True)
    assert texts(database) == before
    load(replace=True)
    assert "Rain fell on the fair" in texts(database)
