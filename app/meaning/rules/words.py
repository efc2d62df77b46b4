"""Cuts texts into words for comparing and labelling; knows English stop words and no meaning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.patterns import bounded

_WORD = bounded(r"[^\W_](?:[\w'’\-+#./]{0,98}[^\W_]|[+#]{1,9})?")
_SENTENCE_END = bounded(r"[.!?;:\n,()\[\]\"“”]")
_ENDINGS = (("ings", ""), ("ing", ""), ("edly", ""), ("ed", ""), ("ies", "y"), ("es", ""), ("s", ""), ("ly", ""))
_STEM_MIN = 4
PHRASE_MAX = 4

STOP_WORDS = frozenset(
    """
    a about above across actually after again all almost alone along already also although always am among an and
    another any anything are aren't around as at away be became because been before being below best better between
    both but by came can can't cannot could couldn't did didn't do does doesn't doing don't done down due during
    each either else enough especially etc even ever every everyone everything few first for from further gave get
    gets getting give given go goes going gone good got had has hasn't have haven't having he her here him his how
    however i i'd i'll i'm i've if in instead into is isn't it it's its itself just keep kept kind last least less
    let like little lot lots made make makes making many may maybe me might mine more most mostly much must my near
    need needed needs neither never next no nobody none nor not nothing now of off often ok on once one only onto or
    other others our ours out over own perhaps per please put quite rather really same say seem seemed seems several
    she should shouldn't since so some somebody someone something sometimes soon sort still such sure take taken
    takes than that that's the their theirs them then there there's these they they're thing things think this those
    though through to too took toward towards two under unless until up upon us use used very via want wanted was
    wasn't way ways we we'd we're we've well went were weren't what when where whether which while who whole whom
    whose why will with within without won't would wouldn't yes yet you you're your yours great nice big bad bit
    able far long new plus himself herself themselves ourselves myself yourself
    """.split()  # noqa: SIM905  (a list of words reads best as words)
)

GENERIC = frozenset(
    """
    action amount area attempt bunch both case change couple day detail effort end example experience fact folk
    good group guy hour idea improvement instance issue item kind level matter minute moment month number
    one option order part
    people percent person piece place plan point possibility problem question reason result self set side situation
    something step stuff suggestion sure thank thing time today topic type use user value version view way week work
    worth year
    """.split()  # noqa: SIM905  (a list of words reads best as words)
)
"""Words that say little alone, whatever is spoken of."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as written, and its stem ('' for a stop word)."""

    written: str
    stem: str


def words(text: str) -> list[Word]:
    """All words of a text in order."""
    return [_word(found) for found in _WORD.findall(text)]


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning."""
    return [word.stem for word in words(text) if word.stem]


def clauses(text: str) -> Iterator[list[Word]]:
    """The words of each clause: what stands between two signs. A sign inside a word ("1.5", "v2.0") ends none: a word
    is the same here as in `words`."""
    clause: list[Word] = []
    at = 0
    for found in _WORD.finditer(text):
        if _SENTENCE_END.search(text, at, found.start()):
            yield clause
            clause = []
        clause.append(_word(found[0]))
        at = found.end()
    yield clause


def pieces(text: str) -> list[str]:
    """Runs of 3 to 5 letters inside words: they forgive endings, compounds and slips of the finger."""
    padded = [f" {stem} " for stem in stems(text)]
    return [word[at : at + size] for word in padded for size in (3, 4, 5) for at in range(len(word) - size + 1)]


def phrases(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(stems, as written) of every run of up to four words that starts and ends with one that carries meaning."""
    for run in clauses(text):
        for start, first in enumerate(run):
            if not first.stem:
                continue
            for end in range(start, min(start + PHRASE_MAX, len(run))):
                if run[end].stem:
                    yield _phrase(run[start : end + 1])


def begun(line: str) -> str:
    """A line with a capital first, where that is the same letter: "ß" has none ("SS" would be another word)."""
    capital = line[:1].upper()
    return capital + line[1:] if capital.lower() == line[:1] else line


def uncapped(word: str) -> str:
    """A word without the capital that begins a sentence, where that is the same letter: "İ" has no small one here."""
    small = word[:1].lower()
    return small + word[1:] if small.upper() == word[:1] and len(small) == 1 else word


def _phrase(run: Sequence[Word]) -> tuple[tuple[str, ...], str]:
    return tuple(word.stem for word in run if word.stem), " ".join(word.written for word in run)


@lru_cache(maxsize=50_000)
def _word(written: str) -> Word:
    folded = written.casefold().replace("’", "'")  # not only lower: "STRASSE" is "Straße"
    if folded in STOP_WORDS or (len(folded) == 1 and folded.isascii()):
        return Word(written, "")
    plain = folded.removesuffix("'s")
    return Word(written, _stem(plain))


def _stem(word: str) -> str:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _STEM_MIN:
            return word.removesuffix(ending) + instead
    return word
