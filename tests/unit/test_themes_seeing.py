"""Themes compare what topics say and which kinds of friction they sound like; other kinds group them anew."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from sqlmodel import col, select, update

from app.core.db import Database
from app.meaning.models import FrictionKind
from app.meaning.rules.encoding import HashedWords
from app.meaning.rules.kinds import KindDescription, anchors_of
from app.themes.jobs import run_due
from app.themes.models import Theme
from app.themes.rules.assigning import JOIN
from app.themes.rules.embedding_space import EmbeddingSpace, name_of_space
from app.themes.rules.naming import Shared, name_of, shared_by_topics, told_by
from app.themes.rules.reference_sentences import PLAIN
from app.themes.service import correcting_themes, rerunning, taking_in
from tests.cast import Cast
from tests.databases import only_sqlite
from tests.recurring import SAID, brought, themes_now

LATE = KindDescription("late", "Late", ("The files arrived late", "Final files were late at the printer"))
ALARM = KindDescription("alarm", "Alarms", ("Nobody reacts to the alarm", "The alarm was ignored"))


class Words(HashedWords):
    """Compares words alone, and knows kinds all the same."""

    name = "words-with-kinds"


def space(*kinds: KindDescription) -> EmbeddingSpace:
    encoder = Words()
    anchors = anchors_of(kinds, encoder)
    return EmbeddingSpace(name_of_space(encoder.name, kinds), encoder.name, encoder.encode(PLAIN), anchors)


def likeness(seen: EmbeddingSpace, one: str, other: str) -> float:
    rows = seen.see(Words().encode([one, other])) - seen.middle
    return float(rows[0] @ rows[1] / np.linalg.norm(rows[0]) / np.linalg.norm(rows[1]))


def test_what_goes_wrong_in_one_way_is_more_alike_than_by_its_words() -> None:
    one, other = "Files for Spring List arrived late", "Printer: final files were late"
    away = "Spring List has a new cover"
    plain, kinds = space(), space(LATE, ALARM)
    assert likeness(kinds, one, other) > likeness(plain, one, other)
    gained = likeness(kinds, one, other) - likeness(kinds, one, away)
    assert gained > likeness(plain, one, other) - likeness(plain, one, away)


def test_a_text_that_says_nothing_is_seen_as_nothing_and_each_row_alone_as_among_others() -> None:
    seen, rows = space(LATE, ALARM), Words().encode(["Files were late", "", "The alarm was ignored"])
    found = seen.see(rows)
    assert found.shape == (3, seen.size) == (3, Words.size + 2)
    assert not found[1].any()
    np.testing.assert_allclose(found[2], seen.see(rows[2:])[0], atol=1e-6)
    assert seen.kind(rows[:1]) == "late"
    assert space().kind(rows) == ""
    assert space().join == JOIN < seen.join


def test_the_name_of_a_sight_tells_encoder_and_phrases() -> None:
    names = {
        name_of_space("one", ()),
        name_of_space("other", ()),
        name_of_space("one", (LATE,)),
        name_of_space("one", (LATE, ALARM)),
        name_of_space("one", (KindDescription("late", "Late", ("Another phrase",)),)),
    }
    assert len(names) == 5
    assert all(len(name) <= 80 for name in names)


def test_names_come_from_what_several_topics_say() -> None:
    topics = [
        ["Nobody reacts to the night alarm of 3.2", "Ada was away"],
        ["At weekends the night alarms wake people who cannot help"],
        ["Ada slept", "The night alarm has no owner"],
    ]
    others = [["The cover was late"], ["Lunch was good"], ["The room was booked"]]
    told = told_by([*topics, *others])
    shared = shared_by_topics(topics, told, 6, {"ada"})
    assert {one.written for one in shared} == {"night alarm"}, "and nobody's name"
    assert name_of(shared, [0] * len(shared)) == "Night alarm"
    assert shared_by_topics([["Lunch was good"], ["Files were late"]], told, 6, ()) == []
    (alone,) = shared_by_topics([["Budget was short"], ["Who owns the budget"]], told, 6, ())
    assert name_of([alone], [0], "Budget and supplies") == "Budget and supplies", "no word is said twice"
    assert name_of([alone], [0], "Unclear who is responsible") == "Unclear who is responsible: budget"
    assert name_of([], []) == ""


def test_one_word_is_joined_by_another_of_other_topics_and_never_by_half_of_itself() -> None:
    topics = [["The budget was cut"], ["Our budget and travel"], ["Travel took long"]]
    told = told_by([*topics, *([other] for other in ("Late cover", "Nice lunch", "Cold room", "Loud printer"))])
    shared = shared_by_topics(topics, told, 7, ())
    assert name_of(shared, [0] * len(shared), "Staffing") == "Budget and travel"
    twice = [Shared(("budget",), "budget", 1, frozenset({0})), Shared(("budgets",), "budgets", 1, frozenset({1}))]
    assert name_of(twice, [0, 0], "Staffing") == "Staffing: budget"


def test_other_kinds_group_anew_under_the_same_log(house: Database, cast: Cast, now: datetime) -> None:
    house.info["encoder"] = Words()
    brought(house, cast, sorted(SAID))
    taking_in.take_in(house, now)
    assert not rerunning.is_seen_otherwise(house)
    kept = max(themes_now(house).items(), key=lambda one: len(one[1]))
    with house.transaction() as db:
        correcting_themes.rename(db, cast.ada.visitor, kept[0], "Files come late", now)
        db.add(FrictionKind(key="late", name="Late", phrases=list(LATE.phrases), position=1))
    assert rerunning.is_seen_otherwise(house)
    run_due(house, now)
    assert not rerunning.is_seen_otherwise(house)
    after = themes_now(house)
    assert kept[1] <= after[kept[0]], "nothing leaves a theme that people worked on"
    with house.reading() as db:
        theme = db.get_one(Theme, kept[0])
        assert (theme.name, theme.kind) == ("Files come late", "late")
    assert rerunning.rerun(house, now) == 0


@only_sqlite
def test_a_theme_that_has_grown_keeps_its_name(house: Database, cast: Cast, now: datetime) -> None:
    brought(house, cast, sorted(SAID)[:6])
    taking_in.take_in(house, now)
    large = [theme_id for theme_id, topics in themes_now(house).items() if len(topics) > 4]
    assert large
    with house.transaction() as db:
        db.execute(update(Theme).where(col(Theme.id).in_(large)).values(name="As people know it"))
    brought(house, cast, sorted(SAID)[6:])
    taking_in.take_in(house, now)
    with house.reading() as db:
        assert set(db.exec(select(Theme.name).where(col(Theme.id).in_(large)))) == {"As people know it"}
