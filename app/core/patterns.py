"""The one place that makes patterns: each has an end, so that no text of people keeps the server busy.

Python's `re` tries again from every character, and gives back what an open repeat (`*`, `+`) took: sixty kilobytes
take a quarter of a minute, and everybody waits. Here each repeat says how often at most. A contract lets nobody else
import `re`, `tests/unit/test_patterns.py` reads every pattern, `tests/load/growing.py` measures how they grow.
"""

from re import DOTALL as DOTALL
from re import IGNORECASE as IGNORECASE
from re import MULTILINE as MULTILINE
from re import Match as Match
from re import Pattern as Pattern
from re import RegexFlag, compile

MADE: list[Pattern[str]] = []
"""Every pattern of the house, for the test that reads them."""


def bounded(pattern: str, flags: RegexFlag | int = 0) -> Pattern[str]:
    """A pattern without an open repeat: made once, beside its use, never out of what somebody typed."""
    made = compile(pattern, flags)
    MADE.append(made)
    return made
