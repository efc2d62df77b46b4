"""Two months ago: six crime novels of the backlist, relaunched on one day with new covers."""

# ruff: noqa: E501 - what somebody says is kept on one line, as it is read.

from __future__ import annotations

from app.actions.rules.agreements import AgreementVerdict
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, MissReason, Priority
from app.demo.contents.shape import (
    EDITORIAL,
    IT,
    MARKETING,
    PRODUCTION,
    SALES,
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

FOREWORDS = "Six forewords, five of them late"
SIGN_OFF = "After sign-off is before sign-off"
AIR = "Air in the schedule"
POSTER = "The poster said Tuesday, the shops said Thursday"
COVERS = "Six covers, one owner, four rounds"
VOICE = "We found the archive"
ALONE = "Nobody says early that it will be late"

MERROW = Project(
    name="Ada Merrow crime series",
    kind="Backlist relaunch",
    title="Ada Merrow: six crime novels on one day",
    started_days_before=190,
    ended_days_before=6,
    closed_days_ago=60,
    seats={EDITORIAL: 6, PRODUCTION: 6, MARKETING: 6, SALES: 5},
    rates=True,
    verdicts={
        "No lead title of the next season reaches Production later than three working days before its slot": AgreementVerdict.KEPT,
        "All titles of the autumn list have two lines on the closing date; the full blurb may follow three weeks later": AgreementVerdict.PARTLY,
    },
    safety=(3, 4, 3, 4, 2, 3, 4, 4, 3, 4, 4, 3, 4, 3, 4, 5, 3, 4, 3, 4),
    roti=(3, 4, 4, 3, 4, 3, 4, 4, 3, 4, 4, 3, 4, 3, 4, 4, 3),
    topics=(
        Topic(
            FOREWORDS,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "One of six forewords was there on the day. Reprints! The text is forty years old. What is there to be late with?",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    PRODUCTION,
                    "We held six print slots for five forewords and paid for two of them twice.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "Six well-known crime writers wrote for us for a bottle of wine each. You cannot chase a gift.",
                ),
                wrong(
                    EDITORIAL,
                    "The estate's approval for the changed titles came on the last possible evening. I sat in the car and refreshed my mail.",
                ),
                surprise(
                    MARKETING,
                    "The forewords were not in any schedule. They lived in one person's head, and that person was on leave.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
            ),
            votes={EDITORIAL: (1, 4, 1), PRODUCTION: (6, 0, 0), MARKETING: (6, 0, 0), SALES: (5, 0, 0)},
            dots={EDITORIAL: 2, PRODUCTION: 8, MARKETING: 4, SALES: 2},
            minutes="Late again, and again because somebody outside was late first. What is owed by outsiders goes into the schedule, with their name and a true date.",
            whys=(
                "Because the schedule only holds dates of our own people.",
                "Because a late author looks like a late editor.",
            ),
            replies={
                EDITORIAL: "Every late day in this book was somebody else's before it was ours. We do not say so because it sounds like an excuse."
            },
        ),
        Topic(
            SIGN_OFF,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "87 changes after sign-off in book four. It has been in print since 1983.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    PRODUCTION,
                    "Somebody here stayed until two in the morning for a hyphen. The hyphen was right before.",
                    EDITORIAL,
                    Dimension.MORALE,
                ),
                right(
                    PRODUCTION,
                    "Books five and six came with one change list each, priced. Eleven lines. It can be done.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    EDITORIAL,
                    "The old pages had been scanned and were full of misreadings. We were told 'ready to print'.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
            ),
            votes={EDITORIAL: (2, 4, 0), PRODUCTION: (6, 0, 0), MARKETING: (5, 0, 1), SALES: (4, 0, 1)},
            dots={EDITORIAL: 3, PRODUCTION: 7, MARKETING: 1, SALES: 1},
            minutes="Down from 143 to 87, and to 11 where the priced list was used. The scans were the reason for most of the 87, which nobody in Production had known.",
            replies={EDITORIAL: "'modem' for 'modern', 61 times. We could not let that go out with her name on it."},
        ),
        Topic(
            AIR,
            about=PRODUCTION,
            notes=(
                wrong(
                    EDITORIAL,
                    "Five forewords late and it still came out on the day. Draw your own conclusions about the schedule.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "We plan backwards from a date that we do not believe in. Of course we are late against it.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                wrong(
                    PRODUCTION,
                    "Each time we save a date by working on Sunday we prove that the date was soft. I see that now and I do not know how to stop.",
                ),
            ),
            votes={EDITORIAL: (5, 0, 1), PRODUCTION: (1, 5, 0), MARKETING: (3, 2, 1), SALES: (2, 2, 1)},
            dots={EDITORIAL: 6, PRODUCTION: 4, MARKETING: 1, SALES: 1},
            minutes="The third time on the list. One sentence from the wall was read out twice: 'each time we save a date we prove that it was soft'.",
            whys=("Because the page with the days between handover and press does not exist yet.",),
            replies={PRODUCTION: "We will show the page as soon as we get the left half of it."},
        ),
        Topic(
            POSTER,
            about=MARKETING,
            notes=(
                wrong(
                    SALES,
                    "The posters said Tuesday, the boxes said 'do not open before Thursday'. Booksellers believed the poster.",
                    MARKETING,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    SALES,
                    "I learned the new date from a customer. He was kind about it.",
                    MARKETING,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    MARKETING,
                    "The date moved on a Friday afternoon, in a mail to eleven people, as the fourth point.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
            ),
            votes={EDITORIAL: (4, 0, 2), PRODUCTION: (4, 1, 1), MARKETING: (1, 5, 0), SALES: (5, 0, 0)},
            dots={EDITORIAL: 1, MARKETING: 3, SALES: 6},
            minutes="Dates that are already outside need more than the fourth point of a mail. The feed could warn.",
            replies={MARKETING: "We printed what the feed said on the day of printing. It was right until Friday."},
        ),
        Topic(
            COVERS,
            about=MARKETING,
            notes=(
                right(
                    EDITORIAL,
                    "Six covers in four rounds. One person said 'this is it', and it was.",
                    MARKETING,
                    Dimension.TEAMWORK,
                ),
                right(
                    SALES,
                    "Side by side the six spines make a lighthouse. Shops order all six because of that.",
                    MARKETING,
                    Dimension.QUALITY,
                ),
                thanks(
                    EDITORIAL,
                    "To the designer who read all six books before drawing a single line.",
                    MARKETING,
                    Dimension.QUALITY,
                ),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (6, 0, 0), MARKETING: (6, 0, 0), SALES: (5, 0, 0)},
            dots={EDITORIAL: 1, SALES: 2, MARKETING: 1},
            minutes="Eleven rounds in autumn, four now. The action from then held.",
        ),
        Topic(
            VOICE,
            about=None,
            notes=(
                surprise(
                    PRODUCTION,
                    "There were tapes of her readings in our cellar, under the spare fans. Everybody had walked past them for twenty years.",
                ),
                right(MARKETING, "The first tape had 400,000 listeners in a week.", PRODUCTION, Dimension.TEAMWORK),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (6, 0, 0), MARKETING: (6, 0, 0), SALES: (5, 0, 0)},
            dots={MARKETING: 2},
        ),
        Topic(
            ALONE,
            about=None,
            notes=(
                wrong(MARKETING, "Everybody knew in week 20. Everybody said it in week 26."),
                wrong(
                    EDITORIAL, "Whoever says first that it will be late gets the whole delay written on their name."
                ),
                wrong(
                    PRODUCTION,
                    "I would rather have a bad date on Monday than a good one on Friday that breaks.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                idea(
                    SALES,
                    "A wobble flag on each title. Anybody may raise it, nobody has to explain it on the same day.",
                ),
            ),
            votes={EDITORIAL: (5, 0, 1), PRODUCTION: (6, 0, 0), MARKETING: (6, 0, 0), SALES: (4, 0, 1)},
            dots={EDITORIAL: 5, PRODUCTION: 3, MARKETING: 6, SALES: 4},
            minutes="Said by all four. A flag in the feed costs IT one afternoon.",
        ),
    ),
    promises=(
        Promise(
            "Put what outsiders owe us into the schedule",
            "Every title of the next list shows who outside owes what by when, with a date that this person has confirmed",
            owner="cosima",
            providing=EDITORIAL,
            requesting=PRODUCTION,
            due_day=45,
            topic=FOREWORDS,
            cause=Cause.DETECT,
            priority=Priority.HIGH,
            steps=(
                Step(2, "cosima", ActionState.ACKNOWLEDGED),
                Step(3, "cosima", ActionState.PROMISED, due_day=45),
                Step(20, "cosima", ActionState.IN_PROGRESS),
                Step(
                    44,
                    "cosima",
                    ActionState.RE_PROMISED,
                    "Done for 21 of 34 titles; the agents answer slowly",
                    due_day=75,
                    miss_reason=MissReason.OUTSIDE,
                ),
            ),
        ),
        Promise(
            "Raise a wobble flag in the feed",
            "Any department can raise the flag on a title, and the other three see it within a minute",
            owner="sol",
            providing=IT,
            requesting=MARKETING,
            due_day=30,
            topic=ALONE,
            cause=Cause.DETECT,
            steps=(
                Step(1, "sol", ActionState.ACKNOWLEDGED),
                Step(2, "sol", ActionState.PROMISED, due_day=30),
                Step(24, "sol", ActionState.REPORTED_DONE),
                Step(26, "jonah", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Check scanned pages before they are called ready",
            "A written check of ten pages for every scanned book, shown to Editorial before sign-off",
            owner="walter",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=70,
            topic=SIGN_OFF,
            cause=Cause.PREVENT,
            steps=(
                Step(2, "walter", ActionState.ACKNOWLEDGED),
                Step(2, "walter", ActionState.PROMISED, due_day=70),
                Step(31, "walter", ActionState.IN_PROGRESS),
            ),
        ),
        Promise(
            "Call the shops' line when a public date moves",
            "Sales hears of a moved date by telephone on the same day; tried once for real",
            owner="jonah",
            providing=MARKETING,
            requesting=SALES,
            due_day=40,
            topic=POSTER,
            kind=ActionKind.AGREEMENT,
            cause=Cause.AGREEMENT,
            scope=ActionScope.JOINT,
            steps=(
                Step(1, "jonah", ActionState.ACKNOWLEDGED),
                Step(1, "jonah", ActionState.PROMISED, due_day=40),
                Step(39, "jonah", ActionState.REPORTED_DONE),
                Step(41, "hedda", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Spend a day as a customer at the other's desk",
            "One editor and one typesetter have each told the other's team what they saw",
            owner="lise",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=80,
            topic=AIR,
            kind=ActionKind.BRIDGE,
            cause=Cause.BRIDGE,
            steps=(
                Step(1, "lise", ActionState.ACKNOWLEDGED),
                Step(5, "lise", ActionState.PROMISED, due_day=80),
            ),
        ),
    ),
)
