"""Eight months ago: a four-colour cookbook in which every late recipe moved forty photographs."""

# ruff: noqa: E501 - what somebody says is kept on one line, as it is read.

from __future__ import annotations

from app.actions.rules.agreements import AgreementVerdict
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, MissReason, Priority
from app.demo.contents.shape import (
    EDITORIAL,
    MARKETING,
    PRODUCTION,
    RIGHTS,
    Project,
    Promise,
    Step,
    Topic,
    idea,
    right,
    surprise,
    thanks,
    wrong,
)
from app.entries.rules.names import Dimension

PACKAGE = "The package was never complete when it was handed over"
ROUNDS = "Five proof rounds where two were planned"
CONTRACTS = "Photo rights cleared after the pages were built"
COLOUR = "The colour is a triumph"
TONE = "We only talk when something is on fire"
TASTING = "The tasting evening"

SALT_AND_SMOKE = Project(
    name="Salt & Smoke",
    kind="Illustrated",
    title="Salt & Smoke: a cookbook in four colours",
    started_days_before=330,
    ended_days_before=7,
    closed_days_ago=241,
    seats={EDITORIAL: 6, PRODUCTION: 7, MARKETING: 5, RIGHTS: 5},
    rates=True,
    verdicts={
        "No lead title of the next season reaches Production later than three working days before its slot": AgreementVerdict.BROKEN,
    },
    safety=(2, 3, 3, 4, 2, 3, 4, 3, 4, 3, 2, 4, 3, 3, 4, 3, 4, 5, 3, 3),
    roti=(3, 4, 3, 4, 3, 3, 4, 4, 3, 2, 4, 3, 3, 4, 3, 3),
    topics=(
        Topic(
            PACKAGE,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "We got 88 recipes of 112, marked 'complete'. The other 24 came one by one, like guests to a party that is over.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    PRODUCTION,
                    "Nine days late, and the mail said 'here you go!' with a smiling face.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "The chef tests every recipe until he is happy. He was happy in week 41. We begged him in week 33, 35, 37 and 39.",
                ),
                wrong(
                    EDITORIAL,
                    "If we hand over in parts we are told that it is not complete, if we wait for all of it we are told that it is late.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                idea(
                    MARKETING,
                    "Hand over chapter by chapter on purpose, with a date for each, instead of in pieces by accident.",
                ),
            ),
            votes={EDITORIAL: (2, 3, 1), PRODUCTION: (7, 0, 0), MARKETING: (5, 0, 0), RIGHTS: (4, 0, 1)},
            dots={EDITORIAL: 3, PRODUCTION: 10, MARKETING: 4, RIGHTS: 2},
            minutes="Both ways of handing over are punished at the moment. Everybody liked chapters with a date each; nobody could say who would draw up the list.",
            whys=(
                "Because the schedule knows one handover and the book has nine chapters.",
                "Because the schedule form was made for novels.",
            ),
            replies={
                EDITORIAL: "The author was six weeks late. We took three of them on ourselves before anybody in Production noticed."
            },
        ),
        Topic(
            ROUNDS,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "Five rounds. In the fourth somebody changed 'pinch' to 'good pinch' in 61 places.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    PRODUCTION,
                    "Two of us spent both Sundays of October on corrections that were signed off in September.",
                    EDITORIAL,
                    Dimension.MORALE,
                ),
                surprise(
                    EDITORIAL,
                    "Corrections came back overnight. I assumed there was a night shift at the repro house.",
                    PRODUCTION,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    EDITORIAL,
                    "Proofs arrive on a Friday and are due on Monday. Who do they think reads them on Saturday?",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
            ),
            votes={EDITORIAL: (1, 4, 1), PRODUCTION: (7, 0, 0), MARKETING: (4, 0, 1), RIGHTS: (4, 0, 1)},
            dots={EDITORIAL: 1, PRODUCTION: 8, MARKETING: 1, RIGHTS: 1},
            minutes="When it was said that there is no night shift, the room went quiet for a moment. Then the time box ended.",
            whys=("Because a late change has no price on it that the one who asks can see.",),
            replies={
                EDITORIAL: "We answer for every gram in this book. A wrong gram of curing salt puts people into hospital."
            },
        ),
        Topic(
            CONTRACTS,
            about=RIGHTS,
            notes=(
                wrong(
                    EDITORIAL,
                    "Three photographs were cleared after the pages were built, one was refused. We rebuilt the spread on smoked eel twice.",
                    RIGHTS,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    MARKETING,
                    "The cover photograph was cleared for the book, but not for posters. We found out from the agency's lawyer.",
                    RIGHTS,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    RIGHTS,
                    "We hear of a picture when it is already on the page. Then it is called a delay of ours.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                idea(
                    RIGHTS,
                    "Give us the list of pictures with the first table of contents. Half of them can be cleared before anybody falls in love with them.",
                ),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (5, 0, 2), MARKETING: (5, 0, 0), RIGHTS: (4, 1, 0)},
            dots={EDITORIAL: 6, MARKETING: 3, RIGHTS: 4},
            minutes="Everybody agrees, Rights included. The picture list travels with the first table of contents from now on.",
            replies={
                RIGHTS: "Two people clear 1,900 pictures a year. We would rather be asked early than thanked late."
            },
        ),
        Topic(
            COLOUR,
            about=PRODUCTION,
            notes=(
                right(
                    EDITORIAL,
                    "The fold-out on fire and ash is the best-printed page this house has ever made.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
                right(
                    MARKETING,
                    "Two newspapers wrote about the printing itself. That never happens.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
                thanks(
                    EDITORIAL,
                    "To whoever stood at the press at five in the morning and stopped it because the salmon was too pink.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (7, 0, 0), MARKETING: (5, 0, 0), RIGHTS: (5, 0, 0)},
            dots={EDITORIAL: 1, MARKETING: 1},
            minutes="Applause. Being at the press for the first sheet stays in the plan for every four-colour book.",
        ),
        Topic(
            TONE,
            about=None,
            notes=(
                wrong(RIGHTS, "The only mails that cross the corridor have a red flag on them."),
                wrong(
                    PRODUCTION,
                    "When we say that a date is at risk we are told that we always say that.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "I have stopped telling Production about wobbles because the answer is always a sigh.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
                idea(MARKETING, "Fifteen minutes, standing, every Tuesday: what wobbles, nothing else."),
            ),
            votes={EDITORIAL: (5, 0, 1), PRODUCTION: (6, 0, 1), MARKETING: (5, 0, 0), RIGHTS: (4, 0, 1)},
            dots={EDITORIAL: 4, PRODUCTION: 3, MARKETING: 4, RIGHTS: 3},
            minutes="The most agreed topic of the day, and the one that nobody wanted to own. In the end Production took it.",
        ),
        Topic(
            TASTING,
            about=MARKETING,
            notes=(
                right(
                    RIGHTS,
                    "Two foreign publishers signed at the tasting evening, with smoke in their hair.",
                    MARKETING,
                    Dimension.TEAMWORK,
                ),
                right(
                    PRODUCTION,
                    "The first launch to which Production was invited. We came, all seven.",
                    MARKETING,
                    Dimension.MORALE,
                ),
                thanks(
                    PRODUCTION,
                    "Thank you for the name cards at the tasting evening. Small thing. It was noticed.",
                    MARKETING,
                    Dimension.MORALE,
                ),
            ),
            votes={EDITORIAL: (5, 0, 1), PRODUCTION: (7, 0, 0), MARKETING: (5, 0, 0), RIGHTS: (5, 0, 0)},
            dots={PRODUCTION: 2, RIGHTS: 1},
            minutes="Invite everybody who touched the book, each time. It cost 40 euros more.",
        ),
    ),
    promises=(
        Promise(
            "Hand over illustrated books chapter by chapter",
            "The next illustrated title has a list of chapters with one date each, agreed by both sides in writing",
            owner="dev",
            providing=EDITORIAL,
            requesting=PRODUCTION,
            due_day=40,
            topic=PACKAGE,
            cause=Cause.PREVENT,
            priority=Priority.HIGH,
            steps=(
                Step(1, "dev", ActionState.ACKNOWLEDGED),
                Step(2, "dev", ActionState.PROMISED, due_day=40),
                Step(30, "dev", ActionState.IN_PROGRESS),
                Step(55, "dev", ActionState.REPORTED_DONE),
                Step(58, "walter", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Send the picture list to Rights with the first table of contents",
            "Rights has the list before the first layout of every illustrated title",
            owner="dev",
            providing=EDITORIAL,
            requesting=RIGHTS,
            due_day=30,
            topic=CONTRACTS,
            kind=ActionKind.AGREEMENT,
            cause=Cause.AGREEMENT,
            steps=(
                Step(0, "dev", ActionState.ACKNOWLEDGED),
                Step(1, "dev", ActionState.PROMISED, due_day=30),
                Step(22, "dev", ActionState.REPORTED_DONE),
                Step(24, "anneke", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Hold a fifteen-minute wobble round every Tuesday",
            "Held on eight Tuesdays in a row with somebody from Editorial, Production and Rights in it",
            owner="walter",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=60,
            topic=TONE,
            kind=ActionKind.BRIDGE,
            cause=Cause.BRIDGE,
            steps=(
                Step(2, "walter", ActionState.ACKNOWLEDGED),
                Step(2, "walter", ActionState.PROMISED, due_day=60),
                Step(12, "walter", ActionState.IN_PROGRESS),
                Step(
                    63,
                    "walter",
                    ActionState.RE_PROMISED,
                    "Four Tuesdays held, then the spring list swallowed us",
                    due_day=120,
                    miss_reason=MissReason.OTHER_WORK,
                ),
                Step(
                    125,
                    "walter",
                    ActionState.NOT_DOING,
                    "Nobody came in the end, us included. A round without a decision is one more meeting",
                    miss_reason=MissReason.NOT_NEEDED,
                ),
            ),
        ),
        Promise(
            "Show the price of a late change beside the change",
            "The change list of the next four-colour book has a price column that Editorial filled in before sending it",
            owner="lise",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=50,
            topic=ROUNDS,
            cause=Cause.PROCESS,
            scope=ActionScope.JOINT,
            steps=(
                Step(1, "lise", ActionState.ACKNOWLEDGED),
                Step(
                    4,
                    "lise",
                    ActionState.COUNTERED,
                    "We can give a price list, not a price for each line",
                    due_day=70,
                ),
                Step(5, "dev", ActionState.REQUESTED, due_day=70),
                Step(6, "lise", ActionState.PROMISED, due_day=70),
                Step(66, "lise", ActionState.REPORTED_DONE),
                Step(69, "dev", ActionState.ACCEPTED),
            ),
        ),
    ),
)
