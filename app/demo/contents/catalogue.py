"""Six months ago: the spring catalogue went digital, and the data turned out to live in eleven spreadsheets."""

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

SHEETS = "Eleven spreadsheets and no truth"
SCOPE = "The scope grew every Thursday"
BLURBS = "Blurbs arrive when the page is already on its way"
ACCESS = "Waiting for access"
CALM = "The switch itself was boring, in the best way"
PAGES = "Page counts and prices are guesses until the last day"

CATALOGUE = Project(
    name="Spring catalogue goes digital",
    kind="Change of system",
    title="Spring catalogue and the new title feed",
    started_days_before=150,
    ended_days_before=8,
    closed_days_ago=183,
    seats={EDITORIAL: 5, PRODUCTION: 5, MARKETING: 6, SALES: 6, IT: 5},
    rates=True,
    verdicts={
        "No lead title of the next season reaches Production later than three working days before its slot": AgreementVerdict.PARTLY,
    },
    safety=(4, 4, 3, 5, 4, 4, 4, 3, 5, 4, 4, 4, 3, 4, 5, 4, 4, 4, 3, 4, 4, 5),
    roti=(3, 3, 4, 4, 3, 4, 3, 4, 4, 3, 3, 2, 4, 4, 3, 4, 3, 3, 4, 3),
    topics=(
        Topic(
            SHEETS,
            about=None,
            notes=(
                wrong(
                    IT,
                    "We were asked to connect 'the list of titles'. There are eleven of them, and each department believes that theirs is the list.",
                ),
                wrong(
                    SALES,
                    "The same book cost 24, 25 and 24.95 on the same morning, depending on where the buyer looked.",
                    MARKETING,
                    Dimension.QUALITY,
                ),
                wrong(
                    MARKETING,
                    "I keep the master sheet on my own laptop because the shared one is overwritten every Monday.",
                ),
                surprise(
                    PRODUCTION,
                    "Nobody deletes dead titles. We found one whose author died in 2009, still 'forthcoming'.",
                ),
                idea(IT, "One owner for each column, not one for the table. The table will follow."),
            ),
            votes={
                EDITORIAL: (5, 0, 0),
                PRODUCTION: (5, 0, 0),
                MARKETING: (5, 1, 0),
                SALES: (6, 0, 0),
                IT: (5, 0, 0),
            },
            dots={EDITORIAL: 3, PRODUCTION: 3, MARKETING: 5, SALES: 6, IT: 6},
            minutes="Agreed by everyone without a pause. An owner per column was written on the wall in ten minutes, which is nine months faster than the last attempt.",
            whys=(
                "Because every department was once let down by somebody else's sheet.",
                "Because the old system could not show who had changed what.",
            ),
        ),
        Topic(
            SCOPE,
            about=MARKETING,
            notes=(
                wrong(
                    IT,
                    "Every Thursday a 'small thing'. There were fourteen Thursdays.",
                    MARKETING,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    IT,
                    "The audio samples were promised to the trade in a newsletter before we had heard of them.",
                    MARKETING,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    MARKETING,
                    "IT says no to everything at first, so we learned to ask sideways.",
                    IT,
                    Dimension.TEAMWORK,
                ),
                wrong(
                    MARKETING,
                    "If you do not put it into the first version, it never comes. Ask anybody about the newsletter archive.",
                    IT,
                    Dimension.RESPONSIVENESS,
                ),
            ),
            votes={
                EDITORIAL: (3, 0, 2),
                PRODUCTION: (4, 0, 1),
                MARKETING: (1, 5, 0),
                SALES: (5, 1, 0),
                IT: (5, 0, 0),
            },
            dots={EDITORIAL: 1, PRODUCTION: 1, MARKETING: 2, SALES: 2, IT: 7},
            minutes="A blind spot: the others see it, Marketing does not. Asking sideways was funny for a moment, then it was not.",
            replies={
                MARKETING: "We ask on Thursdays because the sales meeting is on Wednesdays. We did not see that it looks like drip, drip, drip."
            },
        ),
        Topic(
            BLURBS,
            about=EDITORIAL,
            notes=(
                wrong(
                    MARKETING,
                    "41 of 63 blurbs came after the closing date. We wrote 12 ourselves and were told that they were wrong.",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    PRODUCTION,
                    "Catalogue pages came back with new text after sign-off. Even the catalogue.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    EDITORIAL,
                    "We are asked for the blurb of a book that is not written yet. What comes early is a lie, what comes late is a problem.",
                ),
                wrong(
                    SALES,
                    "A rep stood in front of a buyer and read out 'text follows'.",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
            ),
            votes={
                EDITORIAL: (1, 3, 1),
                PRODUCTION: (5, 0, 0),
                MARKETING: (6, 0, 0),
                SALES: (6, 0, 0),
                IT: (3, 0, 2),
            },
            dots={EDITORIAL: 1, PRODUCTION: 4, MARKETING: 6, SALES: 6},
            minutes="Three departments see late text, the fourth sees texts that are asked for too early. A two-step blurb was proposed: two honest lines early, the real one later.",
            replies={
                EDITORIAL: "Authors approve their blurbs. That takes two weeks, and no schedule has those two weeks in it."
            },
        ),
        Topic(
            ACCESS,
            about=IT,
            notes=(
                wrong(
                    SALES,
                    "Nine working days for a password. I sold the list from memory at the Lisbon fair.",
                    IT,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    EDITORIAL,
                    "The form for access asks for a cost centre that nobody below the fourth floor knows.",
                    IT,
                    Dimension.COMMUNICATION,
                ),
                wrong(IT, "Access waits for the heads of department to click a link. We may not click it for them."),
            ),
            votes={
                EDITORIAL: (5, 0, 0),
                PRODUCTION: (4, 0, 1),
                MARKETING: (5, 0, 1),
                SALES: (6, 0, 0),
                IT: (4, 1, 0),
            },
            dots={EDITORIAL: 3, SALES: 4, MARKETING: 2, IT: 1},
            minutes="The form is the problem, not the people. It gets thrown away.",
            replies={IT: "We hate the form too."},
        ),
        Topic(
            CALM,
            about=IT,
            notes=(
                right(
                    SALES,
                    "We went to bed with the old catalogue and got up with the new one. No buyer noticed.",
                    IT,
                    Dimension.QUALITY,
                ),
                right(
                    MARKETING,
                    "A person from IT sat in our office for the whole first week. Questions took a minute, not a ticket.",
                    IT,
                    Dimension.TEAMWORK,
                ),
                thanks(
                    SALES,
                    "For the printed cheat sheet, laminated. It hangs in three cars.",
                    IT,
                    Dimension.COMMUNICATION,
                ),
                thanks(
                    IT,
                    "To the colleague in Sales who tried to break it for a week and wrote down how. Best tester we ever had.",
                    SALES,
                    Dimension.TEAMWORK,
                ),
            ),
            votes={
                EDITORIAL: (5, 0, 0),
                PRODUCTION: (5, 0, 0),
                MARKETING: (6, 0, 0),
                SALES: (6, 0, 0),
                IT: (5, 0, 0),
            },
            dots={SALES: 2, MARKETING: 1},
            minutes="Sitting with the department in the first week is what worked. Do it again for the feed.",
        ),
        Topic(
            PAGES,
            about=PRODUCTION,
            notes=(
                wrong(
                    SALES,
                    "The page count in the feed changes until the book is bound. Shops plan their shelves by it.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
                wrong(
                    PRODUCTION,
                    "We can only count the pages of a manuscript that we have got.",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    EDITORIAL,
                    "Production will not give us a page count without the copy, and the author will not cut copy without a page count.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
            ),
            votes={
                EDITORIAL: (3, 1, 1),
                PRODUCTION: (2, 3, 0),
                MARKETING: (3, 0, 3),
                SALES: (5, 0, 1),
                IT: (1, 0, 4),
            },
            dots={EDITORIAL: 2, PRODUCTION: 1, SALES: 3},
            minutes="A snake biting its tail. Somebody drew it.",
        ),
    ),
    promises=(
        Promise(
            "Name an owner for each column of the title list",
            "The wall list is in the feed, every column shows its owner, nobody mails a spreadsheet any more",
            owner="sol",
            providing=IT,
            requesting=MARKETING,
            due_day=35,
            topic=SHEETS,
            cause=Cause.PREVENT,
            priority=Priority.HIGH,
            steps=(
                Step(0, "sol", ActionState.ACKNOWLEDGED),
                Step(1, "sol", ActionState.PROMISED, due_day=35),
                Step(10, "sol", ActionState.IN_PROGRESS),
                Step(33, "sol", ActionState.REPORTED_DONE),
                Step(35, "farida", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Throw away the access form",
            "Access to the feed comes within one working day after one mail of the head of department",
            owner="tobias",
            providing=IT,
            requesting=SALES,
            due_day=15,
            topic=ACCESS,
            cause=Cause.PROCESS,
            priority=Priority.HIGH,
            steps=(
                Step(0, "tobias", ActionState.ACKNOWLEDGED),
                Step(0, "tobias", ActionState.PROMISED, due_day=15),
                Step(6, "tobias", ActionState.REPORTED_DONE),
                Step(7, "hedda", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Write two honest lines per title by the closing date",
            "All titles of the autumn list have two lines on the closing date; the full blurb may follow three weeks later",
            owner="cosima",
            providing=EDITORIAL,
            requesting=MARKETING,
            due_day=75,
            topic=BLURBS,
            kind=ActionKind.AGREEMENT,
            cause=Cause.AGREEMENT,
            steps=(
                Step(3, "cosima", ActionState.ACKNOWLEDGED),
                Step(4, "cosima", ActionState.PROMISED, due_day=75),
                Step(
                    74,
                    "cosima",
                    ActionState.RE_PROMISED,
                    "39 of 52 titles have them, the debuts do not",
                    due_day=100,
                    miss_reason=MissReason.TOO_MUCH,
                ),
                Step(99, "cosima", ActionState.REPORTED_DONE),
                Step(104, "farida", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Bring wishes for the feed to IT once a month, in one list",
            "Three months with one list each and nothing in between",
            owner="jonah",
            providing=MARKETING,
            requesting=IT,
            due_day=90,
            topic=SCOPE,
            cause=Cause.AGREEMENT,
            kind=ActionKind.AGREEMENT,
            scope=ActionScope.JOINT,
            steps=(
                Step(1, "jonah", ActionState.ACKNOWLEDGED),
                Step(2, "jonah", ActionState.PROMISED, due_day=90),
                Step(91, "jonah", ActionState.REPORTED_DONE),
                Step(93, "sol", ActionState.SENT_BACK, "The second month had three lists"),
                Step(118, "jonah", ActionState.REPORTED_DONE),
                Step(120, "sol", ActionState.ACCEPTED),
            ),
        ),
    ),
)
