"""The machine suggests to part a theme and to rename one; people answer once, and can take the answer back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from sqlmodel import col, select, update

from app.core.db import Database
from app.meaning.rules.encoding import HashedWords
from app.meaning.service import encoders
from app.people.rules import Visitor
from app.themes.models import Theme, ThemeSuggestion, ThemeTopic
from app.themes.queries import review, suggestions
from app.themes.queries.material import said
from app.themes.queries.review import Review
from app.themes.rules.decisions import Correction, CorrectionKind, Decisions
from app.themes.rules.naming import ProposedName, covered_by
from app.themes.rules.splitting import two_parts
from app.themes.rules.suggestions import SuggestionKind
from app.themes.service import correcting_themes, correcting_topics, deciding, naming, taking_in, writing
from tests.cast import Cast
from tests.history import a_theme, past_retro, wrong

FILES = (
    "Final files arrived late at the printer", "Final files late at the printer again",
    "The printer waited for the final files", "Late final files, the printer was angry",
)  # fmt: skip
LUNCH = (
    "Canteen lunch was cold", "Cold lunch in the canteen", "The canteen lunch was cold and small",
    "Nobody ate the cold canteen lunch", "Canteen: lunch cold",
)  # fmt: skip
FEW = {"Editorial": 8, "Production": 6}


def test_two_parts_are_found_where_each_is_large_and_they_are_unlike() -> None:
    chance = np.random.default_rng(3)
    one, other = (np.eye(8)[at] + chance.normal(0, 0.1, (count, 8)) for at, count in ((0, 5), (1, 3)))
    rows = np.vstack([one, other]).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    parts = two_parts(rows, 0.4)
    assert parts is not None
    assert (sorted(parts.stays), sorted(parts.leaves)) == ([0, 1, 2, 3, 4], [5, 6, 7])
    assert parts.likeness < 0.4
    assert two_parts(rows[:7], 0.4) is None, "two are no friction of their own"
    assert two_parts(rows[:5], 0.4) is None, "one thing"
    assert two_parts(rows, -0.9) is None, "alike enough to have joined"


def test_a_name_covers_topics_that_have_a_word_of_it_whatever_its_ending() -> None:
    topics = [["Translations were late"], ["The translated text"], ["Lunch", "A translator left"], ["The cover"]]
    assert covered_by("Translation", topics) == 0.75
    assert covered_by("", topics) == covered_by("Translation", []) == 0


def test_answers_follow_a_theme_through_merges_and_go_when_taken_back() -> None:
    one, other = UUID(int=1), UUID(int=2)
    whole = Correction(1, CorrectionKind.WHOLE, {"theme": str(one)}, datetime(2026, 1, 1))
    kept = Correction(2, CorrectionKind.KEEP_NAME, {"theme": str(one)}, datetime(2026, 1, 1))
    merged = Correction(3, CorrectionKind.MERGE, {"theme": str(one), "other": str(other)}, datetime(2026, 1, 1))
    decided = Decisions.of([(whole, False), (kept, False), (merged, False)])
    assert decided.is_whole(other)
    assert decided.is_name_kept(other)
    assert decided.is_worked_on(one)
    undone = Decisions.of([(whole, True), (kept, True)])
    assert not undone.is_whole(one)
    assert not undone.is_name_kept(one)
    assert Decisions.of([(merged, False)]).is_whole(other), "what people made one is not parted again"


def a_history(house: Database, cast: Cast, theme: UUID, texts: Sequence[str]) -> None:
    """One retro for each text, with the vectors that a run would have kept."""
    house.info["encoder"] = HashedWords()
    start = date(2025, 1, 1)
    retros = [
        past_retro(house, cast, start + timedelta(days=at), [wrong(text, "Editorial", "Production", theme)], FEW)
        for at, text in enumerate(texts)
    ]
    with house.transaction() as db:
        db.execute(update(ThemeTopic).where(col(ThemeTopic.theme_id) == theme).values(group_id=theme))
        topics = [one for own in said(db, retros).values() for one in own]
        encoder = encoders.encoder_of(db)
        writing.write_vectors(
            db, list(zip(topics, taking_in.topic_vectors(encoder, topics), strict=True)), encoder.name
        )
    naming.describe(house, {theme})


def asked(house: Database, visitor: Visitor) -> Review:
    with house.reading() as db:
        return review.review(db, visitor)


@pytest.fixture
def mixed(house: Database, cast: Cast) -> UUID:
    """A theme of two things."""
    theme = a_theme(house, "Printer and canteen")
    a_history(house, cast, theme, (*FILES, *LUNCH))
    return theme


def test_a_theme_that_falls_in_two_is_suggested_to_be_parted(
    house: Database, cast: Cast, now: datetime, mixed: UUID
) -> None:
    (one,) = asked(house, cast.frieda.visitor).partings
    assert (one.theme.id, one.count) == (mixed, len(FILES))
    assert "files" in one.name.lower()
    assert {topic.title for topic in one.leaves} <= set(FILES)
    assert {topic.title for topic in one.stays} <= set(LUNCH)
    with house.transaction() as db:
        topics, name, sources = suggestions.leaving(db, mixed)
        new = correcting_topics.split(
            db, cast.frieda.visitor, mixed, topics, "", now, called=ProposedName(name, sources)
        )
    with house.reading() as db:
        assert db.exec(select(ThemeTopic).where(ThemeTopic.theme_id == new)).all()
        named = db.get_one(Theme, new)
        assert (named.name, named.named_by_person) == (one.name, False)
    assert asked(house, cast.frieda.visitor).partings == ()
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
    assert len(asked(house, cast.frieda.visitor).partings) == 1


def test_one_thing_is_not_asked_about_again_by_any_run(
    house: Database, cast: Cast, now: datetime, mixed: UUID
) -> None:
    with house.transaction() as db:
        correcting_themes.keep_whole(db, cast.frieda.visitor, mixed, now)
    naming.describe(house, {mixed})
    with house.reading() as db:
        assert db.get(ThemeSuggestion, mixed) is not None, "the machine still thinks so"
    assert asked(house, cast.frieda.visitor).partings == ()
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
    assert len(asked(house, cast.frieda.visitor).partings) == 1


def test_topics_that_somebody_confirmed_are_not_suggested_to_leave(
    house: Database, cast: Cast, now: datetime, mixed: UUID
) -> None:
    with house.transaction() as db:
        topics, _, _ = suggestions.leaving(db, mixed)
        correcting_topics.confirm(db, cast.frieda.visitor, topics[:1], now)
    assert asked(house, cast.frieda.visitor).partings == ()


def test_only_who_may_sort_all_that_would_leave_is_asked(house: Database, cast: Cast, mixed: UUID) -> None:
    assert asked(house, cast.paul.visitor).partings, "leads Production, which took part"
    assert asked(house, cast.sven.visitor).partings == ()


def test_a_name_that_covers_little_is_suggested_to_change(house: Database, cast: Cast, now: datetime) -> None:
    theme = a_theme(house, "Holiday rota")
    a_history(house, cast, theme, LUNCH)
    (one,) = asked(house, cast.frieda.visitor).renamings
    assert one.theme.id == theme
    assert "lunch" in one.name.lower()
    with house.transaction() as db:
        correcting_themes.rename(db, cast.frieda.visitor, theme, one.name, now)
    assert asked(house, cast.frieda.visitor).renamings == ()
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
        correcting_themes.keep_name(db, cast.frieda.visitor, theme, now)
    naming.describe(house, {theme})
    assert asked(house, cast.frieda.visitor).renamings == ()
    with house.reading() as db:
        row = db.get_one(Theme, theme)
        assert (row.name, row.named_by_person) == ("Holiday rota", True)
    with house.transaction() as db:
        deciding.undo(db, cast.frieda.visitor)
    assert len(asked(house, cast.frieda.visitor).renamings) == 1


def test_what_a_person_named_is_asked_about_only_when_it_has_grown_and_never_changed_in_silence(
    house: Database, cast: Cast, now: datetime
) -> None:
    theme = a_theme(house, "Holiday rota")
    a_history(house, cast, theme, LUNCH)
    with house.transaction() as db:
        correcting_themes.rename(db, cast.frieda.visitor, theme, "Sandwich question", now)
    naming.describe(house, {theme})
    with house.reading() as db:
        assert db.get_one(ThemeSuggestion, theme).kind == SuggestionKind.RENAME
        assert db.get_one(Theme, theme).name == "Sandwich question"
    assert asked(house, cast.frieda.visitor).renamings == ()
    a_history(house, cast, theme, LUNCH)
    assert len(asked(house, cast.frieda.visitor).renamings) == 1


def test_a_theme_that_its_name_covers_is_left_alone(house: Database, cast: Cast) -> None:
    theme = a_theme(house, "Cold lunches")
    a_history(house, cast, theme, LUNCH)
    with house.reading() as db:
        assert db.exec(select(ThemeSuggestion).where(col(ThemeSuggestion.theme_id) == theme)).all() == []
