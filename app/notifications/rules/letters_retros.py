"""What mails about a running retro say: it goes on another day, would close, has ended, may be taken over.

Knows names, titles, days and links; never a seat, an entry, or how many there are.
"""

from dataclasses import dataclass
from datetime import datetime

from app.core.places import zone_of
from app.notifications.rules.letters_promises import hello
from app.notifications.rules.parts import Button, Letter, MailLink, Paragraph, Small, letter

OPEN_IT = "Open the retro"


@dataclass(frozen=True, slots=True)
class RetroTold:
    """A retro as mails name it. `link` opens its page; `zone`: of the organisation, whose days are told."""

    title: str
    project: str
    link: str
    zone: str

    def moment(self, at: datetime) -> str:
        """Such as "Tuesday, 28 April 2026, 14:30 (Europe/Berlin)"."""
        local = at.astimezone(zone_of(self.zone))
        return f"{local:%A}, {local.day} {local:%B %Y, %H:%M} ({self.zone})"


def goes_on(name: str, told: RetroTold, at: datetime, by: str, calendar: str) -> Letter:
    """To who runs it, and to the departments that take part. People in the room read it on their phones."""
    return letter(
        f"To be continued: {told.title}",
        hello(name),
        Paragraph(f"The retro “{told.title}” of the project “{told.project}” goes on another day."),
        Paragraph(f"{told.moment(at)}, says {by}."),
        Button(OPEN_IT, told.link),
        MailLink("Calendar file", calendar),
        Small("Who has a seat comes back with the same phone and the same browser: the seat is kept until then."),
    )


def would_close(
    name: str, told: RetroTold, at: datetime, *, was_revealed: bool, keep: str, keeps: datetime | None
) -> Letter:
    """A day before it would end. `keep` keeps it open in one click until `keeps` ("" for who cannot)."""
    if was_revealed:
        what = "Its outcome is then fixed as it stands, and nothing can be added any more."
    else:
        what = "What people wrote is then destroyed, and nobody will have seen it."
    return letter(
        f"Closes automatically unless you continue: {told.title}",
        hello(name),
        Paragraph(
            f"Nobody who runs the retro “{told.title}” of the project “{told.project}” went on with it for days."
        ),
        Paragraph(f"It closes by itself on {told.moment(at)}, or a little later. {what}"),
        Button(f"Keep it open until {told.moment(keeps)}", keep, is_personal=True) if keep and keeps else None,
        MailLink(OPEN_IT, told.link) if keep and keeps else Button(OPEN_IT, told.link),
        Small("Whatever you change in it keeps it open, too. “Continue on another day” tells everybody the day."),
    )


def has_ended(name: str, told: RetroTold, *, was_revealed: bool) -> Letter:
    """To who ran it, once it has ended by itself."""
    if was_revealed:
        said = "Its outcome is fixed as it stood. The wording of actions can still be corrected for two working days."
    else:
        said = "It was not revealed: what people wrote is destroyed, and nobody has seen it."
    return letter(
        f"Closed automatically: {told.title}",
        hello(name),
        Paragraph(
            f"Nobody went on with the retro “{told.title}” of the project “{told.project}”, so it has closed by "
            "itself, as you were told."
        ),
        Paragraph(said),
        Button("See the retro", told.link),
    )


def may_be_taken_over(name: str, told: RetroTold, at: datetime, others: str) -> Letter:
    """To who runs it, when it waits for them; `at`: from when `others` may take it over."""
    return letter(
        f"Waiting for you: {told.title}",
        hello(name),
        Paragraph(f"The retro “{told.title}” of the project “{told.project}” waits for somebody who runs it."),
        Paragraph(
            f"If none of you opens it before {told.moment(at)}, {others} may take it over, so that it can go on."
        ),
        Button(OPEN_IT, told.link),
        Small("If that happens you come back with one press, whenever you want."),
    )


def was_taken_over(name: str, told: RetroTold, by: str) -> Letter:
    """To her whose lead it was."""
    return letter(
        f"{by} leads it for now: {told.title}",
        hello(name),
        Paragraph(
            f"You were not there, so {by} leads the retro “{told.title}” of the project “{told.project}” for now."
        ),
        Paragraph("You come back with one press. The result of the safety check stays with those who ran it before."),
        Button(OPEN_IT, told.link),
    )
