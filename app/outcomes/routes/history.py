"""History from elsewhere over HTTP: a file is handed in, looked at, loaded, listed, and undone."""

from datetime import date, datetime
from random import Random
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.beside import beside
from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.core.list_files import UnreadableFile
from app.departments.queries import all_departments, local_day
from app.outcomes.forms.history import LEFT_OUT, TypedChoices, TypedUpload, read_choices, read_upload
from app.outcomes.queries import history as history_queries
from app.outcomes.queries.history import AT_ONCE
from app.outcomes.rules.history import reading
from app.outcomes.rules.history.columns import WORDS, is_dropped
from app.outcomes.rules.history.files import OWN
from app.outcomes.rules.history.past import ImportedFile
from app.outcomes.rules.history.presets import PRESETS
from app.outcomes.rules.history.reading import ReadFile
from app.outcomes.rules.words import KINDS
from app.outcomes.service.history import loading, planning, undoing, uploads
from app.outcomes.service.history.loading import ImportReport, WouldReplace
from app.outcomes.service.history.planning import ImportState
from app.outcomes.service.history.uploads import Upload
from app.people.rules import Visitor
from app.retros.queries.lists import how_many_past
from app.web.deps import random_source
from app.web.fields import Line, Word
from app.web.forms import InvalidForm, Problems
from app.web.requests import AtDesk, DeskRequest
from app.web.templating import page

router = APIRouter()

UPLOADS = "/desk/history/uploads"
REPLACE, APART = "replace", "apart"
"""What becomes of retros that came before under the same names."""
SHOWN = 100
"""Retros and rows of a file that a page lists; it says how many there are."""

TheRandom = Annotated[Random, Depends(random_source)]


@router.get("/desk/history")
def history(at: AtDesk) -> HTMLResponse:
    """Where a file is handed in, and what was imported so far."""
    return _history_page(at.request, at.visitor, at.database, TypedUpload(), Problems(), at.settings.max_upload_bytes)


@router.post(UPLOADS)
def hand_in(
    at: AtDesk,
    source: Annotated[Line, Form()] = "",
    day: Annotated[Word, Form()] = "",
    preset: Annotated[Word, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    _refuse_others(at.visitor)
    typed, content = TypedUpload(source=source, day=day, preset=preset), file.file.read() if file else b""
    name = (file.filename if file else "") or "History"
    try:
        _, choices = read_upload(typed, content, name, at.settings.max_upload_bytes)
    except InvalidForm as invalid:
        return _history_page(
            at.request, at.visitor, at.database, typed, invalid.problems, at.settings.max_upload_bytes, 422
        )
    with at.database.transaction() as db:
        upload_id = uploads.keep(db, at.visitor, name, content, choices, at.now)
    return RedirectResponse(f"{UPLOADS}/{upload_id}", 303)


@router.get("/desk/history/uploads/{upload_id}")
def look(at: AtDesk, upload_id: UUID) -> HTMLResponse:
    """What the columns mean, and what loading the file would do; nothing is written."""
    return _look_page(at.request, at.visitor, at.database, upload_id, at.now, Problems())


@router.post("/desk/history/uploads/{upload_id}")
def choose(
    at: AtDesk,
    upload_id: UUID,
    typed: Annotated[TypedChoices, Form()],
) -> Response:
    try:
        with at.database.transaction() as db:
            upload = uploads.uploaded(db, at.visitor, upload_id, at.now)
            choices = read_choices(typed, _read(upload).found.headers)
            if choices["preset"] != upload.choices["preset"]:
                choices |= {"columns": {}, "departments": {}}
            uploads.choose(db, at.visitor, upload_id, choices, at.now)
    except InvalidForm as invalid:
        return _look_page(at.request, at.visitor, at.database, upload_id, at.now, invalid.problems, typed, 422)
    return RedirectResponse(f"{UPLOADS}/{upload_id}", 303)


@router.post("/desk/history/uploads/{upload_id}/removal")
def leave(at: AtDesk, upload_id: UUID) -> Response:
    _refuse_others(at.visitor)
    with at.database.transaction() as db:
        uploads.leave(db, at.visitor, upload_id)
    return RedirectResponse("/desk/history", 303)


@router.post("/desk/history/uploads/{upload_id}/import")
def take_in(
    at: AtDesk,
    upload_id: UUID,
    random: TheRandom,
    same: Annotated[Word, Form()] = "",
) -> Response:
    """`same`: what becomes of retros that are here already with other words; nothing is replaced unasked."""
    if same == APART:
        _set_apart(at, upload_id)
    try:
        report = _take_in(at, upload_id, random, replace=same == REPLACE)
    except InvalidForm as unreadable:
        return _look_page(at.request, at.visitor, at.database, upload_id, at.now, unreadable.problems)
    except WouldReplace as asks:
        problems = Problems({"same": asks.sentence})
        return _look_page(at.request, at.visitor, at.database, upload_id, at.now, problems, status=422)
    return RedirectResponse(f"/desk/history/imports/{report.import_id}" if report.import_id else "/desk/history", 303)


def _set_apart(at: DeskRequest, upload_id: UUID) -> None:
    """Give the file a source name that no other import has."""
    with at.database.transaction() as db:
        found = uploads.uploaded(db, at.visitor, upload_id, at.now)
        name = planning.free_source(db, found.choices.get("source", "") or _read(found).source)
        uploads.choose(db, at.visitor, upload_id, {"source": name}, at.now)


def _take_in(at: DeskRequest, upload_id: UUID, random: Random, *, replace: bool) -> ImportReport:
    """Load the file, then let go of it. Raises InvalidForm where it cannot be read, WouldReplace."""
    with at.database.reading() as db:
        upload = uploads.uploaded(db, at.visitor, upload_id, at.now)
        read = _read(upload)
        told = _told(read, upload, local_day(db, at.now))
    if read.problem:
        raise InvalidForm(Problems({"columns": read.problem}))
    report = _load(at.database, at.visitor, upload, read, told, at.now, random, replace)
    with at.database.transaction() as db:
        uploads.leave(db, at.visitor, upload_id)
    return report


@router.get("/desk/history/imports/{import_id}")
def imported(at: AtDesk, import_id: UUID) -> HTMLResponse:
    """What came of one import, and how to take it back."""
    with at.database.reading() as db:
        found = history_queries.one_import(db, at.visitor, import_id)
    return page(at.request, "pages/outcomes/imported.html", one=found, kinds=KINDS)


@router.post("/desk/history/imports/{import_id}/removal")
def undo(at: AtDesk, import_id: UUID) -> Response:
    undoing.undo(at.database, at.visitor, import_id, at.now)
    return RedirectResponse(f"/desk/history/imports/{import_id}", 303)


@router.get("/desk/history/retros")
def past_retros(at: AtDesk, page_number: int = 1) -> HTMLResponse:
    """Imported retros that the visitor may see, the latest first."""
    number = max(1, min(page_number, 1000))
    with at.database.reading() as db:
        found = history_queries.past_retros(db, at.visitor, number)
        total = how_many_past(db, at.visitor)
    following = number + 1 if len(found) > AT_ONCE else None
    context = {"retros": found[:AT_ONCE], "number": number, "following": following, "total": total}
    return page(at.request, "pages/outcomes/past_retros.html", **context)


def _history_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    typed: TypedUpload,
    problems: Problems,
    most: int,
    status: int = 200,
) -> HTMLResponse:
    with database.reading() as db:
        found = history_queries.imports(db, visitor)
        past = how_many_past(db, visitor)
    context = {"imports": found, "past": past, "words": WORDS, "presets": PRESETS, "own": OWN}
    most_in_words = f"{most // 1024 // 1024} MB"
    return page(
        request, "pages/outcomes/history.html", status, typed=typed, problems=problems, most=most_in_words, **context
    )


def _look_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    upload_id: UUID,
    now: datetime,
    problems: Problems,
    typed: TypedUpload | None = None,
    status: int = 200,
) -> HTMLResponse:
    with database.reading() as db:
        upload = uploads.uploaded(db, visitor, upload_id, now)
        read = _read(upload)
        told = _told(read, upload, local_day(db, now))
        planned = planning.plan(db, told, upload.choices.get("departments", {}))
        context = {"departments": all_departments(db), "plan": planned}
    if read.problem:
        problems.add("columns", read.problem)
    return page(
        request,
        "pages/outcomes/look.html",
        status,
        **context,
        upload=upload,
        read=read,
        typed=typed or TypedUpload(**{name: upload.choices.get(name, "") for name in ("source", "day", "preset")}),
        with_actions=upload.choices.get("actions", True),
        problems=problems,
        examples=_examples(read),
        words=WORDS,
        kinds=KINDS,
        states=ImportState,
        presets=PRESETS,
        own=OWN,
        left_out=LEFT_OUT,
        is_dropped=is_dropped,
        shown=SHOWN,
    )


def _read(upload: Upload) -> ReadFile:
    preset = upload.choices.get("preset", "")
    try:
        read = beside(lambda: reading.read_file(upload.content, upload.file_name, preset))
    except UnreadableFile as unreadable:
        raise Invalid(str(unreadable), field="file") from unreadable
    return reading.with_mapping(read, upload.choices.get("columns", {}))


def _told(read: ReadFile, upload: Upload, today: date) -> ImportedFile:
    day = upload.choices.get("day", "")
    usual = date.fromisoformat(day) if day else None
    return (
        ImportedFile((), ()) if read.problem else reading.told(read, upload.choices.get("source", ""), usual, today)
    )


def _load(
    database: Database,
    visitor: Visitor,
    upload: Upload,
    read: ReadFile,
    told: ImportedFile,
    now: datetime,
    random: Random,
    replace: bool,
) -> ImportReport:
    return loading.load(
        database,
        told,
        source=upload.choices.get("source", "") or read.source,
        file_name=upload.file_name,
        mapping=read.found.mapping,
        choices=upload.choices.get("departments", {}),
        by=visitor.account_id,
        now=now,
        random=random,
        with_promises=bool(upload.choices.get("actions", True)),
        replace=replace,
    )


def _examples(read: ReadFile) -> dict[str, Any]:
    """Header -> the first thing that stands in that column."""
    rows = read.found.rows[:200]
    return {name: next((row.cells[name] for row in rows if name in row.cells), "") for name in read.found.headers}


def _refuse_others(visitor: Visitor) -> None:
    if not visitor.sees_everything:
        raise NotFound
