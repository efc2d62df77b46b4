"""Grouping: proposed at the reveal, changed by two facilitators at once, taken back by undo, guarded by versions."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from sqlmodel import select

from app.core.db import Database
from app.core.errors import NotFound
from app.entries.rules.names import EntryKind, HiddenReason
from app.entries.rules.refusals import EntryIsNotYours
from app.entries.service import withdrawing
from app.retros.rules.names import Stage
from app.retros.rules.refusals import NotYourRetro, VoteIsNotSkipped
from app.topics.events import TopicsChanged
from app.topics.models import TopicChange
from app.topics.queries.topic_board import TopicView
from app.topics.service import changes, choosing, discussing, grouping
from app.topics.service.changes import GroupingIsOver, NoChangeToUndo
from app.topics.service.choosing import TooManyForTheVote
from app.topics.service.discussing import NotTheDepartment, NotUnderDiscussion
from app.topics.service.grouping import NoEntryChosen, StaleTopic
from app.votes.queries import standings
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
    """Two departments of three, six entries, in stage group."""
    return with_topics(a_room(house, cast, now, {"Editorial": 3, "Production": 3}), TEXTS)


def titled(room: VotingRoom, word: str) -> TopicView:
    return next(topic for topic in room.board().topics if any(word in entry.text for entry in topic.entries))


def shape(room: VotingRoom) -> dict[str, frozenset[str]]:
    return {topic.title: frozenset(entry.text for entry in topic.entries) for topic in room.board().topics}


def test_topics_are_proposed_at_the_reveal_and_every_entry_is_in_exactly_one(room: VotingRoom) -> None:
    board = room.board()
    placed = [entry.text for topic in board.topics for entry in topic.entries]
    assert sorted(placed) == sorted(TEXTS)
    assert len(titled(room, "weekend").entries) == 3
    assert len(titled(room, "signature").entries) == 2
    assert [len(topic.entries) for topic in board.topics] == [3, 2, 1]
    assert not board.can_undo
    assert not any(topic.titled_by_person or topic.placed_by_person for topic in board.topics)


def test_praise_is_not_grouped_with_friction(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 3, "Production": 3})
    first, second, *_ = room.everybody()
    room.write(first, "The handover to Production went smoothly", EntryKind.WENT_RIGHT)
    room.write(second, "The handover to Production was a mess", EntryKind.WENT_WRONG)
    room.move(Stage.GROUP)
    assert len(room.board().topics) == 2


def test_a_topic_is_about_the_department_that_most_of_its_entries_name(
    house: Database, cast: Cast, now: datetime
) -> None:
    room = a_room(house, cast, now, {"Editorial": 3, "Production": 3})
    for seat, about in zip(room.everybody(), (cast.production, cast.production, cast.editorial), strict=False):
        room.write(seat, "Cover proofs arrived late again", about=about)
    room.move(Stage.GROUP)
    assert [topic.about_department_id for topic in room.board().topics] == [cast.production]


def test_two_facilitators_at_once_do_not_overwrite_each_other(room: VotingRoom, house: Database, cast: Cast) -> None:
    proofs, budget = titled(room, "weekend"), titled(room, "signature")
    coffee = titled(room, "coffee").entries[0]
    late = proofs.entries[0]
    with house.transaction() as db:
        grouping.move_entries(db, cast.frieda.visitor, room.retro_id, [coffee.id], budget.id)
    with house.transaction() as db:
        grouping.move_entries(db, cast.carla.visitor, room.retro_id, [late.id], budget.id)
    moved = titled(room, "signature")
    assert {coffee.id, late.id} <= {entry.id for entry in moved.entries}
    assert moved.placed_by_person == {coffee.id, late.id}
    assert len(room.board().topics) == 2, "a topic that was emptied vanishes"


def test_positions_stay_and_new_topics_come_last(room: VotingRoom, house: Database, cast: Cast) -> None:
    before = [topic.id for topic in room.board().topics]
    proofs = titled(room, "weekend")
    with house.transaction() as db:
        new = grouping.split(db, cast.frieda.visitor, room.retro_id, proofs.id, [proofs.entries[0].id], "Warnings")
    assert [topic.id for topic in room.board().topics] == [*before, new]
    assert room.board().topics[-1].titled_by_person


def test_merge_and_undo_give_everything_back(room: VotingRoom, house: Database, cast: Cast) -> None:
    before, ids = shape(room), [topic.id for topic in room.board().topics]
    with house.transaction() as db:
        grouping.merge(db, cast.frieda.visitor, room.retro_id, ids, ids[1])
    (merged,) = room.board().topics
    assert merged.id == ids[1]
    assert room.board().undo_sentence == "Undo the merge"
    with house.transaction() as db:
        changes.undo(db, cast.carla.visitor, room.retro_id)
    assert shape(room) == before
    assert [topic.id for topic in room.board().topics] == ids
    assert not any(topic.placed_by_person for topic in room.board().topics)


def test_undo_goes_back_step_by_step_to_the_proposal(room: VotingRoom, house: Database, cast: Cast) -> None:
    before, visitor = shape(room), cast.frieda.visitor
    proofs, coffee = titled(room, "weekend"), titled(room, "coffee")
    with house.transaction() as db:
        grouping.rename(db, visitor, room.retro_id, proofs.id, "Late proofs", proofs.version)
        grouping.move_entries(db, visitor, room.retro_id, [coffee.entries[0].id], proofs.id)
        grouping.split(db, visitor, room.retro_id, proofs.id, [proofs.entries[1].id, proofs.entries[2].id])
        grouping.move_entries(db, visitor, room.retro_id, [proofs.entries[0].id], None, "Alone")
        choosing.choose_for_vote(db, visitor, room.retro_id, [proofs.id])
    for _ in range(5):
        assert room.board().can_undo
        with house.transaction() as db:
            changes.undo(db, visitor, room.retro_id)
    assert shape(room) == before
    with pytest.raises(NoChangeToUndo), house.transaction() as db:
        changes.undo(db, visitor, room.retro_id)


def test_undo_holds_no_word_of_an_entry(room: VotingRoom, house: Database, cast: Cast) -> None:
    proofs, budget = titled(room, "weekend"), titled(room, "signature")
    with house.transaction() as db:
        grouping.move_entries(db, cast.frieda.visitor, room.retro_id, [e.id for e in proofs.entries], budget.id)
    with house.reading() as db:
        steps = [str(step.what) for step in db.exec(select(TopicChange))]
    assert len(steps) == 1
    assert not any(text in step for step in steps for text in TEXTS)
    room.move(Stage.VOTE)
    with house.reading() as db:
        assert db.exec(select(TopicChange)).all() == []


def test_a_stale_title_is_refused_with_both_texts(room: VotingRoom, house: Database, cast: Cast) -> None:
    topic = titled(room, "weekend")
    with house.transaction() as db:
        grouping.rename(db, cast.frieda.visitor, room.retro_id, topic.id, "Late proofs", topic.version)
    with pytest.raises(StaleTopic) as refused, house.transaction() as db:
        grouping.rename(db, cast.carla.visitor, room.retro_id, topic.id, "No warning", topic.version)
    assert (refused.value.status, refused.value.yours, refused.value.theirs) == (412, "No warning", "Late proofs")
    with house.transaction() as db:
        grouping.rename(db, cast.carla.visitor, room.retro_id, topic.id, "No warning", refused.value.version)
    assert titled(room, "weekend").title == "No warning"


def test_moving_entries_does_not_make_a_title_stale(room: VotingRoom, house: Database, cast: Cast) -> None:
    topic, coffee = titled(room, "weekend"), titled(room, "coffee")
    with house.transaction() as db:
        grouping.move_entries(db, cast.frieda.visitor, room.retro_id, [coffee.entries[0].id], topic.id)
    with house.transaction() as db:
        grouping.rename(db, cast.carla.visitor, room.retro_id, topic.id, "Late proofs", topic.version)
    assert titled(room, "coffee").title == "Late proofs"


def test_only_the_changed_topics_are_drawn_again(room: VotingRoom, house: Database, cast: Cast) -> None:
    facts: list[TopicsChanged] = []
    house.bus.after(TopicsChanged, facts.append)
    proofs, budget, coffee = (titled(room, word) for word in ("weekend", "signature", "coffee"))
    with house.transaction() as db:
        grouping.move_entries(db, cast.frieda.visitor, room.retro_id, [proofs.entries[0].id], budget.id)
    with house.transaction() as db:
        grouping.move_entries(db, cast.frieda.visitor, room.retro_id, [coffee.entries[0].id], budget.id)
    assert [(fact.topic_ids, fact.order_changed) for fact in facts] == [
        (frozenset({proofs.id, budget.id}), False),
        (frozenset({coffee.id, budget.id}), True),
    ]
    assert facts[1].version == facts[0].version + 1


def test_only_those_who_run_the_retro_group(room: VotingRoom, house: Database, cast: Cast) -> None:
    topic = titled(room, "weekend")
    for person, refusal in ((cast.edda, NotYourRetro), (cast.ada, NotYourRetro), (cast.sven, NotFound)):
        with pytest.raises(refusal), house.transaction() as db:
            grouping.rename(db, person.visitor, room.retro_id, topic.id, "Mine", topic.version)


def test_grouping_ends_with_its_stage(room: VotingRoom, house: Database, cast: Cast) -> None:
    topic = titled(room, "weekend")
    room.move(Stage.VOTE)
    with pytest.raises(GroupingIsOver), house.transaction() as db:
        grouping.move_entries(db, cast.frieda.visitor, room.retro_id, [topic.entries[0].id], None)
    assert not room.board().can_undo


def test_a_topic_of_another_retro_is_not_there(room: VotingRoom, house: Database, cast: Cast, now: datetime) -> None:
    other = with_topics(a_room(house, cast, now, {"Editorial": 3, "Production": 3}), TEXTS)
    foreign = titled(other, "weekend")
    with pytest.raises(NotFound), house.transaction() as db:
        grouping.move_entries(
            db, cast.frieda.visitor, room.retro_id, [titled(room, "coffee").entries[0].id], foreign.id
        )
    with pytest.raises(NoEntryChosen), house.transaction() as db:
        grouping.move_entries(db, cast.frieda.visitor, room.retro_id, [foreign.entries[0].id], None)


def test_the_largest_topics_go_to_the_vote_unless_somebody_chose(
    room: VotingRoom, house: Database, cast: Cast
) -> None:
    room.move(Stage.VOTE)
    assert all(topic.voted_on for topic in room.board().topics)
    room.move(Stage.GROUP)
    chosen = titled(room, "coffee").id
    with house.transaction() as db:
        choosing.choose_for_vote(db, cast.frieda.visitor, room.retro_id, [chosen])
    room.move(Stage.VOTE)
    assert [topic.id for topic in room.board().topics if topic.voted_on] == [chosen]


def test_at_most_twelve_are_chosen(house: Database, cast: Cast, now: datetime) -> None:
    house.info["encoder"] = None  # by meaning some of these words are alike
    words = "invoice kitchen laptop weather holiday badges printer glossary tickets parking shipping umbrella"
    room = with_topics(
        a_room(house, cast, now, {"Editorial": 3, "Production": 3}), (words + " vacation zoom").split()
    )
    ids = [topic.id for topic in room.board().topics]
    assert len(ids) == 14
    with pytest.raises(TooManyForTheVote), house.transaction() as db:
        choosing.choose_for_vote(db, cast.frieda.visitor, room.retro_id, ids[:13])
    room.move(Stage.VOTE)
    assert sum(topic.voted_on for topic in room.board().topics) == 12


def test_a_hidden_entry_leaves_no_word_in_a_proposed_title(room: VotingRoom, house: Database, cast: Cast) -> None:
    topic = titled(room, "coffee")
    assert "coffee" in topic.title.lower()
    with house.transaction() as db:
        withdrawing.hide(db, cast.frieda.visitor, room.retro_id, topic.entries[0].id, HiddenReason.OFF_TOPIC)
    hidden = next(one for one in room.board().topics if one.id == topic.id)
    assert hidden.title == f"Topic {hidden.position + 1}"
    assert hidden.entries[0].hidden_role == "facilitator"


def test_a_withdrawn_entry_takes_its_empty_topic_along(room: VotingRoom, house: Database) -> None:
    topic = titled(room, "coffee")
    for seat in room.everybody():
        with suppress(EntryIsNotYours), house.transaction() as db:
            withdrawing.withdraw(db, seat, topic.entries[0].id)
    room.move(Stage.VOTE)
    assert topic.id not in {one.id for one in room.board().topics}


def test_the_vote_is_skipped_with_one_topic_only(room: VotingRoom, house: Database, cast: Cast) -> None:
    with pytest.raises(VoteIsNotSkipped):
        room.move(Stage.DISCUSS)
    ids = [topic.id for topic in room.board().topics]
    with house.transaction() as db:
        grouping.merge(db, cast.frieda.visitor, room.retro_id, ids, ids[0])
    room.move(Stage.DISCUSS)
    with house.reading() as db:
        assert [standing.topic_id for standing in standings(db, room.retro_id)] == [ids[0]]


def test_notes_are_guarded_and_nothing_typed_is_lost(room: VotingRoom, house: Database, cast: Cast) -> None:
    room.move(Stage.VOTE, Stage.DISCUSS)
    topic = titled(room, "weekend")
    with house.transaction() as db:
        discussing.write_notes(db, cast.frieda.visitor, room.retro_id, topic.id, "Ask Rights", topic.version)
    with pytest.raises(StaleTopic) as refused, house.transaction() as db:
        discussing.write_notes(db, cast.carla.visitor, room.retro_id, topic.id, "Ask IT", topic.version)
    assert refused.value.yours == "Ask IT"
    assert refused.value.theirs == "Ask Rights"
    assert titled(room, "weekend").notes == "Ask Rights"


def test_the_why_chain_grows_and_closes_up(room: VotingRoom, house: Database, cast: Cast) -> None:
    room.move(Stage.VOTE, Stage.DISCUSS)
    topic, visitor = titled(room, "weekend"), cast.frieda.visitor
    for text in ("Nobody ordered them", "Nobody knew who orders", "Nobody knew who orders", "No owner"):
        with house.transaction() as db:
            discussing.add_why(db, visitor, room.retro_id, topic.id, text)
    chain = titled(room, "weekend").whys
    assert [why.text for why in chain] == ["Nobody ordered them", "Nobody knew who orders", "No owner"]
    with house.transaction() as db:
        discussing.remove_why(db, visitor, room.retro_id, topic.id, chain[0].id)
    assert [(why.position, why.text) for why in titled(room, "weekend").whys] == [
        (1, "Nobody knew who orders"),
        (2, "No owner"),
    ]


def test_only_the_department_it_is_about_replies(room: VotingRoom, house: Database, cast: Cast) -> None:
    room.move(Stage.VOTE, Stage.DISCUSS)
    topic, visitor = titled(room, "weekend"), cast.frieda.visitor
    with pytest.raises(NotTheDepartment), house.transaction() as db:
        discussing.reply(db, visitor, room.retro_id, topic.id, cast.production, "We were short of staff.", 0)
    with pytest.raises(NotTheDepartment), house.transaction() as db:
        discussing.about(db, visitor, room.retro_id, topic.id, cast.departments["IT"])
    with house.transaction() as db:
        discussing.about(db, visitor, room.retro_id, topic.id, cast.production)
        discussing.reply(db, visitor, room.retro_id, topic.id, cast.production, "We were short of staff.", 0)
    with pytest.raises(StaleTopic), house.transaction() as db:
        discussing.reply(db, visitor, room.retro_id, topic.id, cast.production, "Sorry.", 0)
    (said,) = titled(room, "weekend").replies
    assert (said.department_id, said.text) == (cast.production, "We were short of staff.")


def test_notes_wait_for_the_discussion(room: VotingRoom, house: Database, cast: Cast) -> None:
    topic = titled(room, "weekend")
    with pytest.raises(NotUnderDiscussion), house.transaction() as db:
        discussing.write_notes(db, cast.frieda.visitor, room.retro_id, topic.id, "Too early", topic.version)
    room.move(Stage.VOTE, Stage.DISCUSS)
    with house.transaction() as db:
        discussing.mark_discussed(db, cast.carla.visitor, room.retro_id, topic.id)
    assert titled(room, "weekend").discussed
