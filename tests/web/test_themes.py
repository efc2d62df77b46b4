"""Putting themes in order at the desk: without JavaScript, by those who may, and what nobody else reads."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete

from app.core.db import Database
from app.themes.models import Theme, ThemeSuggestion, ThemeTopic
from app.themes.queries import themes
from app.themes.service import taking_in
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.history import past_retro, wrong
from tests.recurring import SAID, brought, themes_now

AtDesk = Callable[[Person], TestClient]
pytestmark = only_sqlite
REVIEW = "/desk/themes/review"


@pytest.fixture
def filled(app: FastAPI, database: Database, cast: Cast, now: datetime) -> Database:
    """One placement is made doubtful: whether an encoder leaves one in this small history is chance."""
    brought(database, cast, sorted(SAID), imported=False)
    taking_in.take_in(database, now)
    topic_id = topic_ids(database, theme_with(database, "agenda"))[0]
    with database.transaction() as db:
        db.get_one(ThemeTopic, topic_id).doubt = 0.8
    return database


def words(html: str) -> str:
    plain = unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]))
    return " ".join(plain.split())


def theme_with(database: Database, text: str) -> UUID:
    return next(at for at, own in themes_now(database).items() if any(text in said for _, said in own))


def topic_ids(database: Database, theme_id: UUID) -> list[UUID]:
    from sqlmodel import select

    with database.reading() as db:
        return sorted(db.exec(select(ThemeTopic.topic_id).where(ThemeTopic.theme_id == theme_id)))


def test_with_nothing_to_look_at_it_says_what_to_do(app: FastAPI, at_desk: AtDesk, cast: Cast) -> None:
    page = words(at_desk(cast.frieda).get(REVIEW).text)
    assert "Nothing to review" in page
    assert "Go to the themes" in page


def test_one_tap_confirms_and_undo_asks_again(filled: Database, at_desk: AtDesk, cast: Cast) -> None:
    desk = at_desk(cast.frieda)
    first = re.search(r'name="topic" value="([0-9a-f-]{36})"', desk.get(REVIEW).text)
    assert first
    answer = desk.post("/desk/themes/placements", data={"topic": first[1], "theme": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, REVIEW)
    page = desk.get(REVIEW).text
    assert f'value="{first[1]}"' not in page
    assert "Last change: a topic was confirmed in" in words(page)
    desk.post("/desk/themes/undo", data={"back": REVIEW})
    assert f'value="{first[1]}"' in desk.get(REVIEW).text


def test_the_runner_up_something_found_or_something_new(filled: Database, at_desk: AtDesk, cast: Cast) -> None:
    desk, scanner = at_desk(cast.frieda), theme_with(filled, "scanner password")
    coffee = next(one for one in topic_ids(filled, theme_with(filled, "coffee")))
    with filled.transaction() as db:
        name = db.get_one(Theme, scanner).name
    page = desk.get(REVIEW, params={"topic": str(coffee), "search": name}).text
    assert f'name="theme" value="{scanner}"' in page
    desk.post("/desk/themes/placements", data={"topic": str(coffee), "theme": str(scanner)})
    assert coffee in topic_ids(filled, scanner)
    desk.post("/desk/themes/placements", data={"topic": str(coffee), "theme": "new", "name": "Coffee"})
    with filled.reading() as db:
        new = db.get_one(ThemeTopic, coffee).theme_id
        assert themes.theme(db, new, for_=cast.frieda.visitor).name == "Coffee"


def test_a_proposed_merge_is_taken_or_refused_for_ever(
    filled: Database, at_desk: AtDesk, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.themes.service import proposing

    monkeypatch.setattr(proposing, "PROPOSE_MERGE", 0.25)
    proposing.propose_merges(filled)
    desk = at_desk(cast.frieda)
    pair = re.search(
        r'name="theme" value="([0-9a-f-]{36})"><input type="hidden" name="other" value="([0-9a-f-]{36})"',
        desk.get(REVIEW).text,
    )
    assert pair
    desk.post("/desk/themes/distinctions", data={"theme": pair[1], "other": pair[2]})
    assert (
        f'name="theme" value="{pair[1]}"><input type="hidden" name="other" value="{pair[2]}"'
        not in desk.get(REVIEW).text
    )
    desk.post("/desk/themes/merges", data={"theme": pair[1], "into": pair[2], "back": REVIEW})
    with filled.reading() as db:
        assert themes.theme(db, UUID(pair[1]), for_=cast.sven.visitor).id == UUID(pair[2])
    assert desk.get(f"/desk/themes/{pair[1]}/edit").headers["location"] == f"/desk/themes/{pair[2]}/edit"


def test_ticked_topics_are_split_off_or_moved(filled: Database, at_desk: AtDesk, cast: Cast) -> None:
    desk, scanner, agenda = at_desk(cast.frieda), theme_with(filled, "scanner password"), theme_with(filled, "agenda")
    one, two = topic_ids(filled, scanner)[:2]
    answer = desk.post(
        f"/desk/themes/{scanner}/topics", data={"topic": [str(one)], "into": "new", "name": "Lost passwords"}
    )
    split = UUID(answer.headers["location"].split("/")[3])
    assert topic_ids(filled, split) == [one]
    assert "Lost passwords" in words(desk.get(f"/desk/themes/{split}/edit").text)
    desk.post(f"/desk/themes/{scanner}/topics", data={"topic": [str(two)], "into": str(agenda)})
    assert two in topic_ids(filled, agenda)


def test_nothing_ticked_or_everything_is_said_and_what_was_typed_stays(
    filled: Database, at_desk: AtDesk, cast: Cast
) -> None:
    desk, scanner = at_desk(cast.frieda), theme_with(filled, "scanner password")
    answer = desk.post(f"/desk/themes/{scanner}/topics", data={"into": "new", "name": "Typed"})
    assert answer.status_code == 422
    assert "Choose at least one topic first" in words(answer.text)
    assert 'value="Typed"' in answer.text
    every = [str(one) for one in topic_ids(filled, scanner)]
    answer = desk.post(f"/desk/themes/{scanner}/topics", data={"topic": every, "into": "new"})
    assert answer.status_code == 422
    assert answer.text.count(" checked") == len(every)
    answer = desk.post(f"/desk/themes/{scanner}/name", data={"name": "x" * 121})
    assert (answer.status_code, "121 characters" in words(answer.text)) == (422, True)


def test_naming_closing_and_opening_again(filled: Database, at_desk: AtDesk, cast: Cast) -> None:
    desk, scanner = at_desk(cast.frieda), theme_with(filled, "scanner password")
    desk.post(f"/desk/themes/{scanner}/name", data={"name": "Nobody can scan"})
    desk.post(f"/desk/themes/{scanner}/closing", data={"inconclusive": "yes"})
    page = words(desk.get(f"/desk/themes/{scanner}/edit").text)
    assert "Nobody can scan" in page
    assert "nobody can tell whether it is over" in page
    desk.post(f"/desk/themes/{scanner}/reopening")
    assert "It is over: close the theme" in words(desk.get(f"/desk/themes/{scanner}/edit").text)


def test_saying_of_which_kind_it_is(filled: Database, at_desk: AtDesk, cast: Cast) -> None:
    desk, scanner = at_desk(cast.frieda), theme_with(filled, "scanner password")
    desk.post(f"/desk/themes/{scanner}/kind", data={"kind": "tools_access"})
    page = desk.get(f"/desk/themes/{scanner}/edit").text
    assert '<option value="tools_access" selected>Tools and access</option>' in page
    assert "the kind was said of" in words(page)
    refused = desk.post(f"/desk/themes/{scanner}/kind", data={"kind": "made_up"})
    assert (refused.status_code, "Choose one of the kinds in the list." in words(refused.text)) == (422, True)
    assert at_desk(cast.mia).post(f"/desk/themes/{scanner}/kind", data={"kind": ""}).status_code == 403


def test_a_map_of_a_kind_without_a_theme_says_where_kinds_are_said(app: FastAPI, at_desk: AtDesk, cast: Cast) -> None:
    nothing = words(at_desk(cast.frieda).get("/desk/friction?kind=meetings").text)
    assert "No theme of this kind was spoken of in this time." in nothing
    assert "All kinds" in nothing


def test_who_may(filled: Database, at_desk: AtDesk, cast: Cast) -> None:
    """Admins, facilitators, leads of what their departments took part in; nobody else, not even to look."""
    scanner = theme_with(filled, "scanner password")
    for person, status in ((cast.ada, 200), (cast.frieda, 200), (cast.edda, 200), (cast.mia, 403), (cast.sven, 403)):
        assert at_desk(person).get(REVIEW).status_code == status
        assert at_desk(person).get(f"/desk/themes/{scanner}/edit").status_code == status
    assert at_desk(cast.mia).post(f"/desk/themes/{scanner}/name", data={"name": "Mine"}).status_code == 403
    assert at_desk(cast.frieda).get(f"/desk/themes/{uuid4()}/edit").status_code == 404


def test_wording_is_for_those_who_took_part_and_never_of_a_group_under_k(
    filled: Database, cast: Cast, now: datetime
) -> None:
    """Everybody else sees the theme and its counts; and of a room of fewer than k nobody reads it here."""
    small = past_retro(
        filled, cast, date(2026, 2, 2), [wrong("The scanner password was unknown here too")],
        seats={"Editorial": None, "Production": None}, taken_in=False,
    )  # fmt: skip
    taking_in.take_in(filled, now)
    scanner = theme_with(filled, "scanner password")
    with filled.reading() as db:
        seen = {
            name: themes.topics_of_theme(db, scanner, getattr(cast, name).visitor).topics
            for name in ("mia", "sven", "ada")
        }
        assert len({len(topics) for topics in seen.values()}) == 1
        for name, topics in seen.items():
            for one in topics:
                readable = name != "sven" and one.retro_id != small
                assert bool(one.title) == bool(one.texts) == readable
                assert bool(one.retro_title) == (name != "sven")
                assert one.wrong == 1
        assert themes.theme(db, scanner, for_=cast.sven.visitor).topics == len(seen["sven"])


def test_a_lead_sorts_only_what_the_department_took_part_in(
    filled: Database, cast: Cast, now: datetime, at_desk: AtDesk
) -> None:
    past_retro(
        filled, cast, date(2026, 2, 2), [wrong("The scanner password was unknown to Rights")],
        seats={"Rights": 8, "Sales": 8}, taken_in=False,
    )  # fmt: skip
    taking_in.take_in(filled, now)
    scanner = theme_with(filled, "scanner password")
    with filled.reading() as db:
        shown = themes.topics_of_theme(db, scanner, cast.edda.visitor).topics
        theirs = next(one.id for one in shown if not one.is_ours)
    desk = at_desk(cast.edda)
    page = desk.get(f"/desk/themes/{scanner}/edit").text
    assert f'value="{theirs}"' not in page
    assert "to Rights" not in page
    assert (
        desk.post(f"/desk/themes/{scanner}/topics", data={"topic": [str(theirs)], "into": "new"}).status_code == 404
    )


def test_a_big_theme_comes_a_page_of_retros_at_a_time(
    filled: Database, at_desk: AtDesk, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest retros first; each topic on one page, and nobody asks for a page that is not there."""
    monkeypatch.setattr(sys.modules["app.themes.queries.themes"], "RETROS_A_PAGE", 1)
    scanner = theme_with(filled, "scanner password")
    every = {str(one) for one in topic_ids(filled, scanner)}
    desk, found = at_desk(cast.frieda), list[str]()
    pages = 0
    while True:
        pages += 1
        text = desk.get(f"/desk/themes/{scanner}/edit?page_number={pages}").text
        found += re.findall(r'name="topic" value="([0-9a-f-]{36})"', text)
        if f"page_number={pages + 1}" not in text:
            break
    assert pages > 1
    assert sorted(found) == sorted(every)
    assert "They end before this page" in words(desk.get(f"/desk/themes/{scanner}/edit?page_number={pages + 1}").text)


def test_a_suggested_parting_and_a_suggested_name_are_answered_with_one_tap_each(
    filled: Database, at_desk: AtDesk, cast: Cast
) -> None:
    desk, scanner, agenda = at_desk(cast.frieda), theme_with(filled, "scanner password"), theme_with(filled, "agenda")
    leaves = [str(one) for one in topic_ids(filled, scanner)[:1]]
    with filled.transaction() as db:
        db.execute(delete(ThemeSuggestion))
        db.add(
            ThemeSuggestion(theme_id=scanner, kind="split", name="Passwords", topics=leaves, stays=[], strength=0.5)
        )
        db.add(ThemeSuggestion(theme_id=agenda, kind="rename", name="No agendas", topics=[], stays=[], strength=0.5))
        for one in (scanner, agenda):
            db.get_one(Theme, one).name = f"Odd {one}"
    page = words(desk.get(REVIEW).text)
    assert f"1 of {len(topic_ids(filled, scanner))} topics become “ Passwords ”" in page
    assert "Call it “ No agendas ”" in page

    answer = desk.post("/desk/themes/partings", data={"theme": str(scanner), "answer": "whole"})
    assert (answer.status_code, answer.headers["location"]) == (303, REVIEW)
    page = words(desk.get(REVIEW).text)
    assert "Passwords" not in page
    assert "was kept as one" in page
    desk.post("/desk/themes/undo", data={"back": REVIEW})
    desk.post("/desk/themes/partings", data={"theme": str(scanner), "answer": "part"})
    assert leaves[0] not in {str(one) for one in topic_ids(filled, scanner)}

    desk.post("/desk/themes/kept-names", data={"theme": str(agenda)})
    assert "No agendas" not in words(desk.get(REVIEW).text)
    desk.post("/desk/themes/undo", data={"back": REVIEW})
    answer = desk.post(f"/desk/themes/{agenda}/name", data={"name": "No agendas", "back": REVIEW})
    assert answer.headers["location"] == REVIEW
    with filled.reading() as db:
        assert db.get_one(Theme, agenda).named_by_person

    elsewhere = desk.post(f"/desk/themes/{agenda}/name", data={"name": "No agendas", "back": "https://evil.example"})
    assert elsewhere.headers["location"] == f"/desk/themes/{agenda}/edit"
    assert at_desk(cast.sven).post("/desk/themes/kept-names", data={"theme": str(agenda)}).status_code in (403, 404)
