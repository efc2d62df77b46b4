"""Why a promise is not written, changed, moved or closed over: each reason with a sentence for people."""

from __future__ import annotations

from typing import ClassVar

from app.actions.rules.fields import PER_RETRO, Fields
from app.core.errors import Invalid, Refusal


class NotTheTimeForActions(Refusal):
    sentence = "Actions are written down while the room discusses and wraps up. This retro is not there."


class WordingIsLocked(Refusal):
    sentence = "The working days for correcting the wording are over. Ask the owner to promise it anew instead."


class AlreadyPromised(Refusal):
    sentence = "The owner has promised it in these words, so they stand. Ask the owner to promise it anew instead."


class OnlyWordingMayBeMended(Refusal):
    sentence = "The retro is closed: title, done-when and link can still be corrected, nothing else."


class TooManyActions(Refusal):
    """The sixth action needs a visible override."""

    sentence = (
        f"There are {PER_RETRO} actions already. Few promises are kept more often than many: take one off, "
        "or tick “add it anyway”."
    )
    field = "override_limit"


class FieldsAreMissing(Invalid):
    """`by_field`: field name -> sentence."""

    def __init__(self, by_field: dict[str, str]) -> None:
        self.by_field = by_field
        super().__init__(" ".join(by_field.values()))


class StaleAction(Refusal):
    """Somebody changed it meanwhile; `current` is what stands there now, nothing typed is lost."""

    sentence = "Somebody changed this action meanwhile. Look at what stands there now and send yours again."

    def __init__(self, current: Fields, version: int) -> None:
        self.current, self.version = current, version
        super().__init__()


class HasChanged(Refusal):
    """A program saw an older version."""

    status: ClassVar[int] = 412
    sentence = "It has changed since you read it. Read it again, then send yours with the new If-Match."


class NotYourStep(Refusal):
    """This visitor may see the action but may not take this step."""

    status: ClassVar[int] = 403
    sentence = "This step is not yours to take."


class StepDoesNotFollow(Refusal):
    sentence = "That does not follow from where this promise is now. The page may be old: load it again."


class TooLateToUndo(Refusal):
    sentence = "Only your own last step can be taken back, and only for a minute. Take the next step instead."


class NotReadyToClose(Refusal):
    """A required field of an action is missing; `sentences` says which."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__("Not closed yet. " + " ".join(sentences))
