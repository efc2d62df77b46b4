"""What readers of kick-off briefs said of their lines: how many were used, how many not relevant, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from app.briefs.models import BriefMark
from app.briefs.rules import LINE_WORDS, LineKind, LineMark, kind_of
from app.core.places import Place
from app.departments.queries import organisation
from app.people.rules import Visitor
from app.projects.models import Project, ProjectDepartment

COLUMNS = ("project", "kind", "line", "mark", "reason", "day")


@dataclass(frozen=True, slots=True)
class Marked:
    """One line of one brief and what was said of it, on which day."""

    project_id: UUID
    project: str
    line: str
    kind: LineKind
    mark: str
    reason: str
    day: date

    @property
    def is_used(self) -> bool:
        return self.mark == LineMark.USED


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """`reasons`: why not, the most frequent first."""

    name: str
    used: int
    not_relevant: int
    reasons: tuple[tuple[str, int], ...] = ()
    project_id: UUID | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Briefs:
    """All briefs of which a line was marked: in all, by kind of line, and by project (the latest first)."""

    marked: tuple[Marked, ...]

    @property
    def used(self) -> int:
        return sum(one.is_used for one in self.marked)

    @property
    def by_kind(self) -> list[AnswerCounts]:
        groups = [(kind, [one for one in self.marked if one.kind is kind]) for kind in LineKind]
        return [_counted(LINE_WORDS[kind], group) for kind, group in groups if group]

    @property
    def by_project(self) -> list[AnswerCounts]:
        found: dict[UUID, list[Marked]] = {}
        for one in self.marked:
            found.setdefault(one.project_id, []).append(one)
        return [_counted(group[0].project, group) for group in found.values()]


def briefs(db: Session, visitor: Visitor) -> Briefs:
    """Of the projects that this visitor may see. One statement beside the calendar's."""
    wanted = select(BriefMark, Project.name).join(Project, col(Project.id) == col(BriefMark.project_id))
    if not visitor.sees_everything:
        own = select(ProjectDepartment.project_id).where(
            col(ProjectDepartment.department_id).in_(visitor.departments)
        )
        wanted = wanted.where(col(BriefMark.project_id).in_(own))
    rows = db.exec(wanted.order_by(col(BriefMark.happened_at).desc(), col(BriefMark.line)))
    return Briefs(tuple(_marked(rows, organisation(db).place)))


def table(found: Briefs) -> Iterator[dict[str, str]]:
    """A row for each line that was marked."""
    for one in found.marked:
        yield {
            "project": one.project,
            "kind": one.kind,
            "line": one.line,
            "mark": one.mark,
            "reason": one.reason,
            "day": one.day.isoformat(),
        }


def _marked(rows: Iterable[tuple[BriefMark, str]], place: Place) -> Iterator[Marked]:
    for row, name in rows:
        kind = kind_of(row.line)
        if kind is not None:
            yield Marked(row.project_id, name, row.line, kind, row.mark, row.reason, place.day(row.happened_at))


def _counted(name: str, group: list[Marked]) -> AnswerCounts:
    reasons = Counter(one.reason for one in group if one.reason)
    used = sum(one.is_used for one in group)
    return AnswerCounts(
        name, used, len(group) - used, tuple(reasons.most_common()), group[0].project_id, max(o.day for o in group)
    )
