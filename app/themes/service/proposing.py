"""Proposes to merge themes that are very like each other. Only proposes: people decide."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import numpy as np
from sqlmodel import col, delete, insert, select

from app.core.cache import CacheKind
from app.core.db import Database
from app.themes.models import Theme, ThemeProposal
from app.themes.queries.history import version
from app.themes.rules.assigning import Vectors
from app.themes.rules.suggestions import PROPOSE_MERGE
from app.themes.service.embedding_space import space_of
from app.themes.service.snapshot import ThemeSnapshot, keep, snapshot_of, taking_turns

PROPOSED_MOST = 200
ROWS_AT_ONCE = 512
_COMPARED: CacheKind[bool] = CacheKind("comparison of all themes with each other", most=1)


def propose_merges(database: Database) -> None:
    """Compare the middles of all themes, if anything changed since this process did so last."""
    with taking_turns(), database.reading() as db:
        space = space_of(db)
        seen = (version(db), space.name)
        if _COMPARED.of(database).find(None, seen):
            return
        picture = snapshot_of(database, db, space)
        keep(database, picture)
        pairs = _alike(picture)
    with database.transaction() as db:
        ids = {one for pair in pairs for one in pair}
        there = set(db.exec(select(Theme.id).where(col(Theme.id).in_(list(ids)))))
        db.execute(delete(ThemeProposal))
        found = [
            {"one_id": one, "other_id": other, "likeness": likeness}
            for (one, other), likeness in pairs.items()
            if one in there and other in there
        ]
        if found:
            db.execute(insert(ThemeProposal), found)
    _COMPARED.of(database).keep(None, seen, True)


def _alike(picture: ThemeSnapshot) -> dict[tuple[UUID, UUID], float]:
    """The pairs of live themes with a cosine of .6 or more, the most alike first."""
    decided = picture.decisions
    live = [decided.live(group_id) for group_id in picture.group_ids]
    found: dict[tuple[UUID, UUID], float] = {}
    for row, other, likeness in _nearest(picture.groups.centroids()):
        pair = (min(live[row], live[other]), max(live[row], live[other]))
        if pair[0] != pair[1] and pair not in found and not decided.are_apart(*pair):
            found[pair] = likeness
        if len(found) == PROPOSED_MOST:
            break
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _nearest(centroids: Vectors) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows (the earlier first) with a cosine of .6 or more, the most alike first."""
    rows, others, alike = [], [], []
    for start in range(0, len(centroids), ROWS_AT_ONCE):
        block = np.triu(centroids[start : start + ROWS_AT_ONCE] @ centroids[start:].T, k=1)
        row, other = np.nonzero(block >= PROPOSE_MERGE)
        rows.append(row + start)
        others.append(other + start)
        alike.append(block[row, other])
    if rows:
        row, other, likeness = np.concatenate(rows), np.concatenate(others), np.concatenate(alike)
        for at in np.argsort(-likeness, kind="stable"):
            yield int(row[at]), int(other[at]), float(likeness[at])
