"""What people decide about themes stays, whatever comes after: more history, older history, another encoder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlmodel import Session, col, func, select

from app.core.db import Database
from app.core.errors import NotFound, Refusal
from app.meaning.rules.encoding import HashedWords
from app.themes.models import Theme, ThemeCorrection, ThemeTopic
from app.themes.service import correcting_themes, correcting_topics, deciding, rerunning, taking_in
from tests.cast import Cast
from tests.databases import only_sqlite
from tests.recurring import SAID, brought, themes_now

DAYS = sorted(SAID)


class OtherWords(HashedWords):
    """As another encoder would: the same idea, other places, less to hold on to."""

    name = "words-other"
    size = 64


def theme_with(database: Database, words: str) -> UUID:
    return next(at for at, own in themes_now(database).items() if any(words in text for _, text in own))


def topics_with(database: Database, words: str) -> list[UUID]:
    from app.topics.models import Topic

    with database.reading() as db:
        wanted = select(ThemeTopic.topic_id).join(Topic, col(Topic.id) == col(ThemeTopic.topic_id))
        return sorted(db.exec(wanted.where(col(Topic.title).contains(words))))


def theme_of(database: Database, topic_id: UUID) -> UUID:
    with database.reading() as db:
        return db.get_one(ThemeTopic, topic_id).theme_id


@pytest.fixture
def taken(house: Database, cast: Cast, now: datetime) -> Database:
    brought(house, cast, DAYS)
    taking_in.take_in(house, now)
    return house


def test_merged_themes_are_one_and_both_addresses_work(taken: Database, cast: Cast, now: datetime) -> None:
    meetings, scanner = theme_with(taken, "weekly meeting"), theme_with(taken, "scanner password")
    both = themes_now(taken)[meetings] | themes_now(taken)[scanner]
    with taken.transaction() as db:
        correcting_themes.merge(db, cast.frieda.visitor, meetings, scanner, now)
    assert themes_now(taken)[scanner] == both
    with taken.reading() as db:
        assert db.get_one(Theme, meetings).merged_into_id == scanner
    with taken.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
    assert themes_now(taken)[scanner] | themes_now(taken)[meetings] == both
    with taken.reading() as db:
        assert db.get_one(Theme, meetings).merged_into_id is None


def test_what_was_split_stays_apart_and_later_topics_find_their_side(
    house: Database, cast: Cast, now: datetime
) -> None:
    brought(house, cast, DAYS[:-1])
    taking_in.take_in(house, now)
    scanner = theme_with(house, "scanner password")
    chosen = topics_with(house, "scanner password")[:2]
    with house.transaction() as db:
        new = correcting_topics.split(db, cast.frieda.visitor, scanner, chosen, "Passwords", now)
    assert {theme_of(house, one) for one in chosen} == {new}
    brought(house, cast, DAYS[-1:])
    taking_in.take_in(house, now)
    rerunning.rerun(house, now)
    assert {theme_of(house, one) for one in chosen} == {new}
    assert theme_of(house, topics_with(house, "Password of the scanner")[0]) in (new, scanner)
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
    assert {theme_of(house, one) for one in chosen} == {scanner}


def test_a_name_that_a_person_gave_stays_and_can_be_taken_back(taken: Database, cast: Cast, now: datetime) -> None:
    scanner = theme_with(taken, "scanner password")
    with taken.transaction() as db:
        before = db.get_one(Theme, scanner).name
        correcting_themes.rename(db, cast.frieda.visitor, scanner, "Nobody can scan", now)
    rerunning.rerun(taken, now)
    with taken.transaction() as db:
        assert db.get_one(Theme, scanner).name == "Nobody can scan"
        deciding.undo(db, cast.frieda.visitor)
        assert db.get_one(Theme, scanner).name == before


def test_closing_can_be_taken_back(taken: Database, cast: Cast, now: datetime) -> None:
    scanner = theme_with(taken, "scanner password")
    with taken.transaction() as db:
        correcting_themes.close(db, cast.frieda.visitor, scanner, date(2026, 1, 1), True, now)
        assert db.get_one(Theme, scanner).closed_on == date(2026, 1, 1)
        deciding.undo(db, cast.frieda.visitor)
        theme = db.get_one(Theme, scanner)
        assert (theme.closed_on, theme.inconclusive) == (None, False)


def test_only_those_who_may_put_themes_in_order(taken: Database, cast: Cast, now: datetime) -> None:
    """Edda's department took part; Sven leads nothing; Paul's part took part too."""
    one, other = sorted(themes_now(taken))[:2]
    for person in (cast.sven, cast.mia):
        with pytest.raises(Refusal), taken.transaction() as db:
            correcting_themes.merge(db, person.visitor, one, other, now)
    with taken.transaction() as db:
        correcting_themes.merge(db, cast.edda.visitor, one, other, now)
    with pytest.raises(Refusal), taken.transaction() as db:
        deciding.undo(db, cast.paul.visitor)
    with pytest.raises(NotFound), taken.transaction() as db:
        correcting_themes.rename(db, cast.frieda.visitor, cast.editorial, "No theme", now)


def test_with_the_same_encoder_a_run_changes_nothing(taken: Database, now: datetime) -> None:
    before = themes_now(taken)
    assert rerunning.rerun(taken, now) == 0
    assert themes_now(taken) == before


def test_another_encoder_keeps_ids_and_decisions(taken: Database, cast: Cast, now: datetime) -> None:
    before = themes_now(taken)
    captions, coffee = theme_with(taken, "aptions"), topics_with(taken, "coffee machine")[0]
    with taken.transaction() as db:
        correcting_themes.rename(db, cast.frieda.visitor, captions, "Captions", now)
        correcting_topics.move(db, cast.frieda.visitor, [coffee], captions, now)
    taken.info["encoder"] = OtherWords()
    assert rerunning.rerun(taken, now) >= 0
    after = themes_now(taken)
    assert theme_of(taken, coffee) == captions
    assert before[captions] <= after[captions]
    assert len(before.keys() & after.keys()) >= len(after) / 2
    assert rerunning.rerun(taken, now) == 0, "and once more it changes nothing"
    assert themes_now(taken) == after


@dataclass
class Promised:
    """What people decided so far, as a test remembers it."""

    at: dict[UUID, UUID] = field(default_factory=dict)
    one: list[tuple[UUID, UUID]] = field(default_factory=list)

    def holds(self, db: Session) -> None:
        rows = {row.topic_id: row for row in db.exec(select(ThemeTopic))}
        for topic_id, theme_id in self.at.items():
            assert rows[topic_id].theme_id == live(db, theme_id), "somebody undid a decision"
        for one, other in self.one:
            assert live(db, one) == live(db, other)
        dead = db.exec(
            select(func.count())
            .select_from(ThemeTopic)
            .join(Theme, col(Theme.id) == col(ThemeTopic.theme_id))
            .where(col(Theme.merged_into_id).is_not(None))
        ).one()
        assert dead == 0, "a topic is in a theme that is gone"


class Spot(NamedTuple):
    """Where a topic is, before anybody moves it."""

    topic_id: UUID
    theme_id: UUID


def live(db: Session, theme_id: UUID) -> UUID:
    theme = db.get_one(Theme, theme_id)
    return live(db, theme.merged_into_id) if theme.merged_into_id else theme.id


# The last: the founding topic of a merged theme founds another group, and that group's id must not take its address.
@pytest.mark.parametrize(("seed", "ids"), [(0, 0), (1, 1), (2, 2), (1, 46)])
def test_no_run_undoes_what_people_decided(
    house: Database, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, seed: int, ids: int
) -> None:
    """Any decisions between any pieces of history in any order, and another encoder at some time.

    `ids`: what the ids of topics and retros are drawn from, so that what fails once fails always.
    """
    monkeypatch.setattr("os.urandom", Random(ids).randbytes)
    random, promised = Random(seed), Promised()
    days = random.sample(DAYS, len(DAYS))
    brought(house, cast, [days.pop()])
    taking_in.take_in(house, now)
    ids: set[UUID] = set()
    for step in range(20):
        if days and random.random() < 0.35:
            brought(house, cast, [days.pop()])
            taking_in.take_in(house, now)
        elif step == 12:
            house.info["encoder"] = OtherWords()
            rerunning.rerun(house, now)
        else:
            with house.transaction() as db:
                decide(db, cast, random, promised, now)
        with house.reading() as db:
            promised.holds(db)
            for theme_id in ids:
                live(db, theme_id)
            ids |= set(db.exec(select(ThemeTopic.theme_id)))


def decide(db: Session, cast: Cast, random: Random, promised: Promised, now: datetime) -> None:
    visitor = cast.frieda.visitor
    rows = [Spot(*one) for one in sorted(db.exec(select(ThemeTopic.topic_id, ThemeTopic.theme_id)))]
    row, other = random.choice(rows), random.choice(rows)
    act = random.choice(("merge", "move", "split", "confirm", "new", "name", "apart"))
    if act == "merge" and row.theme_id != other.theme_id:
        correcting_themes.merge(db, visitor, row.theme_id, other.theme_id, now)
        promised.one.append((row.theme_id, other.theme_id))
    elif act == "move":
        correcting_topics.move(db, visitor, [row.topic_id], other.theme_id, now)
        promised.at[row.topic_id] = other.theme_id
    elif act == "confirm":
        correcting_topics.confirm(db, visitor, [row.topic_id], now)
        promised.at[row.topic_id] = row.theme_id
    elif act == "new":
        promised.at[row.topic_id] = correcting_topics.start_new(db, visitor, [row.topic_id], "", now)
    elif act == "name":
        correcting_themes.rename(db, visitor, row.theme_id, "A name", now)
        promised.at |= {one.topic_id: row.theme_id for one in rows if one.theme_id == row.theme_id}
    elif act == "apart" and row.theme_id != other.theme_id:
        correcting_themes.keep_apart(db, visitor, row.theme_id, other.theme_id, now)
    elif act == "split":
        own = [one.topic_id for one in rows if one.theme_id == row.theme_id]
        if len(own) > 1:
            chosen = random.sample(own, random.randint(1, len(own) - 1))
            new = correcting_topics.split(db, visitor, row.theme_id, chosen, "", now)
            promised.at |= {one: new if one in chosen else row.theme_id for one in own}


@only_sqlite
def test_all_decisions_can_be_taken_back_one_by_one(taken: Database, cast: Cast, now: datetime) -> None:
    random, before = Random(5), themes_now(taken)
    for _ in range(12):
        with taken.transaction() as db:
            decide(db, cast, random, Promised(), now)
    with taken.transaction() as db:
        while db.exec(select(ThemeCorrection).where(col(ThemeCorrection.undone).is_(False))).first():
            deciding.undo(db, cast.frieda.visitor)
    assert themes_now(taken) == before
