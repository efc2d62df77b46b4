"""The cookies of a seat: set when it is taken, renewed by each answer, gone with the first answer after the close.

The secret lives in such a cookie and nowhere else; only the room's own pages are sent it. It ends with the retro: a
browser that keeps it longer could show, together with an old copy of the database, whose seat this was.
"""

from collections.abc import Iterable
from datetime import timedelta

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.ids import read_code
from app.retros.queries.lasting import Lasting, lasting
from app.web.deps import former_cookie_name, is_secure, seat_cookie_name, seat_secret_of

ROOMS = "/r/"
FIRST_REFUSAL = 400


def with_seat_cookies(
    request: Request, response: Response, code: str, secret: str, former: Iterable[str] | None = None
) -> Response:
    """Give the browser the secret of the seat that it has taken, and (`former`) those of its earlier devices."""
    found = _lasting(request, code, secret)
    if found is not None and found.left is not None:
        _keep(request, response, seat_cookie_name(request), secret, code, found.left)
        if former is not None:
            _keep(request, response, former_cookie_name(request), ".".join(former), code, found.left)
    return response


class SeatCookies:
    """Renews or removes the cookies of a seat in whatever is answered to its browser, errors and streams too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(ROOMS):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if not _kept_by(request):
            await self.app(scope, receive, send)
            return

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "set-cookie" not in headers:
                    for cookie in await run_in_threadpool(_renewed, request, message["status"]):
                        headers.append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookies)


def _renewed(request: Request, status: int) -> list[str]:
    """What is to be set with this answer. An answer is worth more than its cookie: where nothing can be looked up
    just now, the cookie stays as it is.

    A refusal takes nothing away: who has no seat must not learn from it whether a guessed code is a closed room's.
    """
    code = read_code(request.url.path.removeprefix(ROOMS).split("/")[0])
    try:
        found = _lasting(request, code, seat_secret_of(request))
    except Exception:
        return []
    response = Response()
    for name, value in _kept_by(request).items():
        if found is not None and found.is_over and status < FIRST_REFUSAL:
            _remove(request, response, name, code)
        elif found is not None and found.left is not None:
            _keep(request, response, name, value, code, found.left)
    return response.headers.getlist("set-cookie")


def _lasting(request: Request, code: str, secret: str | None) -> Lasting | None:
    state = request.app.state
    with state.database.reading() as db:
        return lasting(db, code, secret, state.clock.now())


def _kept_by(request: Request) -> dict[str, str]:
    names = (seat_cookie_name(request), former_cookie_name(request))
    return {name: request.cookies[name] for name in names if request.cookies.get(name)}


def _keep(request: Request, response: Response, name: str, value: str, code: str, left: timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(left.total_seconds()),
        path=f"{ROOMS}{code}",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def _remove(request: Request, response: Response, name: str, code: str) -> None:
    response.delete_cookie(name, path=f"{ROOMS}{code}", secure=is_secure(request), httponly=True, samesite="lax")
