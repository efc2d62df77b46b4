"""The page of one theme's topics, and what is decided there: where they go, its name, whether it is over."""

from __future__ import annotations

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from app.core.errors import Invalid, NotFound
from app.departments.queries import local_day
from app.meaning.queries import kinds_shown
from app.people.rules import Visitor
from app.themes.forms import NEW, chosen, read_name, way_back
from app.themes.forms import theme_id as parse_theme
from app.themes.queries import rights, themes
from app.themes.routes.kit import around, must_be_allowed
from app.themes.service import correcting_themes, correcting_topics
from app.web.deps import TheClock, TheDatabase
from app.web.fields import Line, Word, Words
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/themes")


class Ticked(NamedTuple):
    """What the form of a theme's topics held."""

    topics: list[str]
    name: str


@router.get("/{theme_id}/edit")
def edit(
    at: AtDesk,
    theme_id: UUID,
    search: str = "",
    page_number: int = 1,
) -> Response:
    """A theme's topics by retro, and everything that can be done with them."""
    return _edit_page(at.request, at.visitor, at.database, theme_id, search, number=max(1, min(page_number, 1000)))


@router.post("/{theme_id}/topics")
def sort_topics(
    at: AtDesk,
    theme_id: UUID,
    topic: Annotated[Words | None, Form()] = None,
    into: Annotated[Word, Form()] = "",
    name: Annotated[Line, Form()] = "",
) -> Response:
    """Chosen topics of this theme go into another, or (`new`) become one of their own."""
    try:
        topics, named = chosen(topic), read_name(name, needed=False)
        with at.database.transaction() as db:
            target = _sorted(db, at.visitor, theme_id, topics, into, named, at.clock)
    except Invalid as problem:
        ticked = Ticked(topic or [], name)
        return _edit_page(at.request, at.visitor, at.database, theme_id, problem=problem, ticked=ticked)
    return RedirectResponse(f"/desk/themes/{target}/edit", status_code=303)


@router.post("/{theme_id}/name")
def rename(
    at: AtDesk,
    theme_id: UUID,
    name: Annotated[Line, Form()] = "",
    back: Annotated[Line, Form()] = "",
) -> Response:
    try:
        named = read_name(name)
    except Invalid as problem:
        return _edit_page(at.request, at.visitor, at.database, theme_id, problem=problem, typed=name)
    with at.database.transaction() as db:
        correcting_themes.rename(db, at.visitor, theme_id, named, at.now)
    return RedirectResponse(way_back(back, f"/desk/themes/{theme_id}/edit"), status_code=303)


@router.post("/{theme_id}/kind")
def sort(
    at: AtDesk,
    theme_id: UUID,
    kind: Annotated[Word, Form()] = "",
) -> Response:
    """Which kind of friction it is."""
    try:
        with at.database.transaction() as db:
            correcting_themes.sort(db, at.visitor, theme_id, kind, at.now)
    except Invalid as problem:
        return _edit_page(at.request, at.visitor, at.database, theme_id, problem=problem)
    return RedirectResponse(f"/desk/themes/{theme_id}/edit#whole", status_code=303)


@router.post("/{theme_id}/closing")
def close(
    at: AtDesk,
    theme_id: UUID,
    inconclusive: Annotated[Word, Form()] = "",
) -> Response:
    with at.database.transaction() as db:
        today = local_day(db, at.now)
        correcting_themes.close(db, at.visitor, theme_id, today, bool(inconclusive), at.now)
    return RedirectResponse(f"/desk/themes/{theme_id}/edit", status_code=303)


@router.post("/{theme_id}/reopening")
def reopen(at: AtDesk, theme_id: UUID) -> Response:
    with at.database.transaction() as db:
        correcting_themes.reopen(db, at.visitor, theme_id, at.now)
    return RedirectResponse(f"/desk/themes/{theme_id}/edit", status_code=303)


def _sorted(
    db: Session, visitor: Visitor, theme_id: UUID, topics: list[UUID], into: str, name: str, clock: TheClock
) -> UUID:
    if not into or into == NEW:
        return correcting_topics.split(db, visitor, theme_id, topics, name, clock.now())
    target = parse_theme(into)
    correcting_topics.move(db, visitor, topics, target, clock.now())
    return theme_id


def _edit_page(
    request: Request,
    visitor: Visitor,
    database: TheDatabase,
    theme_id: UUID,
    search: str = "",
    problem: Invalid | None = None,
    ticked: Ticked | None = None,
    typed: str | None = None,
    number: int = 1,
) -> Response:
    """As it is, or (`problem`) with what was ticked and typed and cannot be done."""
    with database.reading() as db:
        must_be_allowed(visitor)
        found = themes.theme(db, theme_id, for_=visitor)
        if found.id != theme_id:
            return RedirectResponse(f"/desk/themes/{found.id}/edit", status_code=303)
        if not rights.may_correct_theme(db, visitor, found.id):
            raise NotFound
        shown = themes.topics_of_theme(db, found.id, visitor, number)
        beside, sorts = around(db, visitor, search, found.id), kinds_shown(db).kinds
    return page(
        request,
        "pages/themes/edit.html",
        422 if problem else 200,
        theme=found,
        kinds=[(one.key, one.name) for one in sorts if not one.retired or one.key == found.kind],
        topics=shown.topics,
        pages=shown,
        search=search,
        problem=_beside(problem, ticked is not None),
        ticked=ticked.topics if ticked else [],
        split_name=ticked.name if ticked else "",
        typed=found.name if typed is None else typed,
        **beside,
    )


def _beside(problem: Invalid | None, sorting: bool) -> dict[str, str]:
    """The sentence by the field that it stands beside."""
    if problem is None:
        return {}
    field = problem.field or "topic"
    return {"split-name" if sorting and field == "name" else field: problem.sentence}
