"""What a service says when it will not do a thing: a reason, a status and a sentence for people."""

from typing import ClassVar


class Refusal(Exception):
    """Base of every refusal. Subclasses are named after the reason (`WritingIsOver`).

    `status` is the HTTP status, `sentence` what people read, `field` the form field it belongs to (if any),
    `challenge` what a program must bring along to be let in (RFC 9110, 11.6.1).
    """

    status: ClassVar[int] = 409
    sentence: str = "That is not possible just now."
    field: str | None = None
    retry_after: int | None = None
    challenge: str | None = None

    def __init__(self, sentence: str | None = None, *, field: str | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        if field is not None:
            self.field = field
        super().__init__(self.sentence)


class NotFound(Refusal):
    """Does not exist, or is not yours: the two look the same on purpose."""

    status = 404
    sentence = "There is nothing here, or it is not yours to see. Check the link or go back to the start."


class Invalid(Refusal):
    """What was typed cannot be accepted; the form is shown again with it."""

    status = 422
    sentence = "Something in this form needs another look."


class StorageIsBusy(Refusal):
    status = 503
    sentence = "The database is busy right now. Nothing was lost: please send it again in a moment."
    retry_after = 2


class StorageIsReadOnly(Refusal):
    status = 503
    sentence = (
        "Fencepost cannot save at the moment: its database is read-only. "
        "What you typed is still in this page. Please tell whoever runs this server."
    )
    retry_after = 60


class StorageIsFull(Refusal):
    status = 507
    sentence = (
        "Fencepost cannot save at the moment: its disk is full. "
        "What you typed is still in this page. Please tell whoever runs this server."
    )
    retry_after = 60


class StorageIsAway(Refusal):
    status = 503
    sentence = (
        "Fencepost cannot reach its database at the moment. What you typed is still in this page; "
        "please send it again in a moment."
    )
    retry_after = 5


def whereabouts(error: BaseException) -> str:
    """Where an error was raised, for the log: files, lines and functions; never its message or any value, which may
    hold what somebody typed."""
    trace, places = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " > ".join(places[-6:])
