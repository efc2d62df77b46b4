"""What happened since the findings were last counted: retros taken in, themes corrected, actions accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, exists, or_, select, tuple_
from sqlmodel import Session, col

from app.actions.models import Action
from app.evidence.models import ActionVerdict, EvidenceRun, Finding, RetroCounted, ThemeCounted
from app.evidence.queries.history import chunks, is_accepted, merged_into
from app.evidence.rules.calendar import UNKNOWN, FrictionSides
from app.retros.models import Retro
from app.themes.models import RetroTakenIn, Theme, ThemeTopic, TopicCount

LOOK_BACK = timedelta(hours=1)
"""A step written by a transaction that ended late may carry an earlier time than the last counting."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
SO_MANY_AT_ONCE = 200
"""With more retros than this counting everything anew is the shorter way."""
PAIRS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class EvidenceChanges:
    """`retros`: newly taken in, or (`again`) once more, with when. `gone`: no longer there. `themes`: to be counted
    whole, because they were corrected or an action of theirs moved. `everything`: all of it anew, as when an imported
    retro came again: who took part in it and what series it was of may have changed too."""

    retros: dict[UUID, datetime]
    gone: frozenset[UUID]
    themes: frozenset[UUID]
    everything: bool = False
    again: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.everything or self.retros or self.gone or self.themes)


def changes(db: Session) -> EvidenceChanges:
    """What is not yet in the findings."""
    is_new = col(RetroCounted.retro_id).is_(None)
    is_again = col(RetroCounted.taken_in_at) != col(RetroTakenIn.taken_in_at)
    rows = db.execute(
        select(col(RetroTakenIn.retro_id), col(RetroTakenIn.taken_in_at), ~is_new, is_again & col(Retro.imported))
        .join(Retro, col(Retro.id) == col(RetroTakenIn.retro_id))
        .outerjoin(RetroCounted, col(RetroCounted.retro_id) == col(RetroTakenIn.retro_id))
        .where(or_(is_new, is_again))
    ).all()
    taken_in = {row[0]: row[1] for row in rows}
    again = frozenset(row[0] for row in rows if row[2])
    gone = frozenset(
        db.scalars(
            select(col(RetroCounted.retro_id)).where(
                ~exists().where(col(RetroTakenIn.retro_id) == col(RetroCounted.retro_id))
            )
        )
    )
    everything = bool(gone) or len(taken_in) > SO_MANY_AT_ONCE or any(row[3] for row in rows)
    return EvidenceChanges(taken_in, gone, frozenset(_corrected(db) | _judged_anew(db)), everything, again)


def all_themes(db: Session) -> set[UUID]:
    """Every theme that topics belong to or that something was found about, under what it became."""
    aliases = merged_into(db)
    ids = set(db.scalars(select(col(ThemeTopic.theme_id)).distinct()))
    ids.update(db.scalars(select(col(Finding.theme_id)).distinct()))
    return {aliases.get(one, one) for one in ids}


def themes_in(db: Session, retro_ids: Iterable[UUID]) -> set[UUID]:
    """Themes that these retros spoke of."""
    return _under_their_names(
        db,
        (
            one
            for some in chunks(set(retro_ids))
            for one in db.scalars(
                select(col(ThemeTopic.theme_id)).where(col(ThemeTopic.retro_id).in_(some)).distinct()
            )
        ),
    )


def sides_in(db: Session, retro_ids: Iterable[UUID]) -> set[FrictionSides]:
    """Who wrote about whom in these retros, departments that did not take part included."""
    return {
        FrictionSides(*row)
        for some in chunks(set(retro_ids))
        for row in db.execute(
            select(col(TopicCount.provider), col(TopicCount.consumer))
            .where(col(TopicCount.retro_id).in_(some))
            .distinct()
        )
    }


def themes_about(db: Session, pairs: Iterable[FrictionSides]) -> set[UUID]:
    """Themes of which something was found about one of these pairs."""
    ordered = sorted(set(pairs))
    found: set[UUID] = set()
    for start in range(0, len(ordered), PAIRS_AT_ONCE):
        some = [tuple(one) for one in ordered[start : start + PAIRS_AT_ONCE]]
        found.update(
            db.scalars(
                select(col(Finding.theme_id))
                .where(tuple_(col(Finding.provider), col(Finding.consumer), col(Finding.series)).in_(some))
                .distinct()
            )
        )
    return _under_their_names(db, found)


def themes_of_series(db: Session, series: Iterable[str]) -> set[UUID]:
    """Themes of which something was found in these series."""
    wanted = select(col(Finding.theme_id)).where(
        col(Finding.consumer) == UNKNOWN, col(Finding.series).in_(sorted(set(series)))
    )
    return _under_their_names(db, db.scalars(wanted.distinct()))


class LastRun(NamedTuple):
    """The last counting: the organisation's rate (entries a person) that findings were drawn towards, and when."""

    rate: float
    ran_at: datetime


def last_run(db: Session) -> LastRun | None:
    row = db.execute(select(col(EvidenceRun.rate), col(EvidenceRun.ran_at))).first()
    return LastRun(*row) if row else None


def _under_their_names(db: Session, theme_ids: Iterable[UUID]) -> set[UUID]:
    aliases = merged_into(db)
    return {aliases.get(one, one) for one in theme_ids}


def _corrected(db: Session) -> set[UUID]:
    """Themes that are not as they were when they were counted; of a merged one also what it became, or was before."""
    counted = ThemeCounted
    rows = db.execute(
        select(col(Theme.id), col(Theme.merged_into_id), col(counted.merged_into_id))
        .outerjoin(counted, col(counted.theme_id) == col(Theme.id))
        .where(
            or_(
                col(counted.theme_id).is_(None),
                col(counted.version) != col(Theme.version),
                col(counted.merged_into_id).is_distinct_from(col(Theme.merged_into_id)),
                col(counted.closed_on).is_distinct_from(col(Theme.closed_on)),
            )
        )
    )
    concerned = {one for row in rows for one in row if one is not None}
    return concerned | _under_their_names(db, concerned) if concerned else concerned


def _judged_anew(db: Session) -> set[UUID]:
    """Themes with an action that was accepted, or moved since it was judged."""
    run = last_run(db)
    since = run.ran_at - LOOK_BACK if run else LONG_AGO
    rows = db.scalars(
        select(col(ThemeTopic.theme_id))
        .join(Action, col(Action.topic_id) == col(ThemeTopic.topic_id))
        .outerjoin(ActionVerdict, col(ActionVerdict.action_id) == col(Action.id))
        .where(
            col(Action.moved_at) >= since,
            or_(
                and_(is_accepted(), col(ActionVerdict.action_id).is_(None)),
                col(ActionVerdict.action_version) != col(Action.version),
            ),
        )
        .distinct()
    )
    return _under_their_names(db, rows)
