"""What the weekly digest says: one list for each thing that waits, and nothing where nothing waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.notifications.rules.letters_promises import hello
from app.notifications.rules.parts import Bullets, Button, Letter, MailHeading, Paragraph, Part, letter


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One line: a promise or an agreement, with its day and where it is found."""

    title: str
    day: date | None
    other: str
    link: str


@dataclass(frozen=True, slots=True)
class Section:
    """`items` are the first of `count`, the most urgent ones."""

    heading: str
    items: Sequence[DigestItem]
    count: int


def digest(name: str, day: date, sections: Sequence[Section], desk: str) -> Letter | None:
    """The week at a glance; None when there is nothing to say."""
    told = [one for one in sections if one.count]
    if not told:
        return None
    parts: list[Part] = [hello(name), Paragraph("This waits for you and your departments:")]
    for section in told:
        parts += [
            MailHeading(f"{section.heading} ({section.count})"),
            Bullets(tuple(_line(one) for one in section.items)),
        ]
        if section.count > len(section.items):
            parts.append(Paragraph(f"… and {section.count - len(section.items)} more at the desk."))
    return letter(f"Your week from {day.day} {day:%B}", *parts, Button("Open the desk", desk))


def _line(item: DigestItem) -> tuple[str, str]:
    facts = [one for one in (item.other, f"{item.day.day} {item.day:%B}" if item.day else "") if one]
    return (f"{item.title} ({', '.join(facts)})" if facts else item.title), item.link
