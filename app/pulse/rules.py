"""Decisions about ratings between departments: bands, agreement, which figures may be kept; pure (evidence.md)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

from app.anonymity.rules.figures import EXACT_FROM, halves, is_few, mean_of
from app.anonymity.rules.pooling import EVERYONE, SEVERAL

LEAST, MOST = 1, 5
SPLIT_BELOW = 0.5
BAND_EDGES = (EXACT_FROM, 20)

UNHEARD = ""
"""Consumer of ratings that are left out: a small department's view of itself would be known as its own, and so would
be the view of the few in the pool who could have said it of this provider."""

Ratings = Mapping[str, Sequence[int]]


def frozen_consumer(
    consumer: str, provider: str, labelled: Collection[str], *, dropped: bool, hidden: Collection[str] = ()
) -> str:
    """The group that a rating belongs to after the reveal: the department where it kept its label, else the pool, or
    everyone where labels were dropped. A view of oneself stays one, or is left out where the label went; so is what
    the pool says of a provider that it must not name (`hidden`)."""
    if consumer in labelled and not dropped:
        return consumer
    if consumer == provider or provider in hidden:
        return UNHEARD
    return EVERYONE if dropped else SEVERAL


@dataclass(frozen=True, slots=True)
class PulseFigures:
    """What may be kept of a group's ratings. `mean` (1-5) is None where a group of ten or more is split."""

    band: str
    mean: float | None


@dataclass(frozen=True, slots=True)
class PulseCell:
    """One consumer group's figures for one provider and dimension."""

    provider_id: UUID
    consumer: str
    dimension: str
    figures: PulseFigures


def band(raters: int, k: int) -> str:
    """How many rated, roughly: from k up to 9, 10-19, 20+."""
    if raters >= BAND_EDGES[1]:
        return f"{BAND_EDGES[1]}+"
    if raters >= BAND_EDGES[0]:
        return f"{BAND_EDGES[0]}-{BAND_EDGES[1] - 1}"
    return f"{k}-{BAND_EDGES[0] - 1}"


def within_group_agreement(ratings: Sequence[int]) -> float:
    """r_wg = 1 - s^2/2 for ratings 1-5 (s^2: sample variance, 2 that of answers at random); 1 is full agreement."""
    return 1 - _variance(ratings) / 2


def figures(ratings: Sequence[int], k: int, people: int | None = None) -> PulseFigures:
    """The mean of k ratings or more: to halves and off both ends below ten, else to .1; no spread is kept.

    From ten on a split group (r_wg < .5) has no mean; below ten nothing is said of how far they agree. `people`: how
    many the group is, as the reveal weighed it; more ratings than that do not make it larger.
    """
    kept = band(len(ratings) if people is None else min(len(ratings), people), k)
    if is_few(len(ratings), people):
        return PulseFigures(kept, halves(mean_of(ratings), LEAST, MOST))
    if within_group_agreement(ratings) < SPLIT_BELOW:
        return PulseFigures(kept, None)
    return PulseFigures(kept, round(float(mean_of(ratings)), 1))


def figures_together(parts: Sequence[Sequence[int]], k: int, people: Sequence[int | None] = ()) -> PulseFigures:
    """The mean of several groups of k or more together: no finer than that of the smallest one, and made of their
    means, or it could be solved for one of them. Only where all are of ten or more is it counted from the ratings."""
    every = [rating for part in parts for rating in part]
    known = [*people, *[None] * (len(parts) - len(people))]
    raters = [len(part) if most is None else min(len(part), most) for part, most in zip(parts, known, strict=True)]
    if all(number >= EXACT_FROM for number in raters):
        return figures(every, k)
    means = [Fraction(halves(mean_of(part), LEAST, MOST)) * len(part) for part in parts]
    return PulseFigures(band(sum(raters), k), halves(sum(means, Fraction(0)) / len(every), LEAST, MOST))


def shown_cells(
    provider_id: UUID, dimension: str, by_consumer: Ratings, k: int, people: Mapping[str, int] = MappingProxyType({})
) -> list[PulseCell]:
    """The figures kept for one provider and dimension: of each group of k raters or more, and of these together.

    What is kept does not depend on how few the others were: "everyone" that came and went with a group of fewer than
    k told that nobody of it had rated. Only where no group has k raters do they all count as one.
    A provider's view of itself (consumer == provider) is kept under the same k, and is never part of everyone.
    """
    itself = str(provider_id)
    names = sorted(name for name in by_consumer if name not in (itself, UNHEARD))
    heard = [name for name in names if len(by_consumer[name]) >= k]
    kept = {name: figures(by_consumer[name], k, people.get(name)) for name in heard}
    together = [rating for name in names for rating in by_consumer[name]]
    if len(heard) >= 2:
        kept[EVERYONE] = figures_together(
            [by_consumer[name] for name in heard], k, [people.get(name) for name in heard]
        )
    elif not heard and len(together) >= k:
        kept[EVERYONE] = figures(together, k, sum(people.get(name, len(by_consumer[name])) for name in names))
    if len(by_consumer.get(itself, ())) >= k:
        kept[itself] = figures(by_consumer[itself], k, people.get(itself))
    return [PulseCell(provider_id, name, dimension, said) for name, said in kept.items()]


def _variance(ratings: Sequence[int]) -> float:
    if len(ratings) < 2:
        return 0.0
    mean = sum(ratings) / len(ratings)
    return sum((rating - mean) ** 2 for rating in ratings) / (len(ratings) - 1)
