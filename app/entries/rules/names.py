"""The words of an entry: its kinds, dimensions, lengths and the reasons for hiding one."""

from enum import StrEnum


class EntryKind(StrEnum):
    WENT_RIGHT = "went_right"
    WENT_WRONG = "went_wrong"
    SURPRISED_US = "surprised_us"
    IDEA = "idea"
    THANKS = "thanks"
    UNSORTED = "unsorted"
    ACTION = "action"


WRITTEN_KINDS = (EntryKind.WENT_RIGHT, EntryKind.WENT_WRONG, EntryKind.SURPRISED_US, EntryKind.IDEA, EntryKind.THANKS)
"""What a seat may write. The others come with imported history only: the source does not say, or it is a promise."""


class Dimension(StrEnum):
    """The five that internal service is measured by."""

    RESPONSIVENESS = "responsiveness"
    QUALITY = "quality"
    COMMUNICATION = "communication"
    TEAMWORK = "teamwork"
    MORALE = "morale"


class HiddenReason(StrEnum):
    """Why an entry was hidden: a fixed list, so that a reason cannot tell anything else."""

    NAMES_A_PERSON = "names_a_person"
    INSULTS = "insults"
    CONFIDENTIAL = "confidential"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"


HIDDEN_BECAUSE = {
    HiddenReason.NAMES_A_PERSON: "it names a person",
    HiddenReason.INSULTS: "it insults",
    HiddenReason.CONFIDENTIAL: "it is confidential",
    HiddenReason.OFF_TOPIC: "it is off topic",
    HiddenReason.DUPLICATE: "it is a duplicate",
}


class HiddenRole(StrEnum):
    """In which role somebody hid an entry: an entry knows no person, and the page names who runs the retro."""

    FACILITATOR = "facilitator"
    CO_FACILITATOR = "co_facilitator"


HIDDEN_BY = {
    HiddenRole.FACILITATOR: "the facilitator",
    HiddenRole.CO_FACILITATOR: "a co-facilitator",
}


def hidden_words(reason: HiddenReason, role: HiddenRole | None) -> str:
    """Who hid an entry and why, as every screen says it. Who did was not kept before 2026-12: then only why."""
    by = f" by {HIDDEN_BY[role]}" if role else ""
    return f"Hidden{by}: {HIDDEN_BECAUSE[reason]}"


TEXT_MIN = 3
TEXT_MAX = 280
