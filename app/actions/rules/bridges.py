"""Ready-made bridges: small promises that bring departments together; what to do, and how to tell that it helped.

The signs are no scores: both departments can see them for themselves at the next retro they share.
"""

from dataclasses import dataclass

from app.actions.rules.kinds import ActionKind


@dataclass(frozen=True, slots=True)
class Bridge:
    """`key` is stable; `title` and `done_when` go into the form as they are and can be changed there.

    `steps`: what to do, in this order. `helped`: what can be observed if it helped.
    """

    key: str
    name: str
    title: str
    done_when: str
    steps: tuple[str, ...]
    helped: tuple[str, ...]


BRIDGES: tuple[Bridge, ...] = (
    Bridge(
        "customer_for_a_day",
        "Customer for a day",
        "Spend a day at the other end of our work",
        "One of us has worked a day in the other department and told both teams three things that we will change.",
        (
            "Choose somebody whose work the other department receives every week.",
            "Agree on an ordinary day, not a quiet one, and on one person to sit beside.",
            "Do the real work there. Write down each moment where our part made it slow or hard.",
            "Tell both teams the same week: three things we will change, and one that surprised us.",
        ),
        (
            "At the next retro the other department rates our responsiveness higher than this time.",
            "The three changes are in use, and somebody at the other end can name one of them.",
        ),
    ),
    Bridge(
        "cross_training",
        "Cross-training",
        "Teach each other one task",
        "Two people of each department can do one agreed task of the other without help.",
        (
            "Each department names one task that the other often waits for.",
            "Pair two people from each side and set two hours a week for three weeks.",
            "First watch, then do it together, then do it alone while the other one watches.",
            "Write the task down on one page, in the words of the one who learned it.",
        ),
        (
            "The task was done by the other side at least once when its owner was away.",
            "Nobody waited for this task during the next joint project.",
        ),
    ),
    Bridge(
        "shared_lunch",
        "Shared lunch",
        "Have lunch together once a month",
        "Three shared lunches took place, with at least three people from each side.",
        (
            "Set three dates now and name one person from each side who invites.",
            "Mix the tables: nobody sits beside somebody of their own department.",
            "No agenda and no slides. One question to begin: what made your work easier last month?",
            "After the third lunch ask both sides whether to go on.",
        ),
        (
            "People of both sides ask each other directly before they write to a lead.",
            "At the next retro teamwork between these two departments is rated higher than this time.",
        ),
    ),
    Bridge(
        "joint_offsite",
        "Joint offsite",
        "Spend a day away together",
        "Both teams spent a day away together and left with at most three agreements that stand in Fencepost.",
        (
            "Choose one friction that keeps coming back between the two departments.",
            "Invite both teams and both leads to a place that belongs to neither, for one day.",
            "Morning: walk through a real piece of work in mixed pairs and mark where it hurts.",
            "Afternoon: write at most three agreements, each with who provides, who is served and since when.",
            "Before going home choose the day on which you will look at them again.",
        ),
        (
            "At the next retro of this pair the agreements of that day are kept or partly kept.",
            "The friction you chose comes up less often there, or not at all.",
        ),
    ),
    Bridge(
        "walk_the_route",
        "Walk the route",
        "Follow one piece of work from start to end together",
        "Both departments walked one real piece of work through all its steps and wrote down where it waited.",
        (
            "Choose one finished piece of work that took longer than anybody wanted.",
            "Two people from each side walk to every desk and system that it passed.",
            "At each stop note how long it waited, and for what.",
            "Show both teams the route on one page and remove one wait at once.",
        ),
        (
            "The next piece of work on this route waits less at the stop that you changed.",
            "Both departments draw the route in the same way.",
        ),
    ),
    Bridge(
        "one_contact",
        "One contact each",
        "Name one contact on each side",
        "Each department has named one person and a stand-in, and both teams know how to reach them.",
        (
            "Each lead names one person and a stand-in for the length of a project.",
            "Write down what they may decide on the spot, and what they carry home.",
            "Put both names where people look first: the project's page, the channel, the door.",
        ),
        (
            "Asked at random, people of either side know whom to ask.",
            "At the next retro communication between these two departments is rated higher than this time.",
        ),
    ),
    Bridge(
        "ten_minutes_weekly",
        "Ten minutes a week",
        "Talk for ten minutes every week while a project runs",
        "Four weekly talks took place and each ended with one thing asked for and one thing promised.",
        (
            "Fix one time a week, standing up, with one person from each side.",
            "Each side says what it needs next week and what it will deliver.",
            "End with one thing asked for and one thing promised; begin the next talk with them.",
            "Leave it out when there is nothing, and say so.",
        ),
        (
            "Fewer things come as a surprise to either side in the next retro.",
            "Most things promised in these talks were there the week after.",
        ),
    ),
    Bridge(
        "early_look",
        "Early look",
        "Show unfinished work early",
        "On the next project the receiving department saw a first version in the first third of the time.",
        (
            "Agree on what “first version” means: a rough one that can still change.",
            "Put the day into the plan before anything else.",
            "The receiving side says what would stop it later. Taste can wait.",
            "Write down what was changed because of it.",
        ),
        (
            "Something was changed early that used to be found at the end.",
            "Less work was done twice on the next project than on this one.",
        ),
    ),
    Bridge(
        "thank_you_round",
        "Thank-you round",
        "Thank each other in the open",
        "At the end of the next project each department thanked the other for one particular thing.",
        (
            "Choose the meeting that both departments are at anyway.",
            "Each side prepares one sentence: what exactly helped, and what it made possible.",
            "Say it aloud, to the department, with its lead in the room.",
        ),
        (
            "The next retro of this pair has more thanks than this one.",
            "Morale is rated no lower there, by either side.",
        ),
    ),
)


def bridge(key: str) -> Bridge | None:
    """The ready-made bridge with this key, if there is one."""
    return next((one for one in BRIDGES if one.key == key), None)


def bridge_of(kind: str, key: str, title: str) -> Bridge | None:
    """The ready-made bridge that a promise began as: by its key, or by its title where none was kept."""
    if kind != ActionKind.BRIDGE:
        return None
    return bridge(key) or next((one for one in BRIDGES if one.title == title), None)
