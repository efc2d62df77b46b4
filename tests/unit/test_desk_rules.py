"""An address of the desk is read back as it was written, and the obvious step is always a possible one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.rules.desk import (
    TOGETHER,
    ActionFilter,
    DeskSection,
    Group,
    Sort,
    obvious_step,
    part_of,
    wanted,
    wanted_in,
)
from app.actions.rules.kinds import ActionKind, ActionState, Party, Priority
from app.actions.rules.states import NEEDS_REASON, StepDetails, said_too_little, steps_for

anything = st.builds(
    ActionFilter,
    part=st.none() | st.sampled_from(DeskSection),
    group=st.none() | st.sampled_from(Group),
    ours=st.none() | st.uuids(),
    counterpart=st.none() | st.uuids(),
    kind=st.sampled_from(["", *ActionKind]),
    mine=st.booleans(),
    priority=st.sampled_from(["", *Priority]),
    text=st.sampled_from(["", "page proofs", "50 % & more", "Überprüfen?", "a=b#c"]),
    sort=st.sampled_from(Sort),
    after=st.sampled_from(["", "1_2026-03-17_" + "0" * 32]),
)


@given(anything)
def test_an_address_says_what_is_wanted(chosen: ActionFilter) -> None:
    assert wanted_in(chosen.query) == chosen


@given(st.dictionaries(st.sampled_from(list(ActionFilter().said())), st.text(max_size=120)))
def test_an_address_that_was_typed_by_hand_still_works_and_is_said_again_alike(params: dict[str, str]) -> None:
    once = wanted(params)
    assert wanted_in(once.query) == once


def test_a_change_of_filters_begins_at_the_first_page() -> None:
    far = ActionFilter(part=DeskSection.ASKED_BY_US, after="1_2026-03-17_" + "0" * 32, text="proofs")
    assert far.but(group=Group.LATE).query == "part=asked_by_us&state=late&q=proofs"
    assert not ActionFilter(part=DeskSection.ASKED_BY_US, sort=Sort.NEWEST).narrows
    assert far.narrows


@given(st.sampled_from(ActionState), st.frozensets(st.sampled_from([Party.OWNER, Party.PROVIDING, Party.REQUESTING])))
def test_the_obvious_step_may_be_taken_and_needs_no_words(state: ActionState, parties: Iterable[Party]) -> None:
    step = obvious_step(state, parties)
    if step is not None:
        assert step in steps_for(state, parties)
        assert said_too_little(state, step, StepDetails()) == {}


@pytest.mark.parametrize(
    ("state", "party", "step"),
    [
        (ActionState.REQUESTED, Party.PROVIDING, ActionState.ACKNOWLEDGED),
        (ActionState.REQUESTED, Party.OWNER, ActionState.PROMISED),
        (ActionState.PROMISED, Party.OWNER, ActionState.REPORTED_DONE),
        (ActionState.BLOCKED, Party.OWNER, ActionState.IN_PROGRESS),
        (ActionState.REPORTED_DONE, Party.REQUESTING, ActionState.ACCEPTED),
        (ActionState.COUNTERED, Party.REQUESTING, ActionState.REQUESTED),
        (ActionState.REPORTED_DONE, Party.OWNER, None),
        (ActionState.PROMISED, Party.REQUESTING, None),
    ],
)
def test_what_is_obvious(state: ActionState, party: Party, step: ActionState | None) -> None:
    assert obvious_step(state, [party]) is step


def test_what_may_be_done_of_many_needs_nothing_to_be_said() -> None:
    assert not set(TOGETHER) & set(NEEDS_REASON)


@given(st.sampled_from(ActionState), st.booleans(), st.booleans(), st.booleans())
def test_everything_lies_in_one_part(state: ActionState, ours: bool, theirs: bool, promised: bool) -> None:
    part = part_of(state, ours, theirs, promised)
    if part is DeskSection.EVERYTHING:
        assert not ours
        assert not theirs
    if part is DeskSection.ASKED_BY_US:
        assert theirs


def test_a_department_on_both_sides_finds_what_it_must_accept_where_it_accepts() -> None:
    assert part_of(ActionState.REPORTED_DONE, True, True, True) is DeskSection.ASKED_BY_US
    assert part_of(ActionState.PROMISED, True, True, True) is DeskSection.PROMISED_BY_US
    assert part_of(ActionState.NOT_DOING, True, False, False) is DeskSection.ASKED_OF_US


def test_a_wrong_id_is_no_filter() -> None:
    assert wanted({"ours": "nobody", "with": str(UUID(int=7))}) == ActionFilter(counterpart=UUID(int=7))
