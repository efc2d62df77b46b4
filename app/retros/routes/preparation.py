"""The list of retros, and the forms that prepare one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.core.db import Database
from app.core.errors import Invalid
from app.people.queries import accounts, facilitators
from app.people.rules import Visitor
from app.projects.queries import ProjectView, project
from app.retros import forms
from app.retros.forms import PreparationForm, TypedPreparation
from app.retros.queries import lists
from app.retros.queries import retros as retros_queries
from app.retros.queries.lists import AT_ONCE
from app.retros.queries.said_early import said_early
from app.retros.queries.views import RetroView
from app.retros.rules.formats import FORMATS
from app.retros.rules.names import STAGES
from app.retros.rules.refusals import NotYourRetro, OnlyFacilitatorsPrepare, WarningsStand
from app.retros.service import preparation as preparation_service
from app.web.deps import SignedIn
from app.web.fields import Word
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()


@router.get("/desk/retros")
def retros(at: AtDesk, page_number: int = 1) -> Response:
    """What runs and what is prepared, on the first page; what was looked back on, a page at a time."""
    number = max(1, min(page_number, 1000))
    with at.database.reading() as db:
        found, closed = lists.open_and_closed(db, at.visitor, number)
        past = lists.how_many_past(db, at.visitor)
    following = number + 1 if len(closed) > AT_ONCE else None
    found += closed[:AT_ONCE]
    by_stage = [(stage, [one for one in found if one.stage is stage]) for stage in reversed(STAGES)]
    context = {"by_stage": by_stage, "any": bool(found), "past": past, "number": number, "following": following}
    return page(at.request, "pages/retros/retros.html", **context, may_prepare=_may(at.visitor))


@router.get("/desk/retros/new")
def new_retro(at: AtDesk, project: Word = "") -> Response:
    return _new_page(at.request, at.visitor, at.database, PreparationForm(TypedPreparation(project=project)))


@router.get("/desk/projects/{project_id}/retros/new")
def new_retro_of_project(project_id: UUID, _visitor: SignedIn) -> Response:
    return RedirectResponse(f"/desk/retros/new?project={project_id}", status_code=303)


@router.post("/desk/retros")
def prepare_retro(
    at: AtDesk,
    typed: Annotated[TypedPreparation, Form()],
) -> Response:
    form = PreparationForm(typed)
    project_id, preparation = forms.some_id(typed.project, "project", "a project"), form.read()
    if form.problems:
        return _new_page(at.request, at.visitor, at.database, form, status=422)
    try:
        with at.database.transaction() as db:
            retro_id = preparation_service.prepare(db, at.visitor, project_id, preparation, at.now)
    except Invalid as refusal:
        return _new_page(at.request, at.visitor, at.database, _with(form, refusal), status=422)
    return RedirectResponse(f"/desk/retros/{retro_id}", status_code=303)


@router.get("/desk/retros/{retro_id}/preparation")
def edit_preparation(at: AtDesk, retro_id: UUID) -> Response:
    with at.database.reading() as db:
        retro = retros_queries.get(db, retro_id, for_=at.visitor)
    return _edit_page(at.request, at.visitor, at.database, retro, forms.about(retro))


@router.post("/desk/retros/{retro_id}/preparation")
def change_preparation(
    at: AtDesk,
    retro_id: UUID,
    typed: Annotated[TypedPreparation, Form()],
) -> Response:
    form = PreparationForm(typed)
    preparation = form.read()
    try:
        if not form.problems:
            with at.database.transaction() as db:
                preparation_service.change_preparation(db, at.visitor, retro_id, preparation, at.now)
            return RedirectResponse(f"/desk/retros/{retro_id}", status_code=303)
    except Invalid as refusal:
        form = _with(form, refusal)
    with at.database.reading() as db:
        retro = retros_queries.get(db, retro_id, for_=at.visitor)
    return _edit_page(at.request, at.visitor, at.database, retro, form, status=422)


def _with(form: PreparationForm, refusal: Invalid) -> PreparationForm:
    """The form with what the service refused, beside its field."""
    if isinstance(refusal, WarningsStand):
        form.warnings = refusal.sentences
    form.problems.add(refusal.field or "override_warnings", refusal.sentence)
    return form


def _new_page(
    request: Request, visitor: Visitor, database: Database, form: PreparationForm, status: int = 200
) -> Response:
    if not _may(visitor):
        raise OnlyFacilitatorsPrepare
    wanted = forms.maybe_id(form.typed.project, "project", "a project")
    if wanted is None:
        return RedirectResponse("/desk/projects", status_code=303)
    with database.reading() as db:
        chosen = project(db, wanted, for_=visitor)
    return _form_page(request, "pages/retros/new_retro.html", database, form, chosen, status, retro=None)


def _edit_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    retro: RetroView,
    form: PreparationForm,
    status: int = 200,
) -> Response:
    if not retro.is_helped_by(visitor):
        raise NotYourRetro
    with database.reading() as db:
        chosen = project(db, retro.project_id, for_=visitor)
    return _form_page(request, "pages/retros/edit_preparation.html", database, form, chosen, status, retro=retro)


def _form_page(
    request: Request,
    template: str,
    database: Database,
    form: PreparationForm,
    project: ProjectView,
    status: int,
    retro: RetroView | None,
) -> Response:
    with database.reading() as db:
        people = [one for one in facilitators(db) if not one.is_disabled]
        everybody = [one for one in accounts(db) if not one.is_disabled]
        early = said_early(db)
    return page(
        request,
        template,
        status,
        form=form,
        typed=form.typed,
        project=project,
        retro=retro,
        facilitators=people,
        early=early,
        who_may_decide=[one for one in everybody if one.is_facilitator or one.is_admin or one.leads],
        formats=list(FORMATS.values()),
        timed=forms.TIMED,
    )


def _may(visitor: Visitor) -> bool:
    return visitor.is_facilitator or visitor.is_admin
