"""How counts, means and totals of groups are said and stored: the one place for votes, ratings and secret questions.

The bar: given all that is shown and stored, every member of a group of fewer than ten people keeps two possible
answers. Three rules hold it up:
- below ten, all and all but one are said alike ("nearly all"), and so are none and one ("nearly none");
- below ten, a mean is told to halves and never reaches the ends of its scale, without a spread;
- a total is made of what may be said of its parts, so it tells nothing more than they do.

What is decided from votes (agreed, divides, the order of discussion) is decided from these figures, too. So it cannot
tell what they do not. tests/attack/decoder.py tries all votes that fit; app/decisions/0024 says why.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from fractions import Fraction
from math import floor

EXACT_FROM = 10
"""From so many people on a group's figures are told as they are."""


class Crowded(StrEnum):
    """Whether the votes of a department are told as its own, where more seats than people expected are in it."""

    SHOWN = "shown"
    MARKED = "marked"
    ROOM_ONLY = "room_only"


def crowded(seats: int, expected: int | None, people: int | None = None) -> Crowded:
    """Under ten people a tally stands only where there are no more seats than people; from ten on, where up to a
    tenth more are seated, it is marked. Beyond that nobody knows whose votes they are: they count in the room's total
    only. `expected` None: nobody said, as in retros of older versions."""
    if expected is None or seats <= expected:
        return Crowded.SHOWN
    few = is_few(seats, expected if people is None else min(people, expected))
    return Crowded.MARKED if not few and 10 * seats <= 11 * expected else Crowded.ROOM_ONLY


NEARLY_ALL = "nearly all"
NEARLY_NONE = "nearly none"
_NOBODY = "almost nobody"
"""How NEARLY_NONE reads on a page."""

FEWEST = Fraction(1, 2)
"""What none and one dot of a small group count for."""

_TWENTIETHS = 20


def is_few(answers: int, people: int | None = None) -> bool:
    """Whether so many answers come from fewer than ten people. Seats are not people: private windows, or latecomers
    that are nobody, must not make a small group exact. `people`: as the reveal weighed them; None: nobody knows."""
    return (answers if people is None else min(answers, people)) < EXACT_FROM


def said(count: int, of: int, people: int | None = None) -> str:
    """A count of a group as it is stored: "4 of 6", or a word where the figure would tell everybody's answer."""
    if is_few(of, people) and count >= of - 1:
        return NEARLY_ALL
    if is_few(of, people) and count <= 1:
        return NEARLY_NONE
    return f"{count} of {of}"


def inner(count: int, of: int, people: int | None = None) -> int:
    """The count to reckon with: of those that are said alike the one nearer to the middle, whichever it was."""
    return min(max(count, 1), of - 1) if is_few(of, people) else count


def alike(count: int, of: int, people: int | None = None) -> tuple[int, ...]:
    """The counts that are said like this one."""
    if is_few(of, people) and count >= of - 1:
        return of - 1, of
    return (0, 1) if is_few(of, people) and count <= 1 else (count,)


def words(figure: str) -> str:
    """A stored figure as it reads on a page, alone in a cell of a table."""
    return _NOBODY if figure == NEARLY_NONE else figure


def sentence(figure: str, verb: str) -> str:
    """ "almost nobody agrees", "nearly all agree", "4 of 6 agree"."""
    return f"{words(figure)} {verb}{'s' if figure == NEARLY_NONE else ''}"


def twentieths(figure: str) -> int:
    """Length of a bar, 0 to 20. It tells no more than the words: "nearly all" never looks like all."""
    if figure in (NEARLY_ALL, NEARLY_NONE):
        return 18 if figure == NEARLY_ALL else 1
    count, of = (int(number) for number in figure.split(" of "))
    return round(_TWENTIETHS * count / of) if of else 0


def dots_of_part(dots: int, seats: int, most_each: int, people: int | None = None) -> Fraction:
    """A group's dots on a topic, as they may enter a total: below ten people none counts like one, and all that they
    could have given like one less. `most_each`: how many fit on one topic from one seat."""
    if not is_few(seats, people):
        return Fraction(dots)
    most = most_each * seats
    if dots <= 1:
        return FEWEST
    return most - FEWEST if dots >= most - 1 else Fraction(dots)


def dots_in_all(parts: Collection[Fraction]) -> int:
    """Dots of the whole room on a topic: about so many where a part is small, else exactly. 0 where no part has more
    than its fewest."""
    return 0 if all(part <= FEWEST for part in parts) else floor(sum(parts, Fraction(0)))


def halves(mean: Fraction, least: int, most: int) -> float:
    """A mean to halves, half up, half a step away from both ends: there it would tell what each one said."""
    rounded = Fraction(floor(2 * mean + Fraction(1, 2)), 2)
    return float(min(max(rounded, least + Fraction(1, 2)), most - Fraction(1, 2)))


def mean_of(ratings: Sequence[int]) -> Fraction:
    """The exact mean of one rating or more."""
    return Fraction(sum(ratings), len(ratings))


def told_in_counts(counts: Collection[int], people: int | None = None) -> bool:
    """Whether the answers of a whole room may be counted out: ten or more, and two at least said something else than
    the most. A room is made of small groups: if all said the same, each of them did."""
    return not is_few(sum(counts), people) and max(counts) <= sum(counts) - 2
