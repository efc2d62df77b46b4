"""Turns templates and frozen views into HTML; the templates never query."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.web.stylesheets import joined

PROJECT = Path(__file__).resolve().parents[2]
BUNDLED = Path(__file__).resolve().parents[1] / "_bundled"


def folder(name: str) -> Path:
    """`templates`, `static` or `alembic`: inside an installed wheel, else beside the package."""
    bundled = BUNDLED / name
    return bundled if bundled.is_dir() else PROJECT / name


@cache
def environment() -> Environment:
    """The one Jinja environment: everything is escaped, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static_url"] = static_url
    return made


def render(template: str, context: Mapping[str, Any]) -> str:
    """HTML of a template without a request (pieces, mails, documents)."""
    return environment().get_template(template).render(context)


def page(request: Request, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
    """A whole page. Every page knows `visitor` (or None) and `path`."""
    state = request.state
    everywhere = {"visitor": getattr(state, "visitor", None), "path": request.url.path}
    html = render(template, {**everywhere, **context})
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store", "Vary": "HX-Request"})


def wants_fragment(request: Request) -> bool:
    """Whether htmx asked, so that a fragment is the answer."""
    return request.headers.get("HX-Request") == "true"


@cache
def static_url(path: str) -> str:
    """Address of a static file with the hash of its contents, so that it may be cached for ever."""
    static = folder("static")
    content = joined(path, static) or (static / path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return f"/static/{path}?v={digest}"
