"""The desk: where somebody who signed in begins; what runs now, what waits for them, what to do next."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.actions.queries.desk import actions_for
from app.departments.queries import all_departments, local_day, organisation
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
    """Running retros first, then prepared ones, then promises, then what has been."""
    now = at.now
    with at.database.reading() as db:
        today = local_day(db, now)
        retros, closed = open_and_closed(db, at.visitor, at_once=CLOSED_SHOWN)
        running = [one for one in retros if one.stage is not Stage.PREPARE]
        lists = actions_for(db, at.visitor, today)
        context = {
            "organisation": organisation(db),
            "departments": all_departments(db),
            "closed": closed[:CLOSED_SHOWN],
            "any_project": has_projects(db, at.visitor),
            "past": how_many_past(db, at.visitor),
            "nobody_there": to_take_over(db, running, at.visitor, now),
        }
    return page(
        at.request,
        "pages/desk/start.html",
        running=running,
        prepared=[one for one in retros if one.stage is Stage.PREPARE],
        lists=lists,
        today=today,
        **context,
    )
