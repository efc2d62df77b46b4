"""Titles of topics beside promises: those that the machine made may quote an entry, so not everybody reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from app.actions.queries.views import ActionView
from app.people.rules import Visitor
from app.retros.queries.wording import may_read_wording
from app.themes.models import Theme, ThemeTopic
from app.themes.queries.names import name_for
from app.topics.models import Topic


def with_readable_topics(db: Session, visitor: Visitor, views: Sequence[ActionView]) -> list[ActionView]:
    """The same, with the name of the theme ('' if there is none yet) for a title of the machine that this visitor may
    not read: an owner or a sponsor from elsewhere did not sit in that room."""
    of_closed = {one.retro_id for one in views if one.retro_id and one.topic_id and one.retro_is_closed}
    others = of_closed - may_read_wording(db, visitor, of_closed) if of_closed else set()
    asked = [one.topic_id for one in views if one.retro_id in others and one.topic_id]
    if not asked:
        return list(views)
    made = select(Topic.id).where(col(Topic.id).in_(asked), col(Topic.titled_by_person).is_(False))
    named = (
        select(ThemeTopic.topic_id, name_for(visitor))
        .join(Theme, col(Theme.id) == col(ThemeTopic.theme_id))
        .where(col(ThemeTopic.topic_id).in_(asked))
    )
    themes, quoting = dict(db.exec(named).all()), set(db.exec(made))
    return [
        replace(one, topic_title=themes.get(one.topic_id, "")) if one.topic_id in quoting else one for one in views
    ]
