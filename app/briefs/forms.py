"""Reads what a browser sent about a line of a brief."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.briefs.rules import REASON_MAX, WHY_NOT, LineMark
from app.web.forms import Problems, one_line


@dataclass(frozen=True, slots=True)
class MarkForm:
    """`mark` None takes back what was said. `reason` is what was typed, or chosen by one tap."""

    line: str
    mark: LineMark | None
    reason: str
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, line: str, mark: str, reason: str, chosen: str) -> MarkForm:
        problems = Problems()
        read = one_line(
            chosen or reason, most=REASON_MAX, problems=problems, name="reason", label="a reason", needed=False
        )
        known = LineMark(mark) if mark in LineMark.__members__.values() else None
        if known is LineMark.NOT_RELEVANT and not read and not problems:
            problems.add("reason", WHY_NOT)
        return cls(line, known, read if not problems else reason, problems)
