"""Proposed topics: accepted, changed or refused, taken back, and what is remembered of it when grouping ends."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.core.db import Database
from app.core.errors import NotFound
from app.retros.rules.names import Stage
from app.retros.rules.refusals import NotYourRetro
from app.topics.models import ProposalVerdict
from app.topics.queries.topic_board import ProposalFigures, TopicView, proposal_figures
from app.topics.rules.topic import Proposal, ProposalOutcome, verdict_of
from app.topics.service import changes, deciding, grouping, proposing
from app.topics.service.changes import GroupingIsOver
from app.topics.service.deciding import NotProposed
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room, with_topics

TEXTS = (
    "The cover proofs arrived two days late",
    "Cover proofs came late again and nobody warned us",
    "Late proofs of the cover cost us the weekend",
    "Budget approval waited for weeks on one signature",
    "We waited for the approval of the budget far too often",
    "The coffee machine on floor four is broken",
)


@pytest.fixture
def room(house: Database, cast: Cast, now: datetime) -> VotingRoom:
    """Two proposals (of three and of two entries) and one entry alone, in stage group."""
    return with_topics(a_room(house, cast, now, {"Editorial": 3, "Production": 3}), TEXTS)


def titled(room: VotingRoom, word: str) -> TopicView:
    return next(topic for topic in room.board().topics if any(word in entry.text for entry in topic.entries))


def shape(room: VotingRoom) -> list[tuple[str, str, frozenset[str]]]:
    return [
        (topic.title, topic.proposal, frozenset(entry.text for entry in topic.entries))
        for topic in room.board().topics
    ]


def verdicts(room: VotingRoom) -> list[tuple[int, str, bool]]:
    with room.database.reading() as db:
        return sorted((row.size, row.verdict, row.label_kept) for row in db.exec(select(ProposalVerdict)))


def undo(room: VotingRoom) -> None:
    with room.database.transaction() as db:
        changes.undo(db, room.cast.carla.visitor, room.retro_id)


def test_what_was_put_together_is_proposed_and_a_single_entry_needs_no_answer(room: VotingRoom) -> None:
    assert [(len(topic.entries), topic.proposal) for topic in room.board().topics] == [
        (3, Proposal.PROPOSED),
        (2, Proposal.PROPOSED),
        (1, Proposal.NONE),
    ]
    assert room.board().proposed == 2
    assert verdicts(room) == [(2, ProposalOutcome.OPEN, True), (3, ProposalOutcome.OPEN, True)]


def test_one_is_accepted_and_then_all_that_are_left(room: VotingRoom, house: Database, cast: Cast) -> None:
    before = shape(room)
    with house.transaction() as db:
        deciding.accept(db, cast.frieda.visitor, room.retro_id, [titled(room, "weekend").id])
    assert titled(room, "weekend").proposal == Proposal.ACCEPTED
    with house.transaction() as db:
        deciding.accept(db, cast.carla.visitor, room.retro_id, None)
    assert room.board().proposed == 0
    assert titled(room, "coffee").proposal == Proposal.NONE
    assert room.board().undo_sentence == "Undo accepting"
    undo(room)
    assert [topic.proposal for topic in room.board().topics] == [Proposal.ACCEPTED, Proposal.PROPOSED, Proposal.NONE]
    undo(room)
    assert shape(room) == before


def test_accepting_twice_is_one_step(room: VotingRoom, house: Database, cast: Cast) -> None:
    for _ in range(2):
        with house.transaction() as db:
            deciding.accept(db, cast.frieda.visitor, room.retro_id, None)
    undo(room)
    assert not room.board().can_undo


def test_what_is_refused_stands_alone_again_and_can_come_back(room: VotingRoom, house: Database, cast: Cast) -> None:
    before = shape(room)
    with house.transaction() as db:
        deciding.refuse(db, cast.carla.visitor, room.retro_id, titled(room, "weekend").id)
    assert sorted(len(topic.entries) for topic in room.board().topics) == [1, 1, 1, 1, 2]
    assert room.board().proposed == 1
    assert titled(room, "weekend").title
    with house.transaction() as db:
        proposing.propose(db, room.retro_id)
    assert sorted(len(topic.entries) for topic in room.board().topics) == [1, 1, 1, 1, 2], "not proposed again"
    undo(room)
    assert shape(room) == before


def test_an_accepted_one_can_still_be_refused_but_not_what_people_made(
    room: VotingRoom, house: Database, cast: Cast
) -> None:
    proofs, visitor = titled(room, "weekend"), cast.frieda.visitor
    with house.transaction() as db:
        deciding.accept(db, visitor, room.retro_id, [proofs.id])
        deciding.refuse(db, visitor, room.retro_id, proofs.id)
    with pytest.raises(NotFound), house.transaction() as db:
        deciding.refuse(db, visitor, room.retro_id, proofs.id)
    with pytest.raises(NotProposed), house.transaction() as db:
        deciding.refuse(db, visitor, room.retro_id, titled(room, "coffee").id)


@pytest.mark.parametrize("how", ["rename", "move in", "move out", "split", "merge"])
def test_every_change_by_hand_marks_it_changed_and_undo_takes_that_back(
    room: VotingRoom, house: Database, cast: Cast, how: str
) -> None:
    before, visitor, retro_id = shape(room), cast.frieda.visitor, room.retro_id
    proofs, coffee = titled(room, "weekend"), titled(room, "coffee")
    with house.transaction() as db:
        match how:
            case "rename":
                grouping.rename(db, visitor, retro_id, proofs.id, "Late proofs", proofs.version)
            case "move in":
                grouping.move_entries(db, visitor, retro_id, [coffee.entries[0].id], proofs.id)
            case "move out":
                grouping.move_entries(db, visitor, retro_id, [proofs.entries[0].id], coffee.id)
            case "split":
                grouping.split(db, visitor, retro_id, proofs.id, [proofs.entries[0].id])
            case "merge":
                grouping.merge(db, visitor, retro_id, [coffee.id], proofs.id)
    changed = next(topic for topic in room.board().topics if topic.id == proofs.id)
    assert changed.proposal == Proposal.CHANGED
    assert titled(room, "signature").proposal == Proposal.PROPOSED
    undo(room)
    assert shape(room) == before


def test_what_became_of_them_is_written_down_when_grouping_ends(
    room: VotingRoom, house: Database, cast: Cast
) -> None:
    proofs, budget = titled(room, "weekend"), titled(room, "signature")
    with house.transaction() as db:
        deciding.accept(db, cast.frieda.visitor, room.retro_id, [proofs.id])
        deciding.refuse(db, cast.frieda.visitor, room.retro_id, budget.id)
    room.move(Stage.VOTE)
    assert verdicts(room) == [(2, ProposalOutcome.REFUSED, False), (3, ProposalOutcome.ACCEPTED, True)]
    with house.reading() as db:
        assert list(proposal_figures(db, for_=cast.ada.visitor).values()) == [
            ProposalFigures(accepted=1, refused=1, labels_kept=1)
        ]


def test_a_second_round_of_grouping_keeps_what_was_refused(room: VotingRoom, house: Database, cast: Cast) -> None:
    proofs, budget = titled(room, "weekend"), titled(room, "signature")
    with house.transaction() as db:
        deciding.refuse(db, cast.frieda.visitor, room.retro_id, proofs.id)
    room.move(Stage.VOTE, Stage.GROUP)
    assert not room.board().can_undo
    with house.transaction() as db:
        grouping.rename(
            db, cast.frieda.visitor, room.retro_id, budget.id, "Money waits", titled(room, "signature").version
        )
    room.move(Stage.VOTE)
    assert verdicts(room) == [(2, ProposalOutcome.CHANGED, False), (3, ProposalOutcome.REFUSED, False)]


def test_a_proposal_that_was_merged_away_was_changed_and_one_left_alone_untouched(
    room: VotingRoom, house: Database, cast: Cast
) -> None:
    proofs, coffee = titled(room, "weekend"), titled(room, "coffee")
    with house.transaction() as db:
        grouping.merge(db, cast.frieda.visitor, room.retro_id, [proofs.id], coffee.id)
    room.move(Stage.VOTE)
    assert verdicts(room) == [(2, ProposalOutcome.UNTOUCHED, True), (3, ProposalOutcome.CHANGED, False)]


def test_only_who_helps_this_retro_decides_and_only_while_it_groups(
    room: VotingRoom, house: Database, cast: Cast
) -> None:
    topic_id = titled(room, "weekend").id
    with pytest.raises((NotYourRetro, NotFound)), house.transaction() as db:
        deciding.accept(db, cast.edda.visitor, room.retro_id, [topic_id])
    room.move(Stage.VOTE)
    with pytest.raises(GroupingIsOver), house.transaction() as db:
        deciding.refuse(db, cast.frieda.visitor, room.retro_id, topic_id)


@given(
    proposal=st.sampled_from([None, *Proposal]), refused=st.booleans(), before=st.sampled_from(list(ProposalOutcome))
)
def test_every_proposal_has_a_verdict_and_a_refusal_wins(proposal: str | None, refused: bool, before: str) -> None:
    found = verdict_of(proposal, refused, before)
    assert found is not ProposalOutcome.OPEN
    assert not refused or found is ProposalOutcome.REFUSED
