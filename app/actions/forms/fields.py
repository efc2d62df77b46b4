"""Fields that several forms of promises have."""

from datetime import date
from uuid import UUID

from app.actions.rules.fields import REASON_MAX
from app.entries.rules.names import Dimension
from app.web.forms import Problems, calendar_day, identifier, paragraph


def department(typed: str, problems: Problems, name: str) -> UUID | None:
    return identifier(typed, problems=problems, name=name, label="the department", needed=False)


def dimension(typed: str) -> str:
    return typed if typed in set(Dimension) else ""


def review_day(typed: str, problems: Problems) -> date | None:
    return calendar_day(typed, problems=problems, name="review_on", label="the day of the review", needed=False)


def read_reason(typed: str) -> tuple[str, Problems]:
    problems = Problems()
    return paragraph(typed, most=REASON_MAX, problems=problems, name="reason", label="", needed=False), problems
