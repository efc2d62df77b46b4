"""Writes what was computed of themes, if nobody changed them meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, insert, select, update

from app.core.errors import Refusal
from app.core.events import emit
from app.themes.events import ThemesChanged
from app.themes.models import RetroTakenIn, Theme, ThemesVersion, ThemeTopic, TopicVector
from app.themes.queries.history import STORED, sizes, topics_placed
from app.themes.queries.material import TopicMaterial
from app.themes.rules.assigning import Vectors
from app.themes.rules.embedding_space import EmbeddingSpace
from app.themes.service.counting import count
from app.themes.service.placing import Row

MOVED_AT_ONCE = 1_000
"""So many topics go elsewhere while others wait: a tenth of a second."""
UNNAMED = "Not named yet"


class ThemesMoved(Refusal):
    sentence = "Somebody changed the themes at the same moment. Please try it again."


@dataclass(frozen=True, slots=True)
class ThemeChanges:
    """What to write. `version`: the themes it was computed from. `fresh`: what the topics of `retro_ids` say, with
    its vector. `before`: the theme of each topic of `rows` that had one. `aliases`: other ids of themes.

    `is_append`: nothing that was there before is touched. `written`: so many of the rows that move are there already.
    """

    version: int
    retro_ids: Sequence[UUID]
    fresh: Mapping[UUID, tuple[TopicMaterial, Vectors]]
    rows: Sequence[Row]
    before: Mapping[UUID, UUID]
    aliases: Mapping[UUID, UUID]
    is_append: bool = True
    written: int = 0

    @property
    def moving(self) -> list[Row]:
        """Topics that go from one theme to another."""
        return [row for row in self.rows if row.topic_id in self.before]

    @property
    def coming(self) -> list[Row]:
        """Topics that had no theme."""
        return [row for row in self.rows if row.topic_id not in self.before]


def write_some(db: Session, changes: ThemeChanges, now: datetime) -> tuple[ThemeChanges, set[UUID]]:
    """A piece of what moves, where it is so much that nobody should wait for all of it.

    Returns what is left, and the themes touched. What was taken in comes last: whatever breaks off before it
    is computed again. Raises ThemesMoved.
    """
    if hold(db) != changes.version:
        raise ThemesMoved
    rows = changes.moving[changes.written : changes.written + MOVED_AT_ONCE]
    put_rows(db, rows, changes.before, now)
    touched = {row.theme_id for row in rows} | {changes.before[row.topic_id] for row in rows}
    changed(db, touched, {row.retro_id for row in rows})
    return replace(changes, version=changes.version + 1, written=changes.written + len(rows)), touched


def write(db: Session, changes: ThemeChanges, space: EmbeddingSpace, now: datetime) -> set[UUID]:
    """Counts, vectors and themes of what was taken in. Returns the themes that this touched. Raises ThemesMoved."""
    if hold(db) != changes.version:
        raise ThemesMoved
    grouped_as(db, space.name, only_first=True)
    for retro_id in changes.retro_ids:
        count(db, retro_id)
        db.add(RetroTakenIn(retro_id=retro_id, encoder=space.encoder, taken_in_at=now))
    db.flush()
    kept = topics_placed(db, changes.retro_ids)
    drop(db, kept - changes.fresh.keys())
    write_vectors(db, [(one, vector) for one, vector in changes.fresh.values()], space.encoder)
    rows = [*changes.moving[changes.written :], *changes.coming]
    put_rows(db, rows, changes.before, now)
    lead_on(db, changes.rows, changes.before)
    _lead(db, changes.aliases, now)
    gone = {row.topic_id: row.theme_id for row in changes.rows if row.topic_id in changes.before}
    moved(db, {*gone.values(), *(changes.before[topic_id] for topic_id in gone)})
    seen = db.exec(
        select(ThemeTopic.theme_id).where(col(ThemeTopic.retro_id).in_(list(changes.retro_ids))).distinct()
    )
    touched = {*seen, *(row.theme_id for row in rows)}
    touched |= {changes.before[row.topic_id] for row in rows if row.topic_id in changes.before}
    changed(db, touched, {*changes.retro_ids, *(row.retro_id for row in rows)})
    return touched


def hold(db: Session) -> int:
    """The version of the themes, held for this transaction alone until it ends."""
    wanted = select(ThemesVersion).with_for_update().execution_options(populate_existing=True)
    row = db.exec(wanted).first()
    if row is None:
        row = ThemesVersion()
        db.add(row)
        db.flush()
    return row.version


def grouped_as(db: Session, seen: str, only_first: bool = False) -> None:
    """Keep the embedding space of the grouping; after `hold`. `only_first`: unless another is kept already."""
    kept = update(ThemesVersion).values(seen=seen)
    db.execute(kept.where(col(ThemesVersion.seen) == "") if only_first else kept)


def changed(db: Session, theme_ids: Iterable[UUID], retro_ids: Iterable[UUID] = ()) -> None:
    """Raise the version and say what changed; after `hold`."""
    db.flush()
    db.execute(update(ThemesVersion).values(version=ThemesVersion.version + 1))
    emit(db, ThemesChanged(frozenset(theme_ids), frozenset(retro_ids)))


def want_rerun(db: Session) -> None:
    """Let the next job group everything anew: what it was grouped by has changed. Without themes, nothing."""
    db.execute(update(ThemesVersion).values(wants_rerun=True, version=ThemesVersion.version + 1))


def moved(db: Session, theme_ids: Collection[UUID]) -> None:
    """These themes are not what they were: whoever counts them sees it by their version."""
    ordered = sorted(theme_ids)
    for at in range(0, len(ordered), 500):
        some = col(Theme.id).in_(ordered[at : at + 500])
        db.execute(update(Theme).where(some).values(version=Theme.version + 1))


def write_vectors(db: Session, encoded: Sequence[tuple[TopicMaterial, Vectors]], encoder: str) -> None:
    """What topics mean, in place of what was there."""
    _delete_by(db, TopicVector, [one.topic_id for one, _ in encoded])
    values = [
        {
            "topic_id": one.topic_id,
            "encoder": encoder,
            "vector": vector.astype(STORED).tobytes(),
            "digest": one.digest,
            "entries": len(one.texts),
        }
        for one, vector in encoded
    ]
    if values:
        db.execute(insert(TopicVector), values)


def write_rows(db: Session, rows: Sequence[Row], before: Mapping[UUID, UUID], now: datetime) -> set[UUID]:
    """Put topics into themes, in place of where they were; themes that this empties lead to where they went."""
    created = put_rows(db, rows, before, now)
    lead_on(db, rows, before)
    return created


def put_rows(db: Session, rows: Sequence[Row], before: Mapping[UUID, UUID], now: datetime) -> set[UUID]:
    """The same in pieces; after the last of them comes `lead_on`. Returns the themes that are new."""
    wanted = {row.theme_id for row in rows} | {row.runner_up for row in rows if row.runner_up}
    created = _ensure(db, wanted, now)
    _revive(db, {row.theme_id for row in rows})
    _delete_by(db, ThemeTopic, [row.topic_id for row in rows if row.topic_id in before])
    if rows:
        db.execute(insert(ThemeTopic), [_values(row) for row in rows])
    return created


def _values(row: Row) -> dict[str, Any]:
    return {
        "topic_id": row.topic_id, "theme_id": row.theme_id, "retro_id": row.retro_id, "group_id": row.group_id,
        "drawn_to_id": row.drawn_to, "placed_by_person": row.by_person, "looked_at": row.looked_at,
        "likeness": row.likeness, "runner_up_id": row.runner_up, "doubt": row.doubt,
    }  # fmt: skip


def _ensure(db: Session, theme_ids: Collection[UUID], now: datetime) -> set[UUID]:
    there = set(db.exec(select(Theme.id).where(col(Theme.id).in_(list(theme_ids)))))
    new = set(theme_ids) - there
    if new:
        db.execute(insert(Theme), [_theme(theme_id, now) for theme_id in sorted(new)])
    return new


def _theme(theme_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": theme_id, "name": UNNAMED, "named_by_person": False, "name_parts": 0, "kind": "",
        "merged_into_id": None, "closed_on": None, "inconclusive": False, "created_at": now, "version": 1,
    }  # fmt: skip


def _revive(db: Session, theme_ids: Collection[UUID]) -> None:
    """A theme that topics are in leads nowhere else."""
    back = update(Theme).where(col(Theme.id).in_(list(theme_ids)), col(Theme.merged_into_id).is_not(None))
    db.execute(back.values(merged_into_id=None))


def _lead(db: Session, aliases: Mapping[UUID, UUID], now: datetime) -> None:
    """Let further ids lead to themes, where nothing lives under them."""
    there = {theme.id: theme for theme in db.exec(select(Theme).where(col(Theme.id).in_(list(aliases))))}
    live = sizes(db, [*aliases, *aliases.values()])
    for own, theme_id in sorted(aliases.items()):
        if not live.get(theme_id) or live.get(own):
            continue
        if own in there:
            there[own].merged_into_id = theme_id
        else:
            db.add(Theme(id=own, name=UNNAMED, merged_into_id=theme_id, created_at=now))
    db.flush()


def lead_on(db: Session, rows: Sequence[Row], before: Mapping[UUID, UUID]) -> None:
    """Old addresses keep working: an emptied theme leads to the one that most of its topics are in now."""
    went: dict[UUID, Counter[UUID]] = {}
    for row in rows:
        was = before.get(row.topic_id, row.theme_id)
        if was != row.theme_id:
            went.setdefault(was, Counter())[row.theme_id] += 1
    left = sizes(db, went)
    emptied = [theme_id for theme_id in went if not left.get(theme_id)]
    for theme in db.exec(select(Theme).where(col(Theme.id).in_(emptied))).all():
        heirs = went[theme.id]
        if not theme.named_by_person:
            theme.merged_into_id = max(sorted(heirs), key=lambda heir: heirs[heir])
    db.flush()


def drop(db: Session, topic_ids: Collection[UUID]) -> None:
    """Topics that say nothing any more."""
    _delete_by(db, ThemeTopic, list(topic_ids))
    _delete_by(db, TopicVector, list(topic_ids))


def _delete_by(db: Session, table: type[ThemeTopic] | type[TopicVector], topic_ids: Sequence[UUID]) -> None:
    for at in range(0, len(topic_ids), 1000):
        db.execute(delete(table).where(col(table.topic_id).in_(list(topic_ids[at : at + 1000]))))
