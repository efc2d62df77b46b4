"""The few letters that a phone shows of its seat, so that it can be asked to leave; shown on that phone alone."""

import secrets
from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, select

from app.retros.models import Seat

LETTERS = "BCDFGHJKMNPQRTVWXZ"
LENGTH = 4


def handles_of(db: Session, retro_id: UUID) -> set[str]:
    """Those that are taken in this retro."""
    return set(db.exec(select(Seat.handle).where(Seat.retro_id == retro_id)))


def free_handle(db: Session, retro_id: UUID) -> str:
    """One that no seat of this retro shows: asked one by one, because a thousand sit down within a minute."""
    while True:
        handle = new_handle(())
        if db.exec(select(Seat.handle).where(Seat.retro_id == retro_id, Seat.handle == handle)).first() is None:
            return handle


def new_handle(taken: Collection[str]) -> str:
    """Another one than these."""
    while True:
        handle = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if handle not in taken:
            return handle
