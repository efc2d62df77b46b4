"""The outcome as Markdown. What people wrote is escaped: it can be read, but cannot become structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.core.patterns import bounded
from app.outcomes.rules.document import ActionPart, Document, EntryPart, NamedDepartment, TallyPart, TopicPart
from app.outcomes.rules.words import KINDS, SCOPES, STANDINGS, STATES, gone

_EVERYWHERE = bounded(r"([\\`*_\[\]<>|~#&])")
_AT_THE_START = bounded(r"^([-+=]|\d{1,9}(?=[.)]))")
_BARE_LINK = bounded(r"(?i)\b(https?|ftp|mailto|www)(?=[:.])")


def outcome_markdown(document: Document, states: Mapping[str, str] | None = None) -> str:
    """The whole outcome; `states`: action id -> its present state."""
    lines = [
        *_head(document),
        *_topics("What was discussed", document.topics, document.with_wording),
        *_topics(
            "What was said" if document.imported_from else "Not discussed",
            document.not_discussed,
            document.with_wording,
        ),
        *_entries("In no topic", document.in_no_topic),
        *_entries("Thanks", document.thanks),
        *_actions(document.actions, states or {}),
        *_questions(document),
    ]
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    """Text that somebody typed, on one line, as itself: no heading, list, link, table or HTML can come of it."""
    line = " ".join(text.split())
    line = _EVERYWHERE.sub(r"\\\1", line)
    line = _AT_THE_START.sub(lambda found: f"\\{found[1]}" if not found[1].isdigit() else f"{found[1]}\\", line)
    # A zero-width joiner would change the text: a backslash before the colon or dot stops bare links just as well.
    return _BARE_LINK.sub(r"\1\\", line)


def _head(document: Document) -> Iterator[str]:
    yield f"# {escaped(document.title)}"
    yield ""
    yield f"Project: {escaped(document.project)}{_span(document)}  "
    if document.imported_from:
        yield f"Held: {document.held}, brought here from {escaped(document.imported_from)}  "
    elif document.closed_at is not None:
        yield f"Closed: {document.closed_at.date().isoformat()}  "
    yield f"Departments: {', '.join(escaped(one.name) for one in document.departments)}  "
    if document.took_part is not None:
        expected = f" of {document.counted} expected" if document.counted else ""
        yield f"Took part: {document.took_part}{expected}"
    yield ""
    if not document.was_revealed:
        yield "This retro was stopped before anything was revealed."
        yield ""
    elif not document.claims_anonymity:
        yield f"Fewer than {document.k} people took part: this outcome makes no claim of anonymity."
        yield ""
    for notice in document.notices:
        yield f"- {escaped(notice)}"
    if document.notices:
        yield ""


def _span(document: Document) -> str:
    days = [day.isoformat() for day in (document.project_started, document.project_ended) if day]
    return f" ({' to '.join(days)})" if days else ""


def _topics(title: str, topics: Iterable[TopicPart], with_wording: bool) -> Iterator[str]:
    topics = tuple(topics)
    if not topics:
        return
    yield f"## {title}"
    yield ""
    if not with_wording:
        yield "What people and departments said is left out of this copy."
        yield ""
    for topic in topics:
        yield from _topic(topic)


def _topic(topic: TopicPart) -> Iterator[str]:
    yield f"### {escaped(topic.title)}"
    yield ""
    if topic.about:
        yield f"- About: {escaped(topic.about.name)}"
    if topic.standing:
        yield f"- {STANDINGS.get(topic.standing, topic.standing)}"
    if topic.blind_spot:
        yield f"- Blind spot: {escaped(topic.blind_spot.name)} sees it less than the others"
    if topic.vote_words:
        yield f"- {topic.vote_words[0].upper()}{topic.vote_words[1:]}"
    yield from (_tally(tally) for tally in topic.tallies)
    yield from (_entry(entry) for entry in topic.entries)
    yield ""
    yield from _said(topic)


def _tally(tally: TallyPart) -> str:
    """Outcomes that were fixed before have figures beside "no clear vote", too."""
    group = escaped(tally.group.name)
    away = "no clear vote" if tally.stayed_away else ""
    figures = f"agree: {tally.agree}; disagree: {tally.disagree}" if tally.agree else ""
    return f"- {group}: {'; '.join(one for one in (figures, away) if one)}"


def _said(topic: TopicPart) -> Iterator[str]:
    if topic.notes:
        yield "Notes:"
        yield ""
        yield from (f"> {escaped(line)}  " for line in topic.notes.splitlines() if line.strip())
        yield ""
    if topic.whys:
        yield "Why:"
        yield ""
        yield from (f"{number}. {escaped(why)}" for number, why in enumerate(topic.whys, 1))
        yield ""
    for reply in topic.replies:
        yield f"{escaped(reply.department.name)} {'replied after the close' if reply.is_late else 'replies'}:"
        yield ""
        yield from (f"> {escaped(line)}  " for line in reply.text.splitlines() if line.strip())
        yield ""


def _entries(title: str, entries: Iterable[EntryPart]) -> Iterator[str]:
    entries = tuple(entries)
    if not entries:
        return
    yield f"## {title}"
    yield ""
    yield from (_entry(entry) for entry in entries)
    yield ""


def _entry(entry: EntryPart) -> str:
    missing = gone(entry)
    text = f"({escaped(missing)})" if missing else escaped(entry.text)
    facts = [_from(entry.by), _about(entry.about), entry.dimension or ""]
    said = "; ".join(one for one in facts if one)
    return f"- **{KINDS.get(entry.kind, entry.kind)}**: {text}{f' ({said})' if said else ''}"


def _from(department: NamedDepartment | None) -> str:
    return escaped(department.name) if department else ""


def _about(department: NamedDepartment | None) -> str:
    return f"about {escaped(department.name)}" if department else ""


def _actions(actions: tuple[ActionPart, ...], states: Mapping[str, str]) -> Iterator[str]:
    yield "## Actions"
    yield ""
    if not actions:
        yield "No action was written down."
    for number, action in enumerate(actions, 1):
        yield f"{number}. **{escaped(action.title)}** ({action.kind})"
        yield from (f"   - {label}: {value}" for label, value in _action_facts(action, states) if value)
    yield ""


def _action_facts(action: ActionPart, states: Mapping[str, str]) -> list[tuple[str, str]]:
    state = states.get(action.id, "")
    return [
        ("Done when", escaped(action.done_when)),
        ("Owner", escaped(action.owner)),
        ("Provided by", _from(action.providing)),
        ("Asked for by", _from(action.requesting)),
        ("Due", action.due_on.isoformat() if action.due_on else ""),
        ("Priority", action.priority if action.priority != "normal" else ""),
        ("Cause", action.cause),
        ("Scope", SCOPES.get(action.scope, action.scope)),
        ("Sponsor", escaped(action.sponsor)),
        ("Topic", escaped(action.topic)),
        ("Link", f"`{action.link.replace('`', '%60')}`" if action.link else ""),
        ("State now", STATES.get(state, state)),
        ("Not complete", "a required field was missing at the close" if action.is_unfinished else ""),
    ]


def _questions(document: Document) -> Iterator[str]:
    for title, counts, said, lowest in (
        ("Safety check", document.safety, document.safety_said, 1),
        ("Return on time invested", document.roti, document.roti_said, 0),
    ):
        if counts is None and not said:
            continue
        yield f"## {title}"
        yield ""
        if said:
            yield said
        if counts is not None:
            yield "| Answer | How many |"
            yield "| ---: | ---: |"
            yield from (f"| {answer} | {count} |" for answer, count in enumerate(counts, lowest))
        yield ""
