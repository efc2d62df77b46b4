"""The API as programs meet it: rights of the token, pages without doubles, conditional writes, and each refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from structlog.testing import capture_logs

from app.actions.api import kit
from app.actions.queries import lists
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.people.rules import TokenScope
from app.people.service import accounts, tokens
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.promises import asked, take

BOTH = (TokenScope.READ_ACTIONS, TokenScope.WRITE_ACTIONS)
LINK = "https://tracker.example.org/browse/PRINT-12"
REPORT = {"link": LINK, "state": "In review"}


class Client:
    """A program outside: no cookies, nothing that a browser sends."""

    def __init__(self, app: FastAPI, portal: Any, token: str | None) -> None:
        self.http = TestClient(app, headers={"Authorization": f"Bearer {token}"} if token else {})
        self.http.portal = portal

    def get(self, path: str, **headers: str) -> Response:
        return self.http.get(f"/api/v1{path}", headers=_named(headers))

    def put(self, path: str, body: Any = None, **headers: str) -> Response:
        return self.http.put(f"/api/v1{path}", json=REPORT if body is None else body, headers=_named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


Connect = Callable[..., Client]


@pytest.fixture
def connect(app: FastAPI, client: TestClient, database: Database, clock: SetClock) -> Connect:
    """A program that acts for this person."""

    def make(person: Person, scopes: Iterable[TokenScope] = BOTH, lasts: timedelta | None = None) -> Client:
        with database.transaction() as db:
            token = tokens.make_token(db, person.visitor, "A test", scopes, lasts, clock.now())
        return Client(app, client.portal, token)

    return make


@pytest.fixture
def stranger(app: FastAPI, client: TestClient) -> Client:
    return Client(app, client.portal, None)


def ids(answer: Response) -> list[UUID]:
    assert answer.status_code == 200, answer.text
    return [UUID(one["id"]) for one in answer.json()["actions"]]


def following(answer: Response) -> str | None:
    """The path behind rel=next, as a program would follow it."""
    if "link" not in answer.headers:
        return None
    url, rel = answer.headers["link"].split(">; ")
    assert rel == 'rel="next"'
    parts = urlsplit(url.removeprefix("<"))
    return f"{parts.path}?{parts.query}".removeprefix("/api/v1")


def everything(api: Client, path: str) -> list[UUID]:
    found: list[UUID] = []
    after: str | None = path
    while after:
        answer = api.get(after)
        found += ids(answer)
        after = following(answer)
    return found


def is_problem(answer: Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["title"]
    assert said["detail"].endswith((".", "…`."))
    return said


# --- reading -----------------------------------------------------------------------------------------------------


def test_one_promise_with_its_history(connect: Connect, database: Database, cast: Cast, clock: SetClock) -> None:
    action_id = asked(database, cast, clock)
    take(database, cast.paul, action_id, clock, ActionState.PROMISED)
    answer = connect(cast.edda).get(f"/actions/{action_id}")
    assert answer.status_code == 200
    found = answer.json()
    assert found["title"] == "Send page proofs two days earlier"
    assert (found["state"], found["due_on"], found["promised_for"]) == ("promised", "2026-04-28", "2026-04-28")
    assert found["providing"] == {"id": str(cast.production), "name": "Production"}
    assert found["owner"] == "Paul"
    assert found["tracker"] is None
    assert found["url"].endswith(f"/desk/actions/{action_id}")
    assert [(step["number"], step["state"], step["by"]) for step in found["history"]] == [
        (1, "requested", ""),
        (2, "promised", "Paul"),
    ]
    assert "@lantern.example" not in answer.text, "no mail address leaves this way"


def test_rights_are_those_of_the_account(
    connect: Connect, database: Database, cast: Cast, clock: SetClock, stranger: Client
) -> None:
    action_id = asked(database, cast, clock)
    for person in (cast.paul, cast.edda, cast.mia, cast.frieda, cast.ada):
        api = connect(person)
        assert ids(api.get("/actions")) == [action_id]
        assert api.get(f"/actions/{action_id}").status_code == 200
    sven = connect(cast.sven)
    assert ids(sven.get("/actions")) == []
    not_his, not_there = sven.get(f"/actions/{action_id}"), sven.get(f"/actions/{uuid4()}")
    assert is_problem(not_his, 404) == is_problem(not_there, 404)
    is_problem(stranger.get("/actions"), 401)


def test_what_is_only_proposed_is_not_there(
    connect: Connect, database: Database, cast: Cast, clock: SetClock
) -> None:
    from app.actions.models import Action

    with database.transaction() as db:
        row = Action(title="Proposed", owner_id=cast.paul.id, external_link=LINK, created_at=clock.now())
        db.add(row)
        db.flush()
        action_id = row.id
    api = connect(cast.ada)
    assert ids(api.get("/actions")) == []
    assert [api.get(f"/actions/{action_id}").status_code, api.put("/tracker").status_code] == [404, 404]
    assert api.put(f"/actions/{action_id}/tracker", if_match="*").status_code == 404


def test_filters(connect: Connect, database: Database, cast: Cast, clock: SetClock) -> None:
    first = asked(database, cast, clock)
    clock.advance(timedelta(hours=1))
    other = asked(database, cast, clock, providing_department_id=cast.marketing)
    clock.advance(timedelta(hours=1))
    third = asked(database, cast, clock)
    take(database, cast.paul, first, clock, ActionState.PROMISED)
    api = connect(cast.edda)
    assert ids(api.get("/actions?state=promised")) == [first]
    assert ids(api.get("/actions?state=promised&state=requested")) == [first, other, third]
    assert ids(api.get(f"/actions?department={cast.marketing}")) == [other]
    assert ids(api.get(f"/actions?department={cast.editorial}&state=requested")) == [other, third]
    assert ids(api.get("/actions?updated_since=2026-03-17T13:30:00Z")) == [first, third]
    assert ids(api.get("/actions?updated_since=2026-03-17T15:30:00%2B02:00")) == [first, third]
    clock.advance(timedelta(hours=1))
    assert connect(cast.edda).put(f"/actions/{other}/tracker", if_match="*").status_code == 200
    assert ids(api.get("/actions?updated_since=2026-03-17T15:00:00Z")) == [other]


def test_pages_hold_everything_once_while_more_is_added(
    connect: Connect, database: Database, cast: Cast, clock: SetClock
) -> None:
    """Some of the same moment, so that the moment alone would not do as a place in the list."""
    before = []
    for number in range(23):
        before.append(asked(database, cast, clock, title=f"Number {number}"))
        clock.advance(timedelta(seconds=number % 3))
    api = connect(cast.edda)
    found, after, added = [], "/actions?limit=4&state=requested", []
    while after:
        answer = api.get(after)
        found += ids(answer)
        after = following(answer)
        if len(added) < 6:
            added.append(asked(database, cast, clock, title="Added meanwhile"))
            # And one that was written down before what is read now, and arrives only now.
            asked(database, cast, clock, created_at=clock.now() - timedelta(days=1))
            clock.advance(timedelta(seconds=1))
    assert len(found) == len(set(found)), "nothing twice"
    assert set(before) <= set(found), "nothing left out"
    assert set(added) <= set(found), "what came behind is found too"
    for limit in (1, 7, 100):
        assert sorted(everything(api, f"/actions?limit={limit}")) == sorted(everything(api, "/actions"))


def test_an_etag_saves_reading_again(connect: Connect, database: Database, cast: Cast, clock: SetClock) -> None:
    action_id = asked(database, cast, clock)
    api = connect(cast.edda)
    first = api.get(f"/actions/{action_id}")
    etag = first.headers["etag"]
    assert etag.startswith(f'"{first.json()["version"]}-')
    again = api.get(f"/actions/{action_id}", if_none_match=etag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    take(database, cast.paul, action_id, clock, ActionState.PROMISED)
    assert api.get(f"/actions/{action_id}", if_none_match=etag).status_code == 200
    etag = api.get(f"/actions/{action_id}").headers["etag"]
    with database.transaction() as db:
        accounts.rename(db, cast.paul.id, "Paula")
    assert api.get(f"/actions/{action_id}", if_none_match=etag).json()["owner"] == "Paula", "strong: all that is sent"


# --- reporting ---------------------------------------------------------------------------------------------------


def tracker_of(database: Database, cast: Cast, action_id: UUID) -> tuple[str, str, Any, int]:
    with database.reading() as db:
        view = lists.action(db, action_id, for_=cast.ada.visitor)
    return view.external_link, view.tracker_state, view.tracker_at, view.version


def test_a_tracker_is_set_only_over_what_was_seen(
    connect: Connect, database: Database, cast: Cast, clock: SetClock
) -> None:
    action_id = asked(database, cast, clock)
    api, path = connect(cast.paul), f"/actions/{action_id}/tracker"
    etag = api.get(f"/actions/{action_id}").headers["etag"]
    is_problem(api.put(path), 428)
    is_problem(api.put(path, if_match='"1-other"'), 412)
    is_problem(api.put(path, if_match=f"W/{etag}"), 412)
    answer = api.put(path, if_match=f'"other", {etag}')
    assert answer.status_code == 200
    assert answer.json() == {**REPORT, "reported_at": "2026-03-17T12:00:00Z"}
    assert tracker_of(database, cast, action_id) == (LINK, "In review", clock.now(), 3)
    is_problem(api.put(path, {"link": LINK, "state": "Done"}, if_match=etag), 412)
    assert api.put(path, {"link": LINK, "state": "Done"}, if_match="*").status_code == 200
    found = api.get(f"/actions/{action_id}").json()
    assert found["tracker"]["state"] == "Done"
    assert found["state"] == "requested", "a tracker moves no promise"


def test_an_outside_tracker_reports_with_one_request(
    connect: Connect, database: Database, cast: Cast, clock: SetClock
) -> None:
    one, twin = (
        asked(database, cast, clock, external_link=LINK),
        asked(database, cast, clock, external_link=f"{LINK}/"),
    )
    other = asked(database, cast, clock, external_link=f"{LINK}3")
    api = connect(cast.edda, [TokenScope.WRITE_ACTIONS])
    answer = api.put("/tracker")
    assert answer.status_code == 200
    assert sorted(answer.json()["actions"]) == sorted([str(one), str(twin)])
    assert tracker_of(database, cast, one) == (LINK, "In review", clock.now(), 3)
    assert tracker_of(database, cast, twin)[0] == f"{LINK}/", "the link stays as somebody wrote it"
    assert tracker_of(database, cast, other)[1] == ""
    first = clock.now()
    clock.advance(timedelta(hours=1))
    assert api.put("/tracker").status_code == 200
    assert tracker_of(database, cast, one) == (LINK, "In review", first, 3), "said twice it is said once"
    assert api.put("/tracker", {"link": f"{LINK}/", "state": " Done \n"}).status_code == 200
    assert tracker_of(database, cast, one) == (LINK, "Done", clock.now(), 4)


def test_only_whom_it_binds_may_report(connect: Connect, database: Database, cast: Cast, clock: SetClock) -> None:
    from app.actions.models import Action

    action_id = asked(database, cast, clock, external_link=LINK)
    is_problem(connect(cast.sven).put("/tracker"), 404)
    is_problem(connect(cast.sven).put(f"/actions/{action_id}/tracker", if_match="*"), 404)
    for person in (cast.paul, cast.edda, cast.mia, cast.frieda, cast.ada):
        assert connect(person).put("/tracker", {"link": LINK, "state": person.name}).status_code == 200
    with database.reading() as db:
        assert db.get_one(Action, action_id).tracker_state == "Ada"


def test_who_only_took_part_in_the_retro_sees_it_and_may_not_report(
    connect: Connect, database: Database, cast: Cast, clock: SetClock
) -> None:
    from app.retros.rules.names import Stage
    from tests.builders import a_project, a_retro

    project = a_project(database, cast, clock, departments=("Editorial", "Production", "IT"))
    room = a_retro(database, cast, clock, stage=Stage.PREPARE, project_id=project, seats={})
    action_id = asked(database, cast, clock, external_link=LINK, retro_id=room.id)
    sven = connect(cast.sven)
    assert sven.get(f"/actions/{action_id}").status_code == 200
    is_problem(sven.put(f"/actions/{action_id}/tracker", if_match="*"), 403)
    is_problem(sven.put("/tracker"), 404)
    assert tracker_of(database, cast, action_id)[1] == ""


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"link": ""}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": "http://[broken"}, "link"),
        ({"link": "https://x.example/" + "a" * 500}, "link"),
        ({"link": "https://x.example/\x00"}, "link"),
        ({"link": None}, "link"),
        ({"state": "  "}, "state"),
        ({"state": "a" * 61}, "state"),
        ({"state": "nul \x00 inside"}, "state"),
        ({"state": 7}, "state"),
    ],
)
def test_a_wrong_field_is_named(
    connect: Connect, database: Database, cast: Cast, clock: SetClock, changed: dict[str, Any], field: str
) -> None:
    action_id = asked(database, cast, clock, external_link=LINK)
    api = connect(cast.paul)
    for answer in (
        api.put("/tracker", REPORT | changed),
        api.put(f"/actions/{action_id}/tracker", REPORT | changed, if_match="*"),
    ):
        assert [one["field"] for one in is_problem(answer, 422)["errors"]] == [field]
    assert tracker_of(database, cast, action_id)[1] == ""


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("state=nonsense", "state.0"),
        ("department=x", "department"), ("updated_since=2026-03-17", "updated_since"),
        ("updated_since=2026-03-17T12:00:00", "updated_since"), ("after=x", "after"), ("after=%00", "after"),
        ("after=" + "a" * 201, "after"), ("after=MjAyNg", "after"), ("after=²", "after"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "updated_since"),
        ("updated_since=9999-12-31T23:59:59-14:00", "updated_since"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_said(connect: Connect, cast: Cast, query: str, field: str) -> None:
    said = is_problem(connect(cast.paul).get(f"/actions?{query}"), 422)
    assert [one["field"] for one in said["errors"]] == [field]


@only_sqlite
def test_a_body_that_is_none(connect: Connect, cast: Cast) -> None:
    http = connect(cast.paul).http
    for content, kind in (
        (b"{", "application/json"),
        (b"link=a&state=b", "application/x-www-form-urlencoded"),
        (b"", ""),
    ):
        is_problem(http.put("/api/v1/tracker", content=content, headers={"Content-Type": kind}), 422)


# --- tokens ------------------------------------------------------------------------------------------------------


def test_each_reason_for_not_being_let_in(
    connect: Connect, stranger: Client, database: Database, cast: Cast, clock: SetClock
) -> None:
    short, gone = connect(cast.paul, lasts=timedelta(days=30)), connect(cast.mia)
    clock.advance(timedelta(days=30))
    with database.transaction() as db:
        accounts.disable(db, cast.ada.visitor, cast.mia.id, clock.now())
    assert stranger.get("/actions").headers["www-authenticate"] == 'Bearer realm="Fencepost"'
    for api in (short, gone):
        answer = api.get("/actions")
        is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == 'Bearer realm="Fencepost", error="invalid_token"'
    with database.transaction() as db:
        accounts.enable(db, cast.ada.visitor, cast.mia.id)


def test_a_scope_that_is_missing_is_named(connect: Connect, database: Database, cast: Cast, clock: SetClock) -> None:
    asked(database, cast, clock, external_link=LINK)
    reads, writes = connect(cast.paul, [TokenScope.READ_ACTIONS]), connect(cast.paul, [TokenScope.WRITE_ACTIONS])
    for answer, scope in ((reads.put("/tracker"), "actions:write"), (writes.get("/actions"), "actions:read")):
        is_problem(answer, 403)
        assert f'error="insufficient_scope", scope="{scope}"' in answer.headers["www-authenticate"]


@only_sqlite
def test_the_sign_in_of_a_browser_opens_nothing_here(client: TestClient, cast: Cast) -> None:
    cookie = {"Cookie": f"visit={cast.ada.token}"}
    assert client.get("/api/v1/actions", headers=cookie).status_code == 401
    assert client.put("/api/v1/tracker", json=REPORT, headers=cookie).status_code == 401
    assert client.get("/desk/settings", headers={"Authorization": f"Bearer {cast.ada.token}"}).status_code == 303


@only_sqlite
def test_an_extension_of_a_browser_is_let_in_like_any_program(
    connect: Connect, database: Database, cast: Cast, clock: SetClock
) -> None:
    asked(database, cast, clock, external_link=LINK)
    api = connect(cast.paul)
    for headers in ({"origin": "chrome-extension://abc", "sec_fetch_site": "cross-site"}, {"sec_fetch_site": "none"}):
        assert api.put("/tracker", **headers).status_code == 200


@only_sqlite
def test_use_is_noted_and_no_token_is_logged(
    connect: Connect, database: Database, cast: Cast, clock: SetClock
) -> None:
    from app.people.queries import tokens_of

    api = connect(cast.paul)
    with capture_logs() as lines:
        api.get("/actions")
        api.http.get("/api/v1/actions", headers={"Authorization": "Bearer a-wrong-secret"})
    secret = api.http.headers["authorization"].removeprefix("Bearer ")
    assert secret not in repr(lines)
    assert "a-wrong-secret" not in repr(lines)
    assert [line["reason"] for line in lines if line["event"] == "turned_away"] == ["TokenRefused"]
    with database.reading() as db:
        (view,) = tokens_of(db, cast.paul.id, clock.now())
    assert view.used_at is not None


# --- the description ---------------------------------------------------------------------------------------------


@only_sqlite
def test_every_documented_answer_occurs_and_no_other(
    connect: Connect,
    stranger: Client,
    database: Database,
    cast: Cast,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each status of each operation is provoked, and what comes fits the schema that is described for it."""
    from tests.schemas import fits

    def tired(question: Callable[[], Response]) -> Response:
        """The answer when the limit of a token is used up."""
        monkeypatch.setattr(kit, "REQUESTS", "1 per minute")
        question()
        answer = question()
        monkeypatch.undo()
        return answer

    document = stranger.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    action_id = asked(database, cast, clock, external_link=LINK)
    both, reads = connect(cast.paul), connect(cast.paul, [TokenScope.READ_ACTIONS])
    writes = connect(cast.paul, [TokenScope.WRITE_ACTIONS])
    one, its, huge = f"/actions/{action_id}", f"/actions/{action_id}/tracker", {"link": LINK, "state": "a" * 70_000}
    etag = both.get(one).headers["etag"]
    asked_of = {
        ("/actions", "get"): [
            lambda: both.get("/actions"), lambda: stranger.get("/actions"), lambda: writes.get("/actions"),
            lambda: both.get("/actions?limit=0"), lambda: tired(lambda: both.get("/actions")),
        ],
        ("/actions/{action_id}", "get"): [
            lambda: both.get(one), lambda: both.get(one, if_none_match=etag), lambda: stranger.get(one),
            lambda: writes.get(one), lambda: both.get(f"/actions/{uuid4()}"), lambda: both.get("/actions/x"),
            lambda: tired(lambda: both.get(one)),
        ],
        ("/actions/{action_id}/tracker", "put"): [
            lambda: both.put(its, if_match='"old"'), lambda: both.put(its), lambda: both.put(its, if_match=etag),
            lambda: stranger.put(its), lambda: reads.put(its), lambda: both.put(f"/actions/{uuid4()}/tracker"),
            lambda: both.put(its, {}), lambda: both.put(its, huge), lambda: tired(lambda: both.put(its)),
        ],
        ("/tracker", "put"): [
            lambda: both.put("/tracker"), lambda: stranger.put("/tracker"), lambda: reads.put("/tracker"),
            lambda: both.put("/tracker", REPORT | {"link": "https://nobody.example"}),
            lambda: both.put("/tracker", {"link": LINK}), lambda: both.put("/tracker", huge),
            lambda: tired(lambda: both.put("/tracker")),
        ],
    }  # fmt: skip
    described = {
        (path.removeprefix("/api/v1"), method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(asked_of) == set(described)
    for key, questions in asked_of.items():
        answers = [question() for question in questions]
        assert {str(answer.status_code) for answer in answers} == set(described[key]["responses"]), key
        for answer in answers:
            expected = described[key]["responses"][str(answer.status_code)]
            assert set(expected.get("headers", {})) - {"Link"} <= _titled(answer), key
            if "content" not in expected:
                assert answer.content == b""
                continue
            ((media, shape),) = expected["content"].items()
            assert answer.headers["content-type"] == media
            assert fits(answer.json(), shape["schema"], document) == []


def _titled(answer: Response) -> set[str]:
    known = {"etag": "ETag", "www-authenticate": "WWW-Authenticate", "retry-after": "Retry-After", "link": "Link"}
    return {known[name] for name in answer.headers if name in known}


@only_sqlite
def test_the_description_is_whole(stranger: Client, client: TestClient) -> None:
    document = stranger.get("/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    text = repr(document)
    for name in {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"], name
    assert "HTTPValidationError" not in text
    assert "/Users" not in text
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["security"], "every request needs a token"
    assert client.get("/api/v1/nothing").status_code == 404
    wrong = client.request("DELETE", "/api/v1/tracker")
    is_problem(wrong, 405)
    assert wrong.headers["allow"] == "PUT"
