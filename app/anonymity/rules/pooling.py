"""Decides, once, at the reveal, which departments keep their label and which are pooled (anonymity.md, small groups).

size  = max(0, min(seats, expected) - surplus)
small = departments with a seat and size < k, or whose people say that they are fewer;   none: labels stay
pool  = union(small); while size(pool) < k and departments remain: add the smallest labelled ones, equals together
size(pool) < k, or fewer than two departments left with a label: no labels and no tallies by department

Seats are not people: a private window is a seat, too. So sizes are bounded by the people expected, and every size is
lowered by the surplus of seats over people.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

SEVERAL = "several"
EVERYONE = "everyone"

KEPT = "kept"
POOLED = "pooled"
DROPPED = "dropped"

FEW_AWAY = 2

Pair = frozenset[UUID]
"""Two departments that are set apart: they did not work together."""


@dataclass(frozen=True, slots=True)
class Room:
    """Who sits in a retro. `seats` by department; `expected` people by department (None: nobody said, as in retros
    of older versions); `surplus` seats that are no people; `fewer`: departments whose people say that they are fewer
    than it looks; `apart`: pairs that did not work together."""

    seats: Mapping[UUID, int]
    expected: Mapping[UUID, int | None] = field(default_factory=dict)
    surplus: int = 0
    fewer: Collection[UUID] = ()
    apart: Collection[Pair] = ()

    @property
    def sizes(self) -> dict[UUID, int]:
        """Size of each department with a seat. One whose people say that they are fewer counts for nobody: how many
        they are is then unknown, and a pool must not be filled with people who are not there."""
        return {
            d: 0 if d in self.fewer else max(0, bounded(seats, self.expected.get(d)) - self.surplus)
            for d, seats in self.seats.items()
            if seats > 0
        }

    @property
    def people(self) -> int:
        """People in all: never more than expected, less the surplus."""
        seats = sum(self.seats.values())
        expected = expected_in_all(self.seats, self.expected)
        return max(0, bounded(seats, expected) - self.surplus)


@dataclass(frozen=True, slots=True)
class Pooling:
    """`labelled` keep their name; `pooled` are spoken of as 'several'. `enough` is false below k people in all.

    `hidden`: providers that an entry out of the pool does not name, because too few could have said it of them;
    `hidden_from_all`: the same where the pool is everybody, as in a round after the reveal.
    """

    labels: str
    labelled: frozenset[UUID]
    pooled: frozenset[UUID]
    enough: bool
    hidden: frozenset[UUID] = frozenset()
    hidden_from_all: frozenset[UUID] = frozenset()

    def group_of(self, department_id: UUID | None) -> str:
        """Name of the group that a seat of this department counts in."""
        if self.labels == DROPPED:
            return EVERYONE
        return str(department_id) if department_id in self.labelled else SEVERAL


def bounded(seats: int, expected: int | None) -> int:
    """Seats, but never more than the people expected: private windows are no people."""
    return seats if expected is None else min(seats, expected)


def expected_in_all(departments: Collection[UUID], expected: Mapping[UUID, int | None]) -> int | None:
    """Sum of the people expected of these departments and all others; None where one was never said."""
    known = {d: expected.get(d) for d in {*departments, *expected}}
    return None if None in known.values() else sum(number for number in known.values() if number is not None)


def surplus(seats: int, hands: int | None, expected: int | None) -> int:
    """Seats that are no people: more than have the page open by show of hands (`hands`; not counted: `expected` in
    all). Never negative: people without a phone would be slack for private windows."""
    people = expected if hands is None else hands
    return 0 if people is None else max(0, seats - people)


def decide(room: Room, k: int) -> Pooling:
    """Which departments keep their label. An id never decides: equals go into the pool together."""
    sizes, enough = room.sizes, room.people >= k
    everybody = frozenset(sizes)
    from_all = hidden_providers(room, everybody, k)
    pool = {d for d, size in sizes.items() if size < k}
    remaining = everybody - pool
    while pool and sum(sizes[d] for d in pool) < k and remaining:
        smallest = min(sizes[d] for d in remaining)
        pool |= {d for d in remaining if sizes[d] == smallest}
        remaining = everybody - pool
    if len(remaining) < 2 or (pool and sum(sizes[d] for d in pool) < k):
        return Pooling(DROPPED, frozenset(), everybody, enough, from_all, from_all)
    if not pool:
        return Pooling(KEPT, everybody, frozenset(), enough, frozenset(), from_all)
    return Pooling(POOLED, remaining, frozenset(pool), enough, hidden_providers(room, pool, k), from_all)


def without_labels(room: Room, k: int) -> Pooling:
    """The decision where no department is named whatever the sizes: too few people, or the room chose so."""
    everybody = frozenset(room.sizes)
    from_all = hidden_providers(room, everybody, k)
    return Pooling(DROPPED, frozenset(), everybody, room.people >= k, from_all, from_all)


def candidates(room: Room, about: UUID, pool: Collection[UUID]) -> int:
    """People who could have written an entry out of the pool about this provider: the pool without the provider's own
    people and without those who did not work with it."""
    sizes = room.sizes
    return sum(sizes.get(d, 0) for d in pool if d != about and frozenset((d, about)) not in room.apart)


def hidden_providers(room: Room, pool: Collection[UUID], k: int) -> frozenset[UUID]:
    """Providers that entries out of the pool must not name. Once one has too few candidates, all providers in the
    pool are hidden with it: hiding a single one would name it."""
    named = {*room.seats, *room.expected, *pool}
    few = {about for about in named if candidates(room, about, pool) < k}
    return frozenset(few | set(pool)) if few else frozenset()


def pool_may_be_named(pool: Collection[UUID], hidden: Collection[UUID], apart: Collection[Pair]) -> bool:
    """Whether "about several departments" may be said of an entry out of the pool whose provider is hidden: everybody
    in the pool worked with a hidden provider other than their own, so everybody could have said it."""
    return all(any(d != about and frozenset((d, about)) not in apart for about in hidden) for d in pool)


def may_be_pooled(expected: Mapping[UUID, int | None], k: int) -> frozenset[UUID]:
    """Departments that may lose their label, as far as the people expected tell: if all of them come, or all but a
    few (FEW_AWAY) of one department. Those of which nobody said how many they are are not among them."""
    known = {d: people for d, people in expected.items() if people}
    rooms = [{**known, d: max(1, known[d] - away)} for d in known for away in range(FEW_AWAY + 1)]
    return frozenset(d for room in rooms for d in decide(Room(room), k).pooled)


def signing_stands(room: Room, pool: Collection[UUID], signed: Collection[UUID], k: int) -> frozenset[UUID]:
    """Departments of the pool whose signed entries may stand: no more seats than people expected, and the rest of the
    pool is still k people. Otherwise none of them stands."""
    may = {d for d in signed if d in pool and _as_many_as_expected(room, d)}
    rest = sum(size for d, size in room.sizes.items() if d in pool and d not in may)
    return frozenset(may) if rest >= k else frozenset()


def _as_many_as_expected(room: Room, department_id: UUID) -> bool:
    expected = room.expected.get(department_id)
    return expected is not None and room.seats.get(department_id, 0) <= expected
