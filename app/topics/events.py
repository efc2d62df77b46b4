"""Facts about topics: ids only, never a word of an entry."""

from dataclasses import dataclass
from uuid import UUID

from app.retros.events import RetroChanged


@dataclass(frozen=True, slots=True)
class TopicsChanged(RetroChanged):
    """Grouping changed: only these topics need redrawing. `order_changed`: some appeared or vanished."""

    topic_ids: frozenset[UUID]
    order_changed: bool


@dataclass(frozen=True, slots=True)
class TopicNoted(RetroChanged):
    """What the room said of a topic changed: notes, why-chain, reply, what it is about, discussed."""

    topic_id: UUID
