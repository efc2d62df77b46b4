"""What a closed retro's entries come to, by topic and by pair of departments."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from app.core.db import Database
from app.entries.rules.names import EntryKind
from app.themes.models import PairCount, TopicCount
from tests.cast import Cast
from tests.history import a_theme, as_kind, past_retro, right, wrong


def test_entries_are_counted_by_who_wrote_about_whom(house: Database, cast: Cast) -> None:
    late = a_theme(house, "Files come late")
    files = wrong("The files came late", "Editorial", "Production", late)
    past_retro(
        house,
        cast,
        date(2026, 1, 8),
        [
            *(files, files, as_kind(EntryKind.ACTION, files)),
            right("They answered at once", "Editorial", "Production"),
            wrong("Nobody asked us"),
        ],
        seats={"Editorial": 8, "Production": 6, "Rights": None},
    )
    with house.reading() as db:
        pairs = {(row.provider, row.consumer): row for row in db.exec(select(PairCount))}
        ours = pairs[str(cast.production), str(cast.editorial)]
        assert (ours.wrong, ours.right, ours.actions) == (2, 1, 1)
        assert pairs["", "several"].wrong == 1
        topics = db.exec(select(TopicCount)).all()
        assert sorted((row.wrong, row.right, row.actions) for row in topics) == [(0, 1, 0), (1, 0, 0), (2, 0, 1)]


def test_imported_entries_without_a_writer_belong_to_nobody_known(house: Database, cast: Cast) -> None:
    past_retro(house, cast, date(2026, 1, 8), [wrong("Rooms were too small")], imported=True)
    with house.reading() as db:
        assert [row.consumer for row in db.exec(select(PairCount))] == [""]
