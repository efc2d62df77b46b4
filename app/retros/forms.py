"""Reads what facilitators type about a retro: its preparation, minutes, numbers of people and who runs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from types import EllipsisType
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.core.places import Place, zone_of
from app.people.rules import email_problem, tidy_email
from app.retros.queries.views import RetroView
from app.retros.rules.formats import FORMAT_DEFAULT, FORMATS
from app.retros.rules.invitations import InvitationText
from app.retros.rules.names import ENTRY_LIMIT_DEFAULT, ENTRY_LIMIT_MAX, K_FLOOR, K_MAX, Stage, WayIn
from app.retros.rules.preparation import (
    EXPECTED_MOST,
    MINUTES_LEAST,
    MINUTES_MOST,
    SHARES,
    TITLE_MAX,
    WRITING_DAYS_MOST,
    Preparation,
)
from app.retros.rules.presses import Move
from app.web.fields import Line, Word, Words
from app.web.forms import InvalidForm, Problems, calendar_day, identifier, one_line, whole_number

WRITING_DAYS_DEFAULT = 3
TIMED = tuple(SHARES)


class TypedMove(BaseModel):
    """A press that moves a retro, as it arrives."""

    stage: Word = ""
    leaving: Word = ""
    late_round: Word = ""
    asks_hands: Word = ""
    hands: Word = ""
    hands_unknown: Word = ""


class TypedContinuation(BaseModel):
    """The day and hour on which a retro goes on, as they arrive."""

    day: Word = ""
    at: Word = ""
    leaving: Word = ""


def move(typed: TypedMove) -> Move:
    """Raises Invalid for a stage that there is not, or hands that are no number."""
    counted = hands(typed.hands, typed.hands_unknown) if typed.asks_hands else None
    return Move(stage(typed.stage), typed.leaving, skips_late_round=typed.late_round == "skip", hands=counted)


class TypedPreparation(BaseModel):
    """The preparation's fields as they arrive; every one may be missing or nonsense."""

    model_config = ConfigDict(extra="ignore")

    project: Word = ""
    title: Line = ""
    departments: Words = []
    format: Word = FORMAT_DEFAULT
    k: Word = ""
    entry_limit: Word = str(ENTRY_LIMIT_DEFAULT)
    way_in: Word = WayIn.CODE
    meeting_minutes: Word = "60"
    minutes_check_in: Word = ""
    minutes_write: Word = ""
    minutes_group: Word = ""
    minutes_vote: Word = ""
    minutes_discuss: Word = ""
    minutes_wrap_up: Word = ""
    write_asynchronously: Word = ""
    writing_days: Word = str(WRITING_DAYS_DEFAULT)
    partly_remote: Word = ""
    expected: Words = []
    expected_of: Words = []
    stand_in: Word = ""
    co_facilitators: Words = []
    override_warnings: Word = ""
    pay: Word = ""
    pay_not_me: Word = ""
    deciders: Words = []

    def people(self, department_id: UUID) -> str:
        """What was typed as the people expected of a department."""
        return pairs(self.expected_of, self.expected).get(str(department_id), "")

    def minutes(self, stage: str) -> str:
        value: str = getattr(self, f"minutes_{stage}")
        return value


@dataclass
class PreparationForm:
    """Texts as typed, what was wrong with them, and the warnings that stand."""

    typed: TypedPreparation = field(default_factory=TypedPreparation)
    problems: Problems = field(default_factory=Problems)
    warnings: tuple[str, ...] = ()

    def read(self) -> Preparation:
        """The settings that were typed; what cannot be read is in `problems` and left at its default."""
        typed = self.typed
        later = typed.write_asynchronously == "on"
        return Preparation(
            title=self._title(),
            department_ids=tuple(self._ids(typed.departments, "departments")),
            format=self._one_of(typed.format, FORMATS, "format", FORMAT_DEFAULT),
            k=self._number("k", K_FLOOR, K_MAX, "the smallest group", needed=False),
            entry_limit=self._number("entry_limit", 1, ENTRY_LIMIT_MAX, "the limit") or ENTRY_LIMIT_DEFAULT,
            way_in=WayIn(self._one_of(typed.way_in, tuple(WayIn), "way_in", WayIn.CODE)),
            meeting_minutes=self._number("meeting_minutes", MINUTES_LEAST, MINUTES_MOST, "the length") or 60,
            minutes=tuple(self._minutes(later)),
            write_asynchronously=later,
            writing_days=self._number("writing_days", 1, WRITING_DAYS_MOST, "the days") if later else None,
            partly_remote=typed.partly_remote == "on",
            expected=self._expected(),
            stand_in_id=next(iter(self._ids([typed.stand_in], "stand_in")), None),
            co_facilitator_ids=tuple(self._ids(typed.co_facilitators, "co_facilitators")),
            override_warnings=typed.override_warnings == "on",
            pay_is_decided_here=self._pay(),
            decider_ids=tuple(self._ids(typed.deciders, "deciders")) if typed.pay == "yes" else (),
        )

    def _expected(self) -> dict[UUID, int]:
        """People expected of each department that takes part: asked for every one of them."""
        typed = pairs(self.typed.expected_of, self.typed.expected)
        chosen = self.typed.departments or list(typed)
        if not typed:
            self.problems.add("departments", "Please say how many people you expect of each department.")
        found = {}
        for department_id in self._ids(chosen, "departments"):
            # Any other was never on the page: the service says whether it takes part at all.
            if str(department_id) not in typed:
                continue
            people = whole_number(
                typed[str(department_id)], least=1, most=EXPECTED_MOST, problems=self.problems,
                name=f"expected_{department_id}", label="how many people you expect",
            )  # fmt: skip
            if people is not None:
                found[department_id] = people
        return found

    def _pay(self) -> bool | None:
        """Whether somebody will be here who decides on others' pay or tasks. It has to be answered, and who prepares
        has to say that it is not they."""
        if self.typed.pay not in {"yes", "no"}:
            self.problems.add("pay", "Please answer this question: what people dare to write depends on it.")
            return None
        if self.typed.pay == "yes" and self.typed.pay_not_me != "on":
            self.problems.add("pay_not_me", "Please confirm that it is not you, or let somebody else prepare it.")
        return self.typed.pay == "yes"

    def _title(self) -> str:
        return one_line(
            self.typed.title, most=TITLE_MAX, problems=self.problems, name="title", label="a title", needed=False
        )

    def _minutes(self, later: bool) -> Iterable[tuple[Stage, int]]:
        for stage in TIMED:
            if later and stage is Stage.WRITE:
                continue
            number = self._number(f"minutes_{stage}", 1, MINUTES_MOST, "the minutes", needed=False)
            if number is not None:
                yield stage, number

    def _number(self, name: str, least: int, most: int, label: str, needed: bool = True) -> int | None:
        value: str = getattr(self.typed, name)
        return whole_number(
            value, least=least, most=most, problems=self.problems, name=name, label=label, needed=needed
        )

    def _ids(self, values: Iterable[str], name: str) -> Iterable[UUID]:
        for value in values:
            found = identifier(value, problems=self.problems, name=name, label="from the list", needed=False)
            if found is not None:
                yield found

    def _one_of(self, value: str, known: Iterable[str], name: str, default: str) -> str:
        if value in set(known):
            return value
        self.problems.add(name, "Please choose one from the list.")
        return default


def about(retro: RetroView) -> PreparationForm:
    """The form filled with a retro's settings."""
    days = ((retro.writing_until - retro.created_at).days or 1) if retro.writing_until else WRITING_DAYS_DEFAULT
    minutes = {f"minutes_{stage}": str(box.minutes) for stage, box in retro.time_boxes.items()}
    return PreparationForm(
        TypedPreparation(
            project=str(retro.project_id),
            title=retro.title,
            departments=[str(one.id) for one in retro.departments],
            format=retro.format.key,
            k=str(retro.k),
            entry_limit=str(retro.entry_limit),
            way_in=retro.way_in,
            meeting_minutes=str(retro.meeting_minutes),
            write_asynchronously="on" if retro.write_asynchronously else "",
            partly_remote="on" if retro.partly_remote else "",
            writing_days=str(min(max(days, 1), WRITING_DAYS_MOST)),
            expected_of=[str(one.id) for one in retro.departments],
            expected=[str(one.expected or "") for one in retro.departments],
            stand_in=str(retro.stand_in_id or ""),
            co_facilitators=[str(one) for one in retro.co_facilitator_ids],
            pay={True: "yes", False: "no", None: ""}[retro.pay_is_decided_here],
            pay_not_me="on" if retro.pay_is_decided_here else "",
            deciders=[str(one) for one in retro.decider_ids],
            **minutes,
        )
    )


def stage(value: str) -> Stage:
    """The stage that a button names. Raises InvalidForm."""
    if value in set(Stage):
        return Stage(value)
    raise _refused("stage", "Please use one of the buttons of the page.")


def number(value: str, least: int, most: int, name: str, label: str, default: int | None = None) -> int:
    """A whole number out of a small form, `default` when the field was left out. Raises InvalidForm."""
    problems = Problems()
    typed = str(default) if default is not None and not value.strip() else value
    found = whole_number(typed, least=least, most=most, problems=problems, name=name, label=label)
    if found is None:
        raise InvalidForm(problems)
    return found


def lit(value: str) -> UUID | EllipsisType | None:
    """What was in the light when a button was drawn: "none", or a topic; `...` where the button does not say. Raises
    InvalidForm."""
    if not value:
        return ...
    return None if value == "none" else maybe_id(value, "leaving", "a topic")


def times_asked(value: str) -> int | None:
    """How often a question had been asked when a button was drawn; None where the button does not say."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else None


def some_id(value: str, name: str, label: str) -> UUID:
    """An id that must be there. Raises InvalidForm."""
    found = maybe_id(value, name, label)
    if found is None:
        raise _refused(name, f"Please choose {label}.")
    return found


def maybe_id(value: str, name: str, label: str) -> UUID | None:
    """An id, or None where nothing was chosen. Raises InvalidForm."""
    problems = Problems()
    found = identifier(value, problems=problems, name=name, label=label, needed=False)
    if problems:
        raise InvalidForm(problems)
    return found


def moment(day: str, at: str, place: Place) -> datetime:
    """A moment out of a day (YYYY-MM-DD) and a time of day (HH:MM), as clocks show it in `place`. Raises
    InvalidForm."""
    problems = Problems()
    found = calendar_day(day, problems=problems, name="day", label="the day")
    try:
        hour = time.fromisoformat(at.strip())
    except ValueError:
        hour = None
        problems.add("at", "Please give the time as hours and minutes, such as 14:30.")
    if found is None or hour is None:
        raise InvalidForm(problems)
    return datetime.combine(found, hour.replace(tzinfo=None), tzinfo=zone_of(place.zone)).astimezone(UTC)


def one_of(value: str, known: Iterable[str], name: str) -> str:
    """One of the answers that the page offers. Raises InvalidForm."""
    if value not in set(known):
        raise _refused(name, "Please choose one from the list.")
    return value


def pairs_apart(shown: Sequence[str] | None, together: Sequence[str] | None) -> list[frozenset[UUID]]:
    """Pairs ("id:id") that the form showed and that were not ticked. Raises InvalidForm."""
    ticked = {_pair(value) for value in together or ()}
    return [pair for pair in map(_pair, shown or ()) if pair not in ticked]


def pairs(names: Sequence[str] | None, values: Sequence[str] | None) -> dict[str, str]:
    """Two lists of a form, row by row; what has no partner is left out."""
    return dict(zip(names or (), values or (), strict=False))


def people_expected(typed: Mapping[str, str], retro: RetroView) -> dict[UUID, int | None]:
    """People expected of each department (`typed`: by its id), None where nothing was typed. Raises InvalidForm."""
    problems = Problems()
    by_department = {
        one.id: whole_number(
            typed[str(one.id)], least=1, most=EXPECTED_MOST, problems=problems, name="people",
            label="the number of people", needed=False,
        )
        for one in retro.departments
        if str(one.id) in typed
    }  # fmt: skip
    if problems:
        raise InvalidForm(problems)
    return by_department


def hands(typed: str, unknown: str) -> int | None:
    """People who have the page open, None where nobody counted, which is said on purpose. Raises InvalidForm."""
    if unknown == "on":
        return None
    problems = Problems()
    found = whole_number(typed, least=0, most=EXPECTED_MOST, problems=problems, name="hands", label="how many hands")
    if problems or found is None:
        raise _refused("hands", "Please type how many hands you see, or say that nobody counted.")
    return found


def tickets_wanted(typed: Mapping[str, str], retro: RetroView, most: int) -> dict[UUID, int]:
    """Tickets per department of the retro; a field left empty is none. Raises InvalidForm."""
    problems = Problems()
    wanted = {}
    for one in retro.departments:
        number = whole_number(
            typed.get(str(one.id), ""), least=0, most=most, problems=problems, name="people",
            label=f"the tickets for {one.name}", needed=False,
        )  # fmt: skip
        if number:
            wanted[one.id] = number
    if problems:
        raise InvalidForm(problems)
    if not wanted:
        raise _refused("people", "Please say how many tickets each department needs.")
    return wanted


def invitations(text: str, retro: RetroView, most: int) -> list[InvitationText]:
    """Lines of 'address, department' (its name or its letters). Raises InvalidForm, naming the line by its number."""
    known = {name.casefold(): one.id for one in retro.departments for name in (one.badge, one.name)}
    found: dict[str, InvitationText] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        address, _, department = (part.strip() for part in line.partition(","))
        address = tidy_email(address)
        if email_problem(address):
            raise _refused("addresses", f"Line {number}: this is no mail address. Write: address, department.")
        if department.casefold() not in known:
            raise _refused("addresses", f"Line {number}: this department does not take part. Write its name.")
        if address.casefold() in found:
            raise _refused("addresses", f"Line {number}: this address stands here twice. Each gets one ticket.")
        found[address.casefold()] = InvitationText(address, known[department.casefold()])
    if not found:
        raise _refused("addresses", "Please write one line for each person: address, department.")
    if len(found) > most:
        raise _refused("addresses", f"At most {most} tickets can be mailed at once.")
    return list(found.values())


def _pair(value: str) -> frozenset[UUID]:
    one, _, other = value.partition(":")
    try:
        return frozenset((UUID(one), UUID(other)))
    except ValueError:
        raise _refused("together", "Please use the boxes of the page.") from None


def _refused(name: str, sentence: str) -> InvalidForm:
    problems = Problems()
    problems.add(name, sentence)
    return InvalidForm(problems)
