"""What the mail says when somebody leaves: who has now what that person had. Knows no entry and no seat."""

from collections.abc import Sequence

from app.notifications.rules.letters_promises import hello
from app.notifications.rules.parts import Bullets, Button, Letter, MailHeading, Paragraph, letter

Lines = Sequence[tuple[str, str]]
"""Words and where they lead."""


def somebody_left(name: str, leaver: str, yours: Lines, others: Lines, desk: str) -> Letter:
    """To those who take something over (`yours`) and to who leads a department that it concerns (`others`)."""
    subject = f"{leaver} has left: yours from now on" if yours else f"{leaver} has left: who has what now"
    return letter(
        subject,
        hello(name),
        Paragraph(f"{leaver} has left, and what was open with that account has been handed over."),
        *_list("Yours from now on", yours),
        *_list("In your department", others),
        Paragraph("Each promise is asked of its new owner, who promises it again.") if others or yours else None,
        Button("Open it on the desk", desk),
    )


def _list(heading: str, lines: Lines) -> tuple[MailHeading | Bullets, ...]:
    return (MailHeading(heading), Bullets(tuple(lines))) if lines else ()
