"""What a live screen says at each stage and which pieces it is made of; pure, knows no table and no HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.retros.rules.names import Stage


class Audience(StrEnum):
    """Who looks at a live screen. Everybody of one audience gets the same bytes."""

    PARTICIPANT = "participant"
    READER = "reader"
    """Who reads along without a seat: what phones show, and nothing to press."""
    FACILITATOR = "facilitator"
    SCREEN = "screen"
    OBSERVER = "observer"
    """Looks in at the desk without running the retro: sees what the room sees, never the cockpit."""


@dataclass(frozen=True, slots=True)
class StageWords:
    """`heading` names what happens now; `room` tells people what to do; `facilitator` tells how to lead it."""

    heading: str
    room: str
    facilitator: str


WORDS: Mapping[Stage, StageWords] = {
    Stage.PREPARE: StageWords(
        "Not open yet",
        "The facilitator is still preparing. This page changes by itself when the room opens.",
        "Check the settings and the people you expect, then open the room so that people can join.",
    ),
    Stage.CHECK_IN: StageWords(
        "Welcome: check in",
        "Take a seat on your own phone, answer one secret question, and say when you are ready.",
        "Read out what was promised last time. Say aloud what anonymity means here. Move on when people are ready.",
    ),
    Stage.WRITE: StageWords(
        "Write in silence",
        "One observation at a time. Nobody sees anything until everything is revealed at once.",
        "Keep the room silent. You see how many are done and nothing else. Give more time if pens are still moving.",
    ),
    Stage.GROUP: StageWords(
        "Read and group",
        "Everything is here, shuffled. Say aloud what belongs together; the facilitator moves it.",
        "Let people read first. Accept the groups that fit, reject the others; then move, merge, split and name the "
        "topics in the words of the room.",
    ),
    Stage.VOTE: StageWords(
        "Vote in secret",
        "Say for each topic whether you agree, then give your dots to what is worth talking about.",
        "Nobody sees a result until you move on. What counts is what several departments agree on, not who shouts.",
    ),
    Stage.DISCUSS: StageWords(
        "Talk about it",
        "One topic at a time. The department it is about may reply. What you promise is written down.",
        "Put a topic in the spotlight, ask why, let the department reply, and write down who promises what by when.",
    ),
    Stage.WRAP_UP: StageWords(
        "Read back the actions",
        "Listen to each promise: is it what you meant? Then say in secret whether the time was worth it.",
        "Read each promise aloud with its owner and date. Complete what is missing, thank people, then close.",
    ),
    Stage.CLOSED: StageWords(
        "Closed",
        "The outcome is fixed and the keys are destroyed. What is stored tells nobody who wrote what.",
        "The outcome is fixed. You can still correct the wording of promises for two working days.",
    ),
}

LATE_ROUND_WORDS = StageWords(
    "One more thing",
    "Is something missing? Add it on your phone. It carries no department and appears, shuffled, at the end.",
    "Everybody has a short form on the phone. Say that the time is short, and end it early if nobody is typing.",
)
"""While the round between the reveal and the vote runs."""

READS_ALONG = "Who has a seat adds what is missing now. It carries no department and appears when the time is over."

NEXT_STEPS: Mapping[Stage, tuple[str, str]] = {
    Stage.CHECK_IN: (
        "Open the room",
        "People can take their seats. The smallest group shown by name is then fixed.",
    ),
    Stage.WRITE: (
        "Start writing",
        "The safety check ends. Everybody writes in silence; nobody sees anything yet.",
    ),
    Stage.GROUP: (
        "Reveal everything",
        "All entries appear at once, shuffled, small departments together. There is no way back to writing.",
    ),
    Stage.VOTE: ("Start the vote", "At most twelve topics are put to a secret vote."),
    Stage.DISCUSS: (
        "End the vote",
        "The votes are counted and the order of discussion is fixed.",
    ),
    Stage.WRAP_UP: ("Wrap up", "The spotlight goes out and the promises are read back."),
    Stage.CLOSED: (
        "Close the retro",
        "The outcome is fixed, seats and keys are destroyed. This cannot be undone.",
    ),
}
"""Where the button leads -> its words, and what it will do."""

RELEASED_STEP = (
    "Reveal what was released",
    "Only what each person released appears, the rest is destroyed. There is no way back to writing.",
)
"""The same step once seats were asked to release what they wrote."""

BACK_WORDS: Mapping[Stage, str] = {
    Stage.PREPARE: "Back to preparing",
    Stage.CHECK_IN: "Back to check-in",
    Stage.GROUP: "Back to grouping (votes are discarded)",
    Stage.DISCUSS: "Back to discussing",
}

READY_WORDS: Mapping[Stage, str] = {
    Stage.CHECK_IN: "ready",
    Stage.WRITE: "done writing",
    Stage.GROUP: "ready",
    Stage.VOTE: "done voting",
    Stage.DISCUSS: "ready",
    Stage.WRAP_UP: "ready",
}


BROKEN_OFF_WORDS = StageWords(
    "To be continued",
    "This retro goes on another day. Come back with this phone and this browser: your seat is kept.",
    "Everybody reads the day. When people are together, press “Continue now”: the time of this stage starts again.",
)
"""From “Continue on another day” until somebody who runs it says that it goes on."""

STOPPED_HEADING = "Ended before the reveal"
STOPPED_SENTENCE = "Nobody has seen what was written. Nothing of it is kept, and neither are the answers."


def heading(
    stage: Stage,
    awaiting_release: bool,
    *,
    late_round: bool = False,
    was_stopped: bool = False,
    broken_off: bool = False,
) -> str:
    """What happens now, in a few words."""
    if was_stopped:
        return STOPPED_HEADING
    if broken_off:
        return BROKEN_OFF_WORDS.heading
    if late_round:
        return LATE_ROUND_WORDS.heading
    return "Fewer than hoped" if awaiting_release and stage is Stage.WRITE else WORDS[stage].heading


def sentence(
    stage: Stage,
    audience: Audience,
    awaiting_release: bool,
    k: int,
    *,
    late_round: bool = False,
    was_stopped: bool = False,
    broken_off: bool = False,
) -> str:
    """What to do now, in a sentence or two."""
    if was_stopped:
        return STOPPED_SENTENCE
    if broken_off:
        return BROKEN_OFF_WORDS.facilitator if audience is Audience.FACILITATOR else BROKEN_OFF_WORDS.room
    if late_round and audience is Audience.READER:
        return READS_ALONG
    if awaiting_release and stage is Stage.WRITE:
        return (
            f"Fewer than {k} people are seated, so nothing was revealed: it would be easy to guess who wrote what. "
            "Each of you decides whether your own entries are released all the same."
        )
    words = LATE_ROUND_WORDS if late_round else WORDS[stage]
    return words.facilitator if audience is Audience.FACILITATOR else words.room


ASKED_FIRST: Final = frozenset({Stage.WRITE, Stage.GROUP, Stage.CLOSED})
"""Steps that are confirmed: hands are counted as check-in ends, reveal and close cannot be undone."""


def audience_at_desk(runs_it: bool, asked: Audience | None) -> Audience | None:
    """Which audience somebody at the desk gets who asks for one (None: for their own); None: not that one.

    Who runs the retro gets the cockpit, and opens the big screen. Everybody else looks in, whatever the address says.
    """
    if runs_it:
        return asked if asked is Audience.SCREEN else Audience.FACILITATOR if asked in OWN else None
    return Audience.OBSERVER if asked in {None, Audience.OBSERVER} else None


OWN: Final = frozenset({None, Audience.FACILITATOR})


@dataclass(frozen=True, slots=True)
class Piece:
    """A region of the board: who sees it, each by name, and which parts of the picture its template is given.

    There is no word for "all": an audience that is added later sees a piece only where somebody wrote it down.
    """

    audiences: frozenset[Audience]
    needs: tuple[str, ...] = ()


_P, _R, _F, _S, _O = (
    Audience.PARTICIPANT,
    Audience.READER,
    Audience.FACILITATOR,
    Audience.SCREEN,
    Audience.OBSERVER,
)

PIECES: Final[Mapping[str, Piece]] = {
    "track": Piece(frozenset({_P, _R, _F, _S, _O})),
    "stage": Piece(frozenset({_P, _R, _F, _S, _O})),
    "clock": Piece(frozenset({_P, _R, _F, _S, _O})),
    "notices": Piece(frozenset({_P, _R, _F, _S, _O}), ("notices", "led_from_inside")),
    "looking": Piece(frozenset({_P, _R, _F, _S, _O}), ("looking_in",)),
    "presence": Piece(frozenset({_P, _R, _F, _S, _O}), ("counts", "ready_words")),
    "expected": Piece(frozenset({_P, _R, _F, _S, _O})),
    "code": Piece(frozenset({_F, _S}), ("counts",)),
    "promises": Piece(frozenset({_P, _R, _F, _S, _O}), ("promises", "agreements")),
    "safety": Piece(frozenset({_P, _R, _F, _S, _O}), ("safety_words",)),
    "spotlight": Piece(frozenset({_P, _R, _F, _S, _O}), ("spotlight", "more_time", "more_time_is_open", "ranking")),
    "mover": Piece(frozenset({_F}), ("topics", "topic_board")),
    "topics": Piece(frozenset({_P, _R, _F, _S, _O}), ("topics",)),
    "ranking": Piece(frozenset({_P, _R, _F, _S, _O}), ("ranking", "not_discussed")),
    "actions": Piece(frozenset({_P, _R, _F, _S, _O}), ("actions",)),
    "closing": Piece(frozenset({_P, _R, _F, _S, _O}), ("roti", "thanks")),
}
