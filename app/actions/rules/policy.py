"""How an organisation follows its promises up: the days, whom, and when; pure. The defaults are the design's."""

from dataclasses import dataclass

MONDAY, NEVER = 0, -1


@dataclass(frozen=True, slots=True)
class Policy:
    """Days are working days unless said otherwise. Hours are 0-23 where the reader is."""

    acknowledge_within: int = 2
    due_high: int = 15
    due_normal: int = 30
    remind_before: int = 2
    remind_on_the_day: bool = True
    remind_every: int = 7  # calendar days, once it is late
    lead_after: int = 5
    sponsor_after: int = 10
    silence_after: int = 5
    mend_within: int = 2
    leads_hear_reminders: bool = False
    members_may_be_asked: bool = True
    """Whether members of the requesting department, not only its leads, are asked by mail to accept."""
    sponsor_name: str = ""
    sponsor_email: str = ""
    digest_weekday: int = MONDAY  # 0 Monday to 6 Sunday; NEVER
    digest_hour: int = 8
    quiet_from: int = 18
    quiet_until: int = 8
    quiet_weekends: bool = True
