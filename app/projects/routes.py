"""The list of joint projects, and the pages of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.core.db import Database
from app.departments.queries import DepartmentView, all_departments
from app.people.rules import Visitor
from app.projects import queries, service
from app.projects.forms import ProjectForm, TypedProject
from app.projects.queries import ProjectView
from app.projects.rules import may_change
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()


@router.get("/desk/projects")
def projects(at: AtDesk, page_number: int = 1) -> Response:
    number = max(1, min(page_number, 1000))
    with at.database.reading() as db:
        found = queries.page_of_projects(db, at.visitor, number)
        enough = len(all_departments(db)) > 1
    following = number + 1 if len(found) > queries.AT_ONCE else None
    context = {"projects": found[: queries.AT_ONCE], "number": number, "following": following, "enough": enough}
    return page(at.request, "pages/projects/projects.html", **context, may_change=may_change(at.visitor))


@router.get("/desk/projects/new")
def new_project(at: AtDesk) -> Response:
    return _form_page(at.request, at.visitor, at.database, ProjectForm())


@router.post("/desk/projects")
def create_project(
    at: AtDesk,
    typed: Annotated[TypedProject, Form()],
) -> Response:
    known = _known(at.database)
    form = ProjectForm.of(typed, [one.id for one in known])
    if form.problems:
        return _form_page(at.request, at.visitor, at.database, form, status=422)
    with at.database.transaction() as db:
        project_id = service.create(
            db, at.visitor, form.name, form.kind, form.starts, form.ends, form.department_ids, at.now
        )
    return RedirectResponse(f"/desk/projects/{project_id}", status_code=303)


@router.get("/desk/projects/{project_id}")
def project(at: AtDesk, project_id: UUID) -> Response:
    with at.database.reading() as db:
        found = queries.project(db, project_id, for_=at.visitor)
    return page(at.request, "pages/projects/project.html", project=found, may_change=may_change(at.visitor))


@router.get("/desk/projects/{project_id}/edit")
def edit_project(at: AtDesk, project_id: UUID) -> Response:
    with at.database.reading() as db:
        found = queries.project(db, project_id, for_=at.visitor)
    return _form_page(at.request, at.visitor, at.database, _form_about(found), found)


@router.post("/desk/projects/{project_id}")
def change_project(
    at: AtDesk,
    project_id: UUID,
    typed: Annotated[TypedProject, Form()],
) -> Response:
    with at.database.reading() as db:
        found = queries.project(db, project_id, for_=at.visitor)
    known = [one.id for one in _known(at.database, found)]
    form = ProjectForm.of(typed, known)
    if form.problems:
        return _form_page(at.request, at.visitor, at.database, form, found, status=422)
    with at.database.transaction() as db:
        service.change(db, at.visitor, project_id, form.name, form.kind, form.starts, form.ends, form.department_ids)
    return RedirectResponse(f"/desk/projects/{project_id}", status_code=303)


def _form_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    form: ProjectForm,
    project: ProjectView | None = None,
    status: int = 200,
) -> Response:
    if not may_change(visitor):
        raise service.OnlyFacilitatorsChangeProjects
    with database.reading() as db:
        kinds = queries.kinds(db)
    return page(
        request,
        "pages/projects/edit_project.html" if project else "pages/projects/new_project.html",
        status,
        form=form,
        project=project,
        departments=_known(database, project),
        kinds=kinds,
    )


def _form_about(project: ProjectView) -> ProjectForm:
    return ProjectForm(
        project.name,
        project.kind,
        project.started_on.isoformat() if project.started_on else "",
        project.ended_on.isoformat() if project.ended_on else "",
        [str(one.id) for one in project.departments],
    )


def _known(database: Database, project: ProjectView | None = None) -> list[DepartmentView]:
    """Departments to choose from: those in use, and those that the project has already."""
    with database.reading() as db:
        present = all_departments(db)
    archived = [one for one in project.departments if one.is_archived] if project else []
    return [*present, *archived]
