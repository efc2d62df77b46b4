"""Who runs a retro, whether they are there, and what every screen must announce."""

from uuid import UUID

from sqlmodel import Session, col, select

from app.people.models import Account
from app.retros.models import Retro, RetroNotice
from app.retros.queries.retros import view_of
from app.retros.queries.views import FacilitationView, PersonView


def facilitation(db: Session, retro_id: UUID) -> FacilitationView:
    """The people who run it, and the stand-in."""
    view = view_of(db, db.exec(select(Retro).where(Retro.id == retro_id)).one())
    wanted = {view.facilitator_id, *view.co_facilitator_ids}
    if view.stand_in_id:
        wanted.add(view.stand_in_id)
    accounts = db.exec(select(Account.id, Account.shown_name).where(col(Account.id).in_(wanted)))
    people = {account_id: PersonView(account_id, name) for account_id, name in accounts}
    helpers = sorted((people[i] for i in view.co_facilitator_ids), key=lambda person: person.name.casefold())
    return FacilitationView(
        facilitator=people[view.facilitator_id],
        co_facilitators=tuple(helpers),
        stand_in=people.get(view.stand_in_id) if view.stand_in_id else None,
    )


def notices(db: Session, retro_id: UUID) -> list[str]:
    """Sentences that every screen announces, the latest first."""
    statement = select(RetroNotice.sentence).where(RetroNotice.retro_id == retro_id)
    return list(db.exec(statement.order_by(col(RetroNotice.number).desc())))
