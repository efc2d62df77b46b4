"""Somebody leaves: the admin sees what is open and hands it over in one step, with and without a script; the new
owner goes on by the button of their mail; wherever the name stands, it is marked."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path
from typing import cast as as_type

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from app.actions.rules.kinds import ActionState
from app.agreements import service as agreements
from app.agreements.rules import Terms
from app.core.clock import SetClock
from app.core.db import Database
from app.people.service import invitations
from app.retros.rules.names import Stage
from tests.browser.conftest import Windows
from tests.browser.test_mail_story import Post, post
from tests.builders import a_retro
from tests.cast import Cast, Person
from tests.promises import asked, take
from tests.unit.test_notifications import postman

__all__ = ["post", "postman"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def button_of(post: Post, person: Person, subject: str) -> str:
    """The path behind the button of the mail with this subject: several may have come at one moment."""
    (mail,) = [one for one in post.postman.taken if one["To"] == person.email and one["Subject"].startswith(subject)]
    text = as_type(EmailMessage, as_type(EmailMessage, mail).get_body(("plain",))).get_content()
    found = re.search(r"http://\S+?(/m/[\w.-]+)", text)
    assert found
    return found[1]


def photographed(page: Page, folder: Path | None, name: str) -> None:
    if folder is not None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_somebody_leaves(
    open_window: Windows,
    app: FastAPI,
    database: Database,
    cast: Cast,
    clock: SetClock,
    post: Post,
    screenshots: Path | None,
    javascript: bool,
) -> None:
    promised = asked(database, cast, clock)
    take(database, cast.paul, promised, clock, ActionState.PROMISED)
    reported = asked(database, cast, clock, title="Name one contact for the printer")
    take(database, cast.paul, reported, clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    with database.transaction() as db:
        terms = Terms("Copy three working days before press", cast.production, cast.editorial)
        agreements.write_agreement(db, cast.paul.visitor, terms, clock.now())
    room = a_retro(database, cast, clock, stage=Stage.PREPARE)
    post.goes_out()

    ada = open_window(person=cast.ada, javascript=javascript, expected=("status of 422",))
    ada.goto("/desk/people")
    ada.get_by_label("Change the rights of Paul").click()
    ada.get_by_role("link", name="Hand over and disable").click()
    for title in ("Send page proofs two days earlier", "Name one contact for the printer", "Production"):
        expect(ada.get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(ada.get_by_text("Copy three working days before press")).to_be_visible()
    ada.get_by_role("button", name="Hand over and disable the account").click()
    expect(ada.get_by_text("3 things still need somebody. Nothing has been changed yet.")).to_be_visible()
    photographed(ada, screenshots, f"leaving-missing-{javascript}")

    ada.get_by_label("Everything goes to").select_option(label="Mia (Editorial)")
    ada.locator("li", has_text="Send page proofs").get_by_label("Taken over by").select_option(label="Sven (IT)")
    ada.get_by_role("button", name="Hand over and disable the account").click()
    expect(ada.get_by_text("Everything is handed over")).to_be_visible()
    expect(ada.get_by_role("heading", name="Paul (left)")).to_be_visible()

    # The new owner hears of it at once, and promises it by the button of the mail: nobody signs in.
    post.goes_out()
    told = [mail["Subject"] for mail in post.postman.taken if mail["To"] == cast.sven.email]
    assert "Paul has left: yours from now on" in told
    sven = open_window("phone", javascript=javascript)
    sven.goto(button_of(post, cast.sven, "Asked of you"))
    sven.get_by_role("button", name="I promise it").click()
    expect(sven.get_by_text("Thank you, that is noted")).to_be_visible()

    # What waits for the other side went on as it was, with its link.
    edda = open_window("phone", javascript=javascript)
    edda.goto(button_of(post, cast.edda, "Done?"))
    expect(edda.get_by_role("button", name="Accept it as done")).to_be_visible()
    expect(edda.get_by_text("Mia", exact=True)).to_be_visible()
    ada.goto(f"/desk/actions/{promised}")
    expect(ada.get_by_text("Paul (left)").first).to_be_visible()
    photographed(ada, screenshots, f"leaving-history-{javascript}")

    # A retro that is not closed needs another facilitator.
    ada.goto(f"/desk/people/{cast.frieda.id}/leaving")
    expect(ada.get_by_role("link", name=room.view().title)).to_be_visible()
    ada.get_by_label("Everything goes to").select_option(label="Stefan")
    ada.get_by_role("button", name="Hand over and disable the account").click()
    expect(ada.get_by_text("Everything is handed over")).to_be_visible()
    stefan = open_window(person=cast.stefan, javascript=javascript)
    stefan.goto(f"/desk/retros/{room.id}")
    expect(stefan.get_by_role("button", name="Open the room")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_of_leaving_and_of_links_fit_their_window(
    open_window: Windows,
    app: FastAPI,
    database: Database,
    cast: Cast,
    clock: SetClock,
    post: Post,
    screenshots: Path | None,
    width: int,
    dark: bool,
) -> None:
    """No page is wider than its window, also with words that are long."""
    asked(database, cast, clock, title="Donaudampfschifffahrtsgesellschaftskapitänsmützenanforderungsformular " * 2)
    with database.transaction() as db:
        token = invitations.prepare_new_link(db, cast.ada.visitor, cast.mia.id, clock.now())
    kind = "phone" if width == 390 else "laptop"
    ada = open_window(kind, person=cast.ada, dark=dark, width=width)
    nobody = open_window(kind, dark=dark, width=width)
    looked_at = [
        (ada, f"/desk/people/{cast.paul.id}/leaving", "leaving"),
        (ada, f"/desk/people/{cast.paul.id}", "person"),
        (ada, "/desk/mail", "outbox"),
        (nobody, f"/desk/invitations/{token}", "invitation"),
        (nobody, "/desk/forgotten-password", "forgotten"),
        (nobody, "/desk/sign-in", "sign-in"),
    ]
    for page, path, name in looked_at:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        photographed(page, screenshots, f"{name}-{width}-{'dark' if dark else 'light'}")
