"""What mails about the steps of a promise say: asked, offered, promised, moved, blocked, reported, accepted, let go.

Each names the promise, who moved it and what comes next. Knows names, titles and links; never a seat or an entry.
"""

from dataclasses import dataclass
from datetime import date

from app.notifications.rules.parts import Button, Facts, Letter, MailLink, Paragraph, Quote, Small, letter

DESK = "Open it on the desk"


@dataclass(frozen=True, slots=True)
class LetterPromise:
    """A promise as mails name it. `link` opens its page; `by` took the step, and `reason` is what they said."""

    title: str
    done_when: str
    owner: str
    providing: str
    requesting: str
    due: date | None
    link: str
    by: str = ""
    reason: str = ""

    @property
    def facts(self) -> Facts:
        pairs = (
            ("What", self.title),
            ("Done when", self.done_when),
            ("By", day_in_words(self.due)),
            ("Owner", f"{self.owner}, {self.providing}"),
            ("For", self.requesting),
        )
        return Facts(tuple(pair for pair in pairs if pair[1]))

    @property
    def said(self) -> Quote | None:
        return Quote(self.reason) if self.reason else None


def day_in_words(day: date | None) -> str:
    """Such as "Tuesday, 28 April 2026"."""
    return f"{day:%A}, {day.day} {day:%B %Y}" if day else "no day named"


def hello(name: str) -> Paragraph:
    return Paragraph(f"Hello {name},")


def days_in_words(days: int) -> str:
    """Such as "two working days"."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return f"{words[days] if 0 <= days < len(words) else days} working day{'' if days == 1 else 's'}"


def asked_for_action(
    name: str, told: LetterPromise, promise_it: str, answer_within: int, needs_password: bool = False
) -> Letter:
    """To the owner, when the closing retro asks, when the other side asks again, or when it is handed over (`by`)."""
    asks = (
        f"{told.by} asks this of you, for {told.requesting}:"
        if told.by
        else f"A retro asks this of you, for {told.requesting}:"
    )
    return letter(
        f"Asked of you: {told.title}",
        hello(name),
        Paragraph(asks),
        told.facts,
        told.said,
        Button("Promise it", promise_it, is_personal=True),
        MailLink("Offer something else, decline with a reason, or hand it over", told.link),
        Paragraph(f"Only you can promise it. Please answer within {days_in_words(answer_within)}."),
        Small("The button needs no password. Everything else does: another mail brings the link to choose one.")
        if needs_password
        else None,
    )


def asked_of_department(name: str, told: LetterPromise) -> Letter:
    """To the leads of the department that is asked."""
    return letter(
        f"Asked of {told.providing}: {told.title}",
        hello(name),
        Paragraph(f"{told.requesting} asks this of {told.providing}. {told.owner} is asked to promise it:"),
        told.facts,
        Button(DESK, told.link),
        Paragraph(
            "You can acknowledge it, offer something else, decline with a reason, or hand it to somebody else."
        ),
    )


def countered(name: str, told: LetterPromise, offered: date | None) -> Letter:
    """To those who asked: another offer lies on the table."""
    return letter(
        f"Another offer: {told.title}",
        hello(name),
        Paragraph(f"{told.by} of {told.providing} cannot promise it as it was asked, and offers this instead:"),
        told.said,
        Facts((("Offered for", day_in_words(offered)), ("What was asked", told.title))) if offered else told.facts,
        Button("Answer the offer", told.link),
        Paragraph("Ask again with it, or let it go. Nothing moves until you answer."),
    )


def declined(name: str, told: LetterPromise) -> Letter:
    """To those who asked."""
    return letter(
        f"Declined: {told.title}",
        hello(name),
        Paragraph(f"{told.by} of {told.providing} declines it, and says why:"),
        told.said,
        told.facts,
        Button("Answer it", told.link),
        Paragraph("You can ask again, in another way or of somebody else, or leave it at that."),
    )


def promised(name: str, told: LetterPromise) -> Letter:
    """To those who asked."""
    return letter(
        f"Promised: {told.title}",
        hello(name),
        Paragraph(f"{told.by} of {told.providing} promises it for {day_in_words(told.due)}."),
        told.said,
        told.facts,
        Button(DESK, told.link),
    )


def promised_anew(name: str, told: LetterPromise, at_first: date | None) -> Letter:
    """To those who asked: the day moves, and the first one stays on record."""
    return letter(
        f"New date: {told.title}",
        hello(name),
        Paragraph(f"{told.by} of {told.providing} now promises it for {day_in_words(told.due)}:"),
        told.said,
        told.facts,
        Paragraph(f"The first promise, for {day_in_words(at_first)}, stays on record.") if at_first else None,
        Button(DESK, told.link),
    )


def blocked(name: str, told: LetterPromise, waits_for: str, is_yours: bool) -> Letter:
    """To the department that it waits for (`is_yours`), and to those who asked."""
    return letter(
        f"It waits for {waits_for}: {told.title}",
        hello(name),
        Paragraph(f"{told.owner} of {told.providing} cannot go on with this before {waits_for} does something:"),
        told.said,
        told.facts,
        Button(DESK, told.link),
        Paragraph(f"Please tell {told.owner} what {waits_for} can do, and when.") if is_yours else None,
    )


SENDS_BACK = "?say=sent_back"
"""Behind a link that accepts: the same signed page, with what sends it back open."""


def reported_done(name: str, told: LetterPromise, accept_it: str, silence_on: date | None) -> Letter:
    """To those who may accept it."""
    return letter(
        f"Done? {told.title}",
        hello(name),
        Paragraph(f"{told.owner} of {told.providing} reports it as done. Only {told.requesting} can say that it is:"),
        told.facts,
        told.said,
        Button("Accept it as done", accept_it, is_personal=True),
        MailLink("Something is missing? Send it back", accept_it + SENDS_BACK, is_personal=True),
        MailLink(DESK, told.link),
        by_silence(told, silence_on),
    )


def by_silence(told: LetterPromise, silence_on: date | None) -> Small | None:
    """What happens when nobody answers a report."""
    if silence_on is None:
        return None
    return Small(
        f"When nobody of {told.requesting} answers, it counts as accepted on {day_in_words(silence_on)}, and is "
        "marked as such."
    )


def sent_back(name: str, told: LetterPromise, report_it: str) -> Letter:
    """To the owner, who is asked for what is missing."""
    return letter(
        f"Asked of you: what is missing in “{told.title}”",
        hello(name),
        Paragraph(f"{told.by} of {told.requesting} asks you for what is still missing:"),
        told.said,
        told.facts,
        Button("It is there now: report it done", report_it, is_personal=True),
        MailLink("Name another day, or say what it waits for", told.link),
        Paragraph(f"{told.requesting} is then asked again whether it is done."),
    )


def accepted(name: str, told: LetterPromise, was_silent: bool) -> Letter:
    """To the owner."""
    by = f"{told.by} of {told.requesting} accepts it as done. Thank you for keeping your promise."
    silent = f"Nobody of {told.requesting} answered your report, so it counts as accepted, and is marked as such."
    return letter(
        f"Accepted: {told.title}",
        hello(name),
        Paragraph(silent if was_silent else by),
        told.said,
        Button(DESK, told.link),
    )


def not_doing(name: str, told: LetterPromise) -> Letter:
    """To the other side."""
    return letter(
        f"Not doing: {told.title}",
        hello(name),
        Paragraph(f"{told.by} says that this will not be done, and why:"),
        told.said,
        told.facts,
        Button(DESK, told.link),
    )
