"""The attack: from what the database holds, say who wrote what, what belongs together, or who came first.

Works on evidence alone; the truth is used only to score how well it did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.anonymity.rules.tags import tag
from tests.attack.evidence import Evidence, Row
from tests.attack.play import Played
from tests.attack.statistics import LIMIT, Pooled, neighbours_share_an_author, order_knows

PUBLIC = {
    "retro_id",
    "kind",
    "text",
    "department_id",
    "about_department_id",
    "about_pooled",
    "signed_department_id",
    "dimension",
    "hidden_reason",
    "late",
}
"""What every screen shows beside an entry: sharing it with another entry links nothing."""

PHYSICAL = {"_place", "_position", "_written_by"}
SHORT_LIVED = (
    "ticket", "seat", "seat_move", "waiting", "draft", "answer", "stance_vote", "dot_vote", "rating", "entry_owner",
    "not_ours", "withdrawal", "owner_to_seal",
)  # fmt: skip


@dataclass
class Findings:
    """`certain`: a leak that needs no statistics; `orders`: standardised scores, pooled over retros by where."""

    certain: list[str] = field(default_factory=list)
    orders: dict[str, Pooled] = field(default_factory=lambda: defaultdict(Pooled))

    def leaks(self) -> list[str]:
        found = [f"{where}: z = {pooled.z:.1f}" for where, pooled in self.orders.items() if pooled.is_above_chance]
        return self.certain + found

    def strongest(self) -> tuple[str, float]:
        return max(((where, abs(pooled.z)) for where, pooled in self.orders.items()), key=lambda pair: pair[1])


def attack(findings: Findings, evidence: Evidence, played: Played, people: Iterable[str]) -> None:
    """Everything that can be tried on this evidence. `people`: names, mail addresses and account ids of accounts."""
    stage = evidence.stage
    closed = stage == "closed"
    revealed = stage not in {"prepare", "check_in", "check_in, joined", "write", "write, written"}
    _look_for_secrets(findings, evidence, played, closed=closed)
    _look_for_texts(findings, evidence, played, revealed=revealed)
    _look_for_people(findings, evidence, played, set(people))
    _look_at_latecomers(findings, evidence, played)
    if closed:
        _look_for_short_lived_rows(findings, evidence, played)
    _name_authors(findings, evidence, played)
    if revealed:
        _join_entries(findings, evidence, played)
        _order_entries(findings, evidence, played)
    if "," not in stage:
        # While a stage runs, a database administrator may see who was ready first; each seal ends that.
        _order_seats(findings, evidence, played)


def known_tags(played: Played, topics: Iterable[str] = ()) -> dict[str, str]:
    """Tags whose owner the truth knows: tag -> seat secret."""
    tags = {}
    for secret in played.joined:
        tags[tag(secret, "seat", played.retro_id)] = secret
        for slot in (*range(14), *range(50, 54)):
            for purpose in ("entry", "owner", "dot"):
                tags[tag(secret, purpose, played.retro_id, str(slot))] = secret
        for topic in topics:
            tags[tag(secret, "stance", played.retro_id, topic)] = secret
    return tags


def _look_for_secrets(findings: Findings, evidence: Evidence, played: Played, *, closed: bool) -> None:
    for secret in played.joined:
        if evidence.holds(secret):
            findings.certain.append(f"{evidence.stage}: a seat secret lies in the files")
    if closed:
        # Write-ahead logs may hold tags for a while: without the secret, tags of one person cannot be joined.
        left = [mark for mark in known_tags(played) if mark.encode() in evidence.raw]
        if left:
            findings.certain.append(f"closed: {len(left)} tags of seats lie in the files")
        gone = [text for text in played.deleted if text.encode() in evidence.raw]
        if gone:
            findings.certain.append(f"closed: {len(gone)} texts that were taken back lie in the files")


def owner_tags(played: Played) -> dict[str, str]:
    """The tags that once proved an entry one's own, as who kept the cookies works them out: tag -> seat secret."""
    slots = (*range(14), *range(50, 54))
    return {tag(secret, "owner", played.retro_id, str(slot)): secret for secret in played.joined for slot in slots}


def tags_in(raw: bytes) -> set[str]:
    """Everything in these bytes that can be a tag: 64 hexadecimal digits, wherever they begin in a longer run."""
    return {
        run[start : start + 64].decode()
        for run in re.findall(rb"[0-9a-f]{64,}", raw)
        for start in range(len(run) - 63)
    }


def _name_authors(findings: Findings, evidence: Evidence, played: Played) -> None:
    """With every cookie in hand: a lasting row that holds a tag of a seat belongs to somebody, and a tag that proves
    an entry one's own must lie readable nowhere, at no time, neither in files nor in logs."""
    theirs = known_tags(played).keys()
    for name, rows in evidence.tables.items():
        named = [row for row in rows if name not in SHORT_LIVED and theirs & tags_in(repr(row).encode())]
        if named and name == "entry":
            findings.certain.append(f"{evidence.stage}: kept cookies name the authors of {len(named)} entries")
        elif named:
            findings.certain.append(f"{evidence.stage}: {name} lasts and holds {len(named)} tags of seats")
    readable = owner_tags(played).keys() & (tags_in(evidence.raw) | tags_in(evidence.logs))
    if readable:
        findings.certain.append(f"{evidence.stage}: {len(readable)} owner tags lie readable in the files")


def _look_at_latecomers(findings: Findings, evidence: Evidence, played: Played) -> None:
    """Nobody sits down one by one after the reveal, what is added late has no department, and it is sealed."""
    stage = evidence.stage
    let_in = set(played.joined)
    early = {tag(secret, "seat", played.retro_id) for secret in played.waiting if secret not in let_in}
    seated = {row["tag"] for row in _rows_of(evidence, "seat", played)}
    if early & seated:
        findings.certain.append(f"{stage}: a seat was taken while the door was closed")
    for name in SHORT_LIVED:
        for row in _rows_of(evidence, name, played):
            if name != "seat" and {_plain(value) for value in row.values()} & early:
                findings.certain.append(f"{stage}: {name} tells which seat somebody will take")
    for row in _rows_of(evidence, "entry", played):
        if row["text"] in played.added and row["department_id"] is not None:
            findings.certain.append(f"{stage}: what was added late carries a department")
    if played.sealed and any(evidence.holds(text) for text in played.added):
        findings.certain.append(f"{stage}: what is added late lies readable in the files before its end")


def _look_for_texts(findings: Findings, evidence: Evidence, played: Played, *, revealed: bool) -> None:
    if revealed:
        return
    for text in (*played.deleted, *played.written):
        if evidence.holds(text):
            findings.certain.append(f"{evidence.stage}: a text lies readable in the files before the reveal")
            return


def _look_for_people(findings: Findings, evidence: Evidence, played: Played, people: set[str]) -> None:
    for name in (*SHORT_LIVED, "entry"):
        for row in _rows_of(evidence, name, played):
            for column, value in row.items():
                if _plain(value) in people:
                    findings.certain.append(f"{evidence.stage}: {name}.{column} names a person")
                if isinstance(value, datetime | date):
                    findings.certain.append(f"{evidence.stage}: {name}.{column} is a time")


def _look_for_short_lived_rows(findings: Findings, evidence: Evidence, played: Played) -> None:
    for name in SHORT_LIVED:
        if _rows_of(evidence, name, played):
            findings.certain.append(f"closed: {name} still has rows")
    if evidence.secrets:
        findings.certain.append("closed: a key still lies in the secrets folder")


def _join_entries(findings: Findings, evidence: Evidence, played: Played) -> None:
    """Any column in which two entries share a value that no screen shows says that they belong together."""
    rows = _rows_of(evidence, "entry", played)
    for column in _columns(rows) - PUBLIC - PHYSICAL:
        values = [_plain(row[column]) for row in rows if row[column] is not None]
        if 1 < len(set(values)) < len(values):
            findings.certain.append(f"{evidence.stage}: entry.{column} joins entries")
    elsewhere = {
        _plain(value)
        for name in SHORT_LIVED
        for row in _rows_of(evidence, name, played)
        for column, value in row.items()
        if column not in PUBLIC | PHYSICAL and value is not None and _tells_apart(value)
    }
    for row in rows:
        for column in set(row) - PUBLIC - PHYSICAL:
            if row[column] is not None and _tells_apart(row[column]) and _plain(row[column]) in elsewhere:
                findings.certain.append(f"{evidence.stage}: entry.{column} joins an entry to a seat's row")


def _order_entries(findings: Findings, evidence: Evidence, played: Played) -> None:
    for name, text_of in (("entry", _own_text), ("topic_entry", _text_through(evidence))):
        _order_some(findings, f"{evidence.stage}: {name}", _rows_of(evidence, name, played), text_of, played.written)
        # Apart: that these came later than those is no secret.
        where = f"{evidence.stage}: added {name}"
        _order_some(findings, where, _rows_of(evidence, name, played), text_of, played.added)


def _order_some(
    findings: Findings, of: str, rows: list[Row], text_of: Any, written: Mapping[str, tuple[str, int]]
) -> None:
    rows = [row for row in rows if text_of(row) in written]
    truth = [written[text_of(row)][1] for row in rows]
    authors = [written[text_of(row)][0] for row in rows]
    for column, places in _orders(rows, without=PUBLIC).items():
        where = f"{of}.{column}"
        _pool(findings, f"{where} knows the order of writing", order_knows(places, truth))
        in_order = [author for _, author in sorted(zip(places, authors, strict=True), key=lambda pair: pair[0])]
        if len(set(places)) == len(places):
            _pool(findings, f"{where} keeps authors together", neighbours_share_an_author(in_order))


def _order_seats(findings: Findings, evidence: Evidence, played: Played) -> None:
    joined = {tag(secret, "seat", played.retro_id): place for place, secret in enumerate(played.joined)}
    rows = [row for row in _rows_of(evidence, "seat", played) if row["tag"] in joined]
    truth = [joined[row["tag"]] for row in rows]
    # A seat's department may be read while the retro is open (the page says so), and people join by department.
    for column, places in _orders(rows, without=PUBLIC).items():
        _pool(findings, f"{evidence.stage}: seat.{column} knows the order of joining", order_knows(places, truth))


def _pool(findings: Findings, where: str, score: float | None) -> None:
    if score is not None:
        findings.orders[where].values.append(score)


def _orders(rows: list[Row], without: set[str]) -> dict[str, list[float]]:
    """Every column that rows can be sorted by, as ranks."""
    orders = {}
    for column in sorted(_columns(rows) - without):
        values = [row[column] for row in rows]
        if any(value is None or isinstance(value, dict | list) for value in values):
            continue
        keys = [value if isinstance(value, int | float) else _plain(value) for value in values]
        ranked = {key: place for place, key in enumerate(sorted(set(keys)))}
        orders[column] = [float(ranked[key]) for key in keys]
    return orders


def _rows_of(evidence: Evidence, name: str, played: Played) -> list[Row]:
    mine = _plain(played.retro_id)
    return [row for row in evidence.tables.get(name, []) if _plain(row.get("retro_id")) == mine]


def _columns(rows: list[Row]) -> set[str]:
    return set(rows[0]) if rows else set()


def _own_text(row: Row) -> str:
    return str(row["text"])


def _text_through(evidence: Evidence) -> Any:
    texts: Mapping[str, str] = {_plain(row["id"]): row["text"] for row in evidence.tables["entry"]}
    return lambda row: texts.get(_plain(row["entry_id"]), "")


def _tells_apart(value: Any) -> bool:
    """A value long enough that two rows do not share it by accident."""
    return len(_plain(value)) >= 8


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return value.hex()
    text = str(value)
    return text.replace("-", "") if len(text) == 36 and text.count("-") == 4 else text


__all__ = ["LIMIT", "Findings", "attack", "known_tags"]
