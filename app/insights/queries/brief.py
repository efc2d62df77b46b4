"""The kick-off brief of a project: what exactly these departments still owe each other, before they begin again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.queries import AgreementView, LastTime, in_force_between, looking_back
from app.people.rules import Visitor
from app.projects.queries import ProjectView, project


@dataclass(frozen=True, slots=True)
class Brief:
    """One page for the departments of one project. `open`: somebody still waits, the late ones first.

    `settled` was promised and settled in the year before; `agreements` are in force now.
    """

    project: ProjectView
    open: LastTime
    settled: LastTime
    everything: LastTime
    agreements: tuple[AgreementView, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.everything.total or self.agreements)


def brief(db: Session, visitor: Visitor, project_id: UUID, now: datetime) -> Brief:
    """Promises and agreements of which both sides take part in this project. Raises NotFound, also when not yours."""
    found = project(db, project_id, for_=visitor)
    circle = [one.id for one in found.departments]
    promised = looking_back(db, circle, now)
    return Brief(found, promised.open, promised.settled, promised, tuple(in_force_between(db, circle)))
