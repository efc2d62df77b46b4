"""The calendar's rules: what an event says in each state, and that any words survive RFC 5545 and come back whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions.rules.kinds import ActionState
from app.notifications.rules.feed import CalendarEntry, CalendarPromise, acceptance_entry, calendar, due_entry, plain

MOVED = datetime(2026, 3, 17, 12, 30, 5, tzinfo=UTC)
ID = UUID("5c67dc66-af41-40f2-ac10-5296a87abd56")


def promise(**changed: Any) -> CalendarPromise:
    values: dict[str, Any] = {
        "id": ID,
        "title": "Send page proofs two days earlier",
        "done_when": "Three issues in a row had proofs on Tuesday.",
        "state": ActionState.PROMISED,
        "due_on": date(2026, 4, 28),
        "promised_for": date(2026, 4, 28),
        "owner_name": "Paul",
        "providing": "Production",
        "requesting": "Editorial",
        "version": 3,
        "changed_at": MOVED,
        "url": f"https://retro.example/desk/actions/{ID}",
    }
    return CalendarPromise(**{**values, **changed})


def written(*entries: CalendarEntry) -> bytes:
    return calendar("Promises – Lantern & Quill", "promises-1", entries)


def read(contents: bytes) -> Any:
    """By the parser that did not write it."""
    return vobject.readOne(contents.decode())


def test_an_event_as_another_parser_reads_it() -> None:
    event = read(written(due_entry(promise()))).vevent
    assert event.uid.value == f"action-{ID}@fencepost"
    assert event.sequence.value == "3"
    assert event.summary.value == "Send page proofs two days earlier (for Editorial)"
    assert event.description.value == (
        "Done when: Three issues in a row had proofs on Tuesday.\nState: Promised\nOwner: Paul\n"
        f"https://retro.example/desk/actions/{ID}"
    )
    assert (event.dtstart.value, event.dtend.value) == (date(2026, 4, 28), date(2026, 4, 29))
    assert event.dtstamp.value == event.last_modified.value == MOVED
    assert event.status.value == "CONFIRMED"
    assert event.transp.value == "TRANSPARENT"
    assert event.categories.value == ["Promised by us"]
    assert event.url.value == f"https://retro.example/desk/actions/{ID}"


def test_the_calendar_itself() -> None:
    contents = written()
    whole = read(contents)
    assert whole.version.value == "2.0"
    assert whole.prodid.value == "-//Fencepost//Promises//EN"
    assert whole.x_wr_calname.value == "Promises – Lantern & Quill"
    assert "method" not in whole.contents, "a method is for invitations"
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in contents
    assert b"\r\nX-PUBLISHED-TTL:PT4H\r\n" in contents
    assert contents == written(), "nothing in it is drawn by lot"


@pytest.mark.parametrize(
    ("state", "status", "summary"),
    [
        (ActionState.REQUESTED, "TENTATIVE", "Asked: Mend it (for Editorial)"),
        (ActionState.ACKNOWLEDGED, "TENTATIVE", "Asked: Mend it (for Editorial)"),
        (ActionState.COUNTERED, "TENTATIVE", "Asked: Mend it (for Editorial)"),
        (ActionState.PROMISED, "CONFIRMED", "Mend it (for Editorial)"),
        (ActionState.BLOCKED, "CONFIRMED", "Mend it (for Editorial)"),
        (ActionState.REPORTED_DONE, "CONFIRMED", "Mend it (for Editorial)"),
        (ActionState.ACCEPTED, "CONFIRMED", "✓ Mend it (for Editorial)"),
        (ActionState.HELD, "CONFIRMED", "✓ Mend it (for Editorial)"),
        (ActionState.DECLINED, "CANCELLED", "Called off: Mend it (for Editorial)"),
        (ActionState.DONE_BEFORE, "CONFIRMED", "✓ Mend it (for Editorial)"),
        (ActionState.NOT_DOING, "CANCELLED", "Called off: Mend it (for Editorial)"),
    ],
)
def test_what_the_owner_reads_in_each_state(state: ActionState, status: str, summary: str) -> None:
    entry = due_entry(promise(title="Mend it", state=state))
    assert (entry.status, entry.summary) == (status, summary)


@pytest.mark.parametrize("state", list(ActionState))
def test_every_state_has_words(state: ActionState) -> None:
    assert "State: " in due_entry(promise(state=state)).description


def test_a_day_that_moved_says_which_it_was() -> None:
    moved = due_entry(promise(due_on=date(2026, 5, 12)))
    assert "First promised for 28 April 2026" in moved.description
    assert "First promised" not in due_entry(promise()).description


@pytest.mark.parametrize(
    ("state", "status", "summary"),
    [
        (ActionState.REPORTED_DONE, "CONFIRMED", "Accept? Mend it (from Production)"),
        (ActionState.ACCEPTED, "CONFIRMED", "✓ Accepted: Mend it (from Production)"),
        (ActionState.SENT_BACK, "CANCELLED", "No longer to accept: Mend it (from Production)"),
        (ActionState.NOT_DOING, "CANCELLED", "No longer to accept: Mend it (from Production)"),
    ],
)
def test_what_the_other_side_reads(state: ActionState, status: str, summary: str) -> None:
    entry = acceptance_entry(promise(title="Mend it", state=state), date(2026, 3, 25))
    assert (entry.status, entry.summary, entry.day) == (status, summary, date(2026, 3, 25))
    assert entry.uid == f"accept-{ID}@fencepost", "not the event of the day it is due"
    assert ("counts as accepted on this day" in entry.description) is (state == ActionState.REPORTED_DONE)


def test_the_name_of_an_event_does_not_follow_the_server() -> None:
    moved = promise(url=f"http://elsewhere.example:8000/desk/actions/{ID}", version=4)
    assert due_entry(promise()).uid == due_entry(moved).uid


LETTERS = st.text(
    st.one_of(st.characters(), st.sampled_from(list(',;:\\"\n\r\t\x00\x0b\x0c\x85\u2028\u2029\ufeff 🎉é')))
)
PIECES = st.sampled_from(
    ["👩‍👩‍👧‍👦", "\r\n", "\\n", "\\,", "BEGIN:VEVENT", "\r\nEND:VCALENDAR\r\n", "X" * 80, "é" * 37]
)
NASTY = st.lists(st.one_of(LETTERS, PIECES), max_size=12).map("".join)


@given(NASTY, NASTY, NASTY)
@settings(max_examples=150, deadline=None)
def test_any_words_come_back_as_they_went(title: str, done_when: str, department: str) -> None:
    entry = due_entry(promise(title=title, done_when=done_when, requesting=department))
    contents = written(entry, acceptance_entry(promise(title=title), date(2026, 3, 25)))
    for line in contents.split(b"\r\n"):
        assert len(line) <= 75, "RFC 5545, 3.1: longer lines are folded"
        assert b"\n" not in line
        assert b"\r" not in line
    contents.decode("utf-8")
    events = read(contents).vevent_list
    assert [event.uid.value for event in events] == [f"action-{ID}@fencepost", f"accept-{ID}@fencepost"]
    assert events[0].summary.value == entry.summary
    assert events[0].description.value == entry.description
    again = icalendar.Calendar.from_ical(contents).walk("VEVENT")[0]
    assert str(again["SUMMARY"]) == entry.summary


@given(NASTY)
def test_plain_is_one_readable_line(text: str) -> None:
    line = plain(text)
    assert line == plain(line)
    assert len(line.splitlines()) <= 1


def test_a_thousand_letters_are_folded_between_letters() -> None:
    title = "é🎉" * 500
    contents = written(due_entry(promise(title=title)))
    for line in contents.split(b"\r\n"):
        line.decode("utf-8")  # no letter is torn apart
    assert read(contents).vevent.summary.value.startswith(title)


def test_the_day_after_the_last_one_is_the_end() -> None:
    event = read(written(due_entry(promise(due_on=date(2026, 12, 31))))).vevent
    assert event.dtend.value - event.dtstart.value == timedelta(days=1)
