"""Reads of promises: rows for the service, frozen views for screens. Knows no seat and no entry."""

from app.actions.queries.agreements import (
    AgreementLists,
    AgreementView,
    Pair,
    ReviewView,
    RoomAgreement,
    agreement,
    agreement_for_change,
    agreements_for,
    agreements_in_room,
    in_force_between,
    in_force_for,
)
from app.actions.queries.listing import Cursor, Wanted, may_report, promises, read_cursor, rows_with_link
from app.actions.queries.lists import action, actions_for, actions_of, history, promises_between, removed_from
from app.actions.queries.looking_back import LastTime, Promised, looking_back
from app.actions.queries.policy import calendar_of, may_still_be_mended, policy, usual_due
from app.actions.queries.rights import leads_of, owns, parties, possible_steps
from app.actions.queries.rows import (
    LIVE,
    due_for_a_look,
    fields,
    fields_of,
    is_anything_due,
    row_for_change,
    steps_of,
)
from app.actions.queries.views import ActionView, Lists, PromiseView, StepView

__all__ = [
    "LIVE",
    "ActionView",
    "AgreementLists",
    "AgreementView",
    "Cursor",
    "LastTime",
    "Lists",
    "Pair",
    "PromiseView",
    "Promised",
    "ReviewView",
    "RoomAgreement",
    "StepView",
    "Wanted",
    "action",
    "actions_for",
    "actions_of",
    "agreement",
    "agreement_for_change",
    "agreements_for",
    "agreements_in_room",
    "calendar_of",
    "due_for_a_look",
    "fields",
    "fields_of",
    "history",
    "in_force_between",
    "in_force_for",
    "is_anything_due",
    "leads_of",
    "looking_back",
    "may_report",
    "may_still_be_mended",
    "owns",
    "parties",
    "policy",
    "possible_steps",
    "promises",
    "promises_between",
    "read_cursor",
    "removed_from",
    "row_for_change",
    "rows_with_link",
    "steps_of",
    "usual_due",
]
