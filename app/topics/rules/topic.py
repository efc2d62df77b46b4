"""Decisions about topics inside one retro: sizes, which are put to the vote, what they are about; pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.meaning.rules.words import begun

TITLE_MAX = 120
NOTES_MAX = 4000
WHY_MAX = 280
WHYS_MAX = 7
REPLY_MAX = 1000
VOTED_ON_MAX = 12
ERASED = "[erased]"
CUT_LEAST = 3
POINTED_MOST = 60
"""A title that is the beginning of an entry."""
LATE_TITLE = "One more thing"


class ChangeKind(StrEnum):
    """A step of grouping that can be undone."""

    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    RENAMED = "renamed"
    CHOSEN = "chosen"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PLACED = "placed"


UNDO_SENTENCES = {
    ChangeKind.MOVED: "Undo moving entries",
    ChangeKind.SPLIT: "Undo the split",
    ChangeKind.MERGED: "Undo the merge",
    ChangeKind.RENAMED: "Undo the new title",
    ChangeKind.CHOSEN: "Undo the choice of topics for the vote",
    ChangeKind.ACCEPTED: "Undo accepting",
    ChangeKind.REFUSED: "Undo refusing",
    ChangeKind.PLACED: "Undo placing what was added",
}


class Proposal(StrEnum):
    """How people stand to a topic that was proposed. A topic made by a person, or of one entry, needs no answer."""

    NONE = ""
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    LATE = "late"
    """No topic yet: the place where late entries wait until somebody puts each where it belongs."""


class ProposalOutcome(StrEnum):
    """What became of a proposal when grouping ended; open until then."""

    OPEN = ""
    ACCEPTED = "accepted"
    CHANGED = "changed"
    REFUSED = "refused"
    UNTOUCHED = "untouched"


def verdict_of(proposal: str | None, was_refused: bool, before: str) -> ProposalOutcome:
    """`proposal` of the topic as it is now (None: the topic is gone); `before`: what an earlier end of grouping said,
    which stays when the topic was gone by then. A topic that vanished without being refused was merged or emptied."""
    if was_refused:
        return ProposalOutcome.REFUSED
    if proposal is None:
        return ProposalOutcome(before) if before else ProposalOutcome.CHANGED
    said = {Proposal.ACCEPTED: ProposalOutcome.ACCEPTED, Proposal.CHANGED: ProposalOutcome.CHANGED}
    return said.get(Proposal(proposal), ProposalOutcome.UNTOUCHED)


@dataclass(frozen=True, slots=True)
class VoteCandidate:
    """A topic that may be put to the vote. `only_thanks`: nothing in it is to be weighed."""

    topic_id: UUID
    position: int
    size: int
    only_thanks: bool = False


def largest(candidates: Iterable[VoteCandidate], most: int = VOTED_ON_MAX) -> frozenset[UUID]:
    """The topics put to the vote when nobody chose: the largest; topics of thanks only when room is left."""
    ranked = sorted(candidates, key=lambda c: (c.only_thanks, -c.size, c.position))
    return frozenset(c.topic_id for c in ranked[:most])


def suggestions(groups: Iterable[Sequence[int]], topic_of: Mapping[int, UUID]) -> dict[int, UUID]:
    """For each text that is in no topic yet (an index missing in `topic_of`) the topic that most of its group is in;
    nothing for one that stands alone, or only among others without a topic."""
    found: dict[int, UUID] = {}
    for group in groups:
        placed = Counter(topic_of[index] for index in group if index in topic_of)
        if placed:
            most = max(placed.values())
            nearest = min(topic for topic, count in placed.items() if count == most)
            found |= {index: nearest for index in group if index not in topic_of}
    return found


class About(NamedTuple):
    """Whom something is about: a department, or one that it must not name (`pooled`), or neither."""

    department_id: UUID | None = None
    pooled: bool = False


def mostly_about(entries: Iterable[About]) -> About:
    """What more than half of the entries that are about somebody are about; else nobody in particular."""
    counted = Counter(one for one in entries if one != About())
    if not counted:
        return About()
    about, count = counted.most_common(1)[0]
    return about if 2 * count > counted.total() else About()


def shortened(title: str, most: int = TITLE_MAX) -> str:
    """A title that fits, cut at a word where possible."""
    if len(title) <= most:
        return title
    cut = title[: most - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return f"{at_word if len(at_word) > most // 2 else cut}…"


def pointed(words: str) -> str:
    """The title that a run of an entry's own words makes."""
    line = shortened(" ".join(words.split()), POINTED_MOST)
    return begun(line)


def is_shared(title_stems: Collection[str], texts: Iterable[Collection[str]]) -> bool:
    """Whether each word of a title stands in at least two of these texts (both as stems): then it is nobody's own."""
    counted = Counter(stem for text in texts for stem in set(text))
    return all(counted[stem] > 1 for stem in title_stems)


def cut(text: str, words: str) -> str:
    """The text without these words, where it has all of them in a row, however it breaks its lines."""
    wanted = " ".join(words.split()).casefold()
    if len(words.strip()) < CUT_LEAST:
        return text
    plain, places = _in_one_line(text)
    kept, done, at = [], 0, plain.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (_is_of_a_word(plain, at - 1) or _is_of_a_word(plain, end)):
            kept += [text[done : places[at]], ERASED]
            done = places[end - 1] + 1
            at = plain.find(wanted, end)
        else:
            at = plain.find(wanted, at + 1)
    return "".join([*kept, text[done:]])


def _in_one_line(text: str) -> tuple[str, list[int]]:
    """The text in small letters with single blanks, and where each of its characters stood."""
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        as_one = " " if character.isspace() else character.casefold()
        if as_one != " " or plain[-1:] != [" "]:
            plain += as_one
            places += [place] * len(as_one)
    return "".join(plain), places


def _is_of_a_word(text: str, place: int) -> bool:
    return 0 <= place < len(text) and (text[place].isalnum() or text[place] == "_")


def joined_notes(notes: Collection[str], most: int = NOTES_MAX) -> str:
    """Notes of merged topics, one after the other. At most `most` characters."""
    return "\n\n".join(note for note in notes if note)[:most]
