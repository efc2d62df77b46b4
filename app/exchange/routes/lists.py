"""Every list of the desk as a table (CSV): the rows that the visitor's own page shows, and no more."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.exchange import queries
from app.exchange.rules import as_csv
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.files import file_of

router = APIRouter()


@router.get("/desk/actions.csv")
@router.get("/desk/retros.csv")
@router.get("/desk/projects.csv")
@router.get("/desk/departments.csv")
@router.get("/desk/people.csv")
def exported_list(request: Request, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> Response:
    name = request.url.path.removeprefix("/desk/").removesuffix(".csv")
    with database.reading() as db:
        table = queries.listed(db, name, visitor, clock.now())
    return file_of("\ufeff" + as_csv(table.columns, table.rows), "text/csv; charset=utf-8", f"{name}.csv")
