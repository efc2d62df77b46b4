"""Two real retros are typed in through the pages by simulated people and led to an outcome."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.load import servers
from tests.load.forms import form
from tests.load.people import Facilitator, Participant, accepted, new_key, sentences
from tests.load.wire import Answer
from tests.replay.sources import MAPPING, OPEN_SET, Line, Source, source

LONGEST = 280
TOO_LONG = "280"
SESSIONS = ("kubeflow/1.4", "k8s/2019-05")

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(not OPEN_SET.exists(), reason="the shared open set of retros is not here"),
]


@pytest.mark.full(only="k8s")
@pytest.mark.parametrize("session", SESSIONS)
def test_a_real_retro_comes_to_an_outcome(session: str, tmp_path: Path) -> None:
    asyncio.run(_replay(source(session), tmp_path))


@pytest.mark.parametrize("session", SESSIONS)
def test_every_line_has_a_kind_and_a_department_and_ours_are_marked(session: str) -> None:
    told = source(session)
    assert {line.department for line in told.lines} == set(told.seats)
    assert all(line.kind_is_ours == (line.was_action or line.kind_is_ours) for line in told.lines)
    assert any(line.department_is_ours for line in told.lines)
    assert "decided by US" in MAPPING.read_text()


async def _replay(told: Source, folder: Path) -> None:
    with servers.fencepost(folder) as server:
        desk = Facilitator(servers.HOST, server.port)
        await desk.set_up(server.setup_token(), list(told.seats))
        await desk.prepare(told.title, told.seats)
        people = await _everybody_sits_down(server.port, desk.code, told.seats)
        await _check_in(desk, people)
        refused = await _type_it_in(desk, people, told.lines)
        kept = [line for line in told.lines if line not in refused]
        await _reveal(desk, kept)
        topics = await _group(desk)
        await _vote(desk, people, topics)
        promised = await _discuss(desk, told)
        await _wrap_up(desk, people)
        await _read_the_outcome(desk, kept, promised, topics)
        print(f"{told.session}: {len(kept)} entries typed in, {len(refused)} refused for their length")


async def _everybody_sits_down(port: int, code: str, seats: dict[str, int]) -> dict[str, list[Participant]]:
    people: dict[str, list[Participant]] = defaultdict(list)
    for department, count in seats.items():
        for _ in range(count):
            number = sum(map(len, people.values()))
            one = Participant(servers.HOST, port, number, code, department)
            await one.take_a_seat()
            people[department].append(one)
    return people


async def _check_in(desk: Facilitator, people: dict[str, list[Participant]]) -> None:
    for number, one in enumerate(_all(people)):
        accepted(await one.answer("safety", str(3 + number % 3)))
    await desk.press_next("write")


async def _type_it_in(desk: Facilitator, people: dict[str, list[Participant]], lines: Sequence[Line]) -> list[Line]:
    """Every line by somebody of its department, through the composer of that person's own page."""
    refused = []
    turns: dict[str, int] = defaultdict(int)
    for line in lines:
        one = people[line.department][turns[line.department] % len(people[line.department])]
        answer = await _type(one, line)
        if answer.is_refused:
            assert answer.status == 422, sentences(answer.text)
            assert TOO_LONG in sentences(answer.text), sentences(answer.text)
            assert html.escape(line.text[:40], quote=False) in answer.text, "what was typed is not kept"
            refused.append(line)
            continue
        turns[line.department] += 1
    assert refused == [line for line in lines if len(line.text.strip()) > LONGEST]
    for one in _all(people):
        accepted(await one.ready())
    return refused


async def _type(one: Participant, line: Line) -> Answer:
    composer = form(await one.page(), "/entries")
    # A browser sends line breaks of a text field as CR LF.
    typed = line.text.replace("\n", "\r\n")
    return await one.browser.post(composer.action, composer.filled(text=typed, kind=line.kind, key=new_key()))


async def _reveal(desk: Facilitator, kept: Sequence[Line]) -> None:
    await desk.press_next("group")
    shown = sentences(await desk.page())
    missing = [line.number for line in kept if " ".join(line.text.split()) not in shown]
    assert missing == []


async def _group(desk: Facilitator) -> list[str]:
    """The proposal stands but for one title and one entry that is moved."""
    page = await desk.page()
    topics = list(dict.fromkeys(re.findall(r'data-topic="([^"]+)"', page)))
    assert len(topics) >= 2
    editor = accepted(await desk.browser.get(f"{desk.retro}/topics/{topics[0]}/edit")).text
    rename = form(editor, "/title")
    accepted(await desk.browser.post(rename.action, rename.filled(title="What the room called it")))
    entry = re.findall(r'data-entry="([^"]+)"', page)[0]
    accepted(await desk.move_entry(entry, topics[-1]))
    assert "What the room called it" in await desk.page()
    return topics


async def _vote(desk: Facilitator, people: dict[str, list[Participant]], topics: list[str]) -> None:
    await desk.press_next("vote")
    for number, one in enumerate(_all(people)):
        ballot = list(dict.fromkeys(re.findall(r'id="vote-([^"]+)"', await one.mine())))
        assert 2 <= len(ballot) <= 12
        for place, topic in enumerate(ballot):
            stance = "agree" if place < 4 else ("agree", "disagree", "pass")[(number + place) % 3]
            accepted(await one.stance(topic, stance))
        for topic in ballot[:3]:
            accepted(await one.dot(topic))
        accepted(await one.ready())


async def _discuss(desk: Facilitator, told: Source) -> list[str]:
    """Three topics in the spotlight with notes and a why; the source's own action items become promises."""
    await desk.press_next("discuss")
    ranked = list(dict.fromkeys(re.findall(r'name="topic" value="([^"]+)"', await desk.page())))
    for topic in ranked[:3]:
        accepted(await desk.spotlight(topic))
        page = await desk.page()
        why = form(page, f"{topic}/whys")
        accepted(await desk.browser.post(why.action, why.filled(text="Because nobody had said it aloud before.")))
        notes = form(await desk.page(), f"{topic}/notes")
        accepted(await desk.browser.post(notes.action, notes.filled(text="Talked about for five minutes.")))
    wanted = [line for line in told.lines if line.was_action and len(line.text) <= 160][:3]
    titles = [" ".join(line.text.split()) for line in wanted] or ["Write the checklist before the next summit"]
    for title in titles:
        await _promise(desk, title, list(told.seats))
    return titles


async def _promise(desk: Facilitator, title: str, departments: Sequence[str]) -> None:
    page = accepted(await desk.browser.get(f"{desk.retro}/actions/new")).text
    new = form(page, lambda one: "done_when" in one.names)
    refused = await desk.browser.post(new.action, new.filled(title=title, done_when=""))
    assert refused.status == 422, "a promise without its fields was written down"
    filled = new.filled(
        title=title,
        done_when="The two departments have seen it work once.",
        owner=new.choice("owner", "Fay"),
        providing_department=new.choice("providing_department", departments[0]),
        requesting_department=new.choice("requesting_department", departments[1]),
        due_on=str(datetime.now(UTC).date() + timedelta(days=30)),
        cause="process",
    )
    accepted(await desk.browser.post(new.action, filled))


async def _wrap_up(desk: Facilitator, people: dict[str, list[Participant]]) -> None:
    await desk.press_next("wrap_up")
    for number, one in enumerate(_all(people)):
        accepted(await one.answer("roti", str(2 + number % 3)))
    await desk.press_next("closed")


async def _read_the_outcome(desk: Facilitator, kept: Sequence[Line], promised: list[str], topics: list[str]) -> None:
    page = sentences(accepted(await desk.browser.get(f"{desk.retro}/outcome")).text)
    markdown = accepted(await desk.browser.get(f"{desk.retro}/outcome.md")).text
    for title in promised:
        assert title in page
    assert "What the room called it" in page
    assert "What the room called it" in markdown
    missing = [line.number for line in kept if " ".join(line.text.split())[:60] not in " ".join(page.split())]
    assert missing == []
    found = json.loads(accepted(await desk.browser.get(f"{desk.retro}/outcome.json")).text)
    assert json.dumps(found).count(topics[0]) <= 1
    assert (await desk.browser.get(f"/r/{desk.code}")).status == 200


def _all(people: dict[str, list[Participant]]) -> list[Participant]:
    return [one for several in people.values() for one in several]
