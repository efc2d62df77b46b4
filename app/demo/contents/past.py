"""What the house brought along: nine older retros out of a table, and how its people put the frictions in order.

The table is loaded as any file of past retros is. Where a department was small, it says so.
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
        _wrong(PRODUCTION, EDITORIAL, "The manuscript came more than a week late to the typesetter.", LATE),
        _wrong(PRODUCTION, EDITORIAL, "No captions in the handover, no copyright page either.", LATE),
        _wrong(MARKETING, IT, "Nineteen days without a login for the picture archive.", ARCHIVE),
        _wrong(EDITORIAL, MARKETING, "The cover had four owners in March and none in April.", COVERS),
        _right(EDITORIAL, PRODUCTION, "Endpapers with a map: the finest thing we ever printed."),
        _right(IT, MARKETING, "Marketing tested the new pre-order page on a Sunday, without being asked."),
    )),
    PastRetro("Autumn list, the year before last", 652, {EDITORIAL: 6, PRODUCTION: 7, MARKETING: 5, SALES: 5, IT: 5}, (
        _wrong(MARKETING, IT, "The picture archive logs us out twice a day.", ARCHIVE),
        _wrong(SALES, EDITORIAL, "Half of the blurbs came when the order round was over.", BLURBS),
        _wrong(EDITORIAL, PRODUCTION, "Two plans for one press date, and neither is true.", DATES),
        _wrong(PRODUCTION, EDITORIAL, "Two books were corrected again after everybody had signed the proofs.", CHANGES),
        _right(SALES, MARKETING, "Wonderful window displays."),
        _right(IT, None, "Clear wishes for the shop system, all in writing."),
    )),
    PastRetro("A House by the Weir", 617, {EDITORIAL: 7, PRODUCTION: 6, RIGHTS: 3, MARKETING: 6, IT: 5}, (
        _wrong(MARKETING, IT, "New colleagues still cannot open the picture archive after a month.", ARCHIVE),
        _wrong(EDITORIAL, RIGHTS, "Rights for two poems came when the pages were set.", PERMISSIONS),
        _wrong(PRODUCTION, EDITORIAL, "Late copy again, on a Friday evening.", LATE),
        _wrong(RIGHTS, EDITORIAL, "The list of quotations reached us when the permissions should have been signed.", PERMISSIONS),
        _wrong(PRODUCTION, None, "We read in the newsletter what nobody had dared to tell us.", WARNING),
        _right(MARKETING, EDITORIAL, "The author came to every bookshop that we asked for."),
    )),
    PastRetro("Forty Kites", 572, {EDITORIAL: 6, PRODUCTION: 6, MARKETING: 6, SALES: 6, IT: 5}, (
        _wrong(SALES, IT, "The picture archive did not open at the sales meeting.", ARCHIVE),
        _wrong(EDITORIAL, MARKETING, "Round seven of the cover went back to round three.", COVERS),
        _wrong(SALES, MARKETING, "Buyers saw a cover that somebody had already dropped.", COVERS),
        _wrong(EDITORIAL, PRODUCTION, "Every question about the real press date is answered with the same plan.", DATES),
        _wrong(PRODUCTION, SALES, "Reprints are ordered only when the stock is gone.", FIGURES),
        _right(EDITORIAL, SALES, "Sales read the whole book before the first call. It showed."),
        _right(MARKETING, None, "The kites flew."),
    )),
    PastRetro("Spring list, last year", 527, {EDITORIAL: 6, PRODUCTION: 7, MARKETING: 6, SALES: 5, IT: 5}, (
        _wrong(MARKETING, EDITORIAL, "Marketing had to write nine blurbs by itself.", BLURBS),
        _wrong(PRODUCTION, EDITORIAL, "The last chapter was missing at handover.", LATE),
        _wrong(EDITORIAL, PRODUCTION, "Every date in the schedule has air in it.", DATES),
        _wrong(PRODUCTION, EDITORIAL, "Forty changes after the signature.", CHANGES),
        _right(MARKETING, IT, "The picture archive opens in seconds since it moved."),
        _right(IT, None, "A quiet season."),
        _right(SALES, IT, "Not one breakdown of the order page."),
    )),
    PastRetro("The Orange Notebook", 480, {EDITORIAL: 7, PRODUCTION: 6, RIGHTS: 5, MARKETING: 6, IT: 5}, (
        _wrong(EDITORIAL, RIGHTS, "The rights of the frontispiece were cleared too late.", PERMISSIONS),
        _wrong(EDITORIAL, MARKETING, "Nobody may say yes to a cover, everybody may say no.", COVERS),
        _wrong(EDITORIAL, MARKETING, "The cover was opened again after the author had agreed to it.", COVERS),
        _wrong(PRODUCTION, EDITORIAL, "Words were moved after sign-off, and each one was a new plate.", CHANGES),
        _wrong(RIGHTS, None, "Everybody knew for weeks that it would be late, and nobody said it.", WARNING),
        _right(IT, EDITORIAL, "Editorial sent one list of wishes instead of twelve mails."),
        _right(MARKETING, EDITORIAL, "A reading copy for everybody."),
    )),
    PastRetro("Seven Letters to the Sea", 437, {EDITORIAL: 7, PRODUCTION: 7, MARKETING: 5, SALES: 6, RIGHTS: 3}, (
        _wrong(PRODUCTION, EDITORIAL, "Pictures and captions were missing at handover.", LATE),
        _wrong(EDITORIAL, PRODUCTION, "There are two schedules, and both are called final.", DATES),
        _wrong(EDITORIAL, MARKETING, "Eight rounds for one cover, and the first one is what we printed.", COVERS),
        _wrong(EDITORIAL, MARKETING, "The finish of the cover was shown to buyers before anybody had priced it.", COVERS),
        _wrong(SALES, None, "We promised Tuesday to the shops and heard of the delay on Wednesday.", WARNING),
        _right(MARKETING, None, "Readers wrote seven hundred letters."),
        _right(RIGHTS, EDITORIAL, "All permissions were asked for in spring."),
        _right(PRODUCTION, SALES, "Thanks to Sales the lorry was unloaded at six in the morning."),
    )),
    PastRetro("Autumn list, last year", 392, {EDITORIAL: 7, PRODUCTION: 7, MARKETING: 6, SALES: 5}, (
        _wrong(EDITORIAL, MARKETING, "Two people each believed that they decide about the cover.", COVERS),
        _wrong(EDITORIAL, MARKETING, "The lead title got another cover overnight.", COVERS),
        _wrong(SALES, EDITORIAL, "Blurbs for three debuts came too late to be printed.", BLURBS),
        _wrong(PRODUCTION, EDITORIAL, "Late index, late typesetting.", LATE),
        _right(MARKETING, SALES, "Sales told us of every order over a hundred."),
        _wrong(SALES, None, "Stock figures go out on Mondays, but the shops ask on Fridays.", FIGURES),
        PastNote(PRODUCTION, EDITORIAL, "action", "Send a list of what is still missing with every handover",
                 owner="Cosima Bell", status="open"),
    )),
    PastRetro("Winter Apples", 349, {EDITORIAL: 7, PRODUCTION: 6, RIGHTS: 5, MARKETING: 6}, (
        _wrong(EDITORIAL, MARKETING, "Nobody dared to close the cover before the holidays.", COVERS),
        _wrong(EDITORIAL, MARKETING, "Eleven people wrote comments on the cover and none of them decides.", COVERS),
        _wrong(EDITORIAL, RIGHTS, "Rights for a song were bought two days before printing.", PERMISSIONS),
        _wrong(PRODUCTION, EDITORIAL, "Half a chapter was handed over on press day.", LATE),
        _wrong(PRODUCTION, EDITORIAL, "A whole page was rewritten after sign-off.", CHANGES),
        PastNote(EDITORIAL, RIGHTS, "action", "Ask for music rights when the contract is written",
                 owner="Anneke Strom", status="done"),
        _right(RIGHTS, EDITORIAL, "The list of quotations was complete on the first try."),
        _right(MARKETING, None, "Apples on every counter."),
    )),
)  # fmt: skip

# What a person decided about themes after loading: which topics of our own retros belong to which friction. What
# stands in no line here the program placed by itself; where it is unsure, it asks.
FRICTIONS = (
    Friction(LATE, "handover_late", (cartographer.LATE_COPY, salt_and_smoke.PACKAGE, tides.WEEKENDS, merrow.FOREWORDS,
                                     orchard.LATE)),
    Friction(CHANGES, "scope_moved", (cartographer.SIGNED_PAGES, salt_and_smoke.ROUNDS, tides.BLACK_PLATE,
                                      merrow.SIGN_OFF, orchard.CHANGES)),
    Friction(DATES, "planning", (cartographer.PADDED, tides.DATES, orchard.TRUE_DATE)),
    Friction(COVERS, "unclear_owner", (cartographer.COVER, merrow.COVERS)),
    Friction(PERMISSIONS, "approval_waits", (salt_and_smoke.CONTRACTS, orchard.POEMS)),
    Friction(WARNING, "no_early_warning", (salt_and_smoke.TONE, merrow.ALONE)),
    Friction(ARCHIVE, "tools_access"),
    Friction(FIGURES, "handover_late", (cartographer.STOCK, orchard.PREORDERS)),
    Friction(BLURBS, "handover_late", (catalogue.BLURBS,)),
)  # fmt: skip
