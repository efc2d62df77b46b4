"""One retro with many people, each with an open stream: what is timed, and what is counted as lost or doubled."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.load import servers
from tests.load.figures import Figure, Report
from tests.load.people import Facilitator, Participant, Refused, new_key, sentences, version_on
from tests.load.servers import Server
from tests.load.streams import Stream, everyone_current
from tests.load.wire import Answer, WireBroke

DEPARTMENTS = ("Editorial", "Production", "Marketing", "Rights", "Sales", "IT")
ENTRIES_EACH = 2
STANCES_EACH = 3
DOTS_EACH = 2
ROUNDS = 20
PATIENCE = 15.0
EVERYONE_GOAL = 1.0
REVEAL_GOAL = 2.0
READY_A_SECOND = 30.0
SPREAD_SECONDS = 0.4
"""Browsers wait for a random part of this before they ask for their own part again (data-spread of the room)."""
RESENT_SHARE = 10
"""One entry in this many is sent twice, as after a lost network."""

Job = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A real frame of the run and how long it took to everybody (p95, seconds): the bare broadcaster sends it too.

    `together`: how many posts were sent at once.
    """

    what: str
    frame: bytes
    ours: float
    together: int = 1


class Room:
    """Everything of one run, in the order of a retro."""

    def __init__(self, server: Server, people: int, report: Report) -> None:
        self.server, self.people, self.report = server, people, report
        self.desk = Facilitator(servers.HOST, server.port)
        self.everyone: list[Participant] = []
        self.streams: list[Stream] = []
        self.shown: list[Shown] = []
        self.written: list[str] = []

    async def run(self) -> None:
        await self.desk.set_up(self.server.setup_token(), DEPARTMENTS)
        await self.desk.prepare(f"The load of {self.people}", Counter(map(_department, range(self.people))))
        self.report.notes["memory before anybody came, MB"] = round(self.server.memory_mb())
        await self.join()
        await self.write()
        await self.become_ready()
        await self.reveal()
        await self.move_topics()
        await self.vote()
        await self.discuss()
        self.remember_the_server()
        await self.check_every_stream()

    def close(self) -> None:
        for stream in self.streams:
            stream.close()

    async def join(self) -> None:
        """Everybody opens the room, takes a seat and listens; fifty at a time, as people come in."""
        for number in range(self.people):
            department = _department(number)
            self.everyone.append(Participant(servers.HOST, self.server.port, number, self.desk.code, department))
        figure = self.report.figure("take a seat (open the room, choose, see it)")
        await self._all(figure, [one.take_a_seat for one in self.everyone], at_once=50)
        self.streams = [await one.listen(keep=one is self.everyone[0]) for one in self.everyone]
        current = self.report.figure("all streams at the version of the page")
        moments = await everyone_current(self.streams, version_on(await self.everyone[0].page()), PATIENCE)
        current.lost += moments.count(None)

    async def write(self) -> None:
        """All at once: half a sentence saved, two entries sent, some of them twice."""
        await self._stage("write", "stage change on every screen: write")
        before = self._version()
        saved = self.report.figure("own confirmation: half a sentence saved, all at once")
        await self._all(saved, [self._typing(one) for one in self.everyone])
        sent = self.report.figure("own confirmation: entries sent, all at once")
        jobs = []
        for number, one in enumerate(self.everyone):
            for part in range(ENTRIES_EACH):
                text = f"Entry {number:04d}-{part}: the handover of batch {number * 7 + part} waited for a signature."
                self.written.append(text)
                jobs.append(self._sending(one, text, twice=(number + part) % RESENT_SHARE == 0))
        await self._all(sent, jobs)
        if version_on(await self.everyone[0].page()) != before:
            # Others must not see the rhythm of writing.
            sent.errors += 1
            self.report.notes["writing raised the version that everybody sees"] = "this must never happen"

    async def become_ready(self) -> None:
        """Once at thirty a second, once all together."""
        paced = f"ready, {READY_A_SECOND:.0f} a second"
        await self._readiness(paced, ready=True, a_second=READY_A_SECOND)
        self._check_count(paced)
        self.shown.append(await self._readiness("not ready after all, all at once", ready=False))

    async def reveal(self) -> None:
        """Every entry on every screen, and each screen asks for its own part again, as the page does."""
        known = self._version()
        figure = self.report.figure(f"reveal of {len(self.written)} entries complete on every screen", REVEAL_GOAL)
        own = self.report.figure("own part fetched again after the reveal")
        fetched = [asyncio.ensure_future(self._fetch(own, one, known + 1)) for one in self.everyone]
        started = time.perf_counter()
        await self.desk.move("group")
        self._count(figure, await everyone_current(self.streams, known + 1, PATIENCE), started)
        await asyncio.wait(fetched, timeout=PATIENCE)
        frames = [stream.first_after(known) for stream in self.streams]
        figure.lost += len(frames) - max(Counter(checksum for _, _, checksum in frames).values())
        texts = Counter(re.findall(rb'class="entry-text" dir="auto">(Entry [^<]+)<', self._frame_after(known)))
        figure.lost += sum(not texts[text.encode()] for text in self.written)
        figure.doubled += sum(count - 1 for count in texts.values())
        self.report.notes["bytes of the reveal on one screen"] = frames[0][1]
        self.report.notes["memory after the reveal, MB"] = round(self.server.memory_mb())

    async def move_topics(self) -> None:
        """Entries go from the largest topic to the next one and back, each move waited for on every screen."""
        board = entries_by_topic(await self.desk.page())
        self.report.notes["topics proposed"] = len(board)
        largest = sorted(board, key=lambda topic: len(board[topic]), reverse=True)
        here, entries = largest[0], board[largest[0]]
        if len(largest) == 1:
            await self.desk.move_entry(entries.pop(), "")
            largest = list(entries_by_topic(await self.desk.page()))
        there = next(topic for topic in largest if topic != here)

        def move(number: int) -> Job:
            entry, topic = entries[number // 2 % len(entries)], here if number % 2 else there
            return lambda: self.desk.move_entry(entry, topic)

        self.shown.append(await self._lead("an entry moved to another topic", move))

    async def vote(self) -> None:
        """Everybody casts three stances and two dots as fast as the answers come; then all are done."""
        await self._stage("vote", "stage change on every screen: vote")
        topics = list(dict.fromkeys(re.findall(r'id="vote-([^"]+)"', await self.everyone[0].mine())))
        before = self._version()
        own = self.report.figure("own confirmation: stances and dots, all at once")
        await asyncio.gather(*(self._ballot(own, one, topics, n) for n, one in enumerate(self.everyone)))
        if version_on(await self.everyone[0].page()) != before:
            own.errors += 1
            self.report.notes["voting raised the version that everybody sees"] = "this must never happen"
        self.shown.append(await self._readiness("done voting, all at once", ready=True))
        self._check_count("done voting, all at once")

    async def discuss(self) -> None:
        """The votes are counted, then the spotlight goes from topic to topic."""
        figure = await self._stage("discuss", "votes counted, stage change on every screen: discuss")
        dots = sum(map(int, re.findall(rb"<span>(\d+) dots?</span>", self._newest_frame())))
        figure.lost += max(0, self.people * DOTS_EACH - dots)
        figure.doubled += max(0, dots - self.people * DOTS_EACH)
        topics = re.findall(r'name="topic" value="([^"]+)"', await self.desk.page())

        def light(number: int) -> Job:
            return lambda: self.desk.spotlight(topics[number % len(topics)])

        self.shown.append(await self._lead("spotlight on another topic", light))

    def remember_the_server(self) -> None:
        notes = self.report.notes
        notes["memory at the end, MB"] = round(self.server.memory_mb())
        notes["memory at its peak, MB (goal: under 300)"] = round(self.server.peak_memory_mb())
        notes["processor seconds of the server"] = round(self.server.cpu_seconds(), 1)

    async def check_every_stream(self) -> None:
        """Nothing lost: every stream is where the page is, and none ever went back.

        A frame that repeats a version redraws the same state, so it doubles nothing; how many came is noted.
        """
        figure = self.report.figure("at the end every stream is where the page is")
        now = version_on(await self.everyone[0].page())
        frames = repeated = 0
        for stream in self.streams:
            versions = [version for _, version, _, _ in stream.frames]
            figure.lost += stream.version != now
            figure.errors += (stream.ended is not None) + (versions != sorted(versions))
            frames += len(versions)
            repeated += len(versions) - len(set(versions))
        self.report.notes["frames on one screen in all"] = round(
            sum(len(s.frames) for s in self.streams) / self.people
        )
        self.report.notes["of these, repeating a version"] = round(repeated / self.people, 1)

    async def _stage(self, stage: str, what: str) -> Figure:
        """Until every screen is where the page is: ending a question and moving on may be two versions."""
        figure = self.report.figure(what)
        started = time.perf_counter()
        await self.desk.move(stage)
        now = version_on(await self.desk.page())
        self._count(figure, await everyone_current(self.streams, now, PATIENCE), started)
        return figure

    async def _lead(self, what: str, act: Callable[[int], Job]) -> Shown:
        """Acts of the facilitator, each until every screen shows it."""
        own = self.report.figure(f"own confirmation: {what}")
        public = self.report.figure(f"everyone current: {what}", EVERYONE_GOAL)
        version = self._version()
        await act(0)()
        await everyone_current(self.streams, version + 1, PATIENCE)
        # How many versions one act raises is seen on the page once, not asked for while the clock runs.
        now = version_on(await self.desk.page())
        step = now - version
        for number in range(1, ROUNDS + 1):
            started = time.perf_counter()
            await self._timed(own, act(number), [])
            now += step
            self._count(public, await everyone_current(self.streams, now, PATIENCE), started)
            if public.lost:
                break
        public.lost += version_on(await self.desk.page()) != now
        return Shown(what, self._newest_frame(), public.p95)

    async def _readiness(self, what: str, *, ready: bool, a_second: float | None = None) -> Shown:
        """Each post raises the version by one, so the i-th to be committed is the i-th version from here."""
        own = self.report.figure(f"own confirmation: {what}")
        public = self.report.figure(f"everyone current: {what}", EVERYONE_GOAL)
        base = self._version()
        jobs = [self._being_ready(one, ready) for one in self.everyone]
        posted = await (self._paced(own, jobs, a_second) if a_second else self._all(own, jobs))
        moments = await everyone_current(self.streams, base + len(posted), PATIENCE)
        public.lost += moments.count(None)
        there = [stream for stream, moment in zip(self.streams, moments, strict=True) if moment is not None]
        for number, started in enumerate(posted, start=1):
            public.seconds.append(max(stream.first_at(base + number) for stream in there) - started)
        return Shown(what, self._newest_frame(), public.p95, together=1 if a_second else self.people)

    async def _all(self, figure: Figure, jobs: Sequence[Job], at_once: int | None = None) -> list[float]:
        """All at once (or `at_once` at a time); when each was started, in the order in which they were confirmed."""
        gate = asyncio.Semaphore(at_once or len(jobs))
        done: list[float] = []

        async def one(job: Job) -> None:
            async with gate:
                await self._timed(figure, job, done)

        await asyncio.gather(*(one(job) for job in jobs))
        return done

    async def _paced(self, figure: Figure, jobs: Sequence[Job], a_second: float) -> list[float]:
        done: list[float] = []
        tasks = []
        for job in jobs:
            tasks.append(asyncio.ensure_future(self._timed(figure, job, done)))
            await asyncio.sleep(1 / a_second)
        await asyncio.gather(*tasks)
        return done

    async def _timed(self, figure: Figure, job: Job, done: list[float]) -> None:
        started = time.perf_counter()
        try:
            answer = await job()
        except (WireBroke, Refused, TimeoutError, OSError, AssertionError) as error:
            figure.errors += 1
            self.report.notes[f"error in: {figure.what}"] = f"{error!r:.160}"
            return
        if isinstance(answer, Answer) and answer.is_refused:
            figure.errors += 1
            self.report.notes[f"refused in: {figure.what}"] = f"{answer.status}: {sentences(answer.text)[:120]}"
            return
        figure.seconds.append(time.perf_counter() - started)
        done.append(started)

    def _typing(self, one: Participant) -> Job:
        return lambda: one.type_half(new_key(), "What I would like to say about the handover is")

    def _being_ready(self, one: Participant, ready: bool) -> Job:
        return lambda: one.ready(ready)

    def _sending(self, one: Participant, text: str, *, twice: bool) -> Job:
        key = new_key()

        async def send() -> Answer:
            answer = await one.send(key, "went_wrong", text)
            assert text in answer.text or answer.is_refused, "the confirmation does not show what was sent"
            return await one.send(key, "went_wrong", text) if twice else answer

        return send

    async def _ballot(self, own: Figure, one: Participant, topics: list[str], number: int) -> None:
        """Three stances and two dots of one person, one after the other."""
        stances = ("agree", "disagree", "pass")
        for step in range(STANCES_EACH):
            topic, stance = topics[(number + step) % len(topics)], stances[(number + step) % 3]
            await self._timed(own, lambda topic=topic, stance=stance: one.stance(topic, stance), [])
        for step in range(DOTS_EACH):
            topic = topics[(number + step) % len(topics)]
            await self._timed(own, lambda topic=topic: one.dot(topic), [])

    async def _fetch(self, own: Figure, one: Participant, version: int) -> None:
        assert one.stream is not None
        await one.stream.reached(version)
        await asyncio.sleep(random.uniform(0, SPREAD_SECONDS))
        await self._timed(own, one.mine, [])

    def _count(self, figure: Figure, moments: Sequence[float | None], started: float) -> None:
        figure.lost += moments.count(None)
        figure.seconds += [when - started for when in moments if when is not None]

    def _version(self) -> int:
        """Where the screens are now."""
        return max(stream.version for stream in self.streams)

    def _newest_frame(self) -> bytes:
        kept = self.streams[0].kept
        assert kept, "the first stream keeps its frames"
        return kept[-1]

    def _frame_after(self, version: int) -> bytes:
        kept = self.streams[0].kept
        assert kept, "the first stream keeps its frames"
        return next(frame for frame in kept if int(frame[4 : frame.index(b"\n")]) > version)

    def _check_count(self, what: str) -> None:
        """The total that everybody reads is the number of people who posted."""
        shown = re.findall(rf"\b(\d+) of {self.people}\b", sentences(self._newest_frame().decode()))
        figure = self.report.figure(f"total on the screen after: {what}")
        if str(self.people) not in shown:
            figure.lost += 1
            self.report.notes[f"total on the screen after: {what}"] = f"{shown}"


def entries_by_topic(page: str) -> dict[str, list[str]]:
    """Topic -> its entries, as the facilitator's board shows them."""
    board: dict[str, list[str]] = {}
    for name, value in re.findall(r'data-(topic|entry)="([0-9a-f-]{36})"', page):
        if name == "topic":
            topic = board.setdefault(value, [])
        else:
            topic.append(value)
    return board


def _department(number: int) -> str:
    """Where somebody with this number works: one after the other in each."""
    return DEPARTMENTS[number % len(DEPARTMENTS)]
