"""Gives groups that were made anew the ids of those that were there, so that a theme keeps its identity; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID


def heirs(
    members: Sequence[Collection[UUID]],
    before: Mapping[UUID, UUID],
    taken: Collection[UUID],
    first: Collection[UUID],
    age: Callable[[UUID], int],
) -> dict[int, UUID]:
    """Which of the new groups carries on which id; groups that carry on none are left out.

    `members`: the topics of each new group. `before`: the id of the group each topic was in. `taken`: ids that are
    given already. `first`: ids that people have worked on. `age`: smaller is older.
    The largest overlap decides; of equal ones what people worked on, then the older id, then the older group.
    """
    overlaps: Counter[tuple[int, UUID]] = Counter()
    for group, topics in enumerate(members):
        for topic in topics:
            if topic in before and before[topic] not in taken:
                overlaps[group, before[topic]] += 1
    found: dict[int, UUID] = {}
    given: set[UUID] = set()
    ranked = sorted(overlaps.items(), key=lambda one: (-one[1], one[0][1] not in first, age(one[0][1]), one[0][0]))
    for (group, theme_id), _ in ranked:
        if group not in found and theme_id not in given:
            found[group] = theme_id
            given.add(theme_id)
    return found
