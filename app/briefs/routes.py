"""The kick-off brief: one page that prints, for exactly the departments of a new project; its lines are marked with
one tap, it is sent to those who lead, and what readers said of all briefs is reported."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.briefs import service as briefs_service
from app.briefs.forms import MarkForm
from app.briefs.queries import answers as reports
from app.briefs.queries import brief as queries
from app.briefs.rules import REASONS
from app.core.clock import Clock
from app.core.db import Database
from app.core.spreadsheet import as_csv
from app.departments.queries import sends_mail
from app.people.rules import Visitor
from app.web.fields import Line, Prose, Word
from app.web.files import file_of
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk")


@router.get("/projects/{project_id}/brief")
def brief(at: AtDesk, project_id: UUID, sent: str = "") -> HTMLResponse:
    """What these departments promised each other, still open first, and what keeps coming back between them."""
    return _page(at.request, project_id, at.visitor, at.database, at.clock, was_sent=bool(sent))


@router.post("/projects/{project_id}/brief/marks")
def mark(
    at: AtDesk,
    project_id: UUID,
    line: Annotated[Line, Form()] = "",
    mark: Annotated[Word, Form()] = "",
    reason: Annotated[Prose, Form()] = "",
    chosen: Annotated[Word, Form()] = "",
) -> Response:
    """A line was used, or is not relevant (and why); no mark takes back what was said."""
    form = MarkForm.of(line, mark, reason, chosen)
    if form.problems:
        return _page(at.request, project_id, at.visitor, at.database, at.clock, form, status=422)
    with at.database.transaction() as db:
        briefs_service.mark_line(db, at.visitor, project_id, form.line, form.mark, form.reason, at.clock.now())
    return RedirectResponse(f"/desk/projects/{project_id}/brief#{form.line.replace(':', '-')}", status_code=303)


@router.post("/projects/{project_id}/brief/mails")
def send(at: AtDesk, project_id: UUID) -> Response:
    """By mail to everybody who leads one of its departments."""
    with at.database.transaction() as db:
        briefs_service.send_to_leads(db, at.visitor, project_id, at.now)
    return RedirectResponse(f"/desk/projects/{project_id}/brief?sent=yes", status_code=303)


@router.get("/briefs.csv")
def briefs_table(at: AtDesk) -> Response:
    with at.database.reading() as db:
        found = reports.briefs(db, at.visitor)
    return file_of("\ufeff" + as_csv(reports.COLUMNS, reports.table(found)), "text/csv; charset=utf-8", "briefs.csv")


@router.get("/briefs")
def briefs(at: AtDesk) -> HTMLResponse:
    """Which lines of all briefs were used and which were not, and why."""
    with at.database.reading() as db:
        found = reports.briefs(db, at.visitor)
    return page(at.request, "pages/briefs/briefs.html", found=found)


def _page(
    request: Request,
    project_id: UUID,
    visitor: Visitor,
    database: Database,
    clock: Clock,
    form: MarkForm | None = None,
    was_sent: bool = False,
    status: int = 200,
) -> HTMLResponse:
    now = clock.now()
    with database.reading() as db:
        found, mails = queries.brief(db, visitor, project_id, now), sends_mail(db)
    context = {"mails": mails, "brief": found, "now": now, "form": form, "was_sent": was_sent, "reasons": REASONS}
    return page(request, "pages/briefs/brief.html", status, **context)
