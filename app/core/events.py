"""Carries facts from the slice where they happen to the slices above that react; knows no product word.

`inside` reactions run in the same transaction (durable rows); `after` reactions run once it is committed (live
screens: they may be lost, the next resync repairs them); `before` reactions run before the transaction begins, for
what takes long and must not hold anybody's lock (they may fail: then it is done inside, and takes longer).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlmodel import Session

from app.core.errors import whereabouts

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, named in the past tense, holding ids only."""


FactType = TypeVar("FactType", bound=Fact)
InsideReaction = Callable[[Session, Any], None]
AfterReaction = Callable[[Any], None]
BeforeReaction = Callable[[Any, Any], None]


class Bus:
    """Who reacts to what. Subscribing to a base class hears all its subclasses; twice is no more than once."""

    def __init__(self) -> None:
        self._inside: dict[type[Fact], list[InsideReaction]] = defaultdict(list)
        self._after: dict[type[Fact], list[AfterReaction]] = defaultdict(list)
        self._before: dict[type[Fact], list[BeforeReaction]] = defaultdict(list)

    def inside(self, fact: type[FactType], reaction: Callable[[Session, FactType], None]) -> None:
        if reaction not in self._inside[fact]:
            self._inside[fact].append(reaction)

    def after(self, fact: type[FactType], reaction: Callable[[FactType], None]) -> None:
        if reaction not in self._after[fact]:
            self._after[fact].append(reaction)

    def before(self, fact: type[FactType], reaction: Callable[[Any, FactType], None]) -> None:
        """`reaction` gets the database (not a session) and the fact."""
        if reaction not in self._before[fact]:
            self._before[fact].append(reaction)

    def prepare(self, database: Any, fact: Fact) -> None:
        """Say, outside any transaction, that one is about to begin because of `fact`."""
        for reaction in self._before.get(type(fact), ()):
            _guarded(partial(reaction, database, fact), what=type(fact).__name__)

    def happened(self, db: Session, fact: Fact) -> None:
        for kind in type(fact).__mro__:
            for reaction in self._inside.get(kind, ()):
                reaction(db, fact)

    def after_commit(self, fact: Fact) -> None:
        for kind in type(fact).__mro__:
            for reaction in self._after.get(kind, ()):
                _guarded(partial(reaction, fact), what=type(fact).__name__)


def emit(db: Session, fact: Fact) -> None:
    """Say that `fact` happened in this transaction."""
    bus: Bus | None = db.info.get("bus")
    if bus is None:
        raise RuntimeError("facts are emitted inside database.transaction()")
    db.info["facts"].append(fact)
    bus.happened(db, fact)


@contextmanager
def savepoint(db: Session) -> Iterator[None]:
    """A part of a transaction that may fail by itself: what it wrote and said is then as if it had never been."""
    facts, callbacks = db.info["facts"], db.info["callbacks"]
    said, wanted = len(facts), len(callbacks)
    try:
        with db.begin_nested():
            yield
    except BaseException:
        del facts[said:], callbacks[wanted:]
        raise


def is_writing(db: Session) -> bool:
    """Whether this session is a transaction (`database.transaction()`) and not a mere reading."""
    return "facts" in db.info


def on_commit(db: Session, callback: Callable[[], None]) -> None:
    """Run `callback` after this transaction is committed (never if it is rolled back)."""
    db.info["callbacks"].append(callback)


def settle(db: Session) -> None:
    """Called by the database after the commit: tell the `after` reactions and run the callbacks."""
    bus: Bus = db.info["bus"]
    for fact in db.info["facts"]:
        bus.after_commit(fact)
    for callback in db.info["callbacks"]:
        _guarded(callback, what="callback")


def _guarded(call: Callable[[], None], what: str) -> None:
    try:
        call()
    except Exception as error:
        # The commit stands; a lossy effect that failed must not turn the answer into an error.
        log.error("reaction_failed", what=what, error=type(error).__name__, where=whereabouts(error))
