"""How it is said who looks in on a retro: by role, never by name; knows no table and no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

LOOKS_FOR = timedelta(seconds=60)
"""How long after the last sign of an open page its reader still counts as looking in."""

SEEN_EVERY = timedelta(seconds=20)
"""How often it is written down that somebody's page is open."""


MAY_LOOK_IN = (
    "Leads of the departments here and administrators may look in, and so may other facilitators and colleagues from "
    "these departments. They see what the room sees, and every screen says so while they do."
)
LOOKING_IS_SHUT = "Nobody looks in from outside: who runs this retro has shut it."


@dataclass(frozen=True, slots=True)
class Looker:
    """What an account is to a retro it looks in on. `leads` and `belongs_to`: names of departments that take part."""

    leads: tuple[str, ...] = ()
    belongs_to: tuple[str, ...] = ()
    is_admin: bool = False
    is_facilitator: bool = False
    stands_in: bool = False

    @property
    def role(self) -> str:
        """What is said of them: what weighs most in the room, so a lead who administers, too, is the lead."""
        if self.leads:
            return f"the lead of {' and '.join(self.leads)}"
        if self.is_admin:
            return "an administrator"
        if self.stands_in:
            return "the stand-in"
        if self.is_facilitator:
            return "another facilitator"
        return f"somebody from {' and '.join(self.belongs_to)}" if self.belongs_to else "somebody of the house"


def who_looks_in(lookers: Iterable[Looker]) -> str | None:
    """One sentence for every screen, the same for the same people in any order; None while nobody looks in."""
    roles = sorted({looker.role for looker in lookers})
    if not roles:
        return None
    said = roles[0] if len(roles) == 1 else f"{', '.join(roles[:-1])} and {roles[-1]}"
    return f"{said[0].upper()}{said[1:]} {'is' if len(roles) == 1 else 'are'} looking in."
