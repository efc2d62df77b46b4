"""Every list of the desk as a table (CSV): the rows that the visitor's own page shows, and no more.

The list of actions takes the filters of its page, and `action` as often as rows are chosen.
"""

from contextlib import suppress
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.core.spreadsheet import as_csv
from app.outcomes.queries import lists
from app.outcomes.queries.lists import ListRequest
from app.web.files import file_of
from app.web.requests import AtDesk

router = APIRouter()


@router.get("/desk/actions.csv")
@router.get("/desk/retros.csv")
@router.get("/desk/projects.csv")
@router.get("/desk/departments.csv")
@router.get("/desk/people.csv")
def exported_list(at: AtDesk) -> Response:
    name = at.request.url.path.removeprefix("/desk/").removesuffix(".csv")
    asked = ListRequest(_filters(at.request), _ids(at.request.query_params.getlist("action")))
    with at.database.reading() as db:
        table = lists.listed(db, name, at.visitor, at.now, asked)
    return file_of("\ufeff" + as_csv(table.columns, table.rows), "text/csv; charset=utf-8", f"{name}.csv")


def _filters(request: Request) -> dict[str, str]:
    """Those in the address; a form that sends chosen rows names the page they were chosen on as `back`."""
    back = request.query_params.get("back", "")
    return dict(parse_qsl(back.partition("?")[2])) if back else dict(request.query_params)


def _ids(values: list[str]) -> frozenset[UUID]:
    found = set()
    for value in values:
        with suppress(ValueError):
            found.add(UUID(value))
    return frozenset(found)
