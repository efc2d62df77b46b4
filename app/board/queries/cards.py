"""What a live screen shows of entries and topics: frozen views, in the words and shapes that the macros want."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.topics.queries import WhyView

SEVERAL = "Several departments"
EVERYONE = "Everyone"


@dataclass(frozen=True, slots=True)
class Badge:
    """A department, or the pool of small ones (`index` None), as the macros of departments want it."""

    name: str
    index: int | None


@dataclass(frozen=True, slots=True)
class EntryCard:
    """An entry as a slip of paper. `department` is None where labels were dropped. `hidden_because`: who and why,
    in words. `signed`: its writer signed it with that name on purpose."""

    id: UUID
    kind: str
    text: str
    department: Badge | None
    about: Badge | None
    dimension: str | None
    hidden_because: str | None
    signed: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class GroupTally:
    """What one group of k or more said of a topic."""

    badge: Badge
    agree: int
    disagree: int
    passed: int
    dots: int | None
    agree_said: str
    disagree_said: str
    votes_here: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What the department that a topic is about said to it."""

    department: Badge
    text: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """The topic that a late entry seems to belong to."""

    topic_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic with its entries, after the vote with what was said of it. `marks`: (words, kind) for the macros.
    `waits`: no topic yet, but where late entries wait for theirs; `suggested`: entry -> where it seems to belong."""

    id: UUID
    title: str
    version: int
    entries: tuple[EntryCard, ...]
    about: Badge | None
    notes: str
    whys: tuple[WhyView, ...]
    replies: tuple[Reply, ...]
    voted_on: bool
    discussed: bool
    proposal: str = ""
    waits: bool = False
    suggested: Mapping[UUID, Suggested] = field(default_factory=dict)
    marks: tuple[tuple[str, str], ...] = ()
    position: int | None = None
    dots: int | None = None
    rank_cast: int | None = None
    rank_weighed: int | None = None
    tallies: tuple[GroupTally, ...] = ()

    @property
    def piece(self) -> str:
        """Name of its piece, which is its element's id too."""
        return f"topic-{self.id}"

    @property
    def count(self) -> int:
        return len(self.entries)


@dataclass(frozen=True, slots=True)
class Answers:
    """The result of a secret question: `counts` in the order of its answers, None below k."""

    counts: tuple[int, ...] | None
