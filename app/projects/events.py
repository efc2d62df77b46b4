"""Facts about joint projects."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Fact


@dataclass(frozen=True, slots=True)
class ProjectCreated(Fact):
    project_id: UUID


@dataclass(frozen=True, slots=True)
class ProjectChanged(Fact):
    project_id: UUID
