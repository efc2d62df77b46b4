"""What holds for every route, whoever wrote it: headers, own origin, limits, hostile bytes, cookies, logs.

The routes are walked (tests/web/walking.py), so that a new one is held to the same by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from zlib import crc32

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import select
from starlette.datastructures import Headers
from starlette.requests import Request

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.main import create_app
from app.outcomes.routes.history import UPLOADS
from app.people.models import SignIn
from app.retros.rules.names import Stage
from app.web.csrf import may_pass, origin_of
from app.web.deps import is_secure, seat_cookie_name
from app.web.security_headers import HEADERS
from tests.cast import Cast
from tests.conftest import SHORT
from tests.databases import only_sqlite
from tests.web.house import House, plausible
from tests.web.walking import Way, ask, ways

# Reached without signing in: the way in itself.
OPEN_DESK = {
    "/desk/sign-in",
    "/desk/sign-out",
    "/desk/forgotten-password",
    "/desk/setup/{token}",
    "/desk/invitations/{token}",
}
# Ends the walker's own sign-in.
LEAVING = {"/desk/sign-out", "/desk/settings/ended-sign-ins", "/desk/settings/password"}
STAGES = tuple(Stage) if os.environ.get("FENCEPOST_FULL") == "1" else (Stage.WRITE, Stage.DISCUSS)
pytestmark = pytest.mark.timeout(400)  # walks over all routes
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


# --- headers -----------------------------------------------------------------------------------------------------


@only_sqlite
@pytest.mark.parametrize("stage", STAGES, indirect=True)
def test_every_answer_carries_the_security_headers(house_now: House) -> None:
    house, found = house_now, []
    for way in house.ways():
        response = ask(house.browser_for(way), way, way.address(house.values()), data=plausible(house, way))
        found += _defects(response, way, "a plausible request")
        missing = {name for name, value in HEADERS.items() if response.headers.get(name) != value}
        if missing:
            found.append(f"{way} answers {response.status_code} without {missing}")
        is_page = response.headers.get("content-type", "").startswith("text/html")
        is_kept_back = "no-store" in response.headers.get("cache-control", "")
        if is_page and not is_kept_back and way.template not in PUBLIC_PAGES:
            found.append(f"{way} may be kept by a cache")
    assert not found, "\n".join(dict.fromkeys(found))


PUBLIC_PAGES = {"/style", "/about/anonymity"}


@only_sqlite
def test_errors_and_unknown_addresses_carry_them_too(house_now: House) -> None:
    for path in ("/nowhere", "/desk/nowhere", "/r/ABCDEFGH/nowhere", "/static/nowhere.css", "/%00", "/desk/retros/x"):
        response = house_now.nobody.get(path)
        assert response.status_code in {303, 404, 405, 422}, path
        assert all(response.headers.get(name) == value for name, value in HEADERS.items()), path


def test_the_policy_allows_nothing_inline_and_no_other_host() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    for must in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert must in policy


# --- own origin --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "headers", "passes"),
    [
        ("GET", {"sec-fetch-site": "cross-site", "cookie": "visit=x"}, True),
        ("HEAD", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "same-origin", "cookie": "visit=x"}, True),
        ("POST", {"sec-fetch-site": "none", "cookie": "visit=x"}, True),
        ("POST", {"sec-fetch-site": "same-site", "cookie": "visit=x"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "cookie": "visit=x"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "", "cookie": "visit=x"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "http://fence.lan:8000"}, False),
        ("POST", {"origin": "http://fence.lan:8000", "cookie": "visit=x"}, False),
        ("POST", {"origin": "https://fence.lan:8000", "cookie": "visit=x"}, False),
        ("POST", {"origin": "http://fence.lan", "cookie": "visit=x"}, False),
        ("POST", {"origin": "http://evil.example", "cookie": "visit=x"}, False),
        ("POST", {"origin": "http://fence.lan:8000.evil.example"}, False),
        ("POST", {"origin": "null", "cookie": "visit=x"}, False),
        ("POST", {"origin": "https://fencepost.example", "cookie": "visit=x"}, True),
        ("POST", {"cookie": "visit=x"}, False),
        ("POST", {}, True),
        ("PUT", {"cookie": "visit=x"}, False),
        ("DELETE", {"sec-fetch-site": "cross-site"}, False),
        ("PATCH", {"origin": "http://evil.example"}, False),
        ("PUT", {"authorization": "Bearer x"}, True),
        ("PUT", {"authorization": "Bearer x", "origin": "chrome-extension://abc"}, True),
        ("PUT", {"authorization": "Bearer x", "sec-fetch-site": "cross-site"}, True),
        ("POST", {"authorization": "Bearer x", "cookie": "visit=x"}, False),
        ("POST", {"authorization": "Bearer x", "sec-fetch-site": "cross-site", "cookie": "visit=x"}, False),
        ("POST", {"authorization": "Basic x", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_who_may_write(method: str, headers: Mapping[str, str], passes: bool) -> None:
    """The address is http://fence.lan:8000; the public one https://fencepost.example."""
    given = Headers({"host": "fence.lan:8000", **headers})
    assert may_pass(method, given, "http", "https://fencepost.example") is passes


@pytest.mark.parametrize(
    ("origin", "passes"),
    [("http://fence.lan:8000", True), ("https://fence.lan:8000", False), ("http://fence.lan", False),
     ("http://evil.example", False)],
)  # fmt: skip
def test_without_a_public_address_the_own_origin_is_the_host(origin: str, passes: bool) -> None:
    given = Headers({"host": "fence.lan:8000", "origin": origin, "cookie": "visit=x"})
    assert may_pass("POST", given, "http", None) is passes


@pytest.mark.parametrize(
    ("url", "origin"),
    [("https://Retro.Example/", "https://retro.example"), ("https://retro.example:443", "https://retro.example"),
     ("http://fence.lan:8000/x", "http://fence.lan:8000"), ("http://[::1]:80", "http://[::1]")],
)  # fmt: skip
def test_the_origin_of_an_address_is_what_browsers_send(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@only_sqlite
@pytest.mark.parametrize(("public", "secure"), [("https://fence.example", True), ("http://fence.example", False)])
def test_cookies_hsts_and_the_warning_follow_the_public_address(
    app: FastAPI, settings: Settings, database: Database, clock: SetClock, cast: Cast, public: str, secure: bool
) -> None:
    settings.public_url = public
    seen = "http" if secure else "https"  # as a proxy that forwards no scheme, or a wrong one, makes it look
    data = {"email": cast.ada.email, "password": "wrong, but well-formed"}
    with structlog.testing.capture_logs() as lines:
        app = create_app(settings, database=database, clock=clock)
        with TestClient(app, base_url=f"{seen}://inside:8000", follow_redirects=False) as browser:
            answer = browser.get("/desk/sign-in")
            assert ("strict-transport-security" in answer.headers) is secure
            browser.get("/desk/sign-in")
            origin = {"Origin": public, "Cookie": "visit=x"}
            assert browser.post("/desk/sign-in", data=data, headers=origin).status_code == 422
            foreign = origin | {"Origin": f"{seen}://inside:8000"}
            assert browser.post("/desk/sign-in", data=data, headers=foreign).status_code == 403
    assert [line["seen"] for line in lines if line["event"] == "public_url_differs"] == [f"{seen}://inside:8000"]
    request = Request({"type": "http", "app": app, "scheme": seen, "path": "/", "headers": [], "server": ("x", 1)})
    assert is_secure(request) is secure
    assert seat_cookie_name(request) == ("__Secure-seat" if secure else "seat")


@only_sqlite
def test_no_page_holds_the_host_that_a_request_names(house_now: House) -> None:
    house, found = house_now, []
    for way in house.ways():
        if way.method != "GET" or "stream" in way.template:
            continue
        response = ask(house.browser_for(way), way, way.address(house.values()), headers={"Host": "evil.example"})
        if "evil.example" in response.text or "evil.example" in response.headers.get("location", ""):
            found.append(str(way))
    assert not found


@only_sqlite
def test_no_route_takes_a_form_of_another_site(house_now: House) -> None:
    house, found = house_now, []
    for way in house.ways():
        if way.method in {"GET", "HEAD"}:
            continue
        for site in ("cross-site", "same-site"):
            address, body = way.address(house.values()), plausible(house, way)
            response = ask(house.browser_for(way), way, address, data=body, headers={"Sec-Fetch-Site": site})
            if response.status_code != 403 or "another site" not in response.text:
                found.append(f"{way} took a form of a {site} page: {response.status_code}")
    assert not found, "\n".join(dict.fromkeys(found))


@only_sqlite
def test_no_page_changes_anything_by_being_looked_at(house_now: House) -> None:
    """GET is safe: a mail scanner or a prefetching browser follows links."""
    house = house_now
    house.values()
    before = _everything(house.database)
    for way in house.ways():
        if way.method == "GET":
            ask(house.browser_for(way), way, way.address(house.values()))
    changed = {name for name, rows in _everything(house.database).items() if rows != before[name]}
    # That somebody is still there is all that a look may leave: a sign-in's and a facilitator's "last seen".
    assert changed <= {"sign_in", "retro"}
    assert _everything(house.database, without=SEEN)["retro"] == _everything_of(before, "retro", without=SEEN)


SEEN = ("seen_at", "facilitator_seen_at")


def _everything(database: Database, without: tuple[str, ...] = ()) -> dict[str, list[tuple[object, ...]]]:
    from sqlmodel import SQLModel

    with database.reading() as db:
        return {
            table.name: sorted(
                (
                    tuple((key, value) for key, value in row._mapping.items() if key not in without)
                    for row in db.execute(table.select())
                ),
                key=repr,
            )
            for table in SQLModel.metadata.sorted_tables
        }


def _everything_of(
    rows: dict[str, list[tuple[object, ...]]], name: str, without: tuple[str, ...]
) -> list[tuple[object, ...]]:
    return [tuple(pair for pair in row if pair[0] not in without) for row in rows[name]]  # type: ignore[index]


# --- bodies ------------------------------------------------------------------------------------------------------


@only_sqlite
def test_a_body_too_large_is_refused_everywhere_in_a_sentence(house_now: House) -> None:
    house, found = house_now, []
    for way in house.ways():
        if way.method in {"GET", "HEAD"}:
            continue
        # A file of 4 MB comes with the form around it.
        size = (4 * 1024 + 64) * 1024 + 1 if way.template == UPLOADS else 70_000
        response = ask(house.browser_for(way), way, way.address(house.values()), content=b"a" * size, headers=FORM)
        if response.status_code != 413 or "shorten" not in response.text:
            found.append(f"{way} answers {response.status_code}")
    assert not found, "\n".join(dict.fromkeys(found))


@only_sqlite
def test_a_body_that_hides_its_length_is_refused_too(house_now: House) -> None:
    house = house_now
    chunks = (b"text=" + b"a" * 10_000 for _ in range(8))
    response = house.phone.post(f"/r/{house.room.code}/draft", content=chunks, headers=FORM)
    assert response.status_code == 413


@only_sqlite
@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "٣", "²", ""])
def test_a_length_that_is_none_is_no_defect(house_now: House, length: str) -> None:
    headers = {**FORM, "Content-Length": length.encode()}
    response = house_now.phone.post(f"/r/{house_now.room.code}/ready", content=b"", headers=headers)
    assert response.status_code < 500


HOSTILE = {
    "nul": b"\x00",
    "nul inside": b"before\x00after",
    "control characters": b"\x01\x02\x1b[31m\x7f\x85",
    "not UTF-8": b"\xff\xfe\xc3\x28",
    "a lone surrogate": b"\xed\xa0\x80",
    "right to left": "\u202e\u2066 שלום".encode(),
    "emoji": "👩\u200d👩\u200d👧\u200d👦🏴\U000e0067\U000e0062".encode(),
    "very long": b"a" * 3_000,
    "many lines": b"a\r\n" * 500,
    "markup": b"<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": b"{{ 7*7 }}{% raw %}",
    "quotes": b"' OR 1=1; -- \"",
    "another digit": "²٣".encode(),
    "huge number": b"9" * 400,
    "negative": b"-1",
    "not a number": b"NaN",
    "infinite": b"1e999",
    "first day": b"0001-01-01",
    "last day": b"9999-12-31",
    "no such day": b"2026-02-30",
    "unknown id": b"00000000-0000-0000-0000-000000000000",
    "blank": b"   \t  ",
    "empty": b"",
}


@pytest.mark.parametrize("stage", STAGES, indirect=True)
@only_sqlite
def test_hostile_text_in_all_fields_is_never_a_defect(house_now: House) -> None:
    """In the short run each route gets a third of the texts, each another third."""
    house, found = house_now, []
    for way in _writing(house):
        for what, value in HOSTILE.items():
            if not SHORT or crc32(f"{way} {what}".encode()) % 3 == 0:
                found += _send(house, way, dict.fromkeys(way.fields, value), what)
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("stage", STAGES, indirect=True)
def test_hostile_text_in_one_field_is_never_a_defect(house_now: House) -> None:
    """The others plausible, so that it gets as far as the database: PostgreSQL takes no NUL at all."""
    house, found = house_now, []
    for way in _writing(house):
        good = {name: text.encode() for name, text in plausible(house, way).items()}
        for name in way.fields:
            for what in ("nul inside", "huge number"):
                found += _send(house, way, {**good, name: HOSTILE[what]}, f"{what} in {name}")
    assert not found, "\n".join(dict.fromkeys(found))


@only_sqlite
@pytest.mark.parametrize(
    ("what", "headers", "content"),
    [
        ("JSON", {"Content-Type": "application/json"}, b'{"text": "a"}'),
        ("broken JSON", {"Content-Type": "application/json"}, b"{"),
        ("no type", {"Content-Type": ""}, b"text=a"),
        ("an unknown type", {"Content-Type": "application/x-nonsense"}, b"\x00\x01"),
        ("another charset", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"}, b"text=a"),
        ("an unknown charset", {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}, b"text=a"),
        ("no pairs", FORM, b"&&&===%%%zz%"),
        ("two thousand fields", FORM, b"&".join(b"f%d=1" % n for n in range(2_000))),
        ("the same field many times", FORM, b"&".join([b"text=a"] * 500)),
        ("multipart without a boundary", {"Content-Type": "multipart/form-data"}, b"--x\r\n"),
        (
            "multipart cut off",
            {"Content-Type": "multipart/form-data; boundary=x"},
            b"--x\r\nContent-Disposition: form",
        ),
        ("multipart with nonsense", {"Content-Type": "multipart/form-data; boundary=x"}, b"\r\n\r\n--x--\r\n" * 20),
    ],
)
def test_a_body_that_is_no_form_is_never_a_defect(
    house_now: House, what: str, headers: dict[str, str], content: bytes
) -> None:
    house, found = house_now, []
    for way in _writing(house):
        response = ask(house.browser_for(way), way, way.address(house.values()), content=content, headers=headers)
        found += _defects(response, way, what)
    assert not found, "\n".join(dict.fromkeys(found))


@only_sqlite
def test_a_file_where_text_belongs_is_never_a_defect(house_now: House) -> None:
    house, found = house_now, []
    for way in _writing(house):
        files = dict.fromkeys(way.fields, ("photo.png", b"\x89PNG\x00", "image/png"))
        response = ask(house.browser_for(way), way, way.address(house.values()), files=files)
        found += _defects(response, way, "a file")
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("broken", ["%00", "%FF", "..%2F..", "a" * 3_000, "null", "-1", "%F0%9F%98%80", "²²²²²²²²"])
@only_sqlite
def test_a_hostile_address_is_never_a_defect(house_now: House, broken: str) -> None:
    house, found = house_now, []
    for way in house.ways():
        for parameter in way.parameters:
            address = way.address({**{name: house.values()[name] for name in way.parameters}, parameter: broken})
            response = ask(house.browser_for(way), way, address, data=plausible(house, way))
            found += _defects(response, way, f"{parameter}={broken[:20]}")
            if response.status_code == 200:
                found.append(f"{way} shows a page for {parameter}={broken[:20]}")
    assert not found, "\n".join(dict.fromkeys(found))


@only_sqlite
def test_a_hostile_query_is_never_a_defect(house_now: House) -> None:
    house, found = house_now, []
    names = (
        "since",
        "audience",
        "next",
        "page",
        "after",
        "topic",
        "department",
        "kind",
        "notice",
        "edit",
        "slot",
        "q",
    )
    for way in house.ways():
        if way.method != "GET":
            continue
        for value in ("%00", "%FF", "-1", "9" * 400, "²", "%0d%0aSet-Cookie:%20a=b", "//evil.example", ""):
            query = "&".join(f"{name}={value}" for name in sorted({*names, *way.asked}))
            response = ask(house.browser_for(way), way, f"{way.address(house.values())}?{query}")
            found += _defects(response, way, f"query {value[:20]}")
            if "a=b" in response.headers.get("set-cookie", "") or "//evil" in response.headers.get("location", ""):
                found.append(f"{way} lets the query into its headers")
    assert not found, "\n".join(dict.fromkeys(found))


def _writing(house: House) -> Iterator[Way]:
    for way in house.ways():
        if way.method not in {"GET", "HEAD"} and way.template not in LEAVING:
            yield way


def _send(house: House, way: Way, fields: Mapping[str, bytes], what: str) -> list[str]:
    content = b"&".join(name.encode() + b"=" + _quoted(value) for name, value in fields.items())
    response = ask(house.browser_for(way), way, way.address(house.values()), content=content, headers=FORM)
    return _defects(response, way, what)


def _quoted(value: bytes) -> bytes:
    return b"".join(
        b"%%%02X" % byte if byte > 126 or byte < 33 or byte in b"&=+%#;" else bytes([byte]) for byte in value
    )


def _defects(response: Response, way: Way, what: str) -> list[str]:
    """What is wrong with an answer to a hostile request, as sentences."""
    found = []
    if response.status_code >= 500:
        found.append(f"{way} broke on {what}: {response.status_code}")
    if response.status_code == 429:
        found.append(f"{way} was limited, so nothing was tested")
    if "<script>alert(1)" in response.text:
        found.append(f"{way} shows markup as it came ({what})")
    return found


# --- cookies and rights ------------------------------------------------------------------------------------------

BROKEN_COOKIES = [
    "seat=; visit=",
    'seat="unterminated; visit="too',
    f"seat={'A' * 6000}; visit={'A' * 6000}",
    "seat=%00; visit=%00",
    "seat=a b c; visit==;;=",
    "seat=" + "A" * 43 + "; visit=" + "A" * 43,
    "=; ;;; ,,,",
    "seat=\u00ff\u00fe; visit=\u00ff",
]


@only_sqlite
@pytest.mark.parametrize("cookie", BROKEN_COOKIES)
def test_a_broken_cookie_is_as_good_as_none(house_now: House, cookie: str) -> None:
    house, found = house_now, []
    for way in house.ways():
        address = way.address(house.values())
        headers = {"Cookie": cookie.encode("latin-1")}
        response = ask(house.nobody, way, address, data=plausible(house, way), headers=headers)
        found += _defects(response, way, f"cookie {cookie[:20]}")
        house.nobody.cookies.clear()
        if way.is_desk and way.template not in OPEN_DESK and response.status_code not in {303, 404}:
            found.append(f"{way} let a broken cookie in: {response.status_code}")
    assert not found, "\n".join(dict.fromkeys(found))


@only_sqlite
def test_the_desk_asks_everybody_to_sign_in(house_now: House) -> None:
    house, found = house_now, []
    for way in house.ways():
        if not way.is_desk or way.template in OPEN_DESK:
            continue
        response = ask(house.nobody, way, way.address(house.values()), data=plausible(house, way))
        asked = response.status_code == 303 and response.headers["location"].startswith("/desk/sign-in")
        if not asked and response.status_code != 404:
            found.append(f"{way} lets anybody in: {response.status_code}")
    assert not found, "\n".join(dict.fromkeys(found))


def test_a_strangers_retro_does_not_exist_for_them(
    house_at: Callable[[Stage], House], at_desk: Callable[..., TestClient]
) -> None:
    """Sven belongs to IT, which takes no part. Not yours is not found, and nothing changes."""
    house = house_at(Stage.DISCUSS)
    stranger = at_desk(house.cast.sven)
    house.values()
    before, found = _everything(house.database, without=SEEN), []
    for way in house.ways():
        if "retro_id" not in way.parameters:
            continue
        response = ask(stranger, way, way.address(house.values()), data=plausible(house, way))
        if response.status_code not in {403, 404, 422}:
            found.append(f"{way} answers a stranger {response.status_code}")
        if house.room.view().project_name in response.text or house.room.code in response.text:
            found.append(f"{way} tells a stranger of the retro")
    assert not found, "\n".join(dict.fromkeys(found))
    assert _everything(house.database, without=SEEN) == before


@only_sqlite
def test_rooms_never_read_the_sign_in(house_now: House) -> None:
    """Whoever is signed in gets, byte for byte, what the same phone would get; and is not seen there."""
    house = house_now
    seat = f"seat={house.room.secret()}"
    token = house.cast.frieda.token
    with house.database.reading() as db:
        seen_before = sorted(db.exec(select(SignIn.token_hash, SignIn.seen_at)).all())
    for way in house.ways():
        if way.is_desk or way.method != "GET":
            continue
        address = way.address(house.values())
        plain = ask(house.nobody, way, address, headers={"Cookie": seat})
        signed_in = ask(house.nobody, way, address, headers={"Cookie": f"{seat}; visit={token}"})
        assert signed_in.status_code == plain.status_code
        assert _same_but_for_keys(signed_in) == _same_but_for_keys(plain), f"{way} reads the sign-in"
        assert "visit" not in signed_in.headers.get("set-cookie", "")
    with house.database.reading() as db:
        assert sorted(db.exec(select(SignIn.token_hash, SignIn.seen_at)).all()) == seen_before


def _same_but_for_keys(response: Response) -> str:
    """The page without the idempotency keys of its forms, which are drawn anew each time."""
    return re.sub(r'(name="key" value=)"[^"]+"', r"\1", response.text)


@only_sqlite
def test_cookies_are_set_for_their_own_pages_only(house_now: House, new_browser: Callable[[], TestClient]) -> None:
    phone = new_browser()
    code = house_now.room.code
    response = phone.post(f"/r/{code}/seat", data={"department": str(house_now.cast.editorial)})
    (cookie,) = response.headers.get_list("set-cookie")
    assert cookie.startswith("seat=")
    assert f"Path=/r/{code}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie.replace("Lax", "lax")
    secret = cookie.split(";")[0].removeprefix("seat=")
    assert secret not in response.headers["location"]
    assert secret not in phone.get(f"/r/{code}").text


@only_sqlite
def test_over_https_cookies_are_secure(house_now: House, app: FastAPI, client: TestClient) -> None:
    phone = TestClient(app, base_url="https://fencepost.example", headers={"Sec-Fetch-Site": "same-origin"})
    phone.portal = client.portal
    address = f"/r/{house_now.room.code}/seat"
    response = phone.post(address, data={"department": str(house_now.cast.editorial)}, follow_redirects=False)
    (cookie,) = response.headers.get_list("set-cookie")
    assert cookie.startswith("__Secure-seat=")
    assert "Secure" in cookie.split("; ")
    assert response.headers["strict-transport-security"].startswith("max-age=")


# --- methods and logs --------------------------------------------------------------------------------------------


@only_sqlite
def test_an_address_takes_only_its_own_methods(house_now: House) -> None:
    house, found = house_now, []
    known: dict[str, set[str]] = {}
    for way in ways(house.app):
        known.setdefault(way.template, set()).add(way.method)
    for template, methods in known.items():
        way = Way("GET", template, ())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - methods:
            response = ask(house.browser_for(way), Way(method, template, ()), way.address(house.values()))
            # 422: another route has this shape of address, and the last word here is no id of its own.
            if response.status_code not in {404, 405, 422}:
                found.append(f"{method} {template} answers {response.status_code}")
    assert not found, "\n".join(dict.fromkeys(found))


@only_sqlite
def test_the_log_of_a_phone_holds_the_route_the_status_and_the_day(
    house_now: House, caplog: pytest.LogCaptureFixture
) -> None:
    house = house_now
    secret, said = house.room.secret(), "an opinion that nobody may read in a log"
    with structlog.testing.capture_logs() as lines:
        for way in house.ways():
            if not (way.is_room or way.template in {"/", "/join"}):
                continue
            body = {name: said if name == "text" else value for name, value in plausible(house, way).items()}
            headers = {"User-Agent": "TellTale/1.0", "X-Forwarded-For": "203.0.113.9", "Cookie": f"seat={secret}"}
            ask(house.nobody, way, way.address(house.values()) + "?told=1", data=body, headers=headers)
        assert not [line for line in lines if line["event"] == "seat_request"], "a line among timed ones tells when"
        house.nobody.app.state.seat_requests.write()  # type: ignore[attr-defined]
    seen = [line for line in lines if line["event"] == "seat_request"]
    assert seen
    sums = [(line["route"], line["status"]) for line in seen]
    assert sums == sorted(set(sums)), "one line each, in no order of time"
    for line in seen:
        assert set(line) <= {"event", "log_level", "route", "status", "day", "times"}
        assert line["route"] == "-" or line["route"].startswith(("/r/{code}", "/join")) or line["route"] == "/"
        assert len(line["day"]) == len("2026-03-17")
    written = repr(lines) + caplog.text
    for telling in (house.room.code, secret, said, "TellTale", "203.0.113.9", "told=1", str(house.room.id)):
        assert telling not in written, f"the log holds {telling!r}"
    assert not [line for line in lines if line["event"] == "request"], "a room's request was logged in full"
