"""What a step of a promise does to the agreement that it is about."""

from sqlmodel import Session

from app.actions.events import ActionStepped, StepTakenBack
from app.agreements import service
from app.core.events import Bus


def register(bus: Bus) -> None:
    """Whoever takes a step, in whatever way, says so: an agreement hears of all of them, in the same transaction."""
    bus.inside(ActionStepped, follow)
    bus.inside(StepTakenBack, go_back)


def follow(db: Session, fact: ActionStepped) -> None:
    service.follow_promise(db, fact.action_id, fact.state)


def go_back(db: Session, fact: StepTakenBack) -> None:
    service.unfollow_promise(db, fact.action_id, fact.number)
