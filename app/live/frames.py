"""Writes server-sent events: one message with the pieces as `<hx-partial>`s, and the pings between."""

from collections.abc import Mapping

PING = b": still here\n\n"
POLL = b"event: poll\ndata:\n\n"
"""Tells the page to close its stream for good and to ask for news instead (`hx-sse:close` in the templates)."""


def frame(version: int, pieces: Mapping[str, str]) -> bytes:
    """One unnamed message: `id` is the board's version, the data swaps each piece into the element of its name.

    Unnamed, because htmx swaps only unnamed messages (stack trap 24); the piece's name is the target's id.
    """
    data = partials(pieces)
    lines = data.replace("\r", "").split("\n")
    return "\n".join((f"id: {version}", *(f"data: {line}" for line in lines), "", "")).encode()


def version_of(message: bytes) -> int | None:
    """The version that a frame was drawn at; None for a message that says none."""
    said = message.split(b"\n", 1)[0].removeprefix(b"id: ")
    return int(said) if said.isdigit() else None


def partials(pieces: Mapping[str, str]) -> str:
    """The pieces as htmx swaps them: what a frame carries, and what polling is answered with."""
    return "".join(
        f'<hx-partial hx-target="#{name}" hx-swap="outerMorph">{html}</hx-partial>' for name, html in pieces.items()
    )
