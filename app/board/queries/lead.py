"""Reads what is one facilitator's own on the board: the ways on, who helps, the forms of the topic in the light."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.actions.service import closing
from app.board.rules import ASKED_FIRST, BACK_WORDS, NEXT_STEPS, RELEASED_STEP
from app.entries.queries import fewer_than_five
from app.people.queries import AccountView, accounts
from app.people.rules import Visitor
from app.retros.queries import ending as ending_queries
from app.retros.queries import facilitation as facilitation_queries
from app.retros.queries import questions, seats, takeovers
from app.retros.queries.ending import EndingView
from app.retros.queries.said_early import said_early
from app.retros.queries.views import FacilitationView, RetroView, SafetyResult, SeatCounts
from app.retros.rules.absence import TakenAs
from app.retros.rules.names import STAGES, Stage
from app.retros.rules.questions import SAFETY, more_time_question
from app.retros.rules.stages import allowed_moves
from app.topics.queries import topic_board
from app.topics.queries.topic_board import TopicView


@dataclass(frozen=True, slots=True)
class Way:
    """One way from this stage: where to, the words of its button, and what it will do."""

    to: Stage
    words: str
    consequence: str


@dataclass(frozen=True, slots=True)
class Lead:
    """The own part of who runs it, or may take it over. `might_take_over`: the page asks again by itself whether one
    may now, as `taken_as`; `came_back`: her lead was taken over, one press gives it back.
    `hinders`: sentences about promises that still lack something; `early`: what will fail in the room,
    while it is prepared."""

    is_lead: bool
    is_helper: bool
    might_take_over: bool
    may_take_over: bool
    taken_as: TakenAs | None
    came_back: bool
    facilitation: FacilitationView
    ending: EndingView
    helpers: Sequence[AccountView]
    next: Way | None
    asks_first: bool
    others: Sequence[Way]
    few_entries: bool
    few_people: bool
    counts: SeatCounts
    topic: TopicView | None
    asked: bool
    safety_is_open: bool
    meeting_is_due: bool
    safety: SafetyResult | None
    hinders: Sequence[str]
    early: Sequence[str]

    @property
    def discusses_at_once(self) -> bool:
        """Whether there is nothing to vote on."""
        return any(way.to is Stage.DISCUSS for way in self.others)

    def reply_of(self, department_id: object) -> tuple[str, int]:
        """Text and version of a department's reply to the topic in the light; version 0 when there is none."""
        for reply in self.topic.replies if self.topic else ():
            if reply.department_id == department_id:
                return reply.text, reply.version
        return "", 0


def lead_part(db: Session, retro: RetroView, visitor: Visitor, now: datetime) -> Lead:
    """What this visitor may do on the board of this retro."""
    ways = _ways(db, retro)
    facilitation = facilitation_queries.facilitation(db, retro.id)
    takeover = takeovers.takeover(db, retro, visitor, now)
    safety_is_over = SAFETY in questions.results(db, retro.id)
    return Lead(
        is_lead=retro.is_led_by(visitor),
        is_helper=retro.is_helped_by(visitor),
        might_take_over=takeover.taken_as is not None,
        may_take_over=takeover.may_now(now),
        taken_as=takeover.taken_as,
        came_back=not retro.is_led_by(visitor) and takeovers.lead_taken_from(db, retro.id, visitor.account_id),
        facilitation=facilitation,
        ending=ending_queries.ending(db, retro.id, now),
        helpers=[one for one in accounts(db) if one.is_facilitator and not one.is_disabled],
        next=ways[0] if ways else None,
        asks_first=bool(ways) and is_asked_first(retro, ways[0].to),
        others=ways[1:],
        few_entries=fewer_than_five(db, retro.id, now),
        few_people=seats.too_few_at_the_deadline(db, retro, now),
        counts=seats.counts(db, retro.id),
        topic=_topic(db, retro),
        asked=_asked(db, retro),
        safety_is_open=retro.asks_safety and not safety_is_over,
        meeting_is_due=_meeting_is_due(retro, safety_is_over),
        safety=questions.safety_result(db, retro, visitor),
        hinders=closing.ready_to_close(db, retro.id) if retro.stage is Stage.WRAP_UP else (),
        early=said_early(db) if retro.stage is Stage.PREPARE else (),
    )


def way_to(db: Session, retro: RetroView, to: str) -> Way | None:
    """The step that is confirmed before it is taken, if the retro stands before it."""
    return next((way for way in _ways(db, retro) if way.to == to and is_asked_first(retro, way.to)), None)


def is_asked_first(retro: RetroView, to: Stage) -> bool:
    """Whether this step forward is confirmed in the page."""
    forward = STAGES.index(to) > STAGES.index(retro.stage)
    return forward and to in ASKED_FIRST and not (to is Stage.GROUP and retro.is_revealed)


def _meeting_is_due(retro: RetroView, safety_is_over: bool) -> bool:
    """Whether people write over days and have not come together yet: the safety check comes before the reveal."""
    return retro.stage is Stage.WRITE and retro.write_asynchronously and not (retro.safety_asked or safety_is_over)


def _ways(db: Session, retro: RetroView) -> list[Way]:
    """The way forward first. Past the vote only where there is nothing to vote on."""
    found = []
    for to in allowed_moves(retro.stage):
        if STAGES.index(to) < STAGES.index(retro.stage):
            found.append(Way(to, BACK_WORDS[to], ""))
        elif retro.stage is Stage.GROUP and to is Stage.DISCUSS:
            if len(topic_board.topics(db, retro.id)) < 2 and not topic_board.late_places(db, retro.id):
                found.append(Way(to, "Discuss at once", "There is at most one topic, so nothing to weigh."))
        elif to is Stage.GROUP and retro.awaiting_release:
            found.append(Way(to, *RELEASED_STEP))
        else:
            found.append(Way(to, *NEXT_STEPS[to]))
    return found


def _topic(db: Session, retro: RetroView) -> TopicView | None:
    if retro.stage is not Stage.DISCUSS or retro.spotlight_topic_id is None:
        return None
    board = topic_board.board(db, retro.id)
    return next((topic for topic in board.topics if topic.id == retro.spotlight_topic_id), None)


def _asked(db: Session, retro: RetroView) -> bool:
    """Whether "three more minutes?" is open now."""
    if retro.spotlight_topic_id is None or not retro.more_time_round:
        return False
    question = more_time_question(retro.spotlight_topic_id, retro.more_time_round)
    return question not in questions.results(db, retro.id)
