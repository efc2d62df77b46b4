"""Reads how an organisation follows its promises up, as it was typed: each number with the bounds that make sense."""

from dataclasses import fields

from pydantic import BaseModel

from app.actions.rules.fields import EMAIL_MAX, NAME_MAX
from app.actions.rules.policy import MONDAY, NEVER, Policy
from app.people.rules import email_problem, tidy_email
from app.web.fields import Line, Word
from app.web.forms import Problems, one_line, whole_number

BOUNDS: dict[str, tuple[int, int, str]] = {
    "acknowledge_within": (1, 20, "the days for a first answer"),
    "due_high": (1, 120, "the days for high priority"),
    "due_normal": (1, 250, "the days for normal priority"),
    "remind_before": (0, 20, "the days of the reminder"),
    "remind_every": (1, 90, "the days between reminders"),
    "lead_after": (0, 60, "the days until the lead is told"),
    "sponsor_after": (0, 120, "the days until the sponsor is told"),
    "silence_after": (1, 30, "the days of silence"),
    "mend_within": (0, 20, "the days for correcting the wording"),
    "digest_hour": (0, 23, "the hour of the digest"),
    "quiet_from": (0, 23, "the hour at which quiet begins"),
    "quiet_until": (0, 23, "the hour at which quiet ends"),
}
"""Field -> least, most, and how a sentence calls it."""
WEEKDAYS = {str(day) for day in range(NEVER, 7)}


class TypedPolicy(BaseModel):
    """The form as it came. What can be ticked is ticked or empty."""

    acknowledge_within: Word = ""
    due_high: Word = ""
    due_normal: Word = ""
    remind_before: Word = ""
    remind_on_the_day: Word = ""
    remind_every: Word = ""
    lead_after: Word = ""
    sponsor_after: Word = ""
    silence_after: Word = ""
    mend_within: Word = ""
    leads_hear_reminders: Word = ""
    members_may_be_asked: Word = ""
    sponsor_name: Line = ""
    sponsor_email: Line = ""
    digest_weekday: Word = ""
    digest_hour: Word = ""
    quiet_from: Word = ""
    quiet_until: Word = ""
    quiet_weekends: Word = ""


def read_policy(typed: TypedPolicy) -> tuple[Policy, Problems]:
    """The policy that was typed; where there are problems, with the usual values in their place."""
    problems = Problems()
    numbers = {name: _number(getattr(typed, name), name, problems) for name in BOUNDS}
    if typed.digest_weekday not in WEEKDAYS:
        problems.add("digest_weekday", "Please choose a day of the week, or never.")
    policy = Policy(
        **{name: value for name, value in numbers.items() if value is not None},
        remind_on_the_day=bool(typed.remind_on_the_day),
        leads_hear_reminders=bool(typed.leads_hear_reminders),
        members_may_be_asked=bool(typed.members_may_be_asked),
        quiet_weekends=bool(typed.quiet_weekends),
        digest_weekday=int(typed.digest_weekday) if typed.digest_weekday in WEEKDAYS else MONDAY,
        sponsor_name=one_line(
            typed.sponsor_name, most=NAME_MAX, problems=problems, name="sponsor_name", label="", needed=False
        ),
        sponsor_email=_email(typed.sponsor_email, problems),
    )
    _check_together(policy, problems)
    return policy, problems


def typed_policy(policy: Policy) -> TypedPolicy:
    """The form filled with what holds now."""
    return TypedPolicy(**{one.name: _text(getattr(policy, one.name)) for one in fields(Policy)})


def _check_together(policy: Policy, problems: Problems) -> None:
    if policy.lead_after and policy.sponsor_after and policy.sponsor_after < policy.lead_after:
        problems.add("sponsor_after", "The sponsor hears of it after the lead: please choose as many days or more.")
    if policy.sponsor_name and not policy.sponsor_email:
        problems.add("sponsor_email", "Please add the sponsor's mail address, or leave the name out too.")


def _number(typed: str, name: str, problems: Problems) -> int | None:
    least, most, label = BOUNDS[name]
    return whole_number(typed, least=least, most=most, problems=problems, name=name, label=label)


def _email(typed: str, problems: Problems) -> str:
    email = tidy_email(
        one_line(typed, most=EMAIL_MAX, problems=problems, name="sponsor_email", label="", needed=False)
    )
    if email and (problem := email_problem(email)):
        problems.add("sponsor_email", problem)
    return email


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)
