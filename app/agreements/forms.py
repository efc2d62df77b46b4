"""Reads what was typed about agreements: one sentence for each field that needs another look."""

from datetime import date

from pydantic import BaseModel

from app.actions.forms.fields import department, dimension, review_day
from app.agreements.rules import TEXT_MAX, AgreementVerdict, Terms
from app.web.fields import Prose, Word
from app.web.forms import Problems, paragraph


class TypedAgreement(BaseModel):
    """The form of an agreement as it came."""

    text: Prose = ""
    providing_department: Word = ""
    requesting_department: Word = ""
    dimension: Word = ""
    review_on: Word = ""


def read_agreement(typed: TypedAgreement) -> tuple[Terms, Problems]:
    """An agreement as it was typed at the desk. Which of this is needed is for the rules to say."""
    problems = Problems()
    terms = Terms(
        text=paragraph(typed.text, most=TEXT_MAX, problems=problems, name="text", label="", needed=False),
        providing_department_id=department(typed.providing_department, problems, "providing_department"),
        requesting_department_id=department(typed.requesting_department, problems, "requesting_department"),
        dimension=dimension(typed.dimension),
        review_on=review_day(typed.review_on, problems),
    )
    return terms, problems


def read_review_day(typed: str) -> tuple[date | None, Problems]:
    problems = Problems()
    return review_day(typed, problems), problems


def read_verdict(typed: str) -> AgreementVerdict | None:
    """What the room said; None for anything else, which takes it back."""
    return AgreementVerdict(typed) if typed in set(AgreementVerdict) else None
