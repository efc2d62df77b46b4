"""Loads past retros into the house, each in a transaction of its own: nobody waits long for the writer.

Who said something, when, in which order and under which number is never stored: entries get random ids and are
written in random order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from random import Random
from uuid import UUID

from sqlmodel import Session, col, delete, insert, select

from app.core.db import Database
from app.core.errors import Refusal
from app.core.events import emit
from app.core.ids import new_code, new_id
from app.departments import service as departments
from app.departments.queries import all_departments
from app.entries.models import Entry
from app.outcomes.models import HistoryImport, ImportedRetro, Outcome
from app.outcomes.queries.building import document_of
from app.outcomes.queries.history import recorded
from app.outcomes.rules.document import to_be_kept
from app.outcomes.rules.history.past import ImportedFile, RetroInFile
from app.outcomes.service.history.narrowing import Narrowing, narrowing
from app.outcomes.service.history.planning import CREATE, IGNORE, ImportState, Plan, PlannedRetro, plan
from app.outcomes.service.history.promising import load_promises
from app.people import queries as people
from app.projects.models import Project, ProjectDepartment
from app.retros.events import HistoryImported
from app.retros.models import Retro, RetroDepartment
from app.retros.queries.retros import view_of
from app.retros.rules.names import Labels, Stage
from app.themes.models import PairCount, RetroTakenIn
from app.themes.service import writing
from app.topics.models import Topic
from app.topics.service import proposing

Progress = Callable[[int, int], None]


class NobodyToLead(Refusal):
    sentence = (
        "There is no account yet that the imported retros could belong to. Make one first: "
        "fencepost user you@example.org --name “Your Name” --admin"
    )


class WouldReplace(Refusal):
    """The file tells other words of retros that came before under the same names: perhaps a newer copy, perhaps
    another file that is only called the same."""

    def __init__(self, number: int) -> None:
        what = "One retro of this file is" if number == 1 else f"{number} retros of this file are"
        super().__init__(
            f"{what} here already, with other words. Say whether to replace them, or to keep both under "
            "another name.",
            field="same",
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was loaded. `import_id` None: there was nothing new. `promises`: actions that came to the loaded lists."""

    plan: Plan
    import_id: UUID | None
    promises: int = 0
    skipped: int = 0
    """Retros that somebody else loaded meanwhile."""


@dataclass
class _Load:
    """What stays the same from retro to retro. Names are in small letters."""

    import_id: UUID
    leader: UUID
    now: datetime
    random: Random
    departments: dict[str, UUID]
    projects: dict[str, UUID]
    department_names: dict[UUID, str]
    with_promises: bool
    promises: int = 0
    skipped: int = 0
    made_departments: list[str] = field(default_factory=list)
    made_projects: list[str] = field(default_factory=list)


def load(
    database: Database,
    told: ImportedFile,
    *,
    source: str,
    file_name: str,
    mapping: Mapping[str, str],
    choices: Mapping[str, str],
    by: UUID | None,
    now: datetime,
    random: Random,
    with_promises: bool = True,
    replace: bool = False,
    progress: Progress = lambda done, of: None,
) -> ImportReport:
    """Load what a file tells. Retros that came before are recognised, and changed only where nobody worked on them.

    `by`: the account they belong to, None the first admin. `choices` as for `plan`. `replace`: somebody was asked,
    and wants what changed in the place of what is here. Raises NobodyToLead, Invalid, WouldReplace.
    """
    with database.reading() as db:
        planned = plan(db, told, choices)
    if not planned.written:
        return ImportReport(planned, None)
    if planned.count(ImportState.CHANGED) and not replace:
        raise WouldReplace(planned.count(ImportState.CHANGED))
    with database.transaction() as db:
        job = _begin(db, planned, source, file_name, mapping, by, now, random)
        job.with_promises = with_promises
    for done, one in enumerate(planned.written, start=1):
        with database.transaction() as db:
            _load_one(db, job, one)
        progress(done, len(planned.written))
    with database.transaction() as db:
        _finish(db, job, planned)
    return ImportReport(planned, job.import_id, job.promises, job.skipped)


def _begin(
    db: Session,
    planned: Plan,
    source: str,
    file_name: str,
    mapping: Mapping[str, str],
    by: UUID | None,
    now: datetime,
    random: Random,
) -> _Load:
    """The import itself, and the departments and projects that its retros need."""
    admins = people.admin_ids(db)
    leader = by or next(iter(admins), None)
    if leader is None:
        raise NobodyToLead
    row = HistoryImport(
        source=source[:80],
        file_name=file_name[:200],
        mapping=dict(mapping),
        counts={},
        account_id=by,
        happened_at=now,
    )
    db.add(row)
    job = _Load(row.id, leader, now, random, {}, {}, {}, with_promises=True)
    _settle_departments(db, job, planned)
    _settle_projects(db, job, planned)
    row.counts = _counts(job, planned)
    db.flush()
    return job


def _settle_departments(db: Session, job: _Load, planned: Plan) -> None:
    for line in planned.departments:
        key = line.name.casefold()
        if line.known is not None:
            job.departments[key] = line.known.id
        elif line.choice == CREATE:
            job.departments[key] = departments.create(db, None, line.name, now=job.now)
            job.made_departments.append(str(job.departments[key]))
        elif line.choice != IGNORE:
            job.departments[key] = UUID(line.choice)
    job.department_names = {one.id: one.name for one in all_departments(db)}


def _settle_projects(db: Session, job: _Load, planned: Plan) -> None:
    """Projects are found by their names; new ones get the departments of their retros, and end with the last."""
    known = select(Project.name, Project.id).order_by(col(Project.created_at), col(Project.id))
    job.projects = {name.casefold(): found for name, found in db.exec(known)}
    taking_part: dict[UUID, set[UUID]] = {}
    made: dict[UUID, Project] = {}
    for one in planned.written:
        key = one.past.project.casefold()
        if key not in job.projects:
            row = Project(name=one.past.project, created_at=job.now, created_by=job.leader)
            job.projects[key], made[row.id] = row.id, row
            job.made_projects.append(str(row.id))
        if (new := made.get(job.projects[key])) is not None:
            new.ended_on = max(new.ended_on or one.past.held.day, one.past.held.day)
            taking_part.setdefault(new.id, set()).update(_departments_of(job, one.past))
    db.add_all(made.values())
    db.flush()
    links = [(project, one) for project, some in taking_part.items() for one in some]
    db.add_all(ProjectDepartment(project_id=project, department_id=one) for project, one in links)
    db.flush()


def _load_one(db: Session, job: _Load, one: PlannedRetro) -> None:
    past = one.past
    before = recorded(db, [past.name]).get(past.name)
    if (before.retro_id if before else None) != one.retro_id or (before and before.fingerprint == past.fingerprint):
        job.skipped += 1
        return
    retro = _retro(db, job, past, db.get_one(Retro, before.retro_id) if before else None)
    _record(db, job, past, retro.id, before)
    seats = _write_departments(db, job, past, retro.id)
    _write_entries(db, job, past, retro.id, narrowing(_departments_of(job, past), seats, retro.k))
    proposing.propose(db, retro.id)
    if job.with_promises:
        job.promises += load_promises(db, past, retro.id, _names_here(job, past), job.now)
    _fix(db, retro, job.now)
    emit(db, HistoryImported(frozenset({retro.id})))


def _retro(db: Session, job: _Load, past: RetroInFile, before: Retro | None) -> Retro:
    noon = min(datetime.combine(past.held.day, time(12), UTC), job.now)
    row = before or Retro(project_id=new_id(), code=new_code(), title="", facilitator_id=job.leader, created_at=noon)
    if before is not None:
        _clear(db, before.id)
        writing.want_rerun(db)
    row.project_id, row.title = job.projects[past.project.casefold()], past.title
    row.stage, row.labels, row.imported, row.series = Stage.CLOSED, Labels.KEPT, True, past.series or past.source
    row.held_on, row.created_at, row.revealed_at, row.closed_at = past.held.day, noon, noon, noon
    row.pooled_seats = past.seats.get("")
    db.add(row)
    db.flush()
    return row


def _clear(db: Session, retro_id: UUID) -> None:
    """What a file said before goes, with topics and all that hangs on them; what was promised stays."""
    for table in (Topic, Entry, RetroDepartment, RetroTakenIn, PairCount, Outcome):
        db.execute(delete(table).where(col(table.retro_id) == retro_id))
    db.expire_all()


def _record(db: Session, job: _Load, past: RetroInFile, retro_id: UUID, before: ImportedRetro | None) -> None:
    row = before or ImportedRetro(retro_id=retro_id, import_id=job.import_id, name=past.name, fingerprint="", held="")
    row.import_id, row.fingerprint, row.held = job.import_id, past.fingerprint, past.held.said
    db.add(row)
    db.flush()


def _write_departments(db: Session, job: _Load, past: RetroInFile, retro_id: UUID) -> dict[UUID, int]:
    """Who took part. Returns the seats that the file states."""
    seats: dict[UUID, int] = {}
    for name, people_there in past.seats.items():
        if found := job.departments.get(name.casefold()):
            seats[found] = max(seats.get(found, 0), people_there)
    db.add_all(
        RetroDepartment(retro_id=retro_id, department_id=one, seats=seats.get(one))
        for one in _departments_of(job, past)
    )
    db.flush()
    return seats


def _write_entries(db: Session, job: _Load, past: RetroInFile, retro_id: UUID, narrowed: Narrowing) -> None:
    rows = []
    for note in past.notes:
        writer = job.departments.get(note.department.casefold())
        about, about_pooled = narrowed.about(writer, job.departments.get(note.about.casefold()))
        rows.append(
            {
                "id": new_id(),
                "retro_id": retro_id,
                "kind": str(note.kind),
                "text": note.text,
                "department_id": writer,
                "about_department_id": about,
                "about_pooled": about_pooled,
                "dimension": note.dimension,
            }
        )
    job.random.shuffle(rows)
    db.execute(insert(Entry), rows)


def _fix(db: Session, retro: Retro, now: datetime) -> None:
    """The outcome of an imported retro: what the file said. There was no room whose code could open it."""
    contents = to_be_kept(document_of(db, view_of(db, retro)))
    db.add(Outcome(retro_id=retro.id, contents=contents, fixed_at=now))
    db.flush()


def _finish(db: Session, job: _Load, planned: Plan) -> None:
    row = db.get(HistoryImport, job.import_id)
    if row is not None:
        row.counts = _counts(job, planned)
        db.add(row)


def _counts(job: _Load, planned: Plan) -> dict[str, object]:
    return {
        "retros": len(planned.written),
        "changed": planned.count(ImportState.CHANGED),
        "kinds": {str(kind): number for kind, number in sorted(planned.kinds.items())},
        "promises": job.promises,
        "lost": planned.lost,
        "departments": job.made_departments,
        "projects": job.made_projects,
    }


def _departments_of(job: _Load, past: RetroInFile) -> set[UUID]:
    found = (job.departments.get(name.casefold()) for name in past.departments)
    return {one for one in found if one is not None}


def _names_here(job: _Load, past: RetroInFile) -> dict[str, str]:
    """The file's word for a department -> its name here; '' where it is left out."""
    ids = {name: job.departments.get(name.casefold()) for name in past.departments}
    return {name: job.department_names.get(one, "") if one else "" for name, one in ids.items()}
