"""What a facilitator settles before a retro begins, and what speaks against it; knows no table and no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.core.errors import Invalid
from app.core.places import Place
from app.retros.rules.formats import FORMAT_DEFAULT, FORMATS
from app.retros.rules.names import ENTRY_LIMIT_DEFAULT, ENTRY_LIMIT_MAX, K_FLOOR, K_MAX, Stage, WayIn
from app.retros.rules.refusals import DecidesOnPay

TITLE_MAX = 120
EXPECTED_MOST = 5000
MINUTES_LEAST, MINUTES_MOST = 15, 480
WRITING_DAYS_MOST = 21
TOO_SOON, TOO_LATE = 3, 15
"""Working days after the end of a project: before, the dust has not settled; after, people have forgotten."""

SHARES = {
    Stage.CHECK_IN: 5,
    Stage.WRITE: 20,
    Stage.GROUP: 20,
    Stage.VOTE: 10,
    Stage.DISCUSS: 35,
    Stage.WRAP_UP: 10,
}
"""Per cent of the meeting for each stage."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """The settings of a retro. `minutes` overrides the default split of `meeting_minutes` per stage; `k` None: what
    is proposed for so many people; `expected`: people of each department.

    `pay_is_decided_here`: whether somebody will be here who decides on others' pay or tasks (None: not asked), and
    `decider_ids`: those of them who have an account; they neither run the retro nor take it over.
    """

    title: str = ""
    department_ids: tuple[UUID, ...] = ()
    format: str = FORMAT_DEFAULT
    k: int | None = None
    entry_limit: int = ENTRY_LIMIT_DEFAULT
    way_in: WayIn = WayIn.CODE
    meeting_minutes: int = 60
    minutes: tuple[tuple[Stage, int], ...] = ()
    write_asynchronously: bool = False
    writing_days: int | None = None
    partly_remote: bool = False
    expected: Mapping[UUID, int] = field(default_factory=dict)
    stand_in_id: UUID | None = None
    co_facilitator_ids: tuple[UUID, ...] = ()
    override_warnings: bool = False
    pay_is_decided_here: bool | None = None
    decider_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparationWarning:
    """`key` is recorded when the warning was overridden; `sentence` is what the facilitator reads."""

    key: str
    sentence: str


def checked(preparation: Preparation) -> Preparation:
    """The same preparation; raises `Invalid` with the field where a setting is out of bounds."""
    if not 1 <= len(preparation.title) <= TITLE_MAX:
        raise Invalid(f"Please give the retro a title of at most {TITLE_MAX} characters.", field="title")
    if len(set(preparation.department_ids)) < 2:
        raise Invalid("A joint project has at least two departments. Please choose them.", field="departments")
    if preparation.format not in FORMATS:
        raise Invalid("Please choose one of the formats.", field="format")
    if preparation.k is not None:
        _within(preparation.k, K_FLOOR, K_MAX, "k", "The smallest group that is shown by its name")
    _within(preparation.entry_limit, 1, ENTRY_LIMIT_MAX, "entry_limit", "The limit of entries per person")
    _within(preparation.meeting_minutes, MINUTES_LEAST, MINUTES_MOST, "meeting_minutes", "The length of the meeting")
    if preparation.write_asynchronously and preparation.writing_days is not None:
        _within(preparation.writing_days, 1, WRITING_DAYS_MOST, "writing_days", "The days of writing")
    for department_id, people in preparation.expected.items():
        check_expected(people, f"expected_{department_id}")
    _people_may_run_it(preparation)
    for stage, minutes in preparation.minutes:
        if stage not in SHARES:
            raise Invalid("This stage has no time box.", field="minutes")
        _within(minutes, 1, MINUTES_MOST, f"minutes_{stage}", "A time box")
    return preparation


def check_expected(people: int, field: str = "expected") -> None:
    """Raises `Invalid` where so many people cannot be expected of a department."""
    _within(people, 1, EXPECTED_MOST, field, "The number of people")


def _people_may_run_it(preparation: Preparation) -> None:
    """Raises DecidesOnPay where somebody is chosen to run it who decides on others' pay or tasks."""
    deciders = set(preparation.decider_ids)
    if preparation.stand_in_id in deciders:
        raise DecidesOnPay(field="stand_in")
    if deciders & set(preparation.co_facilitator_ids):
        raise DecidesOnPay(field="co_facilitators")


def _within(value: int, least: int, most: int, field: str, what: str) -> None:
    if not least <= value <= most:
        raise Invalid(f"{what} must be a number from {least} to {most}.", field=field)


def split_minutes(total: int, *, asynchronous: bool = False) -> dict[Stage, int]:
    """Whole minutes for each stage of a meeting, summing to `total`: largest remainders, at least one each.

    When people write before the meeting, the minutes of writing go to the other stages.
    """
    shares = {stage: share for stage, share in SHARES.items() if not (asynchronous and stage is Stage.WRITE)}
    whole = sum(shares.values())
    exact = {stage: total * share / whole for stage, share in shares.items()}
    minutes = {stage: max(1, int(value)) for stage, value in exact.items()}
    by_remainder = sorted(exact, key=lambda stage: exact[stage] - int(exact[stage]), reverse=True)
    for stage in by_remainder[: max(0, total - sum(minutes.values()))]:
        minutes[stage] += 1
    return minutes


def warnings_for(
    project_ended_on: date | None,
    today: date,
    facilitator_departments: Iterable[UUID],
    departments: Iterable[UUID],
    place: Place,
) -> list[PreparationWarning]:
    """What speaks against holding this retro now, or with this facilitator. Nothing here blocks. `place` is where the
    organisation is: its working days count."""
    warnings = []
    if project_ended_on is None or project_ended_on > today:
        if project_ended_on is not None:
            warnings.append(PreparationWarning("not_ended", "The project has not ended yet."))
    else:
        passed = place.between(project_ended_on, today)
        if passed < TOO_SOON:
            sentence = f"The project ended {_days(passed)} ago. Give people at least {TOO_SOON} to look back."
            warnings.append(PreparationWarning("too_soon", sentence))
        elif passed > TOO_LATE:
            sentence = f"The project ended {_days(passed)} ago. After {TOO_LATE} much has been forgotten."
            warnings.append(PreparationWarning("too_late", sentence))
    if set(facilitator_departments) & set(departments):
        sentence = "You belong to a department that takes part. People write more freely with somebody from outside."
        warnings.append(PreparationWarning("facilitator_takes_part", sentence))
    return warnings


OVERRIDDEN = {
    "not_ended": "The project had not ended yet.",
    "too_soon": f"The project had ended fewer than {TOO_SOON} working days before.",
    "too_late": f"The project had ended more than {TOO_LATE} working days before.",
    "facilitator_takes_part": "The facilitator belongs to a department that takes part.",
    "no_labels": "With the people expected no department would be named.",
}
"""Key of a warning -> what is said of a retro that was prepared in spite of it."""


def _days(number: int) -> str:
    return "1 working day" if number == 1 else f"{number} working days"
