"""Tables of agreements in force and of what later retros said of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.core.ids import new_id
from app.core.tables import TableBase


class Agreement(TableBase, table=True):
    """A standing promise of one department to another; in force once both sides said yes, until somebody ends it."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    action_id: UUID | None = Field(default=None, foreign_key="action.id", unique=True, ondelete="SET NULL")
    retro_id: UUID | None = Field(default=None, foreign_key="retro.id", ondelete="SET NULL", index=True)
    text: str = Field(max_length=400)
    providing_department_id: UUID = Field(foreign_key="department.id", index=True)
    requesting_department_id: UUID = Field(foreign_key="department.id", index=True)
    dimension: str = Field(default="", max_length=20)
    since: date
    review_on: date | None = None
    proposed_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    waits_for_id: UUID | None = Field(
        default=None, foreign_key="department.id", description="the side that has not said yes; none: in force"
    )
    waits_also_for_id: UUID | None = Field(
        default=None, foreign_key="department.id", description="the other side, when neither wrote it down itself"
    )
    ended_on: date | None = None
    end_reason: str = Field(default="", max_length=400)
    version: int = 1
    created_at: datetime


class AgreementReview(TableBase, table=True):
    """What a later retro of the pair said of an agreement: kept, partly or broken."""

    __tablename__ = "agreement_review"
    __table_args__ = (UniqueConstraint("agreement_id", "retro_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    agreement_id: UUID = Field(foreign_key="agreement.id", ondelete="CASCADE")
    retro_id: UUID | None = Field(default=None, foreign_key="retro.id", ondelete="SET NULL", index=True)
    verdict: str = Field(max_length=10)
    reviewed_on: date
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
