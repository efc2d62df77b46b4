"""Retros in which the seats of some department with a label are not known: they are in no rate."""

from typing import Any

from sqlalchemy import Select, and_
from sqlalchemy import select as pick
from sqlmodel import col

from app.retros.models import RetroDepartment


def seats_unknown() -> Select[Any]:
    """Their ids, to be looked for in a statement."""
    unknown = and_(col(RetroDepartment.seats).is_(None), col(RetroDepartment.pooled).is_(False))
    return pick(col(RetroDepartment.retro_id)).where(unknown)
