"""One theme with its evidence. Figures are for everybody; wording only for those whose departments took part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import case, or_
from sqlmodel import Session, col, func, select

from app.actions.models import Action
from app.actions.queries.rights import visible_to
from app.agreements.queries import AgreementView, in_force_between
from app.core.errors import NotFound
from app.departments.queries import DepartmentView, names, organisation, spoken_of
from app.departments.rules import Spoken
from app.evidence.models import ActionVerdict, Finding
from app.evidence.queries.quotes import RetroName, Saying, sayings_of
from app.evidence.queries.theme_lines import COLUMNS, FindingView, about_named, by_strength, kind_names, view
from app.evidence.rules.action_effect import Comparison
from app.evidence.rules.calendar import WHOLE
from app.evidence.rules.observations import Observation
from app.evidence.rules.pictures import Panel, PlottedAction, panel, scale_of
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.wording import may_know
from app.themes.models import Theme, ThemeTopic
from app.themes.queries.names import name_for

PAIRS_SHOWN = 30
PICTURES = 8


@dataclass(frozen=True, slots=True)
class Line:
    """What is found about one pair (or the whole), with its picture; `panel` is None where it has no line to draw."""

    found: FindingView
    panel: Panel | None


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action about this theme. `number`: as it is marked in the pictures; `verdict` is '' until it is accepted.

    `title` is '' for whom the promise itself is not to see: what came of it is a count, and for everybody.
    """

    number: int
    id: UUID
    title: str
    state: str
    providing: DepartmentView | None
    requesting: DepartmentView | None
    asked_on: date
    accepted_on: date | None
    verdict: str
    by_person: bool
    missing: str
    lacking: int
    before: int
    after: int
    compared: Comparison | None
    of_pair: bool
    is_told: bool = True
    """Whether what the retros say of it may be told: not where they speak of a small department."""


@dataclass(frozen=True, slots=True)
class ThemePage:
    """`whole` is None while nothing was counted. `unread`: retros whose wording this reader may not see; `retros`:
    without titles where the reader may not look at them."""

    theme_id: UUID
    name: str
    kind: str
    closed_on: date | None
    inconclusive: bool
    whole: Line | None
    pairs: tuple[Line, ...]
    all_pairs: int
    actions: tuple[ActionLine, ...]
    agreements: tuple[AgreementView, ...]
    sayings: tuple[Saying, ...]
    unread: int
    retros: Mapping[UUID, RetroName]


def became(db: Session, theme_id: UUID) -> UUID | None:
    """What a merged theme became; None if it is one of its own. Raises NotFound."""
    theme = db.get(Theme, theme_id)
    if theme is None:
        raise NotFound
    return theme.merged_into_id


def theme_page(db: Session, theme_id: UUID, for_: Visitor) -> ThemePage:
    """The evidence on one theme. Raises NotFound. Six pictures or sixty: the number of statements is the same."""
    theme = db.get(Theme, theme_id)
    if theme is None:
        raise NotFound
    known, kinds, spoken, called = names(db), kind_names(db), spoken_of(db, for_), name_for(for_)
    name = db.scalars(sa.select(called).where(col(Theme.id) == theme_id)).one()
    ids = [theme_id, *db.scalars(sa.select(col(Theme.id)).where(col(Theme.merged_into_id) == theme_id))]
    rows = db.execute(
        sa.select(called, *map(col, COLUMNS))
        .join(Theme, col(Theme.id) == col(Finding.theme_id))
        .where(col(Finding.theme_id) == theme_id, about_named(spoken))
        .order_by(col(Finding.provider) != WHOLE, by_strength(), col(Finding.present).desc(), col(Finding.provider),
                  col(Finding.consumer), col(Finding.series))
        .limit(PAIRS_SHOWN + 1)
    ).all()  # fmt: skip
    actions = _actions(db, ids, for_, known, spoken)
    points = _points(db, theme_id, spoken)
    retros = _retros(db, {UUID(point[0]) for some in points.values() for point in some}, for_)
    found = [(view(row, known, kinds, spoken), _looks(points.get(tuple(row[3:6]), []), retros)) for row in rows]
    found = [(one, [] if one.is_of_small else looks) for one, looks in found]
    lines = _lines(found, actions)
    pairs = [one for one in lines if not one.found.is_whole]
    whole = next((one for one in lines if one.found.is_whole), None)
    told = (col(Finding.theme_id) == theme_id, col(Finding.provider) != WHOLE, about_named(spoken))
    counted = db.scalar(sa.select(func.count()).where(*told))
    sayings, unread = sayings_of(db, ids, for_, known, spoken)
    agreements = [
        one
        for one in in_force_between(db, _departments_of(pairs[:PICTURES]))
        if for_.sees_everything or for_.departments & {*one.sides}
    ]
    return ThemePage(
        theme_id, name, kinds.get(theme.kind, ""), theme.closed_on, theme.inconclusive, whole, tuple(pairs),
        counted or 0, tuple(actions), tuple(agreements), sayings, unread, retros,
    )  # fmt: skip


def _lines(found: list[tuple[FindingView, list[Observation]]], actions: list[ActionLine]) -> list[Line]:
    """A picture for the whole, and for the strongest pairs all on one scale; the others have their words."""
    drawn = [looks for one, looks in found if looks and not one.is_whole][:PICTURES]
    scale = scale_of(drawn)
    lines = []
    for one, looks in found:
        if one.is_whole:
            lines.append(Line(one, _panel(looks, actions, scale_of([looks])) if looks else None))
            continue
        is_drawn = any(looks is other for other in drawn)
        asked = [each for each in actions if _is_about(each, one)]
        lines.append(Line(one, _panel(looks, asked, scale) if is_drawn else None))
    return lines


def _panel(looks: list[Observation], actions: list[ActionLine], scale: float) -> Panel:
    return panel(
        looks, [PlottedAction(one.number, one.title, one.asked_on, one.accepted_on) for one in actions], scale
    )


def _is_about(action: ActionLine, pair: FindingView) -> bool:
    """Whether the action was promised within this pair."""
    ours = (pair.provider and pair.provider.department, pair.consumer and pair.consumer.department)
    return None not in ours and (action.providing, action.requesting) == ours


def _points(db: Session, theme_id: UUID, spoken: Spoken) -> dict[tuple[str, ...], list[Any]]:
    """(provider, consumer, series) -> points, of the whole theme and of its strongest pairs: those that are drawn."""
    rows = db.execute(
        sa.select(col(Finding.provider), col(Finding.consumer), col(Finding.series), col(Finding.points))
        .where(
            col(Finding.theme_id) == theme_id,
            or_(col(Finding.provider) == WHOLE, col(Finding.present) > 1),
            about_named(spoken),
        )
        .order_by(col(Finding.provider) != WHOLE, by_strength(), col(Finding.present).desc(), col(Finding.provider),
                  col(Finding.consumer), col(Finding.series))
        .limit(PICTURES + 1)
    )  # fmt: skip
    return {tuple(row[:3]): row[3] for row in rows}


def _looks(points: list[Any], retros: Mapping[UUID, RetroName]) -> list[Observation]:
    """Out of a finding's points; a retro that is gone since is left out until the next counting."""
    return [
        Observation(UUID(retro_id), retros[UUID(retro_id)].on, entries, seats, actions)
        for retro_id, entries, seats, actions in points
        if UUID(retro_id) in retros
    ]


def _retros(db: Session, retro_ids: Iterable[UUID], reader: Visitor) -> dict[UUID, RetroName]:
    place = organisation(db).place
    columns = (Retro.id, Retro.held_on, Retro.closed_at)
    title = case((may_know(reader), col(Retro.title)), else_="")
    rows = db.execute(sa.select(*map(col, columns), title).where(col(Retro.id).in_(sorted(retro_ids))))
    return {
        id_: RetroName(id_, named, held_on or place.day(closed_at))
        for id_, held_on, closed_at, named in rows
        if closed_at
    }


def _actions(
    db: Session, theme_ids: list[UUID], reader: Visitor, known: Mapping[UUID, DepartmentView], spoken: Spoken
) -> list[ActionLine]:
    """All that were ever asked about it, in the order in which they were asked. Promises of small departments, and to
    them, stand by name; what the retros say of the two is a finding about a person or two, so it is left out."""
    rows = db.execute(
        select(Action, ActionVerdict, case((visible_to(reader), 1), else_=0))
        .join(ThemeTopic, col(ThemeTopic.topic_id) == col(Action.topic_id))
        .outerjoin(ActionVerdict, col(ActionVerdict.action_id) == col(Action.id))
        .where(
            col(ThemeTopic.theme_id).in_(theme_ids), col(Action.removed_at).is_(None),
            col(Action.requested_on).is_not(None),
        )
        .order_by(col(Action.requested_on), col(Action.id))
    )  # fmt: skip
    return [
        _action(number, action, judged, bool(is_shown), known)
        if _is_told(action, judged, spoken)
        else replace(_action(number, action, None, bool(is_shown), known), is_told=False)
        for number, (action, judged, is_shown) in enumerate(rows, 1)
    ]


def _is_told(action: Action, judged: ActionVerdict | None, spoken: Spoken) -> bool:
    """Whether what the retros say of an action may be told: they may speak of one pair alone."""
    sides = (action.providing_department_id, action.requesting_department_id)
    return judged is None or judged.by_person or spoken.names(*(one for one in sides if one))


def _action(
    number: int, action: Action, judged: ActionVerdict | None, is_shown: bool, known: Mapping[UUID, DepartmentView]
) -> ActionLine:
    has_both_sides = judged is not None and judged.n0 and judged.n1
    return ActionLine(
        number=number,
        id=action.id,
        title=action.title if is_shown else "",
        state=action.state,
        providing=known.get(action.providing_department_id) if action.providing_department_id else None,
        requesting=known.get(action.requesting_department_id) if action.requesting_department_id else None,
        asked_on=action.requested_on or action.created_at.date(),
        accepted_on=judged.accepted_on if judged else None,
        verdict=judged.verdict if judged else "",
        by_person=judged.by_person if judged else False,
        missing=judged.missing if judged else "",
        lacking=judged.lacking if judged else 0,
        before=judged.before if judged else 0,
        after=judged.after if judged else 0,
        compared=Comparison(judged.y0, judged.n0, judged.y1, judged.n1) if judged and has_both_sides else None,
        of_pair=bool(judged and judged.provider != WHOLE),
    )


def _departments_of(pairs: Iterable[Line]) -> set[UUID]:
    """Departments of the pairs that have something to say to each other about it."""
    return {
        one.department.id
        for line in pairs
        for one in (line.found.provider, line.found.consumer)
        if one is not None and one.department is not None
    }
