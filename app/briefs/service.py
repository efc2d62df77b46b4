"""What readers say of a brief's lines, and sending a brief to those who lead."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.briefs.models import BriefMark
from app.briefs.queries.brief import Brief, brief, leads_of
from app.briefs.rules import WHY_NOT, LineMark
from app.core.errors import Invalid, NotFound, Refusal
from app.core.events import emit
from app.people.rules import Visitor
from app.projects.events import BriefSent


class NotYoursToMark(Refusal):
    status = 403
    sentence = "Lines of a brief are marked by facilitators and by those who lead a department of the project."


class LineIsGone(NotFound):
    sentence = "This line is not on the brief any more. The page shows what is."


class WhyNot(Invalid):
    sentence = WHY_NOT
    field = "reason"


class NobodyToTell(Invalid):
    sentence = "Nobody leads one of these departments yet. Say who does on the page of the department first."


def mark_line(
    db: Session, visitor: Visitor, project_id: UUID, line: str, mark: LineMark | None, reason: str, now: datetime
) -> None:
    """Say of a line that it was used, or why it is not relevant; None takes back what was said.

    Raises NotFound, NotYoursToMark, LineIsGone, WhyNot.
    """
    found = _to_answer(db, visitor, project_id, now)
    if line not in found.lines:
        raise LineIsGone
    if mark is LineMark.NOT_RELEVANT and not reason:
        raise WhyNot
    row = db.get(BriefMark, (project_id, line))
    if mark is None:
        if row is not None:
            db.delete(row)
        return
    row = row or BriefMark(project_id=project_id, line=line, mark=mark, happened_at=now)
    row.mark, row.reason = mark, reason if mark is LineMark.NOT_RELEVANT else ""
    row.account_id, row.happened_at = visitor.account_id, now
    db.add(row)
    db.flush()


def send_to_leads(db: Session, visitor: Visitor, project_id: UUID, now: datetime) -> None:
    """The brief as it is now to everybody who leads a department of the project, at most once a day.

    Raises NotFound, NotYoursToMark, NobodyToTell.
    """
    found = _to_answer(db, visitor, project_id, now, for_all=True)
    leads = leads_of(db, [one.id for one in found.project.departments])
    if not leads:
        raise NobodyToTell
    people = frozenset(account_id for account_id, _ in leads)
    emit(db, BriefSent(project_id, found.project.name, people, found.sections, visitor.name, now))


def _to_answer(db: Session, visitor: Visitor, project_id: UUID, now: datetime, for_all: bool = False) -> Brief:
    found = brief(db, visitor, project_id, now, for_all=for_all)
    if not found.may_mark:
        raise NotYoursToMark
    return found
