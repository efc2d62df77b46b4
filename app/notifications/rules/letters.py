"""What mails about invitations and outcomes say. Knows names, titles and links; never a seat or an entry."""

from collections.abc import Sequence

from app.notifications.rules.kinds import KIND_WORDS, MailKind
from app.notifications.rules.parts import Bullets, Button, Letter, MailLink, Paragraph, Part, Small, letter

UNEXPECTED = "If you did not expect this, you can leave it alone."


def invitation(organisation: str, name: str, link: str, days: int, by: str = "", place: str = "") -> Letter:
    """Sets a first password. Says who invites (`by`), and as what (`place`).

    The link opens a page; the button there does it, so mail scanners do no harm."""
    return letter(
        f"Your invitation to Fencepost at {organisation}",
        Paragraph(f"Hello {name},"),
        Paragraph(
            f"{by or organisation} invites you to Fencepost{f', as {place}' if place else ''}. With it, "
            f"{organisation} looks back on joint projects, where people write without their names, and keeps track "
            "of what departments promise each other."
        ),
        Button("Choose a password", link, is_personal=True),
        Paragraph(f"The link works once, for {days} days."),
        Small(UNEXPECTED),
    )


def new_password(organisation: str, name: str, link: str, days: int, by: str = "") -> Letter:
    """Sets another password; the old one works until then."""
    return letter(
        "A new password for Fencepost",
        Paragraph(f"Hello {name},"),
        Paragraph(
            f"{by or 'Whoever runs Fencepost'} made a link for you to choose a new password, for your account at "
            f"{organisation}."
        ),
        Button("Choose a new password", link, is_personal=True),
        Paragraph(f"The link works once, for {days} days. Your present password works until then."),
        Small(UNEXPECTED),
    )


def forgotten_password(organisation: str, name: str, link: str, minutes: int) -> Letter:
    """To somebody who asked for it at the sign-in page, or whose address somebody else typed there."""
    return letter(
        "A new password for Fencepost",
        Paragraph(f"Hello {name},"),
        Paragraph(
            f"Somebody asked for a new password for your account at {organisation}, at the sign-in page. If that "
            "was you, choose one here:"
        ),
        Button("Choose a new password", link, is_personal=True),
        Paragraph(f"The link works once, for {minutes} minutes. Your present password works until then."),
        Small("It was not you? Then leave this mail alone. Nobody gets in by asking, and your password stays."),
    )


def password_guessed(organisation: str, name: str, sign_in: str, forgotten: str) -> Letter:
    """Somebody typed too many wrong passwords; told once a day."""
    return letter(
        "Wrong passwords for your Fencepost account",
        Paragraph(f"Hello {name},"),
        Paragraph(
            f"Somebody typed many wrong passwords for your account at {organisation}. Nobody got in by that, and "
            "further tries from there are refused for a while. You can go on: a browser in which you signed in "
            "before is never refused for what others typed."
        ),
        Button("Sign in and see where you are signed in", sign_in),
        MailLink("You forgot your password? Choose a new one", forgotten),
        Small("You are told at most once a day. If your password is long and only yours, you need do nothing."),
    )


def trial_mail(organisation: str, by: str, desk: str) -> Letter:
    """Shows that mail goes out as it is set up: sent by an operator to themselves, on the page or at the shell."""
    return letter(
        "A test mail from Fencepost",
        Paragraph(
            f"Mail from Fencepost at {organisation} arrives here. {by} sent this to try it; nothing else happened."
        ),
        Paragraph("Signs of the whole world: Grüße, ñandú, Ελλάδα, 日本, 🌿."),
        Button("Open the desk", desk),
        Small("Does it lie among unwanted mail? Then ask whoever runs the mail server about SPF and DKIM."),
    )


def outcome_is_ready(name: str, retro: str, project: str, link: str, actions: Sequence[str]) -> Letter:
    """Told to the departments that took part and the owners of actions, when the retro is closed."""
    return letter(
        f"Outcome: {retro}",
        Paragraph(f"Hello {name},"),
        Paragraph(f"The retro “{retro}” of the project “{project}” is closed."),
        Button("Read the outcome", link),
        Paragraph("Actions from this retro:" if actions else "It led to no action."),
        Bullets(tuple((one, "") for one in actions)) if actions else None,
        Small("The page says no more about people than the screen in the room did."),
    )


def foot(organisation: str, kind: MailKind | None, off: str, settings: str) -> tuple[Part, ...]:
    """What stands below every mail of a kind that can be switched off; nothing below the others."""
    if kind is None:
        return ()
    return (
        Small(
            f"You get this from Fencepost at {organisation}, because mails of the kind “{KIND_WORDS[kind]}” are on."
        ),
        MailLink("Switch this kind off", off, is_personal=True),
        MailLink("Choose which mails you get, and when", settings),
    )
