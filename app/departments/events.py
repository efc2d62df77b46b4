"""Facts about departments."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Fact


@dataclass(frozen=True, slots=True)
class DepartmentChanged(Fact):
    """Created, renamed, given another badge, archived or taken back."""

    department_id: UUID


@dataclass(frozen=True, slots=True)
class PlaceChanged(Fact):
    """Working days are others from now on: of this department, or (None) of the whole organisation."""

    department_id: UUID | None
