"""Rules of themes: the one order, what decisions come to, and names that repeat nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.themes.rules import assigning
from app.themes.rules.assigning import JOIN, PLAIN_COUNT_AS, TOGETHER, Assignment, Groups
from app.themes.rules.decisions import Correction, CorrectionKind, Decisions
from app.themes.rules.matching import heirs
from app.themes.rules.naming import short_name
from app.themes.rules.ordering import digest_of, founded_id, moment, place

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)


def unit(*values: float) -> np.ndarray:
    row = np.array(values, dtype=np.float32)
    return row / np.linalg.norm(row)


def test_a_topic_joins_what_it_is_like_and_founds_a_theme_where_nothing_is() -> None:
    groups = Groups(np.zeros(3, dtype=np.float32))
    first, same, other = groups.place(np.array([unit(1, 0, 0), unit(1, 0.1, 0), unit(0, 0, 1)]))
    assert (first.group, same.group, other.group) == (0, 0, 1)
    assert (first.founded, same.founded, other.founded) == (True, False, True)
    assert [index for index, _ in other.others] == [0]


@pytest.mark.parametrize("together", [1, 7, TOGETHER, 1000])
def test_many_are_placed_as_if_each_came_alone(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the plain definition: the nearest mean, as seen from the middle of what was there before."""
    chance = np.random.default_rng(5)
    kinds = chance.normal(size=(30, 16))
    vectors = np.array([unit(*row) for row in kinds[chance.integers(0, 30, 400)] + chance.normal(0, 0.6, (400, 16))])
    vectors[17] = 0
    middle = unit(*chance.normal(size=16)) / 4
    monkeypatch.setattr(assigning, "TOGETHER", together)
    groups = Groups(middle)
    placed = groups.place(vectors[:150]) + groups.place(vectors[150:])
    plain = one_by_one(vectors.astype(np.float64), middle.astype(np.float64))
    assert [(one.group, one.founded) for one in placed] == [(group, founded) for group, founded, _ in plain]
    assert [one.likeness for one in placed] == pytest.approx([likeness for _, _, likeness in plain], abs=3e-5)
    assert 10 < groups.size < 150


def one_by_one(vectors: np.ndarray, middle: np.ndarray) -> list[tuple[int, bool, float]]:
    held, members, found = middle * PLAIN_COUNT_AS, list[list[np.ndarray]](), []
    for at, vector in enumerate(vectors):
        seen_from = (held + vectors[:at].sum(axis=0)) / (PLAIN_COUNT_AS + at)
        means = [np.mean(own, axis=0) for own in members]
        alike = [cosine(vector - seen_from, mean - seen_from) if mean.any() else -1.0 for mean in means]
        best = int(np.argmax(alike)) if alike and vector.any() else -1
        founded = best < 0 or round(alike[best], 5) < JOIN
        found.append((len(members), True, 1.0) if founded else (best, False, alike[best]))
        members.append([vector]) if founded else members[best].append(vector)
    return found


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_doubt_is_highest_at_the_border_and_between_two() -> None:
    sure = Assignment(0, False, 0.9, ((1, 0.1),))
    assert sure.doubt(0.1) == 0
    assert Assignment(0, False, 0.9, ((1, 0.89),)).doubt(0.89) == pytest.approx(0.9)
    assert Assignment(0, False, JOIN, ()).doubt(None) == 1
    assert Assignment(0, True, 1.0, ((1, JOIN - 0.001),)).doubt(None) > 0.9
    assert Assignment(0, True, 1.0, ()).doubt(None) == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.text(max_size=3)), max_size=8), st.randoms())
def test_the_order_knows_nothing_of_the_order_of_arrival(topics: list[tuple[int, str]], random: object) -> None:
    found = []
    for _ in range(2):
        mixed = list(topics)
        random.shuffle(mixed)  # type: ignore[attr-defined]
        places = [
            place(moment(uuid4(), "A", None, date(2026, 1, 1 + day), [text]), 1, digest_of([text]), uuid4())
            for day, text in mixed
        ]
        found.append([(one.moment, one.smaller, one.digest) for one in sorted(places)])
    assert found[0] == found[1]


def test_ids_of_imported_history_hold_no_wording_and_come_out_again() -> None:
    one = moment(uuid4(), "Spring list", None, date(2026, 1, 8), ["x"])
    again = moment(uuid4(), "Spring list", None, date(2026, 1, 8), ["another wording"])
    assert founded_id(one, 0) == founded_id(again, 0) != founded_id(one, 1)


def test_most_topics_carry_the_id_on() -> None:
    a, b = uuid4(), uuid4()
    topics = [uuid4() for _ in range(6)]
    before = dict(zip(topics, (a, a, a, b, b, b), strict=True))
    ages = {a: 0, b: 1}
    assert heirs([topics[:2], topics[2:]], before, (), (), ages.__getitem__) == {1: b, 0: a}
    assert heirs([topics], before, (), (), ages.__getitem__) == {0: a}
    assert heirs([topics], before, (), {b}, ages.__getitem__) == {0: b}


def said(number: int, kind: CorrectionKind, undone: bool = False, **what: object) -> tuple[Correction, bool]:
    return Correction(number, kind, {key: _text(value) for key, value in what.items()}, NOON), undone


def _text(value: object) -> object:
    return [str(one) for one in value] if isinstance(value, list) else str(value)


def test_decisions_go_through_merges_and_the_last_word_counts() -> None:
    a, b, c, topic = (uuid4() for _ in range(4))
    moved = said(1, CorrectionKind.MOVE, other=a, topics=[topic])
    merged = said(2, CorrectionKind.MERGE, theme=a, other=b)
    on = said(3, CorrectionKind.MERGE, theme=b, other=c)
    assert Decisions.of([moved, merged, on]).theme_of(topic, uuid4(), None) == c
    assert Decisions.of([moved, merged, (on[0], True)]).theme_of(topic, uuid4(), None) == b
    assert Decisions.of([moved, said(2, CorrectionKind.CONFIRM, theme=b, topics=[topic])]).confirmed == {topic}
    assert Decisions.of([said(1, CorrectionKind.APART, theme=a, other=b)]).are_apart(b, a)


def test_what_was_drawn_to_a_theme_that_was_taken_back_returns_to_its_group() -> None:
    theme, new, group, topic = (uuid4() for _ in range(4))
    line = said(1, CorrectionKind.SPLIT, True, theme=theme, new=new, topics=[uuid4()])
    assert Decisions.of([line]).theme_of(topic, group, new) == group
    assert Decisions.of([(line[0], False)]).theme_of(topic, group, new) == new


@pytest.mark.parametrize(
    ("title", "by_person", "name"),
    [
        ("Approval of the cover took two weeks this time", True, "Approval of the cover took two weeks this time"),
        ("Late files", False, "Late files"),
        ("Ada never answers", False, "Never answers"),
        ("Ada's", False, ""),
    ],
)
def test_a_name_is_short_and_names_nobody(title: str, by_person: bool, name: str) -> None:
    assert short_name(title, by_person, {"ada"}) == name


def test_of_a_long_title_only_what_is_shared_stays() -> None:
    among = ["Approval of the cover took two weeks", "It took ages to get approval of the cover", "Cover approval"]
    assert short_name(among[0], False, (), among) == "Approval of the cover"
    long = "We waited eleven days for the director to sign the cover"
    assert len(short_name(long, False, ()).split()) <= 4
