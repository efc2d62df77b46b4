"""The pure rules under the promise: tags, sealing, pooling."""

import os
import uuid
from itertools import combinations

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
    """A room as it truly is: by department people with the page open, absentees, people without a phone, honest
    second devices and false windows; and what the rules are told of it."""
    ids = [uuid.UUID(int=i + 1) for i in range(draw(st.integers(1, 7)))]
    few = st.integers(0, 3)
    open_pages = {d: draw(st.integers(0, 14)) for d in ids}
    away, without_phone = {d: draw(few) for d in ids}, {d: draw(few) for d in ids}
    more_seats = {d: draw(st.integers(0, 2)) + draw(st.sampled_from([0, 0, 1, 3, 9])) for d in ids}
    apart = {frozenset(pair) for pair in combinations(ids, 2) if draw(st.integers(0, 5)) == 0}
    room = pooling.Room(
        seats={d: open_pages[d] + more_seats[d] for d in ids},
        expected={d: open_pages[d] + away[d] + without_phone[d] for d in ids},
        surplus=pooling.surplus(sum(open_pages.values()) + sum(more_seats.values()), sum(open_pages.values()), None),
        fewer=frozenset(d for d in ids if draw(st.integers(0, 6)) == 0),
        apart=frozenset(apart),
    )
    return open_pages, room, draw(st.integers(3, 8))


@pytest.mark.timeout(3600)
@settings(max_examples=100_000 if FULL else 3_000, deadline=None)
@given(rooms())
@pytest.mark.simulation
def test_behind_each_label_and_in_the_pool_sit_k_people_whatever_seats_were_taken(room):
    people, told, k = room
    decided = pooling.decide(told, k)
    present = {d for d, seats in told.seats.items() if seats}
    assert all(people[d] >= k for d in decided.labelled)
    assert not decided.labelled & set(told.fewer)
    assert not decided.labelled & decided.pooled
    assert present == decided.labelled | decided.pooled
    assert len(decided.labelled) != 1, "all that is named would point at one"
    if decided.labels == pooling.POOLED:
        assert sum(people[d] for d in decided.pooled) >= k
        assert decided.labelled
    if decided.labels == pooling.KEPT:
        assert not decided.pooled
    if decided.labels == pooling.DROPPED:
        assert not decided.labelled
        assert {decided.group_of(d) for d in told.seats} <= {pooling.EVERYONE}
    assert not decided.enough or sum(people.values()) >= k


@pytest.mark.timeout(3600)
@settings(max_examples=100_000 if FULL else 3_000, deadline=None)
@given(rooms())
@pytest.mark.simulation
def test_k_people_could_have_said_it_of_every_provider_that_an_entry_out_of_the_pool_names(room):
    people, told, k = room
    decided = pooling.decide(told, k)
    for pool, hidden in ((decided.pooled, decided.hidden), (frozenset(told.sizes), decided.hidden_from_all)):
        if not pool:
            continue
        for about in set(told.seats) - hidden:
            could = sum(people[d] for d in pool if d != about and frozenset((d, about)) not in told.apart)
            assert could >= k
        assert not hidden or pool <= hidden, "hiding a single one would name it"


@settings(max_examples=1_000, deadline=None)
@given(rooms())
@pytest.mark.simulation
def test_an_id_never_decides_who_is_pooled(room):
    _, told, k = room
    decided = pooling.decide(told, k)
    for d in decided.pooled:
        twins = [one for one in decided.labelled if told.sizes[one] == told.sizes[d]]
        assert not twins, "equals go into the pool together"


LEGAL, IT, SALES, STORES, PRESS = (uuid.UUID(int=i) for i in range(1, 6))


def test_three_private_windows_do_not_lift_a_lone_lawyer_over_k():
    seats = {LEGAL: 4, IT: 6, SALES: 6}
    told = pooling.Room(seats, {LEGAL: 4, IT: 6, SALES: 6}, surplus=pooling.surplus(16, hands=13, expected=16))
    assert LEGAL in pooling.decide(told, k=3).pooled


@pytest.mark.parametrize(
    ("seats", "k", "labels"),
    [((4, 3, 1, 1), 3, pooling.DROPPED), ((4, 4, 3, 1, 1), 3, pooling.POOLED), ((12, 9, 8, 6, 3), 5, pooling.POOLED),
     ((5, 5), 5, pooling.KEPT), ((7,), 5, pooling.DROPPED), ((2, 5, 5, 9), 5, pooling.DROPPED)],
)  # fmt: skip
def test_how_rooms_of_known_sizes_are_shown(seats, k, labels):
    room = dict(zip((LEGAL, IT, SALES, STORES, PRESS), seats, strict=False))
    assert pooling.decide(pooling.Room(room, room), k).labels == labels


def test_a_small_department_takes_the_smallest_labelled_ones_into_its_pool_equals_together():
    room = {LEGAL: 2, IT: 12, SALES: 5, STORES: 5, PRESS: 9}
    decided = pooling.decide(pooling.Room(room, room), k=5)
    assert decided.pooled == {LEGAL, SALES, STORES}
    assert decided.labelled == {IT, PRESS}
    assert decided.group_of(LEGAL) == decided.group_of(None) == pooling.SEVERAL


def test_a_department_that_says_it_is_fewer_is_pooled_and_counts_for_nobody():
    room = {LEGAL: 6, IT: 6, SALES: 6, STORES: 5}
    decided = pooling.decide(pooling.Room(room, room, fewer={LEGAL}), k=5)
    assert decided.pooled == {LEGAL, STORES}


def test_about_the_two_out_of_a_pool_of_two_and_one_is_the_one_so_nobody_in_the_pool_is_named():
    room = {LEGAL: 2, IT: 1, SALES: 6, STORES: 6}
    decided = pooling.decide(pooling.Room(room, room), k=3)
    assert decided.pooled == decided.hidden == {LEGAL, IT}
    assert pooling.candidates(pooling.Room(room), LEGAL, {LEGAL, IT}) == 1


def test_a_provider_outside_the_pool_is_hidden_too_where_only_few_of_the_pool_worked_with_it():
    room = {LEGAL: 4, IT: 1, SALES: 6, STORES: 6}
    apart = {frozenset((LEGAL, SALES))}
    decided = pooling.decide(pooling.Room(room, room, apart=apart), k=5)
    assert decided.hidden == {LEGAL, IT, SALES}


def test_signed_entries_stand_only_where_the_rest_of_the_pool_is_k_people_and_no_seat_is_too_many():
    room = {LEGAL: 1, IT: 2, SALES: 2, STORES: 6, PRESS: 6}
    told = pooling.Room(room, room)
    pool = pooling.decide(told, k=3).pooled
    assert pool == {LEGAL, IT, SALES}
    assert pooling.signing_stands(told, pool, {LEGAL}, k=3) == {LEGAL}
    assert pooling.signing_stands(told, pool, {LEGAL, IT}, k=3) == frozenset()
    crowded = pooling.Room(room, {**room, LEGAL: 0})
    assert pooling.signing_stands(crowded, pool, {LEGAL}, k=3) == frozenset()
