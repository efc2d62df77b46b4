"""Short names for themes: what several of their topics say in the same words, else out of a title; never a person's
name, never an entry's wording; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import NamedTuple
from uuid import UUID

from app.meaning.rules.labels import as_written, headings, says_little, share_a_word
from app.meaning.rules.words import begun, words
from app.meaning.rules.words import stems as stems_of

WORDS_MOST = 5
PHRASE_MOST = 4
CANDIDATES = 8
LENGTH_BONUS = 0.6
CUT_COUNTS = 0.6
JOINED_WORDS_MOST = 5
USUAL = 0.1
"""A single word that a tenth of all topics have tells nothing."""

JOINING = frozenset({"a", "an", "and", "at", "between", "by", "for", "from", "in", "no", "not", "of", "on", "or"})
JOINING |= {"the", "to", "too", "with", "without"}
"""Words that may stand inside a name; others would make half a sentence of it."""

Stems = tuple[str, ...]
Told = Mapping[Stems, int]
"""In how many of all topics a phrase is."""


class Shared(NamedTuple):
    """A phrase that at least two topics of a theme have. `telling`: 1 for the most telling; `inside`: places of the
    topics that have it; `acts`: something done rather than a thing."""

    stems: Stems
    written: str
    telling: float
    inside: frozenset[int] = frozenset()
    acts: bool = False


def told_by(topics: Sequence[Sequence[str]]) -> Counter[Stems]:
    """In how many topics (each by its texts) each phrase is."""
    return Counter(stems for texts in topics for stems in {one.stems for text in texts for one in headings(text)})


def shared_by_topics(
    topics: Sequence[Sequence[str]], told: Told, of: int, people: Collection[str], most: int = CANDIDATES
) -> list[Shared]:
    """Phrases that two or more of a theme's `topics` have and few of all others (`told`, `of` topics), the most
    telling first. Left out: digits and signs (versions, addresses), names of people, halves of sentences."""
    inside, whole, acts = _inside(topics)
    written = as_written([text for texts in topics for text in texts])
    worth = {
        stems: len(places)
        * log(1 + of / max(1, told.get(stems, 0)))
        * (1 + LENGTH_BONUS * (len(stems) - 1))
        * (1 if stems in whole else CUT_COUNTS)
        for stems, places in inside.items()
        if len(places) > 1
        and not says_little(stems)
        and not (len(stems) == 1 and told.get(stems, 0) > max(2, USUAL * of))
    }
    plain = [stems for stems in worth if _is_plain(written[stems], people)]
    ranked = sorted(plain, key=lambda stems: (-worth[stems], stems))[:most]
    return [
        Shared(stems, written[stems], worth[stems] / worth[ranked[0]], inside[stems], stems in acts)
        for stems in ranked
    ]


class ProposedName(NamedTuple):
    """A name that the machine makes. `sources`: for each part of it that is words of topics the retros where they
    stand; a name of other words has none."""

    name: str = ""
    sources: Sequence[Collection[UUID]] = ()


def name_of(shared: Sequence[Shared], closeness: Sequence[float], kind: str = "") -> str:
    """The name alone of `named_after`."""
    return named_after(shared, closeness, kind)[0]


def named_after(
    shared: Sequence[Shared], closeness: Sequence[float], kind: str = ""
) -> tuple[str, tuple[Shared, ...]]:
    """A name, and the phrases that it is of. Out of shared phrases (with the `closeness` of each to the middle of the
    theme) and the name of a kind; '' where nothing is shared. One word alone is no name: a second stands beside it,
    else the kind says what of it."""
    worth = [one.telling + float(close) for one, close in zip(shared, closeness, strict=True)]
    ranked = [shared[place] for place in sorted(range(len(shared)), key=lambda place: (-worth[place], place))]
    if not ranked:
        return "", ()
    best = ranked[0]
    if len(best.stems) == 1:
        best = next((one for one in ranked if len(one.stems) > 1 and best.stems[0] in one.stems), best)
    if len(best.stems) > 1:
        return begun(best.written), (best,)
    second = next((one for one in ranked if _stand_together(one, best)), None)
    if second:
        return begun(f"{best.written} and {second.written}"), (best, second)
    if kind and share_a_word(best.stems, tuple(stems_of(kind))):
        return kind, ()
    return f"{kind}: {best.written}" if kind else begun(best.written), (best,)


def short_name(title: str, by_person: bool, people: Collection[str], among: Sequence[str] = ()) -> str:
    """A name out of a title, '' if nothing is left. What a person wrote as a title stays as it is.

    Titles that the machine made may repeat an entry, which other departments must not read: of a longer one only the
    phrase stays that most of the theme's titles (`among`) share. `people`: words of people's names, in lower case.
    """
    if by_person:
        return title.strip()
    plain = _without(title, people)
    name = plain if len(plain.split()) <= WORDS_MOST and not among else shared_phrase(plain, among)
    return begun(name.strip(" .,;:!?-–·"))


def shared_phrase(title: str, among: Sequence[str]) -> str:
    """The phrase of a title, of up to four words, that says most: in many titles `among`, and of many words."""
    often = told_by([[one] for one in among])
    ranked = sorted(
        (
            (max(1, often[one.stems]) * len(one.stems) ** 0.75, len(one.written), one.written)
            for one in headings(title)
            if len(one.written.split()) <= PHRASE_MOST
        ),
        key=lambda found: (-found[0], -found[1], found[2]),
    )
    return ranked[0][2] if ranked else ""


def _stand_together(one: Shared, best: Shared) -> bool:
    """Another phrase, that other topics have too."""
    words_in_all = len(one.written.split()) + len(best.written.split())
    if share_a_word(one.stems, best.stems) or one.acts != best.acts or words_in_all > JOINED_WORDS_MOST:
        return False
    return not best.inside or bool(one.inside - best.inside)


def _inside(topics: Sequence[Sequence[str]]) -> tuple[dict[Stems, frozenset[int]], set[Stems], set[Stems]]:
    """By phrase the places of topics that have it; phrases that are whole somewhere; those of something done."""
    inside: dict[Stems, set[int]] = defaultdict(set)
    whole, acts = set(), set()
    for place, texts in enumerate(topics):
        for one in (one for text in texts for one in headings(text)):
            inside[one.stems].add(place)
            if one.whole:
                whole.add(one.stems)
            if one.acts:
                acts.add(one.stems)
    return {stems: frozenset(places) for stems, places in inside.items()}, whole, acts


def _is_plain(written: str, people: Collection[str]) -> bool:
    said = words(written)
    if any(_bare(word.written) in people for word in said):
        return False
    if any(not word.stem and word.written.lower() not in JOINING for word in said):
        return False
    return all(sign.isalpha() or sign in " -" for sign in written)


def _without(title: str, people: Collection[str]) -> str:
    written = title.replace("…", " ").replace("...", " ").split()
    return " ".join(word for word in written if not (word[:1].isupper() and _bare(word) in people))


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?()\"'").removesuffix("'s").removesuffix("’s")


def covered_by(name: str, topics: Sequence[Sequence[str]]) -> float:
    """The share of topics (each by its texts) that have a word of a name, whatever its ending; 0 of none."""
    own = tuple(stems_of(name))
    said = [tuple({stem for text in texts for stem in stems_of(text)}) for texts in topics]
    return sum(bool(own) and share_a_word(own, stems) for stems in said) / len(said) if said else 0.0
