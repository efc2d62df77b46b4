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

__all__ = [
    "TypedAction",
    "TypedStep",
    "idea_action",
    "new_action",
    "read_action",
    "read_step",
    "read_version",
    "typed_from",
]
