"""Scorecards at the desk: of the organisation, of a department, of two departments; as pages and as tables (CSV)."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from app.core.clock import Clock
from app.core.spreadsheet import as_csv
from app.departments.queries import local_day
from app.scorecards.queries.scorecards import department_card, organisation_card, pair_card
from app.scorecards.rules.drawing import ScorecardDrawing
from app.scorecards.rules.periods import Period, Span, period
from app.scorecards.rules.tables import COLUMNS, lines
from app.web.files import file_of
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/scorecards")

# The tables come first: a page's address would take their names for a department's.


@router.get(".csv")
def organisation_table(at: AtDesk, span: str = "") -> Response:
    with at.database.reading() as db:
        found = organisation_card(db, at.visitor, _period(db, at.clock, span))
    return _file([(f"{found.name}: all promises", found.card)], "scorecard.csv")


@router.get("/{department_id}.csv")
def department_table(at: AtDesk, department_id: UUID, span: str = "") -> Response:
    with at.database.reading() as db:
        found = department_card(db, department_id, _period(db, at.clock, span), for_=at.visitor)
    name = found.department.name
    return _file(
        [(f"{name} to others", found.as_provider), (f"others to {name}", found.as_customer)], "scorecard.csv"
    )


@router.get("/{provider_id}/{consumer_id}.csv")
def pair_table(at: AtDesk, provider_id: UUID, consumer_id: UUID, span: str = "") -> Response:
    with at.database.reading() as db:
        found = pair_card(db, provider_id, consumer_id, _period(db, at.clock, span), for_=at.visitor)
    one, other = found.provider.name, found.consumer.name
    back = [(f"{other} to {one}", found.back)] if found.back else []
    return _file([(f"{one} to {other}", found.there), *back], "scorecard.csv")


@router.get("")
def organisation(at: AtDesk, span: str = "") -> HTMLResponse:
    with at.database.reading() as db:
        chosen = _period(db, at.clock, span)
        found = organisation_card(db, at.visitor, chosen)
    return page(at.request, "pages/scorecards/organisation.html", found=found, **_around(at.request, chosen))


@router.get("/{department_id}")
def department(at: AtDesk, department_id: UUID, span: str = "") -> HTMLResponse:
    with at.database.reading() as db:
        chosen = _period(db, at.clock, span)
        found = department_card(db, department_id, chosen, for_=at.visitor)
    return page(at.request, "pages/scorecards/department.html", found=found, **_around(at.request, chosen))


@router.get("/{provider_id}/{consumer_id}")
def pair(
    at: AtDesk,
    provider_id: UUID,
    consumer_id: UUID,
    span: str = "",
) -> HTMLResponse:
    with at.database.reading() as db:
        chosen = _period(db, at.clock, span)
        found = pair_card(db, provider_id, consumer_id, chosen, for_=at.visitor)
    return page(at.request, "pages/scorecards/pair.html", found=found, **_around(at.request, chosen))


def _period(db: Session, clock: Clock, asked: str) -> Period:
    """The span that was asked for; twelve months where the address says nothing that we know."""
    known = [one for one in Span if one == asked]
    return period(known[0] if known else Span.YEAR, local_day(db, clock.now()))


def _around(request: Request, chosen: Period) -> dict[str, Any]:
    return {"period": chosen, "here": request.url.path, "spans": list(Span)}


def _file(cards: list[tuple[str, ScorecardDrawing]], name: str) -> Response:
    rows = [line for title, card in cards for line in lines(title, card.figures)]
    return file_of("\ufeff" + as_csv(COLUMNS, rows), "text/csv; charset=utf-8", name)
