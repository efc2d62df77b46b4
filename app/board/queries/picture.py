"""Reads everything that a live screen shows, from one consistent picture of the database. Knows no seat.

Each part is read when a piece asks for it, once: a change of "12 of 15 ready" never reads a topic.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlmodel import Session, select

from app.actions.queries import lists, previous_promises
from app.actions.queries.previous_promises import LastTime
from app.actions.queries.views import ActionView
from app.agreements import queries as agreements_queries
from app.agreements.queries import RoomAgreement
from app.board.queries.cards import (
    EVERYONE,
    SEVERAL,
    AnswerSummary,
    Badge,
    EntryCard,
    GroupTally,
    ReplyCard,
    SuggestedTopic,
    TopicCard,
    answers_of,
)
from app.board.rules import READY_WORDS, Audience, heading, sentence
from app.departments.queries import DepartmentView
from app.departments.queries import names as department_names
from app.entries import queries as entries
from app.entries.queries import EntryView
from app.entries.rules.names import EntryKind, hidden_words
from app.retros.models import Retro
from app.retros.queries import facilitation, observers, questions, retros, seats, takeovers
from app.retros.queries.views import RetroView, SeatCounts
from app.retros.rules.names import Labels, Stage
from app.retros.rules.questions import MORE_TIME, ROTI, SAFETY, more_time_question
from app.retros.rules.results import Result
from app.topics.queries import topic_board as topic_board_queries
from app.topics.queries.topic_board import ReplyView, TopicBoard, TopicView
from app.votes import queries as votes
from app.votes.queries import StandingView
from app.votes.rules.ballot import Standing


class BoardPicture:
    """One read of one retro. Made inside a `database.reading()` block and used up there."""

    def __init__(self, db: Session, retro: RetroView, now: datetime) -> None:
        self._db = db
        self.retro = retro
        self.now = now
        self.entries_of: Collection[UUID] | None = None
        """Set before the first look: topics to be read with their entries; None: all of them."""

    @cached_property
    def departments(self) -> Mapping[UUID, DepartmentView]:
        return department_names(self._db)

    @cached_property
    def counts(self) -> SeatCounts:
        return seats.counts(self._db, self.retro.id)

    @cached_property
    def notices(self) -> Sequence[str]:
        return facilitation.notices(self._db, self.retro.id)

    @cached_property
    def led_from_inside(self) -> str:
        """Who took the lead and belongs to a department here, with it; '' else."""
        return takeovers.led_from_inside(self._db, self.retro)

    @cached_property
    def promises(self) -> LastTime:
        """What these departments promised each other last time; only wanted at check-in."""
        if self.retro.stage is not Stage.CHECK_IN:
            return LastTime()
        return previous_promises.promised_before(self._db, [d.id for d in self.retro.departments], self.now)

    @cached_property
    def agreements(self) -> Sequence[RoomAgreement]:
        """What is in force between these departments, and what this room said of it; only wanted at check-in."""
        if self.retro.stage is not Stage.CHECK_IN:
            return ()
        return agreements_queries.agreements_in_room(self._db, self.retro, self.now)

    @cached_property
    def answers(self) -> Mapping[str, Result | None]:
        return questions.results(self._db, self.retro.id)

    def answers_to(self, question: str) -> AnswerSummary | None:
        """None while the question is open or was never asked."""
        return answers_of(question, self.answers[question]) if question in self.answers else None

    @cached_property
    def looking_in(self) -> str | None:
        """Who looks in just now, in a sentence."""
        return observers.looking_in(self._db, self.retro, self.now)

    @cached_property
    def safety_words(self) -> str:
        """The result of the safety check, once who runs the retro showed it to the room; the result itself never gets
        into a piece."""
        return questions.shown_safety(self._db, self.retro)

    @cached_property
    def roti(self) -> AnswerSummary | None:
        return self.answers_to(ROTI)

    @cached_property
    def more_time(self) -> AnswerSummary | None:
        """What is said of the last "three more minutes?" on the topic in the spotlight (yes first); None: it is open,
        or fewer than k answered."""
        topic_id, asked = self.retro.spotlight_topic_id, self.retro.more_time_round
        question = more_time_question(topic_id, asked) if topic_id and asked else ""
        return self.answers_to(question) if self.answers.get(question) else None

    @cached_property
    def more_time_is_open(self) -> bool:
        topic_id, asked = self.retro.spotlight_topic_id, self.retro.more_time_round
        if self.retro.stage is not Stage.DISCUSS or not (topic_id and asked):
            return False
        return more_time_question(topic_id, asked) not in self.answers

    @cached_property
    def topic_board(self) -> TopicBoard:
        return topic_board_queries.board(self._db, self.retro.id, self.entries_of)

    @cached_property
    def standings(self) -> Mapping[UUID, StandingView]:
        return {standing.topic_id: standing for standing in votes.standings(self._db, self.retro.id)}

    @cached_property
    def topics(self) -> Sequence[TopicCard]:
        """All topics in their stable order; nothing before the reveal."""
        if not self.retro.is_revealed:
            return ()
        return tuple(self._card(topic) for topic in self.topic_board.topics)

    @cached_property
    def _titles(self) -> Mapping[UUID, str]:
        return {topic.id: topic.title for topic in self.topic_board.topics if not topic.waits}

    @cached_property
    def ranking(self) -> Sequence[TopicCard]:
        """Topics in the order of discussion; empty until the vote is counted."""
        ranked = [card for card in self.topics if card.position is not None]
        return sorted(ranked, key=lambda card: card.position or 0)

    @cached_property
    def not_discussed(self) -> Sequence[TopicCard]:
        """Topics that were not put to the vote."""
        return [card for card in self.topics if card.position is None] if self.ranking else []

    @cached_property
    def spotlight(self) -> TopicCard | None:
        return next((card for card in self.topics if card.id == self.retro.spotlight_topic_id), None)

    @cached_property
    def thanks(self) -> Sequence[EntryCard]:
        """Thanks that were written, for the end: those of the writing, and once it is closed those of the wrap-up."""
        if self.retro.stage not in {Stage.WRAP_UP, Stage.CLOSED} or not self.retro.is_revealed:
            return ()
        found = entries.entries(self._db, self.retro.id)
        return [self._entry(one) for one in found if one.kind is EntryKind.THANKS and one.hidden_reason is None]

    @cached_property
    def actions(self) -> Sequence[ActionView]:
        return lists.actions_of(self._db, self.retro.id)

    def badge(self, department_id: UUID | None) -> Badge | None:
        found = self.departments.get(department_id) if department_id else None
        return Badge(found.name, found.index) if found else None

    def group_badge(self, group: str) -> Badge:
        """A group of the vote: a department's id, 'several' or 'everyone'."""
        if group == "everyone":
            return Badge(EVERYONE, None)
        try:
            return self.badge(UUID(group)) or Badge(SEVERAL, None)
        except ValueError:
            return Badge(SEVERAL, None)

    def _label(self, entry: EntryView) -> Badge | None:
        signed = self.badge(entry.signed_department_id)
        if signed is not None:
            return Badge(f"{signed.name}, signed", signed.index)
        if self.retro.labels is Labels.DROPPED or entry.late:
            return None
        return self.badge(entry.department_id) or Badge(SEVERAL, None)

    def _about(self, said: EntryView | TopicView) -> Badge | None:
        return Badge(SEVERAL, None) if said.about_pooled else self.badge(said.about_department_id)

    def _entry(self, entry: EntryView) -> EntryCard:
        reason = entry.hidden_reason
        return EntryCard(
            id=entry.id,
            kind=str(entry.kind),
            text="" if reason else entry.text,
            department=self._label(entry),
            about=self._about(entry),
            dimension=str(entry.dimension) if entry.dimension else None,
            late=entry.late,
            hidden_because=hidden_words(reason, entry.hidden_role) if reason else None,
            signed=entry.signed_department_id is not None,
        )

    def _reply(self, reply: ReplyView) -> ReplyCard:
        return ReplyCard(self.badge(reply.department_id) or Badge(SEVERAL, None), reply.text)

    def _card(self, topic: TopicView) -> TopicCard:
        standing = self.standings.get(topic.id)
        return TopicCard(
            id=topic.id,
            title=topic.title,
            version=topic.version,
            entries=tuple(self._entry(entry) for entry in topic.entries),
            about=self._about(topic),
            notes=topic.notes,
            whys=topic.whys,
            replies=tuple(self._reply(reply) for reply in topic.replies),
            voted_on=topic.voted_on,
            discussed=topic.discussed,
            proposal=topic.proposal,
            waits=topic.waits,
            suggested={
                entry_id: SuggestedTopic(topic_id, self._titles[topic_id])
                for entry_id, topic_id in topic.suggested.items()
                if topic.waits and topic_id in self._titles
            },
            marks=self._marks(standing),
            position=standing.position if standing else None,
            dots=standing.dots if standing else None,
            dots_are_about=standing.dots_are_about if standing else False,
            rank_cast=standing.rank_cast if standing else None,
            rank_weighed=standing.rank_weighed if standing else None,
            tallies=self._tallies(standing),
            silent=tuple(self.group_badge(group) for group in standing.not_voting) if standing else (),
        )

    def _marks(self, standing: StandingView | None) -> tuple[tuple[str, str], ...]:
        if standing is None:
            return ()
        marks: list[tuple[str, str]] = []
        if standing.standing is Standing.AGREED:
            marks.append(("all departments agree", "agreed"))
        elif standing.standing is Standing.DIVIDES:
            marks.append(("divides departments", "divides"))
        blind = self.badge(standing.blind_spot_department_id)
        if blind is not None:
            marks.append((f"blind spot of {blind.name}", "blind"))
        marks.extend((f"no clear vote from {self.group_badge(group).name}", "quiet") for group in standing.not_voting)
        return tuple(marks)

    def _tallies(self, standing: StandingView | None) -> tuple[GroupTally, ...]:
        if standing is None:
            return ()
        return tuple(
            GroupTally(self.group_badge(tally.group), tally.agree, tally.disagree) for tally in standing.tallies
        )

    def heading(self) -> str:
        retro = self.retro
        return heading(
            retro.stage,
            retro.awaiting_release,
            late_round=retro.late_round_runs,
            was_stopped=retro.was_stopped,
            broken_off=retro.is_broken_off,
        )

    def sentence(self, audience: Audience) -> str:
        retro = self.retro
        return sentence(
            retro.stage,
            audience,
            retro.awaiting_release,
            retro.k,
            late_round=retro.late_round_runs,
            was_stopped=retro.was_stopped,
            broken_off=retro.is_broken_off,
        )

    @property
    def ready_words(self) -> str:
        return READY_WORDS.get(self.retro.stage, "ready")

    @property
    def moment(self) -> str:
        """Changes whenever a browser's own part of the page (`#mine`) has to be asked for again."""
        retro = self.retro
        asked = f"{retro.more_time_round}{'?' if self.more_time_is_open else ''}"
        safety = "" if not retro.asks_safety else "over" if SAFETY in self.answers else "asked"
        roti = "over" if retro.stage is Stage.WRAP_UP and ROTI in self.answers else ""
        round_ = "+" if retro.late_round_runs else ""
        stage = f"{retro.stage}{round_}/{retro.late_round}"
        days = "".join(f"{day:%Y%m%d%H%M}" if day else "-" for day in (retro.continues_at, retro.closes_at))
        few = int(retro.awaiting_release)
        return f"{stage}/{retro.spotlight_topic_id or ''}/{asked}/{few}/{safety}{roti}/{days}"


def picture(db: Session, retro_id: UUID, now: datetime) -> BoardPicture | None:
    """The board of a retro as every audience may see it; None when there is no such retro."""
    row = db.exec(select(Retro).where(Retro.id == retro_id)).first()
    return BoardPicture(db, retros.view_of(db, row), now) if row else None


def version_of(db: Session, retro_id: UUID) -> int | None:
    """The version alone: cheap enough to be asked by every browser that comes back."""
    return db.exec(select(Retro.version).where(Retro.id == retro_id)).first()


__all__ = ["MORE_TIME", "BoardPicture", "EntryCard", "TopicCard", "picture", "version_of"]
