"""Decisions about accounts: passwords, addresses, ways back, rights, how long a sign-in lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import (
    SIGN_IN_IDLE,
    Rights,
    Visitor,
    device_of,
    email_problem,
    leaves_no_admin,
    local_page,
    may_grant,
    name_problem,
    password_problem,
    sign_in_is_open,
    tidy_email,
    tidy_name,
)
from app.people.service import passwords
from app.people.service.refusals import PasswordIsWeak

NOW = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
COMMON = frozenset({"qwertyuiop", "password123"})


def visitor(**changed: object) -> Visitor:
    return Visitor(**{"account_id": uuid4(), "name": "Edda", "email": "edda@lantern.example", **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("password", ["three plain words", "ALLUPPERCASELETTERS", "éèêëēėęěĕəǝ", "     spaces    "])
def test_any_long_password_is_fine(password: str) -> None:
    assert password_problem(password, COMMON) is None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "at least 10"),
        ("ninechars", "at least 10"),
        ("x" * 201, "at most 200"),
        ("Password123", "Too many people"),
        ("abababababab", "Too many people"),
        ("edda@lantern.example", "your name or address"),
    ],
)
def test_a_weak_password_is_refused_in_a_sentence(password: str, says: str) -> None:
    assert says in (password_problem(password, COMMON, ["Edda", "edda@lantern.example"]) or "")


def test_the_list_of_common_passwords_is_read() -> None:
    with pytest.raises(PasswordIsWeak):
        passwords.check_new_password("1q2w3e4r5t6y")
    passwords.check_new_password("seven quiet lanterns")


@pytest.mark.parametrize(
    "target", ["/desk", "/desk/projects", "/desk/retros/7?tab=notes", "/desk?done=x", "/desk/people/a-b"]
)
def test_a_page_of_the_desk_is_a_way_back(target: str) -> None:
    assert local_page(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://evil.example/desk",
        "//evil.example",
        "/desk//evil.example",
        "/desk/..//evil",
        "/desk/../r/ABCD",
        "/\\evil.example",
        "/desk\\..",
        "/deskevil",
        "/r/ABCD2345",
        "/desk/\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/desk/sign-in?next=/desk/sign-in",
        "/desk/sign-out",
    ],
)
def test_anything_else_leads_to_the_start(target: str) -> None:
    assert local_page(target) == "/desk"


@given(st.text())
def test_a_way_back_is_always_on_the_desk(target: str) -> None:
    assert local_page(target).startswith("/desk")
    assert "\n" not in local_page(target)


@pytest.mark.parametrize(
    "email", ["mara@example.org", "m.o'x+1@sub.example.org", "ü@müller.example", "root@localhost"]
)
def test_addresses_that_are_fine(email: str) -> None:
    assert email_problem(tidy_email(f"  {email.upper()} ")) is None


@pytest.mark.parametrize(
    "email", ["", "mara", "a@b@c", "a b@c.d", "<a@b.c>", "a@b.c\x00", "x" * 250 + "@b.cd", "a@b.c,d@e.f"]
)
def test_addresses_that_are_not(email: str) -> None:
    assert email_problem(tidy_email(email))


def test_names_keep_their_letters_and_lose_blanks() -> None:
    assert tidy_name("  Ada \t Lovelace\n") == "Ada Lovelace"
    assert tidy_name("e\u0301") == "é"
    assert name_problem("מרים 🙂") is None
    assert name_problem("") == "Type a name."
    assert "121" in (name_problem("x" * 121) or "")
    assert name_problem("a\x07b")


def test_the_last_admin_cannot_go() -> None:
    ada, other = uuid4(), uuid4()
    assert leaves_no_admin([ada], ada, stays_admin=False)
    assert not leaves_no_admin([ada, other], ada, stays_admin=False)
    assert not leaves_no_admin([ada], ada, stays_admin=True)
    assert not leaves_no_admin([ada], other, stays_admin=False)


def test_who_may_grant_what() -> None:
    editorial, rights = uuid4(), uuid4()
    admin, facilitator = visitor(is_admin=True), visitor(is_facilitator=True)
    lead, member = visitor(leads=frozenset({editorial})), visitor(member_of=frozenset({editorial}))
    plain = Rights(departments={editorial: False})
    assert may_grant(admin, Rights(True, True, {rights: True}))
    assert may_grant(facilitator, plain)
    assert may_grant(facilitator, Rights())
    assert not may_grant(facilitator, Rights(is_facilitator=True))
    assert not may_grant(facilitator, Rights(departments={editorial: True}))
    assert may_grant(lead, plain)
    assert not may_grant(lead, Rights(departments={rights: False}))
    assert not may_grant(lead, Rights())
    assert not may_grant(member, plain)


def test_a_sign_in_ends_by_age_and_by_rest() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert sign_in_is_open(tomorrow, NOW, NOW)
    assert not sign_in_is_open(NOW, NOW, NOW)
    assert not sign_in_is_open(tomorrow, NOW - SIGN_IN_IDLE, NOW)
    assert sign_in_is_open(tomorrow, NOW - SIGN_IN_IDLE + timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("agent", "guess"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_recognised_roughly(agent: str, guess: str) -> None:
    assert device_of(agent) == guess
