"""What facilitators write down of a topic while it is discussed: notes, whys, replies, what it is about."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from app.topics import forms
from app.topics.routes.kit import done, stale
from app.topics.service import discussing
from app.topics.service.grouping import StaleTopic
from app.web.fields import Prose, Word
from app.web.requests import AtDesk

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.post("/topics/{topic_id}/notes")
def write_notes(
    at: AtDesk,
    retro_id: UUID,
    topic_id: UUID,
    text: Annotated[Prose, Form()] = "",
    version: Annotated[Word, Form()] = "",
) -> Response:
    written, drawn_with = forms.notes(text), forms.version(version)
    try:
        with at.database.transaction() as db:
            discussing.write_notes(db, at.visitor, retro_id, topic_id, written, drawn_with)
    except StaleTopic as refused:
        return stale(at.request, retro_id, refused, field="text", label="Notes")
    return done(at.request, retro_id)


@router.post("/topics/{topic_id}/whys")
def add_why(
    at: AtDesk,
    retro_id: UUID,
    topic_id: UUID,
    text: Annotated[Prose, Form()] = "",
    why: Annotated[Word, Form()] = "",
) -> Response:
    """One more link of the chain; with `why` (a link's id) that link is taken out instead."""
    link = forms.maybe_id(why, "a link of the chain")
    written = "" if link else forms.why(text)
    with at.database.transaction() as db:
        if link:
            discussing.remove_why(db, at.visitor, retro_id, topic_id, link)
        else:
            discussing.add_why(db, at.visitor, retro_id, topic_id, written)
    return done(at.request, retro_id)


@router.post("/topics/{topic_id}/replies")
def reply(
    at: AtDesk,
    retro_id: UUID,
    topic_id: UUID,
    department: Annotated[Word, Form()] = "",
    text: Annotated[Prose, Form()] = "",
    version: Annotated[Word, Form()] = "",
) -> Response:
    """Right of reply, spoken by the department and typed here."""
    speaker, written = forms.chosen_id(department, "a department"), forms.reply(text)
    drawn_with = forms.version(version)
    try:
        with at.database.transaction() as db:
            discussing.reply(db, at.visitor, retro_id, topic_id, speaker, written, drawn_with)
    except StaleTopic as refused:
        return stale(at.request, retro_id, refused, field="text", label="Reply", department=str(speaker))
    return done(at.request, retro_id)


@router.post("/topics/{topic_id}/about")
def about(
    at: AtDesk,
    retro_id: UUID,
    topic_id: UUID,
    department: Annotated[Word, Form()] = "",
) -> Response:
    """The department it is mostly about; none is an answer too."""
    chosen = forms.maybe_id(department, "a department")
    with at.database.transaction() as db:
        discussing.about(db, at.visitor, retro_id, topic_id, chosen)
    return done(at.request, retro_id)


@router.post("/topics/{topic_id}/discussed")
def mark_discussed(
    at: AtDesk,
    retro_id: UUID,
    topic_id: UUID,
    discussed: Annotated[Word, Form()] = "yes",
) -> Response:
    with at.database.transaction() as db:
        discussing.mark_discussed(db, at.visitor, retro_id, topic_id, discussed == "yes")
    return done(at.request, retro_id)
