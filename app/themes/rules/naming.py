"""Short names for themes out of titles of topics: never a person's name, never an entry's wording; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from app.meaning.rules.words import phrases

WORDS_MOST = 3


def short_name(title: str, by_person: bool, people: Collection[str], among: Sequence[str] = ()) -> str:
    """A name out of a title, '' if nothing is left. What a person wrote as a title stays as it is.

    Titles that the machine made may repeat an entry, which other departments must not read: of a longer one only the
    phrase stays that most of the theme's titles (`among`) share. `people`: words of people's names, in lower case.
    """
    if by_person:
        return title.strip()
    plain = _without(title, people)
    name = plain if len(plain.split()) <= WORDS_MOST and not among else shared_phrase(plain, among)
    name = name.strip(" .,;:!?-–·")
    return name[:1].upper() + name[1:]


def shared_phrase(title: str, among: Sequence[str]) -> str:
    """The phrase of a title, of up to four words, that says most: in many titles `among`, and of many words."""
    often = Counter(stems for one in among for stems in {stems for stems, _ in phrases(one)})
    ranked = sorted(
        ((max(1, often[stems]) * len(stems) ** 0.75, len(written), written) for stems, written in phrases(title)),
        key=lambda found: (-found[0], -found[1], found[2]),
    )
    return ranked[0][2] if ranked else ""


def _without(title: str, people: Collection[str]) -> str:
    written = title.replace("…", " ").replace("...", " ").split()
    return " ".join(word for word in written if not (word[:1].isupper() and _bare(word) in people))


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?()\"'").removesuffix("'s").removesuffix("’s")
