"""Decisions about the organisation and its departments: names, time zone, badges and colour tones; pure."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from app.core.places import Place, countries
from app.core.texts import one_line

NAME_MAX = 80
BADGE_MAX = 3
ORGANISATION_MAX = 120
SPONSOR_MAX = 120
TONES = 12
PEOPLE_MOST = 100_000
SMALL_BELOW = 3
"""A department of fewer people than this is a person or two: what is said of it is said of them."""
SMALL = "small"
"""The key under which such departments stand together, where others have an id."""
SMALL_TOGETHER = "Small departments"
A_SMALL_ONE = "a small department"


def tidy(typed: str) -> str:
    """A name as it is kept: composed, one blank between its words."""
    return one_line(typed)


def name_problem(name: str, longest: int = NAME_MAX) -> str | None:
    """A sentence when a tidied name is empty, too long or cannot be shown."""
    if not name:
        return "Type a name."
    if len(name) > longest:
        return f"Please keep it to {longest} characters; this has {len(name)}."
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name):
        return "There is a character in it that cannot be shown. Please type it again."
    return None


def time_zone_problem(name: str) -> str | None:
    """A sentence when this is no time zone's name, such as Europe/Berlin."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "This time zone is not known. Please type it like Europe/Berlin or America/New_York."
    return None


@cache
def country_names() -> dict[str, str]:
    """Countries whose public holidays are known: code -> name, in the order of names."""
    called = Locale("en").territories
    return dict(sorted(((code, called.get(code, code)) for code in countries()), key=lambda pair: pair[1]))


def place_problem(place: Place) -> dict[str, str]:
    """Field -> sentence, where a time zone, country or region is not known; empty ones are none."""
    wrong = {}
    if place.zone and (problem := time_zone_problem(place.zone)):
        wrong["time_zone"] = problem
    if place.country and place.country not in countries():
        wrong["country"] = "The public holidays of this country are not known. Please choose one from the list."
    elif place.subdivision and place.subdivision not in countries().get(place.country, ()):
        wrong["subdivision"] = "This region is not one of the country. Please choose again."
    return wrong


def badge_problem(badge: str) -> str | None:
    """A sentence when the letters of a badge are not one to three letters or digits; empty means: choose for me."""
    if len(badge) > BADGE_MAX or not all(letter.isalnum() for letter in badge):
        return f"A badge has one to {BADGE_MAX} letters or digits."
    return None


def badge_for(name: str, taken: Collection[str] = ()) -> str:
    """Letters that stand for a department: its initials, else its first letters, the first that nobody has."""
    choices = list(_badges(name))
    return next((badge for badge in choices if badge not in taken), choices[0])


def least_used_tone(used: Iterable[int]) -> int:
    """The colour tone that fewest departments have; of several the first."""
    counts = Counter(used)
    return min(range(TONES), key=lambda tone: (counts[tone], tone))


def _badges(name: str) -> Iterable[str]:
    words = ["".join(letter for letter in word if letter.isalnum()) for word in name.replace("-", " ").split()]
    words = [word.upper() for word in words if word]
    if not words:
        yield "?"
        return
    if len(words) > 1:
        yield (words[0][0] + words[1][0])[:BADGE_MAX]
        yield "".join(word[0] for word in words[:BADGE_MAX])
    letters = "".join(words)
    yield letters[:2]
    for other in letters[2:]:
        yield letters[0] + other
    for digit in range(2, 10):
        yield f"{letters[0]}{digit}"


def is_small(people: int | None) -> bool:
    """Whether it is spoken of as a small department; one whose size nobody has said is not."""
    return people is not None and people < SMALL_BELOW


def people_problem(typed: str) -> str | None:
    """A sentence when this is no number of people; empty means: not said."""
    if typed and not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:7]) <= PEOPLE_MOST):
        return "Please give the number of people as digits, such as 12, or leave it empty."
    return None


def line_of_setup(typed: str) -> tuple[str, int | None]:
    """A line of the first setup, "Legal, 2": a name and how many people; a comma that no number follows is part of
    the name."""
    name, _, people = typed.rpartition(",")
    if tidy(name) and people.strip() and people_problem(people.strip()) is None:
        return tidy(name), int(people)
    return tidy(typed), None


@dataclass(frozen=True, slots=True)
class Spoken:
    """How departments are spoken of to one reader: all by name but the small ones that are not the reader's own.

    Two or more small ones stand together where they are shown; one alone is left out, else it would be named by
    elimination. The one rule for whatever tells figures, findings or wording about departments.
    """

    unnamed: frozenset[UUID] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """The same ids as they stand in counts and findings."""
        return frozenset(map(str, self.unnamed))

    def names(self, *department_ids: UUID) -> bool:
        """Whether all of these are spoken of by name."""
        return self.unnamed.isdisjoint(department_ids)

    def together(self, among: Iterable[UUID]) -> frozenset[UUID]:
        """Those of `among` that stand together without a name; none where there are fewer than two."""
        found = self.unnamed & frozenset(among)
        return found if len(found) > 1 else frozenset()

    def left_out(self, among: Iterable[UUID]) -> frozenset[UUID]:
        """Those of `among` that are in nothing that is shown: the one that would stand alone."""
        found = self.unnamed & frozenset(among)
        return found if len(found) == 1 else frozenset()
