"""Reads a seat's own ratings while people write, and the summaries after close. Knows no rater."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from app.anonymity.rules.sealing import unseal
from app.anonymity.rules.tags import tag
from app.anonymity.service import keys
from app.anonymity.service import rows as rows_service
from app.entries.rules.names import Dimension
from app.pulse.models import PulseSummary, Rating
from app.retros.models import RetroDepartment
from app.retros.queries.views import SeatVisitor

PULSE = "pulse"
"""Purpose of the tag that a rating is found by."""


@dataclass(frozen=True, slots=True)
class PulseView:
    """What a consumer group (a department's id, 'several' or 'everyone') said of a provider. `mean` 1-5, None when
    ten or more are `split`; `band`: how many raters, roughly. Where the consumer is the provider it `is_own_view`."""

    provider_id: UUID
    consumer: str
    dimension: Dimension
    band: str
    mean: float | None

    @property
    def is_own_view(self) -> bool:
        return self.consumer == str(self.provider_id)

    @property
    def split(self) -> bool:
        return self.mean is None


def own_ratings(
    db: Session, seat: SeatVisitor, provider_ids: Collection[UUID]
) -> Mapping[tuple[UUID, Dimension], int]:
    """(provider, dimension) -> 1-5, what this seat has rated so far: for its own page only."""
    wanted = {
        rating_tag(seat, provider, dimension): (provider, dimension)
        for provider in provider_ids
        for dimension in Dimension
    }
    rows = rows_service.sealed_rows(db, Rating, wanted)
    key = keys.keys_of(db).get(seat.retro_id) if rows else b""
    return {wanted[found]: int(unseal(key, found, sealed)["rating"]) for found, sealed in rows}


def summaries(db: Session, retro_id: UUID) -> list[PulseView]:
    """The summaries of a closed retro by provider, dimension and consumer; empty while it is open."""
    rows = db.exec(select(PulseSummary).where(col(PulseSummary.retro_id) == retro_id))
    views = [PulseView(row.provider_id, row.consumer, Dimension(row.dimension), row.band, row.mean) for row in rows]
    order = list(Dimension)
    return sorted(views, key=lambda view: (view.provider_id, order.index(view.dimension), view.consumer))


def rating_tag(seat: SeatVisitor, provider_id: UUID, dimension: Dimension) -> str:
    return tag(seat.secret, PULSE, seat.retro_id, f"{provider_id.hex}|{dimension}")


def things_rated(db: Session, retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of every rating that a seat may have given in this retro."""
    providers = db.exec(select(RetroDepartment.department_id).where(RetroDepartment.retro_id == retro_id))
    return [(PULSE, f"{provider.hex}|{dimension}") for provider in providers for dimension in Dimension]
