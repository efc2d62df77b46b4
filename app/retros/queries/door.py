"""Where a browser without a seat stands after the reveal: before the door, waiting to be let in, or reading along.

Reading leaves nothing in the database. With the room's code, the code is the right to read, as it was the right to
sit down. With tickets, a ticket that nobody used is; the browser then keeps a mark that is the same for all who read.
"""

import hmac
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session

from app.anonymity.rules import tags
from app.anonymity.service import keys
from app.anonymity.service.keys import KeyIsGone
from app.core.errors import NotFound
from app.retros.models import Waiting
from app.retros.queries.retros import by_code, known_by_code
from app.retros.queries.views import RetroView
from app.retros.rules.names import WayIn

WAITING = "waiting"
"""Purpose of the tag that somebody at the door is found by."""


class Outside(StrEnum):
    """What the page of a browser without a seat is."""

    ENTRANCE = "entrance"
    WAITS = "waits"
    READS = "reads"


def outside(db: Session, retro: RetroView, secret: str | None, mark: str = "") -> Outside:
    """`secret`: the cookie of a seat to come; `mark`: what a ticket was shown for, to read along."""
    if (retro.door_is_closed or retro.lets_in_by_press) and secret and is_waiting(db, retro.id, secret):
        return Outside.WAITS
    if not retro.is_read_without_seat or retro.locked:
        return Outside.ENTRANCE
    if retro.way_in is WayIn.TICKET and not is_reading_mark(db, retro.id, mark):
        return Outside.ENTRANCE
    return Outside.READS


def onlooker_of(db: Session, code: str, secret: str | None, mark: str = "") -> UUID | None:
    """The retro that a browser without a seat may watch just now; None: it may not. Raises NotFound."""
    retro = known_by_code(db, code)
    if retro is None:
        raise NotFound
    if retro.lets_in_by_press or outside(db, retro, secret, mark) is Outside.ENTRANCE:
        return None
    return retro.id


def is_waiting(db: Session, retro_id: UUID, secret: str) -> bool:
    """Whether this browser asked to be let in, and was not yet."""
    return db.get(Waiting, tags.tag(secret, WAITING, retro_id)) is not None


def secret_to_come(db: Session, code: str, here: str | None) -> str:
    """The secret of a seat about to be taken: drawn by the server. What the browser brought along (`here`) counts
    only where somebody waits by it already; a planted one would be known to whoever planted it."""
    retro = by_code(db, code)
    if retro is not None and here and is_waiting(db, retro.id, here):
        return here
    return tags.new_seat_secret()


def reading_mark(db: Session, retro_id: UUID) -> str:
    """Proves that a ticket was shown, and nothing else: one for the whole retro, worthless once its key is gone."""
    return hmac.new(keys.keys_of(db).get(retro_id), f"reads|{retro_id.hex}".encode(), "sha256").hexdigest()


def is_reading_mark(db: Session, retro_id: UUID, mark: str) -> bool:
    if not mark:
        return False
    try:
        return hmac.compare_digest(mark.encode(), reading_mark(db, retro_id).encode())
    except KeyIsGone:
        return False
