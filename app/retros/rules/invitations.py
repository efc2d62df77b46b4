"""Somebody to whom a ticket is mailed: lives as long as one request, and is kept nowhere."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InvitationText:
    address: str
    department_id: UUID
