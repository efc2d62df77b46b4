"""Erases words of closed retros for good: asked by one, done when another confirms. Counts stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.anonymity.service import shuffle
from app.core import security_log
from app.core.errors import Invalid, NotFound, Refusal
from app.entries.service import withdrawing
from app.outcomes.models import Erasure, Outcome
from app.outcomes.queries.erasing import ErasableText, about_of, pieces, those_who_decide
from app.outcomes.queries.outcomes import OutcomeIsNotReady
from app.outcomes.rules.document import Document, from_contents, to_be_kept
from app.outcomes.rules.erasing import (
    ErasureDecider,
    Reason,
    TopicTitle,
    What,
    any_two_may,
    may_ask,
    may_confirm,
    with_text,
    with_titles,
    without_entry,
)
from app.outcomes.rules.words import erased_on
from app.people.rules import Visitor
from app.retros.queries.retros import get
from app.retros.queries.views import RetroView
from app.retros.rules.refusals import NotYourRetro
from app.themes.service import erasing
from app.topics.queries.topic_board import TopicView, board
from app.topics.service import erasing as erasing_service

shuffle.scrub_words_too(Outcome)


class NotOneOfTheTwo(Refusal):
    status = 403
    sentence = (
        "Words are erased by two people who belong to none of the departments that they are about: one who ran this "
        "retro and one admin."
    )


class NotTheSecond(Refusal):
    status = 403
    sentence = (
        "Somebody else has to confirm this: of who ran this retro and an admin, the one who did not ask, and of no "
        "department that the text is about."
    )


class NothingToErase(Invalid):
    sentence = "Please choose a text, and why it is erased."


class TextIsGone(Refusal):
    sentence = "This text is not there any more, so there is nothing to erase."


def ask(db: Session, visitor: Visitor, retro_id: UUID, key: str, reason: str, now: datetime) -> UUID:
    """Ask for one text to be erased; nothing changes until a second person confirms. Asked twice is asked once.

    Raises NotFound, NotYourRetro, OutcomeIsNotReady, Invalid, TextIsGone, NotOneOfTheTwo.
    """
    retro, _ = _closed(db, visitor, retro_id)
    if reason not in set(Reason) - {Reason.KEPT_LONG_ENOUGH}:
        raise NothingToErase
    if not key:
        raise NothingToErase
    piece = _piece(db, retro, key)
    people = those_who_decide(db, retro)
    me = _person(people, visitor.account_id)
    if me is None or not may_ask(me, people, piece.about):
        raise NotOneOfTheTwo
    waiting = select(Erasure.id).where(
        Erasure.retro_id == retro_id, Erasure.what == piece.what, Erasure.target == piece.target
    )
    found = db.exec(waiting.where(col(Erasure.confirmed_at).is_(None))).first()
    if found is not None:
        return found
    row = Erasure(
        retro_id=retro_id,
        what=piece.what,
        target=piece.target,
        reason=reason,
        asked_by=visitor.account_id,
        asked_at=now,
    )
    db.add(row)
    db.flush()
    return row.id


def cancel_erasure(db: Session, visitor: Visitor, retro_id: UUID, erasure_id: UUID) -> None:
    """Nothing is erased after all: by who asked, or by anybody who could decide. Nothing of it is kept.

    Raises NotFound, NotYourRetro.
    """
    _closed(db, visitor, retro_id)
    db.delete(_waiting(db, retro_id, erasure_id))
    db.flush()


def confirm(db: Session, visitor: Visitor, retro_id: UUID, erasure_id: UUID, now: datetime) -> None:
    """The second person says yes: the words go from tables, outcome, titles and vectors, and then from the files.

    Raises NotFound, NotYourRetro, TextIsGone, NotTheSecond.
    """
    retro, outcome = _closed(db, visitor, retro_id)
    row = _waiting(db, retro_id, erasure_id)
    found = {one.key: one for one in pieces(db, retro)}
    piece = found.get(f"{row.what}:{row.target}")
    if piece is None:
        raise TextIsGone
    people, about = those_who_decide(db, retro), about_of(retro, row, found)
    asked, second = _person(people, row.asked_by), _person(people, visitor.account_id)
    if asked is None or second is None or not may_confirm(asked, second, people, about):
        raise NotTheSecond
    document = _without(db, retro, from_contents(outcome.contents), piece, now.date())
    keep(db, outcome, document)
    row.target, row.confirmed_by, row.confirmed_at = "", visitor.account_id, now
    row.by_any_two = any_two_may(people, about)
    db.flush()
    forget_for_good(db)
    security_log.happened("words_erased", retro=retro_id, by=visitor.account_id, asked_by=row.asked_by, what=row.what)


def keep(db: Session, row: Outcome, document: Document) -> None:
    """The fixed outcome without what was erased, with its topics called as they are now."""
    db.flush()
    called = {str(topic.id): _called(topic) for topic in board(db, row.retro_id).topics}
    row.contents = to_be_kept(with_titles(document, called))
    db.add(row)
    db.flush()


def forget_for_good(db: Session) -> None:
    """After the commit the files forget the words, too."""
    shuffle.scrub_on_commit(db, anew=True, words=True)


def _without(db: Session, retro: RetroView, document: Document, piece: ErasableText, day: date) -> Document:
    mark = erased_on(day)
    if piece.what in (What.ENTRY, What.THANKS):
        return _without_entry(db, retro.id, document, UUID(piece.target), day)
    if piece.what is What.WHY:
        topic_id, stood = erasing_service.erase_why(db, retro.id, UUID(piece.target), mark)
        return with_text(document, str(topic_id), stood, mark)
    topic_id = UUID(piece.target.partition("/")[0])
    if piece.what is What.NOTES:
        return with_text(document, str(topic_id), erasing_service.erase_notes(db, retro.id, topic_id, mark), mark)
    if piece.what is What.REPLY:
        erasing_service.erase_reply(db, retro.id, topic_id, UUID(piece.target.partition("/")[2]), mark)
        return with_text(document, str(topic_id), piece.text, mark)
    erasing_service.erase_title(db, retro.id, topic_id)
    erasing.words_are_gone(db, retro.id, [topic_id])
    return document


def _without_entry(db: Session, retro_id: UUID, document: Document, entry_id: UUID, day: date) -> Document:
    holding = [one.id for one in board(db, retro_id).topics if entry_id in {entry.id for entry in one.entries}]
    words = withdrawing.erase(db, retro_id, entry_id)
    erasing_service.words_are_gone(db, retro_id, words)
    erasing.words_are_gone(db, retro_id, holding)
    return without_entry(document, words, str(holding[0]) if holding else "", day)


def _called(topic: TopicView) -> TopicTitle:
    told = [one for one in topic.entries if one.kind != "thanks"]
    source = next((place for place, one in enumerate(told) if one.id == topic.title_entry_id), None)
    number = topic.position + 1
    title = f"Topic {number}" if topic.title_entry_id and source is None else topic.title
    return TopicTitle(title, topic.titled_by_person, source, topic.title_run, number)


def _closed(db: Session, visitor: Visitor, retro_id: UUID) -> tuple[RetroView, Outcome]:
    retro = get(db, retro_id, for_=visitor)
    if not (retro.is_helped_by(visitor) or visitor.is_admin):
        raise NotYourRetro
    row = db.get(Outcome, retro_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise OutcomeIsNotReady
    return retro, row


def _piece(db: Session, retro: RetroView, key: str) -> ErasableText:
    found = next((one for one in pieces(db, retro) if one.key == key), None)
    if found is None:
        raise TextIsGone
    return found


def _waiting(db: Session, retro_id: UUID, erasure_id: UUID) -> Erasure:
    row = db.get(Erasure, erasure_id, with_for_update=True)
    if row is None or row.retro_id != retro_id or row.confirmed_at is not None:
        raise NotFound
    return row


def _person(people: Collection[ErasureDecider], account_id: UUID | None) -> ErasureDecider | None:
    return next((one for one in people if one.account_id == account_id), None)
