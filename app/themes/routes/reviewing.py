"""The review queue: what the machine is unsure of, each answer a post, and the last one taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.themes.forms import NEW, REVIEW, WHOLE, chosen, read_name, way_back
from app.themes.forms import theme_id as parse_theme
from app.themes.queries import review as review_queries
from app.themes.queries import suggestions
from app.themes.routes.kit import around, must_be_allowed
from app.themes.rules.naming import ProposedName
from app.themes.service import correcting_themes, correcting_topics, deciding
from app.web.fields import Line, Word, Words
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/themes")


@router.get("/review")
def review(at: AtDesk, topic: UUID | None = None, search: str = "") -> HTMLResponse:
    """What the machine is unsure of; `topic`: the one on top, for which `search` finds other themes."""
    with at.database.reading() as db:
        must_be_allowed(at.visitor)
        found = review_queries.review(db, at.visitor, topic)
        beside = around(db, at.visitor, search)
    return page(at.request, "pages/themes/review.html", found=found, asked=topic, search=search, **beside)


@router.post("/placements")
def place(
    at: AtDesk,
    topic: Annotated[Words | None, Form()] = None,
    theme: Annotated[Word, Form()] = "",
    name: Annotated[Line, Form()] = "",
    back: Annotated[Line, Form()] = "",
) -> Response:
    """These topics belong into this theme; `new`: into one of their own; none: where they are is right."""
    topics, named = chosen(topic), read_name(name, needed=False)
    with at.database.transaction() as db:
        if theme == NEW:
            correcting_topics.start_new(db, at.visitor, topics, named, at.now)
        elif theme:
            correcting_topics.move(db, at.visitor, topics, parse_theme(theme), at.now)
        else:
            correcting_topics.confirm(db, at.visitor, topics, at.now)
    return RedirectResponse(way_back(back, REVIEW), status_code=303)


@router.post("/merges")
def merge(
    at: AtDesk,
    theme: Annotated[Word, Form()] = "",
    into: Annotated[Word, Form()] = "",
    back: Annotated[Line, Form()] = "",
) -> Response:
    one, other = parse_theme(theme), parse_theme(into)
    with at.database.transaction() as db:
        correcting_themes.merge(db, at.visitor, one, other, at.now)
    return RedirectResponse(way_back(back, f"/desk/themes/{other}/edit"), status_code=303)


@router.post("/distinctions")
def keep_apart(
    at: AtDesk,
    theme: Annotated[Word, Form()] = "",
    other: Annotated[Word, Form()] = "",
) -> Response:
    one, second = parse_theme(theme), parse_theme(other)
    with at.database.transaction() as db:
        correcting_themes.keep_apart(db, at.visitor, one, second, at.now)
    return RedirectResponse(REVIEW, status_code=303)


@router.post("/partings")
def part(
    at: AtDesk,
    theme: Annotated[Word, Form()] = "",
    answer: Annotated[Word, Form()] = "",
) -> Response:
    """What is suggested to leave a theme becomes one of its own; `whole`: never, it is one thing."""
    one = parse_theme(theme)
    with at.database.transaction() as db:
        topics, name, sources = suggestions.leaving(db, one)
        if answer == WHOLE:
            correcting_themes.keep_whole(db, at.visitor, one, at.now)
        else:
            correcting_topics.split(db, at.visitor, one, topics, "", at.now, ProposedName(name, sources))
    return RedirectResponse(REVIEW, status_code=303)


@router.post("/kept-names")
def keep_name(at: AtDesk, theme: Annotated[Word, Form()] = "") -> Response:
    """The name that a theme has is right, whatever was suggested."""
    with at.database.transaction() as db:
        correcting_themes.keep_name(db, at.visitor, parse_theme(theme), at.now)
    return RedirectResponse(REVIEW, status_code=303)


@router.post("/undo")
def undo(at: AtDesk, back: Annotated[Line, Form()] = "") -> Response:
    """The last decision back."""
    with at.database.transaction() as db:
        deciding.undo(db, at.visitor)
    return RedirectResponse(way_back(back, REVIEW), status_code=303)
