"""What mails say and when they may go out: letters of parts, kinds, quiet hours, the moment of the digest; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.places import Place
from app.notifications.rules import letters_promises as steps
from app.notifications.rules import letters_reminders as reminders
from app.notifications.rules.digest import is_planned, next_digest
from app.notifications.rules.kinds import MailKind, kind_of, read_off, write_off
from app.notifications.rules.letters import foot, forgotten_password, invitation, new_password
from app.notifications.rules.letters_digest import DigestItem, Section, digest
from app.notifications.rules.letters_promises import LetterPromise, asked_for_action, asked_of_department
from app.notifications.rules.parts import (
    Bullets,
    Button,
    Facts,
    MailHeading,
    MailLink,
    Paragraph,
    Part,
    Quote,
    Small,
    dumped,
    letter,
    loaded,
    plain,
    without_personal,
)
from app.notifications.rules.quiet import Quiet

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo")
TOLD = LetterPromise(
    title="Send page proofs two days earlier",
    done_when="Three issues in a row had proofs on Tuesday.",
    owner="Paul",
    providing="Production",
    requesting="Editorial",
    due=date(2026, 4, 28),
    link="https://posts.example/desk/actions/1",
    by="Edda",
    reason="The atlas comes first.\nThen the rest.",
)
CLICK = "https://posts.example/m/signed"
DAY = date(2026, 5, 6)
LETTERS = {
    "asked": asked_for_action("Paul", TOLD, CLICK, 2),
    "asked and invited": asked_for_action("Tom", TOLD, CLICK, 1, needs_password=True),
    "asked of department": asked_of_department("Petra", TOLD),
    "countered": steps.countered("Edda", TOLD, DAY),
    "declined": steps.declined("Edda", TOLD),
    "promised": steps.promised("Edda", TOLD),
    "promised anew": steps.promised_anew("Edda", TOLD, DAY),
    "blocked": steps.blocked("Sven", TOLD, "IT", is_yours=True),
    "blocked for them": steps.blocked("Edda", TOLD, "IT", is_yours=False),
    "reported done": steps.reported_done("Edda", TOLD, CLICK, DAY),
    "sent back": steps.sent_back("Paul", TOLD, CLICK),
    "accepted": steps.accepted("Paul", TOLD, was_silent=False),
    "accepted by silence": steps.accepted("Paul", TOLD, was_silent=True),
    "not doing": steps.not_doing("Edda", TOLD),
    "still asked": reminders.still_asked("Paul", TOLD, CLICK),
    "due soon": reminders.due_soon("Paul", TOLD, CLICK),
    "due soon to lead": reminders.due_soon("Petra", TOLD, ""),
    "due today": reminders.due_today("Paul", TOLD, CLICK),
    "late": reminders.late("Paul", TOLD, CLICK),
    "late, not answered": reminders.late_unanswered("Paul", TOLD, CLICK),
    "late to lead": reminders.late_to_lead("Petra", TOLD),
    "late to sponsor": reminders.late_to_sponsor("Ms. Board", TOLD, sees_it=False),
    "late to sponsor with account": reminders.late_to_sponsor("Ada", TOLD, sees_it=True),
    "offer waits": reminders.offer_waits("Edda", TOLD),
    "waits for acceptance": reminders.waits_for_acceptance("Edda", TOLD, CLICK, DAY),
    "still blocked": reminders.still_blocked("Sven", TOLD, "IT"),
}

texts = st.text(st.sampled_from("aZ 0\n<>&\"'\\{}éß✓م"), max_size=20)
parts: st.SearchStrategy[Part] = st.one_of(
    texts.map(Paragraph),
    texts.map(Quote),
    texts.map(MailHeading),
    texts.map(Small),
    st.lists(st.tuples(texts, texts), max_size=3).map(lambda pairs: Facts(tuple(pairs))),
    st.lists(st.tuples(texts, texts), max_size=3).map(lambda lines: Bullets(tuple(lines))),
    st.builds(Button, texts, texts, st.booleans()),
    st.builds(MailLink, texts, texts, st.booleans()),
)


@settings(deadline=None)
@given(st.lists(parts, max_size=6))
def test_parts_come_back_from_their_json(made: list[Part]) -> None:
    assert loaded(dumped(made)) == tuple(made)


@pytest.mark.parametrize("broken", ["{", '[{"part": "nothing"}]', '[{"part": "paragraph"}]', "[1]", '{"a": 1}'])
def test_broken_json_is_a_value_error(broken: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loaded(broken)
    assert loaded("") == ()


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_names_the_promise_and_a_way_on_in_its_text(name: str) -> None:
    made = LETTERS[name]
    assert TOLD.title in made.subject
    assert TOLD.title in made.text or name.startswith("accepted")
    assert TOLD.link in made.text
    assert made.text.startswith("Hello ")
    assert "\n\n\n" not in made.text
    assert "None" not in made.text
    assert loaded(dumped(made.parts)) == made.parts


@pytest.mark.parametrize("name", LETTERS)
def test_only_buttons_that_act_are_personal_and_they_can_be_left_out(name: str) -> None:
    shown = plain(without_personal(LETTERS[name].parts))
    assert CLICK not in shown
    assert TOLD.link in shown
    acts = [one for one in LETTERS[name].parts if isinstance(one, Button | MailLink) and one.is_personal]
    assert (CLICK in LETTERS[name].text) == bool(acts)


def test_links_to_a_password_are_personal() -> None:
    for made in (
        invitation("House", "Nora", CLICK, 7),
        new_password("House", "Nora", CLICK, 7),
        forgotten_password("House", "Nora", CLICK, 60),
    ):
        assert CLICK in made.text
        assert CLICK not in plain(without_personal(made.parts))


def test_what_people_said_is_quoted_line_by_line() -> None:
    assert "> The atlas comes first.\n> Then the rest." in LETTERS["declined"].text


def test_a_letter_reads_well_as_plain_text() -> None:
    assert LETTERS["reported done"].text == (
        "Hello Edda,\n\n"
        "Paul of Production reports it as done. Only Editorial can say that it is:\n\n"
        "What: Send page proofs two days earlier\n"
        "Done when: Three issues in a row had proofs on Tuesday.\n"
        "By: Tuesday, 28 April 2026\n"
        "Owner: Paul, Production\n"
        "For: Editorial\n\n"
        "> The atlas comes first.\n> Then the rest.\n\n"
        "Accept it as done:\nhttps://posts.example/m/signed\n\n"
        "Something is missing? Send it back:\nhttps://posts.example/m/signed?say=sent_back\n\n"
        "Open it on the desk:\nhttps://posts.example/desk/actions/1\n\n"
        "When nobody of Editorial answers, it counts as accepted on Wednesday, 6 May 2026, and is marked as such.\n"
    )


def test_days_are_words() -> None:
    assert [steps.days_in_words(days) for days in (1, 2, 12)] == [
        "one working day",
        "two working days",
        "12 working days",
    ]
    assert steps.day_in_words(None) == "no day named"


def test_a_long_subject_is_cut_to_one_line() -> None:
    made = letter("Outcome:\nA" * 80)
    assert "\n" not in made.subject
    assert 190 < len(made.subject) <= 200
    assert made.subject.endswith("…")


def test_below_a_mail_of_a_kind_stands_how_to_stop_it_and_below_others_nothing() -> None:
    below = foot("House", MailKind.REMINDERS, CLICK, "https://posts.example/desk/settings/mail")
    assert CLICK in plain(below)
    assert "Reminders" in plain(below)
    assert foot("House", None, CLICK, "") == ()


@settings(deadline=None)
@given(st.sets(st.sampled_from(MailKind)))
def test_kinds_that_are_off_come_back(off: set[MailKind]) -> None:
    assert read_off(write_off(off)) == off
    assert len(write_off(MailKind)) <= 200


def test_an_unknown_kind_is_none() -> None:
    assert kind_of("invitation") is None
    assert kind_of("digest") is MailKind.DIGEST
    assert read_off("digest of yore") == {MailKind.DIGEST}


moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
quiets = st.builds(
    Quiet,
    st.builds(Place, st.sampled_from(ZONES), st.sampled_from(["", "DE", "US"])),
    st.integers(0, 23),
    st.integers(0, 23),
    st.booleans(),
)


@settings(deadline=None)
@given(quiets, moments)
def test_mail_moves_to_a_moment_at_which_it_is_wanted(quiet: Quiet, moment: datetime) -> None:
    allowed = quiet.next_allowed(moment)
    assert allowed >= moment
    assert not quiet.covers(allowed)
    assert (allowed == moment) == (not quiet.covers(moment))


@settings(deadline=None)
@given(quiets, moments)
def test_mail_never_waits_longer_than_it_must(quiet: Quiet, moment: datetime) -> None:
    allowed = quiet.next_allowed(moment)
    between = moment
    while between < allowed:
        assert quiet.covers(between)
        between = min(
            between + timedelta(minutes=29), max(allowed - timedelta(seconds=1), between + timedelta(seconds=1))
        )


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "allowed"),
    [
        (18, 8, (2026, 3, 17, 12, 0), (2026, 3, 17, 12, 0)),
        (18, 8, (2026, 3, 17, 18, 0), (2026, 3, 18, 8, 0)),
        (18, 8, (2026, 3, 18, 7, 59), (2026, 3, 18, 8, 0)),
        (18, 8, (2026, 3, 20, 19, 0), (2026, 3, 23, 8, 0)),  # Friday evening: Monday
        (18, 8, (2026, 3, 28, 1, 30), (2026, 3, 30, 8, 0)),  # over the night that has 23 hours
        (18, 8, (2026, 10, 24, 12, 0), (2026, 10, 26, 8, 0)),  # over the one that has 25
        (18, 8, (2026, 4, 2, 20, 0), (2026, 4, 7, 8, 0)),  # before Good Friday: after Easter Monday
        (9, 9, (2026, 3, 17, 3, 0), (2026, 3, 17, 3, 0)),
        (12, 14, (2026, 3, 17, 13, 0), (2026, 3, 17, 14, 0)),
    ],
)
def test_quiet_hours_where_the_reader_is(
    begins: int, ends: int, moment: tuple[int, ...], allowed: tuple[int, ...]
) -> None:
    quiet = Quiet(Place("Europe/Berlin", "DE"), begins, ends, free_days=True)
    assert quiet.next_allowed(local("Europe/Berlin", *moment)) == local("Europe/Berlin", *allowed)


def test_an_hour_that_does_not_exist_ends_quiet_with_the_next_one() -> None:
    quiet = Quiet(Place("Europe/Berlin"), 0, 2, free_days=False)
    assert quiet.next_allowed(local("Europe/Berlin", 2026, 3, 29, 1, 30)) == local("Europe/Berlin", 2026, 3, 29, 3, 0)


@settings(deadline=None)
@given(moments, st.sampled_from(ZONES), st.integers(0, 6), st.integers(0, 23))
def test_the_next_digest_is_later_within_a_week_and_on_its_hour(
    after: datetime, zone: str, weekday: int, hour: int
) -> None:
    moment = next_digest(after, zone, weekday, hour)
    assert after < moment <= after + timedelta(days=7, hours=2)
    here = moment.astimezone(ZoneInfo(zone))
    assert here.weekday() == weekday
    assert here.hour == hour or (here - timedelta(hours=1)).utcoffset() != here.utcoffset()
    assert is_planned(moment, zone, weekday, hour)
    assert not is_planned(moment + timedelta(hours=3), zone, weekday, hour)


def test_a_digest_has_only_lists_that_say_something_and_may_be_nothing() -> None:
    item = DigestItem("Send page proofs", DAY, "for Editorial", "https://posts.example/desk/actions/1")
    late = Section("Late", [item], 12)
    made = digest("Paul", date(2026, 3, 16), [late, Section("Due this week", [], 0)], "https://posts.example/desk")
    assert made is not None
    assert made.subject == "Your week from 16 March"
    assert "Late (12)" in made.text
    assert "- Send page proofs (for Editorial, 6 May)\n  https://posts.example/desk/actions/1" in made.text
    assert "… and 11 more" in made.text
    assert "Due this week" not in made.text
    assert digest("Paul", DAY, [Section("Late", [], 0)], "https://posts.example/desk") is None
