"""Decisions about accounts, sign-ins and rights: pure; knows no table and no HTTP."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

INVITATION_LASTS = timedelta(days=7)
SIGN_IN_IDLE = timedelta(days=7)
SIGN_IN_LASTS = timedelta(days=30)
PASSWORD_MIN = 10
PASSWORD_MAX = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking, at the desk: a signed-in account as a frozen value. Never reaches a seat's page."""

    account_id: UUID
    name: str
    email: str
    is_admin: bool = False
    is_facilitator: bool = False
    leads: frozenset[UUID] = field(default_factory=frozenset)
    member_of: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def departments(self) -> frozenset[UUID]:
        """Departments this person leads or belongs to."""
        return self.leads | self.member_of
