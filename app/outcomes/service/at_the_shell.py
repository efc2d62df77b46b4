"""Loads and undoes past retros for the operator at the shell: what was asked, and what came of it in lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import SystemRandom
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.beside import beside
from app.core.db import Database
from app.departments.queries import local_day
from app.outcomes.models import HistoryImport
from app.outcomes.rules.history.columns import is_dropped
from app.outcomes.rules.history.past import ImportedFile
from app.outcomes.rules.history.reading import ReadFile, read_file, told
from app.outcomes.service.history.loading import ImportReport, load
from app.outcomes.service.history.planning import ImportState, Plan, accepted_choices, plan
from app.outcomes.service.history.undoing import undo
from app.people.queries import account_by_email

ROWS_SHOWN = 40
SECONDS, MEGABYTES = 120, 2048
"""What reading a file may take where nobody waits for a page."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """As typed: `columns` and `departments` are choices such as "Theirs=Ours"; `day` of what states none."""

    source: str
    preset: str
    columns: list[str]
    departments: list[str]
    day: str
    email: str
    with_actions: bool
    dry_run: bool
    replace: bool = False


def run(database: Database, file: Path, asked: ImportOptions, now: datetime, say: Say) -> None:
    """Raises OSError, ValueError with a sentence, Refusal."""
    read = beside(
        lambda: read_file(file.read_bytes(), file.name, asked.preset, tuple(asked.columns)),
        seconds=SECONDS,
        megabytes=MEGABYTES,
    )
    if read.problem:
        raise ValueError(f"{read.problem} Its columns: {', '.join(read.found.headers)}.")
    with database.reading() as db:
        tale = told(read, asked.source, _day(asked.day), local_day(db, now))
        choices = accepted_choices(db, tale, _pairs(asked.departments))
        planned, account = plan(db, tale, choices), _account(db, asked.email)
    _say_what_is_planned(read, planned, say)
    if planned.count(ImportState.CHANGED) and not (asked.replace or asked.dry_run):
        raise ValueError(
            f"{planned.count(ImportState.CHANGED)} retros of this file are here already, with other words. "
            "Nothing was loaded. Add --replace to put these in their place, or give this history another "
            "name with --source to keep both."
        )
    if asked.dry_run:
        _say_counts("Would be loaded", planned, say)
        return
    report = _load(database, read, tale, asked, choices, account, now, say)
    _say_what_came(report, say)


def list_or_undo(database: Database, number: str, now: datetime, say: Say) -> None:
    """List the imports, or undo one. Raises ValueError with a sentence, Refusal."""
    with database.reading() as db:
        rows = db.exec(select(HistoryImport).order_by(col(HistoryImport.happened_at))).all()
        lines = {str(row.id): (row.id, _line(row)) for row in rows}
    if not number:
        for _, line in lines.values():
            say(line)
        say(f"{len(lines)} imports." if lines else "Nothing was imported yet: fencepost import FILE.")
        return
    found = lines[number][0] if number in lines else None
    if found is None:
        raise ValueError(f"There is no import {number}. “fencepost imports” lists them.")
    gone = undo(database, None, found, now, lambda done: say(f"  {done} retros removed") if done % 500 == 0 else None)
    say(f"Undone: {gone.retros} retros with {gone.entries} entries are gone.")
    if gone.kept_actions:
        say(f"{gone.kept_actions} actions stay, because somebody has worked on them.")


def _line(row: HistoryImport) -> str:
    undone = ", undone" if row.undone_at else ""
    return f"{row.id}  {row.happened_at:%Y-%m-%d}  {row.source}: {row.counts.get('retros', 0)} retros{undone}"


def _load(
    database: Database,
    read: ReadFile,
    tale: ImportedFile,
    asked: ImportOptions,
    choices: dict[str, str],
    account: UUID | None,
    now: datetime,
    say: Say,
) -> ImportReport:
    def progress(done: int, of: int) -> None:
        if done % 250 == 0 or (done == of and of > 250):
            say(f"  {done} of {of} retros")

    return load(
        database,
        tale,
        source=asked.source or read.source,
        file_name=read.file_name,
        mapping=read.found.mapping,
        choices=choices,
        by=account,
        now=now,
        random=SystemRandom(),
        with_promises=asked.with_actions,
        replace=asked.replace,
        progress=progress,
    )


def _say_what_is_planned(read: ReadFile, planned: Plan, say: Say) -> None:
    taken = [f"{theirs} = {ours}" for theirs, ours in read.found.mapping.items() if ours]
    left = [theirs for theirs, ours in read.found.mapping.items() if not ours]
    say(f"Read as {read.found.preset}. Columns: {', '.join(taken)}.")
    if left:
        say(f"Left out: {', '.join(left)}.")
    if any(is_dropped(one) for one in left):
        say("Who said it, and in which order, is not taken over. Names that stand in a text stay there.")
    for remark in read.found.remarks:
        say(remark)
    for row in planned.rows[:ROWS_SHOWN]:
        say(f"row {row.number}{' (not loaded)' if row.is_lost else ''}: {row.sentence}")
    if len(planned.rows) > ROWS_SHOWN:
        say(f"... and {len(planned.rows) - ROWS_SHOWN} more rows to check.")
    for line in planned.unknown:
        say(f"Department “{line.name}” is not known here: {line.choice} ({line.entries} entries).")


def _say_counts(begin: str, planned: Plan, say: Say) -> None:
    kinds = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in sorted(planned.kinds.items()))
    states = ", ".join(f"{planned.count(state)} {state.replace('_', ' ')}" for state in ImportState)
    say(f"{begin}: {sum(planned.kinds.values())} entries{f' ({kinds})' if kinds else ''} in {states} retros.")
    if planned.lost:
        say(f"{planned.lost} rows cannot be loaded.")


def _say_what_came(report: ImportReport, say: Say) -> None:
    _say_counts("Loaded", report.plan, say)
    if report.plan.count(ImportState.WORKED_ON):
        say("Retros that the file changed but that somebody has worked on here stay as they are.")
    if report.promises:
        say(f"{report.promises} actions wait in the imported lists; nobody was asked for them.")
    if report.import_id:
        say(f"To take it back: fencepost imports --undo {report.import_id}")


def _account(db: Session, email: str) -> UUID | None:
    if not email:
        return None
    found = account_by_email(db, email)
    if found is None:
        raise ValueError(f"There is no account with the address {email}. Make one with “fencepost user”.")
    return found.id


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise ValueError(f"“{typed}” is no day. Write it like 2026-03-31.") from None


def _pairs(choices: list[str]) -> dict[str, str]:
    pairs = {}
    for choice in choices:
        theirs, equals, ours = (part.strip() for part in choice.rpartition("="))
        if not (equals and theirs and ours):
            raise ValueError(f"“{choice}” is not written as “Theirs=Ours”.")
        pairs[theirs] = ours
    return pairs
