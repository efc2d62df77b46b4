"""What lists say: their columns, days and status words are read, and nothing that they do not say is made up."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.rules.calendar import SETTLED, standing
from app.actions.rules.kinds import ActionState, Party, PromiseStanding
from app.actions.rules.list_files import CELL_MAX, COLUMNS, UnreadableList, Words, carried, read_list, text_of
from app.actions.rules.loading import UnreadableActionRow, day_of, list_name_problem, meaning, status_of
from app.actions.rules.states import StepTaken, follows, may_take, project
from tests.conftest import NOON

TODAY = date(2026, 3, 17)


def test_a_table_is_read_by_its_column_names_whatever_separates_them() -> None:
    for mark in ",;\t":
        text = mark.join(("Action Item", "Assigned_to", "Due-Date", "Mood")) + "\r\n"
        found = read_list("\ufeff" + text + mark.join(("Fix it", " Paul ", "2026-04-01", "sunny")) + "\r\n\r\n")
        assert found.rows == ({"title": "Fix it", "owner": "Paul", "due": "2026-04-01"},)
        assert found.unread == ("Mood",)


def test_a_file_of_an_older_spreadsheet_is_read() -> None:
    assert text_of("Title\nGrüße – später".encode("cp1252")) == "Title\nGrüße – später"
    assert text_of("\ufeffTitle".encode()) == "Title"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "nothing in it"),
        ("Owner,Due\nPaul,\n", "one of them must be the title"),
        ("Title\n", "no action in it"),
        ('{"title": "x"}\nno', "Line 2 is not a JSON object"),
        ('{"kind": "thanks", "text": "x", "x": {}}', "no action in it"),
    ],
)
def test_what_is_no_list_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableList, match=sentence):
        read_list(text)


cells = st.dictionaries(st.sampled_from(list(COLUMNS)), st.text(max_size=30), max_size=6)


@given(st.lists(cells, min_size=1, max_size=5))
def test_what_a_form_carries_is_what_was_looked_at(rows: list[Words]) -> None:
    """Whatever the cells hold: separators, quotes, line breaks."""
    looked_at = read_list("\n".join(json.dumps({**row, "title": f"Fix {row}"}) for row in rows)).rows
    assert read_list(carried(looked_at)).rows == looked_at
    assert read_list(carried(looked_at).replace("\r\n", "\n").replace("\n", "\r\n")).rows == looked_at


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    for typed in (text, "Title,Due,Status\n" + text):
        try:
            rows = read_list(typed).rows
        except UnreadableList:
            continue
        for row in rows:
            try:
                said = meaning(row, TODAY)
            except UnreadableActionRow:
                continue
            assert 1 <= len(said.title) <= 160


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("2026-03-31T10:00:00Z", date(2026, 3, 31)),
        ("31.3.2026", date(2026, 3, 31)),
        ("3/31/2026", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("04/04/2026", date(2026, 4, 4)),
        ("31 Mar 2026", date(2026, 3, 31)),
        ("March 31, 2026", date(2026, 3, 31)),
        ("03/04/2026", None),
        ("2020", None),
        ("4/30", None),
        ("13/13/2026", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_only_where_it_can_be_no_other(typed: str, day: date | None) -> None:
    assert day_of(typed) == day


@pytest.mark.parametrize(
    ("typed", "known", "ends"),
    [
        ("Done", True, ActionState.DONE_BEFORE),
        ("x", True, ActionState.DONE_BEFORE),
        ("completed on 12/15/2020", True, ActionState.DONE_BEFORE),
        ("12/15/2020", True, ActionState.DONE_BEFORE),
        ("In Progress", True, None),
        ("not done", True, None),
        ("incomplete", True, None),
        ("ongoing breaks are being offered", True, None),
        ("Won’t do", True, ActionState.NOT_DOING),
        ("Cancelled", True, ActionState.NOT_DOING),
        ("done?", False, None),
        ("potentially during the kickoff", False, None),
    ],
)
def test_status_words(typed: str, known: bool, ends: ActionState | None) -> None:
    assert status_of(typed) == (known, ends)


def test_a_row_says_what_it_says_and_nothing_more() -> None:
    said = meaning({"title": "Fix it"}, TODAY)
    assert (said.owner, said.provider, said.requester, said.done_when) == ("", "", "", "")
    assert (said.due_on, said.raised_on, said.done_on, said.ends, said.notes) == (None, None, None, None, ())


def test_what_cannot_be_taken_over_is_noted_and_stays_open() -> None:
    said = meaning(
        {
            "title": "x" * 161,
            "due": "03/04/2026",
            "raised": "2027-01-01",
            "status": "maybe",
            "owner_email": "paul at lantern",
            "link": "javascript:alert(1)",
        },
        TODAY,
    )
    assert (said.due_on, said.raised_on, said.ends, said.owner_email, said.link) == (None, None, None, "", "")
    notes = " ".join(said.notes)
    for piece in ("161 characters", "03/04/2026", "lies ahead", "“maybe” is not known", "mail address", "https://"):
        assert piece in notes
    assert len(said.notes) == 6


@pytest.mark.parametrize("typed", ["0206-03-31", "01.03.0026", "9999-12-31", "31/12/1989"])
def test_a_day_of_another_age_is_a_slip_of_the_pen(typed: str) -> None:
    assert day_of(typed) is None
    assert "does not name one day" in meaning({"title": "Fix it", "due": typed}, TODAY).notes[0]


def test_a_day_of_being_done_says_that_it_is_done_unless_the_status_says_it_is_not() -> None:
    row = {"title": "Fix it", "done_on": "2026-02-01"}
    assert meaning(row, TODAY).ends is ActionState.DONE_BEFORE
    assert meaning({**row, "status": "reopened"}, TODAY).ends is None
    assert meaning({"title": "Fix it", "status": "2026-02-01"}, TODAY).done_on == date(2026, 2, 1)


@pytest.mark.parametrize(
    "row", [{}, {"title": "x", "remark": "x" * (CELL_MAX + 1)}, {"title": "x", "reference": "r" * 111}]
)
def test_what_is_no_action_is_refused_in_a_sentence(row: Words) -> None:
    with pytest.raises(UnreadableActionRow, match=r"\.$"):
        meaning(row, TODAY)


def test_how_far_it_is_stands_in_the_list_s_own_words() -> None:
    row = {"title": "Fix it", "status": "done", "remark": "completed on 12/15/2020"}
    assert meaning(row, TODAY).in_words == "completed on 12/15/2020"
    assert meaning({**row, "remark": "by Slack"}, TODAY).in_words == "done. by Slack"
    assert meaning({"title": "Fix it"}, TODAY).in_words == ""


def test_a_row_without_a_reference_is_known_by_its_words_and_not_by_its_status() -> None:
    row = {"title": "Fix it", "raised": "2026-01-01"}
    assert meaning(row, TODAY).reference == meaning({**row, "status": "done"}, TODAY).reference
    assert meaning(row, TODAY).reference != meaning({**row, "raised": "2026-01-02"}, TODAY).reference


@pytest.mark.parametrize("name", ["", "a#b", "x" * 81, "a\nb"])
def test_names_that_no_list_can_have(name: str) -> None:
    assert list_name_problem(name)


def test_what_a_list_calls_done_is_an_end_that_nobody_accepted() -> None:
    assert ActionState.DONE_BEFORE in SETTLED
    assert [one for one in ActionState if follows(ActionState.DONE_BEFORE, one)] == []
    before = [one for one in ActionState if follows(one, ActionState.DONE_BEFORE)]
    assert before == [ActionState.PROPOSED], "what was asked for here is never called done by a list"
    assert not may_take(ActionState.PROPOSED, ActionState.DONE_BEFORE, frozenset(Party) - {Party.LIST})
    ended = project([StepTaken(ActionState.PROPOSED, NOON), StepTaken(ActionState.DONE_BEFORE, NOON)])
    assert ended.settled_at == NOON
    assert (ended.requested_at, ended.answered_at, ended.promised_for, ended.reported_at) == (None, None, None, None)
    assert standing(ended.state, None, None, TODAY) is PromiseStanding.LET_GO


def test_a_loaded_action_counts_from_the_day_it_is_asked_for_here() -> None:
    loaded = [
        StepTaken(ActionState.PROPOSED, NOON.replace(year=2020)),
        StepTaken(ActionState.PROPOSED, NOON.replace(year=2021)),
    ]
    assert project(loaded).requested_at is None
    assert project([*loaded, StepTaken(ActionState.REQUESTED, NOON)]).requested_at == NOON
