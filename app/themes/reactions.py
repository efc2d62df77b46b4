"""What themes do when retros of the past are taken away again: what they had drawn together is grouped anew."""

from sqlmodel import Session

from app.core.events import Bus
from app.retros.events import HistoryUndone
from app.themes.service import writing


def register(bus: Bus) -> None:
    bus.inside(HistoryUndone, settle_later)


def settle_later(db: Session, fact: HistoryUndone) -> None:
    """A job does it: it looks at all topics."""
    writing.want_rerun(db)
