"""Reads what people type about a joint project."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from app.projects.rules import dates_problem, departments_problem, kind_problem, name_problem, tidy
from app.web.fields import Line, Word, Words
from app.web.forms import Problems, calendar_day


class TypedProject(BaseModel):
    """The form of a project as it came."""

    name: Line = ""
    kind: Word = ""
    started_on: Word = ""
    ended_on: Word = ""
    departments: Words = []


@dataclass
class ProjectForm:
    """Texts as typed, and the values read from them."""

    name: str = ""
    kind: str = ""
    started_on: str = ""
    ended_on: str = ""
    departments: list[str] = field(default_factory=list)
    starts: date | None = None
    ends: date | None = None
    department_ids: list[UUID] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, typed: TypedProject, known: Collection[UUID]) -> ProjectForm:
        days = (typed.started_on.strip(), typed.ended_on.strip())
        form = cls(tidy(typed.name), tidy(typed.kind), *days, list(typed.departments))
        by_text = {str(one): one for one in known}
        form.department_ids = [by_text[one] for one in typed.departments if one in by_text]
        form._look_at_dates()
        for what, problem in (
            ("name", name_problem(form.name)),
            ("kind", kind_problem(form.kind)),
            ("departments", departments_problem(form.department_ids)),
        ):
            if problem:
                form.problems.add(what, problem)
        return form

    def _look_at_dates(self) -> None:
        self.starts = calendar_day(
            self.started_on, problems=self.problems, name="started_on", label="the start", needed=False
        )
        self.ends = calendar_day(
            self.ended_on, problems=self.problems, name="ended_on", label="the end", needed=False
        )
        if problem := dates_problem(self.starts, self.ends):
            self.problems.add("ended_on", problem)
