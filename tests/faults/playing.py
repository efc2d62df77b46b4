"""Plays retros with a whole room over HTTP while trouble comes, and notes what is not as it was confirmed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Container
from random import Random
from typing import Protocol
from uuid import UUID

from app.retros.models import Seat
from app.retros.rules.names import Stage
from app.votes.models import DotVote, StanceVote
from tests.faults.reading_back import Ground, read_back
from tests.faults.room import DEPARTMENTS, PEOPLE, Lead, Person

LATE = "one more thing"
STAGES = (
    Stage.PREPARE, Stage.CHECK_IN, Stage.WRITE, Stage.GROUP, LATE, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP,
    Stage.CLOSED,
)  # fmt: skip
AFTERWARDS = 0.5
"""Seconds in which people go on once the trouble is over."""

Act = Callable[[], Awaitable[None]]


class Trouble(Protocol):
    async def comes(self, stage: str, within: float) -> None:
        """It comes at some moment of so many seconds, and is over when this returns."""


class Play:
    """One retro after the other, with the same desk. `wrong`: what is not there as it was confirmed."""

    def __init__(self, port: int, ground: Ground, random: Random, trouble: Trouble) -> None:
        self.port, self.ground, self.random, self.trouble = port, ground, random, trouble
        self.counts: Counter[str] = Counter()
        self.lead = Lead(port, random, self.counts)
        self.people: list[Person] = []
        self.over: list[tuple[str, UUID]] = []
        """The secret of each seat, and its retro."""
        self.retro_id = UUID(int=0)
        self.wrong: list[str] = []

    async def begin(self, token: str) -> None:
        await self.lead.set_up(token, DEPARTMENTS)

    async def retro(self, number: int, while_acting: Container[str], as_it_is_left: Container[str]) -> None:
        """From preparing to the outcome; in which stages trouble comes while people act, and as they are left."""
        self.lead.begin()
        await self.lead.prepare(f"Atlas {number}", dict.fromkeys(DEPARTMENTS, PEOPLE // len(DEPARTMENTS)))
        self.retro_id = UUID(self.lead.retro.rsplit("/", 1)[1])
        for stage in STAGES:
            await self._stage(stage, stage in while_acting, stage in as_it_is_left)
        self.wrong += await read_back(self.lead, self.people)
        self.over += [(one.secret, self.retro_id) for one in self.people]

    def traces(self) -> list[str]:
        """What of seats outlived their retro."""
        left = [f"{rows} in {name}" for _, one in self.over for name, rows in self.ground.short_lived(one).items()]
        left += [f"the key {file.name}" for file in self.ground.key_files()]
        tags = self.ground.tags_in_files(self.over)
        return left + [f"{tags} tags of seats in the files"] * bool(tags)

    async def _stage(self, stage: str, while_acting: bool, as_it_is_left: bool) -> None:
        calm = asyncio.Event()
        acting = [asyncio.ensure_future(self._act(act, calm)) for act in self._acts(stage)]
        # Nobody leaves what is closed: there it comes once more while people act.
        for _ in range(while_acting + (as_it_is_left and stage == Stage.CLOSED)):
            await self.trouble.comes(stage, 1.0)
        await asyncio.sleep(AFTERWARDS)
        calm.set()
        await asyncio.gather(*acting)
        await self._check(stage)
        if stage == Stage.CLOSED:
            return
        left = asyncio.ensure_future(self._leave(stage))
        if as_it_is_left:
            await self.trouble.comes(stage, self.random.choice((0.05, 0.3)))
        await left
        await self._check_left(stage)

    async def _act(self, act: Act, calm: asyncio.Event) -> None:
        while not calm.is_set():
            await act()
            await asyncio.sleep(self.random.uniform(0.02, 0.2))

    def _acts(self, stage: str) -> list[Act]:
        """What everybody does over and over in a stage."""
        lead = self.lead
        if stage == Stage.PREPARE:
            return [lead.change_preparation]
        if stage == Stage.CHECK_IN:
            return [one.check_in for one in self.people]
        if stage == Stage.WRITE:
            return [one.write for one in self.people]
        if stage == Stage.GROUP:
            return [self._grouping, *(one.read for one in self.people)]
        if stage == LATE:
            return [one.add for one in self.people]
        if stage == Stage.VOTE:
            return [one.vote for one in self.people]
        if stage == Stage.DISCUSS:
            return [self._discussing, *(one.read for one in self.people)]
        if stage == Stage.WRAP_UP:
            return [lead.promise, *(one.wrap_up for one in self.people)]
        return [self._mending]

    async def _grouping(self) -> None:
        await self.lead.group(self.ground.board(self.retro_id))

    async def _discussing(self) -> None:
        await self.lead.discuss(sorted(self.ground.board(self.retro_id)))

    async def _mending(self) -> None:
        await self.lead.mend(self.ground.actions(self.retro_id))

    async def _leave(self, stage: str) -> None:
        """One press of the button that leads on, sent again until it is answered."""
        if stage == Stage.GROUP:
            await self.lead.post("/late-round")
        elif stage == LATE:
            await self.lead.post("/late-round/end")
            await self.lead.post("/late-places")
            await self.lead.leave(Stage.GROUP, Stage.VOTE)
        else:
            here = Stage(stage)
            await self.lead.leave(here, list(Stage)[list(Stage).index(here) + 1])

    async def _check(self, stage: str) -> None:
        """What was confirmed in this stage, while nobody acts."""
        if stage == Stage.PREPARE and self.lead.title:
            self._same("the title", self.ground.title(self.retro_id), self.lead.title)
        elif stage == Stage.CHECK_IN:
            for one in self.people:
                if not one.is_seated:
                    await one.check_in()
            # Whose first press came through unheard has two seats: people are counted by hands, not by seats.
            most = len(self.people) + sum(one.pressed_again for one in self.people)
            seats = self.ground.counted(self.retro_id, Seat)
            self._same("so many seats as people came", len(self.people) <= seats <= most, True)
        elif stage == Stage.GROUP:
            board = self.ground.board(self.retro_id)
            for entry, topic in self.lead.placed.items():
                self._same("an entry that was moved", entry in board[topic], True)
        elif stage == Stage.VOTE:
            stances = sum(len(one.stances) for one in self.people)
            self._same("stances", self.ground.counted(self.retro_id, StanceVote), stances)
            dots = sum(one.dots.total() for one in self.people)
            self._same("dots", self.ground.counted(self.retro_id, DotVote), dots)

    async def _check_left(self, stage: str) -> None:
        """Exactly the next stage; and what was revealed is what was confirmed."""
        reached = STAGES[STAGES.index(stage) + 1]
        self._same("the stage", self.ground.stage(self.retro_id), Stage.GROUP if reached == LATE else reached)
        if stage == Stage.PREPARE:
            await self._people_come()
        if stage in {Stage.WRITE, LATE}:
            confirmed = Counter(text for one in self.people for text in one.written | one.added)
            self._same("the entries", self.ground.texts(self.retro_id), confirmed)

    async def _people_come(self) -> None:
        await self.lead.learn_the_code()
        self.people = [
            Person(self.port, number, self.lead.code, DEPARTMENTS[number % 2], self.random, self.counts)
            for number in range(PEOPLE)
        ]

    def _same(self, what: str, there: object, confirmed: object) -> None:
        if there != confirmed:
            self.wrong.append(f"{what}: {there} there, {confirmed} confirmed")
