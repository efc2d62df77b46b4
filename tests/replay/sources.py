"""Reads one real retro of the shared open set, with our mapping for what its source does not say."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OPEN_SET = PROJECT.parent / "shared" / "data" / "retros"
MAPPING = Path(__file__).with_name("mapping.toml")
ACTION = "action"


@dataclass(frozen=True, slots=True)
class Line:
    """One note of the source. `kind_is_ours`, `department_is_ours`: our mapping says it, not the source."""

    number: int
    text: str
    kind: str
    department: str
    was_action: bool
    kind_is_ours: bool
    department_is_ours: bool


@dataclass(frozen=True, slots=True)
class Source:
    session: str
    title: str
    seats: dict[str, int]
    lines: tuple[Line, ...]


def source(session: str) -> Source:
    """The notes of a session, in the source's order."""
    rules = tomllib.loads(MAPPING.read_text())[session]
    records = [json.loads(line) for line in (OPEN_SET / rules["file"]).read_text().splitlines()]
    lines = [_line(record, rules) for record in records if record["x"]["session"] == session]
    return Source(session, rules["title"], rules["seats"], tuple(lines))


def _line(record: dict, rules: dict) -> Line:
    number = record["x"]["n"]
    stated = record["kind"] if record["kind"] != ACTION else None
    mapped = rules["kind_of"].get(str(number), rules["kind_unless_stated"])
    said_by = record["department"] or record["x"]["area"]
    return Line(
        number=number,
        text=record["text"],
        kind=stated or ("idea" if record["kind"] == ACTION else mapped),
        department=rules["department_of"].get(said_by, rules["department_unless_stated"]),
        was_action=record["kind"] == ACTION,
        kind_is_ours=stated is None,
        department_is_ours=record["department"] is None,
    )
