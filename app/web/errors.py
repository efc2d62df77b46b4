"""The only place that turns a refusal into an answer: a page, a fragment for htmx, or problem+json for the API."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import Refusal, whereabouts
from app.core.security_log import refused
from app.web.access_log import SeatRequests, is_of_a_seat
from app.web.templating import render, wants_fragment
from app.web.typed import LABELS, Typed, typed_in

log = structlog.get_logger(__name__)

SENTENCES = {
    400: "The browser sent something that cannot be read. Please go back and try again.",
    404: "There is nothing here, or it is not yours to see. Check the link or go back to the start.",
    405: "This address cannot be used that way. Please go back and try again.",
    414: "This address is longer than any of ours. Check the link or go back to the start.",
    413: "That is more than fits. Go back: what you typed is still in the form. Please shorten it and send it again.",
    422: "The form did not arrive whole. Please go back and try again.",
    500: "Something broke on our side, and it is written down. What you typed before is safe; please try again.",
}


TOO_LONG = "This is longer than fits ({most} characters at most). Please shorten it and send it again."
UNREADABLE_REQUEST = "Something in this request cannot be read. `errors` says what."


class SignInNeeded(Exception):
    """Not signed in: `target` is the sign-in page, with the way back."""

    def __init__(self, target: str) -> None:
        self.target = target


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)


def answer(
    request: Request,
    status: int,
    sentence: str,
    *,
    reference: str = "",
    retry_after: int | None = None,
    typed: Typed | None = None,
    by_field: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The same refusal in the shape that was asked for; a page holds what was `typed`.

    `by_field`: a sentence for each field that was wrong, told to programs. `headers`: further ones of the answer.
    """
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    title = HTTPStatus(status).phrase
    if _wants_json(request):
        problem: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        if by_field:
            problem["errors"] = [{"field": name, "detail": said} for name, said in by_field.items()]
        if reference:
            problem["instance"] = f"urn:fencepost:error:{reference}"
        return JSONResponse(problem, status_code=status, headers=headers, media_type="application/problem+json")
    template = "errors/fragment.html" if wants_fragment(request) else "errors/page.html"
    if wants_fragment(request):
        # The sentence is for the room's toast, wherever the form's own target is.
        headers |= {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
    next_url, next_label = _way_on(request)
    html = render(
        template,
        {
            "title": title,
            "sentence": sentence,
            "status": status,
            "reference": reference,
            "typed": typed,
            "next_url": next_url,
            "next_label": next_label,
            "visitor": getattr(request.state, "visitor", None),
            "path": request.url.path,
            "asked_to_read": request.method in {"GET", "HEAD"},
        },
    )
    return HTMLResponse(html, status_code=status, headers=headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if error.status in {401, 403, 429}:
        note_refusal(request.scope, type(error).__name__)
    typed = None if wants_fragment(request) else await typed_in(request, error.status)
    return answer(
        request,
        error.status,
        error.sentence,
        retry_after=error.retry_after,
        typed=typed,
        by_field=_fields_of(error),
        headers={"WWW-Authenticate": error.challenge} if error.challenge else None,
    )


def _fields_of(error: Refusal) -> Mapping[str, str]:
    by_field: Mapping[str, str] | None = getattr(error, "by_field", None)
    return by_field or ({error.field: error.sentence} if error.field else {})


def note_refusal(scope: Scope, reason: str) -> None:
    """Write down that somebody at the desk was turned away, or a program; of a seat's pages nothing is ever noted."""
    if scope["path"] != "/desk" and not scope["path"].startswith(("/desk/", "/api/")):
        return
    visitor = scope.get("state", {}).get("visitor")
    route = getattr(scope.get("route"), "path", "-")
    refused("turned_away", reason=reason, route=route, account=visitor.account_id if visitor else None)


def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": error.target})
    return RedirectResponse(error.target, status_code=303)


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if not _wants_json(request):
        too_long = next((one for one in error.errors() if one["type"] == "string_too_long"), None)
        if too_long is not None:
            typed = None if wants_fragment(request) else await typed_in(request, 422)
            return answer(request, 422, _too_long(too_long), typed=typed)
        # An address that was cut off or mistyped leads nowhere; only what comes in a form can be sent again.
        leads_nowhere = any(one["loc"][:1] == ("path",) for one in error.errors())
        status = 404 if leads_nowhere else 422
        return answer(request, status, SENTENCES[status])
    # Where and what, never what was sent.
    wrong = {".".join(map(str, one["loc"][1:] or one["loc"])): str(one["msg"]) for one in error.errors()}
    return answer(request, 422, UNREADABLE_REQUEST, by_field=wrong)


def _too_long(one: Mapping[str, Any]) -> str:
    """Which field holds more than fits, and how much that is; never what was typed."""
    label = LABELS.get(str(one["loc"][-1]))
    said = TOO_LONG.format(most=f"{one['ctx']['max_length']:,}")
    return f"{label}: {said[0].lower()}{said[1:]}" if label else said


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = SENTENCES.get(error.status_code, SENTENCES[400])
    return answer(request, error.status_code, sentence, headers=error.headers)


def broken(request: Request, error: Exception) -> Response:
    """The answer to a defect of ours, with a reference that is also in the log."""
    reference = secrets.token_hex(4)
    route = getattr(request.scope.get("route"), "path", "?")
    # The kind of error and where it was raised; never its message, which may hold what somebody typed.
    what = {"reference": reference, "route": route, "error": type(error).__name__, "where": whereabouts(error)}
    if is_of_a_seat(request.url.path):
        seats: SeatRequests = request.app.state.seat_requests
        seats.broke(**what)  # written when the day is over: a line among timed ones would tell when
    else:
        log.error("broken", **what)
    return answer(request, 500, SENTENCES[500], reference=reference)


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def _way_on(request: Request) -> tuple[str, str]:
    path = request.url.path
    if path.startswith("/r/"):
        code = path.split("/")[2]
        if code.isalnum() and len(code) == 8:
            return f"/r/{code}", "Back to the room"
    if path.startswith("/desk"):
        return "/desk", "Back to the desk"
    if path.startswith("/m/"):
        return "/desk/actions", "Go to the actions"
    return "/", "Go to the start page"


class ErrorBoundary:
    """Answers what nothing else caught. Nothing is raised further: a server's own trace may hold typed text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_and_look(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_and_look)
        except Exception as error:
            response = broken(Request(scope), error)
            if not started:
                await response(scope, receive, send)
