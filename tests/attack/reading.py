"""Reads a page or an export as what stands together in it, whatever the order: for comparing two of them.

Entries stand in random order, so lines are compared as a bag. A bag of lines alone would not see who stands beside
which entry; therefore each row, item and object is kept whole, too, with what it holds.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

UNITS = frozenset({"li", "tr", "article", "dl", "option"})
"""Elements of which all that they hold belongs together."""

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


def parts(text: str) -> list[str]:
    """The lines of a text and what stands together in it, sorted."""
    try:
        value = json.loads(text)
    except ValueError:
        return sorted(part for part in (*_lines(text), *_together(text)) if part)
    return sorted([_plain(value), *_objects(value)])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"\n|(?=<)|,", text)]


def _together(text: str) -> list[str]:
    if not text.lstrip().startswith("<"):
        return [f"row: {line.strip()}" for line in text.splitlines()]
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.units


def _objects(value: Any) -> list[str]:
    """Every object in a JSON document, written with the lists in it in order of their items."""
    if isinstance(value, list):
        return [found for one in value for found in _objects(one)]
    if isinstance(value, dict):
        return [_plain(value), *(found for one in value.values() for found in _objects(one))]
    return []


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + "; ".join(sorted(map(_plain, value))) + "]"
    if isinstance(value, dict):
        return "{" + "; ".join(f"{name}: {_plain(one)}" for name, one in sorted(value.items())) + "}"
    return str(value)


@dataclass
class _Open:
    tag: str
    holds: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Gathers units: each with the words and the elements that it holds, in no order."""

    def __init__(self) -> None:
        super().__init__()
        self.units: list[str] = []
        self._open = [_Open("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = " ".join(f"{name}={value}" for name, value in sorted(attrs, key=str) if name in ("class", "title"))
        if tag in VOID:
            self._open[-1].holds.append(f"<{tag} {shown}>")
        else:
            self._open.append(_Open(tag, [shown] if shown else []))

    def handle_endtag(self, tag: str) -> None:
        if all(one.tag != tag for one in self._open[1:]):
            return
        while (ended := self._open.pop()).tag != tag:
            self._open[-1].holds += ended.holds
        whole = f"<{tag} {' | '.join(sorted(ended.holds))}>"
        self._open[-1].holds.append(whole)
        if tag in UNITS:
            self.units.append(whole)

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self._open[-1].holds.append(words)
