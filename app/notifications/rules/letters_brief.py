"""What the mail with a kick-off brief says: the whole page, for those who lead a department of a new project.

Themes, counts and promises; never the wording of an entry.
"""

from collections.abc import Sequence
from datetime import date

from app.notifications.rules.letters_promises import day_in_words, hello
from app.notifications.rules.parts import Bullets, Button, Letter, MailHeading, Paragraph, Part, Small, letter

Sections = Sequence[tuple[str, Sequence[str]]]
"""Headings, each with its lines."""


def kick_off_brief(name: str, project: str, sections: Sections, by: str, day: date, link: str) -> Letter:
    """`link` opens the page, where each line can be marked."""
    parts: list[Part] = [
        hello(name),
        Paragraph(
            f"{by} sends you the kick-off brief of “{project}”: what the departments of this project still owe each "
            "other, and what keeps coming back between them. Read it before you begin."
        ),
    ]
    for heading, lines in sections:
        parts += [MailHeading(heading), Bullets(tuple((line, "") for line in lines))]
    return letter(
        f"Kick-off brief: {project}",
        *parts,
        Button("Open the brief and mark its lines", link),
        Small(f"As of {day_in_words(day)}. The page shows what is true now, and prints on one sheet."),
    )
