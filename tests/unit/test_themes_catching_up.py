"""The job of themes: another encoder and an undone import are settled in the background, piece by piece."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, func, select

from app.core.clock import SetClock
from app.core.db import Database
from app.core.events import emit
from app.evidence.jobs import run_due as count_findings
from app.evidence.models import Finding
from app.evidence.service import command_line as at_the_shell
from app.evidence.service import counting
from app.meaning.rules.encoding import HashedWords
from app.meaning.service import encoders as encoders_service
from app.retros.events import HistoryUndone
from app.retros.models import Retro
from app.themes.jobs import run_due
from app.themes.models import Theme, ThemeCorrection, TopicVector
from app.themes.queries.names import names_for
from app.themes.queries.waiting import waiting
from app.themes.service import correcting_themes, rerunning
from tests.cast import Cast
from tests.databases import only_sqlite
from tests.recurring import SAID, brought, partition, themes_now

DAYS = sorted(SAID)


def theme_with(database: Database, words: str) -> UUID:
    return next(at for at, own in themes_now(database).items() if any(words in text for _, text in own))


def encoders(database: Database) -> dict[str, int]:
    with database.reading() as db:
        counted = select(TopicVector.encoder, func.count()).group_by(col(TopicVector.encoder))
        return dict(db.exec(counted).all())


def still_waiting(database: Database) -> tuple[int, int, bool]:
    with database.reading() as db:
        left = waiting(db)
        return left.retros, left.topics, left.is_regrouped


def findings(database: Database) -> dict[tuple[object, ...], dict[str, object]]:
    with database.reading() as db:
        rows = db.exec(select(Finding)).all()
        key = ("theme_id", "provider", "consumer", "series")
        return {tuple(getattr(row, name) for name in key): row.model_dump(exclude={"counted_at"}) for row in rows}


@only_sqlite
def test_another_encoder_goes_in_pieces_and_keeps_ids_and_decisions(
    house: Database, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """words, then light, on the same data: broken off in the middle, and gone on with by another process."""
    monkeypatch.setattr("app.themes.service.catch_up.TOPICS_A_ROUND", 20)
    monkeypatch.setattr("app.themes.service.rerunning.PIECE", 10)
    house.info["encoder"] = HashedWords()
    brought(house, cast, DAYS, imported=False)
    run_due(house, now)
    late, agenda = theme_with(house, "Final files"), theme_with(house, "weekly meeting")
    coffee = theme_with(house, "coffee machine")
    with house.transaction() as db:
        correcting_themes.rename(db, cast.ada.visitor, late, "Files come late", now)
        correcting_themes.merge(db, cast.ada.visitor, coffee, late, now)
        correcting_themes.keep_apart(db, cast.ada.visitor, late, agenda, now)
    count_findings(house, now)
    before, decided, at = themes_now(house), log_of(house), versions(house)
    topics = sum(encoders(house).values())
    house.info["encoder"] = encoders_service.chosen("light")
    name = encoders_service.chosen("light").name
    run_due(house, now)
    assert encoders(house)[name] == 20, "one piece"
    assert themes_now(house) == before, "nothing moves before all is encoded"
    assert still_waiting(house) == (0, topics - 20, True)
    assert rerunning.encode_anew(house) == topics - 20
    assert still_waiting(house) == (0, 0, True), "as if the process had ended right before the grouping"
    run_due(house, now)
    assert still_waiting(house) == (0, 0, False)
    after = themes_now(house)
    assert before[late] <= after[late], "nobody takes a topic out of a theme that people worked on"
    assert len(before.keys() & after.keys()) > 0.6 * len(after)
    with house.reading() as db:
        assert db.get_one(Theme, late).name == "Files come late"
        assert db.get_one(Theme, coffee).merged_into_id == late
    assert log_of(house) == decided
    changed = {theme_id for theme_id in before.keys() & after.keys() if before[theme_id] != after[theme_id]}
    assert all(versions(house)[theme_id] > at[theme_id] for theme_id in changed), "so what moved is counted"
    count_findings(house, now)
    once = findings(house)
    counting.count_anew(house, now)
    assert findings(house) == once
    run_due(house, now)
    assert themes_now(house) == after


def versions(database: Database) -> dict[UUID, int]:
    with database.reading() as db:
        return dict(db.exec(select(Theme.id, Theme.version)).all())


def log_of(database: Database) -> list[tuple[int, str, bool]]:
    with database.reading() as db:
        log = db.exec(select(ThemeCorrection).order_by(col(ThemeCorrection.number)))
        return [(row.number, row.kind, row.undone) for row in log]


def test_what_an_undone_import_had_drawn_together_is_settled(house: Database, cast: Cast, clock: SetClock) -> None:
    ours, theirs = DAYS[::2], DAYS[1::2]
    brought(house, cast, ours)
    run_due(house, clock.now())
    alone = partition(house)
    gone = brought(house, cast, theirs)
    run_due(house, clock.now())
    assert partition(house) != alone
    with house.transaction() as db:
        for retro_id in gone:
            db.delete(db.get_one(Retro, retro_id))
        emit(db, HistoryUndone(frozenset(gone)))
    assert still_waiting(house)[2]
    run_due(house, clock.now())
    assert partition(house) == alone
    assert not still_waiting(house)[2]


@only_sqlite
def test_older_history_that_moves_topics_is_counted(house: Database, cast: Cast, clock: SetClock) -> None:
    """Retros that come late may take topics of others from theme to theme: those themes' findings follow."""
    left = set()
    for day in reversed(DAYS):
        before, at = themes_now(house), versions(house)
        brought(house, cast, [day], imported=False)
        clock.advance(timedelta(minutes=1))
        run_due(house, clock.now())
        after = themes_now(house)
        lost = {theme_id for theme_id in before.keys() & after.keys() if not before[theme_id] <= after[theme_id]}
        assert all(versions(house)[theme_id] > at[theme_id] for theme_id in lost)
        left |= lost
        count_findings(house, clock.now())
    assert left, "nothing moved: this history shows nothing"
    once = findings(house)
    counting.count_anew(house, clock.now())
    assert findings(house) == once


@only_sqlite
def test_at_the_shell_it_is_said_what_recurs(house: Database, cast: Cast, clock: SetClock) -> None:
    said: list[str] = []
    at_the_shell.take_in_and_say(house, clock.now(), said.append)
    assert said[-2:] == ["Themes of what went wrong: 0.", "0 recur."]
    brought(house, cast, DAYS)
    said.clear()
    at_the_shell.take_in_and_say(house, clock.now(), said.append)
    assert said[0] == f"Taking {len(DAYS)} retros into themes ..."
    recurring = said_to_recur(house)
    assert recurring
    assert f"{len(recurring)} recur:" in said
    assert set(said) >= recurring
    with house.reading() as db:
        written = {theme.name for theme in db.exec(select(Theme).where(col(Theme.name_parts) > 0))}
    assert written, "the machine took names out of what was written"
    assert not [name for name in written for line in said if name in line], "a shell has no reader who may read that"
    late = theme_with(house, "Final files")
    with house.transaction() as db:
        correcting_themes.rename(db, cast.ada.visitor, late, "Files come late", clock.now())
    said.clear()
    at_the_shell.take_in_and_say(house, clock.now(), said.append)
    recurring = said_to_recur(house)
    assert [line for line in recurring if line.startswith("  Files come late: in ")], "what a person says is for all"
    assert f"{len(recurring)} recur:" in said
    assert set(said) >= recurring


def said_to_recur(house: Database) -> set[str]:
    """The lines of what recurs, under names that are for everybody."""
    with house.reading() as db:
        called = names_for(db, None, list(db.exec(select(Theme.id))))
        whole = select(Finding.theme_id, Finding.state, Finding.present, Finding.eligible)
        rows = db.exec(whole.where(col(Finding.provider) == "*")).all()
    return {
        f"  {called[theme_id]}: in {present} of {eligible} retros of imports without a name"
        for theme_id, state, present, eligible in rows
        if state == "recurring"
    }
