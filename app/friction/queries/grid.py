"""All cells of the friction map: for each consumer and provider what was said, how hard that is and how sure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from app.anonymity.rules.pooling import EVERYONE, SEVERAL
from app.departments.queries import organisation
from app.departments.rules import Spoken
from app.entries.rules.names import Dimension
from app.friction.queries.pairs_counted import Days, PairCounts, Ratings, Sides, Together, counted
from app.friction.rules import pulse
from app.friction.rules.map import (
    TEN,
    Against,
    FrictionTally,
    Level,
    Pulse,
    Show,
    pulse_level,
    rate_levels,
    share_level,
    total,
    without,
)
from app.scorecards.queries.remembered import history_remembered
from app.scorecards.rules.periods import Period
from app.themes.queries.history import version

NO_DEPARTMENT = ""
NAMES_NOBODY = frozenset({NO_DEPARTMENT, SEVERAL})
"""Providers that are no department: nobody, or one that must not be named. In no total and no figure of the house."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """What a consumer says of a provider. `partly_hidden`: groups of fewer than k said something, too.

    `entries`, `rate` and `pulse` are None where there is nothing to count from. `since`: against the span before.
    """

    tally: FrictionTally = field(default_factory=FrictionTally)
    together: Together = field(default_factory=Together)
    entries: Level | None = None
    rate: Level | None = None
    pulse: Level | None = None
    is_split: bool = False
    pulse_hidden: bool = False
    partly_hidden: bool = False
    since: Against = Against.UNCLEAR

    @property
    def says_something(self) -> bool:
        return bool(self.tally.said or self.partly_hidden or self.pulse or self.is_split)

    @property
    def is_hidden(self) -> bool:
        """Something was said, all of it by too few people."""
        return self.partly_hidden and not self.tally.said

    def level(self, show: Show) -> Level | None:
        """The one that is drawn; with both it is that of the entries."""
        return {Show.RATE: self.rate, Show.PULSE: self.pulse}.get(show, self.entries)


@dataclass(frozen=True, slots=True)
class OrganisationTotals:
    """The whole house, for comparison: nothing that is hidden is in it. None: nothing to count from.

    `share` 0 to 1; `rate` for each ten people; `pulse` 1 to 5.
    """

    tally: FrictionTally
    share: float | None
    rate: float | None
    pulse: float | None
    retros: int

    def of(self, show: Show) -> float | None:
        return {Show.RATE: self.rate, Show.PULSE: self.pulse}.get(show, self.share)


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells of one span of time by (consumer, provider), totals of rows and columns, and what it was made of."""

    cells: dict[Sides, GridCell]
    house: OrganisationTotals
    rows: dict[str, FrictionTally]
    columns: dict[str, FrictionTally]
    counted: PairCounts


def grid_of(db: Session, period: Period, spoken: Spoken, compared_by: Show | None = None, kind: str = "") -> Grid:
    """The cells of a span; `compared_by`: each says whether this level moved since the span before. `kind`: only of
    topics of this kind of friction, without ratings. `spoken`: how departments are spoken of to the reader."""
    place = organisation(db).place
    first = None if period.has_no_start else period.first

    def count() -> Grid:
        if compared_by is None or first is None:
            return _grid(counted(db, Days(first), place, spoken, kind))
        now = grid_of(db, period, spoken, kind=kind)
        earlier = Days(period.quarters[0].shifted(-len(period.quarters)).first, first)
        before = _grid(counted(db, earlier, place, spoken, kind))
        return _compared(now, before, compared_by)

    return history_remembered(db, (first, spoken, compared_by, kind, version(db) if kind else 0), count)


def pulse_of(found: PairCounts, sides: Sides, priors: dict[tuple[str, bool], pulse.Prior]) -> dict[Dimension, Pulse]:
    """The ratings of one group for one provider, dimension by dimension; hidden ones are missing."""
    scores = {}
    for dimension in Dimension:
        ratings = found.ratings.get((sides, dimension))
        if ratings is not None:
            scores[dimension] = _scored(ratings, priors[dimension, sides[0] == sides[1]])
    return scores


def priors_of(found: PairCounts) -> dict[tuple[str, bool], pulse.Prior]:
    """(dimension, whether of views of oneself) -> what all pairs together say; 'everyone' repeats the others."""
    groups: dict[tuple[str, bool], list[pulse.Sample]] = {
        (dimension, own): [] for dimension in Dimension for own in (False, True)
    }
    for ((consumer, provider), dimension), ratings in found.ratings.items():
        if consumer != EVERYONE:
            groups[dimension, consumer == provider].append(ratings.sample)
    return {key: pulse.prior(samples, pulse.WITHIN_UNSEEN) for key, samples in groups.items()}


def _scored(ratings: Ratings, prior: pulse.Prior) -> Pulse:
    score = pulse.score(ratings.sample, prior)
    return Pulse(score, split=score is None)


def _grid(found: PairCounts) -> Grid:
    tallies = without(found.tallies, found.small.items())
    of_others = {
        sides: one for sides, one in tallies.items() if sides[0] != sides[1] and sides[1] not in NAMES_NOBODY
    }
    house = _house(found, of_others)
    rates = _rates(found, of_others, house)
    priors = priors_of(found)
    rated = {sides for sides, _ in found.ratings if sides[0] != EVERYONE}
    cells = {}
    for sides in {*tallies, *found.small, *found.together, *rated}:
        said = pulse_of(found, sides, priors) if sides in rated else {}
        score = pulse.together(one.score for one in said.values() if one.score)
        together = found.together.get(sides, Together())
        tally = tallies.get(sides, FrictionTally())
        cells[sides] = GridCell(
            tally,
            together,
            share_level(tally),
            rates.get(sides),
            pulse_level(score) if score else None,
            is_split=score is None and any(one.split for one in said.values()),
            pulse_hidden=bool(not said and together.rated > 0 and not found.is_of_one_kind),
            partly_hidden=sides in found.small,
        )
    rows: dict[str, FrictionTally] = defaultdict(FrictionTally)
    columns: dict[str, FrictionTally] = defaultdict(FrictionTally)
    for (consumer, provider), tally in of_others.items():
        rows[consumer] += tally
        columns[provider] += tally
    return Grid(cells, house, dict(rows), dict(columns), found)


def _house(found: PairCounts, of_others: dict[Sides, FrictionTally]) -> OrganisationTotals:
    whole = total(of_others.values())
    seats = sum(one.seats for one in found.together.values())
    by_known = sum(one.among_known for sides, one in of_others.items() if sides in found.together)
    rate = TEN * by_known / seats if seats and by_known else None
    priors = [one for (_, own), one in priors_of(found).items() if not own and one.mean]
    rated = any(sides[0] != sides[1] for sides, _ in found.ratings)
    return OrganisationTotals(
        whole,
        whole.wrong / whole.judged if whole.judged else None,
        rate,
        sum(one.mean for one in priors) / len(priors) if rated else None,
        found.retros,
    )


def _rates(found: PairCounts, of_others: dict[Sides, FrictionTally], house: OrganisationTotals) -> dict[Sides, Level]:
    if house.rate is None:
        return {}
    cases = {
        sides: (of_others.get(sides, FrictionTally()).among_known, one.seats)
        for sides, one in found.together.items()
        if one.seats
    }
    return dict(zip(cases, rate_levels(list(cases.values()), house.rate / TEN), strict=True))


def _compared(now: Grid, before: Grid, show: Show) -> Grid:
    cells = {}
    for sides, cell in now.cells.items():
        level, earlier = cell.level(show), before.cells.get(sides)
        since = level.since(earlier.level(show)) if level and earlier else Against.UNCLEAR
        cells[sides] = replace(cell, since=since)
    return replace(now, cells=cells)
