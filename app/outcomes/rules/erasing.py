"""Erasing after the close: which words, why, and who may decide it together; and an outcome without them. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from app.meaning.rules.words import stems
from app.outcomes.rules.document import Document, EntryPart, TopicPart
from app.topics.rules.topic import cut, is_shared


class What(StrEnum):
    """Which kind of text is erased. `all`: what everybody wrote in a retro, when the time that it is kept is over."""

    ENTRY = "entry"
    THANKS = "thanks"
    TITLE = "title"
    NOTES = "notes"
    WHY = "why"
    REPLY = "reply"
    RETRO = "retro"
    ALL = "all"


class Reason(StrEnum):
    """Why words are erased: a fixed list, so that a reason cannot say them again."""

    NAMES_A_PERSON = "names_a_person"
    INSULTS = "insults"
    CONFIDENTIAL = "confidential"
    ASKED_FOR = "asked_for"
    KEPT_LONG_ENOUGH = "kept_long_enough"


@dataclass(frozen=True, slots=True)
class ErasureDecider:
    """Somebody who runs this retro or looks after the house, with their departments."""

    account_id: UUID
    name: str
    runs_it: bool
    is_admin: bool
    departments: frozenset[UUID]

    def completes(self, other: ErasureDecider) -> bool:
        """Whether these are two people, one who runs the retro and one admin."""
        pair = (self.runs_it and other.is_admin) or (self.is_admin and other.runs_it)
        return pair and self.account_id != other.account_id


def outside(people: Collection[ErasureDecider], about: Collection[UUID]) -> list[ErasureDecider]:
    """Those who belong to none of the departments that the text is about."""
    return [one for one in people if not one.departments & set(about)]


def any_two_may(people: Collection[ErasureDecider], about: Collection[UUID]) -> bool:
    """Whether there is no facilitator with an admin, both of no department that the text is about: then any two of
    those who run the retro or look after the house may, and it is said so."""
    return not any(one.completes(other) for one, other in combinations(outside(people, about), 2))


def may_ask(person: ErasureDecider, people: Collection[ErasureDecider], about: Collection[UUID]) -> bool:
    """Whether this person can be one of the two."""
    if any_two_may(people, about):
        return True
    return any(person.completes(other) for other in outside(people, about)) and not person.departments & set(about)


def may_confirm(
    asked: ErasureDecider, second: ErasureDecider, people: Collection[ErasureDecider], about: Collection[UUID]
) -> bool:
    """Whether the second completes the first: never the same person twice."""
    if asked.account_id == second.account_id:
        return False
    if any_two_may(people, about):
        return True
    return asked.completes(second) and len(outside([asked, second], about)) == 2


def months_before(now: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last of that month."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def without_entry(document: Document, words: str, topic_id: str, day: date) -> Document:
    """The outcome without the words of one entry, which says when they were erased; and without them where notes,
    replies or titles quote them. What is counted stays."""
    found = False

    def once(entries: Sequence[EntryPart]) -> tuple[EntryPart, ...]:
        nonlocal found
        kept = []
        for one in entries:
            if not found and one.text == words:
                found, one = True, replace(one, text="", erased_on=day)
            kept.append(one)
        return tuple(kept)

    def of(topics: Sequence[TopicPart], own: bool) -> tuple[TopicPart, ...]:
        return tuple(
            replace(one, entries=once(one.entries)) if (one.id == topic_id) is own else one for one in topics
        )

    for own in (True, False):
        document = replace(document, topics=of(document.topics, own), not_discussed=of(document.not_discussed, own))
    document = replace(document, in_no_topic=once(document.in_no_topic), thanks=once(document.thanks))
    return _each_topic(document, lambda topic: _unquoted(topic, words))


def without_any_entry(document: Document, day: date) -> Document:
    """The outcome without the words of any entry, title of the machine and thanks."""

    def silent(entries: Sequence[EntryPart]) -> tuple[EntryPart, ...]:
        return tuple(one if one.hidden_reason else replace(one, text="", erased_on=day) for one in entries)

    document = replace(document, in_no_topic=silent(document.in_no_topic), thanks=silent(document.thanks))
    return _each_topic(document, lambda topic: replace(topic, entries=silent(topic.entries)))


def with_text(document: Document, topic_id: str, stood: str, instead: str) -> Document:
    """The outcome with other words where a topic's notes, whys or replies said these. Topics of the first outcomes
    have no id: there the words themselves are looked for."""

    def said(topic: TopicPart) -> TopicPart:
        if topic.id not in ("", topic_id):
            return topic
        return replace(
            topic,
            notes=instead if topic.notes == stood else topic.notes,
            whys=tuple(instead if one == stood else one for one in topic.whys),
            replies=tuple(replace(one, text=instead) if one.text == stood else one for one in topic.replies),
        )

    return _each_topic(document, said)


@dataclass(frozen=True, slots=True)
class TopicTitle:
    """What a topic is called now: see `TopicPart`."""

    title: str
    titled_by_person: bool
    title_entry: int | None
    title_run: tuple[int, int]
    number: int


def with_titles(document: Document, called: Mapping[str, TopicTitle]) -> Document:
    """The outcome with its topics called as they are now, by their ids. One without an id, of the first outcomes,
    loses a title of the machine that no two entries share any more."""
    texts = [set(stems(one.text)) for topic in _topics(document) for one in topic.entries]
    places = {id(topic): place for place, topic in enumerate(_topics(document), 1)}

    def titled(topic: TopicPart) -> TopicPart:
        now = called.get(topic.id)
        if now is not None:
            return replace(
                topic,
                title=now.title,
                titled_by_person=now.titled_by_person,
                title_entry=now.title_entry,
                title_run=now.title_run,
                number=now.number,
            )
        if topic.titled_by_person or is_shared(stems(topic.title), texts):
            return topic
        return replace(topic, title=f"Topic {places[id(topic)]}")

    retitled = _each_topic(document, titled)
    names = {one.id: one.title for one in _topics(retitled) if one.id}
    before = {old.title: new.title for old, new in zip(_topics(document), _topics(retitled), strict=True)}
    actions = tuple(
        replace(one, topic=names.get(one.topic_id) or before.get(one.topic, one.topic)) for one in document.actions
    )
    return replace(retitled, actions=actions)


def _unquoted(topic: TopicPart, words: str) -> TopicPart:
    return replace(
        topic,
        title=cut(topic.title, words),
        notes=cut(topic.notes, words),
        whys=tuple(cut(one, words) for one in topic.whys),
        replies=tuple(replace(one, text=cut(one.text, words)) for one in topic.replies),
    )


def _topics(document: Document) -> tuple[TopicPart, ...]:
    return (*document.topics, *document.not_discussed)


def _each_topic(document: Document, change: Callable[[TopicPart], TopicPart]) -> Document:
    return replace(
        document,
        topics=tuple(change(one) for one in document.topics),
        not_discussed=tuple(change(one) for one in document.not_discussed),
    )
