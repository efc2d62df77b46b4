"""Why an entry is not taken: every reason has its name, a status and a sentence for people."""

from app.core.errors import Invalid, Refusal

__all__ = [
    "CannotSign",
    "DraftIsGone",
    "EntriesCannotBeOpened",
    "EntryIsNotYours",
    "EntryLimitReached",
    "LateRoundHasEnded",
    "NothingIsSigned",
    "NothingToRelease",
    "TextIsUnusable",
    "ThanksAreOver",
    "UnknownEntry",
    "WithdrawingIsOver",
    "WritingHasNotBegun",
    "WritingIsOver",
]


class WritingHasNotBegun(Refusal):
    sentence = "Writing has not begun yet. What you typed is still here; send it when the stage changes."


class WritingIsOver(Refusal):
    sentence = "Writing is over: the entries have been revealed. What you typed is still here, but was not added."


class LateRoundHasEnded(WritingIsOver):
    sentence = "The time is over. What you had sent is shown; this was not sent, and nobody sees it."


class ThanksAreOver(Refusal):
    sentence = "Thanks are collected while the retro wraps up. What you typed is still here, but was not added."


class EntryLimitReached(Refusal):
    """All slots of the seat are taken."""

    def __init__(self, limit: int) -> None:
        entries = "1 entry is" if limit == 1 else f"{limit} entries are"
        super().__init__(
            f"{entries} the limit for each person here. Delete or rewrite one of yours, then send this one.",
            field="text",
        )


class DraftIsGone(Refusal):
    sentence = "This entry was deleted in another tab. What you typed is still here; send it as a new entry."


class TextIsUnusable(Invalid):
    """Too short, too long, or it holds a character that cannot be shown."""

    field = "text"


class UnknownEntry(Refusal):
    status = 404
    sentence = "This entry is not here any more."


class EntryIsNotYours(Refusal):
    status = 403
    sentence = "This entry was not written from this seat, so it cannot be withdrawn from here."


class WithdrawingIsOver(Refusal):
    sentence = (
        "Entries of this retro can no longer be withdrawn: its key is missing from the server. "
        "Whoever runs the retro can still hide an entry."
    )


class NothingToRelease(Refusal):
    sentence = "Nothing needs to be released: enough people are seated, or the entries have been revealed."


class EntriesCannotBeOpened(Refusal):
    status = 500
    sentence = (
        "The entries cannot be opened: the key of this retro is missing from the secrets folder. "
        "Please tell whoever runs this server; nothing has been deleted."
    )


class CannotSign(Refusal):
    sentence = "Entries of your department are not signed here: it is shown with its name anyway, or signing is off."


class NothingIsSigned(Refusal):
    sentence = "No department’s name stands beside this entry."
