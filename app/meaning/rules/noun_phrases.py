"""Finds phrases in English texts that a person would write as a heading: nouns with what belongs to them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.core.patterns import bounded
from app.meaning.rules.speech import DETERMINERS, PAST, PartOfSpeech, parts
from app.meaning.rules.words import GENERIC, Word, clauses, uncapped

MEANING_MOST = 3
"""So many words that carry meaning are a heading; more are half a sentence."""
BINDING = frozenset({"of", "for", "between"})
BOUND = frozenset({"the", "our", "a", "an", "all", "each", "new", "other"})
PLACING = frozenset({"of", "on", "in", "at", "for", "from", "with", "to", "between", "by"})
FAR = 4
"""So many words may stand between a thing and what is said of it."""

_UNSAID = bounded(r"https?://\S{1,300}|www\.\S{1,300}|\S{1,64}@\S{1,64}|[@#]\w{1,60}|`[^`]{0,300}`")
_OPENS = {
    PartOfSpeech.NOUN,
    PartOfSpeech.ADJECTIVE,
    PartOfSpeech.PREDICATE,
    PartOfSpeech.PARTICIPLE,
    PartOfSpeech.GERUND,
}
_SAID = {PartOfSpeech.PREDICATE, PartOfSpeech.PARTICIPLE, PartOfSpeech.GERUND}
_CLOSES = {PartOfSpeech.NOUN, PartOfSpeech.GERUND}

Stems = tuple[str, ...]


class Phrase(NamedTuple):
    """A phrase as written. `whole`: the noun that it ends with is not itself before another; `acts`: something done
    to something ("activate card") rather than a thing."""

    stems: Stems
    written: str
    whole: bool = True
    acts: bool = False


def noun_phrases(text: str) -> Iterator[Phrase]:
    """Each phrase of one to three words that carry meaning. What is said of a thing in a sentence comes before it:
    "the proofs of the cover were late" has "late cover" and "late proofs". Addresses and numbers are none."""
    for found in clauses(_UNSAID.sub(" . ", text)):
        clause = _in_sentence(found)
        kinds = parts(clause)
        yield from _things(clause, kinds)
        yield from _said_of(clause, kinds)
        yield from _done_to(clause, kinds)


def _things(clause: Sequence[Word], kinds: Sequence[PartOfSpeech]) -> Iterator[Phrase]:
    for start in range(len(clause)):
        if not _may_open(clause, kinds, start):
            continue
        for end in range(start, len(clause)):
            run = clause[start : end + 1]
            if not _may_go_on(clause, kinds, start, end) or sum(bool(one.stem) for one in run) > MEANING_MOST:
                break
            if clause[end].stem and _may_close(kinds, end):
                yield _phrase(run, whole=_is_whole(clause, kinds, end))


def _said_of(clause: Sequence[Word], kinds: Sequence[PartOfSpeech]) -> Iterator[Phrase]:
    """ "The final files arrived two days late" says "late files" and "late final files", "the card is not working"
    says "card not working"."""
    for place, kind in enumerate(kinds):
        if kind not in _SAID or not clause[place].stem:
            continue
        denied = any(_denies(word) for word in clause[max(0, place - 2) : place])
        links = [
            at for at in range(max(0, place - FAR), place) if kinds[at] is PartOfSpeech.LINK or _denies(clause[at])
        ]
        if not links or (kind is PartOfSpeech.GERUND and not denied):
            continue
        said = clause[place]
        for thing in _before(clause, kinds, links[0]):
            yield _phrase([*thing, Word("not", "not"), said] if denied else [said, *thing])


def _before(clause: Sequence[Word], kinds: Sequence[PartOfSpeech], link: int) -> Iterator[Sequence[Word]]:
    """The noun that a linking verb speaks of, and with the noun before it: "cover" in "the cover of the list was"."""
    head = next((at for at in range(link - 1, max(-1, link - 3), -1) if kinds[at] in _CLOSES), -1)
    while (place := _place_word(clause, kinds, head)) > 0 and kinds[place - 1] in _CLOSES:
        head = place - 1
    if head < 0 or not _may_open(clause, kinds, head):
        return
    yield clause[head : head + 1]
    if head and kinds[head - 1] is PartOfSpeech.NOUN and _may_open(clause, kinds, head - 1):
        yield clause[head - 1 : head + 1]


def _place_word(clause: Sequence[Word], kinds: Sequence[PartOfSpeech], head: int) -> int:
    """Where the "of" or "on" stands that binds a noun to one before it; -1 if none does."""
    at = head - 1
    while at > 0 and ((kinds[at] in _OPENS and clause[at].stem) or clause[at].written.lower() in DETERMINERS):
        at -= 1
    return at if at > 0 and clause[at].written.lower() in PLACING else -1


def _done_to(clause: Sequence[Word], kinds: Sequence[PartOfSpeech]) -> Iterator[Phrase]:
    """ "To activate my card" says "activate card"."""
    for place, kind in enumerate(kinds):
        if kind not in (PartOfSpeech.VERB, PartOfSpeech.GERUND) or not _is_plain(clause[place]):
            continue
        at = place + 1
        if at < len(clause) and clause[at].written.lower() in DETERMINERS:
            at += 1
        for end in range(at, min(at + MEANING_MOST, len(clause))):
            if not _may_open(clause, kinds, end):
                break
            if _may_close(kinds, end):
                whole = _is_whole(clause, kinds, end)
                yield _phrase([clause[place], *clause[at : end + 1]], whole=whole, acts=True)


def _in_sentence(clause: Sequence[Word]) -> list[Word]:
    """ "Sign up" and "sign-up" are one word. A capital that only begins a sentence is none of the word's own."""
    found: list[Word] = []
    for word in clause:
        before = found[-1] if found else None
        if word.written == "up" and before and before.stem and not before.written.endswith(("ed", "ing")):
            found[-1] = Word(f"{before.written} up", f"{before.stem}-up")
        elif not found and word.written[1:].islower():
            found.append(Word(uncapped(word.written), word.stem))
        else:
            found.append(word)
    return found


def _may_open(clause: Sequence[Word], kinds: Sequence[PartOfSpeech], place: int) -> bool:
    word = clause[place]
    return bool(word.stem) and kinds[place] in _OPENS and _is_name(word.written)


def _may_go_on(clause: Sequence[Word], kinds: Sequence[PartOfSpeech], start: int, place: int) -> bool:
    """With a word of meaning, or with "of", "of the", "for our" behind a noun that says something itself: "end of the
    day" and "bunch of people" are no headings."""
    if clause[place].stem:
        return _may_open(clause, kinds, place)
    word = clause[place].written.lower()
    if word in BINDING:
        return place > start and kinds[place - 1] in _CLOSES and clause[place - 1].stem not in GENERIC
    return word in BOUND and place > start and clause[place - 1].written.lower() in BINDING


def _may_close(kinds: Sequence[PartOfSpeech], place: int) -> bool:
    """A word in -ing closes a phrase only where nothing follows that it could be doing something to."""
    if kinds[place] is PartOfSpeech.GERUND:
        return place + 1 == len(kinds) or kinds[place + 1] in (
            PartOfSpeech.VERB,
            PartOfSpeech.LINK,
            PartOfSpeech.ADVERB,
        )
    return kinds[place] in _CLOSES


def _is_whole(clause: Sequence[Word], kinds: Sequence[PartOfSpeech], end: int) -> bool:
    return end + 1 == len(clause) or kinds[end + 1] is not PartOfSpeech.NOUN or not clause[end + 1].stem


def _is_plain(verb: Word) -> bool:
    """ "Activate" and "activating" may begin a heading; "activates" and "took" tell a story."""
    lower = verb.written.lower()
    return bool(verb.stem) and lower not in PAST and (not lower.endswith("s") or lower.endswith("ss"))


def _denies(word: Word) -> bool:
    return word.written.lower() == "not" or word.written.lower().replace("’", "'").endswith("n't")


def _is_name(written: str) -> bool:
    """A word, not a number, a version, a path or what belongs to somebody."""
    if written.endswith(("'s", "’s")):
        return False
    return not any(sign.isdigit() or sign in "/#+_.@" for sign in written) or (
        written.isalnum() and written[0].isalpha()
    )


def _phrase(run: Sequence[Word], *, whole: bool = True, acts: bool = False) -> Phrase:
    return Phrase(tuple(word.stem for word in run if word.stem), " ".join(word.written for word in run), whole, acts)
