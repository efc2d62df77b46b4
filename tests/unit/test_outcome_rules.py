"""The outcome in other shapes: nothing that somebody typed can become structure or a formula."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.core.spreadsheet import harmless
from app.outcomes.rules.document import (
    ActionPart,
    Document,
    EntryPart,
    NamedDepartment,
    ReplyPart,
    TallyPart,
    TopicPart,
    from_contents,
    to_contents,
    without_wording,
)
from app.outcomes.rules.markdown import escaped, outcome_markdown
from app.outcomes.rules.sharing import link_is_open
from app.outcomes.rules.table import outcome_csv

EDITORIAL, PRODUCTION = NamedDepartment("Editorial", 3), NamedDepartment("Production", 7)


def document(words: str = "The proofs came on Friday", **changed: object) -> Document:
    """An outcome in which every text is `words`."""
    entry = EntryPart("went_wrong", words, EDITORIAL, PRODUCTION, "quality")
    topic = TopicPart(
        title=words,
        titled_by_person=True,
        about=PRODUCTION,
        standing="agreed",
        blind_spot=EDITORIAL,
        dots=9,
        rank_cast=1,
        rank_weighed=2,
        tallies=(TallyPart(EDITORIAL, "4 of 6", "almost nobody"),),
        entries=(entry,),
        notes=f"{words}\n{words}",
        whys=(words,),
        replies=(ReplyPart(PRODUCTION, words),),
    )
    action = ActionPart(
        id="a1",
        kind="action",
        title=words,
        done_when=words,
        owner=words,
        providing=PRODUCTION,
        requesting=EDITORIAL,
        due_on=date(2026, 4, 1),
        priority="high",
        cause="prevent",
        scope="above_us",
        sponsor=words,
        topic=words,
        link="https://example.org/1",
        is_unfinished=False,
    )
    values: dict[str, object] = {
        "title": words,
        "project": words,
        "project_started": date(2026, 1, 5),
        "project_ended": date(2026, 3, 6),
        "closed_at": datetime(2026, 3, 17, 12, tzinfo=UTC),
        "departments": (EDITORIAL, PRODUCTION),
        "took_part": 12,
        "counted": 13,
        "k": 5,
        "claims_anonymity": True,
        "was_revealed": True,
        "labels": "kept",
        "topics": (topic,),
        "not_discussed": (topic,),
        "in_no_topic": (entry,),
        "thanks": (EntryPart("thanks", words, None, EDITORIAL, None),),
        "actions": (action,),
        "safety": (0, 1, 2, 5, 4),
        "roti": (0, 0, 2, 6, 4),
        "notices": (words,),
    }
    return Document(**{**values, **changed})  # type: ignore[arg-type]


texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)
nasty = st.lists(
    st.sampled_from(
        ["# a", "- a", "1. a", "2) a", "> a", "***", "---", "===", "```", "~~~", "|a|b|", "[a](b)", "![a](b)", "<b>",
         "<!-- a", "&amp;", "`a`", "**a**", "_a_", "\\", "  ", "\n", "\n\n", "\t", "http://a.b", "www.a.b", "é", "😀"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


def shape(text: str) -> list[tuple[str, str, str]]:
    """The structure of a Markdown text: its tokens without the words."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = []
    for token in parser.parse(text):
        if token.type == "inline":
            kinds = [child.type for child in token.children or [] if child.type not in ("text", "softbreak")]
            found.append(("inline", "", ",".join(kinds)))
        else:
            found.append((token.type, token.tag, str(token.level)))
    return found


PLAIN = shape(outcome_markdown(document("plain words")))


@settings(deadline=None)
@given(texts | nasty)
def test_no_text_can_change_the_structure_of_the_markdown(text: str) -> None:
    typed = " ".join(text.split()) or "a"
    assert shape(outcome_markdown(document(typed))) == PLAIN
    rendered = MarkdownIt("commonmark").parse(escaped(typed))
    assert [token.type for token in rendered] == ["paragraph_open", "inline", "paragraph_close"]


def test_line_breaks_in_notes_stay_inside_their_quote() -> None:
    notes = "one\n# two\n\n- three\n> four"
    there = document()
    topic = replace(there.topics[0], notes=notes)
    parsed = MarkdownIt("commonmark").parse(outcome_markdown(replace(there, topics=(topic,), not_discussed=())))
    kinds = [token.type for token in parsed]
    headings = [token for token in parsed if token.type == "heading_open"]
    assert kinds.count("blockquote_open") == 2, "the notes and the reply"
    assert [token.tag for token in headings].count("h3") == 1
    assert [token.tag for token in headings].count("h1") == 1


@settings(deadline=None)
@given(nasty | texts)
def test_escaped_text_reads_as_it_was_typed(text: str) -> None:
    one_line = " ".join(text.split())
    inline = [token for token in MarkdownIt("commonmark").parse(escaped(text)) if token.type == "inline"]
    read = "".join(child.content for token in inline for child in token.children or [])
    assert read == one_line.replace("\x00", "�")


def test_the_markdown_says_what_the_page_says() -> None:
    text = outcome_markdown(document(), {"a1": "promised"})
    for words in (
        "agree: 4 of 6; disagree: almost nobody",
        "Blind spot: Editorial",
        "State now: promised",
        "12 of 13 expected",
    ):
        assert words in text, words
    assert "Sponsor: The proofs came on Friday" in text
    assert "## Not discussed" in text


def test_a_stopped_retro_says_so() -> None:
    text = outcome_markdown(document(was_revealed=False, topics=(), not_discussed=(), thanks=(), actions=()))
    assert "stopped before anything was revealed" in text
    assert "no claim of anonymity" in outcome_markdown(document(claims_anonymity=False))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_starts_a_formula(start: str) -> None:
    table = outcome_csv(document(f"{start}cmd|' /C calc'!A0"), {"a1": "promised"})
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert {row["part"] for row in rows} == {"entry", "action"}
    cells = [cell for row in rows for cell in row.values()]
    assert any(cell.startswith(f"'{start}") for cell in cells)
    assert not any(cell.startswith(start) for cell in cells)


@settings(deadline=None)
@given(texts)
def test_the_table_gives_every_text_back(text: str) -> None:
    table = outcome_csv(document(text), {})
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert len(rows) == 5
    assert all(row["text"] == harmless(text) for row in rows)


@settings(deadline=None)
@given(texts)
def test_fixed_contents_come_back_whole(text: str) -> None:
    there = document(text)
    assert from_contents(json.loads(json.dumps(to_contents(there)))) == there


def test_nothing_open_survives_the_way_to_contents_and_back() -> None:
    bare = document(project_started=None, project_ended=None, closed_at=None, safety=None, roti=None, counted=None)
    assert from_contents(to_contents(bare)) == bare


def test_a_copy_without_wording_holds_nothing_that_was_said() -> None:
    said = document("PROOFS-LATE", title="Atlas", project="Atlas project", notices=(), actions=())
    copy = without_wording(said)
    assert not copy.with_wording
    kept = json.dumps(to_contents(copy))
    assert kept.count("PROOFS-LATE") == 2, "only the two titles that a person gave"
    assert "4 of 6" in kept


def test_a_title_that_nobody_gave_may_repeat_an_entry_and_goes_too() -> None:
    there = document("PROOFS-LATE", title="Atlas", project="Atlas", notices=())
    unnamed = tuple(replace(topic, titled_by_person=False) for topic in there.topics)
    copy = without_wording(
        document("PROOFS-LATE", title="A", project="A", notices=(), topics=unnamed, not_discussed=())
    )
    assert copy.topics[0].title == "Topic 1"
    assert copy.actions[0].topic == ""


def test_a_link_ends_by_time_or_by_being_taken_back() -> None:
    now = datetime(2026, 3, 17, 12, tzinfo=UTC)
    assert link_is_open(now + timedelta(seconds=1), None, now)
    assert not link_is_open(now, None, now)
    assert not link_is_open(now + timedelta(days=9), now, now)
