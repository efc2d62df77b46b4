"""Tokens at the desk: made, shown once, listed and taken back; their secrets are kept nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from structlog.testing import capture_logs

from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound
from app.people import queries
from app.people.models import ApiToken
from app.people.rules import TOKENS_MOST, TokenScope
from app.people.service import accounts, tokens
from app.people.service.refusals import TooManyTokens
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
BOTH = ["actions:read", "actions:write"]


def make(browser: TestClient, **changed: object) -> str:
    answer = browser.post(
        "/desk/settings/tokens", data={"name": "The print team's tracker", "scopes": BOTH, "days": "90", **changed}
    )
    assert answer.status_code == 201, answer.text
    found = re.search(r'value="(fencepost_[\w-]{43})"', answer.text)
    assert found
    return found[1]


def test_it_is_shown_once_and_only_its_hash_is_kept(at_desk: AtDesk, database: Database, cast: Cast) -> None:
    paul = at_desk(cast.paul)
    with capture_logs() as lines:
        token = make(paul)
    page = paul.get("/desk/settings/tokens").text
    assert token not in page
    assert "The print team" in page
    assert "Never used" in page
    with database.reading() as db:
        (row,) = db.exec(select(ApiToken)).all()
        kept = row.model_dump()
    assert token not in repr(kept)
    assert kept["scopes"] == "actions:read actions:write"
    assert token not in repr(lines)
    assert "token_made" in {line["event"] for line in lines}
    assert 'href="/desk/settings/tokens"' in paul.get("/desk/settings").text


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(at_desk: AtDesk, cast: Cast) -> None:
    paul = at_desk(cast.paul)
    empty = paul.post("/desk/settings/tokens", data={})
    assert empty.status_code == 422
    assert "Type what it is for" in empty.text
    assert "at least one thing" in empty.text
    odd = paul.post("/desk/settings/tokens", data={"name": "Kept name", "scopes": ["all"], "days": "100000"})
    assert odd.status_code == 422
    assert 'value="Kept name"' in odd.text
    assert "one of the answers offered" in odd.text


def test_it_lasts_as_long_as_was_chosen(at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock) -> None:
    paul = at_desk(cast.paul)
    short, endless = make(paul, days="30"), make(paul, days="")
    clock.advance(timedelta(days=30))
    with database.reading() as db:
        assert queries.program(db, short, clock.now()) is None
        found = queries.program(db, endless, clock.now())
        views = queries.tokens_of(db, cast.paul.id, clock.now())
    assert found is not None
    assert found.visitor.account_id == cast.paul.id
    assert sorted(one.is_over for one in views) == [False, True]


def test_only_its_owner_takes_it_back(at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock) -> None:
    paul, edda = at_desk(cast.paul), at_desk(cast.edda)
    token = make(paul)
    with database.reading() as db:
        token_id = db.exec(select(ApiToken.id)).one()
    assert "print team" not in edda.get("/desk/settings/tokens").text
    assert edda.post(f"/desk/settings/tokens/{token_id}/revocation").status_code == 404
    answer = paul.post(f"/desk/settings/tokens/{token_id}/revocation")
    assert answer.status_code == 303
    assert "Token revoked. The program that used it has no access" in paul.get(answer.headers["location"]).text
    assert paul.post(f"/desk/settings/tokens/{token_id}/revocation").status_code == 404
    with database.reading() as db:
        assert queries.program(db, token, clock.now()) is None


def test_a_disabled_account_loses_its_tokens_for_good(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock
) -> None:
    token = make(at_desk(cast.mia))
    with database.transaction() as db:
        accounts.disable(db, cast.ada.visitor, cast.mia.id, clock.now())
        assert queries.program(db, token, clock.now()) is None
        accounts.enable(db, cast.ada.visitor, cast.mia.id)
        assert queries.program(db, token, clock.now()) is None


def test_there_are_not_endlessly_many(database: Database, cast: Cast, clock: SetClock) -> None:
    with database.transaction() as db:
        for number in range(TOKENS_MOST):
            tokens.make_token(db, cast.paul.visitor, f"Number {number}", [TokenScope.READ_ACTIONS], None, clock.now())
    with pytest.raises(TooManyTokens), database.transaction() as db:
        tokens.make_token(db, cast.paul.visitor, "One more", [TokenScope.READ_ACTIONS], None, clock.now())
    with pytest.raises(NotFound), database.transaction() as db:
        tokens.revoke_token(db, cast.edda.visitor, queries.tokens_of(db, cast.paul.id, clock.now())[0].id)


def test_use_is_noted_by_the_day(database: Database, cast: Cast, clock: SetClock) -> None:
    with database.transaction() as db:
        token = tokens.make_token(db, cast.paul.visitor, "A", [TokenScope.READ_ACTIONS], None, clock.now())
        found = queries.program(db, token, clock.now())
        assert found is not None
        assert found.is_unseen
        tokens.token_was_used(db, found.token_id, clock.now())
    with database.reading() as db:
        (view,) = queries.tokens_of(db, cast.paul.id, clock.now())
        again = queries.program(db, token, clock.now() + timedelta(hours=3))
        tomorrow = queries.program(db, token, clock.now() + timedelta(hours=12))
    assert view.used_at is not None
    assert (view.used_at.hour, view.used_at.date()) == (0, clock.now().date())
    assert again is not None
    assert tomorrow is not None
    assert [again.is_unseen, tomorrow.is_unseen] == [False, True]
