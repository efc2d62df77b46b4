"""Somebody leaves: what is open is shown, somebody takes it over in one step, and nobody is asked who is gone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from app.actions.models import Action, ActionStep
from app.actions.rules.kinds import ActionState
from app.actions.rules.refusals import TooLateToUndo
from app.actions.service import stepping
from app.agreements import queries as agreements
from app.agreements import service as agreements_service
from app.agreements.rules import Terms
from app.core.clock import SetClock
from app.core.db import Database
from app.departments.models import Department
from app.people import queries
from app.people.models import Account, Membership
from app.retros.models import Retro, RetroFacilitator
from app.retros.rules.names import Stage
from tests.builders import a_retro
from tests.cast import Cast
from tests.promises import asked, take

AtDesk = Callable[..., TestClient]


def path_of(account_id: UUID) -> str:
    return f"/desk/people/{account_id}/leaving"


@pytest.fixture
def owned(database: Database, cast: Cast, clock: SetClock) -> dict[str, UUID]:
    """What Paul has, in each state that somebody can leave it in."""
    made = {name: asked(database, cast, clock, title=f"It is {name}") for name in ("asked", "promised", "reported")}
    take(database, cast.paul, made["promised"], clock, ActionState.PROMISED)
    take(database, cast.paul, made["reported"], clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    made["offered"] = asked(database, cast, clock, title="It is offered")
    take(database, cast.paul, made["offered"], clock, ActionState.COUNTERED, reason="In May instead")
    return made


def test_an_account_is_not_disabled_before_everything_has_somebody(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock, owned: dict[str, UUID]
) -> None:
    ada = at_desk(cast.ada)
    refused = ada.post(f"/desk/people/{cast.paul.id}/disabling")
    assert refused.status_code == 409
    assert "Hand it over first" in refused.text
    page = ada.get(path_of(cast.paul.id)).text
    for title in ("It is asked", "It is promised", "It is reported", "It is offered", "Production"):
        assert title in page
    again = ada.post(path_of(cast.paul.id), data={})
    assert again.status_code == 422
    assert "5 things still need somebody" in again.text
    with database.reading() as db:
        assert db.get_one(Account, cast.paul.id).disabled_at is None


@pytest.mark.parametrize("stage", [Stage.PREPARE, Stage.WRITE])
def test_a_retro_to_run_needs_another_facilitator(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock, stage: Stage
) -> None:
    room = a_retro(database, cast, clock, stage=stage, k=3)
    ada, path = at_desk(cast.ada), path_of(cast.frieda.id)
    assert ada.post(f"/desk/people/{cast.frieda.id}/disabling").status_code == 409
    assert room.view().title in ada.get(path).text
    not_mia = ada.post(path, data={"usual": str(cast.mia.id)})
    assert not_mia.status_code == 422
    assert "does not run retros" in not_mia.text
    assert ada.post(path, data={"usual": str(cast.stefan.id)}).status_code == 303
    with database.reading() as db:
        row = db.get_one(Retro, room.id)
        assert row.facilitator_id == cast.stefan.id
        assert db.get(RetroFacilitator, (room.id, cast.frieda.id)) is None, "who left still helps"
        assert (str(cast.stefan.id) in row.took_over) is (stage is not Stage.PREPARE), "the safety result passed on"
        assert db.get_one(Account, cast.frieda.id).disabled_at is not None


def test_one_step_hands_everything_over(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock, owned: dict[str, UUID]
) -> None:
    with database.transaction() as db:
        db.get_one(Department, cast.marketing).sponsor_email = cast.paul.email
        terms = Terms("Proofs on Tuesday", cast.production, cast.editorial, "", None)
        agreement = agreements_service.write_agreement(db, cast.paul.visitor, terms, clock.now())
    ada, path = at_desk(cast.ada), path_of(cast.paul.id)
    page = ada.get(path).text
    assert "Proofs on Tuesday" in page
    data = {
        "usual": str(cast.mia.id),
        "item": [f"action:{owned['asked']}"],
        "who": [str(cast.sven.id)],
    }
    assert ada.post(path, data=data).headers["location"] == f"/desk/people/{cast.paul.id}?done=left"
    with database.reading() as db:
        rows = {one.title.removeprefix("It is "): one for one in db.exec(select(Action)).all()}
        assert {one.owner_id for name, one in rows.items() if name != "asked"} == {cast.mia.id}
        assert rows["asked"].owner_id == cast.sven.id
        assert {name: one.state for name, one in rows.items()} == {
            "asked": "requested", "promised": "requested", "reported": "reported_done", "offered": "countered",
        }  # fmt: skip
        assert rows["promised"].promised_for is not None, "the first date is off the record"
        assert db.get_one(Membership, (cast.mia.id, cast.production)).is_lead
        assert db.get_one(Department, cast.marketing).sponsor_email == cast.mia.email
        mia = queries.visitor_of(db, cast.mia.id)
        assert mia is not None
        assert agreements.agreement(db, agreement, for_=mia).providing.id in mia.leads
    history = ada.get(f"/desk/actions/{owned['reported']}").text
    assert "Handed over" in history
    assert "Who had it before has left." in history


def test_what_waits_for_the_other_side_goes_on_as_it_was(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock, owned: dict[str, UUID]
) -> None:
    with database.reading() as db:
        before = db.get_one(Action, owned["reported"])
        waits = (before.reported_at, before.moved_at, before.attention_at, before.noticed_on)
    at_desk(cast.ada).post(path_of(cast.paul.id), data={"usual": str(cast.sven.id)})
    with database.reading() as db:
        after = db.get_one(Action, owned["reported"])
        assert (after.reported_at, after.moved_at, after.attention_at, after.noticed_on) == waits
    edda = at_desk(cast.edda)
    assert "In May instead" in edda.get("/desk/actions").text, "the offer is hidden behind the handing over"
    take(database, cast.edda, owned["reported"], clock, ActionState.SENT_BACK, reason="Page 3 is missing")
    sven = cast.sven
    take(database, sven, owned["reported"], clock, ActionState.REPORTED_DONE)
    take(database, cast.edda, owned["reported"], clock, ActionState.ACCEPTED)


def test_who_hands_over_cannot_give_it_back_to_somebody_who_left(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock, owned: dict[str, UUID]
) -> None:
    ada = at_desk(cast.ada)
    ada.post(path_of(cast.paul.id), data={"usual": str(cast.mia.id)})
    with pytest.raises(TooLateToUndo), database.transaction() as db:
        stepping.undo(db, cast.ada.visitor, owned["promised"], clock.now())
    with database.reading() as db:
        assert db.get_one(Action, owned["promised"]).owner_id == cast.mia.id


def test_only_admins_hand_over_and_the_last_admin_stays(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    for person in (cast.frieda, cast.edda, cast.mia):
        browser = at_desk(person)
        assert browser.get(path_of(cast.sven.id)).status_code == 403
        assert browser.post(path_of(cast.sven.id), data={}).status_code == 403
    kept = at_desk(cast.ada).post(path_of(cast.ada.id), data={"usual": str(cast.frieda.id)})
    assert kept.status_code == 409
    assert "This is the last admin" in kept.text


def test_an_account_without_anything_open_is_disabled_with_one_press(at_desk: AtDesk, cast: Cast) -> None:
    ada = at_desk(cast.ada)
    assert "Nothing is open with Sven" in ada.get(path_of(cast.sven.id)).text
    assert ada.post(path_of(cast.sven.id)).headers["location"].endswith("?done=disabled")


def test_what_was_never_asked_of_an_account_but_of_its_address_is_handed_over_too(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock
) -> None:
    waiting = asked(database, cast, clock, owner_id=None, owner_email=cast.sven.email.title(), title="By mail")
    ada = at_desk(cast.ada)
    assert "By mail" in ada.get(path_of(cast.sven.id)).text
    assert ada.post(f"/desk/people/{cast.sven.id}/disabling").status_code == 409
    ada.post(path_of(cast.sven.id), data={"usual": str(cast.mia.id)})
    with database.reading() as db:
        assert db.get_one(Action, waiting).owner_id == cast.mia.id


def test_what_an_older_release_left_behind_can_still_be_handed_over(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock, owned: dict[str, UUID]
) -> None:
    with database.transaction() as db:
        db.get_one(Account, cast.paul.id).disabled_at = clock.now()
    ada = at_desk(cast.ada)
    assert "It is promised" in ada.get(path_of(cast.paul.id)).text
    assert ada.post(path_of(cast.paul.id), data={"usual": str(cast.mia.id)}).status_code == 303
    with database.reading() as db:
        owners = db.exec(select(Action.owner_id)).all()
    assert set(owners) == {cast.mia.id}


def test_letting_somebody_in_again_leaves_what_was_handed_over_where_it_is(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock, owned: dict[str, UUID]
) -> None:
    ada = at_desk(cast.ada)
    ada.post(path_of(cast.paul.id), data={"usual": str(cast.mia.id)})
    assert "Paul (left)" in ada.get("/desk/people").text
    assert ada.post(f"/desk/people/{cast.paul.id}/disabling", data={"undo": "1"}).status_code == 303
    assert "(left)" not in ada.get("/desk/people").text
    with database.reading() as db:
        assert set(db.exec(select(Action.owner_id)).all()) == {cast.mia.id}
        handed = select(ActionStep.number).where(col(ActionStep.owner_id) == cast.mia.id)
        assert len(db.exec(handed).all()) == 4
