"""A promise as its mails are about to tell it: its names and days, and who is told, each person once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.models import Action
from app.actions.queries.policy import calendar_of, policy
from app.actions.queries.rows import steps_of
from app.actions.rules.calendar import accepts_by_silence_on
from app.actions.rules.kinds import ActionState
from app.actions.rules.policy import Policy
from app.actions.rules.states import StepTaken, still_counting
from app.departments.queries import names
from app.notifications.queries.address import address_of
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters_promises import LetterPromise
from app.notifications.rules.parts import Letter
from app.notifications.service import mails, one_click
from app.people.models import Account

Words = Callable[[Account], Letter]


@dataclass(slots=True)
class Telling:
    """One thing that happened to one promise, and the mails about it. `key` and `step` as in `Mail`.

    `at`: not told earlier. `apart` holds people who are not told (again).
    """

    db: Session
    row: Action
    steps: list[StepTaken]
    key: str
    now: datetime
    step: str = ""
    at: datetime | None = None
    apart: set[UUID] = field(default_factory=set)

    @property
    def policy(self) -> Policy:
        return policy(self.db)

    @property
    def last(self) -> StepTaken:
        """The step that counts last."""
        return still_counting(self.steps)[-1]

    def told(self, by: UUID | None = None, reason: str = "") -> LetterPromise:
        """The promise with who moved it and what they said."""
        row = self.row
        person = self.db.get(Account, by) if by else None
        owner = self.db.get(Account, row.owner_id) if row.owner_id else None
        return LetterPromise(
            title=row.title,
            done_when=row.done_when,
            owner=owner.shown_name if owner else row.owner_name or "its owner",
            providing=self.department(row.providing_department_id),
            requesting=self.department(row.requesting_department_id),
            due=row.due_on,
            link=f"{address_of(self.db)}/desk/actions/{row.id}",
            by=person.shown_name if person else "",
            reason=reason,
        )

    def department(self, department_id: UUID | None) -> str:
        """Its name, or words that stand for it."""
        known = names(self.db).get(department_id) if department_id else None
        return known.name if known else "another department"

    def click(self, person: Account, state: ActionState) -> str:
        """The signed address by which this person takes that step."""
        written = self.now.astimezone(UTC).date()
        return one_click.address(self.db, person.id, self.row.id, state, self.last.number, written)

    def silence_on(self) -> date | None:
        """When silence accepts the present report."""
        reported = self.row.reported_on
        if reported is None:
            return None
        return accepts_by_silence_on(reported, calendar_of(self.db, self.row.requesting_department_id), self.policy)

    def mail(self, people: Iterable[Account], kind: MailKind, words: Words) -> None:
        """Tell these people, but for those who know already."""
        for person in people:
            if person.id not in self.apart:
                self.apart.add(person.id)
                key = f"{self.key}:{person.id.hex}"
                mails.tell(self.db, person, kind, words(person), self.now, key=key, step=self.step, at=self.at)


def telling(db: Session, action_id: UUID, key: str, now: datetime | None = None) -> Telling:
    """About this promise; `now` is else the moment of its last step."""
    steps = steps_of(db, action_id)
    return Telling(db, db.get_one(Action, action_id), steps, key, now or steps[-1].happened_at)
