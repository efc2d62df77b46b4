"""The kick-off brief of a project: what exactly these departments still owe each other and what keeps coming back
between them, before they begin again. A fixed number of statements, however long the history is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import distinct
from sqlmodel import Session, col, func, select

from app.actions.models import Action
from app.actions.queries.previous_promises import LastTime, promised_before
from app.actions.queries.views import PromiseView
from app.actions.rules.calendar import FULFILLED
from app.actions.rules.kinds import PromiseStanding
from app.agreements.queries import AgreementView, in_force_between
from app.briefs import rules
from app.briefs.models import BriefMark
from app.briefs.rules import BriefTheme, LineKind, PairPresence, PraiseLine, Question, line_of
from app.departments.queries import DepartmentView, spoken_of
from app.departments.rules import A_SMALL_ONE, Spoken
from app.evidence.models import Finding
from app.people.models import Account, Membership
from app.people.rules import Visitor
from app.projects.queries import ProjectView, project
from app.retros.queries.wording import with_unnamed
from app.themes.models import PairCount, Theme, ThemeTopic
from app.themes.queries.names import name_for


@dataclass(frozen=True, slots=True)
class MarkView:
    """What was said of a line. `reason` only where it is not relevant."""

    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One page for the departments of one project.

    `open`: promises somebody still waits for, the late ones first; `more_open` did not fit. `everything` was promised
    and is open, or was settled in the year before. `agreements` are in force now; `more_agreements` did not fit.
    `leads` are the names of those whom it can be sent to.
    """

    project: ProjectView
    open: LastTime
    more_open: int
    everything: LastTime
    themes: tuple[BriefTheme, ...]
    more_themes: int
    agreements: tuple[AgreementView, ...]
    more_agreements: int
    praises: tuple[PraiseLine, ...]
    questions: tuple[Question, ...]
    marks: dict[str, MarkView]
    leads: tuple[str, ...]
    may_mark: bool

    @property
    def is_empty(self) -> bool:
        """Nothing is known of these departments but the general questions."""
        return not (self.everything.total or self.agreements or self.themes or self.praises)

    @property
    def lines(self) -> tuple[str, ...]:
        """The ids of all lines that can be marked."""
        return tuple(self._lines())

    @property
    def tally(self) -> str:
        return rules.tally_sentence(self.lines, {line: said.mark for line, said in self.marks.items()})

    @property
    def is_answered(self) -> bool:
        return any(line in self.marks for line in self.lines)

    @property
    def sections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The whole brief as headings with lines of words, for a letter; empty parts are left out."""
        promises = [_promise_words(one) for group in self.open.groups for one in group.promises]
        themes = [" ".join(filter(None, (f"{one.name}.", one.sentence, one.attempt))) for one in self.themes]
        parts = (
            ("Still open between you", promises, self.more_open),
            ("What keeps coming back", themes, self.more_themes),
            ("Agreements in force", [_agreement_words(one) for one in self.agreements], self.more_agreements),
            ("What went right", [one.sentence for one in self.praises], 0),
            ("Three questions for the first hour", [one.text for one in self.questions], 0),
        )
        return tuple(
            (heading, (*lines, *([f"… and {more} more."] if more else []))) for heading, lines, more in parts if lines
        )

    def _lines(self) -> Iterator[str]:
        for group in self.open.groups:
            yield from (line_of(LineKind.PROMISE, one.action.id) for one in group.promises)
        yield from (one.line for one in self.themes)
        yield from (line_of(LineKind.AGREEMENT, one.id) for one in self.agreements)
        yield from (one.line for one in self.questions)


def brief(db: Session, visitor: Visitor, project_id: UUID, now: datetime, *, for_all: bool = False) -> Brief:
    """What concerns only departments of this project. `for_all`: in words that every reader may read, as in a
    mail to several. Raises NotFound, also when it is not yours."""
    reader = None if for_all else visitor
    found = project(db, project_id, for_=visitor)
    circle = [one.id for one in found.departments]
    promised = promised_before(db, circle, now)
    agreements = in_force_between(db, circle)
    sides = _sides(spoken_of(db, reader), found.departments)
    themes = _themes(db, sides, reader)
    shown = themes[: rules.MOST_THEMES]
    with_attempts = _with_attempts(db, shown, circle)
    return Brief(
        project=found,
        open=promised.open.first(rules.MOST_PROMISES),
        more_open=max(0, promised.open.total - rules.MOST_PROMISES),
        everything=promised,
        themes=with_attempts,
        more_themes=len(themes) - len(shown),
        agreements=tuple(agreements[: rules.MOST_AGREEMENTS]),
        more_agreements=max(0, len(agreements) - rules.MOST_AGREEMENTS),
        praises=_praises(db, sides),
        questions=rules.questions(with_attempts),
        marks=_marks(db, project_id),
        leads=tuple(name for _, name in leads_of(db, circle)),
        may_mark=rules.may_mark(visitor, circle),
    )


def _promise_words(promise: PromiseView) -> str:
    one = promise.action
    sides = f"{one.providing.name} for {one.requesting.name}" if one.providing and one.requesting else ""
    due = f"due {one.due_on.day} {one.due_on:%B %Y}" if one.due_on else ""
    late = "late" if promise.standing is PromiseStanding.LATE else ""
    return f"{one.title} ({', '.join(filter(None, (sides, due, late)))})"


def _agreement_words(one: AgreementView) -> str:
    return f"{one.text} ({one.providing.name} for {one.requesting.name})"


def leads_of(db: Session, department_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """(account, name) of everybody who leads one of these departments and may sign in, by name."""
    wanted = (
        select(Account.id, Account.name)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(col(Membership.department_id).in_(department_ids), col(Membership.is_lead))
        .where(col(Account.disabled_at).is_(None))
        .distinct()
        .order_by(col(Account.name), col(Account.id))
    )
    return [(account_id, name) for account_id, name in db.exec(wanted)]


def _sides(spoken: Spoken, departments: Sequence[DepartmentView]) -> dict[str, str]:
    """Key of each department -> how it is spoken of in this project; a small one that is alone there is not."""
    small = spoken.together(one.id for one in departments)
    named = {str(one.id): one.name for one in departments if spoken.names(one.id)}
    return {**named, **{str(one): A_SMALL_ONE for one in small}}


def _themes(db: Session, name_of: Mapping[str, str], reader: Visitor | None) -> list[BriefTheme]:
    """Themes of pairs of which both sides take part, the surest first; one line each. One statement."""
    called = name_for(reader)
    found = (
        col(Finding.theme_id), called, col(Finding.provider), col(Finding.consumer), col(Finding.state),
        col(Finding.present), col(Finding.eligible), col(Finding.entries), col(Finding.low), col(Finding.worked),
    )  # fmt: skip
    wanted = (
        sa.select(*found)
        .join(Theme, col(Theme.id) == col(Finding.theme_id))
        .where(col(Finding.provider).in_(name_of), col(Finding.consumer).in_(name_of))
        .where(col(Finding.state).in_(rules.STATE_ORDER))
    )
    small = {key for key, name in name_of.items() if name == A_SMALL_ONE}
    sides: dict[tuple[UUID, str], list[PairPresence]] = defaultdict(list)
    for theme_id, theme, provider, consumer, state, present, eligible, entries, low, worked in db.execute(wanted):
        if {provider, consumer} <= small:
            continue  # of two of them: what one says of the other, or of itself
        one = PairPresence(name_of[provider], name_of[consumer], state, present, eligible, entries, low, worked)
        sides[theme_id, theme].append(one)
    lines = [
        BriefTheme(theme_id, theme, min(pairs, key=lambda one: one.rank), len(pairs) - 1)
        for (theme_id, theme), pairs in sides.items()
    ]
    return sorted(lines, key=lambda line: (line.surest.rank, line.name))


def _with_attempts(db: Session, themes: Sequence[BriefTheme], circle: Sequence[UUID]) -> tuple[BriefTheme, ...]:
    """The last accepted action of each theme that these departments promised each other. One statement."""
    wanted = (
        select(ThemeTopic.theme_id, Action.title)
        .join(ThemeTopic, col(ThemeTopic.topic_id) == col(Action.topic_id))
        .where(col(ThemeTopic.theme_id).in_([one.id for one in themes]))
        .where(col(Action.providing_department_id).in_(circle), col(Action.requesting_department_id).in_(circle))
        .where(col(Action.state).in_(FULFILLED), col(Action.removed_at).is_(None))
        .order_by(col(Action.settled_at), col(Action.id))
    )
    last = dict(db.exec(wanted).all())
    return tuple(replace(one, tried=last.get(one.id, "")) for one in themes)


def _praises(db: Session, sides: Mapping[str, str]) -> tuple[PraiseLine, ...]:
    """What went right and thanks, by who said it of whom: counts of groups that are shown. Counts of one small
    department are of one or two people: there are none. One statement."""
    name_of = {key: name for key, name in sides.items() if name != A_SMALL_ONE}
    good = func.sum(col(PairCount.right) + col(PairCount.thanks))
    wanted = (
        select(PairCount.provider, PairCount.consumer, good, func.count(distinct(col(PairCount.retro_id))))
        .where(col(PairCount.provider).in_(name_of), col(PairCount.consumer).in_(name_of))
        .where(col(PairCount.provider) != col(PairCount.consumer))
        .where(col(PairCount.right) + col(PairCount.thanks) > 0)
        .where(col(PairCount.retro_id).not_in(with_unnamed()))
        .group_by(col(PairCount.provider), col(PairCount.consumer))
        .order_by(good.desc(), col(PairCount.provider), col(PairCount.consumer))
        .limit(rules.MOST_PRAISES)
    )
    return tuple(
        PraiseLine(name_of[provider], name_of[consumer], entries, retros)
        for provider, consumer, entries, retros in db.exec(wanted)
    )


def _marks(db: Session, project_id: UUID) -> dict[str, MarkView]:
    rows = db.exec(
        select(BriefMark.line, BriefMark.mark, BriefMark.reason).where(col(BriefMark.project_id) == project_id)
    )
    return {line: MarkView(mark, reason) for line, mark, reason in rows}
