"""Somebody leaves: all that is open with them goes to others and the account is disabled, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.service import leaving as leaving_service
from app.actions.service import policy
from app.core.errors import Invalid
from app.core.events import emit
from app.departments.service import name_sponsor
from app.outcomes.queries.leaving import leaving
from app.outcomes.rules.leaving import HandoverItem, Open, assigned
from app.people.events import HandedOver, SomebodyLeft
from app.people.models import Account
from app.people.queries import account_row
from app.people.rules import Visitor
from app.people.service import accounts
from app.people.service.refusals import OnlyAdmins
from app.retros.service import leaving as retros_leaving


class SomebodyIsMissing(Invalid):
    """`by_key`: key of an item -> why it has nobody yet."""

    def __init__(self, by_key: dict[str, str]) -> None:
        self.by_key = by_key
        things = "One thing still needs" if len(by_key) == 1 else f"{len(by_key)} things still need"
        super().__init__(f"{things} somebody. Nothing has been changed yet.")


def leave(
    db: Session,
    visitor: Visitor | None,
    account_id: UUID,
    chosen: Mapping[str, UUID],
    usual: UUID | None,
    now: datetime,
) -> int:
    """Hand everything over as `chosen` (key of an item -> account; else to `usual`) and disable the account, if it is
    not yet; returns how many things were handed over. `visitor` None is the command line.

    Raises OnlyAdmins, NotFound, LastAdmin, SomebodyIsMissing.
    """
    if visitor is not None and not visitor.is_admin:
        raise OnlyAdmins
    account_row(db, account_id, lock=True)
    found = leaving(db, account_id)
    gets, wrong = assigned(found.items, found.people, chosen, usual)
    if wrong:
        raise SomebodyIsMissing(wrong)
    by = visitor.account_id if visitor else None
    theirs = frozenset(department for department, _ in found.person.departments)
    handed = []
    for item in found.items:
        to = account_row(db, gets[item.key])
        _hand_over(db, item, to, by, now)
        handed.append(HandedOver(_what(item), item.page, item.told | theirs, to.id))
    accounts.disable(db, visitor, account_id, now)
    emit(db, SomebodyLeft(account_id, by, now, tuple(handed)))
    return len(handed)


def _hand_over(db: Session, item: HandoverItem, to: Account, by: UUID | None, now: datetime) -> None:
    match item.open:
        case Open.ACTION:
            leaving_service.pass_on(db, UUID(item.target), to, by, now)
        case Open.RETRO:
            retros_leaving.pass_on_lead(db, UUID(item.target), to)
        case Open.DEPARTMENT:
            accounts.let_lead(db, to.id, UUID(item.target))
        case Open.SPONSOR:
            _name_sponsor(db, item.target, to)


def _name_sponsor(db: Session, target: str, to: Account) -> None:
    kind, _, row = target.partition("-")
    if kind == "action":
        leaving_service.name_sponsor(db, UUID(row), to)
    elif kind == "department":
        name_sponsor(db, None, UUID(row), to.name, to.email)
    else:
        policy.pass_on_sponsor(db, to.name, to.email)


def _what(item: HandoverItem) -> str:
    words = {Open.RETRO: "To run: {}", Open.DEPARTMENT: "To lead: {}", Open.SPONSOR: "Sponsor: {}"}
    return words.get(item.open, "{}").format(item.title)
