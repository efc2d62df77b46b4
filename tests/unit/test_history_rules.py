"""Files of past retros are read as their writers mean them: own columns, exports of tools, notes in Markdown. Any
bytes are read or refused in a sentence, and no row is ever lost without a word."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, datetime
from io import BytesIO, StringIO
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.core import workbooks
from app.core.list_files import UnreadableFile
from app.core.spreadsheet import as_csv
from app.entries.rules.names import EntryKind
from app.outcomes.rules.history.columns import COLUMNS, guessed, with_choices
from app.outcomes.rules.history.days import held_of
from app.outcomes.rules.history.kinds import kind_of
from app.outcomes.rules.history.notes import UnreadableEntryRow, note_of, seats_of
from app.outcomes.rules.history.past import ImportedFile
from app.outcomes.rules.history.reading import read_file, told, with_mapping
from app.outcomes.service.history import narrowing as narrowing_service

TODAY = date(2026, 3, 17)


def tale(content: bytes | str, name: str = "old.csv", preset: str = "", day: date | None = None) -> ImportedFile:
    read = read_file(content.encode() if isinstance(content, str) else content, name, preset)
    assert read.problem is None
    return told(read, "", day, TODAY)


def said(found: ImportedFile) -> list[tuple[str, str]]:
    return [(str(note.kind), note.text) for retro in found.retros for note in retro.notes]


# --- days, kinds, columns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "day", "as_said"),
    [
        ("2018-07-04", date(2018, 7, 4), "2018-07-04"),
        ("2018-7-4", date(2018, 7, 4), "2018-07-04"),
        ("2018-07", date(2018, 7, 1), "2018-07"),
        ("July 2018", date(2018, 7, 1), "2018-07"),
        ("2019", date(2019, 1, 1), "2019"),
        ("4 July 2018", date(2018, 7, 4), "2018-07-04"),
        ("2024-03-05T10:00:00.000Z", date(2024, 3, 5), "2024-03-05"),
        ("Tue Mar 05 2024 10:00:00 GMT+0000 (Coordinated Universal Time)", date(2024, 3, 5), "2024-03-05"),
    ],
)
def test_a_day_is_as_exact_as_it_was_said(typed: str, day: date, as_said: str) -> None:
    held = held_of(typed)
    assert held
    assert (held.day, held.said) == (day, as_said)


@pytest.mark.parametrize("typed", ["", "soon", "03/04/2026", "2018-13", "0206", "20206-01-01", "2018-W27"])
def test_what_names_no_day_is_none(typed: str) -> None:
    held = held_of(typed)
    assert held is None or typed == "2018-W27"


def test_kinds_are_known_by_the_words_of_tools_and_notes() -> None:
    for words, kind in {
        "What went well?": EntryKind.WENT_RIGHT, "😀 Glad": EntryKind.WENT_RIGHT,
        "What didn't go well": EntryKind.WENT_WRONG,
        "_What went wrong?  Why?_": EntryKind.WENT_WRONG, "Contributing Factors": EntryKind.WENT_WRONG,
        "ACTION ITEMS": EntryKind.ACTION,
        "Future considerations": EntryKind.IDEA, "Kudos!": EntryKind.THANKS, "Lessons learned": EntryKind.UNSORTED,
        "": EntryKind.UNSORTED, "went_right": EntryKind.WENT_RIGHT, "Weather": None,
    }.items():  # fmt: skip
        assert kind_of(words) == kind, words


def test_columns_are_guessed_once_each_and_can_be_chosen() -> None:
    found = guessed(["Created By", "Category", "Comment", "Team", "When", "Type"])
    assert found == {
        "Created By": "", "Category": "kind", "Comment": "text", "Team": "department", "When": "date", "Type": "",
    }  # fmt: skip
    chosen = with_choices(found, ["Type=kind", "when="])
    assert (chosen["Type"], chosen["Category"], chosen["When"]) == ("kind", "", "")
    for wrong in ("Nothing=kind", "Type=colour", "Type"):
        with pytest.raises(ValueError, match="olumns"):
            with_choices(found, [wrong])


def test_how_many_took_part_is_read_in_three_ways() -> None:
    assert seats_of("8", "Dev") == (("Dev", 8),)
    assert seats_of("Dev: 8; Design: 5", "") == (("Dev", 8), ("Design", 5))
    assert seats_of('{"Dev": 8, "Design": 5}', "") == (("Dev", 8), ("Design", 5))
    for wrong in ("many", "0", "-1", "Dev", "{", "Dev: x"):
        assert seats_of(wrong, "Dev") is None


# --- own columns -------------------------------------------------------------------------------------------------


def test_rows_of_one_session_are_one_retro_and_bad_rows_say_why() -> None:
    found = tale(
        "project;date;kind;text;seats;department\n"
        "A;2025-01-02;went well;Good food;5;Dev\n"
        "A;2025-01-02;;Loud room;7;Dev\n"
        "B;;;No day;;\n"
        ";2025-01-02;;;;\n"
        f"A;2025-01-02;;{'x' * 4001};;\n"
    )
    (retro,) = found.retros
    assert (retro.title, retro.name, retro.seats) == ("A (2025-01-02)", "old | A 2025-01-02", {"Dev": 7})
    lost = {row.number: row.sentence for row in found.rows if row.is_lost}
    assert set(lost) == {4, 5, 6}
    assert lost[4].startswith("Its retro does not say when it was held.")
    assert "4001 characters; 4000 fit" in lost[6]
    assert len(tale("text\nHello\n", day=date(2025, 1, 2)).retros) == 1


def test_control_characters_go_and_marks_that_turn_the_text_around_are_refused() -> None:
    assert note_of(1, {"text": " A\x07\r\nB\ud800\x00 "}, TODAY).text == "A\nB"
    for bad in ("", " \x07 ", "\u202eevil"):
        with pytest.raises(UnreadableEntryRow):
            note_of(1, {"text": bad}, TODAY)


def test_who_said_it_is_not_even_read() -> None:
    record = {"text": "Late", "date": "2025-01-02", "kind": None, "x": {"session": "s", "n": 1, "by": ["Mia"]}}
    (retro,) = tale(json.dumps(record), "old.jsonl").retros
    assert "Mia" not in repr(retro)


def test_a_workbook_is_read_by_its_values() -> None:
    book = Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("Notes")
    sheet.append(["When", "What went on", "Text", "People"])
    sheet.append([datetime(2025, 4, 2), "Sad", "Files came late", 7.0])
    sheet.append([date(2025, 4, 2), "Glad", '=CONCATENATE("a", "b")', None])
    written = BytesIO()
    book.save(written)
    read = with_mapping(read_file(written.getvalue(), "old.xlsx"), {"What went on": "kind"})
    found = told(read, "", None, TODAY)
    assert said(found) == [("went_wrong", "Files came late")]
    assert [row.number for row in found.rows if row.is_lost] == [3], "a formula without a kept value says nothing"
    assert found.retros[0].held.said == "2025-04-02"


def test_a_workbook_that_unpacks_to_far_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Workbook()
    for _ in range(3000):
        book.active.append(["0" * 40] * 20)
    written = BytesIO()
    book.save(written)
    monkeypatch.setattr(workbooks, "UNPACKED_MAX", 1000)
    with pytest.raises(UnreadableFile, match="unpacks to far more"):
        read_file(written.getvalue(), "bomb.xlsx")


# --- exports of other tools: written by hand in exactly the shape that their source writes ------------------------

PARABOL = (
    '\ufeff"reflectionGroup","author","votes","type","createdAt","discussionThread","prompt","content"\n'
    '"Late files","Anonymous",3,"Reflection","2024-03-07T10:00:00.000Z","",'
    '"What didn\'t go well","Files came ""late"""\n'
    '"Late files","Anonymous",3,"Reflection","2024-03-07T10:01:00.000Z","","What went well","The covers"\n'
    '"Late files","Paul Print",3,"Task","2024-03-07T10:30:00.000Z","Send a checklist","","Send a checklist"\n'
    '"Late files","Mia",3,"Comment","2024-03-07T10:31:00.000Z","True","","True"\n'
    '"Late files","Ada",3,"Reply","2024-03-07T10:32:00.000Z","True","","Very true"\n'
)
SCRUMLR = (
    "note_id,author_id,author,text,column_id,column,rank,stack,voting_0\n"
    '3b,9c,Alice,"Loud, hot room",7d,Negative,2,null,4\n'
    "4b,9c,Alice,Good food,8d,Positive,1,3b,0\n"
)
REFACTO = (
    "Archive,Category,Message,Votes,State\n"
    'current,Happy,"All is well",1,\n'
    '"#1 (2024-05-06)",Sad,"Builds ""break""",2,Discussed\n'
    '"#1 (2024-05-06)",Question,"Who owns it?",0,\n'
    '"#1 (2024-05-06)",Action,"Ask Ops",0,Complete\n'
)
AZURE = (
    "\"Retrospectives Summary for 'Sprint 12' (https://dev.azure.example/x#teamId=1&boardId=2)\"\n"
    "\n\nFeedback Items\nType,Description,Votes,CreatedDate,CreatedBy\n"
    '"What went well","Great "team", work",3,Tue Mar 05 2024 10:00:00 GMT+0000 (Coordinated Universal Time),"Mia"\n'
    '"What didn\'t go well","Two\nlines",0,2024-03-05T11:00:00.000Z,"undefined"\n'
    "\n\nWork Items\nFeedback Description,Work Item Title,Work Item Type,Work Item Id,Url\n"
    '"Two\nlines","Write it down",Task,123,https://dev.azure.example/_workitems/edit/123\n'
)
AZURE_MAIL = (
    "Retrospectives Summary\n\nRetrospective: Sprint 12\n"
    "\nWhat went well:\n - Great team [3 votes]\n\t- Grouped feedback items:\n\t\t- Good mood [1 votes]\n"
    "\nWhat didn't go well:\n - No items\n"
    "\nWork items:\n - Write it down [Task #123]: https://dev.azure.example/_workitems/edit/123\n"
    "\n\nLink to retrospective:\nhttps://dev.azure.example/x"
)


def test_parabol() -> None:
    """ParabolInc/parabol, .../SummaryEmail/ExportToCSV.tsx at 09a61d92: file name and columns as written there."""
    found = tale(PARABOL, "ParabolRetrospective_Book Team_2024-3-7.csv")
    (retro,) = found.retros
    assert (retro.project, retro.held.said) == ("Book Team", "2024-03-07")
    assert said(found) == [
        ("went_wrong", 'Files came "late"'), ("went_right", "The covers"), ("action", "Send a checklist"),
        ("unsorted", "True"), ("unsorted", "Very true"),
    ]  # fmt: skip
    assert "Paul" not in repr(found)


def test_scrumlr() -> None:
    """inovex/scrumlr.io, server/src/api/boards.go (exportBoard) at 020043fc. Its table has no day and no name."""
    found = tale(SCRUMLR, "Sprint 12.csv", day=date(2024, 3, 7))
    assert (found.retros[0].project, said(found)) == (
        "Sprint 12",
        [("went_wrong", "Loud, hot room"), ("went_right", "Good food")],
    )
    without = tale(SCRUMLR, "Sprint 12.csv")
    assert (without.retros, without.lost) == ((), 2)


def test_refacto_as_a_table() -> None:
    """davidje13/Refacto, backend/src/export/exportMoodRetroTable.ts at 57d3d41d, CSVFormatter.ts at 2debac1a."""
    found = tale(REFACTO, "board.csv", day=date(2024, 6, 1))
    assert {retro.held.said: len(retro.notes) for retro in found.retros} == {"2024-06-01": 1, "2024-05-06": 3}
    assert Counter(kind for kind, _ in said(found)) == Counter(["went_right", "went_wrong", "unsorted", "action"])
    (action,) = [note for retro in found.retros for note in retro.notes if note.kind is EntryKind.ACTION]
    assert dict(action.promise)["status"] == "done"


def test_refacto_as_json() -> None:
    """davidje13/Refacto, backend/src/export/RetroJsonExport.ts at 05077820."""

    def item(category: str, message: str, **more: str) -> dict:
        return {"created": "2024-05-05T09:00:00.000Z", "category": category, "message": message, "votes": 0, **more}

    old = {"format": "mood", "options": {}, "items": [item("sad", "Late"), item("happy", "Cake")]}
    now = {"format": "mood", "options": {}, "items": [item("action", "Ask", completed="2024-05-07T09:00:00.000Z")]}
    archives = [{"created": "2024-05-06T00:00:00.000Z", "snapshot": old}]
    board = {"url": "b", "name": "Board", "current": now, "archives": archives}
    found = tale(json.dumps(board), "b.json")
    assert [(retro.held.said, len(retro.notes)) for retro in found.retros] == [("2024-05-06", 2), ("2024-05-05", 1)]
    with pytest.raises(UnreadableFile, match="not as Refacto writes it"):
        tale('{"current": {"items": [], "format": 1}, "archives": 3}', "b.json")


def test_azure_devops() -> None:
    """microsoft/vsts-extension-retrospectives, src/frontend/utilities/shareBoardHelper.tsx at 00e8d234."""
    found = tale(AZURE, "retro.csv")
    (retro,) = found.retros
    assert (retro.project, retro.held.said, found.lost) == ("Sprint 12", "2024-03-05", 0)
    assert said(found) == [
        ("went_right", 'Great "team", work'), ("went_wrong", "Two\nlines"), ("action", "Write it down")
    ]  # fmt: skip
    mail = tale(AZURE_MAIL, "mail.txt", day=date(2024, 3, 5))
    assert said(mail) == [("went_right", "Great team"), ("went_right", "Good mood"), ("action", "Write it down")]
    spoiled = tale(AZURE.replace('"Two\nlines",0,2024', '"Two\nlines,0,2024', 1), "retro.csv")
    assert spoiled.lost == 2, "a line that this extension would not write is said, not dropped"


def test_markdown_as_teams_write_it() -> None:
    """The forms of kubernetes/community events/2018/05-contributor-summit/RETRO.md at 511866ab and of
    jupyterhub/mybinder.org-deploy docs/source/incident-reports/2017-09-27-hub-403.md at 1a321b2a."""
    found = tale(
        "# Summit in Spring\n\nDate:  2018-05-07\n\n# Key Accomplishments\n\n"
        "*   _Ran the first workshop! _\n    *   _Videos are amazing [p]_\n"
        "*   [Sprint](https://x.example) went fine\n\n"
        "## Attendees\n\n- Mia\n- Paul\n\n"
        "_What went wrong?  Why?_\n\n*   (Jorge): Signs were\n    missing\n\n"
        "## Timeline\n\n### 13:44\n\n1. It broke\n\n"
        "## Lessons learned\n\n1. Test in staging\n\n"
        "## Action Items\n\n### Deployment\n\n1. [x] Write tests\n2. [ ] Deploy more often\n\n```\n- code\n```\n",
        "retro.md",
    )
    (retro,) = found.retros
    assert (retro.title, retro.project) == ("Summit in Spring (2018-05-07)", "Summit in Spring")
    assert said(found) == [
        ("went_right", "Ran the first workshop!\n- Videos are amazing [p]"),
        ("went_right", "Sprint went fine"),
        ("went_wrong", "(Jorge): Signs were missing"),
        ("unsorted", "Test in staging"),
        ("action", "Write tests"),
        ("action", "Deploy more often"),
    ]
    assert [dict(note.promise).get("status") for note in retro.notes[-2:]] == ["done", "open"]
    remarks = read_file(b"# A\n\nWords.\n\n## Good\n\n- b\n", "a.md").found.remarks
    assert remarks == ("1 line is no list and left out.",)


def test_an_unknown_preset_says_which_there_are() -> None:
    with pytest.raises(UnreadableFile, match="parabol, scrumlr, refacto, azure, markdown"):
        read_file(b"text\nx\n", "old.csv", "trello")


# --- anything ----------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a.csv", "a.jsonl", "a.md", "a.xlsx", "a.txt", "ParabolRetrospective_T_2024-1-2.csv"])
STARTS = st.sampled_from(
    [b"", b"PK\x03\x04", b"{", b"# A\n- b\n", b"text,date\n", PARABOL.encode(), SCRUMLR.encode(), AZURE.encode(),
     AZURE_MAIL.encode(), REFACTO.encode(), b'{"current": {"format": "mood", "items": ['],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    STARTS, st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")), NAMES
)
def test_any_bytes_are_read_or_refused_in_a_sentence(start: bytes, rest: bytes, name: str) -> None:
    try:
        read = read_file(start + rest, name)
    except UnreadableFile as refused:
        if not str(refused).endswith((".", "”")):
            raise
        return
    if read.problem is None:
        told(read, "", date(2025, 1, 2), TODAY)


CELLS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    st.permutations([*COLUMNS, "", "", ""]),
)
def test_no_row_is_lost_without_a_word_whatever_the_columns_mean(rows: list[list[str]], ours: list[str]) -> None:
    written = StringIO(newline="")
    csv.writer(written).writerows([["A", "B", "C"], *rows])
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return
    columns = ["text", *(one for one in ours if one != "text")]
    read = with_mapping(
        read_file(written.getvalue().encode(), "old.csv", "columns"), dict(zip("ABC", columns, strict=False))
    )
    found = told(read, "", date(2025, 1, 2), TODAY)
    assert found.entries + found.lost == len(filled)


ENTRIES = st.tuples(
    st.sampled_from(list(EntryKind)),
    st.text(min_size=1, max_size=60) | st.text("'=-@\r\t\0a", min_size=1, max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ENTRIES, min_size=1, max_size=6))
def test_what_we_write_as_csv_and_json_lines_is_read_as_the_same(entries: list[tuple[EntryKind, str]]) -> None:
    rows = [{"date": "2025-01-02", "project": "P", "kind": str(kind), "text": text} for kind, text in entries]
    lines = "\n".join(json.dumps(row) for row in rows)
    from_json = tale(lines, "old.jsonl") if any(text.strip() for _, text in entries) else ImportedFile((), ())
    expected = Counter()
    for number, row in enumerate(rows, start=1):
        try:
            expected[note_of(number, row, TODAY).text] += 1
        except UnreadableEntryRow:
            continue
    assert Counter(text for _, text in said(from_json)) == expected
    table = as_csv(["date", "project", "kind", "text"], rows)
    as_table = tale(table, "old.csv", "columns") if expected else ImportedFile((), ())
    assert Counter(text for _, text in said(as_table)) == expected


def test_what_an_imported_entry_is_about_narrows_by_the_sizes_that_its_file_states() -> None:
    legal, it, sales, stores = (UUID(int=one) for one in range(1, 5))
    everybody = {legal, it, sales, stores}
    stated = narrowing_service.narrowing(everybody, {legal: 2, it: 1, sales: 6, stores: 6}, k=3)
    assert stated.about(it, legal) == (None, True)
    assert stated.about(it, sales) == (sales, False)
    assert stated.about(sales, legal) == (legal, False)
    assert stated.about(None, legal) == (legal, False)
    few = narrowing_service.narrowing(everybody, {legal: 3, it: 1}, k=3)
    assert few.about(None, legal) == (None, True)
    assert narrowing_service.narrowing(everybody, {}, k=3).about(None, legal) == (legal, False)
