"""Closed a few days ago: a gift book whose retro is fresh to read, with its promises just requested."""

# ruff: noqa: E501 - what somebody says is kept on one line, as it is read.

from __future__ import annotations

from app.actions.rules.agreements import AgreementVerdict
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, Priority
from app.demo.contents.shape import (
    EDITORIAL,
    IT,
    MARKETING,
    PRODUCTION,
    RIGHTS,
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

LATE = "The last third of the copy came after the first third was printed"
CHANGES = "Changes after sign-off, fewer but dearer"
TRUE_DATE = "What is the true date?"
POEMS = "Eleven poems waited for one signature"
BOXES = "The box made the book"
PREORDERS = "Pre-orders could not be seen for nine days"
SATURDAY = "Who was here on Saturday?"

ORCHARD = Project(
    name="The Orchard Year",
    kind="Gift book",
    title="The Orchard Year: a gift book with a box",
    started_days_before=210,
    ended_days_before=6,
    closed_days_ago=3,
    seats={EDITORIAL: 6, PRODUCTION: 6, MARKETING: 5, SALES: 5, RIGHTS: 3, IT: 2},
    rates=True,
    apart=((RIGHTS, IT),),
    verdicts={
        "No lead title of the next season reaches Production later than three working days before its slot": AgreementVerdict.PARTLY,
        "Rights has the list before the first layout of every illustrated title": AgreementVerdict.KEPT,
        "All titles of the autumn list have two lines on the closing date; the full blurb may follow three weeks later": AgreementVerdict.KEPT,
        "Three months with one list each and nothing in between": AgreementVerdict.KEPT,
        "Sales hears of a moved date by telephone on the same day; tried once for real": AgreementVerdict.KEPT,
    },
    safety=(4, 4, 3, 4, 5, 4, 3, 4, 4, 4, 3, 5, 4, 4, 3, 4, 4, 5, 4, 4, 3, 4, 4),
    roti=(4, 4, 3, 4, 4, 4, 3, 4, 4, 4, 4, 3, 4, 4, 3, 4, 4, 4, 4, 3, 4),
    topics=(
        Topic(
            LATE,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "January to April was printed while October to December was still being written. One gathering had to be pulped.",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    PRODUCTION,
                    "The handover list said 'complete' again. I have started to read it as a greeting.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    EDITORIAL,
                    "The author's orchard flooded in September. She wrote the last chapters in a gym hall. I did not have the heart to put that in a status mail.",
                ),
                wrong(
                    EDITORIAL,
                    "We held the copy back for the poems. Without the poems the months do not add up to a year.",
                    RIGHTS,
                    Dimension.RESPONSIVENESS,
                ),
            ),
            votes={
                EDITORIAL: (1, 5, 0),
                PRODUCTION: (6, 0, 0),
                MARKETING: (5, 0, 0),
                SALES: (4, 0, 1),
                RIGHTS: (2, 0, 1),
                IT: (1, 0, 1),
            },
            dots={EDITORIAL: 2, PRODUCTION: 8, MARKETING: 3, SALES: 3, RIGHTS: 1},
            minutes="The flood was news to Production. 'Had you told us, we would have printed from December backwards.' It was quiet for a while, in a good way.",
            whys=(
                "Because the reason for the delay was felt to be private.",
                "Because a status mail has a colour and no room for a sentence.",
            ),
            replies={
                EDITORIAL: "We protected the author and left you in the dark. We had not put those two things side by side before."
            },
        ),
        Topic(
            CHANGES,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "Only 19 changes after sign-off, but one of them was the format of the box. After the box was cut.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                right(
                    PRODUCTION,
                    "The priced list works. 19 lines where there were 143 a year ago.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                surprise(
                    EDITORIAL,
                    "I saw the plates being remade for my 'tiny' change. Four people stopped what they were doing.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
            ),
            votes={
                EDITORIAL: (3, 3, 0),
                PRODUCTION: (6, 0, 0),
                MARKETING: (4, 0, 1),
                SALES: (4, 0, 1),
                RIGHTS: (1, 0, 2),
                IT: (1, 0, 1),
            },
            dots={EDITORIAL: 3, PRODUCTION: 4, MARKETING: 2},
            minutes="143, then 87, now 19. The number is told to everybody. The box is the exception that gets its own rule: the die line is frozen with the format.",
            replies={EDITORIAL: "One of us stood at the plate-setter. It changed what the word tiny means."},
        ),
        Topic(
            TRUE_DATE,
            about=PRODUCTION,
            notes=(
                wrong(
                    EDITORIAL,
                    "The schedule said 2 September, the printer started on the 13th. Eleven days, once more, exactly.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "I trust the people and not the dates. That is an odd thing to live with.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                wrong(
                    PRODUCTION,
                    "We do not give the true date because the last time we did it was taken as the new start of the discussion.",
                    EDITORIAL,
                    Dimension.TEAMWORK,
                ),
            ),
            votes={
                EDITORIAL: (6, 0, 0),
                PRODUCTION: (0, 6, 0),
                MARKETING: (3, 1, 1),
                SALES: (0, 4, 1),
                RIGHTS: (2, 0, 1),
                IT: (0, 1, 1),
            },
            dots={EDITORIAL: 7, PRODUCTION: 4, MARKETING: 2, SALES: 2, RIGHTS: 1},
            minutes="Fourth retro, same line, but for the first time both halves of the reason stand next to each other. The one-page calendar gets a due date from both sides at once.",
            whys=(
                "Because a true date was once treated as an opening bid.",
                "Because the late copy then ate the days that were called air.",
            ),
            replies={
                PRODUCTION: "There is a person in each of those eleven days. We will put the names of the tasks on them."
            },
        ),
        Topic(
            POEMS,
            about=RIGHTS,
            notes=(
                wrong(
                    EDITORIAL,
                    "Eleven poems, one estate, one signature, fourteen weeks. We asked every Monday.",
                    RIGHTS,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    RIGHTS,
                    "The estate is one very old lady and her very young cat. She signs when she has read. We like her.",
                ),
                wrong(
                    MARKETING,
                    "The spring poem is on 9,000 bookmarks. It was cleared on the day they arrived.",
                    RIGHTS,
                    Dimension.COMMUNICATION,
                ),
                idea(RIGHTS, "Ask for the poems when the author gets her contract, not when the layout needs them."),
            ),
            votes={
                EDITORIAL: (6, 0, 0),
                PRODUCTION: (5, 0, 1),
                MARKETING: (5, 0, 0),
                SALES: (4, 0, 1),
                RIGHTS: (3, 0, 0),
                IT: (1, 0, 1),
            },
            dots={EDITORIAL: 4, PRODUCTION: 1, MARKETING: 3, SALES: 1, RIGHTS: 3},
            minutes="Agreed by all, and by Rights first. The contract form gets a box for quotations.",
            replies={RIGHTS: "The cat is called Comma."},
        ),
        Topic(
            BOXES,
            about=MARKETING,
            notes=(
                right(
                    SALES,
                    "The box with the pressed leaf sold the book twice: once to give, once to keep.",
                    MARKETING,
                    Dimension.QUALITY,
                ),
                right(
                    MARKETING,
                    "Production found a mill that does the leaf paper for half the price. We had given up on it.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                thanks(
                    SALES,
                    "For the forty sample boxes, packed by hand, each with a different leaf.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                thanks(
                    PRODUCTION,
                    "Marketing asked us before they drew. Thank you. It shows in every corner of that box.",
                    MARKETING,
                    Dimension.COMMUNICATION,
                ),
            ),
            votes={
                EDITORIAL: (6, 0, 0),
                PRODUCTION: (6, 0, 0),
                MARKETING: (5, 0, 0),
                SALES: (5, 0, 0),
                RIGHTS: (3, 0, 0),
                IT: (2, 0, 0),
            },
            dots={MARKETING: 1, SALES: 2},
            minutes="Asked before drawn. That is the whole secret.",
        ),
        Topic(
            PREORDERS,
            about=IT,
            notes=(
                wrong(
                    SALES,
                    "For nine days in October nobody could see the pre-orders. I planned the print run with a feeling and a calendar.",
                    IT,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    IT,
                    "The feed broke because a price was entered as 'about 38'. We had no check for feelings.",
                    SALES,
                    Dimension.QUALITY,
                ),
                wrong(
                    MARKETING,
                    "The error page told us to contact the administrator. That is us, apparently.",
                    IT,
                    Dimension.COMMUNICATION,
                ),
            ),
            votes={
                EDITORIAL: (4, 0, 2),
                PRODUCTION: (4, 0, 2),
                MARKETING: (5, 0, 0),
                SALES: (5, 0, 0),
                RIGHTS: (1, 0, 2),
                IT: (2, 0, 0),
            },
            dots={MARKETING: 2, SALES: 5, IT: 2},
            minutes="Found on day one, understood on day nine. A check on the price field and one telephone number.",
        ),
        Topic(
            SATURDAY,
            about=None,
            notes=(
                surprise(
                    MARKETING,
                    "I came back for my umbrella on a Saturday and half of Production was here. On a Saturday. With a lasagne.",
                ),
                wrong(
                    PRODUCTION,
                    "I counted: seven of the last ten weekends. I did not write it anywhere because the books came out.",
                ),
                surprise(
                    SALES,
                    "Nobody in the room seemed to know why the light on the second floor is always on.",
                    PRODUCTION,
                    Dimension.MORALE,
                ),
            ),
            votes={
                EDITORIAL: (4, 0, 2),
                PRODUCTION: (5, 0, 1),
                MARKETING: (5, 0, 0),
                SALES: (5, 0, 0),
                RIGHTS: (3, 0, 0),
                IT: (2, 0, 0),
            },
            dots={EDITORIAL: 3, PRODUCTION: 5, MARKETING: 4, SALES: 3, RIGHTS: 2, IT: 1},
            minutes="First time on the wall as a topic of its own. Weekends are counted from now on, by Production, for everybody to see.",
        ),
    ),
    promises=(
        Promise(
            "Count weekends worked per title and show the number",
            "The number stands beside each title in the feed for one whole list",
            owner="walter",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=30,
            topic=SATURDAY,
            cause=Cause.DETECT,
            priority=Priority.HIGH,
            steps=(Step(1, "walter", ActionState.ACKNOWLEDGED), Step(2, "walter", ActionState.PROMISED, due_day=30)),
        ),
        Promise(
            "Give the true date with the work of each day on it",
            "The page for the next list is signed by both departments and hangs in both corridors",
            owner="lise",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=21,
            topic=TRUE_DATE,
            kind=ActionKind.AGREEMENT,
            cause=Cause.AGREEMENT,
            priority=Priority.HIGH,
            steps=(Step(1, "lise", ActionState.ACKNOWLEDGED),),
        ),
        Promise(
            "Say why it is late on the day we know it",
            "Three late handovers in a row came with a sentence before the date, not after it",
            owner="cosima",
            providing=EDITORIAL,
            requesting=PRODUCTION,
            due_day=60,
            topic=LATE,
            kind=ActionKind.AGREEMENT,
            cause=Cause.AGREEMENT,
            priority=Priority.HIGH,
            steps=(Step(2, "cosima", ActionState.ACKNOWLEDGED),),
        ),
        Promise(
            "Refuse a price that is not a number",
            "The feed refuses it with a sentence and the rest of the list goes through",
            owner="sol",
            providing=IT,
            requesting=SALES,
            due_day=15,
            topic=PREORDERS,
            cause=Cause.PREVENT,
            scope=ActionScope.OURS,
            steps=(Step(0, "sol", ActionState.ACKNOWLEDGED), Step(0, "sol", ActionState.PROMISED, due_day=12)),
        ),
        Promise(
            "Ask for quotations when the contract is signed",
            "The contract form has a box for quotations, and two contracts were signed with it filled in",
            owner="anneke",
            providing=RIGHTS,
            requesting=EDITORIAL,
            due_day=40,
            topic=POEMS,
            cause=Cause.PREVENT,
        ),
    ),
)
