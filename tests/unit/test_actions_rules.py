"""Promises: which step may follow which, who may take it, what must be said, and the days that count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.rules.bridges import BRIDGES
from app.actions.rules.calendar import (
    SETTLED,
    accepts_by_silence_on,
    default_due,
    is_overdue,
    may_be_mended,
    standing,
)
from app.actions.rules.fields import (
    PER_RETRO,
    Fields,
    changes_only_wording,
    is_beyond_limit,
    missing,
    title_advice,
    with_usual_cause,
)
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, Party, Priority, PromiseStanding
from app.actions.rules.policy import Policy
from app.actions.rules.states import (
    HANDED_OVER_FROM,
    NEEDS_DATE,
    NEEDS_REASON,
    TAKES_DATE,
    StepDetails,
    StepTaken,
    day_problem,
    follows,
    may_be_undone,
    may_take,
    project,
    said_too_little,
    steps_for,
    still_counting,
    what_counts,
)
from app.core.places import Place

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
HERE = Place()
EVERY_PARTY = frozenset(Party)


def complete(**changed: object) -> Fields:
    values: dict[str, object] = {
        "title": "Send page proofs two days earlier",
        "done_when": "Three issues in a row had proofs on Tuesday.",
        "owner_name": "Paul",
        "owner_email": "paul@lantern.example",
        "providing_department_id": UUID(int=1),
        "requesting_department_id": UUID(int=2),
        "due_on": MONDAY,
        "cause": Cause.PREVENT,
    }
    return Fields(**{**values, **changed})  # type: ignore[arg-type]


@st.composite
def histories(draw: st.DrawFn, with_undo: bool = False) -> list[StepTaken]:
    """A walk along allowed steps: each is one that the rules let somebody take next, or takes the last back."""
    steps: list[StepTaken] = []
    at = START
    for number in range(1, draw(st.integers(0, 25)) + 1):
        counting = still_counting(steps)
        state = project(steps).state
        possible = [one for one in ActionState if follows(state, one)]
        at += timedelta(hours=draw(st.integers(1, 200)))
        if with_undo and len(counting) > 1 and draw(st.booleans()):
            steps.append(StepTaken(state, at, undoes=counting[-1].number, number=number))
            continue
        if not possible:
            break
        state = draw(st.sampled_from(possible))
        due = draw(st.none() | st.dates(MONDAY, date(2027, 1, 1)))
        if state in NEEDS_DATE and due is None:
            due = date(2026, 6, 1)
        steps.append(StepTaken(state, at, due, "because", number=number))
    return steps


@given(histories(with_undo=True))
def test_undo_restores_exactly_what_was_before(steps: list[StepTaken]) -> None:
    counting = still_counting(steps)
    assert project(steps) == project(counting), "a step that was taken back counts no more"
    possible = [one for one in ActionState if follows(project(steps).state, one)]
    for following in possible:
        number = len(steps) + 1
        taken = [*steps, StepTaken(following, START, date(2026, 9, 9), number=number)]
        back = [*taken, StepTaken("proposed", START, undoes=number, number=number + 1)]
        assert project(back) == project(steps)


@given(histories(with_undo=True), st.integers(0, 40))
def test_only_the_last_step_that_counts_is_taken_back(steps: list[StepTaken], number: int) -> None:
    counting = still_counting(steps)
    if counting and number == counting[-1].number:
        return
    with pytest.raises(ValueError, match="not the last one"):
        project([*steps, StepTaken("proposed", START, undoes=number, number=99)])


def test_a_new_day_is_neither_over_nor_the_old_one() -> None:
    yesterday, tomorrow = date(2026, 3, 1), date(2026, 3, 3)

    def problem(state: ActionState, day: date | None, here: ActionState = ActionState.PROMISED) -> set[str]:
        return set(day_problem(here, state, StepDetails(due_on=day), tomorrow, MONDAY))

    for state in (ActionState.PROMISED, ActionState.RE_PROMISED, ActionState.COUNTERED):
        assert problem(state, yesterday) == {"due_on"}
        assert problem(state, MONDAY) == set()
    assert problem(ActionState.REQUESTED, yesterday, ActionState.COUNTERED) == {"due_on"}
    assert problem(ActionState.RE_PROMISED, tomorrow) == {"due_on"}, "it has that day already"
    assert problem(ActionState.PROMISED, tomorrow, ActionState.REQUESTED) == set(), (
        "the day asked for may be promised"
    )
    assert problem(ActionState.PROMISED, None, ActionState.REQUESTED) == set()


ME, SOMEBODY = UUID(int=1), UUID(int=2)


def test_a_step_is_taken_back_by_who_took_it_and_only_for_a_minute() -> None:
    asked = StepTaken(ActionState.REQUESTED, START, number=1)
    promised = StepTaken(ActionState.PROMISED, START + timedelta(hours=1), account_id=ME, number=2)
    soon, later = promised.happened_at + timedelta(seconds=59), promised.happened_at + timedelta(seconds=60)
    assert may_be_undone([asked, promised], ME, soon) == promised
    assert may_be_undone([asked, promised], ME, later) is None
    assert may_be_undone([asked, promised], SOMEBODY, soon) is None
    assert may_be_undone([asked], ME, soon) is None, "what the room asked for stands"
    back = StepTaken(ActionState.REQUESTED, soon, account_id=ME, undoes=2, number=3)
    assert may_be_undone([asked, promised, back], ME, soon) is None


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[ActionState, ActionState, frozenset[Party]]]:
    """What random people, who stand to a promise in random ways, get done with it: (before, after, who they were)."""
    state, found = ActionState.PROPOSED, []
    for _ in range(draw(st.integers(1, 30))):
        parties = draw(st.frozensets(st.sampled_from(list(Party))))
        wanted = draw(st.sampled_from(list(ActionState)))
        if may_take(state, wanted, parties):
            found.append((state, wanted, parties))
            state = wanted
    return found


@given(walks())
def test_no_path_reaches_accepted_without_the_requester_or_silence(
    walk: list[tuple[ActionState, ActionState, frozenset[Party]]],
) -> None:
    for before, after, parties in walk:
        if after in (ActionState.ACCEPTED, ActionState.HELD, ActionState.RETURNED, ActionState.INCONCLUSIVE):
            assert before in (ActionState.REPORTED_DONE, ActionState.ACCEPTED)
            assert parties & {Party.REQUESTING, Party.SILENCE}
            assert Party.OWNER not in parties
        if after in (ActionState.PROMISED, ActionState.RE_PROMISED, ActionState.REPORTED_DONE):
            assert Party.OWNER in parties


@given(histories())
def test_any_sequence_of_allowed_steps_derives_the_projected_state(steps: list[StepTaken]) -> None:
    """Kept step by step (as the service does) or folded at once: the same. And it is what a reader would count."""
    whole = project(steps)
    assert whole.state == (steps[-1].state if steps else ActionState.PROPOSED)
    assert whole.slips == sum(step.state == ActionState.RE_PROMISED for step in steps)
    named = [step.due_on for step in steps if step.due_on]
    assert whole.due_on == (named[-1] if named else None)
    days_at_promises = [
        [one.due_on for one in steps[: at + 1] if one.due_on]
        for at, step in enumerate(steps)
        if step.state == ActionState.PROMISED
    ]
    promised = [days[-1] for days in days_at_promises if days]
    assert whole.promised_for == (promised[0] if promised else None), "the original date never moves"
    assert (whole.settled_at is not None) == (whole.state in SETTLED)
    reports = [step.happened_at for step in steps if step.state == ActionState.REPORTED_DONE]
    assert whole.reported_at == (reports[-1] if reports else None)


@given(histories(), st.sampled_from(list(ActionState)))
def test_a_history_with_a_forbidden_step_is_refused(steps: list[StepTaken], wrong: ActionState) -> None:
    here = project(steps).state
    if follows(here, wrong):
        assert project([*steps, StepTaken(wrong, START)]).state == wrong
    else:
        with pytest.raises(ValueError, match=f"{wrong} cannot follow {here}"):
            project([*steps, StepTaken(wrong, START)])


@pytest.mark.parametrize("state", list(ActionState))
def test_only_the_owner_promises(state: ActionState) -> None:
    for following in (
        ActionState.PROMISED,
        ActionState.RE_PROMISED,
        ActionState.REPORTED_DONE,
        ActionState.IN_PROGRESS,
    ):
        if not follows(state, following):
            continue
        assert may_take(state, following, {Party.OWNER})
        assert not may_take(state, following, EVERY_PARTY - {Party.OWNER})


def test_only_the_requesting_department_accepts_and_never_the_owner() -> None:
    assert may_take(ActionState.REPORTED_DONE, ActionState.ACCEPTED, {Party.REQUESTING})
    assert not may_take(ActionState.REPORTED_DONE, ActionState.ACCEPTED, {Party.PROVIDING})
    assert not may_take(ActionState.REPORTED_DONE, ActionState.ACCEPTED, {Party.OWNER})
    assert not may_take(
        ActionState.REPORTED_DONE, ActionState.ACCEPTED, {Party.OWNER, Party.REQUESTING, Party.PROVIDING}
    )
    assert may_take(ActionState.REPORTED_DONE, ActionState.ACCEPTED, {Party.SILENCE})
    assert not may_take(ActionState.REPORTED_DONE, ActionState.SENT_BACK, {Party.SILENCE})


def test_the_whole_way_of_a_promise_in_the_order_of_the_design() -> None:
    way = ["requested", "acknowledged", "promised", "in_progress", "reported_done", "accepted", "held"]
    assert project([StepTaken(state, START) for state in way]).state == ActionState.HELD
    for state, following in zip(["proposed", *way], way, strict=False):
        assert follows(state, following)


@pytest.mark.parametrize(
    "state", [ActionState.HELD, ActionState.RETURNED, ActionState.INCONCLUSIVE, ActionState.NOT_DOING]
)
def test_nothing_follows_an_end(state: ActionState) -> None:
    assert steps_for(state, EVERY_PARTY) == []


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    reached, ahead = {ActionState.PROPOSED}, [ActionState.PROPOSED]
    while ahead:
        here = ahead.pop()
        for following in ActionState:
            if follows(here, following) and following not in reached:
                reached.add(following)
                ahead.append(following)
    assert reached == set(ActionState)
    for state in set(ActionState) - SETTLED:
        assert any(may_take(state, following, {party}) for following in ActionState for party in Party), state


@pytest.mark.parametrize(
    "state", [ActionState.DECLINED, ActionState.SENT_BACK, ActionState.NOT_DOING, ActionState.RE_PROMISED]
)
def test_these_steps_need_a_reason(state: ActionState) -> None:
    assert state in NEEDS_REASON
    assert "reason" in said_too_little(ActionState.PROMISED, state, StepDetails(due_on=MONDAY))
    assert said_too_little(ActionState.PROMISED, state, StepDetails("because", due_on=MONDAY)) == {}


def test_a_new_promise_needs_a_day_and_a_block_its_department() -> None:
    assert set(said_too_little(ActionState.PROMISED, ActionState.RE_PROMISED, StepDetails("because"))) == {"due_on"}
    assert set(said_too_little(ActionState.PROMISED, ActionState.BLOCKED, StepDetails())) == {"department"}
    assert said_too_little(ActionState.PROMISED, ActionState.BLOCKED, StepDetails(department_id=uuid4())) == {}
    assert said_too_little(ActionState.REQUESTED, ActionState.PROMISED, StepDetails()) == {}


@pytest.mark.parametrize("state", sorted(HANDED_OVER_FROM))
def test_handing_over_names_exactly_one_owner_and_asks_again_does_not(state: ActionState) -> None:
    assert set(said_too_little(state, ActionState.REQUESTED, StepDetails())) == {"owner"}
    assert said_too_little(state, ActionState.REQUESTED, StepDetails(owner_id=uuid4())) == {}
    assert said_too_little(ActionState.COUNTERED, ActionState.REQUESTED, StepDetails()) == {}


@given(histories(), st.sampled_from(list(ActionState)), st.dates(MONDAY, date(2099, 1, 1)))
def test_no_date_moves_beside_a_step_that_takes_one(steps: list[StepTaken], state: ActionState, day: date) -> None:
    before = project(steps)
    if not follows(before.state, state):
        return
    kept = what_counts(before.state, state, StepDetails("why", "outside", day, UUID(int=1), UUID(int=2)))
    hands = state == ActionState.REQUESTED and before.state in HANDED_OVER_FROM
    at = steps[-1].happened_at if steps else START
    after = project([*steps, StepTaken(state, at, kept.due_on, kept.reason, miss_reason=kept.miss_reason)])
    if state not in TAKES_DATE or hands:
        assert after.due_on == before.due_on
    if state not in (ActionState.RE_PROMISED, ActionState.BLOCKED, ActionState.NOT_DOING):
        assert after.miss_reason == before.miss_reason
    assert (kept.owner_id is not None) == hands
    assert (kept.department_id is not None) == (state == ActionState.BLOCKED)


def test_taking_a_request_back_is_no_answer_to_it() -> None:
    asked = StepTaken(ActionState.REQUESTED, START, MONDAY)
    assert project([asked, StepTaken(ActionState.NOT_DOING, START, reason="No longer needed")]).answered_at is None
    assert project([asked, StepTaken(ActionState.DECLINED, START, reason="No hands")]).answered_at == START


def test_a_complete_action_misses_nothing() -> None:
    assert missing(complete()) == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"done_when": ""}, "done_when"),
        ({"owner_name": ""}, "owner"),
        ({"owner_email": ""}, "owner"),
        ({"providing_department_id": None}, "providing_department"),
        ({"requesting_department_id": None}, "requesting_department"),
        ({"due_on": None}, "due_on"),
        ({"cause": ""}, "cause"),
        ({"scope": ActionScope.ABOVE_US}, "sponsor_name"),
    ],
)
def test_each_missing_field_is_said_in_one_sentence(changed: dict[str, object], field: str) -> None:
    wrong = missing(complete(**changed))
    assert list(wrong) == [field]
    assert wrong[field].endswith(".")
    assert wrong[field][0].isupper()


def test_above_us_with_a_sponsor_and_an_owner_with_an_account_are_complete() -> None:
    assert missing(complete(scope=ActionScope.ABOVE_US, sponsor_name="Nora")) == {}
    assert missing(complete(owner_id=uuid4(), owner_name="", owner_email="")) == {}


def test_an_agreement_or_a_bridge_is_its_own_cause() -> None:
    assert with_usual_cause(complete(kind=ActionKind.AGREEMENT, cause="")).cause == Cause.AGREEMENT
    assert with_usual_cause(complete(kind=ActionKind.BRIDGE, cause="")).cause == Cause.BRIDGE
    assert with_usual_cause(complete(kind=ActionKind.BRIDGE, cause=Cause.DETECT)).cause == Cause.DETECT
    assert with_usual_cause(complete(cause="")).cause == ""


@pytest.mark.parametrize("title", ["Send proofs earlier", "Agree on one template", "Überprüfe die Liste"])
def test_a_title_with_a_verb_gets_no_advice(title: str) -> None:
    assert title_advice(title) is None


@pytest.mark.parametrize("title", ["Communication", "The proofs come too late", "Better handover", "More meetings"])
def test_a_title_without_a_verb_gets_gentle_advice(title: str) -> None:
    assert "verb" in (title_advice(title) or "")


def test_ready_made_bridges_are_complete_but_for_people_and_days() -> None:
    assert len(BRIDGES) == len({one.key for one in BRIDGES}) >= 8
    for one in BRIDGES:
        assert missing(complete(kind=ActionKind.BRIDGE, title=one.title, done_when=one.done_when)) == {}
        assert title_advice(one.title) is None, one.title
        assert len(one.title) <= 160
        assert len(one.done_when) <= 400


def test_the_sixth_action_is_beyond_the_limit() -> None:
    assert [is_beyond_limit(count) for count in (0, PER_RETRO - 1, PER_RETRO)] == [False, False, True]


def test_due_dates_count_working_days() -> None:
    assert default_due(MONDAY, Priority.HIGH, HERE, Policy()) == date(2026, 3, 23)
    assert default_due(MONDAY, Priority.NORMAL, HERE, Policy()) == date(2026, 4, 13)
    assert default_due(MONDAY, Priority.NORMAL, HERE, Policy(due_normal=1)) == date(2026, 3, 3)
    in_bavaria = Place("Europe/Berlin", "DE", "BY")
    assert default_due(MONDAY, Priority.NORMAL, in_bavaria, Policy()) == date(2026, 4, 15), "Easter has two days off"


def test_wording_is_mended_for_two_working_days() -> None:
    thursday = date(2026, 3, 5)
    assert may_be_mended(thursday, date(2026, 3, 9), HERE, Policy()), "Monday is the second working day"
    assert not may_be_mended(thursday, date(2026, 3, 10), HERE, Policy())
    assert changes_only_wording(
        complete(), complete(title="Send them earlier", done_when="Twice.", external_link="x")
    )
    assert not changes_only_wording(complete(), complete(due_on=date(2026, 5, 5)))
    assert not changes_only_wording(complete(), complete(owner_name="Somebody else"))


def test_without_days_for_mending_the_wording_stands_at_once() -> None:
    assert not may_be_mended(MONDAY, MONDAY, HERE, Policy(mend_within=0))
    assert may_be_mended(MONDAY, date(2026, 3, 3), HERE, Policy(mend_within=1))


def test_silence_accepts_after_five_whole_working_days() -> None:
    assert accepts_by_silence_on(MONDAY, HERE, Policy()) == date(2026, 3, 10), "the whole Monday after is waited for"
    assert accepts_by_silence_on(date(2026, 4, 1), Place("UTC", "GB", "ENG"), Policy()) == date(2026, 4, 11), (
        "Good Friday and Easter Monday are no working days in England"
    )


def test_kept_late_open_and_let_go() -> None:
    due, before, after = date(2026, 3, 20), date(2026, 3, 19), date(2026, 3, 21)
    assert standing(ActionState.ACCEPTED, due, due, after) == PromiseStanding.KEPT
    assert standing(ActionState.RETURNED, due, before, after) == PromiseStanding.KEPT, (
        "done in time, even if it did not help"
    )
    assert standing(ActionState.ACCEPTED, due, after, after) == PromiseStanding.LATE
    assert standing(ActionState.PROMISED, due, None, before) == PromiseStanding.OPEN
    assert standing(ActionState.RE_PROMISED, due, None, after) == PromiseStanding.LATE, (
        "a new date does not mend the first"
    )
    assert standing(ActionState.REPORTED_DONE, due, before, after) == PromiseStanding.OPEN, (
        "reported in time, not accepted yet"
    )
    for again in (ActionState.SENT_BACK, ActionState.IN_PROGRESS, ActionState.RE_PROMISED):
        assert standing(again, due, before, after) == PromiseStanding.LATE, "what was sent back is not done"
        assert standing(again, due, before, due) == PromiseStanding.OPEN
    assert standing(ActionState.REQUESTED, None, None, after) == PromiseStanding.OPEN
    assert standing(ActionState.NOT_DOING, due, None, before) == PromiseStanding.LET_GO


def test_overdue_is_what_waits_for_its_owner() -> None:
    assert is_overdue(ActionState.PROMISED, MONDAY, date(2026, 3, 3))
    assert not is_overdue(ActionState.PROMISED, MONDAY, MONDAY)
    assert not is_overdue(ActionState.REPORTED_DONE, MONDAY, date(2026, 3, 3))
    assert not is_overdue(ActionState.ACCEPTED, MONDAY, date(2026, 3, 3))
    assert not is_overdue(ActionState.PROMISED, None, date(2026, 3, 3))
