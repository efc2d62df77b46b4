"""Four months ago: a picture atlas for children, printed for five countries in one run."""

# ruff: noqa: E501 - what somebody says is kept on one line, as it is read.

from __future__ import annotations

from app.actions.rules.agreements import AgreementVerdict
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, MissReason, Priority
from app.demo.contents.shape import (
    EDITORIAL,
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

BLACK_PLATE = "Text changed after the black plates were made"
DATES = "Two calendars for one book"
PARTNERS = "The partners were told different things"
WEEKENDS = "The run was saved on two weekends"
CHAPTERS = "Handing over in chapters works"
FAIR = "Bologna was a joy"
SHIPPING = "Sold before it had a boat"

TIDES = Project(
    name="The Little Atlas of Tides",
    kind="Co-edition",
    title="The Little Atlas of Tides: five languages, one run",
    started_days_before=300,
    ended_days_before=9,
    closed_days_ago=122,
    seats={EDITORIAL: 6, PRODUCTION: 6, RIGHTS: 5, SALES: 5},
    rates=True,
    verdicts={
        "No lead title of the next season reaches Production later than three working days before its slot": AgreementVerdict.PARTLY,
        "Rights has the list before the first layout of every illustrated title": AgreementVerdict.KEPT,
    },
    safety=(3, 3, 4, 2, 3, 4, 3, 3, 4, 4, 3, 2, 4, 3, 3, 4, 3, 4, 4),
    roti=(4, 3, 4, 3, 4, 4, 3, 3, 4, 3, 4, 4, 3, 3, 4),
    topics=(
        Topic(
            BLACK_PLATE,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "The Danish text changed after its black plate was made. And the Dutch. Then the Danish again.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    PRODUCTION,
                    "We remade 31 plates at 85 euros each. The retro lunch costs less and is under review.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "The partners' translators send corrections to us until the day of printing. We are the letterbox and get blamed for the letters.",
                    RIGHTS,
                    Dimension.COMMUNICATION,
                ),
                surprise(
                    RIGHTS,
                    "No partner was ever given a last day for corrections. We looked. It is in none of the five contracts.",
                ),
            ),
            votes={EDITORIAL: (1, 4, 1), PRODUCTION: (6, 0, 0), RIGHTS: (5, 0, 0), SALES: (5, 0, 0)},
            dots={EDITORIAL: 2, PRODUCTION: 9, RIGHTS: 4, SALES: 2},
            minutes="The changes were not Editorial's, they only came through Editorial. The contract needs a last day for corrections.",
            whys=(
                "Because the translators read the text for the first time in the proofs.",
                "Because the contract says when partners pay, not when they are done.",
            ),
            replies={
                EDITORIAL: "We forwarded 212 corrections in four weeks, most of them at night, with an apology on top each time. From our desk that did not look like not caring."
            },
        ),
        Topic(
            DATES,
            about=PRODUCTION,
            notes=(
                wrong(
                    EDITORIAL,
                    "Production's calendar said the 4th, the printer's said the 15th. So there are eleven days that we are not told about.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "If I knew the true date I would keep it. I cannot keep a date that I know to be theatre.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                wrong(
                    PRODUCTION,
                    "The eleven days are proofing, plates, and the person who checks five languages. It is not air. It is us.",
                ),
                idea(
                    SALES,
                    "Print what happens on each day between handover and press on one page. I would read it too.",
                ),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (0, 6, 0), RIGHTS: (3, 1, 1), SALES: (2, 2, 1)},
            dots={EDITORIAL: 8, PRODUCTION: 4, RIGHTS: 1, SALES: 2},
            minutes="Same division as in autumn. The one-page calendar is the first thing in three retros that both sides wanted.",
            whys=("Because the schedule shows dates and not the work between them.",),
            replies={
                PRODUCTION: "We never wrote down what happens in those days because it is what we do. That was naive."
            },
        ),
        Topic(
            PARTNERS,
            about=RIGHTS,
            notes=(
                wrong(
                    SALES,
                    "Italy was promised books for Christmas, we had planned them for February.",
                    RIGHTS,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "The Polish contract came after the print run had been ordered. 4,000 copies became 6,000 over lunch.",
                    RIGHTS,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    RIGHTS,
                    "We sell with the dates in the system. If the system is polite rather than true, so are we.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (5, 0, 1), RIGHTS: (1, 3, 1), SALES: (5, 0, 0)},
            dots={EDITORIAL: 3, PRODUCTION: 2, RIGHTS: 2, SALES: 5},
            minutes="A blind spot for Rights. What the partners were told stands in five mailboxes.",
            replies={
                RIGHTS: "We are three and a half people and six fairs. Tell us which list to look at and we will look at it."
            },
        ),
        Topic(
            WEEKENDS,
            about=None,
            notes=(
                wrong(
                    PRODUCTION,
                    "Two weekends at the printer in Ravenna, on our own tickets for the first one. I did not put it in the system because then somebody would have to approve it.",
                ),
                wrong(
                    PRODUCTION, "My daughter calls it 'the fish book that ate August'.", EDITORIAL, Dimension.MORALE
                ),
                right(
                    SALES,
                    "All five editions left Ravenna on the day that was promised. I do not know how.",
                    PRODUCTION,
                    Dimension.RESPONSIVENESS,
                ),
            ),
            votes={EDITORIAL: (3, 1, 2), PRODUCTION: (6, 0, 0), RIGHTS: (3, 0, 2), SALES: (4, 0, 1)},
            dots={PRODUCTION: 5, SALES: 1},
            minutes="Discussed for four minutes only; the time box ended. To be taken up again.",
        ),
        Topic(
            CHAPTERS,
            about=EDITORIAL,
            notes=(
                right(
                    PRODUCTION,
                    "Nine sea chapters, nine dates, eight of them kept. Best handover I remember.",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
                right(
                    EDITORIAL,
                    "Handing over in chapters made it possible to say 'this one is late' without the roof coming down.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                thanks(
                    PRODUCTION,
                    "For calling about chapter seven three days before it was late. First time ever. Please do it again.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (6, 0, 0), RIGHTS: (5, 0, 0), SALES: (4, 0, 1)},
            dots={EDITORIAL: 2, PRODUCTION: 2},
            minutes="A promise of the cookbook retro that worked. Said out loud, twice.",
        ),
        Topic(
            FAIR,
            about=RIGHTS,
            notes=(
                right(
                    RIGHTS,
                    "Five co-editions from one dummy with real tides on a paper wheel. Children queued, then publishers did.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
                thanks(
                    RIGHTS,
                    "To the two from Production who glued forty paper wheels by hand in the hotel.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
            ),
            votes={EDITORIAL: (6, 0, 0), PRODUCTION: (5, 0, 1), RIGHTS: (5, 0, 0), SALES: (5, 0, 0)},
            dots={RIGHTS: 1},
        ),
        Topic(
            SHIPPING,
            about=SALES,
            notes=(
                wrong(
                    PRODUCTION,
                    "The Canadian order was sold, invoiced and celebrated before anybody had asked whether there was a boat.",
                    SALES,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    SALES,
                    "A quote for freight takes a week and a buyer waits for an hour.",
                    PRODUCTION,
                    Dimension.RESPONSIVENESS,
                ),
            ),
            votes={EDITORIAL: (2, 0, 4), PRODUCTION: (5, 0, 1), RIGHTS: (2, 1, 2), SALES: (3, 2, 0)},
            dots={PRODUCTION: 1, SALES: 3},
        ),
    ),
    promises=(
        Promise(
            "Put a last day for corrections into every co-edition contract",
            "The contract form has the clause and the next three contracts were signed with it",
            owner="anneke",
            providing=RIGHTS,
            requesting=PRODUCTION,
            due_day=60,
            topic=BLACK_PLATE,
            cause=Cause.PREVENT,
            priority=Priority.HIGH,
            steps=(
                Step(1, "anneke", ActionState.ACKNOWLEDGED),
                Step(2, "anneke", ActionState.PROMISED, due_day=60),
                Step(20, "anneke", ActionState.IN_PROGRESS),
                Step(57, "anneke", ActionState.REPORTED_DONE),
                Step(60, "walter", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Draw the days between handover and press on one page",
            "The page hangs in both corridors and Editorial has signed that it understands it",
            owner="lise",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=30,
            topic=DATES,
            cause=Cause.PROCESS,
            priority=Priority.HIGH,
            steps=(
                Step(3, "lise", ActionState.ACKNOWLEDGED),
                Step(3, "lise", ActionState.PROMISED, due_day=30),
                Step(
                    31,
                    "lise",
                    ActionState.RE_PROMISED,
                    "The crime series moved forward by three weeks",
                    due_day=75,
                    miss_reason=MissReason.OTHER_WORK,
                ),
                Step(
                    80,
                    "lise",
                    ActionState.BLOCKED,
                    "We need the true dates of authors' deliveries from Editorial for the left half of the page",
                    department=EDITORIAL,
                    miss_reason=MissReason.OTHER_DEPARTMENT,
                ),
            ),
        ),
        Promise(
            "Write what each partner was promised in one list",
            "Sales and Production can read the list; it was right on three spot checks",
            owner="anneke",
            providing=RIGHTS,
            requesting=SALES,
            due_day=45,
            topic=PARTNERS,
            cause=Cause.DETECT,
            steps=(
                Step(2, "anneke", ActionState.ACKNOWLEDGED),
                Step(4, "anneke", ActionState.PROMISED, due_day=45),
                Step(62, "anneke", ActionState.REPORTED_DONE),
                Step(63, "rui", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Ask the board for a second person who clears rights",
            "The board has decided, either way, with the figures of this year in front of it",
            owner="anneke",
            providing=RIGHTS,
            requesting=EDITORIAL,
            due_day=50,
            topic=PARTNERS,
            cause=Cause.MITIGATE,
            scope=ActionScope.ABOVE_US,
            sponsor="Margit Halloran",
            steps=(
                Step(1, "anneke", ActionState.ACKNOWLEDGED),
                Step(6, "anneke", ActionState.PROMISED, due_day=50),
                Step(
                    49,
                    "anneke",
                    ActionState.RE_PROMISED,
                    "The board meets on the budget only in the last week",
                    due_day=160,
                    miss_reason=MissReason.NO_DECISION,
                ),
            ),
        ),
        Promise(
            "Have lunch together on the day a co-edition goes to press",
            "Editorial, Production and Rights ate at one table on two press days",
            owner="dev",
            providing=EDITORIAL,
            requesting=PRODUCTION,
            due_day=90,
            topic=WEEKENDS,
            kind=ActionKind.BRIDGE,
            cause=Cause.BRIDGE,
            steps=(
                Step(1, "dev", ActionState.ACKNOWLEDGED),
                Step(1, "dev", ActionState.PROMISED, due_day=90),
                Step(40, "dev", ActionState.IN_PROGRESS),
                Step(85, "dev", ActionState.REPORTED_DONE),
                Step(86, "lise", ActionState.ACCEPTED),
            ),
        ),
    ),
)
