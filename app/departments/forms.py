"""Reads what people type about departments, their people and the first setup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import BaseModel

from app.core.places import Place, regions
from app.departments.rules import (
    ORGANISATION_MAX,
    badge_problem,
    line_of_setup,
    name_problem,
    people_problem,
    place_problem,
    tidy,
)
from app.people.forms import AccountForm
from app.people.rules import email_problem, tidy_email, tidy_name
from app.people.rules import name_problem as person_problem
from app.web.fields import Line, Prose
from app.web.forms import Problems

MOST_AT_ONCE = 40
KIND_NAME_MAX = 60
PHRASES_MAX = 12
PHRASE_MAX = 200


@dataclass
class DepartmentForm:
    """`people`: as typed; empty: not said."""

    name: str = ""
    badge: str = ""
    people: str = ""
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, name: str, badge: str, people: str = "") -> DepartmentForm:
        form = cls(tidy(name), tidy(badge).upper(), people.strip()[:20])
        if problem := people_problem(form.people):
            form.problems.add("people", problem)
        if problem := name_problem(form.name):
            form.problems.add("name", problem)
        if problem := badge_problem(form.badge):
            form.problems.add("badge", problem)
        return form

    @property
    def how_many(self) -> int | None:
        return int(self.people) if self.people and not people_problem(self.people) else None


@dataclass
class KindForm:
    """A kind of friction: its name, and one plain sentence a line."""

    name: str = ""
    phrases: tuple[str, ...] = ()
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, name: str, phrases: str) -> KindForm:
        form = cls(tidy(name), tuple(line for line in map(tidy, phrases.splitlines()) if line))
        if problem := name_problem(form.name, KIND_NAME_MAX):
            form.problems.add("name", problem)
        if not 2 <= len(form.phrases) <= PHRASES_MAX:
            form.problems.add("phrases", f"Please write 2 to {PHRASES_MAX} sentences, each on a line of its own.")
        elif any(len(phrase) > PHRASE_MAX for phrase in form.phrases):
            form.problems.add("phrases", f"Please keep each sentence within {PHRASE_MAX} characters.")
        return form

    def problems_at(self, prefix: str) -> dict[str, str]:
        """Sentences by the id of their field: the page has one form for each kind."""
        return {f"{prefix}-{name}": sentence for name, sentence in self.problems.by_field.items()}


@dataclass
class OrganisationForm:
    name: str = ""
    time_zone: str = ""
    country: str = ""
    subdivision: str = ""
    may_sign: bool = True
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(
        cls, name: str, time_zone: str, country: str = "", subdivision: str = "", *, may_sign: bool = True
    ) -> OrganisationForm:
        form = cls(tidy(name), time_zone.strip()[:60], *_holidays(country, subdivision), may_sign)
        if problem := name_problem(form.name, ORGANISATION_MAX):
            form.problems.add("organisation", problem.replace("a name", "the name of your organisation"))
        for wrong, problem in place_problem(Place(form.time_zone, form.country, form.subdivision)).items():
            form.problems.add(wrong, problem)
        if not form.time_zone:
            form.problems.add("time_zone", "Please give a time zone, such as Europe/Berlin.")
        return form


@dataclass
class PlaceForm:
    """Where a department works; what is empty is as in the organisation."""

    time_zone: str = ""
    country: str = ""
    subdivision: str = ""
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, time_zone: str, country: str, subdivision: str) -> PlaceForm:
        form = cls(time_zone.strip()[:60], *_holidays(country, subdivision))
        for wrong, problem in place_problem(form.place).items():
            form.problems.add(wrong, problem)
        return form

    @property
    def place(self) -> Place:
        return Place(self.time_zone, self.country, self.subdivision)


@dataclass
class SponsorForm:
    """Whom late promises of a department are told to in the end."""

    name: str = ""
    email: str = ""
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, name: str, email: str) -> SponsorForm:
        return cls(tidy(name), tidy_email(email))


class TypedSetup(BaseModel):
    """The form of the first page as it came."""

    organisation: Line = ""
    name: Line = ""
    email: Line = ""
    password: Line = ""
    departments: Prose = ""


@dataclass
class SetupForm:
    """The organisation, the first account, and departments, one a line."""

    organisation: str
    account: AccountForm
    departments: str
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, organisation: str, account: AccountForm, departments: str) -> SetupForm:
        form = cls(tidy(organisation), account, departments.replace("\r\n", "\n").strip())
        if problem := name_problem(form.organisation, ORGANISATION_MAX):
            form.problems.add("organisation", problem.replace("a name", "the name of your organisation"))
        for name, sentence in account.problems.by_field.items():
            form.problems.add(name, sentence)
        if problem := _lines_problem(form.department_names):
            form.problems.add("departments", problem)
        return form

    @property
    def department_names(self) -> list[str]:
        """Each line once, in the order typed."""
        return list(self.sizes)

    @property
    def sizes(self) -> dict[str, int | None]:
        """Name -> how many people work there, where the line says it after a comma."""
        first: dict[str, tuple[str, int | None]] = {}
        for line in self.departments.split("\n"):
            name, people = line_of_setup(line)
            if name:
                first.setdefault(name.casefold(), (name, people))
        return dict(first.values())


@dataclass
class InvitationForm:
    name: str = ""
    email: str = ""
    is_admin: bool = False
    is_facilitator: bool = False
    department: str = ""
    is_lead: bool = False
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(
        cls, name: str, email: str, roles: Sequence[str], department: str, is_lead: str, known: Sequence[UUID]
    ) -> InvitationForm:
        form = cls(
            tidy_name(name), tidy_email(email), "admin" in roles, "facilitator" in roles, department, bool(is_lead)
        )
        if problem := person_problem(form.name, what="the name of the person"):
            form.problems.add("name", problem)
        if problem := email_problem(form.email):
            form.problems.add("email", problem)
        if department and form.department_id not in known:
            form.problems.add("department", "This department is not known any more. Please choose again.")
        if form.is_lead and not department:
            form.problems.add("department", "Choose the department that this person leads.")
        return form

    @property
    def department_id(self) -> UUID | None:
        return _as_id(self.department)


@dataclass
class RightsForm:
    """Roles, and the departments somebody belongs to (department -> leads it)."""

    is_admin: bool
    is_facilitator: bool
    departments: dict[UUID, bool]

    @classmethod
    def of(cls, roles: Sequence[str], places: Sequence[str], known: Sequence[UUID]) -> RightsForm:
        """`places`: for each department "<id>:", "<id>:member" or "<id>:lead"; unknown ones are left out."""
        chosen: dict[UUID, bool] = {}
        for department, _, place in (one.partition(":") for one in places):
            department_id = _as_id(department)
            if department_id in known and department_id is not None and place in ("member", "lead"):
                chosen[department_id] = place == "lead"
        return cls("admin" in roles, "facilitator" in roles, chosen)


def _lines_problem(names: Sequence[str]) -> str | None:
    if len(names) > MOST_AT_ONCE:
        return f"Please name at most {MOST_AT_ONCE} departments here; you can add more later."
    for name in names:
        if problem := name_problem(name):
            return f"{name[:30]}: {problem}"
    return None


def _holidays(country: str, subdivision: str) -> tuple[str, str]:
    """Country and region as typed. A region of the country that was chosen before goes with it."""
    country, subdivision = country.strip()[:10], subdivision.strip()[:40]
    return country, subdivision if subdivision in regions(country) else ""


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
