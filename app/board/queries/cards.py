"""What a live screen shows of entries and topics: frozen views, in the words and shapes that the macros want."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.anonymity.rules.figures import sentence, twentieths
from app.retros.rules.results import Result, in_words
from app.topics.queries.topic_board import WhyView
from app.votes.rules.ranking import dots_in_words, ranks_in_words

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
    """What one group of k or more said of a topic: figures as they may be said (anonymity.rules.figures)."""

    badge: Badge
    agree: str
    disagree: str

    @property
    def agree_words(self) -> str:
        return sentence(self.agree, "agree")

    @property
    def disagree_words(self) -> str:
        return sentence(self.disagree, "disagree")

    @property
    def bar(self) -> tuple[int, int, int]:
        """Agree, the rest and disagree in twentieths: no finer than the words."""
        agree = twentieths(self.agree)
        disagree = min(twentieths(self.disagree), 20 - agree)
        return agree, 20 - agree - disagree, disagree


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """What the department that a topic is about said to it."""

    department: Badge
    text: str


@dataclass(frozen=True, slots=True)
class SuggestedTopic:
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
    replies: tuple[ReplyCard, ...]
    voted_on: bool
    discussed: bool
    proposal: str = ""
    waits: bool = False
    suggested: Mapping[UUID, SuggestedTopic] = field(default_factory=dict)
    marks: tuple[tuple[str, str], ...] = ()
    position: int | None = None
    dots: int | None = None
    dots_are_about: bool = False
    rank_cast: int | None = None
    rank_weighed: int | None = None
    tallies: tuple[GroupTally, ...] = ()
    silent: tuple[Badge, ...] = ()
    """Groups without a clear vote."""

    @property
    def dots_words(self) -> str:
        """Only after a vote."""
        return dots_in_words(self.dots or 0, self.dots_are_about)

    @property
    def ranks_words(self) -> str:
        """Only after a vote."""
        return ranks_in_words(self.rank_cast or 0, self.rank_weighed or 0)

    @property
    def piece(self) -> str:
        """Name of its piece, which is its element's id too."""
        return f"topic-{self.id}"

    @property
    def count(self) -> int:
        return len(self.entries)


@dataclass(frozen=True, slots=True)
class AnswerSummary:
    """The result of a secret question: `counts` in the order of its answers, or else `words`. Neither: fewer than k
    answered, so nothing is said."""

    counts: tuple[int, ...] | None = None
    words: str = ""


def answers_of(question: str, result: Result | None) -> AnswerSummary:
    """What a screen shows of a question that is over."""
    if result is None:
        return AnswerSummary()
    if result.counts is None:
        return AnswerSummary(words=in_words(question, result.word, result.about))
    return AnswerSummary(tuple(result.counts.values()))
