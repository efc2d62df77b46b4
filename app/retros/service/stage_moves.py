"""Moves a retro from stage to stage, seals it at every step and forgets its seats at the end.

What a stage means to entries, votes or promises hangs on the facts StageLeft and StageEntered, in this transaction.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select, update

from app.anonymity.rules.pooling import Pooling, Room, decide, without_labels
from app.anonymity.service import keys as keys_service
from app.anonymity.service import shuffle
from app.core.events import emit, on_commit
from app.people.rules import Visitor
from app.retros.events import ReleaseAsked, StageEntered, StageLeft, VoteSkipped
from app.retros.models import Retro, RetroDepartment, Seat, TimeBox
from app.retros.queries.retros import get_for_change
from app.retros.queries.seats import people_seated, room_of
from app.retros.rules.names import STAGES, Labels, LowSafetyChoice, Stage
from app.retros.rules.presses import leaving
from app.retros.rules.refusals import MeetingHasNotBegun, WritingNeedsADeadline
from app.retros.rules.stages import may_move
from app.retros.service.attendance import open_at_the_reveal
from app.retros.service.late_round import end_round, late_round_must_be_over
from app.retros.service.questions import end_questions_of, safety_is_due, safety_must_be_settled
from app.retros.service.room import count_hands
from app.retros.service.version import raise_version


def move_to(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    stage: Stage,
    now: datetime,
    random: Random,
    *,
    hands: int | None = None,
) -> Stage:
    """Go to `stage`; returns the stage the retro is in afterwards. `hands`: people counted as check-in ends.

    That is not `stage` in one case: fewer than k are seated at the reveal. Then nothing is revealed, the retro stays
    in write and every seat is asked to release its drafts; moving on again reveals the released ones. After days of
    writing more time is offered before that is asked.
    """
    row = get_for_change(db, retro_id, visitor)
    here, to = Stage(row.stage), Stage(stage)
    may_move(here, to, seats=_seats_taken(db, retro_id))
    if to is Stage.WRITE:
        _writing_can_begin(db, row, now)
        if hands is not None:
            count_hands(db, row, hands, as_check_in_ends=True)
    if here is Stage.WRITE and to is Stage.GROUP:
        _meeting_has_begun(db, row)
    if to is Stage.GROUP and row.revealed_at is None and not _may_reveal(db, row):
        return here
    if here is Stage.GROUP:
        late_round_must_be_over(row)
    if here is Stage.GROUP and to is Stage.DISCUSS:
        emit(db, VoteSkipped(retro_id, row.version))
    change_stage(db, row, to, now, random)
    return to


def still_stands(db: Session, visitor: Visitor, retro_id: UUID, where: str) -> bool:
    """Whether the retro stands where a button stood (as `rules.leaving` names it), held there until the transaction
    ends. From anywhere else nothing may move, so that a second press of one button is no second step."""
    row = get_for_change(db, retro_id, visitor, stirs=False)
    return where == leaving(Stage(row.stage), row.awaiting_release, row.offered_longer)


def change_stage(
    db: Session, row: Retro, to: Stage, now: datetime, random: Random, *, by_itself: bool = False
) -> None:
    """The step itself, its facts around it and the seal after it. The caller decided that it may be taken;
    `by_itself`: nobody did, the retro was left alone."""
    retro_id, left = row.id, Stage(row.stage)
    # What was added must not be lost where a retro is closed while "one more thing" runs.
    end_round(db, row, now, random)
    if STAGES.index(to) > STAGES.index(left):
        end_questions_of(db, row, left)
    version = raise_version(db, retro_id)
    emit(db, StageLeft(retro_id, version, left, to))
    _stop_box(db, retro_id, left, now)
    _enter(db, row, to, now)
    emit(db, StageEntered(retro_id, version, to, left, by_itself))
    if to is Stage.CLOSED:
        forget_seats(db, retro_id)
    else:
        shuffle.reseal(db, retro_id, random)
    shuffle.scrub_on_commit(db, anew=to is Stage.CLOSED)


def forget_seats(db: Session, retro_id: UUID) -> None:
    """Wipe seats, tickets, answers, votes and ratings, and destroy the key once that is committed."""
    shuffle.wipe(db, retro_id)
    keys = keys_service.keys_of(db)
    on_commit(db, lambda: keys.destroy(retro_id))


def room_at_the_reveal(db: Session, row: Retro) -> Room:
    """Who sits here, with what seats said of their own departments; opened once, before the labels are settled."""
    return replace(room_of(db, row), fewer=open_at_the_reveal(db, row.id))


def settle_labels(db: Session, row: Retro, room: Room, now: datetime) -> Pooling:
    """Decide, once and for all, which departments keep their name, and write it so; called by the reveal.

    A pooled seat's department is gone from the database afterwards.
    """
    sizes = room.sizes
    pooling = decide(room, row.k)
    if not pooling.enough or row.low_safety_choice == LowSafetyChoice.DROP_LABELS:
        pooling = without_labels(room, row.k)
    for department in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == row.id)):
        department.pooled = department.department_id not in pooling.labelled
        department.about_pooled = department.department_id in pooling.hidden
        department.seats = None if department.pooled else sizes.get(department.department_id, 0)
    row.late_about_pooled = bool(pooling.hidden_from_all)
    together = sum(size for department_id, size in sizes.items() if department_id not in pooling.labelled)
    together = together if pooling.labelled else room.people
    row.pooled_seats = together if together >= row.k else None
    nameless = update(Seat).where(col(Seat.retro_id) == row.id)
    if pooling.labelled:
        nameless = nameless.where(col(Seat.department_id).not_in(pooling.labelled))
    db.execute(nameless.values(department_id=None))
    row.labels = Labels(pooling.labels)
    row.revealed_at = now
    db.flush()
    return pooling


def _seats_taken(db: Session, retro_id: UUID) -> int:
    return db.exec(select(func.count()).select_from(Seat).where(Seat.retro_id == retro_id)).one()


def _writing_can_begin(db: Session, row: Retro, now: datetime) -> None:
    safety_must_be_settled(db, row)
    if row.write_asynchronously and (row.writing_until is None or row.writing_until <= now):
        raise WritingNeedsADeadline


def _meeting_has_begun(db: Session, row: Retro) -> None:
    """Where people wrote over days, the safety check comes before the reveal and not before the writing."""
    if row.safety_asked:
        safety_must_be_settled(db, row)
    elif safety_is_due(db, row):
        raise MeetingHasNotBegun


def _may_reveal(db: Session, row: Retro) -> bool:
    """Whether the reveal may happen now. If fewer than k are seated: after days of writing the first time offers more
    time to who runs it, and nobody else learns of it; then the drafts' release is asked for."""
    if people_seated(db, row) >= row.k:
        row.awaiting_release = row.offered_longer = False
        return True
    if row.awaiting_release:
        return True
    if row.write_asynchronously and not row.offered_longer:
        row.offered_longer = True
        return False
    row.awaiting_release = True
    emit(db, ReleaseAsked(row.id, raise_version(db, row.id)))
    return False


def _stop_box(db: Session, retro_id: UUID, stage: Stage, now: datetime) -> None:
    box = db.get(TimeBox, (retro_id, stage))
    if box is not None:
        box.ended_at = now


def _enter(db: Session, row: Retro, to: Stage, now: datetime) -> None:
    row.stage = to
    row.stage_started_at = now
    row.stage_ends_at = _start_box(db, row, to, now)
    row.spotlight_topic_id = row.spotlight_ends_at = None
    row.more_time_round = 0
    row.continues_at = None
    if to is Stage.WRITE:
        row.writing_began = True
    if to is Stage.CHECK_IN:
        keys_service.keys_of(db).create(row.id)
        row.facilitator_seen_at = now
    if to is Stage.CLOSED:
        row.closed_at = now
    db.execute(update(Seat).where(col(Seat.retro_id) == row.id).values(ready=False))
    db.flush()


def _start_box(db: Session, row: Retro, stage: Stage, now: datetime) -> datetime | None:
    """When the stage's time is up: the box's minutes from now; for asynchronous writing its deadline."""
    box = db.get(TimeBox, (row.id, stage))
    if box is not None:
        box.started_at, box.ended_at = now, None
    if stage is Stage.WRITE and row.write_asynchronously:
        return row.writing_until
    return now + timedelta(minutes=box.minutes) if box is not None else None
