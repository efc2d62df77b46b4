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
from app.actions.forms.follow_up import BOUNDS, TypedPolicy, read_policy, typed_policy

__all__ = [
    "BOUNDS",
    "TypedAction",
    "TypedPolicy",
    "TypedStep",
    "idea_action",
    "new_action",
    "read_action",
    "read_policy",
    "read_step",
    "read_version",
    "typed_from",
    "typed_policy",
]
