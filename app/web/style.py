"""The living style page: every macro with made-up contents. It reads no database and knows nobody."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import segno
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from app.web.templating import page

router = APIRouter(include_in_schema=False)

NAMES = ("Editorial", "Production", "Marketing", "Rights", "Sales", "IT")
MORE_NAMES = ("Legal", "Finance", "Design", "Audio", "Press & Events", "Warehouse")
ADDRESS = "http://fencepost.example/r/K7QM2VXD"


@router.get("/style", response_class=HTMLResponse)
def show(request: Request) -> HTMLResponse:
    """Everything the pages are made of, drawn by the macros the pages use."""
    return page(request, "pages/style/show.html", **example(request.app.state.clock.now()))


def example(now: datetime) -> Mapping[str, Any]:
    """What the style page shows; clocks run from `now` (aware)."""
    departments = [{"id": f"d{n}", "name": name, "index": n} for n, name in enumerate(NAMES + MORE_NAMES)]
    picture = segno.make(ADDRESS, error="m").svg_inline(omitsize=True, border=2)
    return {
        "departments": departments,
        "now": now,
        "soon": now + timedelta(minutes=18, seconds=20),
        "very_soon": now + timedelta(seconds=42),
        "past": now - timedelta(minutes=2),
        "due": date(2027, 1, 18),
        "address": ADDRESS,
        # Drawn by our own code from a fixed address.
        "picture": Markup(picture),  # noqa: S704  (drawn by segno)
    }
