"""The formats of a retro: which kinds of entry are asked for, and by which question; knows no table.

Kinds are the words of `entries.rules.Kind`, written as text because this slice lies below entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Format:
    """`prompts`: kind of entry -> the question shown above the field, in the order of the page."""

    key: str
    name: str
    purpose: str
    prompts: Mapping[str, str]


def _format(key: str, name: str, purpose: str, **prompts: str) -> tuple[str, Format]:
    return key, Format(key, name, purpose, MappingProxyType(prompts))


FORMAT_DEFAULT = "customers"
FORMATS: Mapping[str, Format] = MappingProxyType(
    dict(
        (
            _format(
                "customers",
                "Other departments are customers",
                "Who served whom, and how well? The one to start with.",
                went_right="Where did a department serve another one well? What exactly helped?",
                went_wrong="Where did somebody who needed something wait, guess or do the work twice?",
                surprised_us="What did you learn about another department that you did not know before?",
                idea="What should one department do for another next time?",
                thanks="Which department do you want to thank, and for what?",
            ),
            _format(
                "start_stop_continue",
                "Start, stop, continue",
                "Short and practical: good when time is short and people know each other.",
                went_right="What should we continue, because it helped the departments work together?",
                went_wrong="What should we stop, because it cost another department time or quality?",
                surprised_us="What surprised you in how the work went?",
                idea="What should we start with the next joint project?",
                thanks="Whom do you want to thank, and for what?",
            ),
            _format(
                "timeline",
                "Along the timeline",
                "Walk from the first meeting to the last delivery: good after long projects with many handovers.",
                went_right="At which handover or milestone did things go smoothly, and why?",
                went_wrong="At which point in time did we lose time, and what had happened just before?",
                surprised_us="When did the project turn out differently from what was planned?",
                idea="At which point should we do something differently next time, and what?",
                thanks="Who helped at a moment that mattered?",
            ),
            _format(
                "sailboat",
                "Wind, anchor, rocks",
                "What carried the project, what held it back, what nearly sank it: good for an open look around.",
                went_right="What was the wind that carried the project between departments?",
                went_wrong="What was the anchor that held others back?",
                surprised_us="Which rocks did nobody see coming?",
                idea="Which course should we set next time?",
                thanks="Who kept the ship afloat?",
            ),
        )
    )
)
