"""What a promise must say before it is one: required fields, the gentle title check, the limit per retro; pure."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from app.actions.rules.kinds import ActionKind, ActionScope, Cause, Priority

PER_RETRO = 5
TITLE_MAX = 160
DONE_WHEN_MAX = 400
NAME_MAX = 120
EMAIL_MAX = 254
LINK_MAX = 500
REASON_MAX = 400


@dataclass(frozen=True, slots=True)
class Fields:
    """Everything people type about an action. Empty text and None mean: not said yet."""

    title: str
    kind: str = ActionKind.ACTION
    done_when: str = ""
    owner_id: UUID | None = None
    owner_name: str = ""
    owner_email: str = ""
    providing_department_id: UUID | None = None
    requesting_department_id: UUID | None = None
    due_on: date | None = None
    priority: str = Priority.NORMAL
    cause: str = ""
    scope: str = ActionScope.JOINT
    sponsor_name: str = ""
    sponsor_email: str = ""
    dimension: str = ""
    review_on: date | None = None
    external_link: str = ""
    topic_id: UUID | None = None
    bridge: str = ""


def missing(fields: Fields) -> dict[str, str]:
    """Field name -> one sentence, for each required field that says nothing yet."""
    needed: list[tuple[str, bool, str]] = [
        ("title", bool(fields.title), "Give it a title that starts with a verb."),
        ("done_when", bool(fields.done_when), "Say in one sentence when it is done."),
        ("owner", _has_owner(fields), "Name exactly one owner: an account, or a name with a mail address."),
        (
            "providing_department",
            fields.providing_department_id is not None,
            "Choose who provides it.",
        ),
        (
            "requesting_department",
            fields.requesting_department_id is not None,
            "Choose who asks for it.",
        ),
        (
            "requesting_department",
            not _agrees_with_itself(fields),
            "An agreement is between two departments: choose two different ones.",
        ),
        ("due_on", fields.due_on is not None, "Set the day by which it is due."),
        ("cause", bool(fields.cause), "Choose what it does about the cause."),
        (
            "sponsor_name",
            fields.scope != ActionScope.ABOVE_US or bool(fields.sponsor_name),
            "It is above these departments: name the sponsor who can decide it.",
        ),
    ]
    return {name: sentence for name, said, sentence in needed if not said}


NO_LINK = "A link starts with https:// or http://."


def is_link(text: str) -> bool:
    """Whether this is an address of the web: http or https, with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _has_owner(fields: Fields) -> bool:
    return fields.owner_id is not None or (bool(fields.owner_name) and bool(fields.owner_email))


def _agrees_with_itself(fields: Fields) -> bool:
    if fields.kind != ActionKind.AGREEMENT or fields.providing_department_id is None:
        return False
    return fields.providing_department_id == fields.requesting_department_id


def with_usual_cause(fields: Fields) -> Fields:
    """An agreement or a bridge needs no other cause than being one."""
    if fields.cause:
        return fields
    usual = {ActionKind.AGREEMENT: Cause.AGREEMENT, ActionKind.BRIDGE: Cause.BRIDGE}
    return replace(fields, cause=usual.get(ActionKind(fields.kind), ""))


_HARDLY_VERBS = """
a an the this that these those our your their my its his her we they i you he she it there here no not more less
better good bad new all some every each and or but in on at for of to from with by as if when
"""
_NOT_VERBS = frozenset(_HARDLY_VERBS.split())


def title_advice(title: str) -> str | None:
    """A gentle sentence when a title hardly starts with a verb; None when it may. Never blocks."""
    words = title.split()
    if not words:
        return None
    first = words[0].strip("\"'().,:;!?").lower()
    if first in _NOT_VERBS or first.endswith(("tion", "ness", "ment", "ity")) or len(words) == 1:
        return "A title that starts with a verb is easier to keep, such as “Send page proofs two days earlier”."
    return None


def is_beyond_limit(captured: int) -> bool:
    """Whether one more on top of `captured` needs the visible override (at most 5 per retro)."""
    return captured >= PER_RETRO


WORDING = ("title", "done_when", "external_link")


def changes_only_wording(before: Fields, after: Fields) -> bool:
    """Whether nothing but the wording differs: all that may be mended once the retro is closed."""
    return replace(before, **{name: getattr(after, name) for name in WORDING}) == after
