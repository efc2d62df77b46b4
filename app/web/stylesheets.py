"""One stylesheet an audience: the files of static/css, a subject each, joined in their order.

A phone in the room loads what the room is made of and nothing of the desk. `css/print.css` is one file already, and
the style page adds what only it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

EVERYWHERE = (
    "tokens", "base", "layouts", "structure", "buttons", "forms", "departments", "entries", "stages", "data",
    "feedback",
)  # fmt: skip
AUDIENCES: Mapping[str, tuple[str, ...]] = {
    "styles-room.css": (*EVERYWHERE, "agreements", "board", "tickets"),
    "styles-desk.css": (
        *EVERYWHERE, "one-click", "follow-up", "letters", "webhooks", "instructions", "agreements", "pictures",
        "loading", "briefs", "history", "friction", "evidence", "themes", "desk", "tickets",
    ),
}  # fmt: skip
"""Address below /static: files of static/css. In a layer what comes later wins. No page of the room says "/desk"."""


def joined(path: str, static: Path) -> bytes | None:
    """What is served at this path of /static, if it is a stylesheet of an audience."""
    return _joined(path, static) if path in AUDIENCES else None


@cache
def _joined(path: str, static: Path) -> bytes:
    return b"\n".join((static / "css" / f"{name}.css").read_bytes() for name in AUDIENCES[path])
