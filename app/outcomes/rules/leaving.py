"""What somebody who leaves hands over: the kinds of things, who may have each, and who gets it; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Open(StrEnum):
    """What cannot be left alone."""

    ACTION = "action"
    RETRO = "retro"
    DEPARTMENT = "department"
    SPONSOR = "sponsor"


@dataclass(frozen=True, slots=True)
class Successor:
    """Somebody who stays. `departments`: those they belong to, to choose by."""

    id: UUID
    name: str
    departments: tuple[str, ...] = ()
    is_facilitator: bool = False
    department_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class HandoverItem:
    """One thing that is open. `key` names it in forms, `page` is its address; `told`: departments whose leads hear of
    it. `agreements` go with a department: what it agreed on, in force or waiting for a yes."""

    open: Open
    target: str
    title: str
    note: str = ""
    page: str = ""
    told: frozenset[UUID] = frozenset()
    agreements: tuple[str, ...] = ()
    needs_facilitator: bool = False
    may_not: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def key(self) -> str:
        return f"{self.open}:{self.target}"

    def may_go_to(self, one: Successor) -> bool:
        """Whether this person can have it."""
        return one.id not in self.may_not and (one.is_facilitator or not self.needs_facilitator)


def in_order(people: Iterable[Successor], near: frozenset[UUID]) -> tuple[Successor, ...]:
    """Colleagues of the one who leaves first, then the others; by name."""
    return tuple(sorted(people, key=lambda one: (not one.department_ids & near, one.name.casefold(), str(one.id))))


def assigned(
    items: Sequence[HandoverItem], people: Iterable[Successor], chosen: Mapping[str, UUID], usual: UUID | None
) -> tuple[dict[str, UUID], dict[str, str]]:
    """Key of each item -> who gets it; and a sentence for each that nobody gets who may have it."""
    known = {one.id: one for one in people}
    gets: dict[str, UUID] = {}
    wrong: dict[str, str] = {}
    for item in items:
        who = known.get(chosen.get(item.key) or usual or UUID(int=0))
        if who is None:
            wrong[item.key] = "Choose who takes this over."
        elif not item.may_go_to(who):
            wrong[item.key] = (
                f"{who.name} decides on others’ pay or tasks there, so somebody else runs it."
                if who.id in item.may_not
                else f"{who.name} does not run retros. Choose a facilitator."
            )
        else:
            gets[item.key] = who.id
    return gets, wrong
