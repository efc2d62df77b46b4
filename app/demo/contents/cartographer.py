"""Ten months ago: the lead novel of the autumn, printed in time by the skin of its teeth."""

# ruff: noqa: E501 - what somebody says is kept on one line, as it is read.

from __future__ import annotations

from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, MissReason, Priority
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

LATE_COPY = "Copy reaches Production after the date we agreed"
SIGNED_PAGES = "Signed-off pages keep changing"
PADDED = "Nobody believes the press dates"
COVER = "The cover went round in circles"
LAUNCH = "Launch week worked like one team"
STOCK = "The reprint alarm came from a bookseller"

CARTOGRAPHER = Project(
    name="The Cartographer's Daughter",
    kind="Lead title",
    title="The Cartographer's Daughter: from manuscript to launch",
    started_days_before=260,
    ended_days_before=8,
    closed_days_ago=302,
    seats={EDITORIAL: 6, PRODUCTION: 6, MARKETING: 5, SALES: 5, RIGHTS: 3, IT: 2},
    safety=(3, 4, 4, 3, 5, 4, 3, 4, 4, 3, 4, 5, 3, 4, 4, 3, 4, 4, 5, 3, 4),
    roti=(3, 3, 4, 3, 2, 3, 4, 3, 3, 4, 3, 3, 2, 3, 4, 3, 3, 3),
    topics=(
        Topic(
            LATE_COPY,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "Final copy came eleven working days after the date in the schedule. The press slot did not move. We did.",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    PRODUCTION,
                    "We learned that the manuscript was late from the author's own newsletter.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    PRODUCTION,
                    "I typeset the last four chapters on a Saturday and a Sunday and nobody asked how they got done.",
                    EDITORIAL,
                    Dimension.MORALE,
                ),
                wrong(
                    EDITORIAL,
                    "The author rewrote the ending in week 30. You cannot send to press a book whose ending you know is about to change.",
                ),
                wrong(
                    EDITORIAL,
                    "We waited six weeks for the map permission. Without it there was no front matter, and without front matter we were told there is no handover.",
                    RIGHTS,
                    Dimension.RESPONSIVENESS,
                ),
            ),
            votes={
                EDITORIAL: (1, 4, 1),
                PRODUCTION: (6, 0, 0),
                MARKETING: (4, 0, 1),
                SALES: (5, 0, 0),
                RIGHTS: (2, 0, 1),
                IT: (2, 0, 0),
            },
            dots={EDITORIAL: 1, PRODUCTION: 9, MARKETING: 2, SALES: 4, RIGHTS: 1, IT: 1},
            minutes="Eleven days late at handover, and the press slot is bought a year ahead. Editorial had known for three weeks and had hoped to catch up. Nobody had a place to say 'we will be late' before it was true.",
            whys=(
                "Because the ending was rewritten after the schedule was fixed.",
                "Because the author saw the copy-edit only in week 29.",
                "Because the map permission held the whole package back, not only the map.",
            ),
            replies={
                EDITORIAL: "We are late because we wait for others, and we are the only ones whose lateness has a date on it. We did not know that a weekend was spent on it."
            },
        ),
        Topic(
            SIGNED_PAGES,
            about=EDITORIAL,
            notes=(
                wrong(
                    PRODUCTION,
                    "143 changes after sign-off. Sign-off has become the moment the real reading starts.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                wrong(
                    PRODUCTION,
                    "Page 212 was corrected back to what it was two rounds earlier.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                surprise(
                    EDITORIAL,
                    "A comma after sign-off costs a whole new plate? I have been here nine years and nobody ever told me.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
                idea(PRODUCTION, "One change list after sign-off, once, with a price beside each line."),
            ),
            votes={
                EDITORIAL: (1, 5, 0),
                PRODUCTION: (6, 0, 0),
                MARKETING: (4, 0, 1),
                SALES: (4, 0, 1),
                RIGHTS: (2, 0, 1),
                IT: (2, 0, 0),
            },
            dots={PRODUCTION: 7, MARKETING: 1, SALES: 1},
            minutes="Editorial reads on paper for the first time when the pages come back: the screen proof hides the line breaks. The price of a late change was news to most of the room.",
            whys=("Because the first printout that Editorial sees is the signed-off one.",),
            replies={
                EDITORIAL: "The author is entitled to a last look. We would send fewer changes if we saw paper earlier."
            },
        ),
        Topic(
            PADDED,
            about=PRODUCTION,
            notes=(
                wrong(
                    EDITORIAL,
                    "Every date from Production has two weeks of air in it. We were three weeks late in spring and the book still came out on its day.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    EDITORIAL,
                    "When I ask what the real date is I get the schedule again, in bold.",
                    PRODUCTION,
                    Dimension.TEAMWORK,
                ),
                wrong(PRODUCTION, "There is no padding. There is a Saturday."),
            ),
            votes={
                EDITORIAL: (6, 0, 0),
                PRODUCTION: (0, 6, 0),
                MARKETING: (2, 2, 1),
                SALES: (1, 3, 1),
                RIGHTS: (2, 1, 0),
                IT: (0, 0, 2),
            },
            dots={EDITORIAL: 7, PRODUCTION: 2, MARKETING: 1},
            minutes="The room divides cleanly. 'It still came out' means something else on each side of the corridor.",
            replies={
                PRODUCTION: "The dates are what the printer sells us. If a late book still came out, it is because somebody made up the time."
            },
        ),
        Topic(
            COVER,
            about=MARKETING,
            notes=(
                wrong(
                    EDITORIAL,
                    "Eleven cover rounds. In round nine we were back at round two, and everybody was too tired to say so.",
                    MARKETING,
                    Dimension.TEAMWORK,
                ),
                wrong(
                    SALES,
                    "Buyers saw a cover in May that we then did not print. Two chains asked us which book they had ordered.",
                    MARKETING,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    PRODUCTION,
                    "Foil and emboss were added after the paper was ordered. The price per copy went up by 31 cents and nobody had asked.",
                    MARKETING,
                    Dimension.COMMUNICATION,
                ),
                right(
                    MARKETING,
                    "The final cover is the best we have had in years. Booksellers put it face out without being asked.",
                ),
            ),
            votes={
                EDITORIAL: (6, 0, 0),
                PRODUCTION: (5, 0, 1),
                MARKETING: (4, 1, 0),
                SALES: (5, 0, 0),
                RIGHTS: (3, 0, 0),
                IT: (1, 0, 1),
            },
            dots={EDITORIAL: 4, PRODUCTION: 2, MARKETING: 3, SALES: 4, RIGHTS: 1},
            minutes="Nobody owns the last word on a cover. Agreed: one person says 'this is it', and the finish is priced before it is shown outside.",
            whys=("Because five people may say no and nobody may say yes.",),
            replies={
                MARKETING: "True. We kept opening it again because we were afraid of the room that had not seen it yet."
            },
        ),
        Topic(
            LAUNCH,
            about=None,
            notes=(
                right(
                    SALES,
                    "Finished copies were on the counters of 410 shops on the morning of publication. All 410.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
                right(
                    MARKETING,
                    "Sales sent photographs of every window display within the hour. Our posts wrote themselves.",
                    SALES,
                    Dimension.TEAMWORK,
                ),
                thanks(
                    MARKETING,
                    "To whoever in IT moved the pre-order page to the bigger machine at six in the morning: thank you. It held.",
                    IT,
                    Dimension.RESPONSIVENESS,
                ),
                thanks(
                    EDITORIAL,
                    "The paper, the binding, the ribbon. The author cried when she held it. Thank you, Production.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
            ),
            votes={
                EDITORIAL: (6, 0, 0),
                PRODUCTION: (5, 0, 1),
                MARKETING: (5, 0, 0),
                SALES: (5, 0, 0),
                RIGHTS: (3, 0, 0),
                IT: (2, 0, 0),
            },
            dots={MARKETING: 2, SALES: 1},
            minutes="One shared channel for eight days, one person on call in each department. Keep it for every lead title.",
        ),
        Topic(
            STOCK,
            about=SALES,
            notes=(
                surprise(
                    SALES,
                    "A bookseller in the north told us that we were out of stock, two days before our own report did.",
                    IT,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    PRODUCTION,
                    "The reprint order came on a Friday at four with 'urgent' in the subject. Paper takes nine days, urgent or not.",
                    SALES,
                    Dimension.COMMUNICATION,
                ),
                idea(
                    IT,
                    "The stock figures exist by the hour. We only ever send them out on Mondays because somebody once asked for Mondays.",
                ),
            ),
            votes={
                EDITORIAL: (4, 0, 2),
                PRODUCTION: (6, 0, 0),
                MARKETING: (4, 0, 1),
                SALES: (4, 1, 0),
                RIGHTS: (1, 0, 2),
                IT: (2, 0, 0),
            },
            dots={PRODUCTION: 2, SALES: 4, IT: 2},
            minutes="The figures were there all along. IT sets up a threshold mail; Sales decides the threshold per title.",
            replies={SALES: "We look at what is sold in, not at what is sold out. That is on us."},
        ),
    ),
    promises=(
        Promise(
            "Send copy to Production three working days before the press slot",
            "No lead title of the next season reaches Production later than three working days before its slot",
            owner="cosima",
            providing=EDITORIAL,
            requesting=PRODUCTION,
            due_day=60,
            topic=LATE_COPY,
            kind=ActionKind.AGREEMENT,
            cause=Cause.AGREEMENT,
            priority=Priority.HIGH,
            steps=(
                Step(1, "cosima", ActionState.ACKNOWLEDGED),
                Step(2, "cosima", ActionState.PROMISED, due_day=60),
                Step(
                    58,
                    "cosima",
                    ActionState.RE_PROMISED,
                    "Two authors asked for an extra round; starts with the spring list instead",
                    due_day=110,
                    miss_reason=MissReason.OUTSIDE,
                ),
                Step(112, "cosima", ActionState.REPORTED_DONE),
                Step(
                    116, "walter", ActionState.SENT_BACK, "Salt & Smoke came nine days late, so it is not yet a rule"
                ),
            ),
        ),
        Promise(
            "Name one person who closes each cover",
            "Every title in the schedule shows who says 'this is it', and the finish is priced before anybody outside sees it",
            owner="farida",
            providing=MARKETING,
            requesting=EDITORIAL,
            due_day=30,
            topic=COVER,
            cause=Cause.PREVENT,
            steps=(
                Step(1, "farida", ActionState.ACKNOWLEDGED),
                Step(1, "farida", ActionState.PROMISED, due_day=30),
                Step(9, "farida", ActionState.IN_PROGRESS),
                Step(26, "farida", ActionState.REPORTED_DONE),
                Step(28, "cosima", ActionState.ACCEPTED),
                Step(243, "cosima", ActionState.HELD),
            ),
        ),
        Promise(
            "Mail a stock alarm when a title falls under its threshold",
            "Sales and Production get the mail within an hour; tried with three titles",
            owner="sol",
            providing=IT,
            requesting=SALES,
            due_day=20,
            topic=STOCK,
            cause=Cause.DETECT,
            steps=(
                Step(0, "sol", ActionState.ACKNOWLEDGED),
                Step(1, "sol", ActionState.PROMISED, due_day=20),
                Step(14, "sol", ActionState.REPORTED_DONE),
                Step(15, "rui", ActionState.ACCEPTED),
            ),
        ),
        Promise(
            "Put an editor beside the typesetter for one day before sign-off",
            "Two editors and two typesetters have each spent a day at the other's desk",
            owner="lise",
            providing=PRODUCTION,
            requesting=EDITORIAL,
            due_day=45,
            topic=SIGNED_PAGES,
            kind=ActionKind.BRIDGE,
            cause=Cause.BRIDGE,
            scope=ActionScope.JOINT,
            steps=(
                Step(2, "lise", ActionState.ACKNOWLEDGED),
                Step(
                    3,
                    "lise",
                    ActionState.DECLINED,
                    "Nobody here has a free day before the spring list. Ask again in summer",
                ),
            ),
        ),
    ),
)
