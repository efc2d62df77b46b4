"""Finds the names of a roster in a text; English words that are names as well count only where they can be names."""

from dataclasses import dataclass
from functools import lru_cache

from app.core.patterns import Match, bounded

# Names that are words as well: alone they count only inside a sentence, with a capital.
_WORDS = """
art april august autumn bill bishop black bob brook brown carol chance charity christian clay cook crystal
dale dawn dean drew faith field fields fisher forest frank gene glen good grace grant gray green hall harmony
hart heath hill hope hunt hunter iris ivy jack jade jasmine joy june king law lily long march mark marsh mason
max may miles miller mills olive paige pat pearl penny pierce price ray reed rich rob robin rose ruby rush
sandy self sharp short sky small smart star stone storm summer sunny swift taylor tanner trent victor violet
wade walker ward way webb west white will wills winter wise wolf wood woods young
"""
_ALSO_WORDS = frozenset(_WORDS.split())


_WORD = bounded(r"[^\W\d_](?:[\w-]|['’](?!s\b)){0,60}")


@dataclass(frozen=True, slots=True)
class _Names:
    whole: frozenset[tuple[str, ...]]
    parts: frozenset[str]
    lengths: tuple[int, ...]


def named(text: str, roster: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where a known name stands: in full (either way round, any case), or a part of it alone."""
    known = _known(roster)
    words = list(_WORD.finditer(text))
    spans = []
    for length in known.lengths:
        for first in range(len(words) - length + 1):
            run = words[first : first + length]
            if tuple(word.group().casefold() for word in run) in known.whole:
                spans.append((run[0].start(), run[-1].end()))
    spans += [word.span() for word in words if _is_a_name(word, text, known.parts)]
    return spans


def _is_a_name(word: Match[str], text: str, parts: frozenset[str]) -> bool:
    written = word.group()
    if written.casefold() not in parts:
        return False
    if written.casefold() not in _ALSO_WORDS:
        return written[0].isupper() or len(written) >= 4
    before = text[: word.start()].rstrip(" ")
    inside_a_sentence = bool(before) and (before[-1].isalnum() or before[-1] in ",;:'’\")")
    return written[0].isupper() and inside_a_sentence


@lru_cache(maxsize=8)
def _known(roster: tuple[str, ...]) -> _Names:
    names = [tuple(word.casefold() for word in _WORD.findall(name)) for name in roster]
    several = [name for name in names if len(name) > 1]
    whole = frozenset([*several, *(tuple(reversed(name)) for name in several)])
    parts = frozenset(word for name in names for word in name if len(word) >= 3)
    return _Names(whole, parts, tuple(sorted({len(name) for name in several}, reverse=True)))
