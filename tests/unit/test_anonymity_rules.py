"""The pure rules under the promise: tags, sealing, pooling."""

import os
import uuid

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from app.anonymity.rules import pooling
from app.anonymity.rules.sealing import ENTRY_SIZE, VOTE_SIZE, seal, unseal
from app.anonymity.rules.tags import looks_like_a_secret, new_seat_secret, tag

FULL = os.environ.get("FENCEPOST_FULL") == "1"
RETRO = uuid.UUID(int=7)
KEY = bytes(range(32))


def test_a_tag_differs_by_secret_purpose_retro_and_thing():
    secret = new_seat_secret()
    tags = {
        tag(secret, "entry", RETRO, "1"),
        tag(secret, "entry", RETRO, "2"),
        tag(secret, "dot", RETRO, "1"),
        tag(secret, "entry", uuid.UUID(int=8), "1"),
        tag(new_seat_secret(), "entry", RETRO, "1"),
    }
    assert len(tags) == 5
    assert tag(secret, "entry", RETRO, "1") in tags


def test_only_what_can_be_a_seat_secret_is_taken_from_a_cookie():
    assert looks_like_a_secret(new_seat_secret())
    for broken in ("", "x", "é" * 43, "a" * 42 + ";", "a" * 44, "٣" * 43):
        assert not looks_like_a_secret(broken)


def test_what_was_sealed_opens_with_its_own_key_and_tag_only():
    sealed = seal(KEY, "tag", {"text": "Copy came late. 🙈 مرحبا"}, ENTRY_SIZE)
    assert unseal(KEY, "tag", sealed) == {"text": "Copy came late. 🙈 مرحبا"}
    with pytest.raises(InvalidTag):
        unseal(KEY, "another tag", sealed)
    with pytest.raises(InvalidTag):
        unseal(bytes(32), "tag", sealed)


def test_lengths_tell_nothing():
    short = seal(KEY, "tag", {"stance": "agree"}, VOTE_SIZE)
    longer = seal(KEY, "tag", {"stance": "disagree", "topic": str(RETRO)}, VOTE_SIZE)
    assert len(short) == len(longer)


def test_the_longest_entry_fits():
    text = "\U0001f469" * 280
    contents = {"text": text, "kind": "surprised_us", "about": str(RETRO), "key": "k" * 64}
    sealed = seal(KEY, "tag", contents, ENTRY_SIZE)
    assert unseal(KEY, "tag", sealed)["text"] == text


@st.composite
def rooms(draw):
    ids = [uuid.UUID(int=i + 1) for i in range(draw(st.integers(0, 9)))]
    seats = {d: draw(st.integers(0, 14)) for d in ids}
    headcounts = {d: draw(st.none() | st.integers(0, 14)) for d in ids}
    return seats, headcounts, draw(st.integers(3, 8))


@pytest.mark.timeout(900)
@settings(max_examples=100_000 if FULL else 3_000, deadline=None)
@given(rooms())
def test_pooling_never_leaves_a_group_under_k(room):
    assert_pooling_is_safe(*room)


def assert_pooling_is_safe(seats, headcounts, k):
    decided = pooling.decide(seats, headcounts, k)
    size = {d: pooling.counted(n, headcounts[d]) for d, n in seats.items()}
    assert all(size[d] >= k for d in decided.labelled)
    assert not decided.labelled & decided.pooled
    if decided.labels == pooling.POOLED:
        assert sum(size[d] for d in decided.pooled) >= k
        assert decided.labelled, "a pool of everybody is no label at all"
    if decided.labels == pooling.KEPT:
        assert not decided.pooled
    if decided.labels == pooling.DROPPED:
        assert not decided.labelled
        assert {decided.group_of(d) for d in seats} <= {pooling.EVERYONE}
    assert decided.enough == (sum(size.values()) >= k)
    present = {d for d, n in seats.items() if n > 0}
    assert present == decided.labelled | decided.pooled or not decided.enough or decided.labels == pooling.DROPPED


def test_private_windows_do_not_lift_a_lone_lawyer_over_k():
    legal, it = uuid.UUID(int=1), uuid.UUID(int=2)
    decided = pooling.decide({legal: 5, it: 12}, {legal: 1, it: 12}, k=5)
    assert legal in decided.pooled


def test_a_small_department_takes_the_smallest_labelled_one_into_its_pool():
    legal, it, sales = (uuid.UUID(int=i) for i in (1, 2, 3))
    decided = pooling.decide({legal: 2, it: 12, sales: 5}, {}, k=5)
    assert decided.pooled == {legal, sales}
    assert decided.labelled == {it}
    assert decided.group_of(legal) == decided.group_of(None) == pooling.SEVERAL
