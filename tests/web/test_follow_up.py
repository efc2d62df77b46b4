"""How promises are followed up, and where their days are counted: changed in pages, for open promises too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import jobs
from app.actions.forms.follow_up import BOUNDS, TypedPolicy, read_policy, typed_policy
from app.actions.models import Action, FollowUp
from app.actions.queries import lists
from app.actions.queries import policy as policy_queries
from app.actions.rules.kinds import ActionState
from app.actions.rules.policy import NEVER, Policy
from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import a_retro
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.unit.test_actions_service import capture, closed, row_of

AtDesk = Callable[[Person], TestClient]


@pytest.fixture
def asked(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> UUID:
    """Asked of Paul on Tuesday the 17th of March, for Editorial; the calendar has looked at it."""
    room = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    action_id = capture(database, room, clock)
    closed(database, room, clock)
    jobs.run_due(database, clock.now())
    return action_id


def looked_at_next(database: Database, action_id: UUID, clock: SetClock) -> datetime | None:
    """When the calendar speaks next, after the job has counted anew."""
    jobs.run_due(database, clock.now())
    row: Action = row_of(database, action_id)
    return row.attention_at


def filled(policy: Policy, **changed: str) -> dict[str, str]:
    return {name: value for name, value in {**typed_policy(policy).model_dump(), **changed}.items() if value}


def test_everybody_reads_it_and_admins_change_it(
    at_desk: AtDesk, database: Database, cast: Cast, asked: UUID, clock: SetClock
) -> None:
    assert looked_at_next(database, asked, clock) == datetime(2026, 3, 20, tzinfo=UTC)
    for person in (cast.mia, cast.frieda, cast.sven):
        page = at_desk(person).get("/desk/follow-up")
        assert "answers within 2 working days" in page.text
        assert "<input" not in page.text
        assert at_desk(person).post("/desk/follow-up", data=filled(Policy())).status_code == 403
        assert at_desk(person).post("/desk/follow-up", data={}).status_code == 403
        assert at_desk(person).post("/desk/follow-up/usual").status_code == 403
    ada = at_desk(cast.ada)
    assert "Reset to the defaults" not in ada.get("/desk/follow-up").text
    decided = replace(
        Policy(),
        acknowledge_within=4,
        lead_after=0,
        remind_on_the_day=False,
        digest_weekday=NEVER,
        quiet_from=8,
        sponsor_name="Dr. Øst",
        sponsor_email="ost@lantern.example",
    )
    answer = ada.post("/desk/follow-up", data=filled(decided))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/follow-up?done=changed")
    with database.reading() as db:
        assert policy_queries.policy(db) == decided
    page = ada.get("/desk/follow-up?done=changed")
    for words in ("answers within 4 working days", "Dr. Øst", "There is no digest.", "Reset to the defaults"):
        assert words in page.text
    assert looked_at_next(database, asked, clock) == datetime(2026, 3, 24, tzinfo=UTC), "open promises too"
    assert ada.post("/desk/follow-up/usual").status_code == 303
    with database.reading() as db:
        assert policy_queries.policy(db) == Policy()
        assert db.get(FollowUp, 1) is None
    assert looked_at_next(database, asked, clock) == datetime(2026, 3, 20, tzinfo=UTC)


@only_sqlite
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"acknowledge_within": "0"}, "the days for a first answer as a number from 1 to 20"),
        ({"acknowledge_within": ""}, "Please give the days for a first answer."),
        ({"due_high": "-3"}, "from 1 to 120"),
        ({"remind_every": "weekly"}, "from 1 to 90"),
        ({"quiet_from": "24"}, "from 0 to 23"),
        ({"digest_weekday": "7"}, "choose a day of the week, or never"),
        ({"digest_weekday": ""}, "choose a day of the week, or never"),
        ({"lead_after": "9", "sponsor_after": "8"}, "The sponsor hears of it after the lead"),
        ({"sponsor_name": "Dr. Ost"}, "add the sponsor"),
        ({"sponsor_email": "ost"}, "does not look like a mail address"),
        ({"sponsor_name": "x" * 121, "sponsor_email": "ost@lantern.example"}, "121 characters; 120 fit"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_is_kept(
    at_desk: AtDesk, database: Database, cast: Cast, changed: dict[str, str], sentence: str
) -> None:
    answer = at_desk(cast.ada).post("/desk/follow-up", data=filled(Policy(), silence_after="7", **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'name="silence_after" value="7"' in answer.text
    with database.reading() as db:
        assert db.get(FollowUp, 1) is None


@settings(deadline=None)  # (the machine may be busy)
@given(
    st.builds(
        Policy,
        **{name: st.integers(least, most) for name, (least, most, _) in BOUNDS.items()},
        **{
            name: st.booleans()
            for name in ("remind_on_the_day", "leads_hear_reminders", "members_may_be_asked", "quiet_weekends")
        },
        digest_weekday=st.integers(NEVER, 6),
    )
)
def test_the_form_gives_back_what_it_shows(policy: Policy) -> None:
    read, problems = read_policy(typed_policy(policy))
    assert read == policy
    assert set(problems.by_field) <= {"sponsor_after"}
    assert set(TypedPolicy.model_fields) == set(asdict(policy)), "every field of the policy is in the form"


def test_holidays_of_the_organisation_count_for_open_promises(
    at_desk: AtDesk, database: Database, cast: Cast, asked: UUID, clock: SetClock
) -> None:
    ada = at_desk(cast.ada)
    page = ada.get("/desk/departments").text
    assert '<option value="DE">Germany</option>' in page
    assert 'name="subdivision"' not in page, "no country, no region"
    data = {"organisation": "Lantern & Quill", "time_zone": "Asia/Tokyo", "country": "JP"}
    assert ada.post("/desk/organisation", data=data).status_code == 303
    # Asked on the 17th, answered by the 19th; asked again when the 20th begins in Japan.
    assert looked_at_next(database, asked, clock) == datetime(2026, 3, 19, 15, tzinfo=UTC)
    data |= {"country": "DE", "time_zone": "Europe/Berlin", "subdivision": "BY"}
    assert ada.post("/desk/organisation", data=data).status_code == 303
    page = ada.get("/desk/departments").text
    assert '<option value="BY" selected>Bayern</option>' in page
    data |= {"country": "GB"}
    assert ada.post("/desk/organisation", data=data).status_code == 303, "the region of another country goes with it"
    assert '<option value="SCT">Scotland</option>' in ada.get("/desk/departments").text
    wrong = ada.post("/desk/organisation", data={**data, "country": "Atlantis"})
    assert wrong.status_code == 422
    assert "public holidays of this country are not known" in wrong.text


def test_a_department_has_a_place_of_its_own(
    at_desk: AtDesk, database: Database, cast: Cast, asked: UUID, clock: SetClock
) -> None:
    frieda, path = at_desk(cast.frieda), f"/desk/departments/{cast.editorial}"
    assert "As the organisation" in frieda.get(path).text
    answer = frieda.post(f"{path}/place", data={"country": "DE", "subdivision": "BY"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?done=place")
    page = frieda.get(answer.headers["location"]).text
    assert '<option value="BY" selected>Bayern</option>' in page
    assert "counted there from now on" in page
    assert looked_at_next(database, asked, clock) == datetime(2026, 3, 20, tzinfo=UTC), "no time zone: the usual one"
    frieda.post(f"{path}/place", data={"time_zone": "Pacific/Auckland", "country": "IL"})
    # In Israel Friday and Saturday are free: two working days after Wednesday the 18th (in Auckland) is Sunday.
    assert looked_at_next(database, asked, clock) == datetime(2026, 3, 22, 11, tzinfo=UTC)
    wrong = frieda.post(f"{path}/place", data={"time_zone": "Mars/Olympus"})
    assert wrong.status_code == 422
    assert "This time zone is not known." in wrong.text
    assert 'value="Mars/Olympus"' in wrong.text
    assert at_desk(cast.edda).post(f"{path}/place", data={"country": "DE"}).status_code == 403
    renamed = frieda.post(path, data={"name": "Editorial", "badge": "ED"})
    assert renamed.status_code == 303
    assert '<option value="IL" selected>' in frieda.get(path).text, "another name leaves the place alone"


@only_sqlite
def test_a_department_names_its_sponsor(at_desk: AtDesk, cast: Cast, asked: UUID) -> None:
    frieda, path = at_desk(cast.frieda), f"/desk/departments/{cast.editorial}"
    sponsor = {"sponsor_name": " Dr.  Øst ", "sponsor_email": "OST@lantern.example"}
    assert frieda.post(f"{path}/sponsor", data=sponsor).status_code == 303
    page = frieda.get(f"{path}?done=sponsor").text
    assert 'value="Dr. Øst"' in page
    assert 'value="ost@lantern.example"' in page
    for wrong, sentence in (
        ({"sponsor_name": "Dr. Øst"}, "Type a mail address."),
        ({"sponsor_email": "ost"}, "does not look like a mail address"),
        ({"sponsor_name": "x" * 121, "sponsor_email": "ost@lantern.example"}, "120 characters"),
    ):
        answer = frieda.post(f"{path}/sponsor", data=wrong)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert frieda.post(f"{path}/sponsor", data={}).status_code == 303
    assert "Dr. Øst" not in frieda.get(path).text
    assert at_desk(cast.edda).post(f"{path}/sponsor", data=sponsor).status_code == 403


@only_sqlite
def test_regions_come_with_their_country(at_desk: AtDesk, cast: Cast) -> None:
    mia = at_desk(cast.mia)
    assert '<option value="VT">Vermont</option>' in mia.get("/desk/regions?country=US").text
    for none in ("", "JP", "Atlantis", "%00"):
        answer = mia.get(f"/desk/regions?country={none}")
        assert answer.status_code == 200
        assert 'id="region"' in answer.text


@only_sqlite
def test_nothing_is_said_twice_after_a_change(
    at_desk: AtDesk, database: Database, cast: Cast, asked: UUID, clock: SetClock
) -> None:
    """What the calendar said already it does not say again because it looks anew."""
    said = []
    database.bus.inside(queries_notice(), lambda _db, fact: said.append((fact.notice, fact.day)))
    clock.at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    jobs.run_due(database, clock.now())
    assert len(said) == 1
    at_desk(cast.ada).post("/desk/organisation", data={"organisation": "L", "time_zone": "UTC", "country": "DE"})
    at_desk(cast.ada).post("/desk/follow-up", data=filled(replace(Policy(), silence_after=9)))
    jobs.run_due(database, clock.now())
    assert len(said) == 1
    with database.reading() as db:
        assert lists.action(db, asked, for_=cast.frieda.visitor).state == ActionState.REQUESTED


def queries_notice() -> type:
    from app.actions.events import NoticeFellDue

    return NoticeFellDue
