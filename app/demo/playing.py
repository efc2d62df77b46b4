"""Plays one retro of the story, stage by stage, as its people would; knows services only, no table and no key.

The secrets of the seats live in this object and are forgotten with it, as a browser's cookies would be.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session

from app.actions.service import capturing
from app.anonymity.rules.tags import new_seat_secret
from app.core.db import Database
from app.core.ids import new_token
from app.demo.calendar import calendar_of, on_a_working_day
from app.demo.house import DemoHouse
from app.demo.promising import fields_of, live_on, review
from app.demo.story import StoryNote, StoryProject, StoryTopic, story
from app.entries import queries as entries
from app.entries.service import writing
from app.projects import service as projects
from app.pulse import service as pulse
from app.retros.queries import retros
from app.retros.queries.seats import seat_of
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import K_DEFAULT, Stage
from app.retros.rules.preparation import Preparation
from app.retros.rules.questions import ROTI, SAFETY
from app.retros.service import late_round, pairs, questions, stage_moves, timebox
from app.retros.service import preparation as preparation_service
from app.retros.service import seats as seats_service
from app.topics.queries import topic_board
from app.topics.service import choosing, discussing, grouping
from app.votes import queries as votes
from app.votes.rules.ballot import DOTS_ON_ONE_TOPIC, Stance, dot_budget
from app.votes.service import casting

OPEN_WRITING_MINUTES = 240


class Play:
    """One project and its retro. `now` is the real moment: nothing happens after it."""

    def __init__(
        self, database: Database, house: DemoHouse, story: StoryProject, now: datetime, random: Random
    ) -> None:
        self.database, self.house, self.story, self.random = database, house, story, random
        self.facilitator = house.people[house.facilitator]
        self.calendar = calendar_of(story.closed_days_ago, now)
        self.code = ""
        self.retro_id = UUID(int=0)
        self.secrets: dict[str, list[str]] = {}
        self.topic_ids: dict[str, UUID] = {}

    def from_start_to_close(self) -> None:
        """The whole retro, and what became of its promises since."""
        self.until_discussing()
        self._wrap_up()
        self._live_on()

    def until_discussing(self) -> None:
        """Everything up to the last topic in the spotlight; nothing is closed."""
        self._prepare()
        self._check_in()
        self._write(to_the_end=True)
        self._group()
        self._vote()
        self._discuss()

    def until_writing(self) -> None:
        """Some are seated and have written; everybody else may still join."""
        self._prepare()
        self._check_in()
        self._write(to_the_end=False)

    def _prepare(self) -> None:
        story, ids = self.story, self.house.departments
        held_on = self.calendar.starts.date()
        with self.database.transaction() as db:
            project_id = projects.create(
                db,
                self.facilitator,
                story.name,
                story.kind,
                held_on - timedelta(days=story.started_days_before),
                on_a_working_day(held_on - timedelta(days=story.ended_days_before)),
                [ids[name] for name in story.seats],
                self.calendar.starts - timedelta(days=4),
            )
            minutes = ((Stage.WRITE, OPEN_WRITING_MINUTES),) if story.closed_days_ago is None else ()
            preparation = Preparation(
                title=story.title,
                meeting_minutes=90,
                k=K_DEFAULT,
                expected={ids[name]: count for name, count in (story.expected or story.seats).items()},
                minutes=minutes,
                stand_in_id=self.house.people[self.house.stand_in].account_id,
                override_warnings=True,
            )
            prepared_at = self.calendar.starts - timedelta(days=1)
            self.retro_id = preparation_service.prepare(db, self.facilitator, project_id, preparation, prepared_at)
            apart = [frozenset((ids[one], ids[other])) for one, other in story.apart]
            pairs.set_pairs_apart(db, self.facilitator, self.retro_id, apart)
            self.code = retros.get(db, self.retro_id, self.facilitator).code

    def _check_in(self) -> None:
        self._move(Stage.CHECK_IN)
        with self.database.transaction() as db:
            for name, count in self.story.seats.items():
                self.secrets[name] = [new_seat_secret() for _ in range(count)]
                for secret in self.secrets[name]:
                    seats_service.join(
                        db, self.code, secret, self.house.departments[name], self.calendar.at(Stage.CHECK_IN)
                    )
            self._answer(db, SAFETY, self.story.safety)
            review(db, self.facilitator, self.retro_id, self.story.verdicts, self.calendar.at(Stage.CHECK_IN))

    def _write(self, *, to_the_end: bool) -> None:
        self._move(Stage.WRITE)
        with self.database.transaction() as db:
            written: Counter[str] = Counter()
            for note in self.story.notes:
                self._send(db, note, written[note.by])
                written[note.by] += 1
            for number, note in enumerate(self.story.unsent):
                self._leave_unsent(db, note, number)
            if to_the_end:
                if self.story.rates:
                    self._rate(db)
                return
            for name, seats in self._seats(db).items():
                if written[name] > 1:
                    seats_service.mark_ready(db, seats[0], ready=True)

    def _group(self) -> None:
        self._move(Stage.GROUP)
        with self.database.transaction() as db:
            by_text = {entry.text: entry.id for entry in entries.entries(db, self.retro_id)}
            for topic in self.story.topics:
                wanted = [by_text[note.text] for note in topic.notes]
                self.topic_ids[topic.title] = grouping.move_entries(
                    db, self.facilitator, self.retro_id, wanted, None, topic.title
                )
                about = self.house.department(topic.about)
                discussing.about(db, self.facilitator, self.retro_id, self.topic_ids[topic.title], about)
            chosen = list(self.topic_ids.values())
            choosing.choose_for_vote(db, self.facilitator, self.retro_id, chosen)

    def _vote(self) -> None:
        with self.database.transaction() as db:
            late_round.skip_late_round(db, self.facilitator, self.retro_id, self.random)
        self._move(Stage.VOTE)
        with self.database.transaction() as db:
            seats = self._seats(db)
            for number, topic in enumerate(self.story.topics):
                for name, (agree, disagree, passed) in topic.votes.items():
                    cast = [Stance.AGREE] * agree + [Stance.DISAGREE] * disagree + [Stance.PASS] * passed
                    turned = cast[number % len(cast) :] + cast[: number % len(cast)]
                    for seat, stance in zip(seats[name], turned, strict=True):
                        casting.cast_stance(db, seat, self.topic_ids[topic.title], stance)
            for name, own in seats.items():
                self._place_dots(db, name, own)

    def _place_dots(self, db: Session, name: str, seats: list[SeatVisitor]) -> None:
        """As many of the wished-for dots as the seats of this department have."""
        left = {seat.tag: dot_budget(len(self.story.topics)) for seat in seats}
        for topic in self.story.topics:
            placed: Counter[str] = Counter()
            for _ in range(topic.dots.get(name, 0)):
                free = [seat for seat in seats if left[seat.tag] and placed[seat.tag] < DOTS_ON_ONE_TOPIC]
                if not free:
                    break
                seat = max(free, key=lambda one: (left[one.tag], -placed[one.tag]))
                casting.place_dot(db, seat, self.topic_ids[topic.title])
                left[seat.tag] -= 1
                placed[seat.tag] += 1

    def _discuss(self) -> None:
        self._move(Stage.DISCUSS)
        with self.database.transaction() as db:
            order = {one.topic_id: one.position for one in votes.standings(db, self.retro_id)}
            told = [topic for topic in self.story.topics if topic.minutes]
            told.sort(key=lambda topic: order.get(self.topic_ids[topic.title], len(order)))
            for topic, at in zip(told, self.calendar.while_discussing(), strict=False):
                self._talk_about(db, topic, at)
            at = self.calendar.at(Stage.DISCUSS) + timedelta(minutes=30)
            for promise in self.story.promises:
                fields = fields_of(promise, self.house, self.calendar, self.topic_ids)
                capturing.capture(db, self.facilitator, self.retro_id, fields, at)

    def _talk_about(self, db: Session, topic: StoryTopic, at: datetime) -> None:
        topic_id = self.topic_ids[topic.title]
        here = (db, self.facilitator, self.retro_id, topic_id)
        timebox.spotlight(*here, at)
        for why in topic.whys:
            discussing.add_why(*here, why)
        discussing.write_notes(*here, topic.minutes, self._version(db, topic_id))
        for name, text in topic.replies.items():
            discussing.reply(*here, self.house.departments[name], text, 0)
        discussing.mark_discussed(*here)

    def _wrap_up(self) -> None:
        self._move(Stage.WRAP_UP)
        with self.database.transaction() as db:
            self._answer(db, ROTI, self.story.roti)
        self._move(Stage.CLOSED)

    def _live_on(self) -> None:
        with self.database.transaction() as db:
            live_on(db, self.house, self.calendar, self.retro_id, self.story.promises)

    def _send(self, db: Session, note: StoryNote, number: int) -> None:
        seat = self._seat(db, self.secrets[note.by][number % len(self.secrets[note.by])])
        writing.send(
            db, seat, new_token(), note.kind, note.text, self.house.department(note.about), note.dimension, None
        )

    def _leave_unsent(self, db: Session, note: StoryNote, number: int) -> None:
        seat = self._seat(db, self.secrets[note.by][number % len(self.secrets[note.by])])
        writing.autosave(
            db, seat, new_token(), note.kind, note.text, self.house.department(note.about), note.dimension
        )

    def _rate(self, db: Session) -> None:
        """Each seat rates, on all five dimensions, the departments that its own has a view of, and its own."""
        told = story().house
        for name, seats in self._seats(db).items():
            ratings = told.ratings.get(name, {})
            views = {rated: ratings[rated] for rated in self.story.seats if rated in ratings}
            if name in told.own_views:
                views[name] = told.own_views[name]
            for rated, view in views.items():
                for seat in seats:
                    for dimension, meant in view.items():
                        given = min(5, max(1, meant + self.random.choice((-1, 0, 0, 0, 1))))
                        pulse.rate(db, seat, self.house.departments[rated], dimension, given)

    def _answer(self, db: Session, question: str, values: tuple[int, ...]) -> None:
        seats = [seat for own in self._seats(db).values() for seat in own]
        for seat, value in zip(seats, values, strict=False):
            questions.answer(db, seat, question, str(value))

    def _seats(self, db: Session) -> dict[str, list[SeatVisitor]]:
        """As they are now: the reveal may have pooled their department."""
        return {name: [self._seat(db, secret) for secret in secrets] for name, secrets in self.secrets.items()}

    def _seat(self, db: Session, secret: str) -> SeatVisitor:
        seat = seat_of(db, self.retro_id, secret)
        assert seat is not None, "this secret took a seat at check-in"
        return seat

    def _version(self, db: Session, topic_id: UUID) -> int:
        return next(one.version for one in topic_board.board(db, self.retro_id).topics if one.id == topic_id)

    def _move(self, stage: Stage) -> None:
        with self.database.transaction() as db:
            stage_moves.move_to(db, self.facilitator, self.retro_id, stage, self.calendar.at(stage), self.random)
