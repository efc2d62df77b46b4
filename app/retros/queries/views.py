"""Frozen pictures of a retro for screens and upper slices; they hold no row and no secret that prints itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from uuid import UUID

from app.people.rules import Visitor
from app.retros.rules.attendance import if_all_come, said_together, total
from app.retros.rules.crowds import crowd
from app.retros.rules.formats import FORMATS, Format
from app.retros.rules.late_round import has_vote
from app.retros.rules.names import Labels, LateRound, LowSafetyChoice, Stage, WayIn
from app.retros.rules.observers import LOOKING_IS_SHUT, MAY_LOOK_IN
from app.retros.rules.preparation import OVERRIDDEN
from app.retros.rules.presses import leaving
from app.retros.rules.questions import safety_is_open
from app.retros.rules.results import Safety
from app.retros.rules.stages import JOINING


@dataclass(frozen=True, slots=True)
class RetroDepartmentView:
    """A department in a retro. `index` is its colour (0-11), the same as `tone`, by the name macros ask for."""

    id: UUID
    name: str
    badge: str
    tone: int
    expected: int | None
    pooled: bool

    @property
    def index(self) -> int:
        return self.tone


@dataclass(frozen=True, slots=True)
class TimeBoxView:
    """Minutes of one stage: planned, and added by `extensions` extensions."""

    stage: Stage
    minutes: int
    extensions: int
    extended_minutes: int
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RetroView:
    """A retro as screens need it. Times are aware UTC; minutes are minutes."""

    id: UUID
    code: str
    title: str
    project_id: UUID
    project_name: str
    format: Format
    stage: Stage
    version: int
    k: int
    entry_limit: int
    way_in: WayIn
    locked: bool
    hands: int | None
    writing_began: bool
    departments: tuple[RetroDepartmentView, ...]
    facilitator_id: UUID
    co_facilitator_ids: frozenset[UUID]
    stand_in_id: UUID | None
    facilitator_seen_at: datetime | None
    warnings_overridden: tuple[str, ...]
    meeting_minutes: int
    write_asynchronously: bool
    partly_remote: bool
    writing_until: datetime | None
    stage_started_at: datetime | None
    stage_ends_at: datetime | None
    time_boxes: Mapping[Stage, TimeBoxView]
    labels: Labels
    low_safety_choice: LowSafetyChoice | None
    awaiting_release: bool
    spotlight_topic_id: UUID | None
    spotlight_ends_at: datetime | None
    more_time_round: int
    tickets_issued: int
    tickets_extra: int
    seats_ejected: int
    created_at: datetime
    revealed_at: datetime | None
    closed_at: datetime | None
    imported: bool = False
    apart: frozenset[frozenset[UUID]] = frozenset()
    """Pairs of departments that did not work together."""
    late_round: LateRound = LateRound.NOT_YET
    late_round_ends_at: datetime | None = None
    looking_is_shut: bool = False
    pay_is_decided_here: bool | None = None
    """Whether somebody is here who decides on others' pay or tasks; None: nobody was asked."""
    decider_ids: frozenset[UUID] = frozenset()
    safety_asked: bool = False
    safety_shown: bool = False
    took_over_ids: frozenset[UUID] = frozenset()
    """Who took the lead of an absent facilitator: the result of the safety check did not pass on to them."""
    continues_at: datetime | None = None
    """Broken off: it goes on then."""
    closes_at: datetime | None = None
    """A warning was written: nobody went on, and it closes by itself then, not before."""
    kept_until: datetime | None = None
    offered_longer: bool = False
    """Fewer than k were seated after days of writing, and more time was offered."""

    @property
    def is_broken_off(self) -> bool:
        """Whether it goes on another day, and nobody said yet that it does."""
        return self.is_open and self.continues_at is not None

    @property
    def pairs(self) -> tuple[tuple[RetroDepartmentView, RetroDepartmentView], ...]:
        """Every two departments, by name."""
        return tuple(combinations(self.departments, 2))

    def worked_together(self, one: UUID, other: UUID) -> bool:
        """Whether these two had to do with each other; a department always did with itself."""
        return frozenset((one, other)) not in self.apart

    @property
    def expected(self) -> int | None:
        """People expected in all; None where nobody said it of every department."""
        return total({one.id: one.expected for one in self.departments})

    @property
    def counts_hands(self) -> bool:
        """Whether a show of hands is asked for: in a meeting that people enter by its code."""
        return self.way_in is WayIn.CODE and not self.write_asynchronously

    @property
    def counts_nothing(self) -> bool:
        """While writing runs for days nothing is counted: each arrival and each end could tell who it was."""
        return self.write_asynchronously and self.stage is Stage.WRITE and not self.awaiting_release

    @property
    def together_if_all_come(self) -> tuple[RetroDepartmentView, ...] | None:
        """Departments that would be shown together if all expected came; all of them where none would be named; None
        where nobody said how many are expected."""
        planned = if_all_come({one.id: one.expected for one in self.departments}, self.k, self.apart)
        if planned is None:
            return None
        return tuple(one for one in self.departments if one.id not in planned.labelled)

    @property
    def together_said(self) -> str | None:
        """Who would be shown together if all expected came; blames nobody. None where nobody said who is expected."""
        together = self.together_if_all_come
        if together is None:
            return None
        names = [one.name for one in together]
        return said_together(names, self.k, everybody=len(together) == len(self.departments))

    @property
    def prepared_in_spite_of(self) -> list[str]:
        """A sentence for each warning that was overridden."""
        return [OVERRIDDEN[key] for key in self.warnings_overridden if key in OVERRIDDEN]

    @property
    def is_open(self) -> bool:
        return self.stage is not Stage.CLOSED

    @property
    def is_revealed(self) -> bool:
        return self.revealed_at is not None

    @property
    def writes_now(self) -> bool:
        """Whether seats may write, edit and delete drafts."""
        return self.stage is Stage.WRITE or self.late_round_runs

    @property
    def composes_now(self) -> bool:
        """Whether a phone shows the form to write with: not while seats decide whether to release what they wrote."""
        return self.late_round_runs or (self.stage is Stage.WRITE and not self.awaiting_release)

    @property
    def leaving(self) -> str:
        """What a button that moves this retro names as the place it leaves; for who runs it."""
        return leaving(self.stage, self.awaiting_release, self.offered_longer)

    @property
    def place(self) -> str:
        """The same, as every screen may know it: that more time was offered is for who runs the retro alone."""
        return leaving(self.stage, self.awaiting_release)

    @property
    def late_round_runs(self) -> bool:
        """Whether "one more thing" is open on every phone."""
        return self.late_round is LateRound.RUNNING

    @property
    def late_round_is_due(self) -> bool:
        """Whether "one more thing" comes next: everything is revealed, and it was neither held nor skipped."""
        return self.stage is Stage.GROUP and self.late_round is LateRound.NOT_YET

    @property
    def door_is_closed(self) -> bool:
        """Whether who comes now waits to be let in with others."""
        return self.is_revealed and self.is_open and self.late_round is LateRound.NOT_YET

    @property
    def lets_in_by_press(self) -> bool:
        """Whether who waits, because more came than were expected, is let in by a press at the desk."""
        return self.is_open and not self.is_revealed

    @property
    def is_read_without_seat(self) -> bool:
        """Whether who comes now reads along, and takes no seat any more."""
        return self.is_revealed and self.is_open and self.late_round is not LateRound.NOT_YET

    @property
    def without_vote(self) -> tuple[RetroDepartmentView, ...]:
        """Departments whose people, let in after the reveal, belong to no group that was frozen then."""
        return tuple(d for d in self.departments if d.pooled and not self.has_vote(None)) if self.is_revealed else ()

    def has_vote(self, label: UUID | None) -> bool:
        """Whether a seat with this label (None: without a name) is in a group that votes."""
        return has_vote(self.labels, label)

    def remote_voices_first(self, position: int | None) -> bool:
        """Whether people who are not in the room speak first on the topic at this place (0-based) of the order."""
        return self.partly_remote and position is not None and position % 2 == 1

    @property
    def claims_anonymity(self) -> bool:
        """False once fewer than k were seated at the reveal: the retro then says that it makes no such claim."""
        return not self.awaiting_release

    @property
    def shown_code(self) -> str:
        """The code as people read it aloud."""
        return f"{self.code[:4]}-{self.code[4:]}"

    def department(self, department_id: UUID | None) -> RetroDepartmentView | None:
        """The department of this retro with that id, if there is one."""
        return next((d for d in self.departments if d.id == department_id), None)

    def is_led_by(self, visitor: Visitor | None) -> bool:
        """Whether this is the facilitator, who leads it."""
        return visitor is not None and visitor.account_id == self.facilitator_id

    def is_helped_by(self, visitor: Visitor | None) -> bool:
        """Whether this is the facilitator or a co-facilitator: they run it, each as much as the other."""
        if visitor is None:
            return False
        return self.is_led_by(visitor) or visitor.account_id in self.co_facilitator_ids

    @property
    def leads_step_out(self) -> bool:
        """Whether leads of departments leave the room while people write."""
        return bool(self.pay_is_decided_here) or self.low_safety_choice is LowSafetyChoice.LEADS_LEAVE

    @property
    def who_may_look_in(self) -> str:
        """Said before anything is written."""
        return LOOKING_IS_SHUT if self.looking_is_shut else MAY_LOOK_IN

    def is_shut_to(self, visitor: Visitor) -> bool:
        """Whether this visitor, who may look in otherwise, may not just now: it was shut, or leads are out."""
        if self.stage not in JOINING or self.is_helped_by(visitor):
            return False
        if self.looking_is_shut:
            return True
        steps_out = visitor.account_id in self.decider_ids or visitor.leads & {one.id for one in self.departments}
        return self.stage is Stage.WRITE and self.leads_step_out and bool(steps_out)

    @property
    def asks_safety(self) -> bool:
        """Whether this is the time of the safety check."""
        return safety_is_open(self.stage, self.write_asynchronously, self.safety_asked)

    def reads_safety(self, visitor: Visitor) -> bool:
        """Whether the result of the safety check is for this visitor before it is shown to the room."""
        return self.is_helped_by(visitor) and visitor.account_id not in self.took_over_ids

    @property
    def asks_to_choose(self) -> bool:
        """Whether a choice after the safety check is asked for whatever it came to: one of those who run it took over
        and may not read the result, and being asked only after a low one would tell it."""
        return bool(self.took_over_ids & {self.facilitator_id, *self.co_facilitator_ids})

    @property
    def was_stopped(self) -> bool:
        """Whether it ended before the reveal: nothing that was written was ever shown."""
        return self.stage is Stage.CLOSED and not self.is_revealed and not self.imported


@dataclass(frozen=True, slots=True)
class HeldRetro:
    """As much of a retro as what seats write depends on, held still until the transaction ends (`queries.hold`)."""

    id: UUID
    stage: Stage
    way_in: str
    locked: bool
    entry_limit: int
    write_asynchronously: bool
    awaiting_release: bool
    spotlight_topic_id: UUID | None
    more_time_round: int
    labels: str
    revealed_at: datetime | None
    late_round: str
    safety_asked: bool

    @property
    def asks_safety(self) -> bool:
        """Whether this is the time of the safety check."""
        return safety_is_open(self.stage, self.write_asynchronously, self.safety_asked)


@dataclass(frozen=True, slots=True)
class SeatVisitor:
    """Who is asking, in the room: an anonymous place. Made from the cookie of this very request, stored nowhere."""

    retro_id: UUID
    secret: str = field(repr=False)
    tag: str = field(repr=False)
    department_id: UUID | None
    handle: str
    ready: bool = False
    released: bool = False


@dataclass(frozen=True, slots=True)
class SeatCounts:
    """Totals that every screen may show. Never by department: that could still change, or be a department of one.

    While people write in their own time nothing is counted (None): each arrival and each end would tell who it was.
    `people`: seats, never more than expected, less `surplus`, the seats that are no people.
    """

    seated: int | None
    ready: int | None
    released: int
    expected: int | None
    people: int | None
    surplus: int
    too_few_for_anonymity: bool
    waiting: int | None = 0
    """People who wait at the desk's press because more came than were expected; None: not counted. For the desk."""

    @property
    def ready_said(self) -> str | None:
        """How many are ready, in words while the room is small."""
        return None if self.ready is None or self.seated is None else crowd(self.ready, self.seated)

    @property
    def released_said(self) -> str | None:
        """How many have released their entries, in words while the room is small."""
        return None if self.seated is None else crowd(self.released, self.seated)


@dataclass(frozen=True, slots=True)
class SafetyResult:
    """What the safety check came to, for one of those who run the retro. `word` None: no result (below k), or it is
    `withheld`. `counts` from ten answers on, where words need not do."""

    word: Safety | None
    counts: tuple[int, ...] | None
    said: str
    withheld: bool
    must_choose: bool
    may_show: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody with an account who runs the retro."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class FacilitationView:
    """Who runs the retro, and who may take it over first."""

    facilitator: PersonView
    co_facilitators: tuple[PersonView, ...]
    stand_in: PersonView | None


def format_of(key: str) -> Format:
    """The format with this key; retros made with one that is gone show the first."""
    return FORMATS.get(key) or next(iter(FORMATS.values()))
