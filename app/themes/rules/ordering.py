"""The one order in which topics are placed, whatever order they arrived in; pure.

By the moment of the retro, then by what it says: never by ids, which every import draws anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

_THEMES = uuid5(NAMESPACE_URL, "fencepost:themes")


class Moment(NamedTuple):
    """Where a retro stands in history. `seed`: what ids of its themes are made from; no text of an entry.

    `imported`: it came from a file, with others.
    """

    at: str
    title: str
    digest: str
    seed: str
    imported: bool = False


class TopicOrder(NamedTuple):
    """Where a topic stands: the larger ones of a retro first, since they found themes."""

    moment: Moment
    smaller: int
    digest: str
    tie: str


def moment(
    retro_id: UUID, title: str, closed_at: datetime | None, held_on: date | None, digests: Iterable[str]
) -> Moment:
    """`held_on` of imported history, else the moment of the close: what closes later is placed later, for ever."""
    at = datetime.combine(held_on, time(), UTC) if held_on else closed_at or datetime.max.replace(tzinfo=UTC)
    seed = f"{held_on}|{title}" if held_on else str(retro_id)
    return Moment(at.astimezone(UTC).isoformat(), title, digest_of(digests), seed, held_on is not None)


def place(moment: Moment, entries: int, digest: str, topic_id: UUID) -> TopicOrder:
    """The id decides only between topics that say exactly the same."""
    return TopicOrder(moment, -entries, digest, str(topic_id))


def digest_of(texts: Iterable[str]) -> str:
    """The same for the same texts in any order: 32 hexadecimal digits of SHA-256."""
    joined = "\x1f".join(sorted(texts))
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def founded_id(moment: Moment, rank: int, again: int = 0) -> UUID:
    """The id of a theme that the topic at this rank of its retro founds: the same whenever history is taken in anew.

    `again`: which attempt, where another retro of the same day and title has it already.
    """
    return uuid5(_THEMES, f"{moment.seed}|{rank}|{again}" if again else f"{moment.seed}|{rank}")
