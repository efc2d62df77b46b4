"""Proposes to merge themes that are very like each other. Only proposes: people decide."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from sqlmodel import col, delete, insert, select

from app.core.db import Database
from app.themes.models import Theme, ThemeProposal
from app.themes.queries.history import version
from app.themes.rules import PROPOSE_MERGE
from app.themes.service.picture import Picture, picture_of, taking_turns
from app.themes.service.seeing import sight_of

PROPOSED_MOST = 200
ROWS_AT_ONCE = 512
_SEEN = "themes_proposed_at"


def propose_merges(database: Database) -> None:
    """Compare the middles of all themes, if anything changed since this process did so last."""
    with taking_turns(), database.reading() as db:
        sight = sight_of(db)
        seen = (version(db), sight.name)
        if database.info.get(_SEEN) == seen:
            return
        pairs = _alike(picture_of(database, db, sight))
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
    database.info[_SEEN] = seen


def _alike(picture: Picture) -> dict[tuple[UUID, UUID], float]:
    """The pairs of live themes with a cosine of .6 or more, the most alike first."""
    centroids, decided = picture.groups.centroids(), picture.decisions
    live = [decided.live(group_id) for group_id in picture.group_ids]
    found: dict[tuple[UUID, UUID], float] = {}
    for start in range(0, len(live), ROWS_AT_ONCE):
        alike = centroids[start : start + ROWS_AT_ONCE] @ centroids.T
        for row, other in np.argwhere(alike >= PROPOSE_MERGE):
            pair = (live[start + int(row)], live[int(other)])
            if start + row < other and pair[0] != pair[1] and not decided.are_apart(*pair):
                found[min(pair), max(pair)] = max(found.get((min(pair), max(pair)), 0.0), float(alike[row, other]))
    ranked = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return dict(ranked[:PROPOSED_MOST])
