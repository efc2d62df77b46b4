"""Agreements, bridges, what was promised last time and the kick-off brief, as pages that need no JavaScript."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.actions.models import Action
from app.actions.queries import lists, previous_promises
from app.actions.rules.bridges import BRIDGES
from app.actions.rules.fields import Fields
from app.actions.rules.kinds import ActionState, Cause
from app.actions.rules.states import StepDetails
from app.actions.service import capturing, stepping
from app.agreements import queries as agreements
from app.agreements import service as agreements_service
from app.agreements.rules import AgreementVerdict, Terms
from app.board.pieces.painter import Painter
from app.board.rules import Audience
from app.core.clock import SetClock
from app.core.db import Database
from app.people.service import sign_ins
from app.retros.rules.names import Stage
from app.web.templating import render
from tests.builders import Room, a_project, a_retro, move
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
HTMX = {"HX-Request": "true"}
COPY = "Copy reaches Production three working days before press."
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def at_desk(
    new_browser: Callable[[], TestClient], database: Database, clock: SetClock
) -> Callable[[Person], TestClient]:
    """As in conftest, signed in today: weeks pass in these tests."""

    def sign_in(person: Person) -> TestClient:
        browser = new_browser()
        with database.transaction() as db:
            token = sign_ins.open_sign_in(db, person.id, clock.now(), "Firefox on Linux")
        browser.cookies.set("visit", token, path="/desk")
        return browser

    return sign_in


@pytest.fixture
def in_force(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> UUID:
    """Edda wrote it down, Paul said yes."""
    with database.transaction() as db:
        terms = Terms(COPY, cast.editorial, cast.production, "quality", date(2026, 9, 1))
        agreement_id = agreements_service.write_agreement(db, cast.edda.visitor, terms, clock.now())
        agreements_service.say_yes(db, cast.paul.visitor, agreement_id, clock.now())
    return agreement_id


@pytest.fixture
def room(in_force: UUID, database: Database, cast: Cast, clock: SetClock) -> Room:
    """The next retro of the two, at check-in."""
    clock.advance(timedelta(days=40))
    return a_retro(database, cast, clock, stage=Stage.CHECK_IN)


def typed(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "text": COPY,
        "providing_department": str(cast.editorial),
        "requesting_department": str(cast.production),
        **changed,
    }


def words(answer: str) -> str:
    """What people read of a page, on one line."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer).split()))


def test_an_agreement_is_written_down_answered_and_read(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    edda, paul = at_desk(cast.edda), at_desk(cast.paul)
    assert "One of the two is a department that you lead: Editorial." in words(edda.get("/desk/agreements/new").text)
    sent = edda.post("/desk/agreements", data=typed(cast, text="Files come <complete>.", dimension="quality"))
    assert sent.status_code == 303
    url = sent.headers["location"]
    assert "Paul can say it." in words(edda.get(url).text)
    assert "Yes, we agree" not in edda.get(url).text
    waiting = paul.get("/desk/agreements").text
    assert "Waiting for us" in waiting
    assert "Files come &lt;complete&gt;." in waiting
    assert "Yes, we agree" in paul.get(url).text
    assert paul.post(f"{url}/consent").headers["location"] == url
    assert "Agreement in force" in edda.get(url).text
    assert "Editorial and Production" in edda.get("/desk/agreements").text
    assert at_desk(cast.sven).get(url).status_code == 404
    assert at_desk(cast.frieda).get(url).status_code == 200


def test_a_no_needs_its_reason_and_keeps_what_was_typed(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    edda, paul = at_desk(cast.edda), at_desk(cast.paul)
    url = edda.post("/desk/agreements", data=typed(cast)).headers["location"]
    empty = paul.post(f"{url}/refusal", data={})
    assert empty.status_code == 422
    assert "Say why not" in empty.text
    long = paul.post(f"{url}/refusal", data={"reason": "x" * 401})
    assert (long.status_code, "x" * 401 in long.text) == (422, True)
    assert edda.post(f"{url}/refusal", data={"reason": "No."}).status_code == 403
    assert paul.post(f"{url}/refusal", data={"reason": "Two days will do."}).status_code == 303
    page = edda.get(url).text
    assert "Not agreed" in page
    assert "Two days will do." in page
    assert "Two days will do." in edda.get("/desk/agreements").text


def test_a_lead_ends_one_and_moves_its_review(at_desk: AtDesk, in_force: UUID, cast: Cast) -> None:
    paul, url = at_desk(cast.paul), f"/desk/agreements/{in_force}"
    assert 'value="2026-09-01"' in paul.get(url).text
    wrong = paul.post(f"{url}/review-day", data={"review_on": "soon"})
    assert wrong.status_code == 422
    assert "as a date, such as" in wrong.text
    assert paul.post(f"{url}/review-day", data={"review_on": "2026-03-17"}).status_code == 303
    assert "Up for review" in paul.get("/desk/agreements").text
    assert "now" in words(paul.get(url).text)
    assert paul.post(f"{url}/end", data={"reason": ""}).status_code == 422
    assert "End the agreement" not in at_desk(cast.mia).get(url).text
    assert at_desk(cast.mia).post(f"{url}/end", data={"reason": "x"}).status_code == 403
    assert paul.post(f"{url}/end", data={"reason": "We print elsewhere."}).status_code == 303
    assert "We print elsewhere." in paul.get(url).text
    assert "End this agreement" not in paul.get(url).text
    assert paul.post(f"{url}/end", data={"reason": "Again."}).status_code == 409


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "Say in one sentence what applies from now on."),
        ({"text": "x" * 401}, "This has 401 characters; 400 fit."),
        ({"providing_department": ""}, "Choose who provides it."),
        ({"providing_department": "nobody"}, "this one is not known"),
        ({"review_on": "some day"}, "as a date, such as"),
        ({"requesting_department": str(UUID(int=3))}, "This department is not known"),
    ],
)
def test_each_bad_field_gets_its_sentence(
    at_desk: AtDesk, app: FastAPI, cast: Cast, changed: dict[str, str], sentence: str
) -> None:
    answer = at_desk(cast.edda).post("/desk/agreements", data=typed(cast, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (changed.get("text") or "Copy reaches Production") in answer.text or not changed.get("text", "x")


def test_who_leads_nothing_is_told_who_writes_one_down(at_desk: AtDesk, app: FastAPI, cast: Cast) -> None:
    mia = at_desk(cast.mia)
    assert "A lead writes it down" in mia.get("/desk/agreements/new").text
    assert "No agreement yet" in mia.get("/desk/agreements").text
    assert "Write down an agreement" not in mia.get("/desk/agreements").text
    assert mia.post("/desk/agreements", data=typed(cast)).status_code == 422
    assert "You lead neither" in words(at_desk(cast.frieda).get("/desk/agreements/new").text)


def test_waiting_for_both_says_who_can_answer(at_desk: AtDesk, app: FastAPI, cast: Cast) -> None:
    sent = at_desk(cast.frieda).post("/desk/agreements", data=typed(cast, providing_department=str(cast.marketing)))
    page = words(at_desk(cast.frieda).get(sent.headers["location"]).text)
    assert "Marketing has no lead who could say it" in page
    assert "Paul can say it." in page
    assert "Waits for the yes of Marketing and Production." in words(at_desk(cast.ada).get("/desk/agreements").text)


def test_the_room_says_of_each_whether_it_was_kept(
    at_desk: AtDesk, in_force: UUID, room: Room, cast: Cast, clock: SetClock
) -> None:
    frieda = at_desk(cast.frieda)
    page = f"/desk/retros/{room.id}/agreements"
    review = f"{page}/{in_force}/review"
    assert f'action="{review}"' in frieda.get(page).text
    assert review not in at_desk(cast.edda).get(page).text, "the facilitator records it"
    assert at_desk(cast.sven).get(page).status_code == 404
    assert at_desk(cast.edda).post(review, data={"verdict": "kept"}).status_code == 403
    said = frieda.post(review, data={"verdict": "partly"})
    assert (said.status_code, said.headers["location"]) == (303, f"{page}#agreement-{in_force}")
    pressed = re.findall(r'value="(\w*)"[^>]*aria-pressed="(\w+)"', frieda.get(page).text)
    assert pressed == [("kept", "false"), ("", "true"), ("broken", "false")], "pressing it again takes it back"
    assert frieda.post(review, data={"verdict": "broken"}, headers=HTMX).status_code == 204
    assert "Broken" in words(at_desk(cast.mia).get(f"/desk/agreements/{in_force}").text)
    assert frieda.post(review, data={"verdict": ""}).status_code == 303
    assert "No later retro" in at_desk(cast.mia).get(f"/desk/agreements/{in_force}").text
    assert frieda.post(f"{page}/{uuid4()}/review", data={"verdict": "kept"}).status_code == 404


def test_after_the_close_what_the_room_said_stands(
    at_desk: AtDesk, database: Database, in_force: UUID, room: Room, cast: Cast, clock: SetClock
) -> None:
    frieda, page = at_desk(cast.frieda), f"/desk/retros/{room.id}/agreements"
    frieda.post(f"{page}/{in_force}/review", data={"verdict": "kept"})
    for stage in (Stage.WRITE, Stage.GROUP, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
        move(database, cast.frieda, room, stage, clock)
    assert "fixed since the close" in frieda.get(page).text
    assert "aria-pressed" not in frieda.get(page).text.split("<main")[1].split("</main>")[0]
    assert frieda.post(f"{page}/{in_force}/review", data={"verdict": "broken"}).status_code == 409


def test_every_screen_shows_the_agreements_and_only_the_facilitator_has_buttons(
    app: FastAPI, database: Database, in_force: UUID, room: Room, cast: Cast, clock: SetClock
) -> None:
    before = _pieces(app, room)
    for audience, drawn in before.items():
        assert COPY in drawn, audience
        assert ("verdict-button" in drawn) == (audience is Audience.FACILITATOR)
    with database.transaction() as db:
        agreements_service.review_in_room(
            db, cast.frieda.visitor, room.id, in_force, AgreementVerdict.BROKEN, clock.now()
        )
    for audience, drawn in _pieces(app, room).items():
        assert drawn != before[audience], f"{audience} is redrawn"
        assert "Broken" in drawn
    assert "Broken" in _pieces(app, room)[Audience.SCREEN]


def test_what_was_promised_last_time_is_counted_and_grouped(
    app: FastAPI, database: Database, cast: Cast, clock: SetClock
) -> None:
    _promises(database, cast, clock, kept=4, late=2, open_=1, let_go=1)
    room = a_retro(database, cast, clock, stage=Stage.CHECK_IN)
    drawn = _pieces(app, room)
    for audience, piece in drawn.items():
        assert "8 promised 4 kept 2 late 1 open 1 dropped" in words(piece), audience
    assert drawn[Audience.SCREEN].count('class="wall-line"') == 6, "as many as fit on the wall"
    assert "And 2 more, on your phones." in drawn[Audience.SCREEN]
    for audience, rest in ((Audience.PARTICIPANT, 4), (Audience.FACILITATOR, 2)):
        assert f"The other {rest}" in drawn[audience]
        assert drawn[audience].count('class="promise-line"') == 8, audience
    for standing in ("Late", "Open", "Kept", "Dropped"):
        assert standing in drawn[Audience.SCREEN], "of each standing at least one"


def test_the_piece_is_gone_after_check_in(
    app: FastAPI, database: Database, in_force: UUID, room: Room, cast: Cast, clock: SetClock
) -> None:
    move(database, cast.frieda, room, Stage.WRITE, clock)
    for audience, drawn in _pieces(app, room).items():
        assert COPY not in drawn, audience


def test_the_first_of_many_promises_are_of_each_standing_in_turn(
    app: FastAPI, database: Database, cast: Cast, clock: SetClock
) -> None:
    _promises(database, cast, clock, kept=5, late=1, open_=1)
    with database.reading() as db:
        seen = previous_promises.promised_before(db, [cast.editorial, cast.production], clock.now())
    for most in range(9):
        first, rest = seen.first(most), seen.beyond(most)
        assert first.total == min(most, 7)
        assert first.total + rest.total == 7
    assert [(group.standing.value, len(group.promises)) for group in seen.first(3).groups] == [
        ("late", 1), ("open", 1), ("kept", 1),
    ]  # fmt: skip
    assert [group.standing.value for group in seen.open.groups] == ["open"]
    assert seen.settled.total == 6, "what was accepted too late is settled, and counts as late"


def test_the_brief_of_a_project_is_of_exactly_its_departments(
    at_desk: AtDesk, database: Database, in_force: UUID, cast: Cast, clock: SetClock
) -> None:
    _promises(database, cast, clock, kept=1, late=1, open_=1)
    _promises(database, cast, clock, open_=1, title="Ask marketing", requesting=cast.marketing)
    both = a_project(database, cast, clock, ("Editorial", "Production"), name="The Second Atlas")
    others = a_project(database, cast, clock, ("Rights", "IT"), name="Another")
    page = at_desk(cast.mia).get(f"/desk/projects/{both}/brief")
    assert page.status_code == 200
    read = words(page.text)
    assert "3 promised 1 kept 1 late 1 open" in read
    assert COPY in read
    assert "Ask marketing" not in read
    assert 'href="/desk/actions/' in page.text
    assert at_desk(cast.sven).get(f"/desk/projects/{both}/brief").status_code == 404
    assert "Nothing is outstanding" in at_desk(cast.sven).get(f"/desk/projects/{others}/brief").text
    assert f"/desk/projects/{both}/brief" in at_desk(cast.mia).get(f"/desk/projects/{both}").text
    with_marketing = a_project(database, cast, clock, ("Editorial", "Production", "Marketing"), name="Third")
    assert "Ask marketing" in at_desk(cast.edda).get(f"/desk/projects/{with_marketing}/brief").text


def test_the_brief_links_only_to_what_its_reader_may_open(
    at_desk: AtDesk, database: Database, app: FastAPI, cast: Cast, clock: SetClock
) -> None:
    """Sven's IT takes part in the project; the promise is between two others of it."""
    _promises(database, cast, clock, open_=1)
    project = a_project(database, cast, clock, ("Editorial", "Production", "IT"), name="With IT")
    page = at_desk(cast.sven).get(f"/desk/projects/{project}/brief").text
    assert "Do it, open 0" in page
    assert 'href="/desk/actions/' not in page
    assert 'href="/desk/actions/' in at_desk(cast.frieda).get(f"/desk/projects/{project}/brief").text


def test_the_bridges_are_read_on_one_page(at_desk: AtDesk, app: FastAPI, cast: Cast) -> None:
    page = words(at_desk(cast.mia).get("/desk/bridges").text)
    for one in BRIDGES:
        assert one.name in page
        assert one.steps[0] in page
        assert one.helped[0] in page


def test_a_chosen_bridge_is_remembered_with_its_steps(
    at_desk: AtDesk, database: Database, app: FastAPI, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    frieda, url = at_desk(cast.frieda), f"/desk/retros/{room.id}/actions"
    form = frieda.get(f"{url}/new?bridge_key=joint_offsite").text
    assert 'name="bridge" value="joint_offsite"' in form
    assert "It is in the form." in form
    data = {
        "kind": "bridge", "bridge": "joint_offsite", "title": "Spend a day at the lake",
        "done_when": "We were there.", "due_on": "2026-04-28",
        "owner": str(cast.paul.id), "providing_department": str(cast.production),
        "requesting_department": str(cast.editorial), "cause": "bridge", "scope": "joint", "priority": "normal",
    }  # fmt: skip
    assert frieda.post(url, data=data).status_code == 303
    assert frieda.post(url, data={**data, "kind": "action", "title": "Go home"}).status_code == 303
    assert frieda.post(url, data={**data, "bridge": "no such", "title": "Build another"}).status_code == 303
    with database.reading() as db:
        known = {one.title: one for one in lists.actions_of(db, room.id)}
    chosen = known["Spend a day at the lake"]
    assert chosen.ready_made is not None
    assert chosen.ready_made.key == "joint_offsite"
    assert known["Go home"].bridge == known["Build another"].bridge == ""
    assert 'name="bridge" value="joint_offsite"' in frieda.get(f"/desk/actions/{chosen.id}/edit").text
    shown = render("fragments/actions/bridge.html", {"bridge": chosen.ready_made, "level": 3})
    assert "a place that belongs to neither" in shown


def test_the_form_asks_an_agreement_for_its_review_and_keeps_a_sponsors_address(
    at_desk: AtDesk, database: Database, app: FastAPI, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    frieda, url = at_desk(cast.frieda), f"/desk/retros/{room.id}/actions"
    data = {
        "kind": "agreement", "title": "Send proofs earlier", "done_when": COPY, "owner": str(cast.paul.id),
        "providing_department": str(cast.production), "requesting_department": str(cast.editorial),
        "due_on": "2026-04-28", "scope": "above_us", "priority": "normal", "dimension": "quality",
        "review_on": "2026-10-01", "sponsor_name": "Rosa", "sponsor_email": "rosa@lantern.example",
    }  # fmt: skip
    wrong = frieda.post(url, data={**data, "sponsor_email": "rosa", "review_on": "later"})
    assert wrong.status_code == 422
    assert "does not look like a mail address" in wrong.text
    assert 'value="later"' in wrong.text
    same = frieda.post(url, data={**data, "requesting_department": str(cast.production)})
    assert "two different ones" in same.text
    assert frieda.post(url, data=data).status_code == 303
    assert frieda.post(url, data={**data, "kind": "action", "cause": "prevent", "title": "Print"}).status_code == 303
    with database.reading() as db:
        known = {one.title: one for one in lists.actions_of(db, room.id)}
    kept, other = known["Send proofs earlier"], known["Print"]
    assert (kept.dimension, kept.review_on, kept.sponsor_email) == (
        "quality",
        date(2026, 10, 1),
        "rosa@lantern.example",
    )
    assert (other.dimension, other.review_on) == ("", None), "only an agreement has them"
    form = frieda.get(f"/desk/actions/{kept.id}/edit").text
    for value in ("2026-10-01", "rosa@lantern.example"):
        assert f'value="{value}"' in form


def test_the_leads_desk_gets_its_agreements(database: Database, in_force: UUID, cast: Cast) -> None:
    with database.reading() as db:
        pairs = agreements.in_force_for(db, cast.paul.visitor)
    shown = words(render("fragments/agreements/agreements.html", {"pairs": pairs}))
    assert "Production with" in shown
    assert COPY in shown
    assert "None yet." in words(render("fragments/agreements/agreements.html", {"pairs": []}))


def _pieces(app: FastAPI, room: Room) -> dict[Audience, str]:
    painter: Painter = app.state.painter
    drawing = painter.draw(room.id, tuple(Audience), ("promises",))
    assert drawing is not None
    return {audience: drawing.pieces[audience]["promises"] for audience in Audience}


def _promises(
    database: Database,
    cast: Cast,
    clock: SetClock,
    *,
    kept: int = 0,
    late: int = 0,
    open_: int = 0,
    let_go: int = 0,
    title: str = "Do it",
    requesting: UUID | None = None,
) -> None:
    """A closed retro whose promises, made by Paul of Production, came to so many of each."""
    clock.advance(timedelta(days=1))
    room = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    kinds = ["kept"] * kept + ["late"] * late + ["open"] * open_ + ["let go"] * let_go
    asked = requesting or cast.editorial
    with database.transaction() as db:
        for number, kind in enumerate(kinds):
            due = clock.now().date() + timedelta(days={"late": 2}.get(kind, 90))
            fields = Fields(
                f"{title}, {kind} {number}", done_when="It is there.", owner_id=cast.paul.id, due_on=due,
                providing_department_id=cast.production, requesting_department_id=asked, cause=Cause.PREVENT,
            )  # fmt: skip
            capturing.capture(db, cast.frieda.visitor, room.id, fields, clock.now(), override_limit=True)
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(database, cast.frieda, room, stage, clock)
    with database.reading() as db:
        ids = [(one.id, one.title) for one in lists.actions_of(db, room.id)]
    with database.transaction() as db:
        for action_id, _ in ids:
            stepping.step(db, cast.paul.visitor, action_id, ActionState.PROMISED, clock.now())
    clock.advance(timedelta(days=10))
    with database.transaction() as db:
        for action_id, name in ids:
            if "let go" in name:
                stepping.step(
                    db, cast.paul.visitor, action_id, ActionState.NOT_DOING, clock.now(), StepDetails(reason="No.")
                )
            elif "open" not in name:
                stepping.step(db, cast.paul.visitor, action_id, ActionState.REPORTED_DONE, clock.now())
                row = db.get_one(Action, action_id)
                person = cast.edda if row.requesting_department_id == cast.editorial else cast.paul
                stepping.step(db, person.visitor, action_id, ActionState.ACCEPTED, clock.now())
