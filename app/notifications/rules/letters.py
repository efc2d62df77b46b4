"""What mails about invitations and outcomes say. Knows names, titles and links; never a seat or an entry."""

from collections.abc import Sequence

from app.notifications.rules.kinds import KIND_WORDS, Kind
from app.notifications.rules.parts import Bullets, Button, Letter, Link, Paragraph, Part, Small, letter

UNEXPECTED = "If you did not expect this, you can leave it alone."


def invitation(organisation: str, name: str, link: str, days: int) -> Letter:
    """Sets a first password. The link opens a page; the button there does it, so mail scanners do no harm."""
    return letter(
        f"Your invitation to Fencepost at {organisation}",
        Paragraph(f"Hello {name},"),
        Paragraph(
            f"You are invited to Fencepost, where {organisation} looks back on joint projects and keeps track of "
            "what departments promise each other."
        ),
        Button("Choose a password", link, is_personal=True),
        Paragraph(f"The link works once, for {days} days."),
        Small(UNEXPECTED),
    )


def new_password(name: str, link: str, days: int) -> Letter:
    """Sets another password; the old one works until then."""
    return letter(
        "A new password for Fencepost",
        Paragraph(f"Hello {name},"),
        Paragraph("A link to choose a new password was made for you."),
        Button("Choose a new password", link, is_personal=True),
        Paragraph(f"The link works once, for {days} days. Your present password works until then."),
        Small(UNEXPECTED),
    )


def outcome_is_ready(name: str, retro: str, project: str, link: str, actions: Sequence[str]) -> Letter:
    """Told to the departments that took part and the owners of actions, when the retro is closed."""
    return letter(
        f"Outcome: {retro}",
        Paragraph(f"Hello {name},"),
        Paragraph(f"The retro “{retro}” of the project “{project}” is closed."),
        Button("See what it came to", link),
        Paragraph("Asked for in it:" if actions else "No action was asked for in it."),
        Bullets(tuple((one, "") for one in actions)) if actions else None,
        Small("The page says no more about people than the screen in the room did."),
    )


def foot(organisation: str, kind: Kind | None, off: str, settings: str) -> tuple[Part, ...]:
    """What stands below every mail of a kind that can be switched off; nothing below the others."""
    if kind is None:
        return ()
    return (
        Small(
            f"You get this from Fencepost at {organisation}, because mails of the kind “{KIND_WORDS[kind]}” are on."
        ),
        Link("Switch this kind off", off, is_personal=True),
        Link("Choose which mails you get, and when", settings),
    )
