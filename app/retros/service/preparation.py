"""Prepares a retro: its departments, time boxes, group size and people; all before anybody is seated."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.core.errors import Invalid, NotFound
from app.core.events import emit
from app.core.ids import new_code
from app.departments.queries import organisation
from app.people.models import Account
from app.people.queries import visitor_of
from app.people.rules import Visitor
from app.projects.models import Project, ProjectDepartment
from app.retros.events import RoomPrepared
from app.retros.models import Retro, RetroDecider, RetroDepartment, RetroFacilitator, TimeBox
from app.retros.queries.retros import get_for_change
from app.retros.rules.attendance import labels_warning, proposed_k, total
from app.retros.rules.names import Stage
from app.retros.rules.preparation import Preparation, PreparationWarning, checked, split_minutes, warnings_for
from app.retros.rules.refusals import AlreadyPrepared, DecidesOnPay, OnlyFacilitatorsPrepare, WarningsStand
from app.retros.service.pairs import forget_pairs_without
from app.retros.service.version import raise_version

YOU_DECIDE = (
    "You decide on others' pay or tasks here, so somebody else has to run this retro. Please ask another facilitator "
    "to prepare it."
)


def prepare(db: Session, visitor: Visitor, project_id: UUID, preparation: Preparation, now: datetime) -> UUID:
    """A new retro of a project, in stage prepare. Raises WarningsStand until its warnings are overridden."""
    if not (visitor.is_facilitator or visitor.is_admin):
        raise OnlyFacilitatorsPrepare
    project = db.get(Project, project_id)
    if project is None:
        raise NotFound
    complete = _completed(db, project, preparation, visitor.account_id)
    overridden = _overridden(db, visitor, project, complete, now)
    row = Retro(
        project_id=project_id,
        code=_free_code(db),
        title=complete.title,
        facilitator_id=visitor.account_id,
        facilitator_seen_at=now,
        warnings_overridden=overridden,
        stage_started_at=now,
        created_at=now,
    )
    _settle(row, complete, now)
    db.add(row)
    db.flush()
    _write_parts(db, row, complete, visitor.account_id)
    emit(db, RoomPrepared(row.id, row.version))
    return row.id


def change_preparation(
    db: Session, visitor: Visitor, retro_id: UUID, preparation: Preparation, now: datetime
) -> None:
    """Replace the settings of a retro that has not begun. Raises AlreadyPrepared afterwards: k is frozen then."""
    row = get_for_change(db, retro_id, visitor)
    if row.stage != Stage.PREPARE:
        raise AlreadyPrepared
    project = db.get_one(Project, row.project_id)
    complete = _completed(db, project, preparation, row.facilitator_id)
    leads = visitor_of(db, row.facilitator_id) or visitor
    row.warnings_overridden = _overridden(db, leads, project, complete, now)
    _settle(row, complete, now)
    for part in (RetroDepartment, RetroFacilitator, RetroDecider, TimeBox):
        db.execute(delete(part).where(col(part.retro_id) == retro_id))
    db.flush()
    db.expire_all()
    _write_parts(db, row, complete, row.facilitator_id)
    forget_pairs_without(db, retro_id, complete.department_ids)
    emit(db, RoomPrepared(retro_id, raise_version(db, retro_id)))


def _completed(db: Session, project: Project, preparation: Preparation, facilitator_id: UUID) -> Preparation:
    """The preparation with what was left open filled in from the project; raises `Invalid`."""
    statement = select(ProjectDepartment.department_id).where(ProjectDepartment.project_id == project.id)
    taking_part = set(db.exec(statement))
    chosen = set(preparation.department_ids) or taking_part
    if not chosen <= taking_part:
        raise Invalid("Please choose among the departments that took part in the project.", field="departments")
    title = preparation.title or project.name
    _accounts_must_exist(db, preparation)
    if preparation.pay_is_decided_here and facilitator_id in preparation.decider_ids:
        raise DecidesOnPay(YOU_DECIDE, field="deciders")
    if not preparation.pay_is_decided_here:
        preparation = replace(preparation, decider_ids=())
    expected = {d: people for d, people in preparation.expected.items() if d in chosen}
    return checked(replace(preparation, title=title, department_ids=tuple(sorted(chosen)), expected=expected))


def _k_of(preparation: Preparation) -> int:
    """The smallest group: as chosen, else as proposed for the people expected."""
    if preparation.k is not None:
        return preparation.k
    return proposed_k(total({d: preparation.expected.get(d) for d in preparation.department_ids}))


def _accounts_must_exist(db: Session, preparation: Preparation) -> None:
    stand_in = {preparation.stand_in_id} if preparation.stand_in_id else set()
    chosen = (
        ("stand_in", stand_in),
        ("co_facilitators", set(preparation.co_facilitator_ids)),
        ("deciders", set(preparation.decider_ids)),
    )
    for field, wanted in chosen:
        enabled = select(Account.id).where(col(Account.id).in_(wanted), col(Account.disabled_at).is_(None))
        if set(db.exec(enabled)) != wanted:
            raise Invalid("Somebody you chose cannot sign in any more. Please choose again.", field=field)


def _overridden(
    db: Session, visitor: Visitor, project: Project, preparation: Preparation, now: datetime
) -> list[str]:
    """Keys of the warnings that stand and were overridden; raises WarningsStand if they were not."""
    place = organisation(db).place
    warnings: list[PreparationWarning] = warnings_for(
        project.ended_on, place.day(now), visitor.departments, preparation.department_ids, place
    )
    if set(preparation.expected) == set(preparation.department_ids):
        unnamed = labels_warning(preparation.expected, _k_of(preparation))
        warnings += [unnamed] if unnamed else []
    if warnings and not preparation.override_warnings:
        raise WarningsStand(tuple(warning.sentence for warning in warnings))
    return [warning.key for warning in warnings]


def _settle(row: Retro, preparation: Preparation, now: datetime) -> None:
    row.title = preparation.title
    row.format = preparation.format
    row.k = _k_of(preparation)
    row.entry_limit = preparation.entry_limit
    row.way_in = preparation.way_in
    row.stand_in_id = preparation.stand_in_id
    row.meeting_minutes = preparation.meeting_minutes
    row.partly_remote = preparation.partly_remote
    row.pay_is_decided_here = preparation.pay_is_decided_here
    row.write_asynchronously = preparation.write_asynchronously
    days = preparation.writing_days if preparation.write_asynchronously else None
    row.writing_until = now + timedelta(days=days) if days else None


def _write_parts(db: Session, row: Retro, preparation: Preparation, facilitator_id: UUID) -> None:
    db.add_all(
        RetroDepartment(retro_id=row.id, department_id=d, expected=preparation.expected.get(d))
        for d in preparation.department_ids
    )
    db.add_all(RetroDecider(retro_id=row.id, account_id=account_id) for account_id in set(preparation.decider_ids))
    helpers = set(preparation.co_facilitator_ids) - {facilitator_id}
    db.add_all(RetroFacilitator(retro_id=row.id, account_id=account_id) for account_id in helpers)
    planned = split_minutes(preparation.meeting_minutes, asynchronous=preparation.write_asynchronously)
    planned.update(dict(preparation.minutes))
    db.add_all(TimeBox(retro_id=row.id, stage=stage, minutes=minutes) for stage, minutes in planned.items())
    db.flush()


def _free_code(db: Session) -> str:
    while True:
        code = new_code()
        if db.exec(select(Retro.id).where(Retro.code == code)).first() is None:
            return code
