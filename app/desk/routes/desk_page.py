"""What lies on the desk, put together for its templates; and the way back to a list after a step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import QueryParams

from app.actions.forms.actions import TypedStep
from app.actions.queries import desk, saved_views
from app.actions.queries.desk import BEGINNING, PAGE, ActionCard
from app.actions.queries.views import ActionView
from app.actions.rules.desk import TOGETHER, ActionFilter, DeskSection, wanted, wanted_in
from app.actions.rules.kinds import ActionState, MissReason
from app.actions.rules.states import HANDED_OVER_FROM, NEEDS_DEPARTMENT, NEEDS_REASON, TAKES_DATE, TAKES_MISS_REASON
from app.actions.service import bulk
from app.agreements import queries as agreements
from app.core.errors import NotFound
from app.departments.queries import all_departments, local_day
from app.people.queries import accounts
from app.people.rules import Visitor
from app.web.deps import TheDatabase
from app.web.forms import Problems
from app.web.templating import page, wants_fragment

LIST = "/desk/actions"
MOST_TOLD = 40
FORMS = {
    "needs_reason": NEEDS_REASON,
    "needs_department": NEEDS_DEPARTMENT,
    "takes_date": TAKES_DATE,
    "takes_miss_reason": TAKES_MISS_REASON,
    "handed_over_from": HANDED_OVER_FROM,
    "miss_reasons": list(MissReason),
}


@dataclass(frozen=True, slots=True)
class Back:
    """The list from which a step was taken, and the part in which its card lies there."""

    wanted: ActionFilter
    part: DeskSection | None = None

    @property
    def address(self) -> str:
        return f"{LIST}?{self.wanted.query}" if self.wanted.query else LIST

    @classmethod
    def of(cls, typed: str) -> "Back | None":
        """None where the form says nothing, or something else than the list: nobody is sent elsewhere."""
        address, _, part = typed.partition("#")
        path, _, query = address.partition("?")
        if path != LIST:
            return None
        return cls(wanted_in(query), DeskSection(part) if part in set(DeskSection) else None)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What the last request did, as the address after it says: ids of actions, and the step that was tried."""

    moved: tuple[UUID, ...] = ()
    refused: tuple[UUID, ...] = ()
    tried: ActionState | None = None
    taken_back: bool = False

    @property
    def query(self) -> str:
        said = [("moved", one) for one in self.moved] + [("refused", one) for one in self.refused]
        rest = [("tried", self.tried)] * bool(self.tried) + [("taken_back", "1")] * self.taken_back
        return urlencode([*said, *rest])

    @classmethod
    def of(cls, params: QueryParams) -> "StepResult":
        tried = params.get("tried", "")
        return cls(
            moved=_ids(params.getlist("moved")),
            refused=_ids(params.getlist("refused")),
            tried=ActionState(tried) if tried in set(TOGETHER) else None,
            taken_back="taken_back" in params,
        )


def desk_context(db: Session, visitor: Visitor, params: QueryParams, now: datetime) -> dict[str, Any]:
    """Everything that the list shows, read with a fixed number of statements."""
    asked = wanted(params)
    parts = [asked.part] if asked.part else desk.parts_for(visitor)
    most = PAGE if len(parts) == 1 else BEGINNING
    today = local_day(db, now)
    everybody = all_departments(db)
    return {
        "wanted": asked,
        "back": Back(asked).address,
        "today": today,
        "piles": desk.piles(db, visitor, asked, now, parts, most),
        "counts": desk.counts(db, visitor, asked, today),
        "views": saved_views.saved_views(db, visitor),
        "our_departments": [one for one in everybody if one.id in visitor.departments] or everybody,
        "departments": everybody,
        "forgotten": _forgotten(params),
        "pairs": agreements.in_force_for(db, visitor),
        **result_context(db, visitor, StepResult.of(params), now),
    }


def result_context(db: Session, visitor: Visitor, what: StepResult, now: datetime) -> dict[str, Any]:
    """The cards of what was moved, and of what was refused with the reasons; none that are not theirs to see."""
    found = desk.some_cards(db, visitor, {*what.moved, *what.refused}, now) if what.moved or what.refused else {}
    reasons: dict[str, list[ActionCard]] = {}
    for card in (found[one] for one in what.refused if one in found):
        why = bulk.why_not(visitor, card.action, what.tried) if what.tried else ""
        reasons.setdefault(why or "It has moved meanwhile.", []).append(card)
    return {
        "moved": [found[one] for one in what.moved if one in found],
        "refused": reasons,
        "gone": [one for one in what.moved if one not in found],
        "missing": sum(one not in found for one in what.refused),
        "taken_back": what.taken_back,
    }


def answer(
    request: Request, database: TheDatabase, visitor: Visitor, what: StepResult, back: Back, now: datetime
) -> Response:
    """After a step from a list: htmx gets the cards that changed and the numbers, others the list with a notice."""
    if not wants_fragment(request):
        return RedirectResponse(f"{_with(back.address, what.query)}{_anchor(what)}", 303)
    with database.reading() as db:
        context = result_context(db, visitor, what, now)
        numbers = desk.counts(db, visitor, back.wanted, local_day(db, now))
    return page(request, "fragments/actions/moved.html", counts=numbers, **context, **_place(back))


def card_again(
    request: Request,
    database: TheDatabase,
    visitor: Visitor,
    action_id: UUID,
    typed: TypedStep,
    problems: Problems,
    back: Back,
    now: datetime,
) -> HTMLResponse:
    """The card with its form open, what was typed kept, and a sentence beside the field. Raises NotFound."""
    with database.reading() as db:
        card = desk.some_cards(db, visitor, [action_id], now).get(action_id)
        if card is None:
            raise NotFound
        context = step_forms(db, card.action)
    return page(
        request, "fragments/actions/refused.html", 422, card=card, typed=typed, problems=problems,
        **_place(back), **context,
    )  # fmt: skip


def step_forms(db: Session, view: ActionView) -> dict[str, Any]:
    """What the forms of all steps choose from."""
    people = [one for one in accounts(db) if not one.is_disabled and one.id != view.owner_id]
    return {"departments": all_departments(db), "people": people, **FORMS}


def _place(back: Back) -> dict[str, Any]:
    return {"wanted": back.wanted, "back": back.address, "lay_in": back.part}


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _anchor(what: StepResult) -> str:
    return f"#action-{what.moved[0]}" if len(what.moved) == 1 and not what.refused else ""


def _forgotten(params: QueryParams) -> dict[str, str] | None:
    name = params.get("forgotten", "")[:60]
    return {"name": name, "query": wanted(params).but().query} if name else None


def _ids(values: Iterable[str]) -> tuple[UUID, ...]:
    found: list[UUID] = []
    for value in list(values)[:MOST_TOLD]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return tuple(found)


def chosen(values: Sequence[str]) -> tuple[UUID, ...]:
    """The actions that were ticked; what is no id is left out."""
    return _ids(dict.fromkeys(values))
