"""Promises beside a retro: captured in the room, read back, mended for a while after the close."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.actions.forms.actions import (
    TypedAction,
    idea_action,
    new_action,
    read_action,
    read_key,
    read_version,
    typed_from,
)
from app.actions.forms.missing import missing_as_problems
from app.actions.queries import lists, policy, rows
from app.actions.queries.views import ActionView
from app.actions.rules.bridges import BRIDGES, bridge
from app.actions.rules.refusals import StaleAction, TooManyActions
from app.actions.service import capturing
from app.actions.service.capturing import OPEN_FOR_CAPTURE
from app.core.errors import NotFound
from app.departments.queries import all_departments
from app.entries.queries import EntryView
from app.entries.rules.names import EntryKind
from app.people.queries import accounts
from app.people.rules import Visitor
from app.retros.queries.retros import get as get_retro
from app.retros.queries.retros import get_off_the_board
from app.retros.queries.views import RetroView
from app.topics.queries.topic_board import TopicView, board
from app.web.deps import TheDatabase
from app.web.fields import Word
from app.web.forms import InvalidForm, Problems
from app.web.requests import AtDesk
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/desk")

ActionForm = Annotated[TypedAction, Form()]


@router.get("/retros/{retro_id}/actions")
def read_back(at: AtDesk, retro_id: UUID) -> HTMLResponse:
    """All actions of a retro with what each still needs; works without the live board."""
    with at.database.reading() as db:
        retro = get_off_the_board(db, retro_id, for_=at.visitor)
        rights = _rights(db, retro, at.visitor, at.now)
        context = {
            "retro": retro,
            "actions": lists.actions_of(db, retro_id),
            "removed": lists.removed_from(db, retro_id) if retro.is_open else [],
        }
    return page(at.request, "pages/actions/read_back.html", **context, **rights)


@router.get("/retros/{retro_id}/actions/new")
def new(
    at: AtDesk,
    retro_id: UUID,
    topic: Word = "",
    bridge_key: Word = "",
) -> HTMLResponse:
    """The empty form, for a topic (`topic`) or filled with a ready-made bridge (`bridge_key`)."""
    with at.database.reading() as db:
        context = _for_form(db, at.visitor, retro_id)
        due_on = policy.usual_due(db, at.now)
    about = next((one.about_department_id for one in context["topics"] if str(one.id) == topic), None)
    typed = new_action(due_on, topic, bridge(bridge_key), about)
    return _form(at.request, typed, Problems(), 200, f"/desk/retros/{retro_id}/actions", context)


@router.post("/retros/{retro_id}/actions/from-idea")
def from_idea(
    at: AtDesk,
    retro_id: UUID,
    entry: Annotated[Word, Form()] = "",
) -> HTMLResponse:
    """The form filled with an idea's words. A post, because an entry's id never stands in an address."""
    with at.database.reading() as db:
        context = _for_form(db, at.visitor, retro_id)
        due_on = policy.usual_due(db, at.now)
    topic, idea = _idea(context["topics"], entry)
    typed = idea_action(due_on, str(topic.id), topic.about_department_id, idea.text)
    return _form(at.request, typed, Problems(), 200, f"/desk/retros/{retro_id}/actions", context)


@router.post("/retros/{retro_id}/actions")
def capture(at: AtDesk, retro_id: UUID, typed: ActionForm) -> Response:
    try:
        _capture(at.database, at.visitor, retro_id, typed, at.now)
    except (InvalidForm, TooManyActions) as refused:
        with at.database.reading() as db:
            context = _for_form(db, at.visitor, retro_id)
        status = 422 if isinstance(refused, InvalidForm) else refused.status
        return _form(at.request, typed, _problems(refused), status, f"/desk/retros/{retro_id}/actions", context)
    return _back_to_retro(at.request, retro_id)


@router.get("/actions/{action_id}/edit")
def edit(at: AtDesk, action_id: UUID) -> HTMLResponse:
    with at.database.reading() as db:
        view = lists.action(db, action_id, for_=at.visitor)
        context = _for_form(db, at.visitor, _retro_id(view))
        typed = typed_from(rows.fields(db, action_id), view.version)
    return _form(at.request, typed, Problems(), 200, f"/desk/actions/{action_id}/changes", context)


@router.post("/actions/{action_id}/changes")
def change(at: AtDesk, action_id: UUID, typed: ActionForm) -> Response:
    with at.database.reading() as db:
        retro_id = _retro_id(lists.action(db, action_id, for_=at.visitor))
    target = f"/desk/actions/{action_id}/changes"
    try:
        _change(at.database, at.visitor, action_id, typed, at.now)
    except (InvalidForm, StaleAction) as refused:
        with at.database.reading() as db:
            context = _for_form(db, at.visitor, retro_id)
        return _form_again(at.request, typed, refused, target, context)
    return _back_to_retro(at.request, retro_id)


@router.post("/actions/{action_id}/removal")
def remove(at: AtDesk, action_id: UUID) -> Response:
    with at.database.transaction() as db:
        view = lists.action(db, action_id, for_=at.visitor)
        capturing.remove(db, at.visitor, action_id, at.now)
    if wants_fragment(at.request):
        return page(at.request, "fragments/actions/removed.html", action=view)
    return _back_to_retro(at.request, _retro_id(view))


@router.post("/retros/{retro_id}/actions/{action_id}/return")
def put_back(at: AtDesk, retro_id: UUID, action_id: UUID) -> Response:
    with at.database.transaction() as db:
        capturing.put_back(db, at.visitor, action_id)
    return _back_to_retro(at.request, retro_id)


def _capture(database: TheDatabase, visitor: Visitor, retro_id: UUID, typed: TypedAction, now: datetime) -> None:
    fields, problems = read_action(typed)
    if problems:
        raise InvalidForm(problems)
    with missing_as_problems(), database.transaction() as db:
        capturing.capture(
            db,
            visitor,
            retro_id,
            fields,
            now,
            unfinished=bool(typed.unfinished),
            override_limit=bool(typed.override_limit),
            key=read_key(typed),
        )


def _change(database: TheDatabase, visitor: Visitor, action_id: UUID, typed: TypedAction, now: datetime) -> None:
    fields, problems = read_action(typed)
    if problems:
        raise InvalidForm(problems)
    with missing_as_problems(), database.transaction() as db:
        capturing.change(db, visitor, action_id, fields, read_version(typed), now, unfinished=bool(typed.unfinished))


def _problems(refused: InvalidForm | TooManyActions | StaleAction) -> Problems:
    if isinstance(refused, InvalidForm):
        return refused.problems
    return Problems({"override_limit" if isinstance(refused, TooManyActions) else "version": refused.sentence})


def _form_again(
    request: Request, typed: TypedAction, refused: InvalidForm | StaleAction, target: str, context: dict[str, Any]
) -> HTMLResponse:
    """What was typed, kept; after a collision with the other text beside it and the new version in the form."""
    if isinstance(refused, InvalidForm):
        return _form(request, typed, refused.problems, 422, target, context)
    typed = typed.model_copy(update={"version": str(refused.version)})
    context = {**context, "theirs": refused.current}
    return _form(request, typed, _problems(refused), refused.status, target, context)


def _form(
    request: Request, typed: TypedAction, problems: Problems, status: int, target: str, context: dict[str, Any]
) -> HTMLResponse:
    template = "fragments/actions/form.html" if wants_fragment(request) else "pages/actions/new.html"
    return page(request, template, status, typed=typed, problems=problems, target=target, **context)


def _for_form(db: Session, visitor: Visitor, retro_id: UUID) -> dict[str, Any]:
    retro: RetroView = get_retro(db, retro_id, for_=visitor)
    if not retro.is_helped_by(visitor):
        raise NotFound
    return {
        "retro": retro,
        "topics": board(db, retro_id).topics,
        "departments": all_departments(db),
        "people": [one for one in accounts(db) if not one.is_disabled],
        "bridges": BRIDGES,
        "theirs": None,
    }


def _idea(topics: Sequence[TopicView], entry_id: str) -> tuple[TopicView, EntryView]:
    """The idea with this id and its topic. Raises NotFound, also for an entry that is hidden or no idea."""
    for topic in topics:
        for entry in topic.entries:
            if str(entry.id) == entry_id and entry.kind == EntryKind.IDEA and entry.hidden_reason is None:
                return topic, entry
    raise NotFound("This idea is not on the board any more. The screen shows what is.")


def _rights(db: Session, retro: RetroView, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """What this visitor may do to the actions of a retro: capture in the room, after the close mend the wording or
    complete what was left unfinished."""
    helps, closed_at = retro.is_helped_by(visitor), retro.closed_at
    return {
        "may_capture": helps and retro.stage in OPEN_FOR_CAPTURE,
        "may_mend": helps and closed_at is not None and policy.may_still_be_mended(db, closed_at, now),
        "may_complete": helps and closed_at is not None,
        "mend_within": policy.policy(db).mend_within,
    }


def _retro_id(view: ActionView) -> UUID:
    if view.retro_id is None:
        raise NotFound
    return view.retro_id


def _back_to_retro(request: Request, retro_id: UUID) -> Response:
    """htmx: nothing to swap, the live board redraws the actions; else back to the list of actions."""
    if wants_fragment(request):
        return Response(status_code=204)
    return RedirectResponse(f"/desk/retros/{retro_id}/actions", 303)
