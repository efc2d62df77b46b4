"""What the evidence is made from: closed retros that were taken in, who took part, and what themes they spoke of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col, func

from app.actions.models import Action
from app.actions.rules.calendar import FULFILLED
from app.actions.rules.kinds import ActionState
from app.anonymity.rules.pooling import EVERYONE, SEVERAL
from app.departments.queries import organisation
from app.evidence.queries.id_mapping import itself, translated
from app.evidence.rules.action_effect import EffectVerdict
from app.evidence.rules.assessment import Accepted
from app.evidence.rules.calendar import UNKNOWN, ClosedRetro, FrictionSides, RetroCalendar
from app.retros.models import Retro, RetroDepartment, RetroPairApart
from app.retros.queries.wording import unnamed_in
from app.retros.rules.names import Labels
from app.themes.models import RetroTakenIn, Theme, ThemeTopic, TopicCount

AT_ONCE = 500
"""So many ids in one statement: SQLite takes no more than some thousands."""
ROWS_AT_ONCE = 2_000
"""So many rows are held at a time: whatever is alive, the collector of garbage walks through again and again."""
_SAID = {
    ActionState.HELD: EffectVerdict.HELD,
    ActionState.RETURNED: EffectVerdict.RETURNED,
    ActionState.INCONCLUSIVE: EffectVerdict.INCONCLUSIVE,
}

Found = TypeVar("Found")
ByRetro = dict[UUID, Found]
SeenBySides = dict[FrictionSides, dict[int, tuple[int, int]]]


def calendar(db: Session) -> RetroCalendar:
    """All retros that were taken in. A retro that never got to its reveal could not have spoken of anything."""
    place = organisation(db).place
    groups, departments, hidden, apart = _took_part(db)
    unnamed = unnamed_in(db)
    rows = db.execute(
        select(*map(col, _RETRO))
        .join(RetroTakenIn, col(RetroTakenIn.retro_id) == col(Retro.id))
        .where(or_(col(Retro.imported), col(Retro.revealed_at).is_not(None)), col(Retro.closed_at).is_not(None))
    )
    retros = []
    for id_, closed_at, held_on, imported, series, labels, pooled in rows:
        seats = dict(groups.get(id_, {})) if labels != Labels.DROPPED else {}
        if labels in (Labels.POOLED, Labels.DROPPED):
            seats[SEVERAL if labels == Labels.POOLED else EVERYONE] = pooled
        too_few = {str(one) for one in unnamed.get(id_, ())}
        if imported:  # nobody knows how many they were, perhaps one: they count for the theme, for no pair
            too_few |= {name for name, n in seats.items() if n is None}
        known = [one for one in seats.values() if one is not None]
        in_all = sum(known) if known and len(known) == len(seats) else None
        retros.append(
            ClosedRetro(
                id=id_,
                on=held_on or place.day(closed_at),
                departments=frozenset(departments.get(id_, ())),
                seats={name: n for name, n in seats.items() if name not in too_few},
                people=pooled if imported and pooled is not None else in_all,
                apart=frozenset(apart.get(id_, ())),
                hidden=frozenset(hidden.get(id_, ())),
                series=series,
                is_imported=bool(imported),
            )
        )
    return RetroCalendar(retros)


def seen(db: Session, of: RetroCalendar, theme_ids: Collection[UUID]) -> dict[UUID, SeenBySides]:
    """Theme -> sides -> place -> (entries, actions), of these themes; merged ones under what they became."""
    aliases = merged_into(db)
    wanted = {*theme_ids, *(alias for alias, became in aliases.items() if became in theme_ids)}
    found: dict[UUID, SeenBySides] = defaultdict(lambda: defaultdict(dict))
    for theme_id, at, provider, consumer, entries, actions in _counts(db, of, aliases, wanted):
        if at is None:
            continue
        past = of.retros[at]
        if past.is_imported and consumer not in past.seats:
            consumer = UNKNOWN
        series = past.series if consumer == UNKNOWN else ""
        by_place = found[theme_id][FrictionSides(provider, consumer, series)]
        before = by_place.get(at)
        by_place[at] = (before[0] + entries, before[1] + actions) if before else (entries, actions)
    return found


def merged_into(db: Session) -> dict[UUID, UUID]:
    """Merged theme -> what it became in the end."""
    rows = db.execute(select(col(Theme.id), col(Theme.merged_into_id)).where(col(Theme.merged_into_id).is_not(None)))
    direct = {row[0]: row[1] for row in rows}

    def end(of: UUID) -> UUID:
        passed = {of}
        while (following := direct.get(of)) is not None and following not in passed:
            of = following
            passed.add(of)
        return of

    return {one: end(one) for one in direct}


def accepted(db: Session, theme_ids: Collection[UUID]) -> dict[UUID, list[Accepted]]:
    """Theme -> its accepted actions; merged themes' under what they became."""
    aliases = merged_into(db)
    wanted = {*theme_ids, *(alias for alias, became in aliases.items() if became in theme_ids)}
    found: dict[UUID, list[Accepted]] = defaultdict(list)
    for some in chunks(wanted):
        for theme_id, id_, version, state, retro_id, asked, created, settled, providing, requesting in db.execute(
            select(col(ThemeTopic.theme_id), *map(col, _ACTION))
            .join(Action, col(Action.topic_id) == col(ThemeTopic.topic_id))
            .where(col(ThemeTopic.theme_id).in_(some), is_accepted())
        ):
            pair = FrictionSides(str(providing or ""), str(requesting or ""))
            action = Accepted(
                id_, version, retro_id, asked or created.date(), settled, pair, _SAID.get(ActionState(state))
            )
            found[aliases.get(theme_id, theme_id)].append(action)
    return found


def is_accepted() -> ColumnElement[bool]:
    """Actions that the requesting department accepted, whatever came of them."""
    return and_(
        col(Action.state).in_(FULFILLED), col(Action.settled_on).is_not(None), col(Action.removed_at).is_(None)
    )


def chunks(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    """So many at a time as one statement takes, always in the same order."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _counts(
    db: Session, of: RetroCalendar, aliases: dict[UUID, UUID], theme_ids: Collection[UUID]
) -> Iterator[tuple[UUID, int | None, str, str, int, int]]:
    """(theme, place of the retro, provider, consumer, entries, actions) of each topic. Nothing is added up here: a
    theme seldom has two topics in one retro, and sorting them all takes the database longer than all the rest."""
    wanted = {*theme_ids}
    entries, actions = col(TopicCount.wrong) + col(TopicCount.unsorted), col(TopicCount.actions)
    theme = translated(col(ThemeTopic.theme_id), lambda one: aliases.get(one, one) if one in wanted else None)
    place = translated(col(TopicCount.retro_id), of.place_of.get)
    every = (
        select(theme, place, col(TopicCount.provider), col(TopicCount.consumer), entries, actions)
        .join(ThemeTopic, col(ThemeTopic.topic_id) == col(TopicCount.topic_id))
        .where(entries + actions > 0)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if _are_most(db, wanted):
        yield from (row for row in db.execute(every) if row[0] is not None)
        return
    for some in chunks(wanted):
        yield from db.execute(every.where(col(ThemeTopic.theme_id).in_(some)))


def _are_most(db: Session, theme_ids: set[UUID]) -> bool:
    """Whether these themes have so many topics that reading them one theme after the other would take longer than
    reading all there are: from the third part on."""
    topics = select(func.count()).select_from(ThemeTopic)
    theirs = sum(db.scalar(topics.where(col(ThemeTopic.theme_id).in_(some))) or 0 for some in chunks(theme_ids))
    return 3 * theirs > (db.scalar(topics) or 0)


def _took_part(
    db: Session,
) -> tuple[ByRetro[dict[str, int | None]], ByRetro[set[str]], ByRetro[set[str]], ByRetro[set[frozenset[str]]]]:
    """Of each retro: its labelled groups with their seats, all its departments, those that the pool does not name,
    and the pairs that stayed apart."""
    groups: ByRetro[dict[str, int | None]] = defaultdict(dict)
    departments: ByRetro[set[str]] = defaultdict(set)
    hidden: ByRetro[set[str]] = defaultdict(set)
    row = RetroDepartment
    retro, name_of = translated(col(row.retro_id), itself), translated(col(row.department_id), str)
    parts = (col(row.pooled), col(row.about_pooled), col(row.seats))
    took_part = select(retro, name_of, *parts).execution_options(yield_per=ROWS_AT_ONCE)
    for retro_id, name, pooled, about_pooled, seats in db.execute(took_part):
        departments[retro_id].add(name)
        if about_pooled:
            hidden[retro_id].add(name)
        if not pooled:
            groups[retro_id][name] = seats
    apart: ByRetro[set[frozenset[str]]] = defaultdict(set)
    two = (translated(col(RetroPairApart.one_id), str), translated(col(RetroPairApart.other_id), str))
    for retro_id, one, other in db.execute(select(col(RetroPairApart.retro_id), *two)):
        apart[retro_id].add(frozenset((one, other)))
    return groups, departments, hidden, apart


_RETRO = (
    Retro.id, Retro.closed_at, Retro.held_on, Retro.imported, Retro.series, Retro.labels, Retro.pooled_seats,
)  # fmt: skip
_ACTION = (
    Action.id, Action.version, Action.state, Action.retro_id, Action.requested_on, Action.created_at,
    Action.settled_on, Action.providing_department_id, Action.requesting_department_id,
)  # fmt: skip
