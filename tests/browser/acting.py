"""What people do on the three live screens, as a person would: by what stands on the buttons, never by an address.

    frieda = Desk(open_window("laptop", person=cast.frieda))
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    phone.write("Went wrong", "The files came late again")
    frieda.go_on("Reveal everything")

Nothing here looks into the page with a script of its own: locators and `expect` only, as the strict policy asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

STEPS = (
    "Open the room",
    "Start writing",
    "Reveal everything",
    "Start the vote",
    "End the vote",
    "Wrap up",
    "Close the retro",
)
"""The button that leads from each stage to the next."""


ASKED_FIRST = {"Start writing", "Reveal everything", "Close the retro"}
"""Steps that are confirmed in a dialog."""


def heading(page: Page) -> Locator:
    """What happens now, as every live screen says it."""
    return page.locator("#stage-heading")


def is_live(page: Page) -> None:
    """Waits until the page's stream has brought its first frame."""
    expect(page.locator("#live[data-current]")).to_have_count(1)


class Desk:
    """The facilitator's laptop."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, retro_id: object) -> Desk:
        self.page.goto(f"/desk/retros/{retro_id}")
        return self

    def go_on(self, words: str) -> None:
        """Press the one big button, which must say `words`."""
        if words == "Start the vote":
            # Without "one more thing", which has tests of its own.
            self.page.locator("#skip-to-vote").click()
            return
        expect(self.page.locator("#next-button")).to_have_text(words)
        self.page.locator("#next-button").click()
        if words in ASKED_FIRST:
            self.confirm()

    def confirm(self, hands: int | None = None) -> None:
        """Say yes before a step; with the number of hands, where they are counted, or that nobody did.

        In a dialog, or on a page of its own without JavaScript."""
        dialog = self.page.locator("#confirm-form")
        expect(dialog.locator("#confirm-button")).to_be_visible()
        if hands is not None:
            dialog.get_by_label("How many have this page open").fill(str(hands))
        elif dialog.get_by_label("Nobody counted").count():
            dialog.get_by_label("Nobody counted").check()
        dialog.locator("#confirm-button").click()
        expect(dialog).to_be_hidden()

    @contextmanager
    def redrawn(self) -> Iterator[None]:
        """Waits, after what is done inside, until the stream has brought a newer state of the board.

        Newer than what the server had before: a frame that was still under way then is another change's.
        """
        live = self.page.locator("#live")
        before = self.version()
        yield
        newer = re.compile("|".join(str(before + more) for more in range(1, 50)))
        expect(live).to_have_attribute("data-current", re.compile(f"^(?:{newer.pattern})$"))

    def version(self) -> int:
        """The version that the server has now, whatever this page shows."""
        where = f"{self.page.url.split('?')[0]}/changes?audience=facilitator&since=-1"
        return int(self.page.request.get(where).headers["fencepost-version"])

    def topic(self, title: str) -> Locator:
        return self.page.locator("[data-topic]").filter(has=self.page.get_by_role("heading", name=title, exact=True))

    def entry(self, text: str) -> Locator:
        return self.page.locator("[data-entry]").filter(has_text=text)

    def move_by_menu(self, text: str, topic: str) -> None:
        """One entry by its "Move to..." menu."""
        self.entry(text).get_by_role("button", name="Move to…").click()
        dialog = self.page.get_by_role("dialog", name="Move to…")
        with self.redrawn():
            dialog.get_by_role("button", name=topic, exact=True).click()
        expect(dialog).to_be_hidden()

    def drag(self, text: str, topic: str) -> None:
        """One entry by the mouse onto a topic, in small steps as a hand does it. Leaves the window tall."""
        self.page.set_viewport_size({"width": 1280, "height": 2400})
        entry, target = self.entry(text), self.topic(topic).locator(".topic-body")
        start, end = entry.locator(".entry-text").bounding_box(), target.bounding_box()
        assert start
        assert end
        mouse = self.page.mouse
        mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
        mouse.down()
        mouse.move(start["x"] + 30, start["y"] + start["height"] / 2 + 8, steps=4)
        mouse.move(end["x"] + end["width"] / 2, end["y"] + 20, steps=12)
        mouse.move(end["x"] + end["width"] / 2 + 3, end["y"] + 24, steps=3)
        mouse.up()

    def edit_topic(self, title: str) -> Locator:
        """Opens name, merge, split; returns the dialog."""
        self.topic(title).get_by_role("link", name="Name, merge, split").click()
        dialog = self.page.get_by_role("dialog", name="Topic", exact=True)
        expect(dialog.get_by_label("Name of the topic")).to_have_value(title)
        return dialog

    def rename(self, title: str, to: str) -> None:
        dialog = self.edit_topic(title)
        dialog.get_by_label("Name of the topic").fill(to)
        dialog.get_by_role("button", name="Rename").click()
        expect(self.topic(to)).to_be_visible()

    def spotlight(self, title: str) -> None:
        row = self.page.locator(".rank-row").filter(has_text=title)
        row.get_by_role("button", name="Spotlight").click()


class Phone:
    """A participant's phone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sit_down(self, code: str, department: str) -> None:
        """By the link that the QR code holds."""
        self.page.goto(f"/r/{code}")
        self.choose(department)

    def come_back(self, code: str, secret: str) -> None:
        """With the cookie of a seat that was taken before, as a browser that was closed meanwhile."""
        address = {"domain": "127.0.0.1", "path": f"/r/{code}", "httpOnly": True}
        self.page.context.add_cookies([{"name": "seat", "value": secret, **address}])  # type: ignore[typeddict-item]
        self.page.goto(f"/r/{code}")

    def type_code(self, code: str, department: str) -> None:
        """By the front door."""
        self.page.goto("/")
        self.page.get_by_label("Code of the room").fill(code)
        self.page.get_by_role("button", name="Enter the room").click()
        self.choose(department)

    def choose(self, department: str) -> None:
        self.page.get_by_role("button", name=department).click()
        expect(self.page.locator(".room-foot")).to_contain_text("Seat")

    def say_safety(self, value: int) -> None:
        self.page.locator("#safety-form .tap").filter(has_text=re.compile(rf"^\s*{value}")).click()

    def be_ready(self, words: str = "I am ready") -> None:
        self.page.get_by_role("button", name=words).click()
        expect(self.page.locator("#ready")).to_contain_text("You are")

    @property
    def text(self) -> Locator:
        return self.page.get_by_label("One observation")

    def compose(self, kind: str, text: str, about: str | None = None, dimension: str | None = None) -> None:
        """Everything but sending."""
        self.page.locator("#composer-kind .tap").filter(has_text=kind).click()
        if about or dimension:
            more = self.page.locator(".composer-more")
            if more.get_attribute("open") is None:
                more.locator("summary").click()
        if about:
            self.page.locator("#composer-about .tap").filter(has_text=about).click()
        if dimension:
            self.page.locator("#composer-dimension .tap").filter(has_text=dimension).click()
        self.text.fill(text)

    def send(self) -> None:
        self.page.locator("[data-send]").click()

    def write(self, kind: str, text: str, about: str | None = None, dimension: str | None = None) -> None:
        self.compose(kind, text, about, dimension)
        self.send()
        expect(self.draft(text)).to_be_visible()

    def draft(self, text: str) -> Locator:
        """One of this phone's own entries, kept by the server."""
        return self.page.locator("#drafts .draft").filter(has_text=text)

    def ballot(self, title: str) -> Locator:
        return self.page.locator(".ballot-line").filter(has=self.page.get_by_role("heading", name=title, exact=True))

    def vote(self, title: str, stance: str, dots: int = 0) -> None:
        line = self.ballot(title)
        line.get_by_role("button", name=stance, exact=True).click()
        expect(line.get_by_role("button", name=stance, exact=True)).to_have_attribute("aria-pressed", "true")
        for number in range(1, dots + 1):
            line.get_by_role("button", name="Add a dot").click()
            expect(line.locator(".vote-placed")).to_contain_text(f"{number} dots here")
