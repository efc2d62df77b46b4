"""Where one more text goes among groups that keep their identity."""

import numpy as np
import pytest

from app.meaning.rules.assigning import assign
from app.meaning.rules.frames import centred, frame_of, unit

CENTROIDS = np.eye(3, 8, dtype=np.float32)


def towards(group: int, cosine: float) -> np.ndarray:
    """A unit vector with this cosine to one centroid and none to the others."""
    vector = np.zeros(8, dtype=np.float32)
    vector[group], vector[7] = cosine, np.sqrt(1 - cosine**2)
    return vector


def test_a_text_joins_the_nearest_group():
    placed = assign(towards(1, 0.8), CENTROIDS)
    assert placed.index == 1
    assert placed.likeness == pytest.approx(0.8)
    assert placed.doubt == 0


def test_a_text_that_nothing_is_like_starts_a_group():
    placed = assign(towards(1, 0.05), CENTROIDS)
    assert placed.index is None
    assert placed.runner_up == 1


def test_at_the_border_it_is_doubtful():
    assert assign(towards(1, 0.34), CENTROIDS).doubt > 0.8


def test_between_two_groups_it_is_doubtful_and_both_are_named():
    placed = assign(unit(towards(1, 0.8)[None] + towards(2, 0.78)[None])[0], CENTROIDS)
    assert (placed.index, placed.runner_up) == (1, 2)
    assert placed.doubt > 0.5


def test_a_text_far_from_every_centroid_is_voted_for_by_its_likes():
    text = towards(2, 0.2)
    members = np.stack([text, text, CENTROIDS[1]])
    placed = assign(text, CENTROIDS, members, np.array([2, 2, 1]))
    assert placed.index == 2
    assert placed.doubt >= 0.5


def test_among_no_groups_every_text_is_new():
    placed = assign(towards(0, 1.0), np.zeros((0, 8), dtype=np.float32))
    assert placed.index is None
    assert placed.runner_up is None


def test_sums_serve_as_centroids_and_halves_as_members():
    members = np.eye(3, 8, dtype=np.float16)
    placed = assign(towards(0, 0.9), CENTROIDS * 7, members, np.arange(3))
    assert placed.index == 0


def test_a_frame_starts_at_the_phrases_and_goes_to_the_texts():
    phrases, texts = np.eye(2, 4, dtype=np.float32)[:1], np.eye(4, 4, dtype=np.float32)[2:3]
    assert frame_of(texts[:0], phrases).middle == pytest.approx(phrases[0])
    assert frame_of(np.repeat(texts, 50, axis=0), phrases).middle == pytest.approx([0.5, 0, 0.5, 0])
    seen = frame_of(np.repeat(texts, 100_000, axis=0), phrases).see(phrases)
    assert np.linalg.norm(seen[0]) == pytest.approx(1, abs=1e-5)


def test_two_texts_are_not_seen_from_their_own_middle():
    pair = unit(np.array([[1.0, 0.9], [0.9, 1.0]]))
    assert centred(pair)[0] @ centred(pair)[1] > 0.9
