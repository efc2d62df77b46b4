"""Facts about joint projects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.events import Fact


@dataclass(frozen=True, slots=True)
class ProjectCreated(Fact):
    project_id: UUID


@dataclass(frozen=True, slots=True)
class ProjectChanged(Fact):
    project_id: UUID


@dataclass(frozen=True, slots=True)
class BriefSent(Fact):
    """Somebody sends a project's kick-off brief to those who lead its departments. It carries its words (headings
    with lines), against the habit: who mails them stands beside who knows them (decision 0017)."""

    project_id: UUID
    project: str
    account_ids: frozenset[UUID]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    by: str
    at: datetime
