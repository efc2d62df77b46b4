"""Finds retros: by code for the room, by id for a visitor who may see them; lookup is authorization."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, bindparam
from sqlmodel import Session, col, select

from app.core.cache import CacheKind
from app.core.errors import NotFound
from app.core.tables import table_of
from app.departments.models import Department
from app.people.rules import Visitor
from app.projects.models import Project
from app.retros.models import Retro, RetroDecider, RetroDepartment, RetroFacilitator, RetroPairApart, TimeBox
from app.retros.queries.views import HeldRetro, RetroDepartmentView, RetroView, TimeBoxView, format_of
from app.retros.rules.names import Labels, LateRound, LowSafetyChoice, Stage, WayIn
from app.retros.rules.refusals import LookingIsShut, LooksInOnThePage, NotYourRetro
from app.retros.rules.stages import JOINING

KNOWN_MOST = 64
_KNOWN: CacheKind[RetroView] = CacheKind("open rooms", KNOWN_MOST, of_rooms=True)
_RETRO = table_of(Retro)
_AT_CODE = sa.select(_RETRO.c.id, _RETRO.c.version).where(_RETRO.c.code == bindparam("code"))


def by_code(db: Session, code: str) -> RetroView | None:
    """The retro that people enter with this code (already read by `core.ids.read_code`)."""
    row = db.exec(select(Retro).where(Retro.code == code)).first()
    return view_of(db, row) if row else None


def known_by_code(db: Session, code: str) -> RetroView | None:
    """As `by_code`, from memory while the retro's version stays. Only for reads of what is committed: what seats do
    while they write raises no version, and three hundred of them ask for the same picture.

    Names of the project, departments and people may be as old as the version.
    """
    now = db.execute(_AT_CODE, {"code": code}).first()
    if now is None:
        return None
    known = _KNOWN.of(db.info["database"])
    view = known.find(now[0], now[1])
    if view is None:
        view = by_code(db, code)
        if view is not None:
            known.keep(view.id, view.version, view)
    return view


def get(db: Session, retro_id: UUID, for_: Visitor) -> RetroView:
    """A retro that this visitor may look at; raises NotFound, or LookingIsShut while it runs and is shut to them.

    Admins, everyone who runs it, other facilitators, and members of the departments that take part.
    """
    view = get_even_if_shut(db, retro_id, for_)
    if view.is_shut_to(for_):
        raise LookingIsShut
    return view


def get_off_the_board(db: Session, retro_id: UUID, for_: Visitor) -> RetroView:
    """As `get`, for pages and files beside the live ones, which tell no screen that they are read: while the room is
    open they are for who runs it. Raises LooksInOnThePage, too."""
    view = get(db, retro_id, for_)
    if view.stage in JOINING and not view.is_helped_by(for_):
        raise LooksInOnThePage
    return view


def get_even_if_shut(db: Session, retro_id: UUID, for_: Visitor) -> RetroView:
    """As `get`, for pages that say that it is shut and show nothing else of it. Raises NotFound."""
    row = db.exec(select(Retro).where(Retro.id == retro_id)).first()
    if row is None:
        raise NotFound
    view = view_of(db, row)
    if not _may_see(view, for_):
        raise NotFound
    return view


def get_for_change(db: Session, retro_id: UUID, for_: Visitor, *, stirs: bool = True) -> Retro:
    """The row, locked until the transaction ends; nobody else can change the retro or write into it meanwhile.

    Whatever who runs it does comes by here, so here it is noted that the retro is not still (`stirs`; rules.ending).
    Raises NotFound (may not see it) or NotYourRetro (does not run it).
    """
    row = locked(db, retro_id)
    runs_it = row.facilitator_id == for_.account_id or _is_co_facilitator(db, retro_id, for_.account_id)
    if not runs_it:
        if not _may_see(view_of(db, row), for_):
            raise NotFound
        raise NotYourRetro
    row.stirred = row.stirred or stirs
    return row


def hold(db: Session, retro_id: UUID, raising: bool = False) -> HeldRetro:
    """What seats need to know of the retro, its stage held still until the transaction ends. Raises NotFound.

    For what seats write: many can hold it at once, but a stage change waits for them, and they for it
    (PostgreSQL FOR KEY SHARE; SQLite has one writer anyway). Under this lock never change the row nor its version.
    `raising`: the caller will raise the version, so it gets the row for itself (FOR NO KEY UPDATE) at once; taking
    the weaker lock first and raising later lets two seats and a stage change wait for each other in a circle.
    """
    found = db.execute(_holding(read=not raising), {"of": retro_id}).first()
    if found is None:
        raise NotFound
    return HeldRetro(**{**found._mapping, "stage": Stage(found.stage)})


def locked(db: Session, retro_id: UUID) -> Retro:
    """The row, for nobody else to hold or change; no question asked who wants it. Raises NotFound."""
    statement: Select[Any] = select(Retro).where(Retro.id == retro_id)
    fresh = statement.with_for_update().execution_options(populate_existing=True)
    row: Retro | None = db.execute(fresh).scalars().first()
    if row is None:
        raise NotFound
    return row


def retros_of_project(db: Session, project_id: UUID) -> list[RetroView]:
    """The retros of one project, the newest first. Who may see the project is asked where it is looked up."""
    statement = select(Retro).where(Retro.project_id == project_id)
    return views_of(db, db.exec(statement.order_by(col(Retro.created_at).desc(), col(Retro.id))).all())


def view_of(db: Session, row: Retro) -> RetroView:
    """A frozen picture of a row that the caller already holds."""
    return views_of(db, [row])[0]


def views_of(db: Session, rows: Sequence[Retro]) -> list[RetroView]:
    """The same of many rows, with the same number of statements."""
    ids = [row.id for row in rows]
    departments = _departments(db, ids)
    boxes = _time_boxes(db, ids)
    helpers: dict[UUID, set[UUID]] = defaultdict(set)
    for helper in db.exec(select(RetroFacilitator).where(col(RetroFacilitator.retro_id).in_(ids))):
        helpers[helper.retro_id].add(helper.account_id)
    projects = select(Project.id, Project.name).where(col(Project.id).in_({row.project_id for row in rows}))
    names: dict[UUID, str] = dict(db.exec(projects).all())
    apart = _pairs_apart(db, ids)
    deciders: dict[UUID, set[UUID]] = defaultdict(set)
    for decider in db.exec(select(RetroDecider).where(col(RetroDecider.retro_id).in_(ids))):
        deciders[decider.retro_id].add(decider.account_id)
    return [
        _view(
            row,
            names[row.project_id],
            departments[row.id],
            boxes[row.id],
            frozenset(helpers[row.id]),
            frozenset(apart[row.id]),
            frozenset(deciders[row.id]),
        )
        for row in rows
    ]


def _may_see(view: RetroView, visitor: Visitor) -> bool:
    if visitor.is_admin or visitor.is_facilitator or view.is_helped_by(visitor):
        return True
    takes_part = visitor.departments & {d.id for d in view.departments}
    return bool(takes_part) or visitor.account_id == view.stand_in_id


@cache
def _holding(*, read: bool) -> Select[Any]:
    # Made once: three hundred seats may write in one second.
    statement = sa.select(*(_RETRO.c[field.name] for field in fields(HeldRetro))).where(
        _RETRO.c.id == bindparam("of")
    )
    return statement.with_for_update(read=read, key_share=True)


def _is_co_facilitator(db: Session, retro_id: UUID, account_id: UUID) -> bool:
    return db.get(RetroFacilitator, (retro_id, account_id)) is not None


def _departments(db: Session, ids: Sequence[UUID]) -> dict[UUID, list[RetroDepartmentView]]:
    found: dict[UUID, list[RetroDepartmentView]] = defaultdict(list)
    statement = (
        select(RetroDepartment, Department)
        .join(Department, col(Department.id) == RetroDepartment.department_id)
        .where(col(RetroDepartment.retro_id).in_(ids))
        .order_by(Department.name)
    )
    for taking_part, department in db.exec(statement):
        found[taking_part.retro_id].append(
            RetroDepartmentView(
                id=department.id,
                name=department.name,
                badge=department.badge,
                tone=department.tone,
                expected=taking_part.expected,
                pooled=taking_part.pooled,
            )
        )
    return found


def _pairs_apart(db: Session, ids: Sequence[UUID]) -> dict[UUID, set[frozenset[UUID]]]:
    found: dict[UUID, set[frozenset[UUID]]] = defaultdict(set)
    for pair in db.exec(select(RetroPairApart).where(col(RetroPairApart.retro_id).in_(ids))):
        found[pair.retro_id].add(frozenset((pair.one_id, pair.other_id)))
    return found


def _time_boxes(db: Session, ids: Sequence[UUID]) -> dict[UUID, dict[Stage, TimeBoxView]]:
    found: dict[UUID, dict[Stage, TimeBoxView]] = defaultdict(dict)
    for box in db.exec(select(TimeBox).where(col(TimeBox.retro_id).in_(ids))):
        stage = Stage(box.stage)
        found[box.retro_id][stage] = TimeBoxView(
            stage=stage,
            minutes=box.minutes,
            extensions=box.extensions,
            extended_minutes=box.extended_minutes,
            started_at=box.started_at,
            ended_at=box.ended_at,
        )
    return found


def _view(
    row: Retro,
    project_name: str,
    departments: Sequence[RetroDepartmentView],
    boxes: dict[Stage, TimeBoxView],
    co_facilitators: frozenset[UUID],
    apart: frozenset[frozenset[UUID]],
    deciders: frozenset[UUID],
) -> RetroView:
    return RetroView(
        id=row.id,
        code=row.code,
        title=row.title,
        project_id=row.project_id,
        project_name=project_name,
        format=format_of(row.format),
        stage=Stage(row.stage),
        version=row.version,
        k=row.k,
        entry_limit=row.entry_limit,
        way_in=WayIn(row.way_in),
        locked=row.locked,
        hands=row.hands,
        writing_began=row.writing_began,
        departments=tuple(departments),
        facilitator_id=row.facilitator_id,
        co_facilitator_ids=co_facilitators,
        stand_in_id=row.stand_in_id,
        facilitator_seen_at=row.facilitator_seen_at,
        warnings_overridden=tuple(row.warnings_overridden),
        meeting_minutes=row.meeting_minutes,
        write_asynchronously=row.write_asynchronously,
        partly_remote=row.partly_remote,
        writing_until=row.writing_until,
        stage_started_at=row.stage_started_at,
        stage_ends_at=row.stage_ends_at,
        time_boxes=MappingProxyType(boxes),
        labels=Labels(row.labels),
        low_safety_choice=LowSafetyChoice(row.low_safety_choice) if row.low_safety_choice else None,
        awaiting_release=row.awaiting_release,
        spotlight_topic_id=row.spotlight_topic_id,
        spotlight_ends_at=row.spotlight_ends_at,
        more_time_round=row.more_time_round,
        tickets_issued=row.tickets_issued,
        tickets_extra=row.tickets_extra,
        seats_ejected=row.seats_ejected,
        created_at=row.created_at,
        revealed_at=row.revealed_at,
        closed_at=row.closed_at,
        imported=row.imported,
        apart=apart,
        late_round=LateRound(row.late_round),
        late_round_ends_at=row.late_round_ends_at,
        looking_is_shut=row.looking_is_shut,
        pay_is_decided_here=row.pay_is_decided_here,
        decider_ids=deciders,
        safety_asked=row.safety_asked,
        safety_shown=row.safety_shown,
        took_over_ids=frozenset(UUID(one) for one in row.took_over),
        continues_at=row.continues_at,
        closes_at=row.closes_at if row.stage != Stage.CLOSED else None,
        kept_until=row.kept_until,
        offered_longer=row.offered_longer,
    )
