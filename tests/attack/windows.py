"""Rooms whose seats are not people: private windows, absentees, second devices, people without a phone.

Played through the real services. How many people truly sit there is known to the test alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

import pytest
from sqlmodel import select

from app.anonymity.rules.tags import new_seat_secret
from app.core.clock import SetClock
from app.core.db import Database
from app.entries import queries as entries
from app.entries.rules.names import EntryKind
from app.entries.service import writing
from app.retros.models import Retro, RetroDepartment, Seat
from app.retros.queries import seats
from app.retros.rules.names import Labels, Stage
from app.retros.service import seats as seats_service
from app.retros.service import stage_moves
from app.votes import queries as votes
from app.votes.rules.ballot import Stance
from app.votes.service import casting
from tests.builders import Room, a_project, a_retro, move
from tests.cast import DEPARTMENTS, Cast

FULL = os.environ.get("FENCEPOST_SHORT") != "1"
ROOMS = 16 if FULL else 8
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Crowd:
    """Who is truly there, by department: people with the page open, further seats that are no people, and all who
    are expected (with those away and those without a phone)."""

    people: dict[str, int]
    more_seats: dict[str, int]
    expected: dict[str, int]
    k: int = 3
    secrets: list[str] = field(default_factory=list)

    @property
    def hands(self) -> int:
        return sum(self.people.values())


def a_crowd(number: int) -> Crowd:
    """Drawn from `number`, which is also how many private windows somebody opens for one department."""
    source = Random(number)
    names = source.sample(DEPARTMENTS, source.randint(3, len(DEPARTMENTS)))
    people = {name: source.choice((0, 1, 1, 2, 3, 4, 5)) for name in names}
    lonely = min(names, key=lambda name: (people[name] == 0, people[name]))
    more = {name: source.choice((0, 0, 0, 1)) for name in names}
    more[lonely] += number % 8
    away = {name: source.choice((0, 0, 1, 4)) for name in names}
    return Crowd(people, more, {name: max(1, people[name] + away[name]) for name in names})


def seated(house: Database, cast: Cast, clock: SetClock, crowd: Crowd) -> Room:
    """They all sit down, hands are counted, and each seat sends one entry."""
    project = a_project(house, cast, clock, crowd.people)
    expected = {cast.departments[name]: number for name, number in crowd.expected.items()}
    room = a_retro(house, cast, clock, Stage.CHECK_IN, seats={}, project_id=project, k=crowd.k, expected=expected)
    with house.transaction() as db:
        for name, people in crowd.people.items():
            for _ in range(people + crowd.more_seats[name]):
                crowd.secrets.append(new_seat_secret())
                seats_service.join(db, room.code, crowd.secrets[-1], cast.departments[name], clock.now())
    with house.transaction() as db:
        stage_moves.move_to(db, cast.frieda.visitor, room.id, Stage.WRITE, clock.now(), Random(1), hands=crowd.hands)
    with house.transaction() as db:
        for number, secret in enumerate(crowd.secrets):
            seat = seats.seat_for(db, room.code, secret)[1]
            writing.send(db, seat, f"key-{number}", EntryKind.WENT_WRONG, f"Entry {number} of this room")
    return room


def alone(house: Database, room: Room, crowd: Crowd) -> list[str]:
    """Groups that are named, or shown as the pool, behind which fewer than k people sit: in entries, seats, votes."""
    name_of = {str(department_id): name for name, department_id in room.cast.departments.items()}
    groups = set(_groups_of_entries(house, room)) | set(groups_of_votes(house, room))
    with house.reading() as db:
        rows = db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == room.id)).all()
        labelled = {name_of[str(row.department_id)] for row in rows if not row.pooled}
        stored = {name_of[str(row.department_id)]: row.seats for row in rows if row.seats is not None}
        groups |= {str(one) for one in db.exec(select(Seat.department_id).where(Seat.retro_id == room.id)) if one}
        pooled_seats = db.get_one(Retro, room.id).pooled_seats
    few = [name_of[group] for group in groups if group in name_of and crowd.people[name_of[group]] < crowd.k]
    several = sum(people for name, people in crowd.people.items() if name not in labelled)
    few += ["several"] if "several" in groups and several < crowd.k else []
    few += [f"size of {name}" for name, size in stored.items() if not crowd.k <= size <= crowd.people[name]]
    few += ["size of the pool"] if pooled_seats is not None and not crowd.k <= pooled_seats <= several else []
    return few + (["one name alone"] if len(labelled) == 1 else [])


def _groups_of_entries(house: Database, room: Room) -> Iterable[str]:
    with house.reading() as db:
        dropped = db.get_one(Retro, room.id).labels == Labels.DROPPED
        for entry in entries.entries(db, room.id):
            yield str(entry.department_id or ("everyone" if dropped else "several"))


def groups_of_votes(house: Database, room: Room) -> Iterable[str]:
    with house.reading() as db:
        for standing in votes.standings(db, room.id):
            yield from (str(tally.group) for tally in standing.tallies)


def played(house: Database, cast: Cast, clock: SetClock, crowd: Crowd) -> tuple[Room, list[str]]:
    """One such room up to the counted votes, and what is wrong with it. A room below k reveals nothing."""
    room = seated(house, cast, clock, crowd)
    if move(house, cast.frieda, room, Stage.GROUP, clock) is Stage.WRITE:
        return room, []
    move(house, cast.frieda, room, Stage.VOTE, clock)
    with house.transaction() as db:
        for secret in crowd.secrets:
            seat = seats.seat_for(db, room.code, secret)[1]
            for topic in topics_of_vote(db, room):
                casting.cast_stance(db, seat, topic, Stance.AGREE)
    move(house, cast.frieda, room, Stage.DISCUSS, clock)
    return room, alone(house, room, crowd)


def topics_of_vote(db, room: Room):
    return votes.voted_topic_ids(db, room.id)
