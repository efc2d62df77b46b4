"""A whole room of people who play a retro over HTTP, and who each remember what the server has confirmed to them."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from random import Random

from app.retros.rules.names import Stage
from tests.faults.patience import PatientBrowser
from tests.load.forms import form
from tests.load.people import Facilitator, Participant, accepted, code_on, new_key
from tests.load.wire import Answer

DEPARTMENTS = ("Editorial", "Production")
PEOPLE = 12
HOST = "127.0.0.1"
WORDS = (
    "copy", "proofs", "handover", "late", "early", "approval", "printer", "jacket", "rights", "catalogue", "schedule",
    "meeting", "answer", "nobody", "helpful", "weekend", "files", "figures", "launch", "warehouse", "index", "author",
)  # fmt: skip
ENTRIES_MOST = 6
ACTIONS_MOST = 4
DRAFT = re.compile(r'data-slot="(\d+)" data-key="([^"]+)" data-kind="(\w+)" data-text="([^"]*)"')


def sentence(random: Random) -> str:
    """Told from every other by its number."""
    return f"{' '.join(random.sample(WORDS, 5))}, case {random.getrandbits(40):010x}"


class Person(Participant):
    """One phone. `written`, `stances`, `dots`, `thanks`, `added`: what was confirmed to it last."""

    def __init__(self, port: int, number: int, code: str, department: str, random: Random, counts: Counter[str]):
        super().__init__(HOST, port, number, code, department)
        self.browser: PatientBrowser = PatientBrowser(HOST, port, random, counts, self.browser.address)
        self.random = random
        self.is_seated = False
        self.secret = ""
        self.pressed_again = 0
        self.written: set[str] = set()
        self.added: set[str] = set()
        self.typed = ""
        self.stances: dict[str, str] = {}
        self.dots: Counter[str] = Counter()
        self.thanks = ""
        self._lines: dict[str, str] = {}

    async def check_in(self) -> None:
        if not self.is_seated:
            before = self.browser.sent_again
            await self.take_a_seat()
            self.pressed_again = self.browser.sent_again - before
            self.is_seated = True
            self.secret = self.browser.cookies["seat", self.room]
        elif self.random.random() < 0.5:
            accepted(await self.answer("safety", self.random.choice("45")))
        else:
            accepted(await self.ready(self.random.random() < 0.5))

    async def write(self) -> None:
        chance = self.random.random()
        if len(self.written) >= ENTRIES_MOST or (self.written and chance < 0.3):
            await (self._take_out() if chance < 0.15 else self._say_otherwise())
        elif chance < 0.5:
            self.typed = sentence(self.random)
            accepted(await self.type_half(new_key(), self.typed))
        else:
            await self._send(self.written)

    async def add(self) -> None:
        """One more thing."""
        if not self.added:
            await self._send(self.added)
        else:
            await self.mine()

    async def read(self) -> None:
        await self.page()

    async def vote(self) -> None:
        if not self._lines:
            page = await self.mine()
            self._lines = dict.fromkeys(re.findall(r'id="vote-([0-9a-f-]{36})"', page), page)
        topic = self.random.choice(sorted(self._lines))
        chance = self.random.random()
        if chance < 0.4:
            stance = self.random.choice(("agree", "disagree", "pass"))
            answer = accepted(await self.stance(topic, stance))
            self.stances[topic] = stance
            self._lines[topic] = answer.text
        elif self.dots[topic] and chance < 0.65:
            await self._tap(topic, "/dots/removal", -1)
        elif self.dots[topic] < 2 and self.dots.total() < self._budget:
            await self._tap(topic, "/dots", 1)

    async def wrap_up(self) -> None:
        if self.random.random() < 0.5:
            accepted(await self.answer("roti", self.random.choice("01234")))
        else:
            text = sentence(self.random)
            accepted(await self.browser.post(f"{self.room}/thanks", {"text": text}, fragment=True))
            self.thanks = text

    @property
    def _budget(self) -> int:
        return min(7, max(3, -(-len(self._lines) // 4)))

    async def _tap(self, topic: str, what: str, change: int) -> None:
        """The button of the line as it was last drawn, with all that its form sends."""
        line = self._lines[topic]
        line = line[line.index(f'id="vote-{topic}"') :]
        answer = accepted(await self.browser.post(self.room + what, form(line, what).fields, fragment=True))
        self.dots[topic] += change
        self._lines[topic] = answer.text
        shown = re.search(r">(\d+) dots here<", answer.text)
        assert shown, answer.text
        assert int(shown[1]) == self.dots[topic], f"one tap, {change:+d}: {shown[1]} dots are there"

    async def _send(self, into: set[str]) -> None:
        key, text = new_key(), sentence(self.random)
        kind = self.random.choice(("went_wrong", "went_right", "idea"))
        answer = accepted(await self.send(key, kind, text))
        assert text in html.unescape(answer.text), "the confirmation does not show what was sent"
        into.add(text)
        if self.random.random() < 0.2:
            accepted(await self.send(key, kind, text))

    async def _own(self) -> tuple[str, str, str, str]:
        drafts = [tuple(map(html.unescape, one)) for one in DRAFT.findall(await self.mine())]
        assert {text for *_, text in drafts} == self.written, "the page shows other entries than were confirmed"
        slot, key, kind, text = self.random.choice(drafts)
        return slot, key, kind, text

    async def _say_otherwise(self) -> None:
        slot, key, kind, old = await self._own()
        text = sentence(self.random)
        changed = {"key": new_key(), "slot": slot, "of": key, "kind": kind, "text": text}
        accepted(await self.browser.post(f"{self.room}/entries", changed, fragment=True))
        self.written = self.written - {old} | {text}

    async def _take_out(self) -> None:
        slot, key, _, text = await self._own()
        gone = {"slot": slot, "of": key}
        accepted(await self.browser.post(f"{self.room}/entries/removal", gone, fragment=True))
        self.written.remove(text)


class Lead(Facilitator):
    """Who runs it. `title`, `placed`, `notes`, `whys`, `actions`: what was confirmed last."""

    def __init__(self, port: int, random: Random, counts: Counter[str]) -> None:
        super().__init__(HOST, port)
        self.browser = PatientBrowser(HOST, port, random, counts)
        self.random = random
        self.begin()

    def begin(self) -> None:
        """Another retro."""
        self.title = ""
        self.placed: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.whys: dict[str, list[str]] = {}
        self.actions: dict[str, str] = {}
        """Title -> done when."""

    async def open_the_room(self) -> None:
        """Not yet: something is still to be changed in the preparation."""

    async def learn_the_code(self) -> None:
        self.code = code_on(await self.page())

    async def post(self, path: str, fields: Mapping[str, str] | None = None) -> Answer:
        return accepted(await self.browser.post(self.retro + path, fields or {}, fragment=True))

    async def leave(self, here: Stage, to: Stage) -> None:
        """The button that leads on, as it stands in `here`."""
        fields = {"stage": to, "leaving": here} | ({"late_round": "skip"} if to is Stage.VOTE else {})
        await self.post("/stage", fields)

    async def change_preparation(self) -> None:
        page = accepted(await self.browser.get(f"{self.retro}/preparation")).text
        prepared = form(page, lambda one: one.method == "post" and "title" in one.names)
        title = f"Atlas, case {self.random.getrandbits(40):010x}"
        accepted(await self.browser.post(prepared.action, prepared.filled(title=title)))
        self.title = title

    async def group(self, board: Mapping[str, list[str]]) -> None:
        """An entry to the largest topic. `board`: topic -> its entries."""
        largest = max(board, key=lambda topic: len(board[topic]))
        free = [one for topic, own in board.items() if topic != largest for one in own if one not in self.placed]
        if not free:
            await self.page()
            return
        entry = self.random.choice(free)
        await self.move_entry(entry, largest)
        self.placed[entry] = largest

    async def discuss(self, topics: list[str]) -> None:
        topic = self.random.choice(topics)
        chance = self.random.random()
        if chance < 0.25 and len(self.actions) < ACTIONS_MOST - 1:
            await self.promise()
        elif chance < 0.5:
            await self.spotlight(topic)
        elif chance < 0.75:
            await self._note(topic)
        elif len(self.whys.get(topic, ())) < 3:
            text = sentence(self.random)
            await self.post(f"/topics/{topic}/whys", {"text": text})
            self.whys.setdefault(topic, []).append(text)

    async def _note(self, topic: str) -> None:
        """In the form that stands beside the topic in the spotlight."""
        await self.spotlight(topic)
        notes = form(await self.page(), f"/topics/{topic}/notes")
        text = sentence(self.random)
        accepted(await self.browser.post(notes.action, notes.filled(text=text), fragment=True))
        self.notes[topic] = text

    async def promise(self) -> None:
        """One action, written in the form that the desk opens."""
        if len(self.actions) >= ACTIONS_MOST:
            await self.page()
            return
        page = accepted(await self.browser.get(f"{self.retro}/actions/new")).text
        empty = form(page, lambda one: "done_when" in one.names)
        title, done_when = f"Send {sentence(self.random)}", sentence(self.random)
        filled = empty.filled(
            title=title,
            done_when=done_when,
            owner=empty.choice("owner", "Fay"),
            providing_department=empty.choice("providing_department", DEPARTMENTS[0]),
            requesting_department=empty.choice("requesting_department", DEPARTMENTS[1]),
            cause=empty.choice("cause", "Prevents it"),
        )
        accepted(await self.browser.post(empty.action, filled, fragment=True))
        self.actions[title] = done_when

    async def mend(self, actions: Mapping[str, str]) -> None:
        """After the close: another wording. `actions`: title -> id."""
        title = self.random.choice(sorted(actions))
        page = accepted(await self.browser.get(f"/desk/actions/{actions[title]}/edit")).text
        typed = form(page, lambda one: "done_when" in one.names)
        text = sentence(self.random)
        accepted(await self.browser.post(typed.action, typed.filled(done_when=text), fragment=True))
        self.actions[title] = text
