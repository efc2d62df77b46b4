"""Views of the desk that a person keeps under a name: kept, named anew, thrown away."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.actions.models import SavedView
from app.actions.queries import saved_views
from app.actions.queries.saved_views import SavedViewView
from app.actions.rules.desk import wanted_in
from app.core.errors import Refusal
from app.people.rules import Visitor

MOST_VIEWS = 20


class TooManyViews(Refusal):
    sentence = f"You have saved {MOST_VIEWS} views already. Delete one you no longer use, then save this one."


class NothingToKeep(Refusal):
    sentence = "No filter is set, so there is nothing to save. Choose a part or a filter first."


class KeptMeanwhile(Refusal):
    sentence = "A view of this name was saved just now, perhaps by a second click. Load the page again to see it."


def keep_view(db: Session, visitor: Visitor, name: str, query: str) -> str:
    """Keep these filters under `name` and return them tidied up. The same name gets new filters, the same filters get
    a new name. Raises NothingToKeep, TooManyViews or KeptMeanwhile."""
    tidy = wanted_in(query).but().query
    if not tidy:
        raise NothingToKeep
    own = list(db.exec(select(SavedView).where(col(SavedView.account_id) == visitor.account_id)).all())
    same_name = next((one for one in own if one.name == name), None)
    same_query = next((one for one in own if one.query == tidy), None)
    if same_name is None and same_query is None and len(own) >= MOST_VIEWS:
        raise TooManyViews
    kept = same_name or same_query or SavedView(account_id=visitor.account_id, name=name, query=tidy)
    try:
        with db.begin_nested():
            if same_query is not None and same_query is not kept:
                db.delete(same_query)
            kept.name, kept.query = name, tidy
            db.add(kept)
    except IntegrityError as error:
        raise KeptMeanwhile from error
    return tidy


def throw_view_away(db: Session, visitor: Visitor, view_id: UUID) -> SavedViewView:
    """Returns what it was, so that it can be kept again. Raises NotFound."""
    row = saved_views.saved_view_row(db, view_id, for_=visitor)
    was = SavedViewView(row.id, row.name, row.query)
    db.delete(row)
    return was
