"""Counts what a closed retro's entries say: by topic, and by pair of departments. Hidden entries do not count, nor do
signed ones: what is said with a name is a layer of its own."""

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col, delete, insert

from app.anonymity.rules.pooling import DROPPED, EVERYONE, SEVERAL
from app.entries.models import Entry
from app.entries.queries import provider_of
from app.entries.rules.names import EntryKind
from app.retros.models import Retro
from app.retros.queries.wording import unnamed_in
from app.themes.models import PairCount, TopicCount
from app.topics.models import TopicEntry

UNKNOWN = ""
COLUMN_OF = {
    EntryKind.WENT_WRONG: "wrong",
    EntryKind.UNSORTED: "unsorted",
    EntryKind.WENT_RIGHT: "right",
    EntryKind.IDEA: "ideas",
    EntryKind.SURPRISED_US: "surprised",
    EntryKind.THANKS: "thanks",
    EntryKind.ACTION: "actions",
}

SAID = (Entry.kind, Entry.about_department_id, Entry.about_pooled, Entry.department_id, Entry.late)
Sides = tuple[str, str]


def count(db: Session, retro_id: UUID) -> None:
    """Write the counts of a closed retro, anew if they were there.

    By topic, a department of imported history that is too small to be named is an unknown one. By pair it keeps its
    name: the map hides such pairs, and what could give them away.
    """
    retro = db.get_one(Retro, retro_id)
    entries = (
        select(*map(col, SAID), col(TopicEntry.topic_id))
        .select_from(Entry)
        .outerjoin(TopicEntry, col(TopicEntry.entry_id) == col(Entry.id))
        .where(col(Entry.retro_id) == retro_id, col(Entry.hidden_reason).is_(None))
        .where(col(Entry.signed_department_id).is_(None))
    )
    unnamed = unnamed_in(db, [retro_id]).get(retro_id, frozenset()) if retro.imported else frozenset()
    of_topic: dict[tuple[UUID, Sides], Counter[str]] = defaultdict(Counter)
    of_pair: dict[Sides, Counter[str]] = defaultdict(Counter)
    for kind, about, about_pooled, writer, late, topic_id in db.execute(entries):
        sides = (provider_of(about, about_pooled), consumer_of(retro, writer, late=late))
        of_pair[sides][COLUMN_OF[EntryKind(kind)]] += 1
        if topic_id is not None:
            shown = (sides[0], UNKNOWN if writer in unnamed else sides[1])
            of_topic[topic_id, shown][COLUMN_OF[EntryKind(kind)]] += 1
    db.execute(delete(TopicCount).where(col(TopicCount.retro_id) == retro_id))
    db.execute(delete(PairCount).where(col(PairCount.retro_id) == retro_id))
    _insert(db, TopicCount, [_row(retro_id, sides, n, topic_id=topic) for (topic, sides), n in of_topic.items()])
    _insert(db, PairCount, [_row(retro_id, sides, n) for sides, n in of_pair.items()])


def consumer_of(retro: Retro, department_id: UUID | None, *, late: bool = False) -> str:
    """The group that an entry was written in: a department's id, the pool, everyone, or '' where nobody knows. What
    was added late was written by anybody: everyone."""
    if department_id is not None:
        return str(department_id)
    if retro.imported:
        return UNKNOWN
    return EVERYONE if late or retro.labels == DROPPED else SEVERAL


def _row(retro_id: UUID, sides: Sides, counted: Counter[str], **more: Any) -> dict[str, Any]:
    counts = {column: counted[column] for column in COLUMN_OF.values()}
    return {"retro_id": retro_id, "provider": sides[0], "consumer": sides[1], **counts, **more}


def _insert(db: Session, table: type[TopicCount] | type[PairCount], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(table), rows)
