"""An outcome on both databases: live while the retro is open, fixed at the close, shared by links that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from app.actions.queries import lists, rows
from app.actions.rules.kinds import ActionState
from app.actions.service import capturing, stepping
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.outcomes.models import Outcome, ShareLink
from app.outcomes.queries import outcomes
from app.outcomes.queries.outcomes import LinkIsOver, OutcomeIsNotReady, OutcomeView, RoomReadingIsOver
from app.outcomes.rules.document import to_contents
from app.outcomes.rules.markdown import outcome_markdown
from app.outcomes.rules.sharing import ROOM_READS_FOR
from app.outcomes.service import outcomes as outcomes_service
from app.retros.rules.names import Stage
from app.retros.rules.refusals import NotYourRetro
from app.topics.queries.topic_board import board
from app.topics.service import discussing
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.unit.test_actions_service import capture


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    """In discussion: one topic was discussed, with notes, a why and a reply; one action is promised from it."""
    made = a_retro(house, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, entries=2, k=3)
    visitor = cast.frieda.visitor
    with house.transaction() as db:
        first = board(db, made.id).topics[0]
        discussing.mark_discussed(db, visitor, made.id, first.id)
    return made


def at_desk(house: Database, person: Person, room: Room) -> OutcomeView:
    with house.reading() as db:
        return outcomes.outcome(db, room.id, for_=person.visitor)


def close(house: Database, room: Room, clock: SetClock) -> None:
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(house, room.cast.frieda, room, stage, clock)


def test_before_the_reveal_an_outcome_holds_no_entry(house: Database, cast: Cast, clock: SetClock) -> None:
    writing = a_retro(house, cast, clock, stage=Stage.WRITE, seats={"Editorial": 3, "Production": 3}, k=3)
    document = at_desk(house, cast.frieda, writing).document
    assert not document.was_revealed
    assert (document.topics, document.not_discussed, document.in_no_topic, document.thanks) == ((), (), (), ())


def test_the_outcome_tells_what_the_room_saw(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    capture(house, room, clock)
    view = at_desk(house, cast.frieda, room)
    document = view.document
    assert not view.is_fixed
    assert document.took_part == 6
    assert [one.name for one in document.departments] == ["Editorial", "Marketing", "Production"]
    assert len(document.topics) == 1
    with house.reading() as db:
        shown = board(db, room.id).topics
    told = [entry.text for topic in (*document.topics, *document.not_discussed) for entry in topic.entries]
    told += [entry.text for entry in (*document.thanks, *document.in_no_topic)]
    assert sorted(told) == sorted(entry.text for topic in shown for entry in topic.entries)
    assert [one.title for one in document.actions] == ["Send page proofs two days earlier"]
    groups = {tally.group.name for topic in document.topics for tally in topic.tallies}
    assert groups == {"Editorial", "Production"}


def test_it_is_fixed_at_the_close_and_served_from_there(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(house, room, clock)
    before = at_desk(house, cast.frieda, room).document
    close(house, room, clock)
    fixed = at_desk(house, cast.edda, room)
    assert fixed.is_fixed
    assert fixed.document.took_part == 6, "although the seats are gone"
    assert replace(fixed.document, closed_at=None) == before
    assert fixed.states == {str(action_id): ActionState.REQUESTED}
    with house.transaction() as db:
        stepping.step(db, cast.paul.visitor, action_id, ActionState.PROMISED, clock.now())
    later = at_desk(house, cast.edda, room)
    assert later.states == {str(action_id): ActionState.PROMISED}
    assert later.document == fixed.document


def test_mended_wording_reaches_the_fixed_outcome_and_nothing_else_does(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(house, room, clock)
    close(house, room, clock)
    before = at_desk(house, cast.edda, room).document
    with house.transaction() as db:
        view = lists.action(db, action_id, for_=cast.frieda.visitor)
        mended = replace(rows.fields(db, action_id), title="Send the page proofs on Tuesday")
        capturing.change(db, cast.frieda.visitor, action_id, mended, view.version, clock.now())
    after = at_desk(house, cast.edda, room).document
    assert after.actions[0].title == "Send the page proofs on Tuesday"
    assert replace(after, actions=()) == replace(before, actions=())


def test_nothing_of_a_seat_or_an_entrys_id_is_in_it(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    tags = [room.seat("Editorial", 0).tag, room.seat("Production", 2).tag]
    with house.reading() as db:
        ids = [str(entry.id) for topic in board(db, room.id).topics for entry in topic.entries]
    close(house, room, clock)
    with house.reading() as db:
        contents = str(db.exec(select(Outcome)).one().contents)
    assert ids
    for hidden in (*tags, *room.all_secrets(), *ids, *(one.replace("-", "") for one in ids)):
        assert hidden not in contents


def test_strangers_find_no_outcome(house: Database, room: Room, cast: Cast) -> None:
    with pytest.raises(NotFound):
        at_desk(house, cast.sven, room)


def test_the_room_reads_for_two_weeks_after_the_close_unless_switched_off(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    def read() -> OutcomeView:
        with house.reading() as db:
            return outcomes.for_the_room(db, room.code, clock.now())

    with pytest.raises(OutcomeIsNotReady):
        read()
    close(house, room, clock)
    assert read().document == at_desk(house, cast.frieda, room).document
    with house.transaction() as db, pytest.raises(NotYourRetro):
        outcomes_service.open_to_room(db, cast.edda.visitor, room.id, False, clock.now())
    with house.transaction() as db:
        outcomes_service.open_to_room(db, cast.carla.visitor, room.id, False, clock.now())
    with pytest.raises(RoomReadingIsOver):
        read()
    with house.transaction() as db:
        outcomes_service.open_to_room(db, cast.frieda.visitor, room.id, True, clock.now())
    clock.advance(ROOM_READS_FOR - timedelta(seconds=1))
    assert read().is_fixed
    clock.advance(timedelta(seconds=1))
    with pytest.raises(RoomReadingIsOver):
        read()


def test_a_share_link_expires_is_revoked_and_leaves_the_wording_out(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    with pytest.raises(OutcomeIsNotReady), house.transaction() as db:
        outcomes_service.share(db, cast.frieda.visitor, room.id, 7, False, clock.now())
    close(house, room, clock)
    with pytest.raises(NotYourRetro), house.transaction() as db:
        outcomes_service.share(db, cast.edda.visitor, room.id, 7, False, clock.now())
    with pytest.raises(Invalid), house.transaction() as db:
        outcomes_service.share(db, cast.frieda.visitor, room.id, 3650, False, clock.now())
    with house.transaction() as db:
        first, quiet = outcomes_service.share(db, cast.frieda.visitor, room.id, 7, False, clock.now())
        _, whole = outcomes_service.share(db, cast.ada.visitor, room.id, 30, True, clock.now())
    entry = at_desk(house, cast.frieda, room).document.topics[0].entries[0]
    with house.reading() as db:
        assert entry.text not in str(to_contents(outcomes.shared(db, quiet, clock.now()).document))
        assert entry.text in outcome_markdown(outcomes.shared(db, whole, clock.now()).document)
        stored = str([row.model_dump() for row in db.exec(select(ShareLink)).all()])
    assert quiet not in stored
    with house.transaction() as db:
        outcomes_service.revoke(db, cast.carla.visitor, room.id, first, clock.now())
    with house.reading() as db, pytest.raises(LinkIsOver):
        outcomes.shared(db, quiet, clock.now())
    clock.advance(timedelta(days=30))
    with house.reading() as db, pytest.raises(LinkIsOver):
        outcomes.shared(db, whole, clock.now())
    with house.reading() as db, pytest.raises(LinkIsOver):
        outcomes.shared(db, "made-up", clock.now())


def test_a_retro_closed_below_k_makes_no_claim_and_tells_no_group(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    small = a_retro(house, cast, clock, stage=Stage.WRITE, seats={"Editorial": 1, "Production": 1}, k=3)
    assert move(house, cast.frieda, small, Stage.GROUP, clock) == Stage.WRITE, (
        "first the drafts' release is asked for"
    )
    for stage in (Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
        move(house, cast.frieda, small, stage, clock)
    document = at_desk(house, cast.frieda, small).document
    assert not document.claims_anonymity
    assert all(
        topic.tallies == () and topic.standing is None for topic in (*document.topics, *document.not_discussed)
    )
    assert "no claim of anonymity" in outcome_markdown(document)
