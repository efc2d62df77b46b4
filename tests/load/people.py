"""Simulated people: participants with a phone, and a facilitator at the desk; both use only what the pages offer."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tests.load.forms import form
from tests.load.streams import Stream, open_stream
from tests.load.wire import Answer, Browser

PASSWORD = "a fence is mended on both sides"


class Refused(Exception):
    """The server said no: the status and the sentence."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(f"{answer.status} at {answer.path}: {sentences(answer.text)[:400]}")


def accepted(answer: Answer) -> Answer:
    """The answer, or raises Refused."""
    if answer.is_refused:
        raise Refused(answer)
    return answer


def sentences(page: str) -> str:
    """What a person reads on a page."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))


class Participant:
    """One phone in one room. Posts as htmx does, so that each answer is this person's own confirmation."""

    def __init__(self, host: str, port: int, number: int, code: str, department: str) -> None:
        self.browser = Browser(host, port, f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        self.code, self.department = code, department
        self.room = f"/r/{code}"
        self.version = 0
        self.stream: Stream | None = None

    async def take_a_seat(self) -> str:
        """Open the room, choose the department, sit down. Returns the page."""
        door = form(accepted(await self.browser.get(self.room)).text, "/seat")
        page = accepted(await self.browser.post(door.action, door.filled(self.department))).text
        self.version = version_on(page)
        return page

    async def listen(self, keep: bool = False) -> Stream:
        """Open the live stream as the page does, from the version that the page shows."""
        self.stream = await open_stream(self.browser, f"{self.room}/stream?version={self.version}", keep)
        return self.stream

    async def page(self) -> str:
        return accepted(await self.browser.get(self.room)).text

    async def mine(self) -> str:
        """Own part, fetched again when the stage has changed."""
        return accepted(await self.browser.get(f"{self.room}/mine", fragment=True)).text

    async def type_half(self, key: str, text: str) -> Answer:
        fields = {"key": key, "kind": "went_wrong", "text": text}
        return await self.browser.post(f"{self.room}/draft", fields, fragment=True)

    async def send(self, key: str, kind: str, text: str, about: str = "", dimension: str = "") -> Answer:
        fields = {"key": key, "kind": kind, "text": text, "about": about, "dimension": dimension}
        return await self.browser.post(f"{self.room}/entries", fields, fragment=True)

    async def ready(self, ready: bool = True) -> Answer:
        return await self.browser.post(f"{self.room}/ready", {"ready": "yes" if ready else "no"}, fragment=True)

    async def answer(self, question: str, value: str) -> Answer:
        return await self.browser.post(f"{self.room}/answers", {"question": question, "value": value}, fragment=True)

    async def stance(self, topic: str, stance: str) -> Answer:
        return await self.browser.post(f"{self.room}/stances", {"topic": topic, "stance": stance}, fragment=True)

    async def dot(self, topic: str) -> Answer:
        return await self.browser.post(f"{self.room}/dots", {"topic": topic}, fragment=True)


class Facilitator:
    """The desk: sets the house up, prepares a retro, leads it."""

    def __init__(self, host: str, port: int) -> None:
        self.browser = Browser(host, port)
        self.retro = ""
        self.code = ""

    async def set_up(self, token: str, departments: Sequence[str]) -> None:
        page = accepted(await self.browser.get(f"/desk/setup/{token}")).text
        filled = form(page, f"/desk/setup/{token}").filled(
            organisation="Load & Sons",
            departments="\n".join(departments),
            name="Fay Silitator",
            email="fay@load.example",
            password=PASSWORD,
        )
        accepted(await self.browser.post(f"/desk/setup/{token}", filled))

    async def prepare(self, project: str, people: Mapping[str, int], **settings: str) -> None:
        """A project and its retro, so many expected of each department, with the room opened for check-in."""
        page = accepted(await self.browser.get("/desk/projects/new")).text
        new = form(page, "/desk/projects")
        today = datetime.now(UTC).date()
        filled = new.filled(
            name=project,
            departments=[new.choice("departments", name) for name in people],
            started_on=str(today - timedelta(days=60)),
            ended_on=str(today - timedelta(days=8)),
        )
        shown = accepted(await self.browser.post(new.action, filled))
        await self._prepare_retro(shown, people, settings)

    async def _prepare_retro(self, project: Answer, people: Mapping[str, int], settings: dict[str, str]) -> None:
        link = re.search(r'href="([^"]*/retros/new[^"]*)"', project.text)
        assert link, f"no way to a new retro on {project.path}: {sentences(project.text)[:300]}"
        page = accepted(await self.browser.get(html.unescape(link[1]))).text
        prepare = form(page, lambda one: one.method == "post" and "title" in one.names)
        expected = {prepare.choice("departments", name): str(number) for name, number in people.items()}
        asked = [expected.get(value, "") for name, value in prepare.fields if name == "expected_of"]
        shown = accepted(
            await self.browser.post(prepare.action, prepare.filled(expected=asked, **{"pay": "no", **settings}))
        )
        found = re.search(r"/desk/retros/([0-9a-f-]{36})", shown.path)
        assert found, shown.path
        self.retro = f"/desk/retros/{found[1]}"
        await self.open_the_room()

    async def open_the_room(self) -> None:
        """Let people come, and learn the code from the page."""
        await self.move("check_in")
        self.code = code_on(await self.page())

    async def page(self) -> str:
        return accepted(await self.browser.get(self.retro)).text

    async def move(self, stage: str) -> Answer:
        to = {"stage": stage, "late_round": "skip"} if stage == "vote" else {"stage": stage}
        return accepted(await self.browser.post(f"{self.retro}/stage", to, fragment=True))

    async def press_next(self, stage: str) -> Answer:
        """The button of the page that leads on, through the page that asks first where there is one.

        Raises NoSuchForm when no page offers such a step."""
        page = await self.page()
        if f'/next?to={stage}"' in page or 'name="to" value="' + stage in page:
            page = accepted(await self.browser.get(f"{self.retro}/next?to={stage}")).text
        button = form(page, lambda one: ("stage", stage) in one.fields)
        counted = {"hands_unknown": "on"} if "hands_unknown" in button.names else {}
        return accepted(await self.browser.post(button.action, button.filled(**counted)))

    async def spotlight(self, topic: str) -> Answer:
        return accepted(await self.browser.post(f"{self.retro}/spotlight", {"topic": topic}, fragment=True))

    async def move_entry(self, entry: str, topic: str) -> Answer:
        moved = {"entry": entry, "topic": topic}
        return accepted(await self.browser.post(f"{self.retro}/moves", moved, fragment=True))


def version_on(page: str) -> int:
    """The retro's version that a page was drawn at."""
    found = re.search(r'data-version="(\d+)"', page)
    assert found, "the page does not say its version"
    return int(found[1])


def code_on(page: str) -> str:
    """The join code, in two groups of four as people read it aloud."""
    letters = "[0-9A-HJKMNP-TV-Z]{4}"
    found = re.search(rf"\b({letters})\s*[-–]?\s*({letters})\b", sentences(page))
    assert found, "the facilitator's page shows no code"
    return found[1] + found[2]


def new_key() -> str:
    """As the browser makes one for each entry."""
    return secrets.token_urlsafe(12)
