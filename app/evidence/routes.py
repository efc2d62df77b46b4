"""Themes at the desk: what recurs, and the evidence on one theme; the list also as a table (CSV). Changes nothing."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.spreadsheet import as_csv
from app.evidence.queries.theme_lines import IN_A_FILE, STATES, ThemeFilter, theme_list
from app.evidence.queries.theme_page import became, theme_page
from app.evidence.rules.tables import COLUMNS, lines
from app.web.files import file_of
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/themes")


async def theme_filter(
    state: str = "",
    provider: str = "",
    consumer: str = "",
    kind: str = "",
    q: str = "",
    number: Annotated[str, Query(alias="page")] = "",
) -> ThemeFilter:
    """What an address asks for; a state or a page that we do not know asks for nothing."""
    at = int(number) if number.isdecimal() and len(number) < 5 else 1
    known = state if state in STATES else ""
    return ThemeFilter(known, provider[:40], consumer[:40], kind[:30], q.strip()[:80], max(1, at))


TheFilter = Annotated[ThemeFilter, Depends(theme_filter)]


@router.get(".csv")
def themes_table(
    at: AtDesk,
    wanted: TheFilter,
) -> Response:
    with at.database.reading() as db:
        found = theme_list(db, replace(wanted, page=1), most=IN_A_FILE, for_=at.visitor)
    return file_of("\ufeff" + as_csv(COLUMNS, lines(found.lines)), "text/csv; charset=utf-8", "themes.csv")


@router.get("")
def themes(at: AtDesk, wanted: TheFilter) -> HTMLResponse:
    with at.database.reading() as db:
        found = theme_list(db, wanted, for_=at.visitor)
    return page(at.request, "pages/evidence/themes.html", found=found, states=STATES)


@router.get("/{theme_id:uuid}")
def theme(at: AtDesk, theme_id: UUID) -> Response:
    with at.database.reading() as db:
        other = became(db, theme_id)
        if other is not None:
            return RedirectResponse(f"/desk/themes/{other}", status_code=303)
        found = theme_page(db, theme_id, for_=at.visitor)
    return page(at.request, "pages/evidence/theme.html", found=found)
