"""The desk: where somebody who signed in begins; what runs now, what waits for them, what to do next."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from app.actions.queries.desk import actions_for
from app.departments.queries import all_departments, local_day, organisation
from app.people.rules import Visitor
from app.projects.queries import has_projects
from app.retros.queries.lists import how_many_past, open_and_closed
from app.retros.queries.takeovers import to_take_over
from app.retros.rules.names import Stage
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()

CLOSED_SHOWN = 9


@router.get("/desk")
def start(at: AtDesk) -> HTMLResponse:
    with at.database.reading() as db:
        context = start_context(db, at.visitor, at.now)
    return page(at.request, "pages/desk/start.html", **context)


def start_context(db: Session, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """Running retros first, then prepared ones, then promises, then what has been."""
    today = local_day(db, now)
    retros, closed = open_and_closed(db, visitor, at_once=CLOSED_SHOWN)
    running = [one for one in retros if one.stage is not Stage.PREPARE]
    return {
        "running": running,
        "prepared": [one for one in retros if one.stage is Stage.PREPARE],
        "lists": actions_for(db, visitor, today),
        "today": today,
        "organisation": organisation(db),
        "departments": all_departments(db),
        "closed": closed[:CLOSED_SHOWN],
        "any_project": has_projects(db, visitor),
        "past": how_many_past(db, visitor),
        "nobody_there": to_take_over(db, running, visitor, now),
    }
