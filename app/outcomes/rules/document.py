"""The outcome of a retro as plain values: what every way of showing it is made from. Says no more than the room saw.

There is no place here for an author, a seat, an entry's id or an exact count below ten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from app.topics.rules.topic import pointed
from app.votes.rules.ranking import dots_in_words, ranks_in_words

VERSION = 1


@dataclass(frozen=True, slots=True)
class NamedDepartment:
    """A department: its name, and the index of its colour (None: the pool of small departments, or everyone)."""

    name: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class EntryPart:
    """A revealed entry. `text` is empty when it was hidden (why, and by whom) or erased later (on which day).
    `signed`: it speaks for `department` on purpose."""

    kind: str
    text: str
    department: NamedDepartment | None
    about: NamedDepartment | None
    dimension: str | None
    hidden_reason: str | None = None
    hidden_role: str = ""
    erased_on: date | None = None
    signed: bool = False

    @property
    def by(self) -> NamedDepartment | None:
        """Who said it, as it is shown beside it."""
        if self.department is None or not self.signed:
            return self.department
        return NamedDepartment(f"{self.department.name}, signed", self.department.index)


@dataclass(frozen=True, slots=True)
class TallyPart:
    """What one group of k or more said, in the words of the screen ('4 of 6', 'nearly all').

    `stayed_away`: no clear vote; only older outcomes have figures beside it.
    """

    group: NamedDepartment
    agree: str
    disagree: str
    stayed_away: bool = False


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """What a department replies. `is_late`: after the close, by a department that did not vote; only such a reply
    can still be changed, so only it has `department_id` and a `version` above 0."""

    department: NamedDepartment
    text: str
    is_late: bool = False
    department_id: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class TopicPart:
    """A topic; `standing`, dots and ranks are None when it was not voted on. Ranks count from 1. `id` finds the topic
    again when a department replies after the close; older outcomes have none. `title_entry`: place among the entries
    of the one that the title is taken from, at `title_run`; `number`: what the topic is called without a title."""

    title: str
    titled_by_person: bool
    about: NamedDepartment | None
    standing: str | None
    blind_spot: NamedDepartment | None
    dots: int | None
    rank_cast: int | None
    rank_weighed: int | None
    tallies: tuple[TallyPart, ...]
    entries: tuple[EntryPart, ...]
    notes: str
    whys: tuple[str, ...]
    replies: tuple[ReplyPart, ...]
    id: str = ""
    title_entry: int | None = None
    title_run: tuple[int, int] = (0, 0)
    number: int = 0
    dots_are_about: bool = False

    @property
    def vote_words(self) -> str:
        """Its dots and ranks; '' when it was not voted on."""
        if self.dots is None or self.rank_cast is None or self.rank_weighed is None:
            return ""
        return f"{dots_in_words(self.dots, self.dots_are_about)}: {ranks_in_words(self.rank_cast, self.rank_weighed)}"


@dataclass(frozen=True, slots=True)
class ActionPart:
    """An action as it was read back. `id` finds its present state; the rest is fixed. `topic`: its title."""

    id: str
    kind: str
    title: str
    done_when: str
    owner: str
    providing: NamedDepartment | None
    requesting: NamedDepartment | None
    due_on: date | None
    priority: str
    cause: str
    scope: str
    sponsor: str
    topic: str
    link: str
    is_unfinished: bool
    topic_id: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The outcome. Histograms run from the lowest answer; None: not asked, or fewer than k answered."""

    title: str
    project: str
    project_started: date | None
    project_ended: date | None
    closed_at: datetime | None
    departments: tuple[NamedDepartment, ...]
    took_part: int | None
    counted: int | None
    k: int
    claims_anonymity: bool
    was_revealed: bool
    labels: str
    topics: tuple[TopicPart, ...]
    not_discussed: tuple[TopicPart, ...]
    in_no_topic: tuple[EntryPart, ...]
    thanks: tuple[EntryPart, ...]
    actions: tuple[ActionPart, ...]
    safety: tuple[int, ...] | None
    roti: tuple[int, ...] | None
    notices: tuple[str, ...]
    with_wording: bool = True
    safety_said: str = ""
    roti_said: str = ""
    """What is said where answers are not counted out."""
    imported_from: str = ""
    """What the history is called that it came with; '': it was held here."""
    held: str = ""
    """Of imported history: its day as exactly as the source says it."""


def to_contents(document: Document) -> dict[str, Any]:
    """As JSON values, with the version of this shape."""
    contents: dict[str, Any] = _plain(asdict(document))
    return {"version": VERSION, **contents}


def to_be_kept(document: Document) -> dict[str, Any]:
    """The same for the database: of a title that is taken from an entry only the place where it stands is kept."""
    known = {one.id for one in (*document.topics, *document.not_discussed) if one.id}

    def without_copies(every: tuple[TopicPart, ...]) -> tuple[TopicPart, ...]:
        return tuple(one if one.title_entry is None else replace(one, title="") for one in every)

    actions = tuple(replace(one, topic="") if one.topic_id in known else one for one in document.actions)
    return to_contents(
        replace(
            document,
            topics=without_copies(document.topics),
            not_discussed=without_copies(document.not_discussed),
            actions=actions,
        )
    )


def from_contents(contents: Mapping[str, Any]) -> Document:
    """Back from JSON values. Fields that a later shape added take their defaults."""
    known = {one.name for one in fields(Document)}
    values: dict[str, Any] = {name: value for name, value in contents.items() if name in known}
    values["project_started"] = _day(values["project_started"])
    values["project_ended"] = _day(values["project_ended"])
    values["closed_at"] = datetime.fromisoformat(values["closed_at"]) if values["closed_at"] else None
    values["departments"] = tuple(NamedDepartment(**one) for one in values["departments"])
    for name in ("topics", "not_discussed"):
        values[name] = tuple(_topic(one) for one in values[name])
    for name in ("in_no_topic", "thanks"):
        values[name] = tuple(_entry(one) for one in values[name])
    values["actions"] = tuple(action_from(one) for one in values["actions"])
    for name in ("safety", "roti"):
        values[name] = tuple(values[name]) if values[name] is not None else None
    values["notices"] = tuple(values["notices"])
    called = {one.id: one.title for one in (*values["topics"], *values["not_discussed"]) if one.id}
    values["actions"] = tuple(
        replace(one, topic=one.topic or called.get(one.topic_id, "")) for one in values["actions"]
    )
    return Document(**values)


def title_of(topic: TopicPart) -> str:
    """What a topic is called: what was kept of it, else what its entry says, else its number."""
    if topic.title:
        return topic.title
    there = topic.title_entry is not None and topic.title_entry < len(topic.entries)
    text = topic.entries[topic.title_entry or 0].text if there else ""
    start, end = topic.title_run
    return pointed(text[start : end or None]) or f"Topic {topic.number}"


def without_wording(document: Document) -> Document:
    """For readers outside the departments that took part: what people and departments said is left out.

    A title that nobody gave may repeat an entry's words, so it goes too.
    """

    def silent(topic: TopicPart, number: int) -> TopicPart:
        title = topic.title if topic.titled_by_person else f"Topic {number}"
        return replace(topic, title=title, title_entry=None, entries=(), notes="", whys=(), replies=())

    discussed = tuple(silent(topic, number) for number, topic in enumerate(document.topics, 1))
    rest = tuple(silent(topic, number) for number, topic in enumerate(document.not_discussed, 1 + len(discussed)))
    shown = {one.title for one in document.topics + document.not_discussed if one.titled_by_person}
    actions = tuple(replace(one, topic=one.topic if one.topic in shown else "") for one in document.actions)
    return replace(
        document,
        topics=discussed,
        not_discussed=rest,
        in_no_topic=(),
        thanks=(),
        actions=actions,
        with_wording=False,
    )


def with_reply(document: Document, topic_id: str, reply: ReplyPart) -> Document:
    """The outcome with a department's late reply to a topic in place of its earlier one; empty takes it out."""

    def said(topic: TopicPart) -> TopicPart:
        if topic.id != topic_id:
            return topic
        kept = [one for one in topic.replies if not (one.is_late and one.department_id == reply.department_id)]
        return replace(topic, replies=(*kept, reply) if reply.text else tuple(kept))

    return replace(
        document,
        topics=tuple(said(one) for one in document.topics),
        not_discussed=tuple(said(one) for one in document.not_discussed),
    )


def action_to(action: ActionPart) -> dict[str, Any]:
    """An action as JSON values."""
    plain: dict[str, Any] = _plain(asdict(action))
    return plain


def action_from(values: Mapping[str, Any]) -> ActionPart:
    """Back from JSON values."""
    return ActionPart(
        **{
            **values,
            "due_on": _day(values["due_on"]),
            "providing": _named(values["providing"]),
            "requesting": _named(values["requesting"]),
        }
    )


def _topic(values: Mapping[str, Any]) -> TopicPart:
    start, end = values.get("title_run", (0, 0))
    topic = TopicPart(
        **{
            **values,
            "title_run": (start, end),
            "about": _named(values["about"]),
            "blind_spot": _named(values["blind_spot"]),
            "tallies": tuple(
                TallyPart(**{**one, "group": NamedDepartment(**one["group"])}) for one in values["tallies"]
            ),
            "entries": tuple(_entry(one) for one in values["entries"]),
            "whys": tuple(values["whys"]),
            "replies": tuple(
                ReplyPart(**{**one, "department": NamedDepartment(**one["department"])}) for one in values["replies"]
            ),
        }
    )
    return replace(topic, title=title_of(topic)) if topic.number else topic


def _entry(values: Mapping[str, Any]) -> EntryPart:
    parts = {"department": _named(values["department"]), "about": _named(values["about"])}
    return EntryPart(**{**values, **parts, "erased_on": _day(values.get("erased_on"))})


def _named(values: Mapping[str, Any] | None) -> NamedDepartment | None:
    return None if values is None else NamedDepartment(**values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value
