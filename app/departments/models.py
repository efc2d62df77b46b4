"""Tables of the organisation and its departments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import true as sql_true
from sqlmodel import Field

from app.core.ids import new_id
from app.core.tables import TableBase


class Organisation(TableBase, table=True):
    """The one organisation that this installation serves."""

    id: int = Field(default=1, primary_key=True)
    name: str = Field(max_length=120)
    is_demo: bool = False
    time_zone: str = Field(default="UTC", max_length=60)
    country: str = Field(default="", max_length=3, description="whose public holidays count; none: Monday to Friday")
    subdivision: str = Field(default="", max_length=20)
    may_sign: bool = Field(
        default=True,
        description="people of small departments may sign single entries with its name",
        sa_column_kwargs={"server_default": sql_true()},
    )


class Department(TableBase, table=True):
    """A part of the organisation that takes part in joint projects: a customer and a supplier of the others."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=80)
    badge: str = Field(max_length=3, description="one to three letters, shown beside its colour")
    tone: int = Field(description="index 0-11 of its colour token")
    created_at: datetime
    archived_at: datetime | None = None
    time_zone: str = Field(default="", max_length=60, description="none: that of the organisation")
    country: str = Field(default="", max_length=3, description="none: time zone and holidays are the organisation's")
    subdivision: str = Field(default="", max_length=20)
    sponsor_name: str = Field(default="", max_length=120, description="whom late promises are told to in the end")
    sponsor_email: str = Field(default="", max_length=254)
    people: int | None = Field(default=None, description="how many work there; none: nobody has said it yet")
