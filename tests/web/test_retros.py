"""The desk's pages around a retro: preparing it, moving it, who runs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from app.anonymity.rules.tags import new_seat_secret
from app.core.clock import SetClock
from app.core.db import Database
from app.projects import service as projects
from app.retros.queries import questions, retros
from app.retros.queries.views import RetroView
from app.retros.rules.names import LowSafetyChoice, Stage
from app.retros.rules.results import Safety
from app.retros.service import questions as questions_service
from app.retros.service import seats
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]


@pytest.fixture
def project_id(database: Database, cast: Cast, now: datetime) -> UUID:
    with database.transaction() as db:
        ended = now.date() - timedelta(days=9)
        chosen = [cast.editorial, cast.production, cast.marketing]
        return projects.create(db, cast.frieda.visitor, "Spring catalogue", "catalogue", None, ended, chosen, now)


@pytest.fixture
def desk(at_desk: AtDesk, cast: Cast) -> TestClient:
    return at_desk(cast.frieda)


@pytest.fixture
def retro_id(desk: TestClient, project_id: UUID, cast: Cast) -> UUID:
    return prepared(desk, project_id, cast)


def form(project_id: UUID, cast: Cast, **changed: object) -> dict[str, object]:
    chosen = {
        "project": str(project_id),
        "title": "Looking back on spring",
        "departments": [str(cast.editorial), str(cast.production)],
        "expected_of": [str(cast.editorial), str(cast.production), str(cast.marketing)],
        "expected": ["6", "6", "6"],
        "format": "customers",
        "k": "5",
        "entry_limit": "8",
        "way_in": "code",
        "meeting_minutes": "60",
        "co_facilitators": [str(cast.carla.id)],
        "stand_in": str(cast.stefan.id),
        "pay": "no",
    }
    return {**chosen, **changed}


def prepared(desk: TestClient, project_id: UUID, cast: Cast, **changed: object) -> UUID:
    answered = desk.post("/desk/retros", data=form(project_id, cast, **changed))
    assert answered.status_code == 303, answered.text
    return UUID(answered.headers["location"].rsplit("/", 1)[1])


def view(database: Database, retro_id: UUID, cast: Cast) -> RetroView:
    with database.reading() as db:
        return retros.get(db, retro_id, for_=cast.ada.visitor)


def post(desk: TestClient, retro_id: UUID, what: str, **fields: object) -> int:
    if fields.get("stage") == "vote":
        fields["late_round"] = "skip"
    return desk.post(f"/desk/retros/{retro_id}/{what}", data=fields).status_code


def seat_people(database: Database, retro_id: UUID, cast: Cast, now: datetime, number: int = 6) -> None:
    code = view(database, retro_id, cast).code
    for place in range(number):
        department = cast.editorial if place % 2 else cast.production
        with database.transaction() as db:
            seats.join(db, code, new_seat_secret(), department, now)


# preparing


def test_preparing_a_retro_of_a_project(desk: TestClient, project_id: UUID, cast: Cast, database: Database) -> None:
    assert "No retro yet" in desk.get("/desk/retros").text
    new = desk.get(f"/desk/retros/new?project={project_id}")
    assert new.status_code == 200
    for words in (
        "Spring catalogue",
        "Other departments are customers",
        "Start, stop, continue",
        "Carla",
        "Marketing",
    ):
        assert words in new.text
    assert desk.get(f"/desk/projects/{project_id}/retros/new").headers["location"].endswith(str(project_id))
    retro = view(database, prepared(desk, project_id, cast, minutes_write="9"), cast)
    assert (retro.title, retro.stage, retro.stand_in_id) == (
        "Looking back on spring",
        Stage.PREPARE,
        cast.stefan.id,
    )
    assert retro.time_boxes[Stage.WRITE].minutes == 9
    assert [one.name for one in retro.departments] == ["Editorial", "Production"]
    assert "Looking back on spring" in desk.get("/desk/retros").text


def test_without_a_project_one_chooses_it_first(desk: TestClient) -> None:
    assert desk.get("/desk/retros/new").headers["location"] == "/desk/projects"


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"k": "2"}, "k", "from 3 to 20"),
        ({"meeting_minutes": "forever"}, "meeting_minutes", "from 15 to 480"),
        ({"title": "x" * 121}, "title", "121 characters; 120 fit"),
        ({"title": "bell\x07"}, "title", "cannot be shown"),
        ({"entry_limit": "13"}, "entry_limit", "from 1 to 12"),
        ({"format": "unheard of"}, "format", "from the list"),
        ({"co_facilitators": [str(uuid4())]}, "co_facilitators", "cannot sign in any more"),
        ({"departments": [str(uuid4()), str(uuid4())]}, "departments", "took part in the project"),
        ({"write_asynchronously": "on", "writing_days": "22"}, "writing_days", "from 1 to 21"),
        ({"expected": ["0", "6", "6"]}, "expected", "from 1 to 5000"),
        ({"expected": ["", "6", "6"]}, "expected", "how many people you expect"),
        ({"expected_of": [], "expected": []}, "departments", "how many people you expect of each department"),
        ({"minutes_vote": "0"}, "minutes_vote", "from 1 to 480"),
        ({"pay": ""}, "pay", "Please answer this question"),
        ({"pay": "perhaps"}, "pay", "Please answer this question"),
        ({"pay": "yes"}, "pay_not_me", "confirm that it is not you"),
    ],
)
def test_what_cannot_be_accepted_is_said_and_what_was_typed_is_kept(
    desk: TestClient, project_id: UUID, cast: Cast, changed: dict[str, object], field: str, says: str
) -> None:
    answered = desk.post("/desk/retros", data=form(project_id, cast, **{"title": "Kept as typed", **changed}))
    assert answered.status_code == 422
    assert says in answered.text
    assert f"field-{field}" in answered.text
    if "title" not in changed:
        assert "Kept as typed" in answered.text


def test_warnings_are_read_before_they_are_overridden(
    desk: TestClient, project_id: UUID, cast: Cast, database: Database, clock: SetClock
) -> None:
    for _ in range(3):  # in steps, so that the sign-in does not idle out
        clock.advance(timedelta(days=5))
        assert desk.get("/desk/retros").status_code == 200
    answered = desk.post("/desk/retros", data=form(project_id, cast))
    assert answered.status_code == 422
    assert "much has been forgotten" in answered.text
    retro_id = prepared(desk, project_id, cast, override_warnings="on")
    assert view(database, retro_id, cast).warnings_overridden == ("too_late",)


def test_who_may_not_prepare_is_told(at_desk: AtDesk, project_id: UUID, cast: Cast) -> None:
    for person in (cast.edda, cast.mia):
        assert at_desk(person).get(f"/desk/retros/new?project={project_id}").status_code == 403
        assert at_desk(person).post("/desk/retros", data=form(project_id, cast)).status_code == 403


def test_changing_the_preparation_until_the_room_opens(
    desk: TestClient, project_id: UUID, retro_id: UUID, cast: Cast, database: Database
) -> None:
    address = f"/desk/retros/{retro_id}/preparation"
    page = desk.get(address)
    assert page.status_code == 200
    assert 'value="Looking back on spring"' in page.text
    answered = desk.post(address, data=form(project_id, cast, title="Another title", k="3"))
    assert answered.status_code == 303
    assert view(database, retro_id, cast).title == "Another title"
    assert desk.post(address, data=form(project_id, cast, k="99")).status_code == 422
    assert post(desk, retro_id, "stage", stage="check_in") == 303
    assert "The room is open" in desk.get(address).text
    assert desk.post(address, data=form(project_id, cast)).status_code == 409


# moving


def test_the_facilitator_moves_and_htmx_gets_no_page(
    desk: TestClient, at_desk: AtDesk, retro_id: UUID, cast: Cast, database: Database
) -> None:
    answered = desk.post(f"/desk/retros/{retro_id}/stage", data={"stage": "check_in"}, headers={"HX-Request": "true"})
    assert (answered.status_code, answered.text) == (204, "")
    assert view(database, retro_id, cast).stage is Stage.CHECK_IN
    assert post(desk, retro_id, "stage", stage="vote") == 409
    assert post(desk, retro_id, "stage", stage="elsewhere") == 422
    assert post(desk, retro_id, "stage") == 422
    assert post(at_desk(cast.stefan), retro_id, "stage", stage="write") == 403
    assert post(at_desk(cast.edda), retro_id, "stage", stage="write") == 403
    assert post(at_desk(cast.sven), retro_id, "stage", stage="write") == 404
    assert post(desk, uuid4(), "stage", stage="write") == 404


def test_going_back_past_the_reveal_is_refused_with_a_sentence(
    desk: TestClient, retro_id: UUID, cast: Cast, database: Database, now: datetime
) -> None:
    post(desk, retro_id, "stage", stage="check_in")
    seat_people(database, retro_id, cast, now)
    for stage in ("write", "group"):
        assert post(desk, retro_id, "stage", stage=stage) == 303
    answered = desk.post(f"/desk/retros/{retro_id}/stage", data={"stage": "write"})
    assert answered.status_code == 409
    assert "cannot be undone" in answered.text


def test_time_is_extended_in_minutes_or_days(
    desk: TestClient, retro_id: UUID, cast: Cast, database: Database, now: datetime
) -> None:
    assert post(desk, retro_id, "extensions", minutes="5") == 409  # nothing runs yet
    post(desk, retro_id, "stage", stage="check_in")
    assert post(desk, retro_id, "extensions", minutes="5") == 303
    assert post(desk, retro_id, "extensions", minutes="many") == 422
    assert view(database, retro_id, cast).time_boxes[Stage.CHECK_IN].extended_minutes == 5
    assert post(desk, retro_id, "writing-deadline", days="4") == 303
    assert view(database, retro_id, cast).writing_until == now + timedelta(days=4)
    assert "Now until" in desk.get(f"/desk/retros/{retro_id}/settings").text


def test_a_low_safety_check_ends_when_writing_is_asked_for_and_a_choice_is_made(
    desk: TestClient, retro_id: UUID, cast: Cast, database: Database, now: datetime
) -> None:
    post(desk, retro_id, "stage", stage="check_in")
    code = view(database, retro_id, cast).code
    for value in "11155":
        with database.transaction() as db:
            seat = seats.join(db, code, new_seat_secret(), cast.editorial, now)
            questions_service.answer(db, seat, "safety", value)
    answered = desk.post(f"/desk/retros/{retro_id}/stage", data={"stage": "write"})
    assert answered.status_code == 409
    assert "choose how to go on" in answered.text
    assert "do not feel free" not in answered.text, "the refusal may stand on the wall: it does not say what came out"
    with database.reading() as db:
        result = questions.safety_result(db, view(database, retro_id, cast), cast.frieda.visitor)
    assert result is not None
    assert result.word is Safety.LOW
    assert post(desk, retro_id, "safety", choice="hope for the best") == 422
    assert post(desk, retro_id, "safety", choice="write_later") == 303
    assert view(database, retro_id, cast).low_safety_choice is LowSafetyChoice.WRITE_LATER
    assert post(desk, retro_id, "stage", stage="write") == 303


def test_the_spotlight_and_three_more_minutes(
    desk: TestClient, retro_id: UUID, cast: Cast, database: Database, now: datetime
) -> None:
    assert post(desk, retro_id, "questions/safety/end") == 409
    post(desk, retro_id, "stage", stage="check_in")
    assert post(desk, retro_id, "questions/safety/end") == 303
    seat_people(database, retro_id, cast, now)
    for stage in ("write", "group", "vote", "discuss"):
        assert post(desk, retro_id, "stage", stage=stage) == 303
    assert post(desk, retro_id, "questions/more-time") == 409
    topic = uuid4()
    assert post(desk, retro_id, "spotlight", topic=str(topic)) == 303
    assert view(database, retro_id, cast).spotlight_topic_id == topic
    assert post(desk, retro_id, "questions/more-time/end") == 409
    assert post(desk, retro_id, "questions/more-time") == 303
    assert post(desk, retro_id, "questions/more-time/end") == 303
    assert post(desk, retro_id, "spotlight/extensions", minutes="3") == 303
    assert post(desk, retro_id, "spotlight", topic="nonsense") == 422
    assert post(desk, retro_id, "spotlight") == 303
    assert view(database, retro_id, cast).spotlight_topic_id is None
    assert post(desk, retro_id, "stage", stage="wrap_up") == 303
    assert post(desk, retro_id, "questions/roti/end") == 303


# the room and its people


def test_the_settings_hold_people_headcounts_and_the_door(
    desk: TestClient, at_desk: AtDesk, retro_id: UUID, cast: Cast, database: Database, now: datetime
) -> None:
    address = f"/desk/retros/{retro_id}/settings"
    page = desk.get(address)
    assert page.status_code == 200
    for words in ("Frieda", "Carla", "Stefan", "Hand over to Carla", "Change the preparation"):
        assert words in page.text
    assert at_desk(cast.edda).get(address).status_code == 403
    assert at_desk(cast.sven).get(address).status_code == 404
    post(desk, retro_id, "stage", stage="check_in")
    assert "Hand over to Carla" in at_desk(cast.carla).get(address).text, "a co-facilitator runs it as much"
    departments = {"department": [str(cast.editorial), str(cast.production)], "people": ["7", "5"]}
    assert post(desk, retro_id, "expected", **departments) == 303
    assert [one.expected for one in view(database, retro_id, cast).departments] == [7, 5]
    assert "People expected of Editorial: 7, before: 6." in desk.get(address).text
    assert post(desk, retro_id, "expected", department=[str(cast.editorial)], people=["a dozen"]) == 422
    assert post(desk, retro_id, "hands", hands="11") == 303
    assert "People who have this page open: 11." in desk.get(address).text
    assert post(desk, retro_id, "hands", hands="") == 422
    assert post(desk, retro_id, "hands", hands="", hands_unknown="on") == 303
    assert view(database, retro_id, cast).hands is None
    assert post(desk, retro_id, "lock", locked="yes") == 303
    assert "Unlock the room" in desk.get(address).text
    assert post(desk, retro_id, "lock", locked="no") == 303
    code = view(database, retro_id, cast).code
    with database.transaction() as db:
        handle = seats.join(db, code, new_seat_secret(), cast.editorial, now).handle
    assert post(desk, retro_id, "ejected-seats", handle="????") == 422
    assert post(desk, retro_id, "ejected-seats", handle=handle) == 303
    assert "1 seat has been removed" in desk.get(address).text


def test_people_are_added_removed_and_handed_the_lead(
    desk: TestClient, at_desk: AtDesk, retro_id: UUID, cast: Cast, database: Database
) -> None:
    assert post(desk, retro_id, "co-facilitators", account=str(cast.stefan.id)) == 303
    assert post(desk, retro_id, "co-facilitators", account="") == 422
    assert post(desk, retro_id, "co-facilitators/removal", account=str(cast.stefan.id)) == 303
    assert post(desk, retro_id, "stand-in", account="") == 303
    assert view(database, retro_id, cast).stand_in_id is None
    assert post(desk, retro_id, "lead", account=str(cast.ada.id)) == 422
    assert post(desk, retro_id, "lead", account=str(cast.carla.id)) == 303
    assert view(database, retro_id, cast).facilitator_id == cast.carla.id
    assert post(at_desk(cast.carla), retro_id, "stage", stage="check_in") == 303
    assert post(desk, retro_id, "stage", stage="write", asks_hands="yes", hands_unknown="on") == 303


def test_the_stand_in_takes_over_a_retro_whose_facilitator_is_gone(
    desk: TestClient, at_desk: AtDesk, retro_id: UUID, cast: Cast, database: Database, clock: SetClock
) -> None:
    post(desk, retro_id, "stage", stage="check_in")
    assert post(at_desk(cast.stefan), retro_id, "lead") == 409
    clock.advance(timedelta(minutes=2))
    assert post(at_desk(cast.mia), retro_id, "lead") == 403, "neither stand-in nor facilitator"
    assert post(at_desk(cast.stefan), retro_id, "lead") == 303
    assert view(database, retro_id, cast).facilitator_id == cast.stefan.id


def test_a_closed_retro_says_so(
    desk: TestClient, retro_id: UUID, cast: Cast, database: Database, now: datetime
) -> None:
    post(desk, retro_id, "stage", stage="check_in")
    seat_people(database, retro_id, cast, now)
    for stage in ("write", "group", "vote", "discuss", "wrap_up", "closed"):
        assert post(desk, retro_id, "stage", stage=stage) == 303
    for what, fields in (
        ("lock", {"locked": "yes"}),
        ("expected", {}),
        ("hands", {"hands": "3"}),
        ("stage", {"stage": "wrap_up"}),
    ):
        answered = desk.post(f"/desk/retros/{retro_id}/{what}", data=fields)
        assert answered.status_code == 409
        assert "This retro is closed" in answered.text
    assert desk.get(f"/desk/retros/{retro_id}/settings").status_code == 200
    assert "Closed" in desk.get("/desk/retros").text


def test_hiding_an_entry_and_showing_it_again(
    desk: TestClient, retro_id: UUID, cast: Cast, database: Database, now: datetime
) -> None:
    from app.entries import queries as entries
    from app.entries.service import writing

    post(desk, retro_id, "stage", stage="check_in")
    seat_people(database, retro_id, cast, now)
    post(desk, retro_id, "stage", stage="write")
    with database.transaction() as db:
        seat = seats.join(db, view(database, retro_id, cast).code, new_seat_secret(), cast.editorial, now)
    with database.transaction() as db:
        writing.send(db, seat, "key", "went_wrong", "Somebody is named here")
    post(desk, retro_id, "stage", stage="group")

    def shown() -> entries.EntryView:
        with database.reading() as db:
            (entry,) = entries.entries(db, retro_id)
        return entry

    entry_id = str(shown().id)
    assert post(desk, retro_id, "hidden-entries", entry=entry_id, reason="dislike") == 422
    assert post(desk, retro_id, "hidden-entries", entry="", reason="insults") == 422
    assert post(desk, retro_id, "hidden-entries", entry=entry_id, reason="insults") == 303
    assert shown().hidden_reason == "insults"
    assert post(desk, retro_id, "hidden-entries/removal", entry=entry_id) == 303
    assert shown().text == "Somebody is named here"
