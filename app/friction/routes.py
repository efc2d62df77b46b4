"""The friction map at the desk, as a page and as a table (CSV), and the page of a pair of departments."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from sqlmodel import Session

from app.core.clock import Clock
from app.core.patterns import bounded
from app.core.spreadsheet import as_csv
from app.departments.queries import local_day, spoken_by_name
from app.friction.queries.map import MapView, friction_map, table_lines
from app.friction.queries.named import named_lines
from app.friction.queries.pair import friction_pair
from app.friction.rules.map import Show
from app.friction.rules.map_table import COLUMNS
from app.meaning.queries import kinds
from app.people.rules import Visitor
from app.scorecards.rules.periods import Period, Span, period
from app.web.files import file_of
from app.web.requests import AtDesk
from app.web.templating import page, render

router = APIRouter(prefix="/desk/friction")
KIND_KEY = bounded(r"[a-z0-9_]{1,30}")


@dataclass(frozen=True, slots=True)
class FrictionQuery:
    """What the address asks for; what it says and nobody knows is as if it said nothing."""

    span: str = ""
    show: str = ""
    view: str = ""
    compare: str = ""
    department: str = ""
    kind: str = ""

    @property
    def shown(self) -> Show:
        """Ratings know no kind of friction: with one, entries are shown."""
        if self.kind and self.show in (Show.PULSE, Show.BOTH):
            return Show.ENTRIES
        return Show(self.show) if self.show in set(Show) else Show.ENTRIES

    @property
    def only(self) -> UUID | None:
        try:
            return UUID(self.department)
        except ValueError:
            return None

    @property
    def layout(self) -> str:
        """'map' or 'list' where one was chosen; else the width of the screen decides."""
        if self.only:
            return "list"
        return self.view if self.view in ("map", "list") else ""

    @property
    def compares(self) -> bool:
        return self.compare == "yes" and self.span != Span.ALL

    def period(self, db: Session, clock: Clock) -> Period:
        known = [one for one in Span if one == self.span]
        return period(known[0] if known else Span.YEAR, local_day(db, clock.now()))

    def address(self, **changed: str) -> str:
        """The map's address with these choices, others as they are."""
        chosen = {
            "span": self.span, "show": self.show, "view": self.view, "compare": self.compare,
            "department": self.department, "kind": self.kind, **changed,
        }  # fmt: skip
        return "/desk/friction?" + "&".join(f"{name}={value}" for name, value in chosen.items() if value)


def asked(
    span: str = "", show: str = "", view: str = "", compare: str = "", department: str = "", kind: str = ""
) -> FrictionQuery:
    """Only what we know is kept: the rest never comes back into an address."""
    return FrictionQuery(
        span if span in set(Span) else "",
        show if show in set(Show) else "",
        view if view in ("map", "list") else "",
        "yes" if compare == "yes" else "",
        department if FrictionQuery(department=department).only else "",
        kind if KIND_KEY.fullmatch(kind) else "",
    )


TheAsked = Annotated[FrictionQuery, Depends(asked)]

# The table comes first, as everywhere.


@router.get(".csv")
def friction_table(at: AtDesk, wanted: TheAsked) -> Response:
    with at.database.reading() as db:
        found = friction_map(
            db, wanted.period(db, at.clock), wanted.shown, wanted.compares, kind=wanted.kind, for_=at.visitor
        )
    return file_of("\ufeff" + as_csv(COLUMNS, table_lines(found)), "text/csv; charset=utf-8", "friction.csv")


@router.get("")
def friction(at: AtDesk, wanted: TheAsked) -> HTMLResponse:
    with at.database.reading() as db:
        context = map_context(db, at.visitor, wanted, at.clock)
    return page(at.request, "pages/friction/friction.html", table=_table(context["found"]), **context)


def map_context(db: Session, visitor: Visitor, wanted: FrictionQuery, clock: Clock) -> dict[str, Any]:
    """The map, what is said with a name beside it, and what it can be narrowed to."""
    chosen, known = wanted.period(db, clock), kinds(db)
    return {
        "found": friction_map(db, chosen, wanted.shown, wanted.compares, wanted.only, wanted.kind, for_=visitor),
        "asked": wanted,
        "named": named_lines(db, chosen, wanted.only, for_=visitor),
        "period": chosen,
        "spans": list(Span),
        "departments": [one for one in spoken_by_name(db, visitor) if not one.is_archived],
        "kinds": known,
        "kind": next((one for one in known if one.key == wanted.kind), None),
    }


def _table(found: MapView) -> Markup:
    """Drawn once for all who ask for the same map: 3,600 cells take longer than the rest of the page."""
    html = found.drawn.get("table") or render("fragments/friction/friction_table.html", {"found": found})
    found.drawn["table"] = html
    return Markup(html)  # noqa: S704  (rendered by our own template, which escapes everything)


@router.get("/{one_id}/{other_id}")
def friction_between(
    at: AtDesk,
    one_id: UUID,
    other_id: UUID,
    wanted: TheAsked,
) -> HTMLResponse:
    with at.database.reading() as db:
        chosen = wanted.period(db, at.clock)
        found = friction_pair(db, one_id, other_id, chosen, for_=at.visitor)
    here = {"here": at.request.url.path, "period": chosen, "spans": list(Span), "asked": wanted}
    return page(at.request, "pages/friction/friction_between.html", found=found, **here)
