"""What the house brought along: nine older retros out of a table, and how its people put the frictions in order.

The table is loaded as any file of past retros is. Where seats are few (a department of two), the file says so.
"""

# ruff: noqa: E501 - what somebody says is kept on one line, as it is read.

from __future__ import annotations

from app.demo.contents import cartographer, catalogue, merrow, orchard, salt_and_smoke, tides
from app.demo.contents.shape import (
    EDITORIAL,
    IT,
    MARKETING,
    PRODUCTION,
    RIGHTS,
    SALES,
    Friction,
    PastNote,
    PastRetro,
)

SOURCE = "Retros before Fencepost"
FILE_NAME = "retros-before-fencepost.csv"

LATE = "Copy and material reach Production late"
CHANGES = "Changes after sign-off"
DATES = "Nobody believes the schedule"
COVERS = "Covers without an owner"
PERMISSIONS = "Permissions are cleared late"
WARNING = "Nobody says early that it will be late"
ARCHIVE = "No way into the picture archive"
FIGURES = "Stock and order figures come too late"
BLURBS = "Blurbs come after the page"


def _wrong(by: str, about: str | None, text: str, friction: str = "") -> PastNote:
    return PastNote(by, about, "went_wrong", text, friction)


def _right(by: str, about: str | None, text: str) -> PastNote:
    return PastNote(by, about, "went_right", text)


PAST = (
    PastRetro("The Salt Road", 687, {EDITORIAL: 7, PRODUCTION: 6, MARKETING: 6, IT: 5}, (
        _wrong(PRODUCTION, EDITORIAL, "The last two chapters reached us eight days after the press slot.", LATE),
        _wrong(PRODUCTION, EDITORIAL, "Captions and copyright page were still missing when the copy was handed over.", LATE),
        _wrong(MARKETING, IT, "We waited nineteen days for a password to the picture archive.", ARCHIVE),
        _wrong(EDITORIAL, MARKETING, "The cover had four owners in March and none in April.", COVERS),
        _right(EDITORIAL, PRODUCTION, "The map on the endpapers is the finest thing that we have printed."),
        _right(IT, MARKETING, "Marketing tested the new pre-order page on a Sunday, without being asked."),
    )),
    PastRetro("Autumn list, the year before last", 652, {EDITORIAL: 6, PRODUCTION: 7, MARKETING: 5, SALES: 5, IT: 5}, (
        _wrong(MARKETING, IT, "The picture archive threw us out twice a day and nobody in IT picked up.", ARCHIVE),
        _wrong(SALES, EDITORIAL, "Half of the blurbs came when the order round was over.", BLURBS),
        _wrong(EDITORIAL, PRODUCTION, "The schedule has one date for us and another for the printer.", DATES),
        _wrong(PRODUCTION, EDITORIAL, "Two books were corrected again after everybody had signed the proofs.", CHANGES),
        _right(SALES, MARKETING, "The window displays were on the road a week early."),
        _right(IT, None, "For once nobody changed the list while it was being loaded."),
    )),
    PastRetro("A House by the Weir", 617, {EDITORIAL: 7, PRODUCTION: 6, RIGHTS: 3, MARKETING: 6, IT: 5}, (
        _wrong(MARKETING, IT, "New colleagues still cannot open the picture archive after a month.", ARCHIVE),
        _wrong(EDITORIAL, RIGHTS, "Two poems at the head of chapters were cleared after the pages were set.", PERMISSIONS),
        _wrong(PRODUCTION, EDITORIAL, "Copy reached us four days late, and again on a Friday evening.", LATE),
        _wrong(RIGHTS, EDITORIAL, "The list of quotations reached us when the permissions should have been signed.", PERMISSIONS),
        _wrong(PRODUCTION, None, "That it would be late we read in the newsletter.", WARNING),
        _right(MARKETING, EDITORIAL, "The author came to every bookshop that we asked for."),
    )),
    PastRetro("Forty Kites", 572, {EDITORIAL: 6, PRODUCTION: 6, MARKETING: 6, SALES: 6, IT: 5}, (
        _wrong(SALES, IT, "The picture archive was down on both days of the sales meeting.", ARCHIVE),
        _wrong(EDITORIAL, MARKETING, "Round seven of the cover went back to round three.", COVERS),
        _wrong(SALES, MARKETING, "Buyers saw a cover that somebody had already dropped.", COVERS),
        _wrong(EDITORIAL, PRODUCTION, "Asked for the true press date we got the schedule again.", DATES),
        _wrong(PRODUCTION, SALES, "The reprint was ordered when the last copy had been sold.", FIGURES),
        _right(EDITORIAL, SALES, "Sales read the whole book before the first call. It showed."),
    )),
    PastRetro("Spring list, last year", 527, {EDITORIAL: 6, PRODUCTION: 7, MARKETING: 6, SALES: 5, IT: 5}, (
        _wrong(MARKETING, EDITORIAL, "We wrote nine blurbs ourselves because none had come.", BLURBS),
        _wrong(PRODUCTION, EDITORIAL, "Three books came without their last chapter.", LATE),
        _wrong(EDITORIAL, PRODUCTION, "All dates have air in them, so nobody hurries for the real one.", DATES),
        _wrong(PRODUCTION, EDITORIAL, "Signed pages came back with forty changes.", CHANGES),
        _right(MARKETING, IT, "The picture archive opens in seconds since it moved."),
        _right(SALES, IT, "The order page did not stumble once in the whole season."),
    )),
    PastRetro("The Orange Notebook", 480, {EDITORIAL: 7, PRODUCTION: 6, RIGHTS: 5, MARKETING: 6, IT: 5}, (
        _wrong(EDITORIAL, RIGHTS, "The photo of the frontispiece was cleared when the sheets were on the press.", PERMISSIONS),
        _wrong(EDITORIAL, MARKETING, "Nobody may say yes to a cover, everybody may say no.", COVERS),
        _wrong(EDITORIAL, MARKETING, "The cover was opened again after the author had agreed to it.", COVERS),
        _wrong(PRODUCTION, EDITORIAL, "Nine words were moved after sign-off. Each of them was a plate.", CHANGES),
        _wrong(RIGHTS, None, "Everybody knew for weeks that it would be late, and nobody said it.", WARNING),
        _right(IT, EDITORIAL, "Editorial sent one list of wishes instead of twelve mails."),
    )),
    PastRetro("Seven Letters to the Sea", 437, {EDITORIAL: 7, PRODUCTION: 7, MARKETING: 5, SALES: 6, IT: 2}, (
        _wrong(PRODUCTION, EDITORIAL, "The manuscript was handed over without its pictures.", LATE),
        _wrong(EDITORIAL, PRODUCTION, "There are two schedules, and both are called final.", DATES),
        _wrong(EDITORIAL, MARKETING, "Eight rounds for one cover, and the first one is what we printed.", COVERS),
        _wrong(EDITORIAL, MARKETING, "The finish of the cover was shown to buyers before anybody had priced it.", COVERS),
        _wrong(SALES, None, "We promised Tuesday to the shops and heard of the delay on Wednesday.", WARNING),
        _right(PRODUCTION, SALES, "Sales called the printer's driver. The books were there at six."),
    )),
    PastRetro("Autumn list, last year", 392, {EDITORIAL: 7, PRODUCTION: 7, MARKETING: 6, SALES: 5}, (
        _wrong(EDITORIAL, MARKETING, "Two people each believed that they decide about the cover.", COVERS),
        _wrong(EDITORIAL, MARKETING, "The cover of the lead title changed while the catalogue was on the press.", COVERS),
        _wrong(SALES, EDITORIAL, "The blurbs of three debuts came after the catalogue was closed.", BLURBS),
        _wrong(PRODUCTION, EDITORIAL, "The index reached us six days after the copy was due.", LATE),
        _wrong(SALES, MARKETING, "Stock figures reach us on Mondays, the questions of the shops come on Fridays.", FIGURES),
        PastNote(PRODUCTION, EDITORIAL, "action", "Send a list of what is still missing with every handover",
                 owner="Cosima Bell", status="open"),
    )),
    PastRetro("Winter Apples", 349, {EDITORIAL: 7, PRODUCTION: 6, RIGHTS: 5, MARKETING: 6}, (
        _wrong(EDITORIAL, MARKETING, "Nobody dared to close the cover before the holidays.", COVERS),
        _wrong(EDITORIAL, MARKETING, "Eleven people wrote comments on the cover and none of them decides.", COVERS),
        _wrong(EDITORIAL, RIGHTS, "The song at the end was cleared two days before the press.", PERMISSIONS),
        _wrong(PRODUCTION, EDITORIAL, "Copy for the last sheet came on the day of the press.", LATE),
        _wrong(PRODUCTION, EDITORIAL, "A whole page was rewritten after sign-off.", CHANGES),
        PastNote(EDITORIAL, RIGHTS, "action", "Ask for song rights when the contract is written",
                 owner="Anneke Strom", status="done"),
        _right(RIGHTS, EDITORIAL, "The list of quotations was complete on the first try."),
    )),
)  # fmt: skip

# What a person decided about themes after loading: which topics of our own retros belong to which friction. What
# stands in no line here the program placed by itself; where it is unsure, it asks.
FRICTIONS = (
    Friction(LATE, (cartographer.LATE_COPY, salt_and_smoke.PACKAGE, tides.WEEKENDS, merrow.FOREWORDS, orchard.LATE)),
    Friction(CHANGES, (cartographer.SIGNED_PAGES, salt_and_smoke.ROUNDS, tides.BLACK_PLATE, merrow.SIGN_OFF,
                       orchard.CHANGES)),
    Friction(DATES, (cartographer.PADDED, tides.DATES, orchard.TRUE_DATE)),
    Friction(COVERS, (cartographer.COVER, merrow.COVERS)),
    Friction(PERMISSIONS, (salt_and_smoke.CONTRACTS, orchard.POEMS)),
    Friction(WARNING, (salt_and_smoke.TONE, merrow.ALONE)),
    Friction(ARCHIVE),
    Friction(FIGURES, (cartographer.STOCK, orchard.PREORDERS)),
    Friction(BLURBS, (catalogue.BLURBS,)),
)  # fmt: skip
