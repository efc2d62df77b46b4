"""Reads what was typed about a promise or a step of it: one sentence for each field that needs another look."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from app.actions.forms.fields import department, dimension, review_day
from app.actions.rules.bridges import Bridge, bridge_of
from app.actions.rules.fields import (
    DONE_WHEN_MAX,
    EMAIL_MAX,
    LINK_MAX,
    NAME_MAX,
    NO_LINK,
    REASON_MAX,
    TITLE_MAX,
    Fields,
    is_link,
)
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, MissReason, Priority
from app.actions.rules.states import StepDetails
from app.core.ids import new_id
from app.people.rules import email_problem, tidy_email
from app.web.fields import Line, Prose, Word
from app.web.forms import Problems, calendar_day, identifier, one_line, paragraph, whole_number


class TypedAction(BaseModel):
    """The form as it came, so that it can be shown again. `unfinished` and `override_limit` are ticked or empty;
    `key`: of a form for a new action, so that it makes one, however often it is sent."""

    kind: Word = ActionKind.ACTION
    title: Line = ""
    done_when: Prose = ""
    owner: Word = ""
    owner_name: Line = ""
    owner_email: Line = ""
    providing_department: Word = ""
    requesting_department: Word = ""
    due_on: Word = ""
    priority: Word = Priority.NORMAL
    cause: Word = ""
    scope: Word = ActionScope.JOINT
    sponsor_name: Line = ""
    sponsor_email: Line = ""
    dimension: Word = ""
    review_on: Word = ""
    external_link: Line = ""
    topic: Word = ""
    bridge: Word = ""
    version: Word = ""
    key: Word = ""
    unfinished: Word = ""
    override_limit: Word = ""


class TypedStep(BaseModel):
    """`back`: the list from which the step was taken, or empty on the action's own page."""

    state: Word = ""
    reason: Prose = ""
    miss_reason: Word = ""
    due_on: Word = ""
    department: Word = ""
    owner: Word = ""
    back: Line = ""


def read_action(typed: TypedAction) -> tuple[Fields, Problems]:
    """What was typed as fields. A missing one is no problem here: the rules say which are needed."""
    problems = Problems()
    agrees = typed.kind == ActionKind.AGREEMENT
    ready_made = bridge_of(typed.kind, typed.bridge, "")
    fields = Fields(
        title=one_line(typed.title, most=TITLE_MAX, problems=problems, name="title", label="a title", needed=False),
        kind=_one_of(ActionKind, typed.kind, problems, "kind"),
        done_when=paragraph(
            typed.done_when, most=DONE_WHEN_MAX, problems=problems, name="done_when", label="", needed=False
        ),
        owner_id=identifier(typed.owner, problems=problems, name="owner", label="the owner", needed=False),
        owner_name=one_line(
            typed.owner_name, most=NAME_MAX, problems=problems, name="owner_name", label="", needed=False
        ),
        owner_email="" if typed.owner else _email(typed.owner_email, problems, "owner_email"),
        providing_department_id=department(typed.providing_department, problems, "providing_department"),
        requesting_department_id=department(typed.requesting_department, problems, "requesting_department"),
        due_on=calendar_day(typed.due_on, problems=problems, name="due_on", label="the day", needed=False),
        priority=_one_of(Priority, typed.priority, problems, "priority"),
        cause=_one_of(Cause, typed.cause, problems, "cause") if typed.cause else "",
        scope=_one_of(ActionScope, typed.scope, problems, "scope"),
        sponsor_name=one_line(
            typed.sponsor_name, most=NAME_MAX, problems=problems, name="sponsor_name", label="", needed=False
        ),
        sponsor_email=_email(typed.sponsor_email, problems, "sponsor_email"),
        dimension=dimension(typed.dimension) if agrees else "",
        review_on=review_day(typed.review_on, problems) if agrees else None,
        external_link=_link(typed.external_link, problems),
        topic_id=identifier(typed.topic, problems=problems, name="topic", label="the topic", needed=False),
        bridge=ready_made.key if ready_made else "",
    )
    return fields, problems


def read_version(typed: TypedAction) -> int:
    """The version that the form was drawn with; 0 (never current) when it is not a number."""
    found = whole_number(
        typed.version, least=0, most=9_999_999, problems=Problems(), name="version", label="", needed=False
    )
    return found or 0


def read_key(typed: TypedAction) -> UUID | None:
    """What tells this form from every other; None where it brings nothing of the kind."""
    return identifier(typed.key, problems=Problems(), name="key", label="", needed=False)


def read_step(typed: TypedStep) -> tuple[ActionState | None, StepDetails, Problems]:
    """A step as it was typed. Which of this a step needs is for the rules to say."""
    problems = Problems()
    state = ActionState(typed.state) if typed.state in set(ActionState) else None
    if state is None:
        problems.add("state", "Please choose the step again: this one is not known.")
    if typed.miss_reason and typed.miss_reason not in set(MissReason):
        problems.add("miss_reason", "Please choose one of the reasons offered.")
    said = StepDetails(
        reason=paragraph(typed.reason, most=REASON_MAX, problems=problems, name="reason", label="", needed=False),
        miss_reason=typed.miss_reason if typed.miss_reason in set(MissReason) else "",
        due_on=calendar_day(typed.due_on, problems=problems, name="due_on", label="the day", needed=False),
        department_id=department(typed.department, problems, "department"),
        owner_id=identifier(typed.owner, problems=problems, name="owner", label="who takes it over", needed=False),
    )
    return state, said, problems


def typed_from(fields: Fields, version: int) -> TypedAction:
    """The form filled with what stands there now."""
    return TypedAction(
        kind=fields.kind,
        title=fields.title,
        done_when=fields.done_when,
        owner=_text(fields.owner_id),
        owner_name="" if fields.owner_id else fields.owner_name,
        owner_email="" if fields.owner_id else fields.owner_email,
        providing_department=_text(fields.providing_department_id),
        requesting_department=_text(fields.requesting_department_id),
        due_on=_text(fields.due_on),
        priority=fields.priority,
        cause=fields.cause,
        scope=fields.scope,
        sponsor_name=fields.sponsor_name,
        sponsor_email=fields.sponsor_email,
        dimension=fields.dimension,
        review_on=_text(fields.review_on),
        external_link=fields.external_link,
        topic=_text(fields.topic_id),
        bridge=fields.bridge,
        version=str(version),
    )


def new_action(due_on: date, topic: str, bridge: Bridge | None, about_department: UUID | None) -> TypedAction:
    """An empty form: due on the usual day, provided by the department that the topic is about."""
    typed = TypedAction(
        due_on=due_on.isoformat(),
        topic=topic,
        providing_department=_text(about_department),
        key=str(new_id()),
    )
    if bridge is None:
        return typed
    return typed.model_copy(
        update={
            "kind": ActionKind.BRIDGE,
            "bridge": bridge.key,
            "cause": Cause.BRIDGE,
            "title": bridge.title,
            "done_when": bridge.done_when,
        }
    )


def idea_action(due_on: date, topic: str, about_department: UUID | None, idea: str) -> TypedAction:
    """A form that starts from an idea: its words as the title; a long one is kept whole as what "done" means."""
    words = " ".join(idea.split())
    typed = new_action(due_on, topic, None, about_department)
    if len(words) <= TITLE_MAX:
        return typed.model_copy(update={"title": words})
    return typed.model_copy(update={"title": words[: TITLE_MAX - 1].rstrip() + "…", "done_when": words})


def _text(value: object | None) -> str:
    return "" if value is None else str(value)


def _one_of(
    kinds: type[ActionKind] | type[Priority] | type[Cause] | type[ActionScope],
    typed: str,
    problems: Problems,
    name: str,
) -> str:
    if typed not in {one.value for one in kinds}:
        problems.add(name, "Please choose one of the answers offered.")
        return next(iter(kinds)).value
    return typed


def _email(typed: str, problems: Problems, name: str) -> str:
    email = tidy_email(one_line(typed, most=EMAIL_MAX, problems=problems, name=name, label="", needed=False))
    if email and (problem := email_problem(email)):
        problems.add(name, problem)
    return email


def _link(typed: str, problems: Problems) -> str:
    link = one_line(typed, most=LINK_MAX, problems=problems, name="external_link", label="", needed=False)
    if link and not is_link(link):
        problems.add("external_link", NO_LINK)
    return link
