"""What mails say when the calendar speaks of a promise: asked again, due, late, told to the lead and the sponsor."""

from datetime import date

from app.notifications.rules.letters_promises import DESK, SENDS_BACK, LetterPromise, by_silence, day_in_words, hello
from app.notifications.rules.parts import Button, Letter, MailLink, Paragraph, Small, letter


def still_asked(name: str, told: LetterPromise, promise_it: str) -> Letter:
    """To the owner, who has not answered. `promise_it` "": to a lead, who cannot promise it."""
    who = "you have" if promise_it else f"{told.owner} has"
    return letter(
        f"Still asked: {told.title}",
        hello(name),
        Paragraph(f"{told.requesting} asked for this, and {who} not promised it yet:"),
        told.facts,
        *_doing("Promise it", promise_it, "Offer something else, or decline with a reason", told),
    )


def due_soon(name: str, told: LetterPromise, report_it: str) -> Letter:
    """To the owner before the day. `report_it` "": to a lead."""
    return letter(
        f"Due soon: {told.title}",
        hello(name),
        Paragraph(f"{_whose(told, report_it)} promise to {told.requesting} is due on {day_in_words(told.due)}."),
        told.facts,
        *_done(report_it, told),
    )


def due_today(name: str, told: LetterPromise, report_it: str) -> Letter:
    """To the owner on the day; it names the day, for it may be read later. `report_it` "": to a lead."""
    return letter(
        f"Due on {day_in_words(told.due)}: {told.title}",
        hello(name),
        Paragraph(f"{_whose(told, report_it)} promise to {told.requesting} is due on {day_in_words(told.due)}."),
        told.facts,
        *_done(report_it, told),
    )


def late(name: str, told: LetterPromise, report_it: str) -> Letter:
    """To the owner, again and again, after the day. `report_it` "": to a lead."""
    return letter(
        f"Late: {told.title}",
        hello(name),
        Paragraph(f"{_whose(told, report_it)} promise to {told.requesting} was due on {day_in_words(told.due)}."),
        told.facts,
        *_done(report_it, told),
    )


def late_unanswered(name: str, told: LetterPromise, promise_it: str) -> Letter:
    """To the owner of something whose day is over and that was never promised."""
    return letter(
        f"Late: {told.title}",
        hello(name),
        Paragraph(f"{told.requesting} asked for this by {day_in_words(told.due)}. Nobody has promised it yet."),
        told.facts,
        *_doing("Promise it", promise_it, "Offer something else, or decline with a reason", told),
    )


def late_to_lead(name: str, told: LetterPromise) -> Letter:
    """To the leads of the department that promised, some days late."""
    return letter(
        f"Late, please help: {told.title}",
        hello(name),
        Paragraph(
            f"{told.owner} of {told.providing} has this for {told.requesting}. It was due on "
            f"{day_in_words(told.due)} and is not reported done."
        ),
        told.said,
        told.facts,
        Button(DESK, told.link),
        Paragraph(f"Please ask {told.owner} what stands in the way. A new day with a reason is better than silence."),
    )


def late_to_sponsor(name: str, told: LetterPromise, sees_it: bool) -> Letter:
    """To the sponsor, in the end. Who has no account, or may not see its page, reads everything here."""
    return letter(
        f"Late, for the sponsor: {told.title}",
        Paragraph(f"Hello {name}," if name else "Hello,"),
        Paragraph(
            f"{told.providing} owes this to {told.requesting}. It was due on {day_in_words(told.due)} and is not "
            "reported done, although its owner was reminded."
        ),
        told.facts,
        Button(DESK, told.link) if sees_it else None,
        Paragraph("You are named as the sponsor who can help: with time, with a decision, or by letting it go."),
        None if sees_it else Small(f"The departments concerned see it here: {told.link}"),
    )


def offer_waits(name: str, told: LetterPromise) -> Letter:
    """To those who asked: an offer, or a no, waits for their answer."""
    return letter(
        f"Waiting for your answer: {told.title}",
        hello(name),
        Paragraph(f"{told.providing} answered what {told.requesting} asked for, and waits for a word from you:"),
        told.said,
        told.facts,
        Button("Answer it", told.link),
    )


def waits_for_acceptance(name: str, told: LetterPromise, accept_it: str, silence_on: date | None) -> Letter:
    """To those who may accept a report, before silence accepts it."""
    return letter(
        f"Is it done? {told.title}",
        hello(name),
        Paragraph(f"{told.owner} of {told.providing} reported this as done, and nobody has answered yet:"),
        told.facts,
        Button("Accept it as done", accept_it, is_personal=True),
        MailLink("Something is missing? Send it back", accept_it + SENDS_BACK, is_personal=True),
        MailLink(DESK, told.link),
        by_silence(told, silence_on),
    )


def still_blocked(name: str, told: LetterPromise, waits_for: str) -> Letter:
    """To the department that it waits for."""
    return letter(
        f"Still waits for {waits_for}: {told.title}",
        hello(name),
        Paragraph(f"{told.owner} of {told.providing} cannot go on with this before {waits_for} does something:"),
        told.said,
        told.facts,
        Button(DESK, told.link),
        Paragraph(f"Please tell {told.owner} what {waits_for} can do, and when."),
    )


def _whose(told: LetterPromise, personal: str) -> str:
    return "Your" if personal else f"{told.owner}’s"


def _done(report_it: str, told: LetterPromise) -> tuple[Button | MailLink, ...]:
    return _doing("Report it done", report_it, "Name another day, or say what it waits for", told)


def _doing(words: str, personal: str, otherwise: str, told: LetterPromise) -> tuple[Button | MailLink, ...]:
    if not personal:
        return (Button(DESK, told.link),)
    return Button(words, personal, is_personal=True), MailLink(otherwise, told.link)
