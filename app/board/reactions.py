"""Marks pieces dirty when something happened that a screen shows: inside the transaction, delivered after it."""

from collections.abc import Callable, Collection
from typing import Final

from sqlmodel import Session

from app.actions.events import ActionCaptured, ActionChanged, ActionRemoved
from app.agreements.events import AgreementReviewed
from app.board.rules import PIECES
from app.core.events import Bus
from app.live.relay import Relay
from app.retros import events as retros
from app.retros.events import RetroChanged
from app.topics.events import TopicNoted, TopicsChanged

EVERYTHING: Final = frozenset(PIECES)
ACTIONS: Final = frozenset({"actions"})

PIECES_OF: Final[dict[type[RetroChanged], Collection[str]]] = {
    retros.SeatTaken: {"presence"},
    retros.SeatBecameReady: {"presence"},
    retros.TimeExtended: {"clock", "spotlight"},
    retros.RoomLocked: {"code", "presence"},
    retros.SpotlightMoved: {"stage", "spotlight", "ranking"},
    retros.QuestionAsked: {"stage", "spotlight"},
    retros.QuestionEnded: {"stage", "spotlight", "closing"},
    retros.SafetyShown: {"safety"},
    retros.LookingInChanged: {"looking"},
    retros.FacilitatorChanged: {"notices", "stage", "looking"},
    retros.NoticeGiven: {"notices"},
    retros.EndingChanged: {"stage", "clock"},
    retros.EndingWarned: {"stage", "clock"},
    retros.EndedByItself: {"notices"},
    ActionCaptured: ACTIONS,
    ActionChanged: ACTIONS,
    ActionRemoved: ACTIONS,
    AgreementReviewed: {"promises"},
}
"""What each fact changes. A fact that is not named here redraws everything: too much is repaired by itself."""


def register(bus: Bus, relay: Relay) -> None:
    bus.inside(RetroChanged, _marking(relay))


def pieces_of(fact: RetroChanged) -> Collection[str]:
    """Names of the pieces that this fact changes."""
    if isinstance(fact, TopicsChanged):
        topics = {"topics"} if fact.order_changed else {f"topic-{topic_id}" for topic_id in fact.topic_ids}
        return topics | {"mover"}
    if isinstance(fact, TopicNoted):
        return {f"topic-{fact.topic_id}", "spotlight", "ranking"}
    return PIECES_OF.get(type(fact), EVERYTHING)


def _marking(relay: Relay) -> Callable[[Session, RetroChanged], None]:
    def mark(db: Session, fact: RetroChanged) -> None:
        relay.announce(db, fact.retro_id, fact.version, pieces_of(fact))

    return mark
