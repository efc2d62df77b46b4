"""All that is open with somebody who leaves, and who could take it over: read before an account is disabled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from app.actions.queries.leaving import open_actions_of, sponsored_by
from app.actions.queries.policy import policy
from app.actions.queries.views import ActionView
from app.agreements.queries import agreements_of
from app.departments.queries import all_departments, led_alone_by
from app.departments.queries import names as department_names
from app.outcomes.rules.leaving import HandoverItem, Open, Successor, in_order
from app.people.models import Account, ApiToken
from app.people.queries import AccountView, account, account_row, accounts
from app.retros.models import RetroDepartment
from app.retros.queries.leaving import retros_helped_by, retros_run_by


@dataclass(frozen=True, slots=True)
class LeavingView:
    """`people` may take something over, nearest first; `ends` are sentences about what goes with the account."""

    person: AccountView
    items: tuple[HandoverItem, ...]
    people: tuple[Successor, ...]
    ends: tuple[str, ...]

    def of(self, *kinds: str) -> tuple[HandoverItem, ...]:
        return tuple(one for one in self.items if one.open in kinds)


def leaving(db: Session, account_id: UUID) -> LeavingView:
    """Raises NotFound. Whose page it is, is asked where it is called."""
    row, view = account_row(db, account_id), account(db, account_id)
    return LeavingView(view, tuple(open_items(db, row)), _people(db, view), tuple(_ends(db, row)))


def open_items(db: Session, person: Account) -> Iterator[HandoverItem]:
    """Promises, retros to run, departments led, and what this person is the sponsor of."""
    for one in open_actions_of(db, person):
        yield _of_action(one)
    for retro in retros_run_by(db, person.id):
        yield HandoverItem(
            Open.RETRO,
            str(retro.id),
            retro.title,
            note="in preparation" if retro.stage == "prepare" else "running",
            page=f"/desk/retros/{retro.id}",
            told=_taking_part(db, retro.id),
            needs_facilitator=True,
            may_not=retro.may_not,
        )
    yield from _departments(db, person)
    yield from _sponsorships(db, person)


def _of_action(one: ActionView) -> HandoverItem:
    sides = " for ".join(side.name for side in (one.providing, one.requesting) if side)
    due = f"due {one.due_on.day} {one.due_on:%b %Y}" if one.due_on else ""
    told = frozenset({one.providing.id}) if one.providing else frozenset()
    note = ", ".join(filter(None, (sides, due)))
    return HandoverItem(Open.ACTION, str(one.id), one.title, note, f"/desk/actions/{one.id}", told)


def _departments(db: Session, person: Account) -> Iterator[HandoverItem]:
    known = department_names(db)
    for one in led_alone_by(db, person.id):
        agreements = tuple(
            f"{known[it.providing_department_id].name} for {known[it.requesting_department_id].name}: {it.text}"
            for it in agreements_of(db, [one.id])
        )
        page, told = f"/desk/departments/{one.id}", frozenset({one.id})
        yield HandoverItem(Open.DEPARTMENT, str(one.id), one.name, "nobody else leads it", page, told, agreements)


def _sponsorships(db: Session, person: Account) -> Iterator[HandoverItem]:
    for action in sponsored_by(db, person):
        yield HandoverItem(Open.SPONSOR, f"action-{action.id}", action.title, "sponsor", f"/desk/actions/{action.id}")
    for one in all_departments(db):
        if one.sponsor_email.lower() == person.email:
            page = f"/desk/departments/{one.id}"
            yield HandoverItem(
                Open.SPONSOR, f"department-{one.id}", one.name, "its sponsor", page, frozenset({one.id})
            )
    if policy(db).sponsor_email.lower() == person.email:
        yield HandoverItem(Open.SPONSOR, "house", "The whole organisation", "its sponsor", "/desk/follow-up")


def _people(db: Session, leaver: AccountView) -> tuple[Successor, ...]:
    known, near = department_names(db), frozenset(one for one, _ in leaver.departments)
    stay = [one for one in accounts(db) if not one.is_disabled and one.id != leaver.id]
    return in_order(
        (
            Successor(
                one.id,
                one.name,
                tuple(sorted(known[department].name for department, _ in one.departments if department in known)),
                one.is_facilitator,
                frozenset(department for department, _ in one.departments),
            )
            for one in stay
        ),
        near,
    )


def _taking_part(db: Session, retro_id: UUID) -> frozenset[UUID]:
    return frozenset(db.exec(select(RetroDepartment.department_id).where(col(RetroDepartment.retro_id) == retro_id)))


def _ends(db: Session, person: Account) -> Iterator[str]:
    tokens = db.exec(select(func.count()).select_from(ApiToken).where(ApiToken.account_id == person.id)).one()
    if tokens:
        programs = "One API token stops" if tokens == 1 else f"{tokens} API tokens stop"
        yield f"{programs} working: programs that use them need a token of somebody else."
    for _, title in retros_helped_by(db, person.id):
        yield f"“{title}” has one co-facilitator or stand-in fewer."
