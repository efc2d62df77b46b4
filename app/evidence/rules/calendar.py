"""Which retros could have seen a friction (the eligible ones), and by how many people; pure.

Sides are strings as in `themes.models.TopicCount`: a department's id, 'several' (the pool), 'everyone' (labels
dropped), '' unknown. Where imported retros do not say who wrote, their series stands in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.anonymity.rules.pooling import EVERYONE, SEVERAL
from app.evidence.rules.observations import Observation

UNKNOWN = ""
WHOLE = "*"
"""Both sides of what is said of the theme as a whole."""


class FrictionSides(NamedTuple):
    """Who was served badly by whom: `provider` by its department, `consumer` by its group. `series`: the imported
    retros that this is about, where the consumer is unknown; else ''."""

    provider: str
    consumer: str
    series: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether an imported retro does not say who served whom."""
        return UNKNOWN in (self.provider, self.consumer)


WHOLE_THEME = FrictionSides(WHOLE, WHOLE)


def of_series(series: str) -> FrictionSides:
    """All that the imported retros of a series say of a theme, whoever it was."""
    return FrictionSides(UNKNOWN, UNKNOWN, series)


@dataclass(frozen=True, slots=True)
class ClosedRetro:
    """A closed retro. `departments`: all that took part; `seats`: its groups, and how many sat in each, `people`: in
    all (None: nobody knows); `apart`: pairs of departments that did not work together; `hidden`: providers that
    groups without a name do not name; `series`: what it was loaded from, '' ours."""

    id: UUID
    on: date
    departments: frozenset[str]
    seats: dict[str, int | None]
    people: int | None = None
    apart: frozenset[frozenset[str]] = frozenset()
    hidden: frozenset[str] = frozenset()
    series: str = ""
    is_imported: bool = False

    def pairs(self) -> Iterable[FrictionSides]:
        """Those that took part: every department as provider, and none in particular, to every group."""
        for consumer in self.seats:
            nameless = consumer in (SEVERAL, EVERYONE) and self.hidden
            named = {*self.departments - self.hidden, SEVERAL} if nameless else self.departments
            for provider in (UNKNOWN, *named):
                if frozenset((provider, consumer)) not in self.apart:
                    yield FrictionSides(provider, consumer)


class RetroCalendar:
    """All closed retros, oldest first, found by who took part. Places count from 0."""

    def __init__(self, retros: Iterable[ClosedRetro]) -> None:
        self.retros: Sequence[ClosedRetro] = sorted(retros, key=lambda one: (one.on, one.id.hex))
        self.place_of = {one.id: place for place, one in enumerate(self.retros)}
        self._quiet: dict[str, dict[int, Observation]] = defaultdict(dict)
        self._arrays: dict[FrictionSides, NDArray[np.intp]] = {}

    def took_part(self, sides: FrictionSides) -> list[int]:
        """Places of the retros in which these two worked together."""
        return self._places.get(sides, [])

    def in_series(self, series: str) -> list[int]:
        """Places of the imported retros of this series: where the pair is unknown, all of them are eligible."""
        return self._series.get(series, [])

    def eligible(self, sides: FrictionSides, present: Iterable[int]) -> list[int]:
        """Places in order of the retros that could have seen it, given those in which it was `present`.

        Unknown consumer: the series' own. A retro in which it was present is always eligible,
        also when it is about a department that did not take part.
        """
        return sorted(self.all_eligible({sides: present}))

    def all_eligible(self, present: Mapping[FrictionSides, Iterable[int]]) -> set[int]:
        """The same of several sides together, in no order."""
        found: set[int] = set()
        for sides, places in present.items():
            found.update(places)
            found.update(self._could_see(sides))
        return found

    def eligible_anywhere(self, present: Mapping[FrictionSides, Collection[int]]) -> NDArray[np.intp]:
        """The same in order, for whole themes: hundreds of sides with thousands of retros."""
        found = np.zeros(len(self.retros), dtype=bool)
        for sides, places in present.items():
            found[list(places)] = True
            if sides not in self._arrays:
                self._arrays[sides] = np.array(self._could_see(sides), dtype=np.intp)
            found[self._arrays[sides]] = True
        return np.flatnonzero(found)

    def _could_see(self, sides: FrictionSides) -> list[int]:
        return self.in_series(sides.series) if sides.consumer == UNKNOWN else self.took_part(sides)

    def seats(self, place: int, consumer: str) -> int | None:
        """How many could have written about it there; all that sat there where the consumer is not told apart."""
        retro = self.retros[place]
        return retro.seats.get(consumer, retro.people)

    def quiet(self, consumer: str, places: Iterable[int]) -> Mapping[int, Observation]:
        """These retros as this group saw them, with nothing written yet; each made once, for they are very many."""
        made = self._quiet[consumer]
        for place in places:
            if place not in made:
                retro = self.retros[place]
                made[place] = Observation(retro.id, retro.on, seats=self.seats(place, consumer))
        return made

    @cached_property
    def people(self) -> NDArray[np.int64]:
        """How many sat in each retro; 0 where nobody knows."""
        return np.array([one.people or 0 for one in self.retros], dtype=np.int64)

    @cached_property
    def _places(self) -> dict[FrictionSides, list[int]]:
        places: dict[FrictionSides, list[int]] = defaultdict(list)
        for place, one in enumerate(self.retros):
            for sides in one.pairs():
                places[sides].append(place)
        return dict(places)

    @cached_property
    def _series(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.retros):
            if one.is_imported:
                places[one.series].append(place)
        return dict(places)
