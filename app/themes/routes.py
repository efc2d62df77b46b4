"""Putting themes in order: the review queue, the page of one theme's topics, and each decision as a post."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.core.errors import Invalid, NotFound
from app.departments.queries import local_day
from app.people.rules import Visitor
from app.themes import queries, service
from app.themes.forms import NEW, REVIEW, WHOLE, chosen, read_name, way_back
from app.themes.forms import theme_id as parse_theme
from app.themes.queries import may_correct
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.templating import page

router = APIRouter(prefix="/desk/themes")

Typed = Annotated[str, Form()]
Chosen = Annotated[list[str] | None, Form()]
FOUND_MOST = 8
CHOICES_MOST = 50


class Ticked(NamedTuple):
    """What the form of a theme's topics held."""

    topics: list[str]
    name: str


@router.get("/review")
def review(
    request: Request, visitor: SignedIn, database: TheDatabase, topic: UUID | None = None, search: str = ""
) -> HTMLResponse:
    """What the machine is unsure of; `topic`: the one on top, for which `search` finds other themes."""
    with database.reading() as db:
        _must_be_allowed(visitor)
        found = queries.review(db, visitor, topic)
        around = _around(db, search)
    return page(request, "pages/themes/review.html", found=found, asked=topic, search=search, **around)


@router.post("/placements")
def place(
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    topic: Chosen = None,
    theme: Typed = "",
    name: Typed = "",
    back: Typed = "",
) -> Response:
    """These topics belong into this theme; `new`: into one of their own; none: where they are is right."""
    topics, named = chosen(topic), read_name(name, needed=False)
    with database.transaction() as db:
        if theme == NEW:
            service.start_new(db, visitor, topics, named, clock.now())
        elif theme:
            service.move(db, visitor, topics, parse_theme(theme), clock.now())
        else:
            service.confirm(db, visitor, topics, clock.now())
    return RedirectResponse(way_back(back, REVIEW), status_code=303)


@router.post("/merges")
def merge(
    visitor: SignedIn, database: TheDatabase, clock: TheClock, theme: Typed = "", into: Typed = "", back: Typed = ""
) -> Response:
    one, other = parse_theme(theme), parse_theme(into)
    with database.transaction() as db:
        service.merge(db, visitor, one, other, clock.now())
    return RedirectResponse(way_back(back, f"/desk/themes/{other}/edit"), status_code=303)


@router.post("/distinctions")
def keep_apart(
    visitor: SignedIn, database: TheDatabase, clock: TheClock, theme: Typed = "", other: Typed = ""
) -> Response:
    one, second = parse_theme(theme), parse_theme(other)
    with database.transaction() as db:
        service.keep_apart(db, visitor, one, second, clock.now())
    return RedirectResponse(REVIEW, status_code=303)


@router.post("/partings")
def part(
    visitor: SignedIn, database: TheDatabase, clock: TheClock, theme: Typed = "", answer: Typed = ""
) -> Response:
    """What is suggested to leave a theme becomes one of its own; `whole`: never, it is one thing."""
    one = parse_theme(theme)
    with database.transaction() as db:
        topics, name = queries.leaving(db, one)
        if answer == WHOLE:
            service.keep_whole(db, visitor, one, clock.now())
        else:
            service.split(db, visitor, one, topics, "", clock.now(), called=name)
    return RedirectResponse(REVIEW, status_code=303)


@router.post("/kept-names")
def keep_name(visitor: SignedIn, database: TheDatabase, clock: TheClock, theme: Typed = "") -> Response:
    """The name that a theme has is right, whatever was suggested."""
    with database.transaction() as db:
        service.keep_name(db, visitor, parse_theme(theme), clock.now())
    return RedirectResponse(REVIEW, status_code=303)


@router.post("/undo")
def undo(visitor: SignedIn, database: TheDatabase, back: Typed = "") -> Response:
    """The last decision back."""
    with database.transaction() as db:
        service.undo(db, visitor)
    return RedirectResponse(way_back(back, REVIEW), status_code=303)


@router.get("/{theme_id}/edit")
def edit(
    request: Request,
    theme_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    search: str = "",
    page_number: int = 1,
) -> Response:
    """A theme's topics by retro, and everything that can be done with them."""
    return _edit_page(request, visitor, database, theme_id, search, number=max(1, min(page_number, 1000)))


@router.post("/{theme_id}/topics")
def sort_topics(
    request: Request,
    theme_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    topic: Chosen = None,
    into: Typed = "",
    name: Typed = "",
) -> Response:
    """Chosen topics of this theme go into another, or (`new`) become one of their own."""
    try:
        topics, named = chosen(topic), read_name(name, needed=False)
        with database.transaction() as db:
            target = _sorted(db, visitor, theme_id, topics, into, named, clock)
    except Invalid as problem:
        ticked = Ticked(topic or [], name)
        return _edit_page(request, visitor, database, theme_id, problem=problem, ticked=ticked)
    return RedirectResponse(f"/desk/themes/{target}/edit", status_code=303)


@router.post("/{theme_id}/name")
def rename(
    request: Request,
    theme_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    name: Typed = "",
    back: Typed = "",
) -> Response:
    try:
        named = read_name(name)
    except Invalid as problem:
        return _edit_page(request, visitor, database, theme_id, problem=problem, typed=name)
    with database.transaction() as db:
        service.rename(db, visitor, theme_id, named, clock.now())
    return RedirectResponse(way_back(back, f"/desk/themes/{theme_id}/edit"), status_code=303)


@router.post("/{theme_id}/closing")
def close(
    theme_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock, inconclusive: Typed = ""
) -> Response:
    with database.transaction() as db:
        today = local_day(db, clock.now())
        service.close(db, visitor, theme_id, today, bool(inconclusive), clock.now())
    return RedirectResponse(f"/desk/themes/{theme_id}/edit", status_code=303)


@router.post("/{theme_id}/reopening")
def reopen(theme_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> Response:
    with database.transaction() as db:
        service.reopen(db, visitor, theme_id, clock.now())
    return RedirectResponse(f"/desk/themes/{theme_id}/edit", status_code=303)


def _sorted(
    db: Session, visitor: Visitor, theme_id: UUID, topics: list[UUID], into: str, name: str, clock: TheClock
) -> UUID:
    if not into or into == NEW:
        return service.split(db, visitor, theme_id, topics, name, clock.now())
    target = parse_theme(into)
    service.move(db, visitor, topics, target, clock.now())
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
        _must_be_allowed(visitor)
        found = queries.theme(db, theme_id, for_=visitor)
        if found.id != theme_id:
            return RedirectResponse(f"/desk/themes/{found.id}/edit", status_code=303)
        if not queries.may_correct_theme(db, visitor, found.id):
            raise NotFound
        shown = queries.topics_of_theme(db, found.id, visitor, number)
        around = _around(db, search, found.id)
    return page(
        request,
        "pages/themes/edit.html",
        422 if problem else 200,
        theme=found,
        topics=shown.topics,
        pages=shown,
        search=search,
        problem=_beside(problem, ticked is not None),
        ticked=ticked.topics if ticked else [],
        split_name=ticked.name if ticked else "",
        typed=found.name if typed is None else typed,
        **around,
    )


def _beside(problem: Invalid | None, sorting: bool) -> dict[str, str]:
    """The sentence by the field that it stands beside."""
    if problem is None:
        return {}
    field = problem.field or "topic"
    return {"split-name" if sorting and field == "name" else field: problem.sentence}


def _around(db: Session, search: str, but: UUID | None = None) -> dict[str, Any]:
    """Themes to choose from: those found, else those of most retros; and what undo would take back."""
    choices = queries.themes(db, search, but, FOUND_MOST if search else CHOICES_MOST)
    return {"choices": choices, "last_change": queries.last_change(db)}


def _must_be_allowed(visitor: Visitor) -> None:
    if not may_correct(visitor):
        raise service.NotYourThemes
