"""Facts about accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
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
class AccountEnabled(Fact):
    account_id: UUID


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One thing that somebody who leaves had, and who has it now. `page`: its address below this installation's;
    `department_ids`: whose leads should hear of it."""

    what: str
    page: str
    department_ids: frozenset[UUID]
    to: UUID


@dataclass(frozen=True, slots=True)
class SomebodyLeft(Fact):
    """An account was disabled and all that was open with it handed over. `by` None: at the command line."""

    account_id: UUID
    by: UUID | None
    at: datetime
    handed: tuple[HandedOver, ...]


@dataclass(frozen=True, slots=True)
class PasswordGuessed(Fact):
    """Too many wrong passwords were typed for an account; nobody got in by that."""

    account_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountErased(Fact):
    """Name and address are about to be gone for good; `email` finds what was addressed to them."""

    account_id: UUID
    email: str = field(repr=False)
