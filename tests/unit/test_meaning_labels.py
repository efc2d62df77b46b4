"""What groups are called, and which kind of friction they are."""

from __future__ import annotations

import numpy as np
import pytest

from app.meaning.rules.built_in_kinds import BUILT_IN
from app.meaning.rules.frames import centred
from app.meaning.rules.kinds import KindDescription, anchors_of, kind_of, with_kinds
from app.meaning.rules.labels import (
    UNTITLED,
    LabelCandidate,
    candidates,
    chosen,
    headings,
    most_typical,
    share_a_word,
)
from app.meaning.rules.naming import names
from app.meaning.rules.noun_phrases import noun_phrases
from app.meaning.rules.words import begun, stems
from app.meaning.service import encoders

PROOFS = (
    "The cover proofs arrived late",
    "Cover proofs came late again",
    "Late proofs of the cover cost us a weekend",
)
GUIDE = ("Nobody owns the style guide", "The style guide has no owner")
AMONG = (*PROOFS, *GUIDE, "The coffee machine is broken")


def test_a_label_is_shared_by_the_group_and_not_by_the_others() -> None:
    proofs, guide = (chosen(found) for found in candidates([PROOFS, GUIDE], AMONG))
    assert "proofs" in proofs.lower()
    assert guide.startswith("Style guide")


@pytest.mark.parametrize(
    ("text", "phrase", "never"),
    [
        ("The final files arrived late", "late files", "arrived late"),
        ("The proofs of the cover were late", "late proofs", "late cover"),
        ("The card is not working", "card not working", "not working"),
        ("I want to activate my debit card", "activate debit card", "want"),
        ("To sign up took ages, the sign-up page was slow", "slow sign-up page", "sign"),
        ("People sign the list at the end of the day", "list", "end of the day"),
        ("See https://example.com/a/b or ask @ada about 1.3", "", "ada"),
        ("Approval of the cover was missing", "approval of the cover", "the cover"),
    ],
)
def test_phrases_are_what_a_person_would_write_as_a_heading(text: str, phrase: str, never: str) -> None:
    found = {one.written for one in noun_phrases(text)}
    assert not phrase or phrase in found
    assert never not in found


def test_a_capital_that_begins_a_sentence_is_not_kept() -> None:
    assert {one.written for one in noun_phrases("Signage for each GitHub room")} >= {"signage", "GitHub room"}


def test_a_title_is_the_same_word_as_in_the_entries_in_every_script() -> None:
    assert [begun(line) for line in ("proofs", "änderung", "ßtrange", "ıssız", "")] == [
        "Proofs",
        "Änderung",
        "ßtrange",
        "ıssız",
        "",
    ]
    assert stems("Die STRASSE") == stems("Die Straße")
    assert chosen(candidates([["STRASSE", "straße"]], ["STRASSE", "straße"])[0]) in {"STRASSE", "Straße"}


def test_two_phrases_stand_together_where_each_says_what_the_other_does_not() -> None:
    proofs = LabelCandidate(("proof",), "proofs", 1.0, frozenset({0, 1}))
    lunch = LabelCandidate(("lunch",), "lunch", 0.8, frozenset({2, 3}))
    assert chosen([proofs, lunch], texts=4) == "Proofs and lunch"
    assert chosen([proofs, LabelCandidate(("lunch",), "lunch", 0.8, frozenset({0}))], texts=4) == "Proofs"
    assert chosen([proofs, LabelCandidate(("proofing",), "proofing", 0.8, frozenset({3}))], texts=4) == "Proofs"
    assert (
        chosen([proofs, LabelCandidate(("cut",), "cut lunch", 0.8, frozenset({3}), acts=True)], texts=4) == "Proofs"
    )


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("documentation", "docs", True), ("doc", "docs", True), ("translation", "translated", True),
        ("room", "rooms", True), ("cover", "budget", False), ("docs", "dogs", False), ("s", "cover", False),
    ],
)  # fmt: skip
def test_a_word_cut_short_or_with_another_ending_is_the_same_word(one: str, other: str, alike: bool) -> None:
    assert share_a_word((one,), (other,)) is share_a_word((other,), (one,)) is alike


def test_what_people_wrote_is_forgotten_once_it_is_named() -> None:
    assert candidates([PROOFS, GUIDE], AMONG)
    assert headings.cache_info().currsize == 0


def test_of_two_candidates_the_one_nearer_to_the_middle_wins() -> None:
    found = candidates([PROOFS], AMONG)[0]
    last = len(found) - 1
    likeness = [0.0] * last + [3.0]
    assert chosen(found, likeness).lower().startswith(found[last].written.lower())


def test_texts_without_words_are_untitled() -> None:
    assert chosen(candidates([["🎉🎉🎉"]], AMONG)[0]) == UNTITLED


def test_the_most_typical_is_near_its_own_and_far_from_others() -> None:
    rows = np.array([[1.0, 0.0], [0.8, 0.6], [0.96, -0.28]])
    assert most_typical(rows)[0] == 0
    assert most_typical(rows, np.array([[0.9, 0.43]]))[0] == 2


def test_each_built_in_kind_knows_a_sentence_of_its_own() -> None:
    """A phrase left out of its kind still finds it, mostly: kinds are told apart."""
    encoder = encoders.chosen("light")
    right = 0
    for kind in BUILT_IN:
        others = [
            KindDescription(one.key, one.name, one.phrases[1:] if one is kind else one.phrases) for one in BUILT_IN
        ]
        anchors = anchors_of(others, encoder)
        assert anchors is not None
        seen = encoder.encode([kind.phrases[0]])[0] - anchors.middle
        right += kind_of(seen, anchors).key == kind.key
    assert right >= 6, "by chance it would be one"


def test_kinds_lend_a_direction_and_decide_nothing() -> None:
    encoder = encoders.chosen("light")
    anchors = anchors_of(BUILT_IN, encoder)
    assert anchors is not None
    seen = with_kinds(centred(encoder.encode(AMONG), anchors.middle), anchors)
    assert seen.shape == (len(AMONG), encoder.size + len(BUILT_IN))
    assert np.linalg.norm(seen, axis=1) == pytest.approx(np.ones(len(AMONG)), abs=1e-3)


def test_no_kinds_are_no_anchors() -> None:
    assert anchors_of([KindDescription("empty", "Empty", ())], encoders.chosen("words")) is None


def test_groups_are_named_with_what_stands_for_them() -> None:
    encoder = encoders.chosen("light")
    found = names([PROOFS, GUIDE, AMONG[-1:]], AMONG, encoder, anchors_of(BUILT_IN, encoder))
    assert [0 <= name.typical < size for name, size in zip(found, (3, 2, 1), strict=True)] == [True] * 3
    assert "proofs" in found[0].heading.written.lower()
    assert found[2].kind == "", "one text is no group"
    assert names([], [], encoder) == []
