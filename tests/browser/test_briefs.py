"""The kick-off brief: marked with one tap, by phone and without scripts, and printed on one sheet."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from app.agreements import service as agreements
from app.agreements.rules import Terms
from app.core.clock import SetClock
from app.core.db import Database
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.builders import a_project
from tests.cast import Cast
from tests.history import a_theme, past_retro, right
from tests.load.many_actions import many_actions
from tests.web.test_briefs import a_finding, a_try

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(300)]

THEMES = (
    "Files come late before press",
    "Plans change without a word to those who print them",
    "Approval waits for one signature",
    "Nobody says who decides about the cover",
    "Corrections arrive after the plates were made",
    "Meetings end without a decision",
)
AGREED = (
    "Copy reaches Production three working days before press.",
    "Proofs are answered within two working days, also in the summer.",
    "Every change of plan is told on the day.",
    "One of us sits in each briefing.",
    "No mail at night.",
)


@pytest.fixture
def full(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> UUID:
    """A project of which each part of the brief is as full as it may be."""
    many_actions(database, [cast.editorial, cast.production], 400, clock.now())
    for text in AGREED:
        with database.transaction() as db:
            agreed = Terms(text, cast.editorial, cast.production)
            agreement_id = agreements.write_agreement(db, cast.edda.visitor, agreed, clock.now())
            agreements.say_yes(db, cast.paul.visitor, agreement_id, clock.now())
    for name in THEMES:
        theme = a_theme(database, name)
        a_finding(database, theme, cast.editorial, cast.production, clock.now(), state="chronic", worked="returned")
        a_finding(database, theme, cast.production, cast.editorial, clock.now())
        a_try(database, cast, theme, clock.now())
    praised = [right("Lovely", "Production", "Editorial"), right("Nice", "Editorial", "Production")]
    past_retro(database, cast, date(2026, 1, 3), praised)
    return a_project(database, cast, clock, ("Editorial", "Production"), name="The Second Orchard Atlas")


def mark_two(page: Page, brief: str) -> None:
    page.goto(brief)
    themes = page.locator("#themes .brief-line")
    themes.nth(0).get_by_role("button", name="Used").click()
    expect(themes.nth(0).get_by_role("button", name="Used")).to_have_attribute("aria-pressed", "true")
    themes.nth(1).locator("summary").click()
    themes.nth(1).get_by_role("button", name="Save").click()
    expect(themes.nth(1)).to_contain_text("Please say in a few words why it is not relevant")
    themes.nth(1).get_by_role("button", name="It is settled already").click()
    expect(themes.nth(1)).to_contain_text("Not relevant: It is settled already")
    expect(page.locator(".brief-tally")).to_contain_text("1 of 16 lines used, 1 not relevant.")


@pytest.mark.parametrize("javascript", [True, False])
def test_lines_are_marked_on_a_phone(open_window: Windows, full: UUID, cast: Cast, javascript: bool) -> None:
    phone = open_window("phone", person=cast.edda, javascript=javascript, expected=("status of 422",))
    mark_two(phone, f"/desk/projects/{full}/brief")
    if javascript:
        assert troubles(phone, "brief") == []
        phone.goto("/desk/briefs")
        assert troubles(phone, "briefs") == []
    phone.goto("/desk/briefs")
    expect(phone.get_by_role("row").filter(has_text="What keeps coming back")).to_contain_text(
        "It is settled already"
    )


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_it_prints_on_one_sheet(open_window: Windows, full: UUID, cast: Cast, size: str) -> None:
    desk = open_window("laptop", person=cast.edda)
    desk.goto(f"/desk/projects/{full}/brief")
    expect(desk.locator(".brief-line")).to_have_count(16)
    sheets = re.search(rb"/Type\s*/Pages\b.*?/Count (\d+)|/Count (\d+)", desk.pdf(format=size), re.DOTALL)
    assert sheets is not None
    assert 1 in {int(found) for found in sheets.groups() if found}
