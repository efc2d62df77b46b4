"""Which stage follows which, and which way back there is; knows no table and no clock."""

from app.retros.rules.names import STAGES, Stage
from app.retros.rules.refusals import (
    RetroIsClosed,
    RevealCannotBeUndone,
    SeatsAreTaken,
    StageIsNotReached,
    VotesAreCounted,
    WrongStage,
)

JOINING = frozenset(STAGES[1:-1])
"""Stages in which a seat can be taken: from check-in until close."""

_BACK = {
    Stage.CHECK_IN: Stage.PREPARE,
    Stage.WRITE: Stage.CHECK_IN,
    Stage.VOTE: Stage.GROUP,
    Stage.WRAP_UP: Stage.DISCUSS,
}
_REVEALED = STAGES[STAGES.index(Stage.GROUP) :]


def is_after_reveal(stage: Stage) -> bool:
    """Whether the entries of a retro in `stage` are readable (a retro stopped at check-in closes without any)."""
    return stage in _REVEALED


def allowed_moves(stage: Stage) -> tuple[Stage, ...]:
    """Where the facilitator may go from `stage`, the way forward first.

    Discuss is offered beside vote: it is only allowed with fewer than two topics, which this slice cannot see.
    """
    if stage is Stage.CLOSED:
        return ()
    moves = [STAGES[STAGES.index(stage) + 1]]
    if stage is Stage.GROUP:
        moves.append(Stage.DISCUSS)
    if stage in _BACK:
        moves.append(_BACK[stage])
    return tuple(moves)


def may_move(stage: Stage, to: Stage, *, seats: int = 0) -> None:
    """Passes, or raises the refusal that says why not. `seats` taken so far decide the way back to preparing."""
    if to in allowed_moves(stage):
        if to is Stage.PREPARE and seats > 0:
            raise SeatsAreTaken
        return
    if stage is Stage.CLOSED:
        raise RetroIsClosed
    forwards = STAGES.index(to) > STAGES.index(stage)
    if forwards:
        raise StageIsNotReached
    if to is stage:
        raise WrongStage("The retro is in this stage already.")
    if is_after_reveal(stage) and not is_after_reveal(to):
        raise RevealCannotBeUndone
    if STAGES.index(to) <= STAGES.index(Stage.VOTE) < STAGES.index(stage):
        raise VotesAreCounted
    raise WrongStage("There is no way back to that stage.")
