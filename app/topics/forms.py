"""Reads what facilitators send about topics: ids they chose, titles and texts they typed."""

from collections.abc import Sequence
from uuid import UUID

from app.topics.rules.topic import NOTES_MAX, REPLY_MAX, TITLE_MAX, WHY_MAX
from app.web.forms import InvalidForm, Problems, identifier, one_line, paragraph, whole_number

VERSION_MOST = 9_999_999


def chosen_ids(values: Sequence[str] | None, label: str) -> list[UUID]:
    """Ids of what was chosen, each once. Raises InvalidForm for one that cannot be an id."""
    problems = Problems()
    found = [identifier(value, problems=problems, name="chosen", label=label) for value in values or [] if value]
    _refuse(problems)
    return [one for one in dict.fromkeys(found) if one is not None]


def chosen_id(value: str, label: str) -> UUID:
    """One id that must be there. Raises InvalidForm."""
    found = maybe_id(value, label)
    if found is None:
        problems = Problems()
        problems.add("chosen", f"Please choose {label}.")
        raise InvalidForm(problems)
    return found


def maybe_id(value: str, label: str) -> UUID | None:
    """One id, or None where nothing was chosen ('new' too). Raises InvalidForm."""
    problems = Problems()
    wanted = "" if value == "new" else value
    found = identifier(wanted, problems=problems, name="chosen", label=label, needed=False)
    _refuse(problems)
    return found


def step(value: str) -> int | None:
    """The number of the step that a button names; None where it names none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= len(str(VERSION_MOST)) else None


def title(value: str, needed: bool = True) -> str:
    """A topic's title in one line. Raises InvalidForm."""
    problems = Problems()
    read = one_line(value, most=TITLE_MAX, problems=problems, name="title", label="a title", needed=needed)
    _refuse(problems)
    return read


def notes(value: str) -> str:
    """Notes of several lines; may be emptied. Raises InvalidForm."""
    problems = Problems()
    read = paragraph(value, most=NOTES_MAX, problems=problems, name="text", label="notes", needed=False)
    _refuse(problems)
    return read


def why(value: str) -> str:
    """One link of a why-chain. Raises InvalidForm."""
    problems = Problems()
    read = one_line(value, most=WHY_MAX, problems=problems, name="text", label="an answer to “why?”")
    _refuse(problems)
    return read


def reply(value: str) -> str:
    """What a department replies; empty takes it back. Raises InvalidForm."""
    problems = Problems()
    read = paragraph(value, most=REPLY_MAX, problems=problems, name="text", label="the reply", needed=False)
    _refuse(problems)
    return read


def version(value: str) -> int:
    """The version that the form was drawn with; 0 for something new. Raises InvalidForm."""
    problems = Problems()
    read = whole_number(
        value or "0", least=0, most=VERSION_MOST, problems=problems, name="version", label="the version"
    )
    _refuse(problems)
    return read or 0


def _refuse(problems: Problems) -> None:
    if problems:
        raise InvalidForm(problems)
