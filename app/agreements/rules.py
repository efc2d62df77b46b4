"""Agreements: who may say yes, end or review one, when it is in force, and when a room looks at it again; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.retros.rules.names import Stage

TEXT_MAX = 400
REASON_MAX = 400
UNTIL_THE_CLOSE = frozenset({Stage.CHECK_IN, Stage.WRITE, Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP})
"""Stages in which the room's word on an agreement may be recorded, and changed."""


class AgreementVerdict(StrEnum):
    """What a later retro of the pair says of an agreement."""

    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"


class Phase(StrEnum):
    """Where an agreement is: a side has not said yes yet, it holds, it held once, or a side said no."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    ENDED = "ended"
    NOT_AGREED = "not_agreed"


@dataclass(frozen=True, slots=True)
class Terms:
    """What people write down of an agreement. Empty text and None mean: not said."""

    text: str
    providing_department_id: UUID | None
    requesting_department_id: UUID | None
    dimension: str = ""
    review_on: date | None = None


def missing_terms(terms: Terms) -> dict[str, str]:
    """Field name -> one sentence, for each that needs another look."""
    wrong: dict[str, str] = {}
    if not terms.text:
        wrong["text"] = "Say in one sentence what applies from now on."
    if terms.providing_department_id is None:
        wrong["providing_department"] = "Choose who provides it."
    if terms.requesting_department_id is None:
        wrong["requesting_department"] = "Choose whom it serves."
    elif terms.requesting_department_id == terms.providing_department_id:
        wrong["requesting_department"] = "An agreement is between two departments: choose two different ones."
    return wrong


def phase(waits_for: Iterable[UUID | None], ended_on: date | None) -> Phase:
    """In force from the moment nobody's yes is missing, until somebody ends it."""
    is_agreed = not any(waits_for)
    if ended_on is None:
        return Phase.IN_FORCE if is_agreed else Phase.WAITING
    return Phase.ENDED if is_agreed else Phase.NOT_AGREED


def may_write(leads: frozenset[UUID], helps_everybody: bool, sides: Iterable[UUID]) -> bool:
    """A lead of either side; facilitators and admins for any two departments."""
    return helps_everybody or bool(leads & set(sides))


def still_to_agree(leads: frozenset[UUID], sides: Iterable[UUID]) -> list[UUID]:
    """The sides whose yes is missing once somebody who leads `leads` has written it down: nobody is bound unasked."""
    return [side for side in sides if side not in leads]


def speaks_for(leads: frozenset[UUID], sides: Iterable[UUID | None]) -> bool:
    """Whether somebody leads one of these sides. Only they say yes or no, end it or move its review."""
    return any(side in leads for side in sides if side is not None)


def may_be_looked_at(since: date, ended_on: date | None, began_on: date) -> bool:
    """Whether a retro that began on `began_on` looks at it: in force since an earlier day and not ended by then."""
    return since < began_on and (ended_on is None or ended_on >= began_on)


def is_up_for_review(review_on: date | None, today: date) -> bool:
    return review_on is not None and review_on <= today
