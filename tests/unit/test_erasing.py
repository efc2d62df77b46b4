"""Words go for good: hidden ones at the close, withdrawn ones when they are withdrawn, others when two people say so.

Each word that must go is one that nothing else says, and is looked for in the raw files of both databases.
"""

from __future__ import annotations

import itertools
import json
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.models import Entry
from app.entries.queries import entries as entries_of
from app.entries.rules.names import HiddenRole
from app.outcomes.models import Erasure, Outcome
from app.outcomes.queries import outcomes
from app.outcomes.rules.document import to_contents
from app.outcomes.rules.erasing import ErasureDecider, any_two_may, may_ask, may_confirm
from app.outcomes.rules.markdown import outcome_markdown
from app.outcomes.rules.table import outcome_csv
from app.outcomes.service import erasing as service
from app.people.models import Membership
from app.retros.rules.refusals import NotYourRetro
from app.themes.models import Theme, ThemeTopic, TopicCount, TopicVector
from app.themes.service import taking_in
from app.topics.models import Topic, TopicChange
from app.topics.queries.topic_board import board
from app.topics.service import changes, grouping
from tests.builders import Room
from tests.cast import Cast
from tests.erasing import (
    ERASED,
    HIDDEN,
    KEPT,
    SHARED,
    WITHDRAWN,
    a_room_of_words,
    close,
    entry,
    erase,
    hide,
    holding,
    in_files,
    key_of,
    withdraw,
    word,
)


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    return a_room_of_words(house, cast, clock)


class TestTitlesThatPoint:
    def test_a_title_taken_from_one_entry_is_stored_in_the_entry_alone(self, house: Database, room: Room) -> None:
        told = holding(house, room, entry(house, room, ERASED))
        assert any(told.title.lower() in one.text.lower() for one in told.entries)
        with house.reading() as db:
            stored = {row.id: row for row in db.exec(select(Topic)).all()}
            assert stored[told.id].title == ""
            assert stored[told.id].title_entry_id in {one.id for one in told.entries}
            for topic in stored.values():
                assert not topic.title or "proofs" in topic.title.lower()

    def test_words_that_several_entries_share_are_a_title_of_their_own(self, house: Database, room: Room) -> None:
        shared = holding(house, room, entry(house, room, SHARED[0]))
        with house.reading() as db:
            assert db.get_one(Topic, shared.id).title == shared.title

    def test_a_hidden_or_withdrawn_entry_is_in_no_title_and_in_no_undo(
        self, house: Database, room: Room, clock: SetClock
    ) -> None:
        cast = room.cast
        first, second = entry(house, room, HIDDEN), entry(house, room, KEPT)
        with house.transaction() as db:
            into = holding(house, room, second).id
            grouping.move_entries(db, cast.frieda.visitor, room.id, [first], into)
        with house.transaction() as db:
            grouping.split(db, cast.frieda.visitor, room.id, into, [first])
        alone = holding(house, room, first)
        assert alone.title.lower() in HIDDEN.lower()
        hide(house, room, HIDDEN)
        assert holding(house, room, first).title == f"Topic {alone.position + 1}"
        with house.reading() as db:
            steps = json.dumps([row.what for row in db.exec(select(TopicChange)).all()])
        assert word(HIDDEN).lower() not in steps.lower()
        with house.transaction() as db:
            changes.undo(db, cast.frieda.visitor, room.id)
        with house.reading() as db:
            assert all(word(HIDDEN).lower() not in one.title.lower() for one in board(db, room.id).topics)

    def test_a_shared_title_goes_when_only_one_entry_still_says_it(self, house: Database, room: Room) -> None:
        topic = holding(house, room, entry(house, room, SHARED[0]))
        for text in SHARED[:2]:
            hide(house, room, text)
        now = holding(house, room, entry(house, room, SHARED[2]))
        assert now.id == topic.id
        with house.reading() as db:
            row = db.get_one(Topic, topic.id)
            assert (row.title, row.title_entry_id) == ("", entry(house, room, SHARED[2]))

    def test_undo_brings_no_title_back_that_hidden_entries_shared(self, house: Database, room: Room) -> None:
        cast = room.cast
        topic = holding(house, room, entry(house, room, SHARED[0]))
        with house.transaction() as db:
            grouping.rename(db, cast.frieda.visitor, room.id, topic.id, "Lateness", topic.version)
        for text in SHARED:
            hide(house, room, text)
        with house.transaction() as db:
            changes.undo(db, cast.frieda.visitor, room.id)
        with house.reading() as db:
            called = {one.title for one in board(db, room.id).topics}
            steps = json.dumps([row.what for row in db.exec(select(TopicChange)).all()])
        assert topic.title not in called
        assert topic.title not in steps

    def test_a_title_sent_as_it_was_drawn_does_not_become_a_copy(self, house: Database, room: Room) -> None:
        told = holding(house, room, entry(house, room, ERASED))
        with house.transaction() as db:
            grouping.rename(db, room.cast.frieda.visitor, room.id, told.id, told.title, told.version)
        with house.reading() as db:
            assert db.get_one(Topic, told.id).title == ""

    def test_what_a_person_typed_stays(self, house: Database, room: Room) -> None:
        told = holding(house, room, entry(house, room, HIDDEN))
        with house.transaction() as db:
            grouping.rename(db, room.cast.frieda.visitor, room.id, told.id, "Plans", told.version)
        hide(house, room, HIDDEN)
        assert holding(house, room, told.entries[0].id).title == "Plans"


class TestHiding:
    def test_hiding_says_by_whom_and_why_in_the_outcome_too(
        self, house: Database, room: Room, clock: SetClock
    ) -> None:
        found = hide(house, room, HIDDEN, room.cast.carla)
        with house.reading() as db:
            shown = next(one for one in entries_of(db, room.id) if one.id == found)
        assert (shown.text, shown.hidden_role) == ("", HiddenRole.CO_FACILITATOR)
        close(house, room, clock)
        with house.reading() as db:
            document = outcomes.outcome(db, room.id, for_=room.cast.edda.visitor).document
        said = "Hidden by a co-facilitator: it named a person; its words were erased at the close"
        assert said.replace("-", "\\-") in outcome_markdown(document, {}) or said in outcome_markdown(document, {})
        assert said in outcome_csv(document, {})

    def test_at_the_close_words_go_from_the_files_and_counts_stay(
        self, house: Database, room: Room, clock: SetClock
    ) -> None:
        found = hide(house, room, HIDDEN)
        assert in_files(house, word(HIDDEN)), "else this shows nothing"
        withdraw(house, room, WITHDRAWN)
        close(house, room, clock)
        assert in_files(house, word(HIDDEN), word(WITHDRAWN), word(ERASED)) == [word(ERASED)]
        with house.reading() as db:
            row = db.get_one(Entry, found)
            assert (row.text, row.erased, row.kind, row.hidden_reason) == ("", True, "went_wrong", "names_a_person")

    def test_a_hidden_entry_that_kept_its_words_would_be_found(
        self, house: Database, room: Room, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The planted leak: without the erasing the search finds the word."""
        monkeypatch.setattr("app.entries.service.withdrawing.erase_hidden", lambda *_: None)
        hide(house, room, HIDDEN)
        close(house, room, clock)
        assert in_files(house, word(HIDDEN)) == [word(HIDDEN)]

    def test_a_copied_title_would_be_found(
        self, house: Database, room: Room, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The planted leak: a title that copies its entry."""
        told = holding(house, room, entry(house, room, HIDDEN))
        with house.transaction() as db:
            row = db.get_one(Topic, told.id)
            row.title, row.titled_by_person = told.title, True
        hide(house, room, HIDDEN)
        close(house, room, clock)
        assert in_files(house, told.title.split()[0])


class TestErasing:
    def test_two_people_take_the_words_of_an_entry_out_of_tables_outcome_and_files(
        self, house: Database, room: Room, clock: SetClock
    ) -> None:
        close(house, room, clock, notes=f"As one said:\n{ERASED}. We agree.", why="Because nobody wiped it up")
        taking_in.take_in(house, clock.now(), [room.id])
        told = holding(house, room, entry(house, room, ERASED))
        with house.reading() as db:
            before = db.get_one(TopicVector, told.id).vector
            counts = sorted(str(row) for row in db.exec(select(TopicCount)).all())
        erase(house, room, clock, key_of(house, room, ERASED), room.cast.frieda, room.cast.ada)
        assert in_files(house, word(ERASED), "Quittengelee", "dripped") == []
        with house.reading() as db:
            document = outcomes.outcome(db, room.id, for_=room.cast.edda.visitor).document
            assert db.get_one(TopicVector, told.id).vector != before
            assert sorted(str(row) for row in db.exec(select(TopicCount)).all()) == counts
            assert db.get(ThemeTopic, told.id) is not None
            names = [theme.name.lower() for theme in db.exec(select(Theme)).all()]
        assert not any("dripped" in name or "quittengelee" in name for name in names)
        whole = json.dumps(to_contents(document)) + outcome_markdown(document, {}) + outcome_csv(document, {})
        assert "Quittengelee" not in whole
        day = clock.now().date()
        assert f"Erased on {day.day} {day:%b %Y}" in whole
        assert "As one said:" in whole
        assert "[erased]" in whole
        (title,) = [one.title for one in (*document.topics, *document.not_discussed) if one.id == str(told.id)]
        assert title == holding(house, room, told.entries[0].id).title
        assert not {"quittengelee", "dripped", "contract"} & set(title.lower().split())

    def test_notes_whys_replies_and_titles_can_be_erased(self, house: Database, room: Room, clock: SetClock) -> None:
        close(house, room, clock, notes="Kirschkern said so", why="Pflaumenmus was cheaper")
        for text in ("Kirschkern said so", "Pflaumenmus was cheaper"):
            erase(house, room, clock, key_of(house, room, text), room.cast.ada, room.cast.frieda)
        assert in_files(house, "Kirschkern", "Pflaumenmus") == []
        told = holding(house, room, entry(house, room, SHARED[0]))
        erase(house, room, clock, f"title:{told.id}", room.cast.ada, room.cast.frieda)
        assert holding(house, room, entry(house, room, SHARED[0])).title == f"Topic {told.position + 1}"
        with house.reading() as db:
            document = outcomes.outcome(db, room.id, for_=room.cast.edda.visitor).document
            found = db.exec(select(Erasure)).all()
            rows = sorted((row.what, row.target, row.confirmed_by) for row in found)
        assert document.topics[0].notes.startswith("Erased on ")
        assert [why.startswith("Erased on ") for why in document.topics[0].whys] == [True]
        assert rows == [
            ("notes", "", room.cast.frieda.id),
            ("title", "", room.cast.frieda.id),
            ("why", "", room.cast.frieda.id),
        ]

    def test_nothing_goes_before_the_second_person_and_it_can_be_taken_back(
        self, house: Database, room: Room, clock: SetClock
    ) -> None:
        close(house, room, clock)
        frieda, key = room.cast.frieda, key_of(house, room, ERASED)
        with house.transaction() as db:
            asked = service.ask(db, frieda.visitor, room.id, key, "insults", clock.now())
            assert service.ask(db, frieda.visitor, room.id, key, "insults", clock.now()) == asked
        with pytest.raises(service.NotTheSecond), house.transaction() as db:
            service.confirm(db, frieda.visitor, room.id, asked, clock.now())
        assert entry(house, room, ERASED)
        with house.transaction() as db:
            service.cancel_erasure(db, frieda.visitor, room.id, asked)
        with house.reading() as db:
            assert db.exec(select(Erasure)).all() == []

    def test_who_neither_ran_it_nor_looks_after_the_house_decides_nothing(
        self, house: Database, room: Room, clock: SetClock
    ) -> None:
        close(house, room, clock)
        key = key_of(house, room, ERASED)
        for person in (room.cast.edda, room.cast.mia):
            with pytest.raises(NotYourRetro), house.transaction() as db:
                service.ask(db, person.visitor, room.id, key, "insults", clock.now())

    def test_the_fixed_outcome_points_too(self, house: Database, room: Room, clock: SetClock) -> None:
        close(house, room, clock)
        with house.reading() as db:
            kept = json.dumps(db.get_one(Outcome, room.id).contents)
        assert kept.count("Quittengelee") == 1


def people(**departments: str) -> dict[str, ErasureDecider]:
    """`f...` runs it, `a...` is an admin, `b...` is both; the value names a department, '' none."""
    ids = {"M": UUID(int=1), "E": UUID(int=2)}
    return {
        name: ErasureDecider(uuid4(), name, name[0] in "fb", name[0] in "ab", frozenset({ids[of]} if of else set()))
        for name, of in departments.items()
    }


ABOUT = frozenset({UUID(int=1)})


class TestWhoDecides:
    def test_one_who_runs_it_and_an_admin_neither_of_the_department(self) -> None:
        who = people(f="", fm="M", a="E", am="M", b="")
        everybody = list(who.values())
        assert not any_two_may(everybody, ABOUT)
        may = {
            (one, other)
            for one, other in itertools.product(who, who)
            if may_confirm(who[one], who[other], everybody, ABOUT)
        }
        assert may == {("f", "a"), ("a", "f"), ("f", "b"), ("b", "f"), ("a", "b"), ("b", "a")}
        assert {name for name in who if may_ask(who[name], everybody, ABOUT)} == {"f", "a", "b"}

    @pytest.mark.parametrize(
        "who", [{"f": "M", "a": ""}, {"f": "", "a": "M"}, {"f": "", "f2": ""}, {"b": "", "f": "M"}]
    )
    def test_where_there_are_none_any_two_may_and_it_is_known(self, who: dict[str, str]) -> None:
        some = list(people(**who).values())
        assert any_two_may(some, ABOUT)
        assert may_confirm(some[0], some[1], some, ABOUT)

    def test_nobody_is_both(self) -> None:
        for who in ({"b": ""}, {"b": "M"}, {"b": "", "a": ""}):
            some = list(people(**who).values())
            assert not any(may_confirm(one, one, some, ABOUT) for one in some)


def test_the_record_says_that_any_two_decided(house: Database, room: Room, clock: SetClock) -> None:
    """The only admin belongs to the department that the entry is about."""
    cast = room.cast
    with house.transaction() as db:
        db.add(Membership(account_id=cast.ada.id, department_id=cast.marketing))
    close(house, room, clock)
    erase(house, room, clock, key_of(house, room, ERASED), cast.frieda, cast.ada)
    with house.reading() as db:
        assert [row.by_any_two for row in db.exec(select(Erasure)).all()] == [True]
