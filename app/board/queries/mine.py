"""Reads what is one seat's own: drafts, ballot, answers. Goes to that browser alone, never into a piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from sqlmodel import Session

from app.entries import queries as entries
from app.entries.queries import DraftView
from app.entries.rules.composers import opened_with
from app.entries.rules.names import Dimension
from app.entries.rules.slots import LATE_SHEET
from app.pulse import queries as pulse
from app.retros.queries import facilitation, questions
from app.retros.queries.views import RetroDepartmentView, RetroView, SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.questions import FEWER, ROTI, SAFETY, YES, more_time_question
from app.topics.queries import titles, topic_board
from app.votes import queries as votes
from app.votes.queries import Ballot


@dataclass(frozen=True, slots=True)
class BallotTopic:
    """A topic put to the vote, as its line on a ballot."""

    id: UUID
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Mine:
    """One browser's own part of the page. `key` makes the next entry one entry, however often it is sent."""

    handle: str
    department: RetroDepartmentView | None
    is_ready: bool
    is_released: bool
    key: str
    drafts: Sequence[DraftView] = ()
    may_sign: bool = False
    composing: DraftView | None = None
    rates: Sequence[RetroDepartmentView] = ()
    ratings: Mapping[tuple[UUID, Dimension], int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    thanks: DraftView | None = None
    open_question: str | None = None
    entry_limit: int = 0
    has_vote: bool = True
    ballot: Ballot | None = None
    ballot_topics: Sequence[BallotTopic] = ()
    run_by: str = ""
    """Names of those who see the result of the safety check; said while it is asked."""

    @property
    def composer_key(self) -> str:
        """The key of a composer that is opened now: its own, also where it holds what another one saved. One that
        rewrites an entry goes by that entry."""
        saved = self.composing
        if saved is None:
            return self.key
        return saved.key if saved.editing is not None else opened_with(saved.key, self.key)

    @property
    def says_fewer(self) -> bool:
        """Whether this seat said that its department is fewer people than expected."""
        return self.answers.get(FEWER) == YES

    @property
    def answer(self) -> str | None:
        """This seat's answer to the question that is open now."""
        return self.answers.get(self.open_question) if self.open_question else None


def own_part(db: Session, retro: RetroView, seat: SeatVisitor) -> Mine:
    """What this seat's page shows of itself at this stage."""
    question = _open_question(db, retro)
    return Mine(
        handle=seat.handle,
        department=retro.department(seat.department_id),
        is_ready=seat.ready,
        is_released=seat.released,
        key=token_urlsafe(12),
        has_vote=retro.has_vote(seat.department_id),
        open_question=question,
        answers=questions.own_answers(db, seat, [*([question] if question else []), FEWER]),
        run_by=_run_by(db, retro) if question == SAFETY else "",
        **_of_stage(db, retro, seat),
    )


def rated_by(retro: RetroView, seat: SeatVisitor) -> list[RetroDepartmentView]:
    """The departments that this seat is asked about: those that worked with its own, and its own last."""
    others = [
        one
        for one in retro.departments
        if one.id != seat.department_id
        and (seat.department_id is None or retro.worked_together(seat.department_id, one.id))
    ]
    own = retro.department(seat.department_id)
    return [*others, own] if own else others


def own_entries(db: Session, retro: RetroView, seat: SeatVisitor) -> Mine:
    """This seat's entries alone, after one was sent, changed or deleted."""
    return Mine(
        handle=seat.handle,
        department=retro.department(seat.department_id),
        is_ready=seat.ready,
        is_released=seat.released,
        key=token_urlsafe(12),
        **_sent(db, retro, seat),
        may_sign=entries.may_sign(db, retro.id, seat.department_id) and not retro.late_round_runs,
    )


def own_line(db: Session, seat: SeatVisitor, topic_id: UUID) -> tuple[BallotTopic | None, Ballot]:
    """One line of the ballot, after a tap on it."""
    chosen = votes.voted_topic_ids(db, seat.retro_id)
    ballot = votes.own_ballot(db, seat, [topic_id], of=len(chosen))
    return (BallotTopic(topic_id, titles.title(db, topic_id), 0) if topic_id in chosen else None), ballot


def _of_stage(db: Session, retro: RetroView, seat: SeatVisitor) -> dict[str, Any]:
    if retro.stage is Stage.CHECK_IN:
        # Written before who runs it went back to check-in: still theirs to read, and to copy if all is stopped.
        return {"drafts": entries.own_drafts(db, seat, retro.entry_limit)}
    if retro.stage is Stage.WRITE:
        providers = rated_by(retro, seat)
        return {
            **_sent(db, retro, seat),
            "may_sign": entries.may_sign(db, retro.id, seat.department_id),
            "composing": entries.composer(db, seat),
            "rates": providers,
            "ratings": pulse.own_ratings(db, seat, [one.id for one in providers]),
        }
    if retro.late_round_runs:
        return {**_sent(db, retro, seat), "composing": entries.composer(db, seat, LATE_SHEET.composer)}
    if retro.stage is Stage.VOTE and retro.has_vote(seat.department_id):
        sizes = topic_board.sizes(db, retro.id)
        called = titles.titles_in(db, retro.id)
        chosen = [BallotTopic(t.id, called[t.id], sizes.get(t.id, 0)) for t in topic_board.voted_topics(db, retro.id)]
        return {"ballot_topics": chosen, "ballot": votes.own_ballot(db, seat, [topic.id for topic in chosen])}
    if retro.stage is Stage.WRAP_UP:
        return {"thanks": entries.own_thanks(db, seat)}
    return {}


def _sent(db: Session, retro: RetroView, seat: SeatVisitor) -> dict[str, Any]:
    """What this seat has sent into the places that are open now, and how many there are."""
    if retro.late_round_runs:
        return {"drafts": entries.drafts_on(db, seat, LATE_SHEET), "entry_limit": LATE_SHEET.limit}
    return {"drafts": entries.own_drafts(db, seat, retro.entry_limit), "entry_limit": retro.entry_limit}


def _run_by(db: Session, retro: RetroView) -> str:
    who = facilitation.facilitation(db, retro.id)
    # Who took over from somebody who is gone reads no result.
    runs = [one for one in (who.facilitator, *who.co_facilitators) if one.id not in retro.took_over_ids]
    names = [one.name for one in runs] or ["Nobody"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _open_question(db: Session, retro: RetroView) -> str | None:
    if retro.asks_safety:
        return None if SAFETY in questions.results(db, retro.id) else SAFETY
    if retro.stage is Stage.WRAP_UP:
        return None if ROTI in questions.results(db, retro.id) else ROTI
    if retro.stage is Stage.DISCUSS and retro.spotlight_topic_id and retro.more_time_round:
        question = more_time_question(retro.spotlight_topic_id, retro.more_time_round)
        return None if question in questions.results(db, retro.id) else question
    return None
