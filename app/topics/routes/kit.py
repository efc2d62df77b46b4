"""The answers to what facilitators send. Screens are drawn elsewhere: htmx gets 204 (pieces redraw), others 303."""

from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.retros.rules.presses import ALREADY
from app.topics.rules.topic import TITLE_MAX
from app.topics.service.grouping import StaleTopic
from app.web.templating import page, render, wants_fragment


def done(request: Request, retro_id: UUID) -> Response:
    if wants_fragment(request):
        return Response(status_code=204)
    return RedirectResponse(f"/desk/retros/{retro_id}", status_code=303)


def already(request: Request, retro_id: UUID, what: str) -> Response:
    """To who pressed twice: nothing happened a second time. `what`: a word of the retros' `ALREADY`."""
    if wants_fragment(request):
        return page(request, "fragments/retros/already.html", said=ALREADY[what])
    return RedirectResponse(f"/desk/retros/{retro_id}?already={what}", status_code=303)


def stale(
    request: Request, retro_id: UUID, refused: StaleTopic, *, field: str, label: str, department: str = ""
) -> Response:
    """Both texts, and a form to send one's own again: nothing that was typed is lost."""
    context = {
        "yours": refused.yours,
        "theirs": refused.theirs,
        "version": refused.version,
        "field": field,
        "label": label,
        "department": department,
        "most": TITLE_MAX if field == "title" else None,
        "action": request.url.path,
        "back": f"/desk/retros/{retro_id}",
    }
    if not wants_fragment(request):
        return page(request, "pages/topics/rename.html", refused.status, **context)
    headers = {"Cache-Control": "no-store", "HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
    return HTMLResponse(render("fragments/topics/stale.html", context), refused.status, headers=headers)
