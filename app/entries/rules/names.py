"""The words of an entry: its kinds, dimensions, lengths and the reasons for hiding one."""

from enum import StrEnum


class Kind(StrEnum):
    WENT_RIGHT = "went_right"
    WENT_WRONG = "went_wrong"
    SURPRISED_US = "surprised_us"
    IDEA = "idea"
    THANKS = "thanks"
    UNSORTED = "unsorted"
    ACTION = "action"


WRITTEN_KINDS = (Kind.WENT_RIGHT, Kind.WENT_WRONG, Kind.SURPRISED_US, Kind.IDEA, Kind.THANKS)
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


TEXT_MIN = 3
TEXT_MAX = 280
