"""Takes ratings between departments while people write; keeps, at close, only what tells of no single rater."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.anonymity.rules.pooling import DROPPED, EVERYONE, SEVERAL
from app.anonymity.rules.sealing import VOTE_SIZE, seal, unseal
from app.anonymity.service import keys, rekey_rows, shuffle
from app.anonymity.service import rows as rows_service
from app.anonymity.service.keys import KeyIsGone
from app.core.errors import Invalid
from app.entries.rules.names import Dimension
from app.pulse import queries
from app.pulse.models import PulseSummary, Rating
from app.pulse.rules import LEAST, MOST, frozen_consumer, shown_cells
from app.retros.models import Retro, RetroDepartment, RetroPairApart
from app.retros.queries.providers import providers_of
from app.retros.queries.retros import hold
from app.retros.queries.seats import people_of_groups
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.refusals import WrongStage

shuffle.register(Rating)
rekey_rows.register(Rating, tag=queries.things_rated)


class RatingIsOver(WrongStage):
    sentence = "Working together is rated while people write, so this rating was not kept."


class NotAProvider(Invalid):
    sentence = "This department does not take part in this retro. Please choose one from the list."
    field = "provider_id"


class DidNotWorkTogether(Invalid):
    sentence = (
        "In this project your department and this one did not work together, so they do not rate each other. "
        "The facilitator said so when the retro was prepared."
    )
    field = "provider_id"


class NotADimension(Invalid):
    sentence = "This is not one of the five things that working together is rated by. Please choose again."
    field = "dimension"


class NotARating(Invalid):
    sentence = f"A rating is a whole number from {LEAST} to {MOST}."
    field = "rating"


def rate(db: Session, seat: SeatVisitor, provider_id: UUID, dimension: Dimension | str, rating: int | None) -> None:
    """Rate a provider 1-5; a later rating replaces the earlier one, None takes it back.

    The own department as provider: how well it served the others, in this seat's view. Raises RatingIsOver,
    NotAProvider, DidNotWorkTogether, NotADimension, NotARating. Raises no public version.
    """
    if dimension not in set(Dimension):
        raise NotADimension
    if hold(db, seat.retro_id).stage != Stage.WRITE:
        raise RatingIsOver
    if db.get(RetroDepartment, (seat.retro_id, provider_id)) is None:
        raise NotAProvider
    if seat.department_id and _are_apart(db, seat.retro_id, seat.department_id, provider_id):
        raise DidNotWorkTogether
    if rating is not None and not LEAST <= rating <= MOST:
        raise NotARating
    tag = queries.rating_tag(seat, provider_id, Dimension(dimension))
    if rating is None:
        db.execute(delete(Rating).where(col(Rating.tag) == tag))
        return
    consumer = str(seat.department_id) if seat.department_id else SEVERAL
    said = {"provider": str(provider_id), "dimension": str(dimension), "consumer": consumer, "rating": rating}
    sealed = seal(keys.keys_of(db).get(seat.retro_id), tag, said, VOTE_SIZE)
    rows_service.put(db, Rating, {"tag": tag, "retro_id": seat.retro_id, "sealed": sealed})


def freeze_consumers(db: Session, retro: Retro) -> None:
    """At the reveal: write the groups decided there into the ratings. Who was pooled is pooled here too, for good."""
    rows = db.exec(select(Rating).where(col(Rating.retro_id) == retro.id)).all()
    if not rows:
        return
    key = keys.keys_of(db).get(retro.id)
    providers = providers_of(db, retro)
    labelled, hidden = ({str(one) for one in some} for some in (providers.labelled, providers.hidden))
    for row in rows:
        contents = unseal(key, row.tag, row.sealed)
        # Also what is left out is sealed anew and goes with the others at close: no row tells what was in it.
        contents["consumer"] = frozen_consumer(
            contents["consumer"], contents["provider"], labelled, dropped=retro.labels == DROPPED, hidden=hidden
        )
        row.sealed = seal(key, row.tag, contents, VOTE_SIZE)
    db.flush()


def summarise(db: Session, retro: Retro) -> None:
    """At close: ratings become summaries of groups of k raters or more; smaller ones are dropped with the ratings."""
    rows = db.exec(select(Rating).where(col(Rating.retro_id) == retro.id)).all()
    try:
        key = keys.keys_of(db).get(retro.id) if rows else b""
    except KeyIsGone:
        # The secrets folder was lost: nobody can read the ratings any more, and closing must still be possible.
        rows, key = [], b""
    hidden = {str(one) for one in providers_of(db, retro).hidden}
    people = people_of_groups(db, retro)
    ratings: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        said = unseal(key, row.tag, row.sealed)
        if said["consumer"] in (SEVERAL, EVERYONE) and said["provider"] in hidden:
            continue  # frozen by an older version, which did not know of it
        ratings[said["provider"], said["dimension"]][said["consumer"]].append(int(said["rating"]))
    for (provider, dimension), by_consumer in sorted(ratings.items()):
        for cell in shown_cells(UUID(provider), dimension, by_consumer, retro.k, people):
            db.add(
                PulseSummary(
                    retro_id=retro.id,
                    provider_id=cell.provider_id,
                    consumer=cell.consumer,
                    dimension=cell.dimension,
                    band=cell.figures.band,
                    mean=cell.figures.mean,
                )
            )
    db.execute(delete(Rating).where(col(Rating.retro_id) == retro.id))
    db.flush()
    for row in rows:
        db.expunge(row)


def _are_apart(db: Session, retro_id: UUID, one: UUID, other: UUID) -> bool:
    return db.get(RetroPairApart, (retro_id, min(one, other), max(one, other))) is not None
