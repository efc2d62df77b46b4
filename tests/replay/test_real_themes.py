"""The real series as themes: truths that hold whatever is found. What recurs in them: tests/replay/recurring.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlmodel import col, func, select

from app.core.clock import SetClock
from app.core.db import Database
from app.evidence.models import Finding
from app.evidence.service import command_line as at_the_shell_service
from app.outcomes.models import HistoryImport
from app.outcomes.service import at_the_shell
from app.retros.models import Retro
from app.themes.models import Theme, ThemeTopic, TopicVector
from app.themes.service import correcting_themes, correcting_topics, rerunning
from app.topics.models import Topic, TopicEntry
from tests.cast import Cast
from tests.replay.recurring import ASKED, SERIES
from tests.replay.sources import OPEN_SET

FEW = ("kubeflow", "scipy")

Placed = dict[tuple[str, str, int], UUID]
"""(retro, title of the topic, how many of that title came before) -> its live theme."""

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(not OPEN_SET.exists(), reason="the shared open set of retros is not here"),
]


def imported(house: Database, clock: SetClock, names: Sequence[str]) -> list[str]:
    said: list[str] = []
    for name in names:
        at_the_shell.run(house, OPEN_SET / f"{name}.jsonl", ASKED, clock.now(), lambda line: None)
    at_the_shell_service.take_in_and_say(house, clock.now(), said.append)
    return said


def undone(house: Database, clock: SetClock) -> None:
    with house.reading() as db:
        numbers = db.exec(select(HistoryImport.id).where(col(HistoryImport.undone_at).is_(None))).all()
    for number in numbers:
        at_the_shell.list_or_undo(house, str(number), clock.now(), lambda line: None)


def placed(house: Database) -> Placed:
    with house.reading() as db:
        rows = db.exec(
            select(Retro.title, Topic.title, TopicVector.digest, ThemeTopic.theme_id)
            .join(Topic, col(Topic.id) == col(ThemeTopic.topic_id))
            .join(Retro, col(Retro.id) == col(ThemeTopic.retro_id))
            .join(TopicVector, col(TopicVector.topic_id) == col(Topic.id))
        ).all()
    seen: Counter[tuple[str, str]] = Counter()
    found: Placed = {}
    for retro, title, _, theme_id in sorted(rows, key=lambda row: row[:3]):
        found[retro, title, seen[retro, title]] = theme_id
        seen[retro, title] += 1
    return found


def groups(of: Placed) -> frozenset[frozenset[tuple[str, str, int]]]:
    themes = set(of.values())
    return frozenset(frozenset(one for one, theme_id in of.items() if theme_id == own) for own in themes)


def test_every_topic_is_in_one_live_theme_and_a_second_run_changes_nothing(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    said = imported(house, clock, SERIES if house.is_sqlite else FEW)
    before = placed(house)
    with house.reading() as db:
        topics = db.exec(select(func.count(func.distinct(TopicEntry.topic_id)))).one()
        live = set(db.exec(select(Theme.id).where(col(Theme.merged_into_id).is_(None))))
        whole = (Finding.theme_id, Finding.of_consumer, Finding.of_series, Finding.eligible)
        counted = db.exec(select(*whole).where(col(Finding.provider) == "*")).all()
        series = dict(db.exec(select(Retro.series, func.count()).group_by(col(Retro.series))).all())
    assert len(before) == topics
    assert set(before.values()) == live, "every live theme has a topic, and every topic a live theme"
    assert {theme_id for theme_id, *_ in counted} <= live
    assert all(eligible == series[own] for _, consumer, own, eligible in counted if consumer == "")
    assert any(line.startswith(f"Themes of what went wrong: {len(counted)} ") for line in said)
    assert rerunning.rerun(house, clock.now()) == 0
    imported(house, clock, FEW)
    assert placed(house) == before


@pytest.mark.parametrize(
    "names", [pytest.param(FEW, id="two"), pytest.param(SERIES, id="all", marks=pytest.mark.full)]
)
def test_in_another_order_the_same_themes_come_out(
    house: Database, cast: Cast, clock: SetClock, names: Sequence[str]
) -> None:
    """File by file, each taken in before the next, and in the other order."""
    imported(house, clock, names)
    at_once = placed(house)
    undone(house, clock)
    for name in reversed(names):
        imported(house, clock, [name])
    assert groups(placed(house)) == groups(at_once)


def test_nothing_is_put_together_that_a_person_keeps_apart(house: Database, cast: Cast, clock: SetClock) -> None:
    imported(house, clock, FEW)
    with house.reading() as db:
        sizes = db.exec(
            select(ThemeTopic.theme_id, func.count()).group_by(col(ThemeTopic.theme_id)).order_by(func.count().desc())
        ).all()
        large = sizes[0][0]
        topics = sorted(db.exec(select(ThemeTopic.topic_id).where(col(ThemeTopic.theme_id) == large)))
    part = topics[: len(topics) // 2]
    with house.transaction() as db:
        new = correcting_topics.split(db, cast.ada.visitor, large, part, "", clock.now())
    with house.transaction() as db:
        correcting_themes.keep_apart(db, cast.ada.visitor, large, new, clock.now())
    rerunning.rerun(house, clock.now())
    if house.is_sqlite:
        imported(house, clock, ["k8s"])
    with house.reading() as db:
        now = dict(db.exec(select(ThemeTopic.topic_id, ThemeTopic.theme_id)).all())
    assert {now[one] for one in part} == {new}
    assert {now[one] for one in topics[len(part) :]} == {large}


def test_an_undone_import_leaves_the_themes_that_were_without_it(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    imported(house, clock, ["scipy"])
    alone = placed(house)
    imported(house, clock, ["kubeflow"])
    with house.reading() as db:
        last = db.exec(select(HistoryImport.id).order_by(col(HistoryImport.source))).all()
        kubeflow = next(one for one in last if "ubeflow" in db.get_one(HistoryImport, one).source)
    at_the_shell.list_or_undo(house, str(kubeflow), clock.now(), lambda line: None)
    at_the_shell_service.take_in_and_say(house, clock.now(), lambda line: None)
    assert groups(placed(house)) == groups(alone)
    with house.reading() as db:
        live = set(db.exec(select(Theme.id).where(col(Theme.merged_into_id).is_(None))))
    assert live == set(placed(house).values())
