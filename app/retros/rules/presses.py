"""What a button that moves a retro leaves behind, so that a second press of it is known; and how that is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.retros.rules.names import Stage

OFFERED, RELEASE = "offered", "release"


def leaving(stage: Stage, awaiting_release: bool, offered_longer: bool = False) -> str:
    """Where a button stands, as its form names it: the stage, and how far a reveal with fewer than k people has come.

    That is more than one press in one stage: the first may offer more time, the next asks seats to release what they
    wrote, the last destroys what nobody released.
    """
    if stage is not Stage.WRITE or not (awaiting_release or offered_longer):
        return str(stage)
    return f"{stage}.{RELEASE if awaiting_release else OFFERED}"


ALREADY: Final[Mapping[str, str]] = {
    "moved": "That step was taken already. Nothing moved a second time.",
    "lit": "The spotlight had moved already, so it stays where it is now.",
    "round-begun": "“One more thing” has begun already.",
    "round-over": "“One more thing” is over already.",
    "asked": "This question is open already.",
    "answered": "This question is over already.",
    "begun": "The meeting has begun already.",
    "undone": "That was undone already. Nothing else was undone.",
}
"""Said to who pressed twice, by a word that may stand in an address: nothing happened, and nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a press wants: `leaving` says where its button stood, as `leaving` above names it ('' from anywhere);
    `hands`: people counted as check-in ends; `skips_late_round`: without "one more thing"."""

    to: Stage
    leaving: str = ""
    skips_late_round: bool = False
    hands: int | None = None
