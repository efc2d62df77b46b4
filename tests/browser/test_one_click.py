"""A mail's button on a phone, with and without JavaScript: looked at, pressed, taken back; and read too late."""

from __future__ import annotations

from uuid import UUID

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from app.actions.queries import lists
from app.actions.rules.kinds import ActionState
from app.core.db import Database
from tests.browser.conftest import Windows
from tests.cast import Cast
from tests.web.test_one_click import Write, asked, link

__all__ = ["asked", "link"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("javascript", [True, False])
def test_promised_from_a_mail(
    open_window: Windows,
    app: FastAPI,
    database: Database,
    cast: Cast,
    asked: UUID,
    link: Write,
    javascript: bool,
) -> None:
    phone = open_window("phone", javascript=javascript)
    path = link(cast.paul, ActionState.PROMISED, 1)
    phone.goto(path)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Send page proofs two days earlier")
    expect(phone.get_by_text("You are Paul")).to_be_visible()
    phone.get_by_role("button", name="I promise it").click()
    expect(phone.get_by_text("Thank you, that is noted")).to_be_visible()
    phone.get_by_role("button", name="Undo").click()
    phone.get_by_role("button", name="I promise it").click()
    expect(phone.get_by_text("Thank you, that is noted")).to_be_visible()
    late = open_window("laptop")
    late.goto(link(cast.edda, ActionState.NOT_DOING, 1))
    expect(late.get_by_text("This promise has moved on since that mail")).to_be_visible()
    expect(late.get_by_text("said by Paul")).to_be_visible()
    with database.reading() as db:
        assert lists.action(db, asked, for_=cast.paul.visitor).state == ActionState.PROMISED


def test_another_country_brings_its_regions(open_window: Windows, cast: Cast) -> None:
    page = open_window("laptop", person=cast.frieda)
    page.goto(f"/desk/departments/{cast.editorial}")
    expect(page.get_by_label("Region")).to_have_count(0)
    page.get_by_label("Public holidays").select_option("DE")
    page.get_by_label("Region").select_option("BY")
    page.get_by_role("button", name="Save the location").click()
    expect(page.get_by_label("Region")).to_have_value("BY")
