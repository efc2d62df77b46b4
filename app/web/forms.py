"""Reads form fields into plain values, collecting one sentence for each field that needs another look."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.core import texts
from app.core.errors import Invalid


@dataclass
class Problems:
    """Sentences by field name; a template shows each beside its field."""

    by_field: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, sentence: str) -> None:
        self.by_field.setdefault(name, sentence)

    def __bool__(self) -> bool:
        return bool(self.by_field)

    def get(self, name: str) -> str | None:
        return self.by_field.get(name)

    @property
    def by_id(self) -> dict[str, str]:
        """Sentences by the id of their field, for the summary on top of a form."""
        return {f"field-{name}": sentence for name, sentence in self.by_field.items()}


class InvalidForm(Invalid):
    """A form with problems; the route shows it again with what was typed."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__(next(iter(problems.by_field.values()), None))


def one_line(value: str, *, most: int, problems: Problems, name: str, label: str, needed: bool = True) -> str:
    """A single line: normalised (NFC), trimmed, no control characters, at most `most` characters."""
    text = texts.one_line(value)
    return _checked(text, most=most, problems=problems, name=name, label=label, needed=needed)


def paragraph(value: str, *, most: int, problems: Problems, name: str, label: str, needed: bool = True) -> str:
    """Several lines: as `one_line`, but line breaks stay."""
    text = texts.composed(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    return _checked(text, most=most, problems=problems, name=name, label=label, needed=needed)


def identifier(value: str, *, problems: Problems, name: str, label: str, needed: bool = True) -> UUID | None:
    """A row's id out of a form, or None."""
    if not value:
        if needed:
            problems.add(name, f"Please choose {label}.")
        return None
    try:
        return UUID(value)
    except ValueError:
        problems.add(name, f"Please choose {label} again: this one is not known.")
        return None


def calendar_day(value: str, *, problems: Problems, name: str, label: str, needed: bool = True) -> date | None:
    """A date as browsers send it (YYYY-MM-DD), between 1990 and 2100."""
    if not value.strip():
        if needed:
            problems.add(name, f"Please give {label}.")
        return None
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2100:
        problems.add(name, f"Please give {label} as a date, such as 2026-03-31.")
        return None
    return day


def whole_number(
    value: str, *, least: int, most: int, problems: Problems, name: str, label: str, needed: bool = True
) -> int | None:
    """A whole number between `least` and `most`."""
    text = value.strip()
    if not text:
        if needed:
            problems.add(name, f"Please give {label}.")
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most):
        problems.add(name, f"Please give {label} as a number from {least} to {most}.")
        return None
    return int(text)


def _checked(text: str, *, most: int, problems: Problems, name: str, label: str, needed: bool) -> str:
    if needed and not text:
        problems.add(name, f"Please give {label}.")
    elif len(text) > most:
        problems.add(name, f"This has {len(text)} characters; {most} fit.")
    elif any(unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" for c in text):
        problems.add(name, "This holds a character that cannot be shown. Please type it again.")
    return text
