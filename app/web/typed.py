"""What somebody typed into a form that was refused, so that the answer can hold it. Keeps and logs nothing."""

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request

LABELS = {
    "text": "What you typed",
    "title": "Title",
    "name": "Name",
    "organisation": "Organisation",
    "done_when": "Done when",
    "reason": "Reason",
    "owner_name": "Owner",
    "sponsor_name": "Sponsor",
    "addresses": "Addresses",
}
"""Fields that hold words of people, and how the answer calls them."""

SECRETS = frozenset({"password", "present", "ticket", "move"})
"""Never sent back to a browser."""

WORTH_ANOTHER_TRY = frozenset({422, 429, 503, 507})
"""Statuses after which the same form may well be taken."""


@dataclass(frozen=True, slots=True)
class Typed:
    """`words`: (name, label, text) of what was typed, `rest`: the other fields as they came. `action` is set when it
    can be sent again from here."""

    words: tuple[tuple[str, str, str], ...]
    rest: tuple[tuple[str, str], ...]
    action: str | None


async def typed_in(request: Request, status: int) -> Typed | None:
    """None where nothing was typed, or what came cannot be read as a form."""
    if request.method != "POST":
        return None
    try:
        form = await request.form()
    except Exception:
        # It was unreadable, and somebody was told so: this is only about being kind.
        return None
    return _of(form, request.url.path if status in WORTH_ANOTHER_TRY else None)


def _of(form: FormData, action: str | None) -> Typed | None:
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    words = tuple((name, LABELS[name], value) for name, value in fields if name in LABELS and value.strip())
    if not words:
        return None
    shown = {name for name, _, _ in words}
    rest = tuple((name, value) for name, value in fields if name not in shown | SECRETS)
    whole = not any(name in SECRETS for name, _ in fields)
    return Typed(words, rest, action if whole else None)
