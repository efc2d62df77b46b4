"""The proposal of topics and the small decisions around it."""

from __future__ import annotations

from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.meaning.rules.labels import GroupLabel, run_of
from app.meaning.rules.words import phrases, stems
from app.topics.rules.proposal import TfIdfProposer
from app.topics.rules.topic import (
    TITLE_MAX,
    About,
    VoteCandidate,
    is_shared,
    joined_notes,
    largest,
    mostly_about,
    shortened,
)

PROPOSER = TfIdfProposer()
BOARD = (
    "The cover proofs arrived two days late",
    "Cover proofs came late again and nobody warned us",
    "Late proofs of the cover cost us the weekend",
    "Budget approval waited for weeks on one signature",
    "We waited for the approval of the budget far too often",
    "Nobody could say who owns the style guide",
    "The style guide has no owner",
    "The coffee machine on floor four is broken",
    "I enjoyed the launch party",
)


def together(texts: tuple[str, ...], first: int, second: int) -> bool:
    return any({first, second} <= set(group) for group in PROPOSER.propose(texts))


def test_entries_that_say_the_same_come_together() -> None:
    groups = {frozenset(group) for group in PROPOSER.propose(BOARD)}
    assert groups == {frozenset({0, 1, 2}), frozenset({3, 4}), frozenset({5, 6}), frozenset({7}), frozenset({8})}


def test_the_largest_group_comes_first_and_order_is_reproducible() -> None:
    sizes = [len(group) for group in PROPOSER.propose(BOARD)]
    assert sizes == sorted(sizes, reverse=True)
    assert PROPOSER.propose(BOARD) == PROPOSER.propose(BOARD)


def test_the_same_words_are_one_group_and_nothing_in_common_is_none() -> None:
    assert PROPOSER.propose(["Proofs came late"] * 6) == [[0, 1, 2, 3, 4, 5]]
    assert len(PROPOSER.propose(["Invoices vanish", "Kitchen smells", "Laptop broke"])) == 3


def test_other_scripts_and_emoji_do_no_harm() -> None:
    texts = ("🎉🎉🎉", "المراجعة تأخرت كثيرا", "المراجعة تأخرت مرة أخرى", "校正が遅れた", "...", "to be or not to be")
    assert sorted(index for group in PROPOSER.propose(texts) for index in group) == list(range(6))
    assert together(texts, 1, 2)
    assert PROPOSER.labels([["🎉🎉🎉"]], texts) == [GroupLabel("")], "it points at the whole text"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=25))
def test_every_text_is_in_exactly_one_group(texts: list[str]) -> None:
    found = sorted(index for group in PROPOSER.propose(texts) for index in group)
    assert found == list(range(len(texts)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=8))
@example(["ß", "ß"])
@example(["ŉ late", "ŉ late"])
@example(["İstanbul", "İstanbul"])
@example(["ΐδια", "ΐδια"])
@example(["ﬁles", "ﬁles"])
@example(["STRASSE", "straße"])
@example(["00", "00.0"])
@example(["v2.0 broke", "v2 broke"])
def test_a_label_points_at_a_text_or_has_words_that_two_texts_share(texts: list[str]) -> None:
    heading = PROPOSER.labels([texts], texts)[0]
    if heading.written:
        assert shortened(heading.written).strip()
        assert is_shared(stems(heading.written), [stems(text) for text in texts])
    else:
        assert 0 <= heading.start <= heading.end <= len(texts[heading.place])


def test_labels_are_telling_phrases() -> None:
    proofs, guide = PROPOSER.labels([BOARD[:3], BOARD[5:7]], BOARD)
    assert "proofs" in proofs.written.lower()
    assert guide.written.startswith("Style guide")


def test_what_one_entry_alone_says_is_no_title_but_a_place_in_it() -> None:
    alone = PROPOSER.labels([["The badge printer broke twice"]], BOARD)[0]
    assert not alone.written
    assert "The badge printer broke twice"[alone.start : alone.end].lower() == "badge printer"
    two = ["The badge printer broke", "Nobody told the caterer"]
    heading = PROPOSER.labels([two], BOARD)[0]
    assert (heading.written, two[heading.place][heading.start : heading.end] != "") == ("", True)


def test_a_run_of_words_is_the_shortest_that_has_the_phrase() -> None:
    text = "Late again: the proofs of the cover were late, too"
    assert text[slice(*run_of("late proofs", text))] == "Late again: the proofs"
    assert run_of("late invoices", text) == (0, 0)
    assert run_of("a z", "a " + "b " * 60 + "z") == (0, 0), "too long for a heading"


def test_words_forgive_endings_and_keep_what_matters() -> None:
    assert stems("The approvals were waiting") == stems("Approval waits") == ["approval", "wait"]
    assert stems("It was what it was") == []
    assert ("style", "guide") in {stemmed for stemmed, _ in phrases("Nobody owns the style guide.")}


def ids(*numbers: int) -> frozenset[UUID]:
    return frozenset(UUID(int=number) for number in numbers)


def test_the_largest_twelve_go_to_the_vote() -> None:
    candidates = [VoteCandidate(UUID(int=number), number, size=number) for number in range(15)]
    assert largest(candidates) == ids(*range(3, 15))


def test_equal_sizes_keep_the_order_of_the_board_and_thanks_come_last() -> None:
    candidates = [VoteCandidate(UUID(int=number), number, 1) for number in range(3)]
    candidates.append(VoteCandidate(UUID(int=9), 9, 8, only_thanks=True))
    assert largest(candidates, most=2) == ids(0, 1)
    assert largest(candidates, most=4) == ids(0, 1, 2, 9)


def test_more_than_half_say_what_it_is_about() -> None:
    one, two, nobody = About(UUID(int=1)), About(UUID(int=2)), About()
    assert mostly_about([one, one, two, nobody, nobody, nobody]) == one
    assert mostly_about([one, two]) == nobody
    assert mostly_about([nobody]) == nobody
    assert mostly_about([]) == nobody


def test_a_topic_is_about_the_pool_where_most_of_its_entries_must_not_name_whom() -> None:
    legal, several = About(UUID(int=1)), About(pooled=True)
    assert mostly_about([several, several, legal]) == several
    assert mostly_about([several, legal]) == About()
    assert mostly_about([several, legal, legal, About()]) == legal


@given(st.text(max_size=400))
def test_titles_fit(title: str) -> None:
    assert len(shortened(title)) <= TITLE_MAX


def test_notes_of_merged_topics_are_kept() -> None:
    assert joined_notes(["First.", "", "Second."]) == "First.\n\nSecond."
