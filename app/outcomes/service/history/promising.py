"""Loads the actions of a past retro as every list of actions is loaded: proposed, asked of nobody, found again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, update

from app.actions.models import Action
from app.actions.rules.list_files import Words
from app.actions.rules.loading import LIST_NAME_MAX, REFERENCE_MAX, RowOutcome, in_a_list
from app.actions.service import loading
from app.entries.rules.names import EntryKind
from app.outcomes.rules.history.notes import PastEntry
from app.outcomes.rules.history.past import RetroInFile


def load_promises(
    db: Session, past: RetroInFile, retro_id: UUID, names_here: Mapping[str, str], now: datetime
) -> int:
    """How many came or changed. `names_here`: the file's word for a department -> its name here. Raises Invalid."""
    rows = [_words(past, note, names_here) for note in past.notes if note.kind is EntryKind.ACTION]
    if not rows:
        return 0
    called = list_called(past.source)
    report = loading.load(db, None, rows, called, now)
    known = [in_a_list(called, row["reference"]) for row in rows]
    db.execute(update(Action).where(col(Action.imported_as).in_(known)).values(retro_id=retro_id))
    db.expire_all()
    return report.count(RowOutcome.NEW) + report.count(RowOutcome.CHANGED)


def list_called(source: str) -> str:
    """The list of actions that this history's promises come to."""
    name = "".join(letter for letter in source if letter.isprintable() and letter != "#").strip()
    return name[:LIST_NAME_MAX] or "History"


def _words(past: RetroInFile, note: PastEntry, names_here: Mapping[str, str]) -> Words:
    """As a list of actions says it (app/actions/rules/list_files.py); only what the file states."""
    said = dict(note.promise)
    words = {
        "title": note.text,
        "owner": said.get("owner", ""),
        "provider": names_here.get(note.department, ""),
        "requester": names_here.get(note.about, ""),
        "due": said.get("due", ""),
        "status": said.get("status", ""),
        "reference": _reference(past, note, said.get("n", "")),
        "raised": past.held.said if len(past.held.said) == 10 else "",
        "done_on": said.get("done_date", ""),
        "origin": ", ".join(filter(None, (past.project, said.get("area", "")))),
        "remark": said.get("remark", ""),
    }
    return {name: text for name, text in words.items() if text}


def _reference(past: RetroInFile, note: PastEntry, number: str) -> str:
    """By its number in the source, so that another wording is recognised; else by its wording."""
    by_number = f"{past.session}/{number}"
    if number and len(by_number) <= REFERENCE_MAX:
        return " ".join(by_number.split())
    return hashlib.sha256(f"{past.session}\n{note.text}".encode()).hexdigest()[:24]
