"""Short names for themes out of titles of topics: never a person's name, never an entry's wording; pure."""

from __future__ import annotations

from collections.abc import Collection

from app.topics.rules.words import words

WORDS_MOST = 5


def short_name(title: str, by_person: bool, people: Collection[str]) -> str:
    """A name out of a title, '' if nothing is left. What a person wrote as a title stays as it is.

    Titles that the machine made may repeat an entry, which other departments must not read: of a longer one only the
    words that carry meaning stay. `people`: words of people's names, in lower case.
    """
    if by_person:
        return title.strip()
    written = title.replace("…", " ").replace("...", " ").split()
    named = [word for word in written if not (word[:1].isupper() and _bare(word) in people)]
    if len(named) > WORDS_MOST:
        named = [word.written for word in words(" ".join(named)) if word.stem][: WORDS_MOST - 1]
    name = " ".join(named).strip(" .,;:!?-–·")
    return name[:1].upper() + name[1:]


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?()\"'").removesuffix("'s").removesuffix("’s")
