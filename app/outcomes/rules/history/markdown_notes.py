"""Reads notes of retros in Markdown: headings say the kind, lists under them hold the entries.

Bullets that are nested stay in the text of the one they are under. A heading that is not known gives its kind to
nothing and takes that of the heading above it. Prose is left out, and it is said how much.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.patterns import DOTALL, MULTILINE, bounded
from app.entries.rules.names import EntryKind
from app.outcomes.rules.history.days import DateHeld, day_in
from app.outcomes.rules.history.kinds import kind_of, plain_words

_HEADING = bounded(r"(#{1,6})\s{1,99}(.{0,4000}?)\s{0,99}#{0,99}$")
_UNDERLINED = bounded(r"(={1,999}|-{1,999})\s{0,99}$")
_BULLET = bounded(r"(\s{0,99})(?:[-*+]|\d{1,3}[.)])\s{1,99}(\[[ xX]\]\s{1,99})?(.{0,4000})$")
_FENCE = bounded(r"\s{0,99}(```|~~~)")
_LINK = bounded(r"!?\[([^\]]{0,300})\]\([^)]{0,600}\)")
_STRONG = bounded(r"(\*\*|__|`)(.{1,300}?)\1")
_SLANTED = bounded(r"([*_])\s{0,9}(.{1,4000}?)\s{0,9}\1$", DOTALL)
_SET_OFF = bounded(r"(\*\*|__|[*_])([^*_]{1,300}?):?\1:?\s{0,99}$")
"""A line in bold or italics that stands alone is a heading."""
_SOME_HEADING = bounded(r"^#{1,6} \S", MULTILINE)
_SOME_BULLET = bounded(r"^[ \t]{0,99}[-*+] \S", MULTILINE)
_NOT_NOTES = (
    "attendees, participants, present, people, who was there, timeline, links, references, agenda, "
    "table of contents, contents, metadata, details, summary, background, glossary, appendix, resources, authors"
)
NOT_NOTES = frozenset(_NOT_NOTES.split(", "))
"""Sections whose lists are no entries: who was there, what happened when."""

Row = tuple[int, dict[str, str]]


@dataclass
class _Notes:
    """A file while it is read."""

    title: str = ""
    held: DateHeld | None = None
    headings: list[tuple[int, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    indent: int = 0
    is_open: bool = False
    prose: int = 0
    skipped: int = 0

    def heading(self, level: int, words: str) -> None:
        words = _bare(words)
        self.headings = [one for one in self.headings if one[0] < level] + [(level, words)]
        self.is_open = False
        if not self.title and (level == 1 or len(self.headings) == 1) and kind_of(words) is None:
            self.title = words
        self.held = self.held or day_in(words)

    def bullet(self, number: int, indent: int, tick: str, words: str) -> None:
        if self._is_skipped():
            self.skipped += 1
            return
        if self.is_open and indent > self.indent:
            self._continue(f"\n- {_bare(words)}")
            return
        kind = self._kind()
        said = {"kind": kind or "", "text": _bare(words), "area": self.headings[-1][1] if self.headings else ""}
        if kind == EntryKind.ACTION and tick:
            said["status"] = "done" if "x" in tick.lower() else "open"
        self.rows.append((number, said))
        self.indent, self.is_open = indent, True

    def line(self, words: str) -> None:
        """A line that is neither: it goes on with an open bullet, else it is prose."""
        if not words.strip():
            return
        if self.is_open and words.startswith((" ", "\t")):
            self._continue(" " + _bare(words))
            return
        self.is_open = False
        self.held = self.held or (day_in(words) if not self.rows else None)
        self.prose += 1

    def _continue(self, words: str) -> None:
        self.rows[-1][1]["text"] += words

    def _kind(self) -> str:
        """Of the nearest heading that is known; the title of the whole names none."""
        for level, words in reversed(self.headings):
            if (level, words) != (1, self.title) and (found := kind_of(words)) is not None:
                return found
        return ""

    def _is_skipped(self) -> bool:
        for _, words in reversed(self.headings):
            if plain_words(words) in NOT_NOTES:
                return True
            if kind_of(words) is not None:
                return False
        return False


def fits(text: str, name: str) -> bool:
    if name.lower().endswith((".md", ".markdown")):
        return True
    return not name.lower().endswith((".csv", ".tsv", ".jsonl", ".json")) and bool(
        _SOME_HEADING.search(text) and _SOME_BULLET.search(text)
    )


def rows_of(text: str, name: str) -> tuple[list[Row], tuple[str, ...]]:
    """(line, our column -> text) of each entry, and sentences on what was left out."""
    notes = _Notes()
    lines = text.replace("\r\n", "\n").split("\n")
    is_code = False
    for number, line in enumerate(lines, start=1):
        following = lines[number] if number < len(lines) else ""
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code:
            _read(notes, number, line, following)
    held = notes.held or day_in(name)
    more = {"session": name, "project": notes.title or name, "date": held.said if held else ""}
    return [(number, {**more, **said}) for number, said in notes.rows if said["text"]], _remarks(notes)


def _read(notes: _Notes, number: int, line: str, following: str) -> None:
    if found := _HEADING.match(line):
        notes.heading(len(found[1]), found[2])
    elif line.strip() and not _BULLET.match(line) and _UNDERLINED.fullmatch(following) and len(following) >= 3:
        notes.heading(1 if following.startswith("=") else 2, line.strip())
    elif found := _SET_OFF.fullmatch(line):
        notes.heading(6, found[2])
    elif found := _BULLET.match(line):
        notes.bullet(number, len(found[1].expandtabs(4)), found[2] or "", found[3])
    elif not (_UNDERLINED.fullmatch(line) and len(line) >= 3):
        notes.line(line)


def _remarks(notes: _Notes) -> tuple[str, ...]:
    said = []
    if notes.prose:
        lines = "line is" if notes.prose == 1 else "lines are"
        said.append(f"{notes.prose} {lines} no list and left out.")
    if notes.skipped:
        items = "item" if notes.skipped == 1 else "items"
        said.append(f"{notes.skipped} {items} under headings such as “Attendees” or “Timeline” left out.")
    return tuple(said)


def _bare(words: str) -> str:
    """Without the marks of links and emphasis."""
    plain = _STRONG.sub(r"\2", _LINK.sub(r"\1", words)).strip()
    return slanted[2] if (slanted := _SLANTED.fullmatch(plain)) else plain
