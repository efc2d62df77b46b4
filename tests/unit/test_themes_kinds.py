"""People say which kind of friction a theme is; no run says otherwise, and the map of that kind counts it at once."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlmodel import Session, select

from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.friction.queries.map import friction_map
from app.friction.rules.map import Show
from app.scorecards.rules.periods import Span, period
from app.themes.models import Theme, ThemeTopic
from app.themes.service import correcting_themes, deciding, naming
from app.themes.service.deciding import NotYourThemes
from tests.cast import Cast
from tests.history import a_theme, past_retro, wrong

LATE, OWNER = "handover_late", "unclear_owner"
TODAY = date(2026, 3, 17)


def kind_of(house: Database, theme_id: UUID) -> str:
    with house.reading() as db:
        return db.get_one(Theme, theme_id).kind


@pytest.fixture
def theme_id(house: Database, cast: Cast) -> UUID:
    found = a_theme(house, "Files", OWNER)
    said = [wrong(f"Files came late, for the {at}th time", "Editorial", "Production", found) for at in range(6)]
    past_retro(house, cast, date(2026, 1, 8), said)
    with house.transaction() as db:
        for topic in db.exec(select(ThemeTopic)):
            topic.group_id = found  # as if the machine had found it
    return found


def say(house: Database, cast: Cast, theme_id: UUID, kind: str, now: datetime) -> None:
    with house.transaction() as db:
        correcting_themes.sort(db, cast.frieda.visitor, theme_id, kind, now)


def test_no_run_says_otherwise_and_undo_takes_it_back(
    house: Database, cast: Cast, theme_id: UUID, now: datetime
) -> None:
    for kind in (LATE, ""):
        say(house, cast, theme_id, kind, now)
        naming.describe(house, [theme_id])
        assert kind_of(house, theme_id) == kind
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
    assert kind_of(house, theme_id) == LATE
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
        row = db.get_one(Theme, theme_id)
        assert (row.kind, row.kind_by_person) == (OWNER, False), "the machine's again"


def test_the_map_of_the_kind_counts_it_at_once(house: Database, cast: Cast, theme_id: UUID, now: datetime) -> None:
    def counted(kind: str) -> int:
        with house.reading() as db:
            found = friction_map(db, period(Span.YEAR, TODAY), Show.ENTRIES, kind=kind, for_=None)
            return found.grid.house.tally.wrong

    assert (counted(OWNER), counted(LATE)) == (6, 0)
    say(house, cast, theme_id, LATE, now)
    assert (counted(OWNER), counted(LATE)) == (0, 6)


def test_a_merge_keeps_what_a_person_said(house: Database, cast: Cast, theme_id: UUID, now: datetime) -> None:
    into, third = a_theme(house, "Late files", OWNER), a_theme(house, "Files late")
    say(house, cast, theme_id, LATE, now)
    say(house, cast, third, OWNER, now)
    with house.transaction() as db:
        correcting_themes.merge(db, cast.frieda.visitor, theme_id, into, now)
    assert kind_of(house, into) == LATE, "nobody had said it of this one"
    with house.transaction() as db:
        correcting_themes.merge(db, cast.frieda.visitor, into, third, now)
    assert kind_of(house, third) == OWNER, "somebody had"
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
        deciding.undo(db, cast.frieda.visitor)
    assert (kind_of(house, theme_id), kind_of(house, into)) == (LATE, OWNER)


def test_only_a_kind_of_the_house_by_who_may(house: Database, cast: Cast, theme_id: UUID, now: datetime) -> None:
    def refused(db: Session, error: type[Exception], kind: str, visitor: object) -> None:
        with pytest.raises(error):
            correcting_themes.sort(db, visitor, theme_id, kind, now)  # type: ignore[arg-type]

    with house.transaction() as db:
        refused(db, Invalid, "made_up", cast.frieda.visitor)
        refused(db, (NotFound, NotYourThemes), LATE, cast.sven.visitor)  # type: ignore[arg-type]
    assert kind_of(house, theme_id) == OWNER
