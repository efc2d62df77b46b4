"""From groups to themes: where each topic goes once people's decisions are laid over what the machine says."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np

from app.themes.queries.history import History, Stand
from app.themes.rules.assigning import Groups, Vectors
from app.themes.rules.decisions import Decisions
from app.themes.rules.embedding_space import EmbeddingSpace
from app.themes.rules.placing import PlacedTopic, Unit, also_known_as, first_batch, place_units
from app.themes.service.snapshot import groups_of

Drawing = Sequence[tuple[UUID, Vectors]]
"""(theme, unit mean of the topics that people put there)."""


class Row(NamedTuple):
    """What is written of a topic; `runner_up`: the best other theme."""

    topic_id: UUID
    retro_id: UUID
    theme_id: UUID
    group_id: UUID
    drawn_to: UUID | None
    likeness: float
    runner_up: UUID | None
    doubt: float
    by_person: bool
    looked_at: bool

    def moved_from(self, stand: Stand) -> bool:
        return (self.theme_id, self.group_id, self.drawn_to) != (stand.theme_id, stand.group_id, stand.drawn_to)


def rows(
    placed: Sequence[PlacedTopic],
    vectors: Vectors,
    groups: Groups,
    decided: Decisions,
    drawing: Drawing,
    stands: Mapping[UUID, Stand],
) -> list[Row]:
    """For each placed topic (`vectors` (n, width) likewise) its row. `stands`: where those were that were there."""
    seen = [(theme_id, groups.see(mean[None])[0]) for theme_id, mean in drawing]
    found = []
    for one, vector in zip(placed, vectors, strict=True):
        stand = stands.get(one.unit.topic_id)
        drawn = None
        if stand is not None:
            drawn = _stays(one, stand, decided)
        elif seen:
            drawn = _drawn(one, groups.see(vector[None])[0], decided, seen)
        found.append(_row(one, drawn, decided))
    return found


def placed_anew(
    told: History, new: Sequence[Unit], vectors: Vectors, space: EmbeddingSpace, decided: Decisions, drawing: Drawing
) -> tuple[list[Row], dict[UUID, UUID]]:
    """Place `new` topics (`vectors` likewise) where they belong in history, and all that is dated after them anew.

    The first batch is grouped anew with them if it is another one then.

    Returns the rows that are new or changed, and other ids that lead to themes.
    """
    start = bisect_left([unit.place for unit in told.units], new[0].place)
    together = first_batch(sorted([*told.units, *new], key=lambda unit: unit.place))
    if start < max(together, first_batch(told.units)):
        start = 0
    found, aliases = _from(told, start, new, vectors, space, decided, drawing, follow_founders=True)
    stands = told.stands
    return [row for row in found if row.topic_id not in stands or row.moved_from(stands[row.topic_id])], aliases


def all_anew(told: History, space: EmbeddingSpace, decided: Decisions, drawing: Drawing) -> list[Row]:
    """Place everything anew, as after a change of the encoder: each theme's id goes with the most of its topics."""
    return _from(told, 0, [], told.vectors[:0], space, decided, drawing, follow_founders=False)[0]


def _from(
    told: History,
    start: int,
    new: Sequence[Unit],
    vectors: Vectors,
    space: EmbeddingSpace,
    decided: Decisions,
    drawing: Drawing,
    follow_founders: bool,
) -> tuple[list[Row], dict[UUID, UUID]]:
    both = dict(zip((unit.topic_id for unit in told.units[start:]), told.vectors[start:], strict=True))
    both |= dict(zip((unit.topic_id for unit in new), vectors, strict=True))
    tail = sorted([*told.units[start:], *new], key=lambda unit: unit.place)
    own = np.array([both[unit.topic_id] for unit in tail], dtype=np.float32).reshape(len(tail), space.size)
    groups, group_ids = groups_of(told, start, space)
    before = {unit.topic_id: told.stands[unit.topic_id].group_id for unit in told.units[start:]}
    at_once = 0 if start else first_batch(tail)
    placed = place_units(groups, group_ids, tail, own, before, decided.worked_on, follow_founders, at_once)
    # An id that people merged into another leads there, whatever its founding topic does now.
    known = also_known_as(placed).items()
    aliases = {alias: decided.live(group_id) for alias, group_id in known if alias not in decided.merged}
    return rows(placed, own, groups, decided, drawing, told.stands), aliases


def _row(one: PlacedTopic, drawn: UUID | None, decided: Decisions) -> Row:
    topic_id = one.unit.topic_id
    theme_id = decided.theme_of(topic_id, one.group_id, drawn)
    own = decided.live(one.group_id)
    around = [(one.group_id, one.joined.likeness), *one.others] if theme_id != own else list(one.others)
    other = next(((at, alike) for at, alike in _live(around, decided.live) if at != theme_id), None)
    by_person = topic_id in decided.pins
    doubt = one.joined.doubt(other[1] if other else None)
    runner_up = other[0] if other else None
    sure = topic_id in decided.confirmed
    return Row(
        topic_id, one.unit.retro_id, theme_id, one.group_id, drawn, one.joined.likeness, runner_up, doubt,
        by_person and not sure, by_person,
    )  # fmt: skip


def _live(around: Sequence[tuple[UUID, float]], live: Callable[[UUID], UUID]) -> list[tuple[UUID, float]]:
    return [(live(group_id), alike) for group_id, alike in around]


def _stays(one: PlacedTopic, stand: Stand, decided: Decisions) -> UUID | None:
    """No run takes a topic out of a theme that people worked on; what was drawn stays drawn."""
    now = decided.theme_of(one.unit.topic_id, one.group_id, stand.drawn_to)
    if now != stand.theme_id and decided.is_worked_on(stand.theme_id):
        return stand.theme_id
    return stand.drawn_to


def _drawn(one: PlacedTopic, vector: Vectors, decided: Decisions, drawing: Drawing) -> UUID | None:
    """The theme whose topics, those put there by people, this one is more like than its own group."""
    theme_id, alike = max(((at, float(mean @ vector)) for at, mean in drawing), key=lambda found: found[1])
    join = one.joined.join
    least = join if one.joined.founded else max(join, one.joined.likeness)
    return theme_id if alike > least and theme_id != decided.live(one.group_id) else None
