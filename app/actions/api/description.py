"""The API described for programs: OpenAPI 3.1, made from the routes themselves. Open to all: it holds no data."""

from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from app.actions.api import actions, tracker
from app.actions.api.kit import PREFIX
from app.actions.api.shapes import Problem

DESCRIBED = (actions.router, tracker.router)
router = APIRouter(prefix=PREFIX, include_in_schema=False)

TEXT = """Promises that departments made each other after a joint project, for programs.

Rights are those of the token's account: what it cannot see is not there (404). Errors are `application/problem+json`
(RFC 9457). An outside tracker reports with one `PUT /api/v1/tracker`; no promise is moved by it."""

PROBLEMS = {
    401: "No token, or one that is not known, was revoked or is too old",
    403: "The token lacks the scope, or the promise is not its account's to report on",
    404: "Not there, or not yours to see",
    412: "It has changed since it was read",
    413: "The body is too large",
    422: "Something in the request is wrong; `errors` says what",
    428: "If-Match is missing",
    429: "Too many requests; `Retry-After` says how many seconds to wait",
}
READS = (401, 403, 422, 429)
WRITES = (401, 403, 404, 413, 422, 429)
REFUSED = {
    "list_actions": READS,
    "show_action": (*READS, 404),
    "set_tracker": (*WRITES, 412, 428),
    "report_by_link": WRITES,
}
"""Operation -> statuses with which it refuses. A test sees each of them happen."""

HEADERS = {
    ("list_actions", "200"): {"Link": "The next page, rel=next (RFC 8288); missing on the last one"},
    ("show_action", "200"): {"ETag": "Strong; send it as If-None-Match or If-Match"},
    ("show_action", "304"): {"ETag": "The one that was sent"},
}


@router.get("/openapi.json")
def openapi() -> JSONResponse:
    return JSONResponse(description(), headers={"Cache-Control": "public, max-age=300"})


@cache
def description() -> dict[str, Any]:
    """The whole document."""
    routes = [route for described in DESCRIBED for route in described.routes]
    found = get_openapi(title="Fencepost", version="1", summary="Promises kept", description=TEXT, routes=routes)
    found["components"]["schemas"]["Problem"] = Problem.model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    found["components"]["schemas"].update(found["components"]["schemas"]["Problem"].pop("$defs"))
    for unused in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(unused, None)
    for methods in found["paths"].values():
        for operation in methods.values():
            _complete(operation)
    return found


def _complete(operation: dict[str, Any]) -> None:
    """What the routes themselves cannot tell: their refusals, and the headers of their answers."""
    name = operation["operationId"].split("_api_v1_")[0]
    operation["operationId"] = name
    answers = operation["responses"]
    for status in REFUSED[name]:
        answers[str(status)] = _refusal(status)
    if name == "show_action":
        answers["304"] = {"description": "Nothing new"}
    for (whose, answered), headers in HEADERS.items():
        if whose == name:
            answers[answered]["headers"] = {
                header: {"description": said, "schema": {"type": "string"}} for header, said in headers.items()
            }


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    answer: dict[str, Any] = {
        "description": PROBLEMS[status],
        "content": {"application/problem+json": {"schema": schema}},
    }
    header = {401: "WWW-Authenticate", 429: "Retry-After"}.get(status)
    if header:
        answer["headers"] = {header: {"schema": {"type": "string"}}}
    return answer
