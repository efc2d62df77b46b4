"""What people decided about themes, read from their log in order; pure. What the machine says comes before it.

The theme of a topic = what people said of it, else where their decisions drew it when it came, else the machine's
group; then through the merges. So no run of the machine can undo a decision: decisions come last, every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class CorrectionKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    CONFIRM = "confirm"
    APART = "apart"
    WHOLE = "whole"
    KEEP_NAME = "keep_name"
    RENAME = "rename"
    SORT = "sort"
    CLOSE = "close"
    REOPEN = "reopen"


class Correction(NamedTuple):
    """One line of the log. `what`: ids and names, as text, by the keys that the kind needs (see `Decisions`)."""

    number: int
    kind: CorrectionKind
    what: Mapping[str, Any]
    happened_at: datetime


@dataclass
class Decisions:
    """All decisions that stand. `pins`: topic -> theme. `merged`: theme -> what it became. `made`: themes that exist
    only because of a decision. `worked_on`: themes that no run may tear. `apart`: pairs that are not to be merged.
    `whole`: themes that are one thing; `name_kept`: those whose name is right, whatever it covers;
    `named_at`: theme -> how many topics it had when somebody named it."""

    pins: dict[UUID, UUID] = field(default_factory=dict)
    confirmed: set[UUID] = field(default_factory=set)
    merged: dict[UUID, UUID] = field(default_factory=dict)
    made: set[UUID] = field(default_factory=set)
    unmade: set[UUID] = field(default_factory=set)
    worked_on: set[UUID] = field(default_factory=set)
    apart: set[frozenset[UUID]] = field(default_factory=set)
    whole: set[UUID] = field(default_factory=set)
    name_kept: set[UUID] = field(default_factory=set)
    named_at: dict[UUID, int] = field(default_factory=dict)

    @classmethod
    def of(cls, log: Iterable[tuple[Correction, bool]]) -> Decisions:
        """From the whole log in order: each line, and whether it was undone."""
        found = cls()
        for line, undone in log:
            if undone:
                found.unmade |= _ids(line.what.get("new"))
            else:
                found._add(line)
        found.unmade -= found.made
        return found

    def theme_of(self, topic_id: UUID, group_id: UUID, drawn_to: UUID | None) -> UUID:
        """The live theme of a topic that the machine put into `group_id`."""
        if drawn_to in self.unmade:
            drawn_to = None
        return self.live(self.pins.get(topic_id) or drawn_to or group_id)

    def live(self, theme_id: UUID) -> UUID:
        """What a theme became by merges: itself, where it was not merged."""
        while theme_id in self.merged:
            theme_id = self.merged[theme_id]
        return theme_id

    def are_apart(self, one: UUID, other: UUID) -> bool:
        """Whether people said that these are different things."""
        return frozenset((one, other)) in {frozenset(map(self.live, pair)) for pair in self.apart}

    def is_whole(self, theme_id: UUID) -> bool:
        """Whether people said that it is one thing, or made one of several."""
        return theme_id in {self.live(one) for one in (*self.whole, *self.merged)}

    def is_name_kept(self, theme_id: UUID) -> bool:
        """Whether people said that its name is right."""
        return theme_id in {self.live(one) for one in self.name_kept}

    def is_worked_on(self, theme_id: UUID) -> bool:
        """Whether people merged, split, named, closed or kept this theme apart."""
        return theme_id in self.worked_on

    def _add(self, line: Correction) -> None:
        what, kind = line.what, line.kind
        theme, other, new = _id(what, "theme"), _id(what, "other"), _id(what, "new")
        topics = _ids(what.get("topics"))
        if new:
            self.made.add(new)
        if kind is CorrectionKind.MERGE and theme and other:
            self.merged[theme] = other
        elif kind is CorrectionKind.APART and theme and other:
            self.apart.add(frozenset((theme, other)))
        elif kind is CorrectionKind.WHOLE and theme:
            self.whole.add(theme)
        elif kind is CorrectionKind.KEEP_NAME and theme:
            self.name_kept.add(theme)
        elif kind is CorrectionKind.RENAME and theme:
            self.named_at[theme] = what.get("size", 0)
        self.pins.update(dict.fromkeys(topics, new or other or theme))  # type: ignore[arg-type]  # one is always there
        self.confirmed = self.confirmed | topics if kind is CorrectionKind.CONFIRM else self.confirmed - topics
        if kind not in (CorrectionKind.MOVE, CorrectionKind.CONFIRM):
            self.worked_on |= {one for one in (theme, other, new) if one}


def _id(what: Mapping[str, Any], key: str) -> UUID | None:
    return UUID(what[key]) if what.get(key) else None


def _ids(found: Any) -> set[UUID]:
    if not found:
        return set()
    return {UUID(one) for one in ([found] if isinstance(found, str) else found)}
