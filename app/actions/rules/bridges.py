"""Ready-made bridges: small promises that bring two departments together. Each has a title and when it is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bridge:
    """`key` is stable; `title` and `done_when` go into the form as they are and can be changed there."""

    key: str
    name: str
    title: str
    done_when: str


BRIDGES: tuple[Bridge, ...] = (
    Bridge(
        "customer_for_a_day",
        "Customer for a day",
        "Spend a day at the other end of our work",
        "One of us has worked a day in the other department and told both teams three things that we will change.",
    ),
    Bridge(
        "cross_training",
        "Cross-training",
        "Teach each other one task",
        "Two people of each department can do one agreed task of the other without help.",
    ),
    Bridge(
        "shared_lunch",
        "Shared lunch",
        "Have lunch together once a month",
        "Three shared lunches took place, with at least three people from each side.",
    ),
    Bridge(
        "walk_the_route",
        "Walk the route",
        "Follow one piece of work from start to end together",
        "Both departments walked one real piece of work through all its steps and wrote down where it waited.",
    ),
    Bridge(
        "one_contact",
        "One contact each",
        "Name one contact on each side",
        "Each department has named one person and a stand-in, and both teams know how to reach them.",
    ),
    Bridge(
        "ten_minutes_weekly",
        "Ten minutes a week",
        "Talk for ten minutes every week while a project runs",
        "Four weekly talks took place and each ended with one thing asked for and one thing promised.",
    ),
    Bridge(
        "early_look",
        "Early look",
        "Show unfinished work early",
        "On the next project the receiving department saw a first version in the first third of the time.",
    ),
    Bridge(
        "thank_you_round",
        "Thank-you round",
        "Thank each other in the open",
        "At the end of the next project each department thanked the other for one particular thing.",
    ),
)


def bridge(key: str) -> Bridge | None:
    """The ready-made bridge with this key, if there is one."""
    return next((one for one in BRIDGES if one.key == key), None)
