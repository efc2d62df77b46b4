"""Tables of drafts and entries. Neither knows a person, a time or an order."""

from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from app.core.ids import new_id
from app.core.tables import KEEPS_NO_ORDER, TableBase


class Draft(TableBase, table=True):
    """A sealed entry before the reveal (short-lived). `tag` = HMAC(seat secret, "entry" | retro | slot).

    Slot 0 is what is being typed (autosaved, never revealed); slots 1..limit are sent. Everything else, the
    department too, is inside `sealed`.
    """

    __table_args__ = KEEPS_NO_ORDER

    tag: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Entry(TableBase, table=True):
    """One revealed observation, under a new random id."""

    __table_args__ = KEEPS_NO_ORDER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    kind: str = Field(max_length=20)
    text: str = Field(max_length=4000, description="at most 280 from a phone; longer ones were imported")
    department_id: UUID | None = Field(default=None, description="None: pooled, or labels dropped")
    about_department_id: UUID | None = Field(default=None, description="None: nothing, or see about_pooled")
    about_pooled: bool = Field(
        default=False,
        description="it is about a department that it must not name: too few could have said so",
    )
    signed_department_id: UUID | None = Field(
        default=None, description="the department that it speaks for, where its writer signed it on purpose"
    )
    dimension: str | None = Field(default=None, max_length=20)
    late: bool = Field(default=False, description="written in the round after the reveal, by anybody")
    hidden_reason: str | None = Field(default=None, max_length=30)
    hidden_role: str | None = Field(default=None, max_length=20, description="in which role it was hidden; no person")
    erased: bool = Field(default=False, description="its words are gone for good; everything that is counted stays")


class EntryOwner(TableBase, table=True):
    """What proves, until the close, from which seat an entry may be withdrawn (short-lived). `sealed` holds the owner
    tag; it opens only with the retro's key and the entry's id together, so no row says which entry it belongs to."""

    __tablename__ = "entry_owner"
    __table_args__ = KEEPS_NO_ORDER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Withdrawal(TableBase, table=True):
    """Asked by a seat, carried out at the next stage change (short-lived). Sealed as `EntryOwner` is."""

    __table_args__ = KEEPS_NO_ORDER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NotOurs(TableBase, table=True):
    """A seat says that a signed entry does not speak for its department; carried out at the next stage change
    (short-lived). `sealed` opens only with the retro's key and the entry's id together."""

    __tablename__ = "not_ours"
    __table_args__ = KEEPS_NO_ORDER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class OwnerToSeal(TableBase, table=True):
    """An owner tag as versions before 0009 kept it, on its way to `EntryOwner` (short-lived). Filled by that
    migration, which has no keys; emptied at the next start, which has them. A row without a tag waits for the scrub.
    """

    __tablename__ = "owner_to_seal"
    __table_args__ = KEEPS_NO_ORDER

    entry_id: UUID = Field(primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    owner_tag: str | None = Field(default=None, max_length=64)
    withdrawn: bool = False
