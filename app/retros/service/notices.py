"""Says something on every screen of a retro, for good: a stand-in took over, a seat was ejected."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.events import emit
from app.retros.events import NoticeGiven
from app.retros.models import Retro, RetroNotice
from app.retros.service.version import raise_version


def give_notice(db: Session, row: Retro, sentence: str) -> None:
    """Announce `sentence` (at most 300 characters). The caller holds the retro's row for change."""
    last = db.exec(select(func.max(RetroNotice.number)).where(RetroNotice.retro_id == row.id)).one()
    db.add(RetroNotice(retro_id=row.id, number=(last or 0) + 1, sentence=sentence))
    emit(db, NoticeGiven(row.id, raise_version(db, row.id)))


def replace_name(db: Session, name: str, called: str) -> None:
    """No notice of any retro says this name any more."""
    for notice in db.exec(select(RetroNotice).where(col(RetroNotice.sentence).contains(name))).all():
        notice.sentence = notice.sentence.replace(name, called)
