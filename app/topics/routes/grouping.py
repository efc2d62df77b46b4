"""What facilitators do to topics while they group: move, merge, split, name, accept, refuse, undo, choose."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from app.topics import forms
from app.topics.routes.kit import already, done, stale
from app.topics.service import changes, choosing, deciding, grouping, late
from app.topics.service.grouping import StaleTopic
from app.web.fields import Line, Word, Words
from app.web.requests import AtDesk

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.post("/topics")
def create(
    at: AtDesk,
    retro_id: UUID,
    entry: Annotated[Words | None, Form()] = None,
    title: Annotated[Line, Form()] = "",
) -> Response:
    """A new topic of these entries."""
    entries, named = forms.chosen_ids(entry, "entries"), forms.title(title, needed=False)
    with at.database.transaction() as db:
        grouping.move_entries(db, at.visitor, retro_id, entries, None, named)
    return done(at.request, retro_id)


@router.post("/moves")
def move(
    at: AtDesk,
    retro_id: UUID,
    entry: Annotated[Words | None, Form()] = None,
    topic: Annotated[Word, Form()] = "",
    title: Annotated[Line, Form()] = "",
) -> Response:
    """Entries into a topic; no topic (or 'new') makes a new one."""
    entries, into = forms.chosen_ids(entry, "entries"), forms.maybe_id(topic, "a topic")
    named = forms.title(title, needed=False)
    with at.database.transaction() as db:
        grouping.move_entries(db, at.visitor, retro_id, entries, into, named)
    return done(at.request, retro_id)


@router.post("/merges")
def merge(
    at: AtDesk,
    retro_id: UUID,
    topic: Annotated[Words | None, Form()] = None,
    into: Annotated[Word, Form()] = "",
) -> Response:
    """These topics into one."""
    topics, target = forms.chosen_ids(topic, "topics"), forms.chosen_id(into, "a topic to merge into")
    with at.database.transaction() as db:
        grouping.merge(db, at.visitor, retro_id, topics, target)
    return done(at.request, retro_id)


@router.post("/splits")
def split(
    at: AtDesk,
    retro_id: UUID,
    topic: Annotated[Word, Form()] = "",
    entry: Annotated[Words | None, Form()] = None,
    title: Annotated[Line, Form()] = "",
) -> Response:
    """Some entries of a topic into one of their own."""
    source, entries = forms.chosen_id(topic, "a topic"), forms.chosen_ids(entry, "entries")
    named = forms.title(title, needed=False)
    with at.database.transaction() as db:
        grouping.split(db, at.visitor, retro_id, source, entries, named)
    return done(at.request, retro_id)


@router.post("/acceptances")
def accept(
    at: AtDesk,
    retro_id: UUID,
    topic: Annotated[Words | None, Form()] = None,
    every: Annotated[Word, Form()] = "",
) -> Response:
    """These proposals stay; `every`: all that are left."""
    topics = forms.chosen_ids(topic, "topics")
    with at.database.transaction() as db:
        deciding.accept(db, at.visitor, retro_id, None if every == "yes" else topics)
    return done(at.request, retro_id)


@router.post("/refusals")
def refuse(at: AtDesk, retro_id: UUID, topic: Annotated[Word, Form()] = "") -> Response:
    """The entries of this proposal each stand alone again."""
    chosen = forms.chosen_id(topic, "a topic")
    with at.database.transaction() as db:
        deciding.refuse(db, at.visitor, retro_id, chosen)
    return done(at.request, retro_id)


@router.post("/late-places")
def place_late(at: AtDesk, retro_id: UUID) -> Response:
    """Everything that was added late where it seems to belong, the rest as topics of their own."""
    with at.database.transaction() as db:
        late.place_late(db, at.visitor, retro_id)
    return done(at.request, retro_id)


@router.post("/undo")
def undo(at: AtDesk, retro_id: UUID, step: Annotated[Word, Form()] = "") -> Response:
    """The last step of grouping back; `step`: the number of the one that the button named."""
    named = forms.step(step)
    with at.database.transaction() as db:
        undone = changes.undo(db, at.visitor, retro_id, named)
    return done(at.request, retro_id) if undone else already(at.request, retro_id, "undone")


@router.post("/voted-topics")
def choose(
    at: AtDesk,
    retro_id: UUID,
    topic: Annotated[Words | None, Form()] = None,
) -> Response:
    """Exactly these topics are put to the vote; none of them: the largest."""
    topics = forms.chosen_ids(topic, "topics")
    with at.database.transaction() as db:
        choosing.choose_for_vote(db, at.visitor, retro_id, topics)
    return done(at.request, retro_id)


@router.post("/topics/{topic_id}/title")
def rename(
    at: AtDesk,
    retro_id: UUID,
    topic_id: UUID,
    title: Annotated[Line, Form()] = "",
    version: Annotated[Word, Form()] = "",
) -> Response:
    named, drawn_with = forms.title(title), forms.version(version)
    try:
        with at.database.transaction() as db:
            grouping.rename(db, at.visitor, retro_id, topic_id, named, drawn_with)
    except StaleTopic as refused:
        return stale(at.request, retro_id, refused, field="title", label="Title")
    return done(at.request, retro_id)
