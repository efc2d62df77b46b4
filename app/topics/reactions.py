"""What topics do when entries are revealed, hidden or withdrawn, and when voting opens or is skipped."""

from sqlmodel import Session

from app.core.db import Database
from app.core.events import Bus
from app.entries.events import (
    EntriesRevealed,
    EntriesWithdrawn,
    EntryHidden,
    LateEntriesRevealed,
    SignaturesTaken,
)
from app.retros.events import LateRoundEnds, StageAsked, StageEntered, StageLeft, VoteSkipped
from app.retros.rules.names import Stage
from app.retros.rules.refusals import VoteIsNotSkipped
from app.topics.queries import topic_board
from app.topics.service import changes, choosing, deciding, late, proposing, reading_ahead


def register(bus: Bus) -> None:
    bus.before(StageAsked, before_a_stage_begins)
    bus.before(LateRoundEnds, before_the_late_round_ends)
    bus.inside(EntriesRevealed, when_entries_are_revealed)
    bus.inside(LateEntriesRevealed, when_late_entries_are_revealed)
    bus.inside(StageLeft, when_grouping_ends)
    bus.inside(EntriesWithdrawn, when_entries_are_withdrawn)
    bus.inside(SignaturesTaken, when_signatures_are_taken)
    bus.inside(EntryHidden, when_an_entry_is_hidden)
    bus.inside(StageEntered, when_a_stage_begins)
    bus.inside(VoteSkipped, when_the_vote_is_skipped)


def before_a_stage_begins(database: Database, fact: StageAsked) -> None:
    """What takes long is done before anybody's lock is held: loading the encoder, reading what will be revealed."""
    if fact.stage is Stage.WRITE:
        reading_ahead.get_ready(database)
    if fact.stage is Stage.GROUP:
        reading_ahead.read_ahead(database, fact.retro_id)


def when_entries_are_revealed(db: Session, fact: EntriesRevealed) -> None:
    proposing.propose(db, fact.retro_id)


def before_the_late_round_ends(database: Database, fact: LateRoundEnds) -> None:
    reading_ahead.read_ahead(database, fact.retro_id)


def when_late_entries_are_revealed(db: Session, fact: LateEntriesRevealed) -> None:
    late.take_in_late(db, fact.retro_id)


def when_grouping_ends(db: Session, fact: StageLeft) -> None:
    """What was withdrawn has gone by now (see entries.reactions); what is left must be in a topic."""
    if fact.stage is Stage.GROUP and fact.to in {Stage.VOTE, Stage.DISCUSS}:
        late.late_must_be_placed(db, fact.retro_id)


def when_an_entry_is_hidden(db: Session, fact: EntryHidden) -> None:
    proposing.relabel(db, fact.retro_id, fact.entry_id)


def when_entries_are_withdrawn(db: Session, fact: EntriesWithdrawn) -> None:
    """Before anything is counted (see entries.reactions)."""
    proposing.sweep(db, fact.retro_id)


def when_signatures_are_taken(db: Session, fact: SignaturesTaken) -> None:
    changes.follow_entries(db, fact.retro_id, fact.were_about)


def when_a_stage_begins(db: Session, fact: StageEntered) -> None:
    if fact.left is Stage.GROUP:
        deciding.settle_proposals(db, fact.retro_id)
        proposing.forget_steps(db, fact.retro_id)
    if fact.stage is Stage.VOTE:
        choosing.settle_ballot(db, fact.retro_id)


def when_the_vote_is_skipped(db: Session, fact: VoteSkipped) -> None:
    """With one topic there is nothing to weigh; with more the room votes."""
    if len(topic_board.topics(db, fact.retro_id)) >= 2:
        raise VoteIsNotSkipped
