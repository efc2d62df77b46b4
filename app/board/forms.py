"""Reads the composer's fields. Meaning and limits are decided by the entries themselves."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, StringConstraints

from app.entries.rules.composers import KEY_MOST
from app.web.fields import Prose, Word

SLOTS_MOST = 99
TYPED_MOST = 2_000
"""Characters of a half-typed text that are read: more than an entry may ever have."""


def _cut(typed: object) -> object:
    """A text, cut; what is none (a file) is refused as in any other field."""
    return typed[:TYPED_MOST] if isinstance(typed, str) else typed


Cut = Annotated[str, StringConstraints(max_length=TYPED_MOST), BeforeValidator(_cut)]


class TypedEntry(BaseModel):
    """The composer as it was typed; a missing field is an empty one."""

    key: Word = ""
    slot: Word = ""
    of: Word = ""
    kind: Word = ""
    text: Prose = ""
    about: Word = ""
    dimension: Word = ""
    signed: Word = ""


class TypedDraft(TypedEntry):
    """The composer while somebody types: any text, cut before anything reads it. The phone keeps the whole."""

    text: Cut = ""


@dataclass(frozen=True, slots=True)
class EntryFields:
    """`slot` is the place of the entry to change, None for a new one; `of` the key of the entry that was there."""

    key: str
    slot: int | None
    of: str | None
    kind: str
    text: str
    about: UUID | None
    dimension: str | None


def read_entry(typed: TypedEntry) -> EntryFields:
    """The fields as the service takes them; an unreadable department counts as none."""
    slot = (
        int(typed.slot) if typed.slot.isascii() and typed.slot.isdigit() and int(typed.slot) <= SLOTS_MOST else None
    )
    return EntryFields(
        typed.key[:KEY_MOST],
        slot,
        typed.of[:KEY_MOST] or None,
        typed.kind,
        typed.text,
        _id(typed.about),
        typed.dimension or None,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
