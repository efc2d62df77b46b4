"""Reads what the extension Retrospectives of Azure DevOps exports: its CSV, and the text of its summary mail.

Read: microsoft/vsts-extension-retrospectives, src/frontend/utilities/shareBoardHelper.tsx at 00e8d234. Its CSV does
not double the quotes inside a text, so it is read by the shape of its lines and not as a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.exchange.rules.history.days import day_in
from app.exchange.rules.history.past import RowLeft

_TITLE = re.compile(r"\"?Retrospectives Summary for ['\"](.*)['\"] \((.*?)\)\"?\s*$", re.MULTILINE)
_ITEMS = "Feedback Items\nType,Description,Votes,CreatedDate,CreatedBy\n"
_WORK = "Work Items\nFeedback Description,Work Item Title,Work Item Type,Work Item Id,Url\n"
_ITEM = re.compile(r'"([^"\n]*)","(.*?)",(\d+),([^,\n]*),"([^"\n]*)"(?=\n|$)', re.DOTALL)
_WORK_ITEM = re.compile(r'"(.*?)","(.*?)",([^,"\n]*),(\d+),(\S*)(?=\n|$)', re.DOTALL)
_MAIL = "Retrospectives Summary\n\nRetrospective: "
_VOTES = re.compile(r" \[\d+ votes\]$")
_WORK_IN_MAIL = re.compile(r" \[[^\]]* #\d+\]: \S*$")
_NOTHING = {"No items", "No work items", "Grouped feedback items:"}

Row = tuple[int, dict[str, str]]


def fits(text: str, _name: str) -> bool:
    start = text.lstrip().replace("\r\n", "\n")[:400]
    return start.startswith(("Retrospectives Summary for ", '"Retrospectives Summary for ', _MAIL))


def rows_of(text: str, name: str) -> tuple[list[Row], list[RowLeft]]:
    """(line, our column -> text) of each item, and the lines that are none."""
    text = text.replace("\r\n", "\n").lstrip()
    return _of_mail(text, name) if text.startswith(_MAIL) else _of_table(text, name)


def _of_table(text: str, name: str) -> tuple[list[Row], list[RowLeft]]:
    titled = _TITLE.search(text)
    more = {"session": titled[1] if titled else name, "project": titled[1] if titled else name}
    rows, left = [], []
    items = text.find(_ITEMS)
    work = text.find(_WORK)
    for number, found in _matches(text, _ITEM, items, len(_ITEMS), work):
        if isinstance(found, str):
            left.append(RowLeft(number, f"“{found[:60]}” is not as this extension writes it.", is_lost=True))
        else:
            rows.append((number, {**more, "kind": found[1], "text": found[2], "date": found[4]}))
    for number, found in _matches(text, _WORK_ITEM, work, len(_WORK), len(text)):
        if isinstance(found, str):
            left.append(RowLeft(number, f"“{found[:60]}” is not as this extension writes it.", is_lost=True))
        else:
            rows.append((number, {**more, "kind": "action", "text": found[2], "remark": found[5]}))
    return rows, left


def _matches(
    text: str, wanted: re.Pattern[str], start: int, header: int, end: int
) -> Iterator[tuple[int, re.Match[str] | str]]:
    """From line to line: what fits the pattern, else the line itself."""
    if start < 0:
        return
    at, end = start + header, end if end > start else len(text)
    while at < end:
        found = wanted.match(text, at, end)
        number = text.count("\n", 0, at) + 1
        if found:
            yield number, found
            at = found.end() + 1
            continue
        line = text[at : (text.find("\n", at) + 1 or len(text) + 1) - 1]
        if line.strip():
            yield number, line
        at += len(line) + 1


def _of_mail(text: str, name: str) -> tuple[list[Row], list[RowLeft]]:
    """Columns are lines that end with a colon; items begin with " - ", grouped ones deeper. It states no day."""
    lines = text.split("\n")
    title = lines[2].removeprefix("Retrospective: ").strip()
    held = day_in(title) or day_in(name)
    more = {"session": title or name, "project": title or name, "date": held.said if held else ""}
    rows: list[Row] = []
    column = ""
    for number, line in enumerate(lines[3:], start=4):
        item = line.strip()
        if line.startswith("Link to retrospective:"):
            break
        if re.match(r"( |\t{1,2})- ", line):
            rows += _mail_item(number, column, item.removeprefix("- "), more)
        elif line.endswith(":") and not line.startswith((" ", "\t")) and not lines[number - 2].strip():
            column = line[:-1]
        elif item and rows:
            rows[-1][1]["text"] = _VOTES.sub("", f"{rows[-1][1]['text']}\n{item}")
    return rows, []


def _mail_item(number: int, column: str, item: str, more: dict[str, str]) -> list[Row]:
    if item in _NOTHING:
        return []
    if column == "Work items":
        return [(number, {**more, "kind": "action", "text": _WORK_IN_MAIL.sub("", item)})]
    return [(number, {**more, "kind": column, "text": _VOTES.sub("", item)})]
