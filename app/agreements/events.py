"""Facts about agreements: ids only."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Fact
from app.retros.events import RetroChanged


@dataclass(frozen=True, slots=True)
class AgreementReviewed(RetroChanged):
    """The room said whether an agreement was kept, or took that back."""

    agreement_id: UUID


@dataclass(frozen=True, slots=True)
class AgreementChanged(Fact):
    """An agreement came into force, was changed, reviewed or ended."""

    agreement_id: UUID
