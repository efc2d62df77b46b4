"""Past retros for tests: small files as people and tools write them, and one of them loaded or handed in."""

from __future__ import annotations

from datetime import datetime
from random import Random
from uuid import UUID

from app.core.clock import SetClock
from app.core.db import Database
from app.outcomes.rules.history import reading
from app.outcomes.service.history import loading, uploads
from app.outcomes.service.history.loading import ImportReport
from tests.cast import Person

CSV = b"""project,session,date,department,about_department,kind,text,seats,status,owner
Spring list,S1,2025-04-02,Production,Editorial,went_wrong,Files came late,8,,
Spring list,S1,2025-04-02,Production,Editorial,went_right,The covers are lovely,8,,
Spring list,S1,2025-04-02,Printers,,,Proofs were missing,3,,
Spring list,S1,2025-04-02,Printers,Production,action,Send a checklist,3,done,Paul
Autumn list,A1,2025-10,,,went_wrong,It rained into the van,,,
"""


def load(
    database: Database, content: bytes, now: datetime, *, name: str = "old.csv", source: str = "Old", **more: object
) -> ImportReport:
    """As the command loads it with --replace. `more`: choices, by, with_promises."""
    read = reading.read_file(content, name)
    told = reading.told(read, source, None, now.date())
    wanted: dict = {"choices": {}, "by": None, "replace": True, **more}
    return loading.load(
        database,
        told,
        source=source,
        file_name=name,
        mapping=read.found.mapping,
        now=now,
        random=Random(3),
        **wanted,
    )


def imported(database: Database, clock: SetClock) -> UUID:
    """An import of two retros."""
    found = load(database, CSV, clock.now()).import_id
    assert found
    return found


def uploaded(database: Database, by: Person, clock: SetClock, content: bytes = CSV.replace(b",S1", b",S2")) -> UUID:
    """A file that this person looks at just now."""
    with database.transaction() as db:
        return uploads.keep(db, by.visitor, "old.csv", content, {}, clock.now())
