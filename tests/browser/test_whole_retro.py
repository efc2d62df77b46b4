"""A whole retro as people live through it: a facilitator's laptop, three phones in two departments, the big screen.

Three more people, whom no window shows, come in through the services, so that both departments reach the smallest
group that is shown by its name.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import segno
from playwright.sync_api import Page, expect

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.entries.rules.names import EntryKind
from app.retros.rules.crowds import crowd
from tests import builders
from tests.browser.acting import Desk, Phone, heading, is_live
from tests.browser.conftest import KEPT_TOO_LATE, Windows
from tests.builders import Room
from tests.cast import Cast
from tests.conftest import settings_for

PUBLIC = "http://retro.lantern.example"
LATE = "The files came two days late and nobody said so"
COVER = "We found out about the new cover from a customer"
CHECKLIST = "The shared checklist saved us twice"
PROOFS = "Let us see page proofs together, once a week"
MOVED = "Nobody told us that the print date had moved"
NIGHT = "Thank you for the night shift before press day"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """With an address that phones reach, so that there is something to scan."""
    return settings_for(database_url, tmp_path, public_url=PUBLIC)


@pytest.mark.full(only="[postgres")
def test_from_preparing_to_the_outcome(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    desk = Desk(open_window("laptop", person=cast.frieda, expected=("status of 422",)))
    room = prepare(desk, cast, database)
    screen = open_window("screen", person=cast.frieda)
    screen.goto(f"/desk/retros/{room.id}/screen")
    phones = [Phone(open_window("phone", expected=(KEPT_TOO_LATE,))) for _ in range(3)]

    come_in(desk, screen, phones, room)
    others = [builders.sit_down(database, room, name, clock) for name in ("Editorial", "Production", "Production")]
    expect(screen.locator("#presence")).to_contain_text("6 seated (6 expected)")
    check_in(desk, screen, phones)
    write(desk, screen, phones)
    for secret in others:
        builders.write(database, room.seat_of(secret), MOVED, EntryKind.SURPRISED_US)
    reveal(desk, screen, phones)
    group(desk, screen, phones)
    vote(desk, screen, phones, database, room)
    discuss(desk, screen, phones)
    promise(desk, phones)
    close(desk, screen, phones)
    read_the_outcome(desk, phones[0].page)


def prepare(desk: Desk, cast: Cast, database: Database) -> Room:
    """Through the pages, from the empty desk."""
    page = desk.page
    page.goto("/desk")
    page.get_by_role("link", name="Add a project").click()
    page.get_by_role("link", name="New project").click()
    page.get_by_label("What was the project called?").fill("The Orchard Atlas")
    for department in ("Editorial", "Production"):
        page.get_by_label(department).check()
    page.get_by_label("When did it end?").fill("2026-03-10")
    page.get_by_role("button", name="Save the project").click()
    page.get_by_role("link", name="Prepare a retro").first.click()
    people = page.get_by_role("group", name="How many people do you expect?")
    for department in ("Editorial", "Production"):
        people.get_by_role("spinbutton", name=department).fill("3")
    page.get_by_role("group", name="Will somebody be here who decides").get_by_label("No", exact=True).check()
    page.get_by_label("Who takes over if you are gone?").select_option("Stefan")
    page.get_by_text("Anonymity, limits and time boxes").click()
    page.get_by_label("The smallest group that is shown by its name").fill("3")
    page.get_by_role("button", name="Prepare it").click()
    expect(heading(page)).to_have_text("Not open yet")
    retro_id = page.url.rsplit("/", 1)[1]
    with database.reading() as db:
        from app.retros.queries.lists import retros_for
        from app.retros.queries.retros import get

        retro = next(one for one in retros_for(db, cast.frieda.visitor) if str(one.id) == retro_id)
        code = get(db, retro.id, for_=cast.frieda.visitor).code
    return Room(retro.id, code, cast, house=database)


def come_in(desk: Desk, screen: Page, phones: list[Phone], room: Room) -> None:
    """By the QR code and by the typed code; who is in sees what is expected of them."""
    is_live(desk.page)
    is_live(screen)
    desk.go_on("Open the room")
    picture = screen.locator("#code svg path").last.get_attribute("d")
    drawn = segno.make(f"{PUBLIC}/r/{room.code}", error="m").svg_inline(omitsize=True, border=2)
    assert picture
    assert picture in drawn, "the big screen shows another QR code than that of this room"
    shown = screen.locator("#code .code-l [aria-hidden]").inner_text()
    assert shown.replace("-", "").replace("\n", "").strip() == room.code
    phones[0].sit_down(room.code, "Editorial")
    phones[1].type_code(shown.lower(), "Editorial")
    phones[2].type_code(room.code, "Production")
    for phone in phones:
        is_live(phone.page)
        expect(heading(phone.page)).to_have_text("Welcome: check in")
    for page in (desk.page, screen, phones[0].page):
        expect(page.locator("#presence")).to_contain_text("3 seated (6 expected)")


def check_in(desk: Desk, screen: Page, phones: list[Phone]) -> None:
    """Safety is secret, ready is counted on every screen at once."""
    for phone, value in zip(phones, (4, 5, 3), strict=True):
        phone.say_safety(value)
        expect(phone.page.locator("#safety-form")).to_contain_text("Saved")
    phones[0].be_ready()
    for page in (desk.page, screen, *(phone.page for phone in phones)):
        expect(page.locator("#presence")).to_contain_text("Some at most are ready")
        expect(page.locator("#presence")).not_to_contain_text("of 6")
    phones[0].page.get_by_role("button", name="I need more time").click()
    expect(screen.locator("#presence")).to_contain_text("Some at most are ready")
    desk.page.get_by_role("button", name="End the safety check").click()
    # Covered on the desk until it is pressed; the room is shown nothing until that is pressed, too.
    covered = desk.page.locator("#safety-result").get_by_text("Good: people feel free")
    expect(covered).to_be_hidden()
    expect(screen.locator("#safety")).to_have_text("")
    desk.page.get_by_text("Result of the safety check").click()
    expect(covered).to_be_visible()
    desk.page.get_by_role("button", name="Show it to the room in words").click()
    expect(screen.locator("#safety")).to_contain_text("Good: people feel free")
    desk.go_on("Start writing")


def write(desk: Desk, screen: Page, phones: list[Phone]) -> None:
    """All five kinds, edited and deleted; nothing of them anywhere else before the reveal."""
    for page in (desk.page, screen, *(phone.page for phone in phones)):
        expect(heading(page)).to_have_text("Write in silence")
    first, second, third = phones
    first.write("Went wrong", LATE, about="Production", dimension="Responsiveness")
    expect(first.draft(LATE)).to_contain_text("Production")
    first.write("Surprised us", COVER)
    second.write("Went right", "The shared chekclist saved us twice", about="Production")
    second.draft("chekclist").get_by_role("button", name="Edit").click()
    expect(second.text).to_have_value("The shared chekclist saved us twice")
    second.text.fill(CHECKLIST)
    second.page.get_by_role("button", name="Save the change").click()
    expect(second.draft(CHECKLIST)).to_be_visible()
    expect(second.draft("chekclist")).to_have_count(0)
    second.write("Idea", "A sentence that is not meant to stay")
    second.draft("not meant to stay").get_by_role("button", name="Delete").click()
    expect(second.draft("not meant to stay")).to_have_count(0)
    second.write("Idea", PROOFS)
    third.write("Thanks", NIGHT, about="Editorial", dimension="Teamwork")
    third.text.fill("Why did Frieda not tell us")
    expect(third.page.locator("#nudges")).not_to_be_empty()
    third.text.fill("")
    for number, phone in enumerate(phones, start=1):
        phone.be_ready("I am done writing")
        for page in (desk.page, screen, phone.page):
            expect(page.locator("#presence")).to_contain_text(
                f"{str(crowd(number, 6)).capitalize()} are done writing"
            )
    for page in (desk.page, screen, first.page):
        for text in (CHECKLIST, PROOFS, NIGHT):
            expect(page.get_by_text(text)).to_have_count(0)


def reveal(desk: Desk, screen: Page, phones: list[Phone]) -> None:
    """Everything, everywhere, at once; and labels, for both departments are large enough."""
    desk.go_on("Reveal everything")
    for page in (desk.page, screen, *(phone.page for phone in phones)):
        expect(heading(page)).to_have_text("Read and group")
        for text in (LATE, COVER, CHECKLIST, PROOFS, NIGHT):
            expect(page.locator("#topics .entry").filter(has_text=text)).to_have_count(1)
    for phone in phones:
        expect(phone.text).to_have_count(0)
    expect(desk.entry(LATE)).to_contain_text("Editorial")
    expect(desk.entry(LATE)).to_contain_text("Production")
    expect(desk.entry(NIGHT)).to_contain_text("Production")


def group(desk: Desk, screen: Page, phones: list[Phone]) -> None:
    """Names, a drag, the menu, a merge, and undo; the other screens follow."""
    page = desk.page
    desk.move_by_menu(LATE, "A new topic")
    desk.rename(title_over(desk, LATE), "Late files")
    desk.move_by_menu(CHECKLIST, "A new topic")
    desk.rename(title_over(desk, CHECKLIST), "What helped")
    desk.move_by_menu(COVER, "Late files")
    expect(desk.topic("Late files").locator(".entry")).to_have_count(2)
    desk.drag(NIGHT, "What helped")
    expect(desk.topic("What helped").locator(".entry")).to_have_count(2)
    expect(desk.topic("What helped")).to_contain_text(NIGHT)
    expect(screen.locator(".topic").filter(has_text="What helped").locator(".entry")).to_have_count(2)

    dialog = desk.edit_topic("Late files")
    dialog.get_by_label("Merge it into").select_option("What helped")
    dialog.get_by_role("button", name="Merge").click()
    expect(desk.topic("Late files")).to_have_count(0)
    expect(desk.topic("What helped").locator(".entry")).to_have_count(4)
    page.locator("#undo-form button").click()
    expect(desk.topic("Late files").locator(".entry")).to_have_count(2)
    expect(desk.topic("What helped").locator(".entry")).to_have_count(2)
    for phone in phones:
        expect(phone.page.locator(".topic").filter(has_text="Late files").locator(".entry")).to_have_count(2)


def title_over(desk: Desk, text: str) -> str:
    """The title of the topic that an entry is in now."""
    return desk.page.locator("[data-topic]").filter(has=desk.entry(text)).locator(".topic-title").inner_text()


def vote(desk: Desk, screen: Page, phones: list[Phone], database: Database, room: Room) -> None:
    """Secret until it ends; the ranking is on every screen then."""
    desk.go_on("Start the vote")
    first, second, third = phones
    for phone in phones:
        expect(heading(phone.page)).to_have_text("Vote in secret")
        phone.vote("Late files", "Agree", dots=1)
    first.vote("What helped", "Disagree")
    second.vote("What helped", "Pass")
    third.vote("What helped", "Agree", dots=1)
    line = third.ballot("Late files")
    line.get_by_role("button", name="Remove a dot").click()
    expect(line.locator(".vote-placed")).to_contain_text("0 dots here")
    line.get_by_role("button", name="Add a dot").click()
    expect(line.locator(".vote-placed")).to_contain_text("1 dots here")
    late = builders.topics_of(database, room)
    for secret in room.all_secrets():
        for topic_id in late:
            builders.vote(database, room.seat_of(secret), topic_id, "agree")
    for phone in phones:
        phone.be_ready("I am done voting")
    expect(screen.locator("#presence")).to_contain_text("Some at most are done voting")
    expect(desk.page.get_by_text("dots left")).to_have_count(0)
    desk.go_on("End the vote")
    for page in (desk.page, screen, *(phone.page for phone in phones)):
        expect(heading(page)).to_have_text("Talk about it")
        expect(page.locator("#ranking .rank-row").first).to_contain_text("Late files")
    expect(desk.page.locator("#ranking .rank-row").first).to_contain_text("all departments agree")


def discuss(desk: Desk, screen: Page, phones: list[Phone]) -> None:
    """One topic in the light on every screen; notes, a why, the reply, three more minutes."""
    page = desk.page
    desk.spotlight("Late files")
    for other in (page, screen, *(phone.page for phone in phones)):
        expect(other.locator("#spotlight .spotlight-title")).to_have_text("Late files")
        expect(other.locator("#spotlight")).to_contain_text(LATE)
    expect(phones[0].page.locator("#spotlight .tallies")).to_contain_text("Editorial")
    page.get_by_label("Notes (everyone sees them)").fill("The hand-over has no date of its own.")
    with desk.redrawn():
        page.get_by_role("button", name="Save the notes").click()
    page.get_by_label("Why is that so?").fill("Nobody owns the hand-over")
    with desk.redrawn():
        page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#reply-box summary").click()
    page.get_by_label("Production replies").fill("We only heard of the new date on the day itself.")
    page.locator("form").filter(has=page.get_by_label("Production replies")).get_by_role(
        "button", name="Save the reply"
    ).click()
    for other in (screen, *(phone.page for phone in phones)):
        expect(other.locator("#spotlight")).to_contain_text("The hand-over has no date of its own.")
        expect(other.locator("#spotlight .whys")).to_contain_text("Nobody owns the hand-over")
        expect(other.locator("#spotlight .quote")).to_contain_text("We only heard of the new date")
    page.get_by_role("button", name="Ask: three more minutes?").click()
    for phone in phones:
        phone.page.get_by_role("button", name="Yes, more").click()
        expect(phone.page.locator("#more-form")).to_contain_text("You said yes")
    page.get_by_role("button", name="End the question").click()
    for other in (page, screen, phones[0].page):
        expect(other.locator("#spotlight")).to_contain_text("Nearly all say yes")


def promise(desk: Desk, phones: list[Phone]) -> None:
    """Refused in a sentence while something is missing; what was typed stays."""
    page = desk.page
    page.get_by_role("link", name="Write down an action").click()
    dialog = page.get_by_role("dialog", name="Write down an action")
    dialog.get_by_label("Title").fill("Send page proofs two days earlier")
    dialog.get_by_label("Done when").fill("Editorial has them on Tuesday noon, three weeks in a row.")
    dialog.get_by_label("Provided by").select_option("Production")
    dialog.get_by_label("Asked for by").select_option("Editorial")
    dialog.get_by_role("button", name="Save the action").click()
    expect(dialog.get_by_role("alert")).to_contain_text("own")
    expect(dialog.get_by_label("Title")).to_have_value("Send page proofs two days earlier")
    dialog.get_by_label("Somebody with an account").select_option(label="Paul (paul@lantern.example)")
    dialog.get_by_label("Due", exact=True).fill("2026-04-20")
    dialog.get_by_label("What does it do about the cause?").select_option("Prevents it")
    dialog.get_by_label("We do it together").check()
    dialog.get_by_role("button", name="Save the action").click()
    expect(dialog).to_be_hidden()
    for other in (page, *(phone.page for phone in phones)):
        expect(other.locator("#actions")).to_contain_text("Send page proofs two days earlier")
        expect(other.locator("#actions")).to_contain_text("Paul")
    page.get_by_role("button", name="Mark as discussed", exact=True).click()
    expect(page.get_by_role("button", name="Mark as not discussed")).to_be_visible()


def close(desk: Desk, screen: Page, phones: list[Phone]) -> None:
    """Read back, thanks, was it worth it; then it is fixed."""
    desk.go_on("Wrap up")
    for page in (desk.page, screen, *(phone.page for phone in phones)):
        expect(heading(page)).to_have_text("Read back the actions")
        expect(page.locator("#actions")).to_contain_text("Send page proofs two days earlier")
    for phone, value in zip(phones, (3, 4, 4), strict=True):
        phone.page.locator("#roti-form .tap").filter(has_text=str(value)).click()
        expect(phone.page.locator("#roti-form")).to_contain_text("Saved")
    phones[1].page.get_by_label("Thank somebody").fill("Thanks to Rights for the quick answers")
    phones[1].page.get_by_role("button", name="Give thanks").click()
    expect(phones[1].page.locator("#thanks-form")).to_contain_text("Saved")
    desk.go_on("Close the retro")
    for page in (desk.page, screen, *(phone.page for phone in phones)):
        expect(heading(page)).to_have_text("Closed")
        expect(page.locator("#closing")).to_contain_text("Thanks to Rights for the quick answers")
    expect(screen.locator("#closing")).to_contain_text("Was it worth the time?")


def read_the_outcome(desk: Desk, phone: Page) -> None:
    """The page, the same on a phone that was in the room, and the file to keep."""
    page = desk.page
    page.get_by_role("link", name="Read the outcome").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Orchard Atlas")
    for text in ("Late files", LATE, "Nobody owns the hand-over", "Send page proofs two days earlier", NIGHT):
        expect(page.locator("article").get_by_text(text).first).to_be_visible()
    page.get_by_text("Download").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    kept = Path(download.value.path()).read_text()
    assert kept.startswith("# ")
    for text in (LATE, "Send page proofs two days earlier", "Paul", "We only heard of the new date"):
        assert text in kept
    phone.goto(f"{phone.url}/outcome")
    expect(phone.locator("#main > article")).to_contain_text("Send page proofs two days earlier")
