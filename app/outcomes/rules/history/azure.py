"""Reads what the extension Retrospectives of Azure DevOps exports: its CSV, and the text of its summary mail.

Read: microsoft/vsts-extension-retrospectives, src/frontend/utilities/shareBoardHelper.tsx at 00e8d234. Its CSV does
not double the quotes inside a text, so it is read by the shape of its lines and not as a table.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.core.patterns import DOTALL, MULTILINE, Match, Pattern, bounded
from app.outcomes.rules.history.days import day_in
from app.outcomes.rules.history.past import RowLeft

_TITLE = bounded(r"\"?Retrospectives Summary for ['\"](.{0,300})['\"] \((.{0,300}?)\)\"?\s{0,9}$", MULTILINE)
_ITEMS = "Feedback Items\nType,Description,Votes,CreatedDate,CreatedBy\n"
_WORK = "Work Items\nFeedback Description,Work Item Title,Work Item Type,Work Item Id,Url\n"
_ITEM = bounded(r'"([^"\n]{0,300})","(.{0,4000}?)",(\d{1,9}),([^,\n]{0,120}),"([^"\n]{0,300})"(?=\n|$)', DOTALL)
_WORK_ITEM = bounded(r'"(.{0,4000}?)","(.{0,300}?)",([^,"\n]{0,60}),(\d{1,9}),(\S{0,2000})(?=\n|$)', DOTALL)
_MAIL = "Retrospectives Summary\n\nRetrospective: "
_VOTES = bounded(r" \[\d{1,9} votes\]$")
_WORK_IN_MAIL = bounded(r" \[[^\]]{0,300} #\d{1,9}\]: \S{0,2000}$")
_ITEM_OF_MAIL = bounded(r"( |\t{1,2})- ")
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
    text: str, wanted: Pattern[str], start: int, header: int, end: int
) -> Iterator[tuple[int, Match[str] | str]]:
    """From line to line: what fits the pattern, else the line itself."""
    if start < 0:
        return
    at, end = start + header, end if end > start else len(text)
    number, counted = 1, 0
    while at < end:
        found = wanted.match(text, at, end)
        number, counted = number + text.count("\n", counted, at), at
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
        if _ITEM_OF_MAIL.match(line):
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
