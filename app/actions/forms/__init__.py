"""Reads what was typed about promises: one module for each kind of form."""

from app.actions.forms.actions import (
    TypedAction,
    TypedStep,
    idea_action,
    new_action,
    read_action,
    read_step,
    read_version,
    typed_from,
)
from app.actions.forms.agreements import (
    TypedAgreement,
    read_agreement,
    read_reason,
    read_review_day,
    read_verdict,
)
from app.actions.forms.follow_up import BOUNDS, TypedPolicy, read_policy, typed_policy
from app.actions.forms.loading import TypedList, read_list_form

__all__ = [
    "BOUNDS",
    "TypedAction",
    "TypedAgreement",
    "TypedList",
    "TypedPolicy",
    "TypedStep",
    "idea_action",
    "new_action",
    "read_action",
    "read_agreement",
    "read_list_form",
    "read_policy",
    "read_reason",
    "read_review_day",
    "read_step",
    "read_verdict",
    "read_version",
    "typed_from",
    "typed_policy",
]
