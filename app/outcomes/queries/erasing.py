"""Reads for erasing after the close: which texts there are, who may decide, what was asked and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from app.departments.queries import names as department_names
from app.entries.queries import EntryView, entries
from app.entries.rules.names import EntryKind
from app.outcomes.models import Erasure, Outcome
from app.outcomes.rules.document import from_contents
from app.outcomes.rules.erasing import ErasureDecider, What, any_two_may, may_ask, may_confirm
from app.outcomes.rules.words import erased_on
from app.people.models import Account
from app.people.queries import visitor_of
from app.people.rules import Visitor
from app.retros.queries.views import RetroView
from app.topics.queries.topic_board import TopicView, board

LEFT = "somebody who left"


@dataclass(frozen=True, slots=True)
class ErasableText:
    """A text that can be erased. `key` names it in forms; `about`: the departments that it is about or from."""

    what: What
    target: str
    text: str
    topic: str
    about: frozenset[UUID]
    said_by: str = ""

    @property
    def key(self) -> str:
        return f"{self.what}:{self.target}"


@dataclass(frozen=True, slots=True)
class AskedView:
    """An erasure that waits for the second person. `text`: what would go; '' if it is gone meanwhile."""

    id: UUID
    what: What
    text: str
    reason: str
    asked_by: str
    asked_at: datetime
    is_mine: bool
    may_confirm: bool
    by_any_two: bool


@dataclass(frozen=True, slots=True)
class DoneView:
    """An erasure that was done; names are those of today."""

    what: What
    reason: str
    asked_by: str
    confirmed_by: str
    confirmed_at: datetime
    by_any_two: bool


@dataclass(frozen=True, slots=True)
class ErasingView:
    """All that the page needs. `others`: who could be the second, by name, for texts about no department."""

    topics: tuple[tuple[str, tuple[ErasableText, ...]], ...]
    asked: tuple[AskedView, ...]
    done: tuple[DoneView, ...]
    may: frozenset[str]
    any_two: frozenset[str]
    others: tuple[str, ...]


def erasing(db: Session, retro: RetroView, visitor: Visitor) -> ErasingView:
    """For who runs the retro and for admins: asked where it is called."""
    found, people = pieces(db, retro), those_who_decide(db, retro)
    me = next((one for one in people if one.account_id == visitor.account_id), None)
    by_topic: dict[str, list[ErasableText]] = {}
    for piece in found:
        by_topic.setdefault(piece.topic, []).append(piece)
    return ErasingView(
        topics=tuple((topic, tuple(some)) for topic, some in by_topic.items()),
        asked=tuple(_asked(db, retro, me, people, {one.key: one for one in found})),
        done=tuple(done(db, retro.id)),
        may=frozenset(one.key for one in found if me and may_ask(me, people, one.about)),
        any_two=frozenset(one.key for one in found if any_two_may(people, one.about)),
        others=tuple(sorted(one.name for one in people if one.account_id != visitor.account_id)),
    )


def pieces(db: Session, retro: RetroView) -> list[ErasableText]:
    """Every text of a closed retro that is still there, in the order of its topics."""
    topics = board(db, retro.id).topics
    late, marks = _late_replies(db, retro.id), _marks(db, retro.id)
    found = [piece for topic in topics for piece in _of_topic(db, retro, topic, late, marks)]
    placed = {one.id for topic in topics for one in topic.entries}
    for one in entries(db, retro.id):
        if one.id not in placed and one.text:
            what = What.THANKS if one.kind == EntryKind.THANKS else What.ENTRY
            found.append(ErasableText(what, str(one.id), one.text, "In no topic", _whom(retro, one)))
    return found


def those_who_decide(db: Session, retro: RetroView) -> list[ErasureDecider]:
    """Who runs this retro, and the admins: not disabled, with their departments as they are now."""
    runs = {retro.facilitator_id, *retro.co_facilitator_ids}
    wanted = select(Account.id).where(
        col(Account.disabled_at).is_(None), or_(col(Account.is_admin), col(Account.id).in_(runs))
    )
    found = [visitor_of(db, one) for one in db.exec(wanted.order_by(col(Account.id))).all()]
    return [
        ErasureDecider(one.account_id, one.name, one.account_id in runs, one.is_admin, one.departments)
        for one in found
        if one
    ]


def done(db: Session, retro_id: UUID) -> list[DoneView]:
    """What was erased, the latest last. No word of it."""
    rows = db.exec(
        select(Erasure)
        .where(col(Erasure.retro_id) == retro_id, col(Erasure.confirmed_at).is_not(None))
        .order_by(col(Erasure.confirmed_at), col(Erasure.id))
    ).all()
    names = _names(db, rows)
    return [
        DoneView(
            What(row.what),
            row.reason,
            names.get(row.asked_by, LEFT),
            names.get(row.confirmed_by, LEFT),
            row.confirmed_at,
            row.by_any_two,
        )
        for row in rows
        if row.confirmed_at is not None
    ]


def _asked(
    db: Session,
    retro: RetroView,
    me: ErasureDecider | None,
    people: list[ErasureDecider],
    found: dict[str, ErasableText],
) -> Iterator[AskedView]:
    rows = db.exec(
        select(Erasure)
        .where(col(Erasure.retro_id) == retro.id, col(Erasure.confirmed_at).is_(None))
        .order_by(col(Erasure.asked_at), col(Erasure.id))
    ).all()
    names, by_id = _names(db, rows), {one.account_id: one for one in people}
    for row in rows:
        about = about_of(retro, row, found)
        asker = by_id.get(row.asked_by) if row.asked_by else None
        piece = found.get(f"{row.what}:{row.target}")
        yield AskedView(
            id=row.id,
            what=What(row.what),
            text=piece.text if piece else "",
            reason=row.reason,
            asked_by=names.get(row.asked_by, LEFT),
            asked_at=row.asked_at,
            is_mine=me is not None and row.asked_by == me.account_id,
            may_confirm=bool(me and asker and may_confirm(asker, me, people, about)),
            by_any_two=any_two_may(people, about),
        )


def about_of(retro: RetroView, row: Erasure, found: dict[str, ErasableText]) -> frozenset[UUID]:
    """The departments whose people do not decide: of a whole retro, all that took part."""
    if row.what == What.RETRO:
        return frozenset(one.id for one in retro.departments)
    piece = found.get(f"{row.what}:{row.target}")
    return piece.about if piece else frozenset()


def _of_topic(
    db: Session, retro: RetroView, topic: TopicView, late: dict[tuple[UUID, UUID], str], marks: frozenset[str]
) -> Iterator[ErasableText]:
    known = department_names(db)

    def piece(what: What, target: object, text: str, *more: UUID | None, said_by: str = "") -> ErasableText:
        whom = _whom(retro, topic) | {one for one in more if one is not None}
        return ErasableText(what, str(target), text, topic.title, whom, said_by)

    if topic.title != f"Topic {topic.position + 1}":
        yield piece(What.TITLE, topic.id, topic.title)
    for one in topic.entries:
        if one.text:
            what = What.THANKS if one.kind == EntryKind.THANKS else What.ENTRY
            yield piece(what, one.id, one.text, *_whom(retro, one))
    if topic.notes and topic.notes not in marks:
        yield piece(What.NOTES, topic.id, topic.notes)
    for why in topic.whys:
        if why.text not in marks:
            yield piece(What.WHY, why.id, why.text)
    replies = {(topic.id, reply.department_id): reply.text for reply in topic.replies}
    replies |= {key: text for key, text in late.items() if key[0] == topic.id}
    for (_, department_id), text in replies.items():
        if text and text not in marks:
            said_by = known[department_id].name if department_id in known else "A department"
            yield piece(What.REPLY, f"{topic.id}/{department_id}", text, department_id, said_by=said_by)


def _whom(retro: RetroView, told: EntryView | TopicView) -> frozenset[UUID]:
    """The departments that it is about; all that are shown together where it must not be said which of them."""
    named = {told.about_department_id} if told.about_department_id else set()
    pool = {one.id for one in retro.departments if one.pooled} if told.about_pooled else set()
    return frozenset(named | pool)


def _late_replies(db: Session, retro_id: UUID) -> dict[tuple[UUID, UUID], str]:
    row = db.get(Outcome, retro_id)
    document = from_contents(row.contents) if row else None
    return {
        (UUID(topic.id), UUID(one.department_id)): one.text
        for topic in ((*document.topics, *document.not_discussed) if document else ())
        for one in topic.replies
        if topic.id and one.is_late and one.department_id
    }


def _marks(db: Session, retro_id: UUID) -> frozenset[str]:
    """The sentences that stand where words were erased."""
    return frozenset(erased_on(one.confirmed_at.date()) for one in done(db, retro_id))


def _names(db: Session, rows: Iterable[Erasure]) -> dict[UUID | None, str]:
    ids = {one for row in rows for one in (row.asked_by, row.confirmed_by) if one}
    return {row.id: row.shown_name for row in db.exec(select(Account).where(col(Account.id).in_(ids))).all()}
