"""The order in which topics are discussed, and their ranks as cast and with each department weighing the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from app.anonymity.rules.figures import dots_of_part
from app.votes.rules.ballot import DOTS_ON_ONE_TOPIC, Standing

SLOT_FOR_DIVIDES = 3
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True, slots=True)
class TopicResult:
    """A topic with its result, before it is ordered. `weighed`: dots a seat, averaged over groups."""

    topic_id: UUID
    standing: Standing
    dots: int
    weighed: float
    board_position: int


def parts(
    dots: Mapping[str, int], seats: Mapping[str, int], people: Mapping[str, int] | None = None
) -> dict[str, Fraction]:
    """Each group's dots on a topic as they may enter a total or an order."""
    known = people or {}
    return {
        group: dots_of_part(dots.get(group, 0), number, DOTS_ON_ONE_TOPIC, known.get(group))
        for group, number in seats.items()
    }


def weighed(dots: Mapping[str, float | Fraction], seats: Mapping[str, int]) -> float:
    """Dots per seat of each group, averaged over the groups: each department weighs the same, whatever its size."""
    groups = [group for group, number in seats.items() if number > 0]
    if not groups:
        return 0.0
    return float(sum(Fraction(dots.get(group, 0)) / seats[group] for group in groups) / len(groups))


def ranks(values: Mapping[UUID, float]) -> dict[UUID, int]:
    """1 for the highest; equals share the better rank (1, 2, 2, 4)."""
    return {topic: 1 + sum(other > value for other in values.values()) for topic, value in values.items()}


def discussion_order(topics: Sequence[TopicResult]) -> list[UUID]:
    """Agreed by all, then what divides, then the rest; dots order each class (weighed, then as cast); every third
    slot goes to a topic that divides, so that the quarrel is not left for the end of the hour."""
    by_dots = sorted(topics, key=lambda t: (-t.weighed, -t.dots, t.board_position))
    waiting = [t for standing in Standing for t in by_dots if t.standing == standing]
    order: list[UUID] = []
    while waiting:
        dividing = [t for t in waiting if t.standing == Standing.DIVIDES]
        is_their_slot = (len(order) + 1) % SLOT_FOR_DIVIDES == 0
        taken = dividing[0] if dividing and is_their_slot else waiting[0]
        waiting.remove(taken)
        order.append(taken.topic_id)
    return order


def dots_in_words(dots: int, are_about: bool) -> str:
    """ "5 dots", "about 6 dots", "hardly any dots"."""
    if are_about and dots <= 1:
        return "hardly any dots"
    return f"{'about ' if are_about else ''}{dots} dot{'' if dots == 1 else 's'}"


def ranks_in_words(cast: int, weighed: int) -> str:
    """ "1st by dots, 2nd with departments counted equally", or "1st by dots" where that makes no difference."""
    by_dots = f"{_ordinal(cast)} by dots"
    return by_dots if cast == weighed else f"{by_dots}, {_ordinal(weighed)} with departments counted equally"


def _ordinal(rank: int) -> str:
    return f"{rank}{'th' if rank % 100 in (11, 12, 13) else _ENDINGS.get(rank % 10, 'th')}"
