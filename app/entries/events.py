"""What happened to the entries of a retro, in the past tense; nothing is said while people write."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.retros.events import RetroChanged


@dataclass(frozen=True, slots=True)
class EntriesRevealed(RetroChanged):
    """All entries can be read, under new ids."""


@dataclass(frozen=True, slots=True)
class LateEntriesRevealed(RetroChanged):
    """What was written in the round after the reveal can be read, under new ids; it is in no topic yet."""


@dataclass(frozen=True, slots=True)
class EntriesWithdrawn(RetroChanged):
    """Entries whose withdrawal was asked for are gone (at a stage change, all at once)."""

    entry_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class EntryHidden(RetroChanged):
    """An entry was hidden with a reason that everybody sees, or shown again."""

    entry_id: UUID


@dataclass(frozen=True, slots=True)
class ThanksRevealed(RetroChanged):
    """The thanks of the wrap-up can be read, all at once and shuffled."""


@dataclass(frozen=True, slots=True)
class SignaturesTaken(RetroChanged):
    """Departments' names were taken off signed entries (at a stage change, all at once). `were_about`: entry -> the
    department that it was about, as long as it had a name."""

    were_about: Mapping[UUID, UUID | None]
