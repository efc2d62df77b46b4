"""Who and what there is in the demo house once it is founded."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.people.queries import AccountView
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """Departments by name; people, as they act at the desk, by the key of the story."""

    departments: dict[str, UUID]
    people: dict[str, Visitor]
    facilitator: str
    stand_in: str

    def department(self, name: str | None) -> UUID | None:
        return self.departments[name] if name else None


def visitor_of(account: AccountView) -> Visitor:
    """The account as it acts when it is signed in."""
    return Visitor(
        account_id=account.id,
        name=account.name,
        email=account.email,
        is_admin=account.is_admin,
        is_facilitator=account.is_facilitator,
        leads=account.leads,
        member_of=frozenset(department for department, _ in account.departments) - account.leads,
    )
