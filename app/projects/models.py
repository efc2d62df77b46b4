"""Tables of joint projects and the departments that took part."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from app.core.ids import new_id
from app.core.tables import TableBase


class Project(TableBase, table=True):
    """Work that several departments did together."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=120)
    kind: str = Field(default="", max_length=60, description="the organisation's own word for its type")
    started_on: date | None = None
    ended_on: date | None = None
    created_at: datetime
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")


class ProjectDepartment(TableBase, table=True):
    __tablename__ = "project_department"

    project_id: UUID = Field(foreign_key="project.id", primary_key=True, ondelete="CASCADE")
    department_id: UUID = Field(foreign_key="department.id", primary_key=True, index=True)
