"""Facts about accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from app.core.events import Fact


@dataclass(frozen=True, slots=True)
class AccountAdded(Fact):
    account_id: UUID


@dataclass(frozen=True, slots=True)
class InvitationPrepared(Fact):
    """A link was made for an account. The token exists only here and in the answer: the table holds its hash."""

    account_id: UUID
    purpose: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RightsChanged(Fact):
    account_id: UUID


@dataclass(frozen=True, slots=True)
class AccountDisabled(Fact):
    account_id: UUID


@dataclass(frozen=True, slots=True)
class AccountErased(Fact):
    """Name and address are about to be gone for good; `email` finds what was addressed to them."""

    account_id: UUID
    email: str = field(repr=False)
