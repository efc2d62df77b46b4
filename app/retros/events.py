"""What happened in a retro, in the past tense, ids only; never who did it from which seat."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.events import Fact
from app.retros.rules.names import Stage


@dataclass(frozen=True, slots=True)
class RetroChanged(Fact):
    """Something that a screen of this retro could show has changed; `version` is the one after the change."""

    retro_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class SeatTaken(RetroChanged):
    """One more is seated. Says neither which seat nor which department."""


@dataclass(frozen=True, slots=True)
class SeatBecameReady(RetroChanged):
    """One more, or one fewer, is ready. Not emitted while people write asynchronously."""


@dataclass(frozen=True, slots=True)
class StageAsked(Fact):
    """A facilitator asked to move on to `stage`. Said before the transaction, which may refuse it."""

    retro_id: UUID
    stage: Stage


@dataclass(frozen=True, slots=True)
class StageLeft(RetroChanged):
    """Emitted before the stage changes, in the same transaction. `vote` left for `group` discards the votes."""

    stage: Stage
    to: Stage


@dataclass(frozen=True, slots=True)
class StageEntered(RetroChanged):
    """Emitted after the stage changed, in the same transaction. `left`: where the retro came from; `by_itself`: it
    was left alone, nobody took this step."""

    stage: Stage
    left: Stage
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class EndingChanged(RetroChanged):
    """No warning stands any more: it is kept open, somebody went on, or there is more time again."""


@dataclass(frozen=True, slots=True)
class EndingWarned(RetroChanged):
    """Nobody went on for days: it closes by itself at `closes_at`, not before. `hours`: running hours of the house,
    which tell one warning from another."""

    closes_at: datetime
    hours: int
    at: datetime


@dataclass(frozen=True, slots=True)
class GoesOnAnotherDay(RetroChanged):
    """It was broken off: it goes on at `continues_at`, said by `by_id`, an account."""

    continues_at: datetime
    by_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class GoesOn(RetroChanged):
    """It was broken off, and goes on now."""


@dataclass(frozen=True, slots=True)
class WaitsForItsLead(Fact):
    """Nobody who runs it was seen though it waits for them: from `may_be_taken_at` on others may take it over."""

    retro_id: UUID
    may_be_taken_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class EndedByItself(RetroChanged):
    """It was left alone and has ended, unseen where it was not revealed."""

    was_revealed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class VoteSkipped(RetroChanged):
    """The facilitator goes from grouping to discussing at once.

    The slice that knows the topics refuses (`VoteIsNotSkipped`) inside the transaction when there are two or more.
    """


@dataclass(frozen=True, slots=True)
class LateRoundStarted(RetroChanged):
    """ "One more thing" is open on every phone; who waited at the door has a seat now."""


@dataclass(frozen=True, slots=True)
class LateRoundSkipped(RetroChanged):
    """There is no "one more thing"; who waited at the door has a seat now."""


@dataclass(frozen=True, slots=True)
class LateRoundEnds(Fact):
    """ "One more thing" is about to end. Said before the transaction, which may find that it has."""

    retro_id: UUID


@dataclass(frozen=True, slots=True)
class LateRoundEnded(RetroChanged):
    """Nothing can be added any more. Emitted in the transaction in which what was added is revealed."""


@dataclass(frozen=True, slots=True)
class ReleaseAsked(RetroChanged):
    """Fewer than k are seated at the reveal: nothing was revealed, every seat is asked to release its drafts."""


@dataclass(frozen=True, slots=True)
class TimeExtended(RetroChanged):
    """The present stage, or the topic in the spotlight, got more time."""


@dataclass(frozen=True, slots=True)
class RoomLocked(RetroChanged):
    """The room was locked, or opened again."""


@dataclass(frozen=True, slots=True)
class LookingInChanged(RetroChanged):
    """Somebody looks in at the desk, or looks away, or looking in was shut or opened. Never who of them it was."""


@dataclass(frozen=True, slots=True)
class SafetyShown(RetroChanged):
    """Who runs the retro showed the result of the safety check to the room."""


@dataclass(frozen=True, slots=True)
class RoomPrepared(RetroChanged):
    """The preparation or the people counted in the room changed."""


@dataclass(frozen=True, slots=True)
class SpotlightMoved(RetroChanged):
    """Another topic is discussed, or none."""

    topic_id: UUID | None


@dataclass(frozen=True, slots=True)
class QuestionAsked(RetroChanged):
    """A secret question is open to every seat."""

    question: str


@dataclass(frozen=True, slots=True)
class QuestionEnded(RetroChanged):
    """A secret question is over; its result is there if enough answered."""

    question: str


@dataclass(frozen=True, slots=True)
class FacilitatorChanged(RetroChanged):
    """The lead was handed over, taken over, or a co-facilitator was added."""


@dataclass(frozen=True, slots=True)
class LeadTakenOver(FacilitatorChanged):
    """Whose lead it was (`from_id`) was not there, so `by_id` leads it until she comes back."""

    from_id: UUID
    by_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeGiven(RetroChanged):
    """Every screen has something new to announce."""


@dataclass(frozen=True, slots=True)
class HistoryImported(Fact):
    """Closed retros of the past came from elsewhere, or came anew with other entries; their topics are proposed."""

    retro_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class HistoryUndone(Fact):
    """Imported retros are gone, with everything that came with them."""

    retro_ids: frozenset[UUID]
