"""Just finished: a prize-list novel rushed out in nineteen days. Its retro stands in `write`, to be joined."""

# ruff: noqa: E501 - what somebody says is kept on one line, as it is read.

from __future__ import annotations

from app.demo.contents.shape import (
    EDITORIAL,
    MARKETING,
    PRODUCTION,
    RIGHTS,
    SALES,
    Project,
    Topic,
    idea,
    right,
    surprise,
    thanks,
    wrong,
)
from app.entries.rules.names import Dimension

SMALL_FIRES = Project(
    name="A Winter of Small Fires",
    kind="Lead title",
    title="A Winter of Small Fires: nineteen days to the prize table",
    started_days_before=40,
    ended_days_before=7,
    closed_days_ago=None,
    seats={EDITORIAL: 4, PRODUCTION: 4, MARKETING: 2, RIGHTS: 1, SALES: 2},
    expected={EDITORIAL: 6, PRODUCTION: 6, MARKETING: 5, RIGHTS: 2, SALES: 5},
    safety=(4, 3, 4, 4, 3, 5, 4, 3, 4, 4, 4),
    topics=(
        Topic(
            "As it was written",
            notes=(
                wrong(
                    PRODUCTION,
                    "Nineteen days from prize list to bookshop, and the copy took twelve of them.",
                    EDITORIAL,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    PRODUCTION,
                    "We had cleared a press slot within an hour. Then we looked at it, empty, for five days.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    PRODUCTION,
                    "The acknowledgements changed after sign-off. The acknowledgements.",
                    EDITORIAL,
                    Dimension.QUALITY,
                ),
                right(
                    PRODUCTION,
                    "The editor came down to us in person on day one. With coffee, and a date that held.",
                    EDITORIAL,
                    Dimension.TEAMWORK,
                ),
                wrong(
                    EDITORIAL,
                    "The quotation from the song was cleared on day eleven. We could have set everything but page 9.",
                    RIGHTS,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    EDITORIAL,
                    "I still do not know which of the nineteen days were needed and which were for safety.",
                    PRODUCTION,
                    Dimension.COMMUNICATION,
                ),
                surprise(
                    EDITORIAL,
                    "Production answered at eleven at night. I had only written because I could not sleep.",
                    PRODUCTION,
                    Dimension.RESPONSIVENESS,
                ),
                thanks(
                    EDITORIAL,
                    "The second printing has the mended line on page 201. Nobody asked for it. Thank you.",
                    PRODUCTION,
                    Dimension.QUALITY,
                ),
                right(
                    MARKETING,
                    "The band with the prize on it was designed, printed and around the book in 31 hours.",
                    PRODUCTION,
                    Dimension.RESPONSIVENESS,
                ),
                wrong(
                    MARKETING,
                    "We announced a signing before anybody had asked the author whether she travels.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                wrong(
                    RIGHTS,
                    "The request for the song came with the word 'yesterday' in it. Song publishers do not do yesterday.",
                    EDITORIAL,
                    Dimension.COMMUNICATION,
                ),
                right(
                    SALES,
                    "Every independent shop had it for the weekend. Reps drove boxes around in their own cars.",
                    SALES,
                    Dimension.TEAMWORK,
                ),
                idea(
                    SALES,
                    "Keep a 'nineteen days' plan in a drawer: who calls whom on day one, for the next prize list.",
                ),
            ),
        ),
    ),
    unsent=(
        wrong(PRODUCTION, "What I would like to say about the Sunday before the", EDITORIAL, Dimension.MORALE),
        surprise(EDITORIAL, "I did not expect to enjoy"),
    ),
)
