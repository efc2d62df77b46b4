"""How the organisation follows its promises up: changed by an admin, and counted anew for every open promise."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from sqlmodel import Session

from app.actions.models import FollowUp
from app.actions.rules.policy import Policy
from app.actions.service.calendar import look_at_all_again
from app.core.errors import Refusal
from app.people.rules import Visitor


class OnlyAdminsSetPolicy(Refusal):
    status: ClassVar[int] = 403
    sentence = "Only an admin can change how promises are followed up. Ask one of them to do it for you."


def change_policy(db: Session, visitor: Visitor, policy: Policy) -> None:
    """This is how promises are followed up from now on; open ones too. Raises OnlyAdmins."""
    _only_admins(visitor)
    row = db.get(FollowUp, 1)
    if row is None:
        db.add(FollowUp(**asdict(policy)))
    else:
        row.sqlmodel_update(asdict(policy))
    _counts_anew(db)


def back_to_the_usual(db: Session, visitor: Visitor) -> None:
    """Forget what was decided: the defaults count again. Raises OnlyAdmins."""
    _only_admins(visitor)
    row = db.get(FollowUp, 1)
    if row is not None:
        db.delete(row)
        _counts_anew(db)


def pass_on_sponsor(db: Session, name: str, email: str) -> None:
    """Another sponsor of the whole organisation, because the present one leaves; nothing else is decided anew."""
    row = db.get(FollowUp, 1)
    if row is not None:
        row.sponsor_name, row.sponsor_email = name, email
        _counts_anew(db)


def _only_admins(visitor: Visitor) -> None:
    if not visitor.is_admin:
        raise OnlyAdminsSetPolicy


def _counts_anew(db: Session) -> None:
    db.flush()
    db.info.pop("follow_up_policy", None)
    look_at_all_again(db)
