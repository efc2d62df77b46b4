"""The list of themes with what is found about each, out of the findings alone: a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, select
from sqlmodel import Session, col, func

from app.departments.queries import DepartmentView, names, spoken_by_name, spoken_of
from app.departments.rules import A_SMALL_ONE, Spoken
from app.evidence.models import ActionVerdict, Finding
from app.evidence.rules.calendar import UNKNOWN, WHOLE
from app.evidence.rules.rates import Rate
from app.evidence.rules.recurrence import STRENGTH, RecurrenceState, by_chance
from app.evidence.rules.time_to_recurrence import Followed, time_to_return
from app.meaning.models import FrictionKind
from app.people.rules import Visitor
from app.scorecards.rules.survival import Survival
from app.themes.models import Theme
from app.themes.queries.names import name_for
from app.themes.queries.waiting import WaitingRetros, waiting

A_PAGE = 50
IN_A_FILE = 10_000


@dataclass(frozen=True, slots=True)
class ThemeFilter:
    """What a reader asked to see; empty: everything. `page` counts from 1."""

    state: str = ""
    provider: str = ""
    consumer: str = ""
    kind: str = ""
    text: str = ""
    page: int = 1

    @property
    def narrows(self) -> bool:
        return bool(self.provider or self.consumer or self.kind or self.text)

    def but(self, **changed: str | int) -> str:
        """The part of an address after "?", with some of it changed; the page begins anew unless said."""
        then = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]  # names are those of the fields
        said = {
            "state": then.state, "provider": then.provider, "consumer": then.consumer, "kind": then.kind,
            "q": then.text, "page": then.page if then.page > 1 else "",
        }  # fmt: skip
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class ThemeSide:
    """Who served or was served: a department, or a group that has no name (`words`)."""

    words: str
    department: DepartmentView | None = None


@dataclass(frozen=True, slots=True)
class FindingView:
    """What is found about one friction; of a theme as a whole (`is_whole`) with the sides of the key that decides.

    `provider`, `consumer`: None for all pairs together. `series`: of which imported retros, None where not by series.
    """

    theme_id: UUID
    name: str
    kind: str
    provider: ThemeSide | None
    consumer: ThemeSide | None
    series: str | None
    is_whole: bool
    is_of_small: bool
    """The figures are those of a pair with a small department: no retro is named beside them."""
    state: str
    present: int
    eligible: int
    low: float
    entries: int
    seats: int | None
    rate: Rate | None
    trend: str
    trend_p: float | None
    worked: str
    last_on: date | None

    @property
    def by_chance(self) -> float:
        """How often a passing friction would be seen in so many of its retros."""
        return by_chance(self.present, self.eligible)


@dataclass(frozen=True, slots=True)
class ThemeList:
    """One page of lines, the strongest first. `counts`: state -> how many; `total` of what was wanted."""

    lines: tuple[FindingView, ...]
    counts: Mapping[str, int]
    total: int
    wanted: ThemeFilter
    departments: tuple[DepartmentView, ...]
    kinds: tuple[tuple[str, str], ...]
    verdicts: Mapping[str, int]
    until_back: Survival
    waiting: WaitingRetros

    @property
    def has_more(self) -> bool:
        return self.wanted.page * A_PAGE < self.total


def theme_list(db: Session, wanted: ThemeFilter, most: int = A_PAGE, *, for_: Visitor | None) -> ThemeList:
    """Themes and counts are for everybody who signs in; nothing here is anybody's wording, and no line is about a
    small department. `for_` None: whoever reads it at the shell."""
    known, kinds, spoken, called = names(db), kind_names(db), spoken_of(db, for_), name_for(for_)
    concerned = _wanted(wanted, spoken, called)
    of_theme = col(Finding.theme_id) == col(Theme.id)
    counts = select(col(Finding.state), func.count()).join(Theme, of_theme).where(*concerned)
    by_state = {str(row[0]): int(row[1]) for row in db.execute(counts.group_by(col(Finding.state)))}
    rows = db.execute(
        select(called, *map(col, COLUMNS))
        .join(Theme, of_theme)
        .where(*concerned, *([col(Finding.state) == wanted.state] if wanted.state else []))
        .order_by(by_strength(), col(Finding.last_on).desc(), func.lower(called), col(Theme.id),
                  col(Finding.provider), col(Finding.consumer))
        .limit(most)
        .offset((wanted.page - 1) * most)
    )  # fmt: skip
    lines = tuple(view(row, known, kinds, spoken) for row in rows)
    total = by_state.get(wanted.state, 0) if wanted.state else sum(by_state.values())
    verdicts, until_back = _after_actions(db)
    return ThemeList(
        lines, by_state, total, wanted, tuple(one for one in spoken_by_name(db, for_) if not one.is_archived),
        tuple(kinds.items()), verdicts, until_back, waiting(db),
    )  # fmt: skip


def by_strength() -> ColumnElement[int]:
    return case({state.value: place for state, place in STRENGTH.items()}, value=col(Finding.state), else_=9)


def kind_names(db: Session) -> dict[str, str]:
    """Friction kinds that the organisation wrote down, in its order."""
    rows = db.execute(select(col(FrictionKind.key), col(FrictionKind.name)).order_by(col(FrictionKind.position)))
    return {row[0]: row[1] for row in rows}


def side(name: str, known: Mapping[UUID, DepartmentView]) -> ThemeSide:
    """A department by its id, or the words for a group without a name."""
    if name in NAMELESS:
        return ThemeSide(NAMELESS[name])
    department = known.get(UUID(name))
    return ThemeSide(department.name if department else "A department that is gone", department)


def about_named(spoken: Spoken) -> ColumnElement[bool]:
    """Findings about departments that are spoken of by name. Those about a small one are nowhere, not even together:
    a finding is of one pair."""
    return and_(col(Finding.provider).not_in(spoken.keys), col(Finding.consumer).not_in(spoken.keys))


def _side(name: str, known: Mapping[UUID, DepartmentView], spoken: Spoken) -> ThemeSide:
    return ThemeSide(A_SMALL_ONE) if name in spoken.keys else side(name, known)


def view(
    row: Sequence[Any], known: Mapping[UUID, DepartmentView], kinds: Mapping[str, str], spoken: Spoken
) -> FindingView:
    """Of a row with the theme's name and COLUMNS."""
    name, theme_id, kind, *sides, state, present, eligible, low_bound, entries, seats = row[:15]
    rate, low, high, trend, trend_p, worked, last_on = row[15:]
    is_whole = sides[0] == WHOLE
    provider, consumer, series = sides[3:] if is_whole else sides[:3]
    unnamed = spoken.keys & {provider, consumer}
    # Which pair decides is said where two or more small departments could be meant, else not at all.
    is_together = provider == WHOLE or (bool(unnamed) and len(spoken.unnamed) < 2)
    return FindingView(
        theme_id=theme_id,
        name=name,
        kind=kinds.get(kind, ""),
        provider=None if is_together else _side(provider, known, spoken),
        consumer=None if is_together else _side(consumer, known, spoken),
        series=(series or NO_SERIES) if consumer == UNKNOWN and not is_together else None,
        is_whole=is_whole,
        is_of_small=bool(unnamed),
        state=state,
        present=present,
        eligible=eligible,
        low=low_bound,
        entries=entries,
        seats=seats,
        rate=None if rate is None else Rate(rate, low, high),
        trend=trend,
        trend_p=trend_p,
        worked=worked,
        last_on=last_on,
    )


def _wanted(wanted: ThemeFilter, spoken: Spoken, called: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    """Asked about departments: every pair of theirs. Else one line for each theme, what is said of it as a whole."""
    asked: list[ColumnElement[bool]] = []
    if wanted.provider:
        asked.append(col(Finding.provider) == wanted.provider)
    if wanted.consumer:
        asked.append(col(Finding.consumer) == wanted.consumer)
    asked = [*asked, about_named(spoken)] if asked else [col(Finding.provider) == WHOLE]
    if wanted.kind:
        asked.append(col(Theme.kind) == wanted.kind)
    for word in wanted.text.split()[:6]:
        asked.append(func.lower(called).contains(word.lower(), autoescape=True))
    return asked


def _after_actions(db: Session) -> tuple[dict[str, int], Survival]:
    columns = (ActionVerdict.verdict, ActionVerdict.accepted_on, ActionVerdict.back_on, ActionVerdict.until)
    rows = db.execute(select(*map(col, columns))).all()
    verdicts: dict[str, int] = {}
    for row in rows:
        verdicts[row.verdict] = verdicts.get(row.verdict, 0) + 1
    return verdicts, time_to_return(Followed(row.accepted_on, row.back_on, row.until) for row in rows)


NAMELESS = {"several": "several departments", "everyone": "all together", "": "department not said"}
NO_SERIES = "imports without a name"
STATES = tuple(RecurrenceState)
COLUMNS = (
    Theme.id, Theme.kind, Finding.provider, Finding.consumer, Finding.series, Finding.of_provider,
    Finding.of_consumer, Finding.of_series, Finding.state, Finding.present, Finding.eligible,
    Finding.low, Finding.entries, Finding.seats, Finding.rate, Finding.rate_low, Finding.rate_high, Finding.trend,
    Finding.trend_p, Finding.worked, Finding.last_on,
)  # fmt: skip
