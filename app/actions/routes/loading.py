"""Lists of actions from elsewhere: looked at, loaded, shown, taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.actions.forms.loading import TypedList, read_list_form
from app.actions.queries import loading, policy
from app.actions.queries.loading import AT_ONCE
from app.actions.rules.list_files import COLUMNS, ListFile, carried
from app.actions.rules.loading import RowOutcome
from app.actions.service import loading as loading_service
from app.actions.service.loading import LoadReport
from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.departments.queries import all_departments
from app.people.rules import Visitor
from app.web.fields import Line, Sheet
from app.web.forms import InvalidForm, Problems
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk")

ListForm = Annotated[TypedList, Form()]
OF_A_FORM = 4096
"""Bytes of a form that are not the list itself."""


@router.get("/actions/load")
def load(at: AtDesk) -> HTMLResponse:
    """Where a list is handed in: as a file, or as cells copied out of a spreadsheet."""
    _refuse_others(at.visitor)
    return _load_page(at.request, at.database, TypedList(), Problems(), at.settings.max_body_bytes)


@router.post("/actions/load/preview")
def preview(
    at: AtDesk,
    list_name: Annotated[Line, Form()] = "",
    department: Annotated[Line, Form()] = "",
    text: Annotated[Sheet, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> HTMLResponse:
    """What loading this list would do, row by row; nothing is written, and nothing kept but in the next form."""
    _refuse_others(at.visitor)
    typed = TypedList(list_name=list_name, department=department, text=text)
    content = file.file.read() if file is not None else b""
    try:
        found, report = _looked_at(at.database, at.visitor, typed, content, at.now, at.settings.max_body_bytes)
    except InvalidForm as invalid:
        return _load_page(at.request, at.database, typed, invalid.problems, at.settings.max_body_bytes, status=422)
    carrying = typed.model_copy(update={"text": carried(found.rows)})
    return page(
        at.request, "pages/actions/preview.html", found=found, report=report, typed=carrying, outcomes=RowOutcome
    )


@router.post("/actions/load")
def take_in(
    at: AtDesk,
    typed: ListForm,
) -> Response:
    _refuse_others(at.visitor)
    try:
        found = read_list_form(typed)
        with _invalid_as_problems(), at.database.transaction() as db:
            loading_service.load(db, at.visitor, found.rows, typed.list_name.strip(), at.now, typed.department)
    except InvalidForm as invalid:
        return _load_page(at.request, at.database, typed, invalid.problems, at.settings.max_body_bytes, status=422)
    return _to_list(typed.list_name.strip())


@router.get("/actions/loaded")
def loaded(
    at: AtDesk,
    list_name: Annotated[str, Query(alias="list")] = "",
    page_number: int = 1,
) -> HTMLResponse:
    """The lists that were loaded, and of one of them what still waits to be completed."""
    page_number = max(1, min(page_number, 1000))
    with at.database.reading() as db:
        lists = loading.loaded_lists(db, at.visitor)
        chosen = next((one for one in lists if one.name == list_name), lists[0] if lists else None)
        waiting = loading.waiting_in(db, at.visitor, chosen.name, page_number) if chosen else []
        today = policy.calendar_of(db, None).day(at.now)
    context = {"lists": lists, "chosen": chosen, "actions": waiting[:AT_ONCE], "today": today}
    following = page_number + 1 if len(waiting) > AT_ONCE else None
    return page(at.request, "pages/actions/loaded.html", **context, number=page_number, following=following)


@router.post("/actions/loaded/removal")
def take_back(at: AtDesk, list_name: Annotated[Line, Form()] = "") -> Response:
    with at.database.transaction() as db:
        _, kept = loading_service.undo_load(db, at.visitor, list_name)
    return _to_list(list_name) if kept else RedirectResponse("/desk/actions/load", 303)


def _looked_at(
    database: Database, visitor: Visitor, typed: TypedList, content: bytes, now: datetime, most: int
) -> tuple[ListFile, LoadReport]:
    found = read_list_form(typed, content)
    if len(carried(found.rows).encode()) + OF_A_FORM > most:
        raise InvalidForm(Problems({"file": _too_large(most)}))
    with _invalid_as_problems(), database.reading() as db:
        return found, loading_service.would_load(
            db, visitor, found.rows, typed.list_name.strip(), now, typed.department
        )


def _load_page(
    request: Request, database: Database, typed: TypedList, problems: Problems, most: int, status: int = 200
) -> HTMLResponse:
    with database.reading() as db:
        departments = all_departments(db)
    context = {"departments": departments, "columns": COLUMNS, "most": (most - OF_A_FORM) // 1024}
    return page(request, "pages/actions/load.html", status, typed=typed, problems=problems, **context)


@contextmanager
def _invalid_as_problems() -> Iterator[None]:
    """A refusal about one field becomes a sentence beside it."""
    try:
        yield
    except Invalid as invalid:
        if invalid.field is None:
            raise
        raise InvalidForm(Problems({invalid.field: invalid.sentence})) from invalid


def _too_large(most: int) -> str:
    return (
        f"A list of up to {(most - OF_A_FORM) // 1024} KB fits through this page. Please split it, or let whoever "
        "runs this server load the file with “fencepost load-actions”."
    )


def _to_list(list_name: str) -> Response:
    return RedirectResponse(f"/desk/actions/loaded?{urlencode({'list': list_name})}", 303)


def _refuse_others(visitor: Visitor) -> None:
    if not visitor.sees_everything:
        raise NotFound
