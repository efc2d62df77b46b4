"""Promises as a browser meets them: captured beside the room, read back, followed, each refusal in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.actions.queries import lists
from app.actions.queries.views import ActionView
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from app.topics.queries.topic_board import board
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
HTMX = {"HX-Request": "true"}
# The services run on both databases in tests/unit; here it is about pages.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)


def typed(cast: Cast, **changed: str) -> dict[str, str]:
    values = {
        "kind": "action",
        "title": "Send page proofs two days earlier",
        "done_when": "Three issues in a row had proofs on Tuesday.",
        "owner": str(cast.paul.id),
        "providing_department": str(cast.production),
        "requesting_department": str(cast.editorial),
        "due_on": "2026-04-28",
        "priority": "normal",
        "cause": "prevent",
        "scope": "joint",
    }
    return {**values, **changed}


def only_action(database: Database, room: Room) -> ActionView:
    with database.reading() as db:
        (found,) = lists.actions_of(db, room.id)
    return found


def closed(database: Database, room: Room, clock: SetClock) -> UUID:
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(database, room.cast.frieda, room, stage, clock)
    return only_action(database, room).id


def test_capture_without_javascript(at_desk: AtDesk, database: Database, room: Room, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    with database.reading() as db:
        topic = board(db, room.id).topics[0]
    form = frieda.get(f"/desk/retros/{room.id}/actions/new?topic={topic.id}")
    assert form.status_code == 200
    assert f'value="{topic.id}" selected' in form.text
    assert 'value="2026-04-28"' in form.text, "30 working days from the 17th of March"
    answer = frieda.post(f"/desk/retros/{room.id}/actions", data=typed(cast, topic=str(topic.id)))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/retros/{room.id}/actions")
    page = frieda.get(answer.headers["location"])
    assert "Send page proofs two days earlier" in page.text
    assert only_action(database, room).topic_title == topic.title


def test_a_ready_made_bridge_fills_the_form(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    page = at_desk(cast.frieda).get(f"/desk/retros/{room.id}/actions/new?bridge_key=shared_lunch")
    assert "Have lunch together once a month" in page.text
    assert 'value="bridge" checked' in page.text


def test_capture_with_htmx_needs_no_answer_and_keeps_what_was_typed_when_refused(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast
) -> None:
    frieda = at_desk(cast.carla)
    url = f"/desk/retros/{room.id}/actions"
    refused = frieda.post(url, data=typed(cast, done_when="", title="<b>Bold & true"), headers=HTMX)
    assert refused.status_code == 422
    assert "<html" not in refused.text
    assert "Say in one sentence when it is done." in refused.text
    assert "&lt;b&gt;Bold &amp; true" in refused.text
    assert frieda.post(url, data=typed(cast), headers=HTMX).status_code == 204
    assert only_action(database, room).kind == "action"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"due_on": "31.12.2026"}, "as a date, such as"),
        ({"owner": "", "owner_name": "Tom", "owner_email": "tom"}, "does not look like a mail address"),
        ({"external_link": "javascript:alert(1)"}, "A link starts with https:// or http://."),
        ({"title": "x" * 161}, "This has 161 characters; 160 fit."),
        ({"title": "A bell\x07"}, "holds a character that cannot be shown"),
        ({"scope": "above_us"}, "name the sponsor who can decide it"),
        ({"kind": "wish"}, "choose one of the answers offered"),
        ({"providing_department": "nobody"}, "this one is not known"),
        ({"requesting_department": str(UUID(int=3))}, "This department is not known"),
    ],
)
def test_each_bad_field_gets_its_sentence(
    at_desk: AtDesk, room: Room, cast: Cast, changed: dict[str, str], sentence: str
) -> None:
    answer = at_desk(cast.frieda).post(f"/desk/retros/{room.id}/actions", data=typed(cast, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Three issues in a row" in answer.text, "what was typed stays"


def test_an_empty_form_is_answered_with_every_sentence(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    answer = at_desk(cast.frieda).post(f"/desk/retros/{room.id}/actions", data={})
    assert answer.status_code == 422
    for sentence in ("Give it a title", "Name exactly one owner", "Choose who provides it.", "Set the day"):
        assert sentence in answer.text


def test_unfinished_is_kept_and_read_back_with_what_it_needs(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    url = f"/desk/retros/{room.id}/actions"
    assert frieda.post(url, data={"title": "Proofs earlier", "unfinished": "yes"}).status_code == 303
    page = frieda.get(url)
    assert "Still needs something before the close" in page.text
    assert "Name exactly one owner" in page.text


def test_the_sixth_action_asks_for_a_tick(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    url = f"/desk/retros/{room.id}/actions"
    for number in range(5):
        frieda.post(url, data=typed(cast, title=f"Do thing number {number}"))
    refused = frieda.post(url, data=typed(cast, title="Do a sixth"))
    assert refused.status_code == 409
    assert 'name="override_limit"' in refused.text
    assert "Do a sixth" in refused.text
    assert frieda.post(url, data=typed(cast, title="Do a sixth", override_limit="on")).status_code == 303
    assert "on purpose" in frieda.get(url).text


def test_two_facilitators_do_not_overwrite_each_other(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast
) -> None:
    frieda, carla = at_desk(cast.frieda), at_desk(cast.carla)
    frieda.post(f"/desk/retros/{room.id}/actions", data=typed(cast))
    action = only_action(database, room)
    edit = frieda.get(f"/desk/actions/{action.id}/edit")
    assert f'name="version" value="{action.version}"' in edit.text
    url = f"/desk/actions/{action.id}/changes"
    mine = typed(cast, title="Send proofs on Tuesday", version=str(action.version))
    assert frieda.post(url, data=mine).status_code == 303
    stale = carla.post(url, data=typed(cast, title="Send proofs on Monday", version=str(action.version)))
    assert stale.status_code == 409
    assert "Send proofs on Tuesday" in stale.text
    assert "Send proofs on Monday" in stale.text
    assert f'name="version" value="{action.version + 1}"' in stale.text
    again = typed(cast, title="Send proofs on Monday", version=str(action.version + 1))
    assert carla.post(url, data=again, headers=HTMX).status_code == 204
    assert only_action(database, room).title == "Send proofs on Monday"
    bad = frieda.post(url, data=typed(cast, title="", version="99"))
    assert bad.status_code in (409, 422)


def test_taking_off_offers_undo(at_desk: AtDesk, database: Database, room: Room, cast: Cast) -> None:
    frieda = at_desk(cast.frieda)
    frieda.post(f"/desk/retros/{room.id}/actions", data=typed(cast))
    action = only_action(database, room)
    toast = frieda.post(f"/desk/actions/{action.id}/removal", headers=HTMX)
    undo = f"/desk/retros/{room.id}/actions/{action.id}/return"
    assert undo in toast.text
    page = frieda.get(f"/desk/retros/{room.id}/actions")
    assert "Put back" in page.text
    assert frieda.post(undo).status_code == 303
    assert only_action(database, room).id == action.id
    assert frieda.post(f"/desk/actions/{action.id}/removal").status_code == 303


def test_who_may_not_capture(at_desk: AtDesk, client: TestClient, room: Room, cast: Cast) -> None:
    url = f"/desk/retros/{room.id}/actions"
    assert at_desk(cast.edda).get(f"{url}/new").status_code == 404
    assert at_desk(cast.edda).post(url, data=typed(cast)).status_code in (403, 404)
    assert at_desk(cast.sven).get(url).status_code == 404
    assert at_desk(cast.edda).get(url).status_code == 403, "while it runs, no screen would say that she reads along"
    assert at_desk(cast.carla).get(url).status_code == 200
    assert client.post(url, data=typed(cast)).headers["location"].startswith("/desk/sign-in")


def test_a_promise_is_followed_from_the_list(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    at_desk(cast.frieda).post(f"/desk/retros/{room.id}/actions", data=typed(cast))
    action_id = closed(database, room, clock)
    url = f"/desk/actions/{action_id}"
    paul, mia = at_desk(cast.paul), at_desk(cast.mia)
    assert "Asked of us" in paul.get("/desk/actions").text
    assert f'href="{url}?back=' in paul.get("/desk/actions").text
    assert "I promise it" in paul.get(url).text
    assert "I promise it" not in mia.get(url).text
    assert mia.post(f"{url}/steps", data={"state": "promised"}).status_code == 403
    assert paul.post(f"{url}/steps", data={"state": "promised", "due_on": "2026-03-20"}).status_code == 303
    assert only_action(database, room).due_on.isoformat() == "2026-03-20"  # type: ignore[union-attr]
    clock.advance(timedelta(days=6))
    assert "Late" in at_desk(cast.mia).get("/desk/actions").text
    without = paul.post(f"{url}/steps", data={"state": "re_promised", "due_on": "2026-05-20"})
    assert without.status_code == 422
    assert "Say why the date moves." in without.text
    assert 'value="2026-05-20"' in without.text
    why = {"state": "re_promised", "due_on": "2026-05-20", "reason": "The plates were late."}
    assert paul.post(f"{url}/steps", data=why).status_code == 303
    assert paul.post(f"{url}/steps", data={"state": "reported_done"}).status_code == 303
    assert paul.post(f"{url}/steps", data={"state": "accepted"}).status_code == 403
    assert mia.post(f"{url}/steps", data={"state": "accepted"}).status_code == 303
    page = mia.get(url)
    for words in ("The plates were late.", "Accepted as done", "re-promised once", "first promised for"):
        assert words in page.text
    assert only_action(database, room).state == ActionState.ACCEPTED
    assert at_desk(cast.sven).get(url).status_code == 404


def test_the_wording_is_mended_on_a_page(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    frieda = at_desk(cast.frieda)
    frieda.post(f"/desk/retros/{room.id}/actions", data=typed(cast))
    action_id = closed(database, room, clock)
    page = frieda.get(f"/desk/retros/{room.id}/actions")
    assert "Correct the wording" in page.text
    assert "Correct the wording" not in at_desk(cast.edda).get(f"/desk/retros/{room.id}/actions").text
    version = str(only_action(database, room).version)
    wrong = frieda.post(f"/desk/actions/{action_id}/changes", data=typed(cast, due_on="2027-01-01", version=version))
    assert wrong.status_code == 409
    assert "nothing else" in wrong.text
    right = typed(cast, title="Send page proofs on Tuesday", version=version)
    assert frieda.post(f"/desk/actions/{action_id}/changes", data=right).status_code == 303
    assert only_action(database, room).title == "Send page proofs on Tuesday"


def test_bad_steps_get_a_sentence(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    at_desk(cast.frieda).post(f"/desk/retros/{room.id}/actions", data=typed(cast))
    action_id = closed(database, room, clock)
    paul = at_desk(cast.paul)
    unknown = paul.post(f"/desk/actions/{action_id}/steps", data={"state": "vanished"})
    assert unknown.status_code == 422
    early = paul.post(f"/desk/actions/{action_id}/steps", data={"state": "accepted"})
    assert early.status_code == 409
    assert "does not follow" in early.text


def test_what_was_left_unfinished_by_a_retro_that_closed_by_itself_is_completed_later(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    from tests.lying import left_alone

    unfinished = {**typed(cast, done_when=""), "unfinished": "yes"}
    at_desk(cast.frieda).post(f"/desk/retros/{room.id}/actions", data=unfinished)
    move(database, cast.frieda, room, Stage.WRAP_UP, clock)
    clock.at = left_alone(database, clock.now())
    assert room.view().stage is Stage.CLOSED
    carla = at_desk(cast.carla)
    assert carla.get(f"/desk/retros/{room.id}/actions").status_code == 200, "seen, so she stays signed in"
    clock.advance(timedelta(days=4))
    action = only_action(database, room)
    assert f'href="/desk/actions/{action.id}/edit"' in carla.get(f"/desk/retros/{room.id}/actions").text
    assert "Its retro closed by itself before it was complete" in carla.get(f"/desk/actions/{action.id}").text
    mended = typed(cast, version=str(action.version))
    assert carla.post(f"/desk/actions/{action.id}/changes", data=mended, follow_redirects=False).status_code == 303
    assert only_action(database, room).state == ActionState.REQUESTED


def test_an_empty_list_says_what_comes(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    assert "Nothing is open" in at_desk(cast.sven).get("/desk/actions").text
    assert "No action yet" in at_desk(cast.frieda).get(f"/desk/retros/{room.id}/actions").text


def test_the_outbox_is_for_admins(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    assert "No mail server is set up" in at_desk(cast.ada).get("/desk/mail").text
    assert at_desk(cast.frieda).get("/desk/mail").status_code == 404
