"""What facilitators send about topics: 204 for htmx, 303 otherwise; sentences, and both texts, where needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.db import Database
from app.retros.rules.names import Stage
from app.topics.queries.topic_board import TopicView
from tests.cast import Cast, Person
from tests.rooms import VotingRoom, a_room, with_topics

HTMX = {"HX-Request": "true"}
TEXTS = ("Cover proofs arrived late", "Cover proofs came late again", "Budget approval waited for weeks")
AtDesk = Callable[["Person"], TestClient]


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, now: datetime) -> VotingRoom:
    return with_topics(a_room(database, cast, now, {"Editorial": 3, "Production": 3}), TEXTS)


def titled(room: VotingRoom, word: str) -> TopicView:
    return next(topic for topic in room.board().topics if any(word in entry.text for entry in topic.entries))


def test_a_move_answers_htmx_with_nothing_and_others_with_the_way_back(
    room: VotingRoom, at_desk: AtDesk, cast: Cast
) -> None:
    frieda, desk = at_desk(cast.frieda), f"/desk/retros/{room.retro_id}"
    proofs, budget = titled(room, "proofs"), titled(room, "Budget")
    moved = {"entry": str(proofs.entries[0].id), "topic": str(budget.id)}
    assert frieda.post(f"{desk}/moves", data=moved, headers=HTMX).status_code == 204
    assert len(titled(room, "Budget").entries) == 2
    answer = frieda.post(f"{desk}/undo")
    assert (answer.status_code, answer.headers["location"]) == (303, desk)
    assert len(titled(room, "Budget").entries) == 1


def test_topics_are_made_split_merged_and_chosen(room: VotingRoom, at_desk: AtDesk, cast: Cast) -> None:
    carla, desk = at_desk(cast.carla), f"/desk/retros/{room.retro_id}"
    proofs, budget = titled(room, "proofs"), titled(room, "Budget")
    first, second = proofs.entries
    made = carla.post(f"{desk}/topics", data={"entry": str(first.id), "title": "Lateness"}, headers=HTMX)
    assert made.status_code == 204
    assert "Lateness" in {topic.title for topic in room.board().topics}
    lateness = next(topic for topic in room.board().topics if topic.title == "Lateness")
    merged = {"topic": [str(lateness.id), str(proofs.id)], "into": str(proofs.id)}
    assert carla.post(f"{desk}/merges", data=merged, headers=HTMX).status_code == 204
    split = {"topic": str(proofs.id), "entry": str(second.id)}
    assert carla.post(f"{desk}/splits", data=split, headers=HTMX).status_code == 204
    chosen = {"topic": [str(budget.id)]}
    assert carla.post(f"{desk}/voted-topics", data=chosen, headers=HTMX).status_code == 204
    assert [topic.id for topic in room.board().topics if topic.voted_on] == [budget.id]
    assert len(room.board().topics) == 3


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_stale_title_shows_both_texts(
    room: VotingRoom, at_desk: AtDesk, cast: Cast, headers: dict[str, str]
) -> None:
    frieda, topic = at_desk(cast.frieda), titled(room, "proofs")
    address = f"/desk/retros/{room.retro_id}/topics/{topic.id}/title"
    assert frieda.post(address, data={"title": "Late <proofs>", "version": "1"}).status_code == 303
    answer = frieda.post(address, data={"title": "No warning & no plan", "version": "1"}, headers=headers)
    assert answer.status_code == 412
    assert "Late &lt;proofs&gt;" in answer.text
    assert "No warning &amp; no plan" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert frieda.post(address, data={"title": "No warning & no plan", "version": "2"}).status_code == 303
    assert titled(room, "proofs").title == "No warning & no plan"


def test_the_discussion_is_written_down(room: VotingRoom, at_desk: AtDesk, cast: Cast) -> None:
    room.move(Stage.VOTE, Stage.DISCUSS)
    frieda, topic = at_desk(cast.frieda), titled(room, "proofs")
    address = f"/desk/retros/{room.retro_id}/topics/{topic.id}"
    sent = {
        "about": {"department": str(cast.production)},
        "notes": {"text": "Two lines\r\nof notes", "version": str(topic.version)},
        "whys": {"text": "Nobody ordered them"},
        "replies": {"department": str(cast.production), "text": "We were short of staff.", "version": "0"},
        "discussed": {"discussed": "yes"},
    }
    for resource, data in sent.items():
        assert frieda.post(f"{address}/{resource}", data=data, headers=HTMX).status_code == 204, resource
    seen = titled(room, "proofs")
    assert seen.notes == "Two lines\nof notes"
    assert [why.text for why in seen.whys] == ["Nobody ordered them"]
    assert [reply.text for reply in seen.replies] == ["We were short of staff."]
    assert seen.discussed
    gone = {"why": str(seen.whys[0].id)}
    assert frieda.post(f"{address}/whys", data=gone, headers=HTMX).status_code == 204
    assert titled(room, "proofs").whys == ()


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("moves", {}, 422),
        ("moves", {"entry": "no-id"}, 422),
        ("moves", {"entry": "00000000-0000-4000-8000-000000000000"}, 422),
        ("merges", {"topic": "", "into": ""}, 422),
        ("splits", {}, 422),
        ("undo", {}, 409),
        ("topics/{topic}/title", {"title": "  "}, 422),
        ("topics/{topic}/title", {"title": "x" * 121, "version": "1"}, 422),
        ("topics/{topic}/title", {"title": "bell \x07", "version": "1"}, 422),
        ("topics/{topic}/title", {"title": "Fine", "version": "soon"}, 422),
        ("topics/{topic}/notes", {"text": "Too early", "version": "1"}, 409),
        ("topics/00000000-0000-4000-8000-000000000000/title", {"title": "Fine", "version": "1"}, 404),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    room: VotingRoom, at_desk: AtDesk, cast: Cast, path: str, data: dict[str, str], status: int
) -> None:
    address = f"/desk/retros/{room.retro_id}/{path}".replace("{topic}", str(titled(room, "proofs").id))
    answer = at_desk(cast.frieda).post(address, data=data, headers=HTMX)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_others_may_not_touch_topics(room: VotingRoom, at_desk: AtDesk, cast: Cast) -> None:
    desk = f"/desk/retros/{room.retro_id}"
    assert at_desk(cast.edda).post(f"{desk}/undo").status_code == 403
    assert at_desk(cast.sven).post(f"{desk}/undo").status_code == 404


def test_proposals_are_answered_with_one_tap(room: VotingRoom, at_desk: AtDesk, cast: Cast) -> None:
    carla, desk = at_desk(cast.carla), f"/desk/retros/{room.retro_id}"
    proofs = titled(room, "proofs")
    assert "Accept the remaining" in carla.get(desk).text
    assert carla.post(f"{desk}/acceptances", data={"topic": str(proofs.id)}, headers=HTMX).status_code == 204
    assert titled(room, "proofs").proposal == "accepted"
    assert carla.post(f"{desk}/undo").status_code == 303
    assert carla.post(f"{desk}/acceptances", data={"every": "yes"}).status_code == 303
    assert room.board().proposed == 0
    assert carla.post(f"{desk}/refusals", data={"topic": str(proofs.id)}, headers=HTMX).status_code == 204
    assert [len(topic.entries) for topic in room.board().topics] == [1, 1, 1]
    refused = carla.post(f"{desk}/refusals", data={"topic": str(titled(room, "Budget").id)}, headers=HTMX)
    assert refused.status_code == 422
    assert "made by people" in refused.text
    assert carla.post(f"{desk}/refusals", data={}).status_code == 422


def test_accepting_redraws_one_topic_and_shows_the_room_nothing_of_it(
    room: VotingRoom, at_desk: AtDesk, cast: Cast
) -> None:
    from app.board.reactions import pieces_of
    from app.topics.events import TopicsChanged

    seen: list[TopicsChanged] = []
    app_database = room.database
    app_database.bus.inside(TopicsChanged, lambda _, fact: seen.append(fact))
    desk, proofs = f"/desk/retros/{room.retro_id}", titled(room, "proofs")
    at_desk(cast.frieda).post(f"{desk}/acceptances", data={"topic": str(proofs.id)})
    assert pieces_of(seen[-1]) == {f"topic-{proofs.id}", "mover"}
    assert ">accepted<" not in at_desk(cast.frieda).get(f"{desk}/screen").text


def test_an_admin_reads_what_became_of_proposals(room: VotingRoom, at_desk: AtDesk, cast: Cast) -> None:
    ada = at_desk(cast.ada)
    assert "Nothing to tell yet" in ada.get("/desk/proposals").text
    at_desk(cast.frieda).post(f"/desk/retros/{room.retro_id}/acceptances", data={"every": "yes"})
    room.move(Stage.VOTE)
    told = " ".join(ada.get("/desk/proposals").text.split())
    assert 'Of <strong class="number">1</strong> proposal so far' in told
    assert '<strong class="number">1</strong> was kept on purpose' in told
    assert at_desk(cast.frieda).get("/desk/proposals").status_code == 404
