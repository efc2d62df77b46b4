"""What facilitators send about topics. Screens are drawn elsewhere: htmx gets 204 (pieces redraw), others 303."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.topics import forms, service
from app.topics.rules import TITLE_MAX
from app.topics.service import StaleTopic
from app.web.deps import SignedIn, TheDatabase
from app.web.templating import page, render, wants_fragment

router = APIRouter(prefix="/desk/retros/{retro_id}")

Typed = Annotated[str, Form()]
Chosen = Annotated[list[str] | None, Form()]


@router.post("/topics")
def create(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    entry: Chosen = None,
    title: Typed = "",
) -> Response:
    """A new topic of these entries."""
    entries, named = forms.chosen_ids(entry, "entries"), forms.title(title, needed=False)
    with database.transaction() as db:
        service.move_entries(db, visitor, retro_id, entries, None, named)
    return _done(request, retro_id)


@router.post("/moves")
def move(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    entry: Chosen = None,
    topic: Typed = "",
    title: Typed = "",
) -> Response:
    """Entries into a topic; no topic (or 'new') makes a new one."""
    entries, into = forms.chosen_ids(entry, "entries"), forms.maybe_id(topic, "a topic")
    named = forms.title(title, needed=False)
    with database.transaction() as db:
        service.move_entries(db, visitor, retro_id, entries, into, named)
    return _done(request, retro_id)


@router.post("/merges")
def merge(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    topic: Chosen = None,
    into: Typed = "",
) -> Response:
    """These topics into one."""
    topics, target = forms.chosen_ids(topic, "topics"), forms.chosen_id(into, "a topic to merge into")
    with database.transaction() as db:
        service.merge(db, visitor, retro_id, topics, target)
    return _done(request, retro_id)


@router.post("/splits")
def split(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    topic: Typed = "",
    entry: Chosen = None,
    title: Typed = "",
) -> Response:
    """Some entries of a topic into one of their own."""
    source, entries = forms.chosen_id(topic, "a topic"), forms.chosen_ids(entry, "entries")
    named = forms.title(title, needed=False)
    with database.transaction() as db:
        service.split(db, visitor, retro_id, source, entries, named)
    return _done(request, retro_id)


@router.post("/acceptances")
def accept(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    topic: Chosen = None,
    every: Typed = "",
) -> Response:
    """These proposals stay; `every`: all that are left."""
    topics = forms.chosen_ids(topic, "topics")
    with database.transaction() as db:
        service.accept(db, visitor, retro_id, None if every == "yes" else topics)
    return _done(request, retro_id)


@router.post("/refusals")
def refuse(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase, topic: Typed = "") -> Response:
    """The entries of this proposal each stand alone again."""
    chosen = forms.chosen_id(topic, "a topic")
    with database.transaction() as db:
        service.refuse(db, visitor, retro_id, chosen)
    return _done(request, retro_id)


@router.post("/undo")
def undo(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> Response:
    """The last step of grouping back."""
    with database.transaction() as db:
        service.undo(db, visitor, retro_id)
    return _done(request, retro_id)


@router.post("/voted-topics")
def choose(
    request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase, topic: Chosen = None
) -> Response:
    """Exactly these topics are put to the vote; none of them: the largest."""
    topics = forms.chosen_ids(topic, "topics")
    with database.transaction() as db:
        service.choose_for_vote(db, visitor, retro_id, topics)
    return _done(request, retro_id)


@router.post("/topics/{topic_id}/title")
def rename(
    request: Request,
    retro_id: UUID,
    topic_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    title: Typed = "",
    version: Typed = "",
) -> Response:
    named, drawn_with = forms.title(title), forms.version(version)
    try:
        with database.transaction() as db:
            service.rename(db, visitor, retro_id, topic_id, named, drawn_with)
    except StaleTopic as stale:
        return _stale(request, retro_id, stale, field="title", label="Title")
    return _done(request, retro_id)


@router.post("/topics/{topic_id}/notes")
def write_notes(
    request: Request,
    retro_id: UUID,
    topic_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    text: Typed = "",
    version: Typed = "",
) -> Response:
    written, drawn_with = forms.notes(text), forms.version(version)
    try:
        with database.transaction() as db:
            service.write_notes(db, visitor, retro_id, topic_id, written, drawn_with)
    except StaleTopic as stale:
        return _stale(request, retro_id, stale, field="text", label="Notes")
    return _done(request, retro_id)


@router.post("/topics/{topic_id}/whys")
def add_why(
    request: Request,
    retro_id: UUID,
    topic_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    text: Typed = "",
    why: Typed = "",
) -> Response:
    """One more link of the chain; with `why` (a link's id) that link is taken out instead."""
    link = forms.maybe_id(why, "a link of the chain")
    written = "" if link else forms.why(text)
    with database.transaction() as db:
        if link:
            service.remove_why(db, visitor, retro_id, topic_id, link)
        else:
            service.add_why(db, visitor, retro_id, topic_id, written)
    return _done(request, retro_id)


@router.post("/topics/{topic_id}/replies")
def reply(
    request: Request,
    retro_id: UUID,
    topic_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    department: Typed = "",
    text: Typed = "",
    version: Typed = "",
) -> Response:
    """Right of reply, spoken by the department and typed here."""
    speaker, written = forms.chosen_id(department, "a department"), forms.reply(text)
    drawn_with = forms.version(version)
    try:
        with database.transaction() as db:
            service.reply(db, visitor, retro_id, topic_id, speaker, written, drawn_with)
    except StaleTopic as stale:
        return _stale(request, retro_id, stale, field="text", label="Reply", department=str(speaker))
    return _done(request, retro_id)


@router.post("/topics/{topic_id}/about")
def about(
    request: Request,
    retro_id: UUID,
    topic_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    department: Typed = "",
) -> Response:
    """The department it is mostly about; none is an answer too."""
    chosen = forms.maybe_id(department, "a department")
    with database.transaction() as db:
        service.about(db, visitor, retro_id, topic_id, chosen)
    return _done(request, retro_id)


@router.post("/topics/{topic_id}/discussed")
def mark_discussed(
    request: Request,
    retro_id: UUID,
    topic_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    discussed: Typed = "yes",
) -> Response:
    with database.transaction() as db:
        service.mark_discussed(db, visitor, retro_id, topic_id, discussed == "yes")
    return _done(request, retro_id)


def _done(request: Request, retro_id: UUID) -> Response:
    if wants_fragment(request):
        return Response(status_code=204)
    return RedirectResponse(f"/desk/retros/{retro_id}", status_code=303)


def _stale(
    request: Request, retro_id: UUID, stale: StaleTopic, *, field: str, label: str, department: str = ""
) -> Response:
    """Both texts, and a form to send one's own again: nothing that was typed is lost."""
    context = {
        "yours": stale.yours,
        "theirs": stale.theirs,
        "version": stale.version,
        "field": field,
        "label": label,
        "department": department,
        "most": TITLE_MAX if field == "title" else None,
        "action": request.url.path,
        "back": f"/desk/retros/{retro_id}",
    }
    if not wants_fragment(request):
        return page(request, "pages/topics/rename.html", stale.status, **context)
    headers = {"Cache-Control": "no-store", "HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
    return HTMLResponse(render("fragments/topics/stale.html", context), stale.status, headers=headers)
