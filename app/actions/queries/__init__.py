"""Reads of promises: rows for the service, frozen views for screens. Knows no seat and no entry."""

from app.actions.queries.lists import action, actions_for, actions_of, history, promises_between, removed_from
from app.actions.queries.rights import leads_of, owns, parties, possible_steps
from app.actions.queries.rows import fields, fields_of, row_for_change, steps_of, waiting_for_an_answer
from app.actions.queries.views import ActionView, Lists, PromiseView, StepView

__all__ = [
    "ActionView",
    "Lists",
    "PromiseView",
    "StepView",
    "action",
    "actions_for",
    "actions_of",
    "fields",
    "fields_of",
    "history",
    "leads_of",
    "owns",
    "parties",
    "possible_steps",
    "promises_between",
    "removed_from",
    "row_for_change",
    "steps_of",
    "waiting_for_an_answer",
]
