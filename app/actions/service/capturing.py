"""Actions written down in the room, mended for some working days after it, and taken off before the close."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from app.actions.events import ActionCaptured, ActionChanged, ActionRemoved
from app.actions.models import Action
from app.actions.queries import policy, rows
from app.actions.rules.fields import Fields, changes_only_wording, is_beyond_limit, missing, with_usual_cause
from app.actions.rules.kinds import ActionState
from app.actions.rules.refusals import (
    AlreadyPromised,
    FieldsAreMissing,
    NotTheTimeForActions,
    OnlyWordingMayBeMended,
    StaleAction,
    TooManyActions,
    WordingIsLocked,
)
from app.actions.service.closing import ask_owner
from app.core.errors import NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.departments.queries import names
from app.people.models import Account
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.retros import get_for_change
from app.retros.rules.names import Stage
from app.retros.service import version as version_service
from app.topics.models import Topic

OPEN_FOR_CAPTURE = (Stage.DISCUSS, Stage.WRAP_UP)


def capture(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    fields: Fields,
    now: datetime,
    *,
    unfinished: bool = False,
    override_limit: bool = False,
    key: UUID | None = None,
) -> UUID:
    """Write down an action in the room (facilitator or co-facilitator, discuss and wrap_up). `key`: of the form; what
    it says again is the same action, other words are another one.

    With `unfinished` a title is enough: the read-back in wrap_up asks for the rest. Raises FieldsAreMissing,
    TooManyActions, NotTheTimeForActions, NotFound.
    """
    retro = get_for_change(db, retro_id, for_=visitor)
    if retro.stage not in OPEN_FOR_CAPTURE:
        raise NotTheTimeForActions
    fields = checked(db, retro_id, fields, unfinished)
    before = _written_before(db, retro_id, key)
    if before is not None and rows.fields_of(before) == fields:
        return before.id
    refuse_a_day_that_is_over(db, fields, now)
    if is_beyond_limit(_count(db, retro_id)) and not override_limit:
        raise TooManyActions
    action_id = key if key and db.get(Action, key) is None else new_id()
    row = Action(id=action_id, retro_id=retro_id, created_at=now, **asdict(fields))
    db.add(row)
    db.flush()
    emit(db, ActionCaptured(retro_id=retro_id, version=version_service.raise_version(db, retro_id), action_id=row.id))
    return row.id


def _written_before(db: Session, retro_id: UUID, key: UUID | None) -> Action | None:
    """The action that this form has made; one that was taken off since is not meant."""
    row = db.get(Action, key) if key is not None else None
    return row if row is not None and row.retro_id == retro_id and row.removed_at is None else None


def change(
    db: Session,
    visitor: Visitor,
    action_id: UUID,
    fields: Fields,
    version: int,
    now: datetime,
    *,
    unfinished: bool = False,
) -> None:
    """Change fields while the room is open, or mend the wording for some working days after the close.

    `version` is the one the form was drawn with; raises StaleAction when it is no longer the current one.
    """
    row = _row_of_facilitator(db, visitor, action_id)
    retro = _retro_of(db, row)
    before = rows.fields_of(row)
    if row.version != version:
        if _known(db, retro.id, with_usual_cause(fields)) == before:
            return  # the same change, sent again
        raise StaleAction(before, row.version)
    fields = checked(db, retro.id, fields, unfinished)
    _refuse_locked(db, retro, row, before, fields, now)
    for name, value in asdict(fields).items():
        setattr(row, name, value)
    row.version += 1
    db.add(row)
    db.flush()
    if retro.stage == Stage.CLOSED:
        ask_owner(db, row, now)
    emit(db, ActionChanged(retro_id=retro.id, version=version_service.raise_version(db, retro.id), action_id=row.id))


def remove(db: Session, visitor: Visitor, action_id: UUID, now: datetime) -> None:
    """Take an action off before the close; `put_back` undoes it."""
    row = _row_in_open_room(db, visitor, action_id)
    if row.removed_at is None:
        row.removed_at = now
        _say_it_changed(db, row, ActionRemoved)


def put_back(db: Session, visitor: Visitor, action_id: UUID) -> None:
    """Undo `remove`, until the close."""
    row = _row_in_open_room(db, visitor, action_id)
    if row.removed_at is not None:
        row.removed_at = None
        _say_it_changed(db, row, ActionCaptured)


def checked(db: Session, retro_id: UUID | None, fields: Fields, unfinished: bool) -> Fields:
    """What was typed with only what is known here. Raises FieldsAreMissing; with `unfinished` only for the title."""
    fields = _known(db, retro_id, with_usual_cause(fields))
    wrong = missing(fields)
    if unfinished:
        wrong = {name: sentence for name, sentence in wrong.items() if name == "title"}
    if wrong:
        raise FieldsAreMissing(wrong)
    return fields


def refuse_a_day_that_is_over(db: Session, fields: Fields, now: datetime) -> None:
    """What is asked for anew is due today or later, where the department is that asks. Raises FieldsAreMissing."""
    place = policy.calendar_of(db, fields.requesting_department_id)
    if fields.due_on is not None and fields.due_on < place.day(now):
        raise FieldsAreMissing({"due_on": "This day is over. Set today or a later day."})


def _known(db: Session, retro_id: UUID | None, fields: Fields) -> Fields:
    """Refuse departments, topics and accounts that are not there; take an owner's name from the account."""
    known = names(db)
    wrong: dict[str, str] = {}
    for name in ("providing_department", "requesting_department"):
        chosen = getattr(fields, f"{name}_id")
        if chosen is not None and chosen not in known:
            wrong[name] = "This department is not known. Please choose again."
    if fields.topic_id is not None:
        topic = db.get(Topic, fields.topic_id)
        if topic is None or topic.retro_id != retro_id:
            fields = replace(fields, topic_id=None)
    if fields.owner_id is not None:
        owner = db.get(Account, fields.owner_id)
        if owner is None or owner.disabled_at is not None:
            wrong["owner"] = "This account is not there any more. Please choose the owner again."
        else:
            fields = replace(fields, owner_name=owner.name, owner_email=owner.email)
    if wrong:
        raise FieldsAreMissing(wrong)
    return fields


def _refuse_locked(db: Session, retro: Retro, row: Action, before: Fields, after: Fields, now: datetime) -> None:
    if retro.stage in OPEN_FOR_CAPTURE:
        return
    if retro.stage != Stage.CLOSED or retro.closed_at is None:
        raise NotTheTimeForActions
    if row.state == ActionState.PROPOSED:
        return  # left unfinished when the retro closed by itself: it may be completed whenever somebody does
    if not policy.may_still_be_mended(db, retro.closed_at, now):
        raise WordingIsLocked
    if row.promised_for is not None:
        raise AlreadyPromised
    if after.owner_id is not None and after.owner_id == before.owner_id:
        # The same person, whose account says another name or address by now.
        after = replace(after, owner_name=before.owner_name, owner_email=before.owner_email)
    if not changes_only_wording(before, after):
        raise OnlyWordingMayBeMended


def _row_of_facilitator(db: Session, visitor: Visitor, action_id: UUID) -> Action:
    """The locked row; NotFound unless the visitor facilitates its retro. The retro is locked first, as everywhere."""
    retro_id = db.exec(select(Action.retro_id).where(Action.id == action_id)).one_or_none()
    if retro_id is None:
        raise NotFound
    get_for_change(db, retro_id, for_=visitor)
    return rows.row_for_change(db, action_id)


def _row_in_open_room(db: Session, visitor: Visitor, action_id: UUID) -> Action:
    row = _row_of_facilitator(db, visitor, action_id)
    if _retro_of(db, row).stage not in OPEN_FOR_CAPTURE:
        raise NotTheTimeForActions
    return row


def _retro_of(db: Session, row: Action) -> Retro:
    retro = db.get(Retro, row.retro_id)
    if retro is None:
        raise NotFound
    return retro


def _say_it_changed(db: Session, row: Action, fact: type[ActionCaptured] | type[ActionRemoved]) -> None:
    row.version += 1
    db.add(row)
    db.flush()
    retro_id = _retro_of(db, row).id
    emit(db, fact(retro_id=retro_id, version=version_service.raise_version(db, retro_id), action_id=row.id))


def _count(db: Session, retro_id: UUID) -> int:
    kept = select(func.count()).where(col(Action.retro_id) == retro_id, col(Action.removed_at).is_(None))
    return int(db.exec(kept).one())
