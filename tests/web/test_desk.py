"""A lead's desk as browsers meet it: every button, filter and page of it, with htmx and without JavaScript."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.actions.rules.states import StepDetails, StepTaken
from app.actions.service import stepping
from app.actions.service.saved_views import MOST_VIEWS
from app.core.clock import SetClock
from app.core.db import Database
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.load.crowd import NOW, settle
from tests.promises import asked
from tests.unit.test_desk_queries import statements

AtDesk = Callable[[Person], TestClient]
HTMX = {"HX-Request": "true"}
LIST = "/desk/actions"


@pytest.fixture
def desk(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Desk:
    return Desk(database, cast, clock)


class Desk:
    """Actions that a closed retro asked for, as tests need them: Paul of Production promises to Editorial."""

    def __init__(self, database: Database, cast: Cast, clock: SetClock) -> None:
        self.database, self.cast, self.clock = database, cast, clock

    def asked(self, title: str = "Send page proofs two days earlier", *steps: ActionState, **fields: object) -> UUID:
        """Asked for, and then moved on by whoever may."""
        values: dict[str, object] = {
            "done_when": "Three issues in a row had proofs on Tuesday.",
            "owner_id": self.cast.paul.id,
            "owner_email": self.cast.paul.email,
            "providing_department_id": self.cast.production,
            "requesting_department_id": self.cast.editorial,
            "cause": "prevent",
            "due_on": date(2026, 4, 28),
        }
        self.clock.advance(timedelta(seconds=1))
        with self.database.transaction() as db:
            row = Action(title=title, created_at=self.clock.now(), **{**values, **fields})  # type: ignore[arg-type]
            db.add(row)
            db.flush()
            stepping.add_step(
                db, row, StepTaken(ActionState.REQUESTED, self.clock.now(), due_on=row.due_on, owner_id=row.owner_id)
            )
        for state in steps:
            asks = state in (ActionState.ACCEPTED, ActionState.SENT_BACK)
            said = StepDetails(reason="So it is.", due_on=None, department_id=self.cast.marketing)
            self.step(self.cast.mia if asks else self.cast.paul, row.id, state, said)
        return row.id

    def step(self, person: Person, action_id: UUID, state: ActionState, said: StepDetails | None = None) -> None:
        self.clock.advance(timedelta(minutes=2))
        with self.database.transaction() as db:
            stepping.step(
                db, person.visitor, action_id, state, self.clock.now(), said or StepDetails(reason="So it is.")
            )
        self.clock.advance(timedelta(minutes=2))

    def state(self, action_id: UUID) -> str:
        with self.database.reading() as db:
            return db.get_one(Action, action_id).state

    def title_of(self, response: Response) -> list[str]:
        return re.findall(r"data-opens-action>(.*?)</a>", response.text)


def steps(action_id: UUID) -> str:
    return f"{LIST}/{action_id}/steps"


def undo(action_id: UUID) -> str:
    return f"{LIST}/{action_id}/undo"


def followed(browser: TestClient, response: Response) -> Response:
    assert response.status_code == 303
    return browser.get(response.headers["location"])


# --- one step, and back ------------------------------------------------------------------------------------------


@only_sqlite
def test_one_tap_without_javascript_and_back(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    paul = at_desk(cast.paul)
    page = paul.get(f"{LIST}?part=asked_of_us&q=proofs")
    assert "I promise it" in page.text
    back = html.unescape(re.findall(r'name="back" value="([^"]*)"', page.text)[0])
    answer = paul.post(steps(action_id), data={"state": "promised", "back": back})
    where = urlsplit(answer.headers["location"])
    assert (where.path, where.fragment) == (LIST, f"action-{action_id}")
    assert parse_qs(where.query) == {"part": ["asked_of_us"], "q": ["proofs"], "moved": [str(action_id)]}
    told = followed(paul, answer)
    assert "Promised" in told.text
    assert f'action="{undo(action_id)}"' in told.text
    assert desk.state(action_id) == ActionState.PROMISED
    undone = followed(paul, paul.post(undo(action_id), data={"back": back}))
    assert "Undone. It is as it was before." in undone.text
    assert desk.state(action_id) == ActionState.REQUESTED
    assert "I promise it" in undone.text


@only_sqlite
def test_with_htmx_the_card_the_numbers_and_a_toast_with_undo(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    paul = at_desk(cast.paul)
    back = f"{LIST}?part=asked_of_us#asked_of_us"
    answer = paul.post(steps(action_id), data={"state": "promised", "back": back}, headers=HTMX)
    assert answer.status_code == 200
    for target in (f"#action-{action_id}", "#desk-parts", "#toasts"):
        assert f'hx-target="{target}"' in answer.text
    assert "<html" not in answer.text
    assert 'data-stays="60"' in answer.text
    assert "Now listed under “Promised by us”." in answer.text
    assert "Promised by us <strong" in answer.text
    assert answer.text.count(f'hx-post="{undo(action_id)}"') == 2, "on the card and in the toast"
    undone = paul.post(undo(action_id), data={"back": back}, headers=HTMX)
    assert "Undone. It is as it was before." in undone.text
    assert "Now listed under" not in undone.text
    assert "I promise it" in undone.text


@only_sqlite
@pytest.mark.parametrize(("seconds", "possible"), [(59, True), (60, False)])
def test_a_step_may_be_taken_back_for_a_minute(
    desk: Desk, at_desk: AtDesk, cast: Cast, clock: SetClock, seconds: int, possible: bool
) -> None:
    action_id = desk.asked()
    paul = at_desk(cast.paul)
    paul.post(steps(action_id), data={"state": "promised", "due_on": "2026-05-20"})
    clock.advance(timedelta(seconds=seconds))
    for address in (f"{LIST}/{action_id}", f"{LIST}?moved={action_id}", LIST):
        assert (undo(action_id) in paul.get(address).text) is possible, address
    answer = paul.post(undo(action_id))
    assert answer.status_code == (303 if possible else 409)
    assert desk.state(action_id) == (ActionState.REQUESTED if possible else ActionState.PROMISED)
    with desk.database.reading() as db:
        row = db.get_one(Action, action_id)
        due, promised_for = (date(2026, 4, 28), None) if possible else (date(2026, 5, 20), date(2026, 5, 20))
        assert (row.due_on, row.promised_for) == (due, promised_for)


@only_sqlite
def test_nobody_takes_back_what_another_did(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    at_desk(cast.paul).post(steps(action_id), data={"state": "promised"})
    assert undo(action_id) not in at_desk(cast.edda).get(LIST).text
    assert at_desk(cast.edda).post(undo(action_id)).status_code == 409


@only_sqlite
def test_what_is_not_yours_is_not_there(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    sven = at_desk(cast.sven)
    assert sven.get(f"{LIST}/{action_id}").status_code == 404
    assert sven.get(steps(action_id), headers=HTMX).status_code == 404
    assert sven.post(steps(action_id), data={"state": "acknowledged"}).status_code == 404
    assert sven.post(undo(action_id)).status_code == 404
    assert "Send page proofs" not in sven.get(f"{LIST}?part=everything&moved={action_id}").text
    told = followed(sven, sven.post(f"{LIST}/steps", data={"action": [str(action_id)], "state": "acknowledged"}))
    assert "1 was not there, or not yours to see." in told.text
    assert desk.state(action_id) == ActionState.REQUESTED


@only_sqlite
@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/desk/people", "/desk/actionsx?"]
)
def test_nobody_is_sent_elsewhere(desk: Desk, at_desk: AtDesk, cast: Cast, back: str) -> None:
    action_id = desk.asked()
    answer = at_desk(cast.paul).post(steps(action_id), data={"state": "acknowledged", "back": back})
    assert answer.headers["location"].startswith(f"{LIST}/{action_id}?")


@only_sqlite
def test_other_steps_are_a_fragment_or_a_page(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked("Agree on the paper", ActionState.PROMISED)
    paul = at_desk(cast.paul)
    shown = paul.get(f"{steps(action_id)}?back=%2Fdesk%2Factions%3Fq%3Dpaper%23promised_by_us", headers=HTMX)
    assert "<html" not in shown.text
    for words in ("Promise a new date", "It is blocked", "Will not be done", "Hand it over to somebody else"):
        assert words in shown.text
    for words in ("Waiting for another department", "A decision was missing", "Marketing", "Edda"):
        assert words in shown.text
    assert ">Paul<" not in shown.text, "nobody hands it over to themselves"
    assert 'value="/desk/actions?q=paper#promised_by_us"' in shown.text
    plain = paul.get(steps(action_id))
    assert (plain.status_code, plain.headers["location"]) == (303, f"{LIST}/{action_id}#steps")


@only_sqlite
def test_what_a_step_lacks_is_said_in_its_card(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked("Agree on the paper", ActionState.PROMISED)
    paul = at_desk(cast.paul)
    typed = {"state": "re_promised", "reason": "The <plates> were late.", "miss_reason": "outside", "back": LIST}
    in_list = paul.post(steps(action_id), data=typed, headers=HTMX)
    assert in_list.status_code == 422
    for words in (
        "Set the new day that you promise.",
        "The &lt;plates&gt; were late.",
        f'hx-target="#action-{action_id}"',
    ):
        assert words in in_list.text
    assert 'value="outside" selected' in in_list.text
    alone = paul.post(steps(action_id), data=typed)
    assert alone.status_code == 422
    assert "<h1" in alone.text
    assert 'name="back" value="/desk/actions"' in alone.text
    unknown = paul.post(steps(action_id), data={"state": "vanished", "back": LIST}, headers=HTMX)
    assert "this one is not known" in unknown.text
    wrong = paul.post(steps(action_id), data={**typed, "due_on": "2026-06-01", "miss_reason": "whim"}, headers=HTMX)
    assert wrong.status_code == 422
    good = paul.post(steps(action_id), data={**typed, "due_on": "2026-06-01"}, headers=HTMX)
    assert "Re-promised" in good.text
    assert "re-promised once" in good.text


@only_sqlite
def test_it_is_handed_over_and_asked_of_the_next(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    paul = at_desk(cast.paul)
    nobody = paul.post(steps(action_id), data={"state": "requested"})
    assert "exactly one person" in nobody.text
    assert paul.post(steps(action_id), data={"state": "requested", "owner": str(cast.sven.id)}).status_code == 303
    assert "Handed over" in paul.get(f"{LIST}/{action_id}").text
    assert "I promise it" in at_desk(cast.sven).get(LIST).text
    assert paul.post(undo(action_id)).status_code == 303
    assert "I promise it" not in at_desk(cast.sven).get(LIST).text


@only_sqlite
def test_who_hands_it_out_of_sight_is_told_so(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    """Sven owns it and belongs to neither department: once it is Paul's he may not see it any more."""
    action_id = desk.asked(owner_id=cast.sven.id, owner_email=cast.sven.email)
    sven = at_desk(cast.sven)
    data = {"state": "requested", "owner": str(cast.paul.id), "back": LIST}
    answer = sven.post(steps(action_id), data=data, headers=HTMX)
    assert "It has moved to somebody else" in answer.text
    assert 'hx-swap="delete"' in answer.text


@only_sqlite
def test_without_javascript_too(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked(owner_id=cast.sven.id, owner_email=cast.sven.email)
    sven = at_desk(cast.sven)
    answer = sven.post(steps(action_id), data={"state": "requested", "owner": str(cast.paul.id)})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{LIST}?moved=")
    assert followed(sven, answer).status_code == 200


@only_sqlite
def test_a_bad_step_of_what_is_not_yours_is_not_there(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    data = {"state": "promised", "due_on": "some day", "back": LIST}
    assert at_desk(cast.sven).post(steps(action_id), data=data, headers=HTMX).status_code == 404


@only_sqlite
def test_the_offer_is_read_and_agreed_to_in_one_tap(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    offer = {"state": "countered", "reason": "One day earlier, from June on.", "due_on": "2026-06-05", "back": LIST}
    assert at_desk(cast.paul).post(steps(action_id), data=offer).status_code == 303
    edda = at_desk(cast.edda)
    page = edda.get(LIST).text
    assert "One day earlier, from June on." in page
    assert "Agree to the offer" in page
    assert edda.post(steps(action_id), data={"state": "requested", "back": LIST}).status_code == 303
    with desk.database.reading() as db:
        assert db.get_one(Action, action_id).due_on == date(2026, 6, 5)
    declined = {"state": "declined", "reason": "We have no plates."}
    assert at_desk(cast.paul).post(steps(action_id), data=declined).status_code == 303
    again = edda.get(f"{LIST}/{action_id}").text
    assert "Ask for it again" in again
    assert "We have no plates." in again


# --- several at once ---------------------------------------------------------------------------------------------


@only_sqlite
def test_several_are_accepted_and_of_the_others_it_is_said_why(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    done = [desk.asked(f"Count the plates {n}", ActionState.PROMISED, ActionState.REPORTED_DONE) for n in range(2)]
    not_yet = desk.asked("Agree on the paper", ActionState.PROMISED)
    chosen = [str(one) for one in (*done, not_yet, uuid4())]
    edda = at_desk(cast.edda)
    told = followed(edda, edda.post(f"{LIST}/steps", data={"action": chosen, "state": "accepted", "back": LIST}))
    assert "2 done." in told.text
    assert "This is not the next step from where it stands." in told.text
    assert "1 was not there, or not yours to see." in told.text
    assert [desk.state(one) for one in (*done, not_yet)] == [
        ActionState.ACCEPTED,
        ActionState.ACCEPTED,
        ActionState.PROMISED,
    ]
    assert told.text.count(f'action="{undo(done[0])}"') == 1
    assert edda.post(undo(done[0])).status_code == 303
    assert [desk.state(one) for one in done] == [ActionState.REPORTED_DONE, ActionState.ACCEPTED]


@only_sqlite
def test_several_with_htmx(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    new = [desk.asked(f"Count the plates {n}") for n in range(2)]
    late = desk.asked("Agree on the paper", ActionState.PROMISED)
    paul = at_desk(cast.paul)
    chosen = {"action": [str(one) for one in (*new, late)], "state": "acknowledged", "back": LIST}
    answer = paul.post(f"{LIST}/steps", data=chosen, headers=HTMX)
    for one in new:
        assert f'hx-target="#action-{one}"' in answer.text
    assert f'hx-target="#action-{late}"' not in answer.text
    assert "2 done. Not done: “Agree on the paper”: This is not the next step" in answer.text
    assert [desk.state(one) for one in new] == [ActionState.ACKNOWLEDGED] * 2


@only_sqlite
def test_the_owner_accepts_nothing_of_their_own_at_once_either(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    own = desk.asked(
        "Ours alone", ActionState.PROMISED, ActionState.REPORTED_DONE, requesting_department_id=cast.production
    )
    paul = at_desk(cast.paul)
    told = followed(paul, paul.post(f"{LIST}/steps", data={"action": [str(own)], "state": "accepted"}))
    assert "never the owner" in told.text
    assert desk.state(own) == ActionState.REPORTED_DONE


@only_sqlite
@pytest.mark.parametrize("data", [{}, {"state": "accepted"}, {"action": "nonsense", "state": "accepted"}])
def test_nothing_chosen_is_said(desk: Desk, at_desk: AtDesk, cast: Cast, data: dict[str, str]) -> None:
    answer = at_desk(cast.edda).post(f"{LIST}/steps", data=data)
    assert answer.status_code == 422
    assert "Select one or more actions first" in answer.text


@only_sqlite
def test_only_steps_that_need_no_words_are_taken_of_several(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    data = {"action": [str(action_id)], "state": "declined"}
    assert at_desk(cast.paul).post(f"{LIST}/steps", data=data).status_code == 422
    assert desk.state(action_id) == ActionState.REQUESTED


@only_sqlite
def test_a_table_of_the_filter_and_of_the_chosen(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    desk.asked("Agree on the paper")
    plates = [desk.asked(f"Count the plates {n}", ActionState.PROMISED) for n in range(2)]
    done = desk.asked("Mend the press", ActionState.PROMISED, ActionState.REPORTED_DONE, ActionState.ACCEPTED)
    paul = at_desk(cast.paul)

    def titles(query: str) -> set[str]:
        answer = paul.get(f"/desk/actions.csv?{query}")
        return {row["title"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}

    assert titles("") == {"Agree on the paper", "Count the plates 0", "Count the plates 1"}
    assert titles("q=plates") == {"Count the plates 0", "Count the plates 1"}
    assert titles("part=asked_of_us") == {"Agree on the paper"}
    assert titles(f"action={plates[1]}&action=nonsense") == {"Count the plates 1"}
    assert titles("state=settled") == {"Mend the press"}
    assert titles(f"action={done}&back=%2Fdesk%2Factions%3Fstate%3Dsettled") == {"Mend the press"}


# --- filters, pages, kept views ----------------------------------------------------------------------------------


@only_sqlite
def test_filters_stand_in_the_address(desk: Desk, at_desk: AtDesk, cast: Cast, clock: SetClock) -> None:
    desk.asked("Agree on the paper", due_on=clock.now().date() - timedelta(days=1))
    desk.asked("Count the plates", priority="high")
    desk.asked("Print the map", providing_department_id=cast.marketing, owner_id=cast.paul.id)
    paul = at_desk(cast.paul)

    def found(query: str) -> set[str]:
        return set(desk.title_of(paul.get(f"{LIST}?part=asked_of_us&{query}")))

    everything = {"Agree on the paper", "Count the plates", "Print the map"}
    assert found("") == everything
    assert found("state=late") == {"Agree on the paper"}
    assert found("priority=high") == {"Count the plates"}
    assert found("q=PLATES") == {"Count the plates"}
    assert found(f"ours={cast.production}") == {"Agree on the paper", "Count the plates"}
    assert found(f"with={cast.editorial}&owner=me") == everything
    assert found(f"with={cast.marketing}") == set()
    assert found("state=nonsense&ours=nobody&sort=upwards") == everything
    assert desk.title_of(paul.get(f"{LIST}?part=asked_of_us&sort=newest"))[0] == "Print the map"
    empty = paul.get(f"{LIST}?part=asked_of_us&q=nothing+of+this").text
    assert "No matching actions" in empty
    assert 'href="/desk/actions?part=asked_of_us"' in empty
    assert 'value="nothing of this"' in empty


@only_sqlite
def test_a_page_has_25_and_the_next_begins_after_the_last(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    with desk.database.transaction() as db:
        for number in range(30):
            db.add(
                Action(
                    title=f"Count the plates {number:02}", created_at=NOW, state=ActionState.PROMISED,
                    due_on=date(2026, 5, 1) + timedelta(days=number // 3), owner_id=cast.paul.id,
                    providing_department_id=cast.production, requesting_department_id=cast.editorial,
                )
            )  # fmt: skip
    paul = at_desk(cast.paul)
    glance = paul.get(LIST)
    assert len(desk.title_of(glance)) == 6
    assert "All 30" in glance.text
    first = paul.get(f"{LIST}?part=promised_by_us")
    (following,) = re.findall(r'<a href="([^"]*)"[^>]*rel="next"', first.text)
    second = paul.get(html.unescape(following))
    assert "Back to the first page" in second.text
    titles = desk.title_of(first) + desk.title_of(second)
    assert (len(desk.title_of(first)), len(titles), len(set(titles))) == (25, 30, 30)
    assert 'rel="next"' not in second.text


@only_sqlite
def test_a_view_is_kept_renamed_thrown_away_and_kept_after_all(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    paul = at_desk(cast.paul)

    def keep(name: str, query: str) -> Response:
        return paul.post(f"{LIST}/views", data={"name": name, "query": query})

    kept = keep("  Late <ones> ", "state=late&after=x&nonsense=1")
    assert kept.headers["location"] == f"{LIST}?state=late"
    page = paul.get(LIST).text
    assert "Late &lt;ones&gt;" in page
    assert "Late &lt;ones&gt;" not in at_desk(cast.edda).get(LIST).text
    keep("What burns", "state=late")
    page = paul.get(f"{LIST}?state=late").text
    assert "Late &lt;ones&gt;" not in page
    assert page.count(">What burns</a>") == 1
    keep("What burns", "state=blocked")
    assert f'<a href="{LIST}?state=blocked"' in paul.get(LIST).text
    (removal,) = re.findall(rf'action="({LIST}/views/[^"]*/removal)"', paul.get(f"{LIST}?state=blocked").text)
    assert at_desk(cast.edda).post(removal).status_code == 404
    gone = followed(paul, paul.post(removal))
    assert "The view “What burns” is deleted." in gone.text
    assert ">What burns</a>" not in gone.text
    assert followed(paul, keep("What burns", "state=blocked")).text.count(">What burns</a>") == 1


@only_sqlite
def test_what_cannot_be_kept_is_said(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    paul = at_desk(cast.paul)
    for data, status, words in (
        ({"name": "", "query": "state=late"}, 422, "Please give the view a name."),
        ({"name": "x" * 61, "query": "state=late"}, 422, "60 fit"),
        ({"name": "Everything", "query": ""}, 409, "No filter is set"),
    ):
        answer = paul.post(f"{LIST}/views", data=data)
        assert (answer.status_code, words in answer.text) == (status, True)
    for number in range(MOST_VIEWS):
        assert paul.post(f"{LIST}/views", data={"name": f"{number}", "query": f"q=w{number}"}).status_code == 303
    answer = paul.post(f"{LIST}/views", data={"name": "one more", "query": "q=more"})
    assert (answer.status_code, "You have saved 20 views already" in answer.text) == (409, True)
    assert paul.post(f"{LIST}/views", data={"name": "3", "query": "q=other"}).status_code == 303


@only_sqlite
def test_who_belongs_nowhere_but_sees_all_gets_everything(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    desk.asked("Agree on the paper", ActionState.PROMISED)
    for person in (cast.ada, cast.frieda):
        page = at_desk(person).get(LIST)
        assert desk.title_of(page) == ["Agree on the paper"]
        assert "Everything <strong" in page.text
        assert "Report it done" not in page.text
        assert desk.title_of(at_desk(person).get(f"{LIST}?state=blocked")) == []
    assert "Everything <strong" not in at_desk(cast.paul).get(LIST).text


# --- one action's own page ---------------------------------------------------------------------------------------


@only_sqlite
def test_the_page_of_an_action_tells_its_life(desk: Desk, at_desk: AtDesk, cast: Cast, clock: SetClock) -> None:
    action_id = desk.asked()
    paul = at_desk(cast.paul)
    paul.post(steps(action_id), data={"state": "declined", "reason": "By mistake."})
    paul.post(undo(action_id))
    paul.post(steps(action_id), data={"state": "promised"})
    blocked = {"state": "blocked", "department": str(cast.marketing), "miss_reason": "other_department"}
    assert paul.post(steps(action_id), data=blocked).status_code == 303
    page = paul.get(f"{LIST}/{action_id}").text
    for words in (
        "by the room",
        "<s><strong>Declined</strong></s>",
        ">undone<",
        "<strong>Undone</strong>",
        "waits for Marketing",
    ):
        assert words in page
    assert "Waiting for another department" in page
    assert "Unblocked: continue" in page
    assert "Marketing is reminded on" in page
    clock.advance(timedelta(minutes=5))
    paul.post(steps(action_id), data={"state": "reported_done"})
    assert "If Editorial does not answer by" in paul.get(f"{LIST}/{action_id}").text
    assert "Counts as accepted on" in at_desk(cast.edda).get(LIST).text


@only_sqlite
def test_after_a_step_on_its_own_page_one_stays_there(desk: Desk, at_desk: AtDesk, cast: Cast) -> None:
    action_id = desk.asked()
    paul = at_desk(cast.paul)
    answer = paul.post(steps(action_id), data={"state": "acknowledged"})
    assert answer.headers["location"] == f"{LIST}/{action_id}?moved={action_id}"
    assert undo(action_id) in followed(paul, answer).text
    from_list = paul.get(f"{LIST}/{action_id}?back=%2Fdesk%2Factions%3Fq%3Dproofs").text
    assert 'name="back" value="/desk/actions?q=proofs"' in from_list


# --- reads -------------------------------------------------------------------------------------------------------


def test_the_desk_reads_as_often_for_five_as_for_three_hundred(
    app: FastAPI, database: Database, new_browser: Callable[[], TestClient]
) -> None:
    counted = []
    crowd = settle(database, 5, departments=2, accounts=5)
    lead = new_browser()
    lead.cookies.set("visit", crowd.lead_token, path="/desk")
    addresses = (LIST, f"{LIST}?part=promised_by_us", f"{LIST}?part=asked_by_us&q=plates", "/desk")
    for more in (0, 295):
        with database.transaction() as db:
            like = db.get_one(Action, crowd.an_action).model_dump(exclude={"id", "title"})
            for number in range(more):
                db.add(Action(**like, title=f"Count the plates {number}"))
        for address in addresses:
            lead.get(address)
            with statements(database) as seen:
                assert lead.get(address).status_code == 200
            counted.append(len(seen))
    few, many = counted[: len(addresses)], counted[len(addresses) :]
    assert few == many


def test_a_promise_that_runs_is_linked_to_another_tool_by_those_whom_it_binds(
    at_desk: Callable[[Person], TestClient], database: Database, cast: Cast, clock: SetClock
) -> None:
    action_id = asked(database, cast, clock)
    page = f"/desk/actions/{action_id}"
    link = "https://tracker.example.org/browse/PRINT-12"
    paul = at_desk(cast.paul)
    assert "Link it to another tool" in paul.get(page).text
    assert paul.post(f"{page}/link", data={"external_link": link}).headers["Location"] == f"{page}#fields"
    assert link in paul.get(page).text
    wrong = paul.post(f"{page}/link", data={"external_link": "tracker PRINT-13"})
    assert wrong.status_code == 422
    assert "A link starts with https:// or http://." in wrong.text
    assert "tracker PRINT-13" in wrong.text, "what was typed is still there"
    assert at_desk(cast.sven).post(f"{page}/link", data={"external_link": link}).status_code == 404
    assert paul.post(f"{page}/link", data={"external_link": ""}).status_code == 303
    assert link not in paul.get(page).text


def test_an_address_that_was_cut_off_leads_nowhere(at_desk: Callable[[Person], TestClient], cast: Cast) -> None:
    answer = at_desk(cast.paul).get("/desk/actions/0193b5")
    assert answer.status_code == 404
    assert "Check the link" in answer.text
