"""Places topics one after the other in their one order, and gives the groups that this founds their ids; pure.

A retro that closes changes nothing before it. What comes late (older history) is placed where it belongs, and what is
dated after it is placed anew; what is imported before the first retro that was held here is one batch, and grouped at
once: so the outcome depends on which topics there are, not on the order they arrived in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.themes.rules.assigning import Assignment, Groups, Vectors
from app.themes.rules.matching import heirs
from app.themes.rules.ordering import TopicOrder, founded_id
from app.themes.rules.seeding import place_at_once

FIRST_MOST = 5_000
"""So many topics are grouped at once: three seconds, 250 MB for a moment."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A topic to be placed. `rank`: its place among the topics of its retro, from 0."""

    topic_id: UUID
    retro_id: UUID
    place: TopicOrder
    rank: int


@dataclass(frozen=True, slots=True)
class PlacedTopic:
    """A topic with its group; `others`: (id of a group, cosine) of the nearest beside it."""

    unit: Unit
    group_id: UUID
    joined: Assignment
    others: tuple[tuple[UUID, float], ...]


def in_order(units: Sequence[tuple[UUID, UUID, TopicOrder]]) -> list[Unit]:
    """Units of (topic, retro, place), in the one order, each with its rank in its retro."""
    ranks: dict[UUID, int] = {}
    found = []
    for topic_id, retro_id, place in sorted(units, key=lambda one: one[2]):
        rank = ranks[retro_id] = ranks.get(retro_id, -1) + 1
        found.append(Unit(topic_id, retro_id, place, rank))
    return found


def first_batch(units: Sequence[Unit]) -> int:
    """How many topics, from the first on, are grouped at once: what was imported, up to the first retro that was held
    here. That comes from outside all together; a retro that closes here changes nothing before it."""
    here = next((at for at, unit in enumerate(units[:FIRST_MOST]) if not unit.place.moment.imported), len(units))
    return min(here, FIRST_MOST)


def place_units(
    groups: Groups,
    group_ids: list[UUID],
    units: Sequence[Unit],
    vectors: Vectors,
    before: Mapping[UUID, UUID],
    worked_on: Collection[UUID],
    follow_founders: bool = True,
    at_once: int = 0,
) -> list[PlacedTopic]:
    """Place `units` (in order; `vectors` (n, width) likewise) into `groups`, which grow, as does `group_ids`.

    `at_once`: so many of them are grouped as one batch; only where there are no groups yet.

    `before`: the group that a topic was in, if it was placed already; new groups carry on those ids. An id follows
    the topic that founded it (`follow_founders`: as long as that founds a group), else the most of its topics.
    """
    old = groups.size
    joined = place_at_once(groups, vectors[:at_once]) + groups.place(vectors[at_once:])
    members: list[list[UUID]] = [[] for _ in range(groups.size - old)]
    for unit, one in zip(units, joined, strict=True):
        if one.group >= old:
            members[one.group - old].append(unit.topic_id)
    founders = [unit for unit, one in zip(units, joined, strict=True) if one.founded]
    kept = _followed(founders, before, {*group_ids, *worked_on}) if follow_founders else {}
    ages = {group_id: age for age, group_id in enumerate(dict.fromkeys(before.values()))}
    others = [[] if index in kept else own for index, own in enumerate(members)]
    carried = kept | heirs(others, before, {*group_ids, *kept.values()}, worked_on, ages.__getitem__)
    given = {*group_ids, *carried.values()}
    ids = [carried.get(index) or _new_id(founder, given) for index, founder in enumerate(founders)]
    group_ids.extend(ids)
    return [
        PlacedTopic(unit, group_ids[one.group], one, tuple((group_ids[index], alike) for index, alike in one.others))
        for unit, one in zip(units, joined, strict=True)
    ]


def _followed(founders: Sequence[Unit], before: Mapping[UUID, UUID], taken: Collection[UUID]) -> dict[int, UUID]:
    own = {index: founded_id(one.place.moment, one.rank) for index, one in enumerate(founders)}
    return {
        index: theme_id
        for index, theme_id in own.items()
        if before.get(founders[index].topic_id) == theme_id and theme_id not in taken
    }


def also_known_as(placed: Sequence[PlacedTopic]) -> dict[UUID, UUID]:
    """Ids that themes would have had if history had come in its own order, and the ids of the groups that they lead
    to: so the same id leads to the same theme in every house, whatever came first."""
    taken = {one.group_id for one in placed}
    found = {}
    for one in placed:
        own = founded_id(one.unit.place.moment, one.unit.rank)
        if one.joined.founded and own not in taken:
            found[own] = one.group_id
    return found


def _new_id(founder: Unit, given: set[UUID]) -> UUID:
    again = 0
    while (found := founded_id(founder.place.moment, founder.rank, again)) in given:
        again += 1
    given.add(found)
    return found
