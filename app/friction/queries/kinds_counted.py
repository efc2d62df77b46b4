"""What departments said of each other in topics of one kind of friction: the kind of the theme that a topic is in.

Groups of fewer than k are left out retro by retro, as without a kind. Of which kind their words were is not
told: that something of theirs is hidden is said of the pair whichever kind is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, case, select
from sqlmodel import Session, col, func

from app.departments.rules import SMALL
from app.evidence.queries.seats_unknown import seats_unknown
from app.evidence.queries.small_together import Shown
from app.friction.rules.map import FrictionTally
from app.retros.models import Retro
from app.themes.models import Theme, ThemeTopic, TopicCount

Sides = tuple[str, str]


def tallies_of_kind(
    db: Session, held: ColumnElement[bool], kind: str, but: Collection[tuple[UUID, str]], shown: Shown
) -> dict[Sides, FrictionTally]:
    """By (consumer, provider), without the groups `but` of (retro, consumer)."""
    wrong, unsorted = func.sum(col(TopicCount.wrong)), func.sum(col(TopicCount.unsorted))
    among_known = case((col(TopicCount.retro_id).in_(seats_unknown()), 0), else_=wrong + unsorted)
    sides = (col(TopicCount.retro_id), col(TopicCount.consumer), col(TopicCount.provider))
    rows = db.execute(
        select(
            *sides, wrong, func.sum(col(TopicCount.right)), unsorted, func.sum(col(TopicCount.thanks)), among_known
        )
        .join(ThemeTopic, col(ThemeTopic.topic_id) == col(TopicCount.topic_id))
        .join(Theme, col(Theme.id) == col(ThemeTopic.theme_id))
        .join(Retro, col(Retro.id) == col(TopicCount.retro_id))
        .where(held, col(Theme.kind) == kind)
        .group_by(*sides)
    )
    found: dict[Sides, FrictionTally] = defaultdict(FrictionTally)
    met: set[tuple[UUID, Sides]] = set()
    for retro_id, consumer, provider, went_wrong, right, not_sorted, thanks, known in rows:
        under = shown.sides(retro_id, consumer, provider)
        if under and (retro_id, consumer) not in but:
            seats_known = 0 if under[0] == SMALL else known
            again = (retro_id, under) in met
            found[under] += FrictionTally(
                went_wrong, right, not_sorted, thanks, seats_known, retros=0 if again else 1
            )
            met.add((retro_id, under))
    return {pair: tally for pair, tally in found.items() if tally.said}
