"""The words in which an outcome says its codes: the same on the page, in Markdown and in tables."""

from datetime import date

from app.outcomes.rules.document import EntryPart

KINDS = {
    "went_right": "Went right",
    "went_wrong": "Went wrong",
    "surprised_us": "Surprised us",
    "idea": "Idea",
    "thanks": "Thanks",
    "unsorted": "Unsorted",
    "action": "Action",
}
STANDINGS = {"agreed": "Agreed by all departments", "divides": "Divides the departments", "rest": "In between"}
STANDING_MARKS = {"agreed": "agreed", "divides": "divides", "rest": "rest"}
STATES = {
    "proposed": "proposed",
    "requested": "asked",
    "acknowledged": "seen",
    "promised": "promised",
    "in_progress": "in progress",
    "reported_done": "reported done",
    "accepted": "accepted as done",
    "held": "held",
    "returned": "came back",
    "inconclusive": "cannot tell",
    "countered": "something else offered",
    "declined": "declined",
    "re_promised": "re-promised",
    "blocked": "blocked",
    "sent_back": "sent back",
    "not_doing": "not doing",
    "done_before": "done before it was loaded",
}
SCOPES = {"ours": "one department alone", "joint": "joint", "above_us": "needs a sponsor"}
HIDDEN = {
    "names_a_person": "it named a person",
    "insults": "it insulted somebody",
    "confidential": "it was confidential",
    "off_topic": "it was about something else",
    "duplicate": "it was a duplicate",
}
ERASED = {
    "entry": "an entry",
    "thanks": "a thank-you",
    "title": "the title of a topic",
    "notes": "the notes of a topic",
    "why": "an answer to “why?”",
    "reply": "a department's reply",
    "retro": "this retro",
    "all": "everything that people wrote",
}
ERASED_BECAUSE = {
    "names_a_person": "it names a person",
    "insults": "it insults",
    "confidential": "it is confidential",
    "asked_for": "somebody it concerns asked for it",
    "kept_long_enough": "it was kept as long as this house keeps it",
}
HIDDEN_BY = {"facilitator": " by the facilitator", "co_facilitator": " by a co-facilitator"}


def gone(entry: EntryPart) -> str:
    """What stands in place of words that are not shown: who hid them and why, or when they were erased; else ''."""
    if entry.hidden_reason:
        said = f"Hidden{HIDDEN_BY.get(entry.hidden_role, '')}: {HIDDEN.get(entry.hidden_reason, entry.hidden_reason)}"
        return f"{said}; its words were erased at the close" if entry.erased_on else said
    return erased_on(entry.erased_on) if entry.erased_on else ""


def erased_on(day: date) -> str:
    """What stands where words were erased after the close."""
    return f"Erased on {day_in_words(day)}"


def day_in_words(day: date) -> str:
    """As every date reads: 3 Dec 2026."""
    return f"{day.day} {day:%b %Y}"
