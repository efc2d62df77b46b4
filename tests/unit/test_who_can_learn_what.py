"""The page for users, SECURITY.md and the rules say the same; each row of the table is held by tests that exist."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from app.anonymity.rules.doubts import DOUBTS
from app.anonymity.rules.promise import CORE, PromiseSettings, promise

ROOT = Path(__file__).parents[2]
SECURITY = " ".join((ROOT / "SECURITY.md").read_text().replace("\n> ", " ").split())
USUAL = promise(PromiseSettings(k=5, way_in="ticket", tickets_mailed=True))


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_row_of_the_table_is_held_by_tests_that_exist() -> None:
    assert {observer for observer, _ in USUAL.learns} == set(HELD_BY)
    for held in HELD_BY.values():
        assert held
        for where in held:
            file, _, name = where.partition("::")
            assert name in named_in(file), where


def test_security_md_holds_the_promise_and_every_row_as_the_rules_make_them() -> None:
    assert CORE in SECURITY
    for observer, learns in USUAL.learns:
        assert f"| {observer} | {learns} |" in SECURITY, f"SECURITY.md does not say: {observer}"
    rows = [line for line in (ROOT / "SECURITY.md").read_text().splitlines() if line.startswith("| ")]
    assert len(rows) == len(USUAL.learns) + 1, "a row that the rules do not know"


@pytest.mark.parametrize("doubt", DOUBTS, ids=lambda doubt: doubt.question)
def test_security_md_answers_every_question_of_the_page(doubt) -> None:
    assert f"**{doubt.question}** {doubt.answer}" in SECURITY


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_for_users_answers_them_too_and_shows_every_row(client) -> None:
    page = " ".join(client.get("/about/anonymity").text.replace("&#39;", "'").split())
    for doubt in DOUBTS:
        assert doubt.question in page
        assert doubt.answer in page
    for observer, learns in USUAL.learns:
        assert observer in page
        assert learns in page


ATTACK, WEB, UNIT = "attack/test_", "web/test_", "unit/test_"
HELD_BY: dict[str, tuple[str, ...]] = {
    "Other participants, the facilitator, managers": (
        f"{ATTACK}who_could_have_said_it.py::test_k_people_could_have_said_every_entry",
        f"{ATTACK}differences.py::test_nothing_that_is_shown_tells_who_of_the_pool_said_what",
        f"{ATTACK}decoder.py::test_what_a_vote_leaves_behind_is_what_was_decoded",
        f"{ATTACK}false_windows.py::test_nobody_is_alone_behind_a_label_whatever_seats_were_taken",
    ),
    "Leads and administrators who look in": (
        f"{ATTACK}who_sees_what.py::test_each_role_gets_at_each_stage_its_pieces_and_nothing_of_the_cockpit",
        f"{WEB}looking_in.py::test_every_screen_says_who_looks_in_and_a_minute_later_no_more",
    ),
    "Whoever holds the database, after the retro is closed": (
        f"{ATTACK}dump.py::test_the_dump_tells_nothing",
        f"{ATTACK}decoder.py::test_what_ratings_and_questions_leave_behind_is_what_was_decoded",
    ),
    "Whoever holds the database, while people write": (
        f"{ATTACK}dump.py::test_the_dump_tells_nothing",
        f"{UNIT}small_groups.py::test_a_dump_tells_neither_who_said_it_nor_that_it_was_said_of_which_department",
    ),
    "Whoever kept backups or old copies of the database or its logs": (
        f"{ATTACK}dump.py::test_old_logs_and_copies_tell_nothing_after_the_close",
        f"{ATTACK}backups.py::test_a_backup_of_any_state_and_all_kept_cookies_name_no_author",
    ),
    "Whoever copied the whole machine while the retro was open": (
        f"{ATTACK}backups.py::test_logs_and_a_raw_copy_between_reveal_and_close_open_nothing_without_the_key",
    ),
    "The same, with your browser in their hands before the close": (
        f"{UNIT}ending_rules.py::test_no_seat_lasts_longer_than_its_retro_can_nor_past_its_day_by_more_than_twenty_days",
    ),
    "An operator who watches live traffic": (
        f"{ATTACK}http_evidence.py::test_a_whole_retro_leaves_no_trace_of_a_participant_in_the_log",
    ),
    "The log of a proxy in front": ("documents/test_proxies.py::test_the_lines_keep_nothing_of_a_participant",),
    "Somebody who changed the program on the server": (
        f"{UNIT}promise.py::test_the_core_promise_is_the_design_word_for_word",
    ),
    "Somebody who knows how you write": (f"{UNIT}promise.py::test_the_core_promise_is_the_design_word_for_word",),
}
"""What shows each row; the last two are limits that no test can lift, and are held to be said."""
