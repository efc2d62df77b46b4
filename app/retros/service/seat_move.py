"""Takes a seat to another device: a code that works once, for two minutes; the old device loses the seat.

The code is kept nowhere. What waits in the database opens only with the retro's key and the code together. The new
device gets a new secret, and everything that the old one owned is given new tags in one transaction.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.anonymity.rules.sealing import seal, unseal
from app.anonymity.rules.tags import new_seat_secret
from app.anonymity.service import keys, rekey_rows, shuffle
from app.anonymity.service.keys import KeyIsGone
from app.core.errors import NotFound, Refusal
from app.core.ids import new_code, read_code
from app.retros.models import SeatMove
from app.retros.queries.retros import by_code, hold, locked
from app.retros.queries.seats import as_seat_of, seat_of, wait_for_seat
from app.retros.queries.views import RetroView, SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.refusals import RetroIsClosed
from app.retros.rules.stages import JOINING

MOVE_LASTS = timedelta(minutes=2)
MOVE_LENGTH = 12
FORMER_MOST = 5
SECRETS_SIZE = 512
WAITING_SIZE = 1280


class MoveIsUnknown(Refusal):
    status = 403
    sentence = (
        "This code is not known, it was used already, or its two minutes are over. "
        "Please make a new one on the device where you sit."
    )
    field = "move"


class SeatIsHereAlready(Refusal):
    sentence = "This browser has a seat in this room already, so it cannot take another one over."


@dataclass(frozen=True, slots=True)
class MovedSeat:
    """The seat in its new place. `former`: earlier secrets, newest first, which prove nothing but that an entry
    revealed before the move is this seat's own; they live in a cookie, as the secret does."""

    seat: SeatVisitor
    former: tuple[str, ...] = field(repr=False)


def offer_move(db: Session, seat: SeatVisitor, former: tuple[str, ...], now: datetime) -> str:
    """A code (12 Crockford characters, 60 bits) that another device may redeem within two minutes."""
    row = hold(db, seat.retro_id)
    if Stage(row.stage) not in JOINING:
        raise RetroIsClosed
    key = keys.keys_of(db).get(row.id)
    _forget_outdated(db, row.id, key, now)
    code = new_code(MOVE_LENGTH)
    found_by = _hash(key, code)
    secrets = seal(_key_with(key, code), found_by, {"secrets": [seat.secret, *former[:FORMER_MOST]]}, SECRETS_SIZE)
    waiting = {"until": (now + MOVE_LASTS).isoformat(), "secrets": secrets.hex()}
    db.add(SeatMove(code_hash=found_by, retro_id=row.id, sealed=seal(key, found_by, waiting, WAITING_SIZE)))
    db.flush()
    return code


def redeem_move(db: Session, code: str, typed: str, here: str | None, now: datetime, random: Random) -> MovedSeat:
    """Give the seat that the code `typed` stands for a new secret. `here`: the secret that this browser has.

    Raises NotFound, SeatIsHereAlready, MoveIsUnknown, RetroIsClosed, SeatWasEjected.
    """
    view = by_code(db, code)
    if view is None:
        raise NotFound
    if seat_of(db, view.id, here) is not None:
        raise SeatIsHereAlready
    key = _key_of(db, view)
    old, *former = _spend(db, view.id, key, read_code(typed), now)
    # The seat's own turn first, then the retro for itself: the order in which its other requests take them.
    wait_for_seat(db, view.id, old)
    row = locked(db, view.id)
    if Stage(row.stage) not in JOINING:
        raise RetroIsClosed
    if seat_of(db, row.id, old) is None:
        raise MoveIsUnknown
    new = new_seat_secret()
    rekey_rows.retag(db, row.id, old, new, key)
    # All short-lived rows are written anew, so that those of this seat do not stand out as written together.
    shuffle.reseal(db, row.id, random)
    shuffle.scrub_on_commit(db)
    return MovedSeat(as_seat_of(db, row.id, new), (old, *former)[:FORMER_MOST])


def forget_moves(db: Session, retro_id: UUID, now: datetime) -> None:
    """Delete the codes of a retro whose two minutes are over."""
    try:
        _forget_outdated(db, retro_id, keys.keys_of(db).get(retro_id), now)
    except KeyIsGone:
        db.execute(delete(SeatMove).where(col(SeatMove.retro_id) == retro_id))


def _spend(db: Session, retro_id: UUID, key: bytes, typed: str, now: datetime) -> list[str]:
    """Use the code up: of two at once, one gets the row. What it held, the present secret first."""
    found_by = _hash(key, typed)
    mine = delete(SeatMove).where(col(SeatMove.code_hash) == found_by, col(SeatMove.retro_id) == retro_id)
    sealed: bytes | None = db.execute(mine.returning(col(SeatMove.sealed))).scalar_one_or_none()
    if sealed is None:
        raise MoveIsUnknown
    waiting = unseal(key, found_by, sealed)
    if datetime.fromisoformat(waiting["until"]) <= now:
        raise MoveIsUnknown
    held = unseal(_key_with(key, typed), found_by, bytes.fromhex(waiting["secrets"]))
    return [str(secret) for secret in held["secrets"]]


def _forget_outdated(db: Session, retro_id: UUID, key: bytes, now: datetime) -> None:
    # A row that somebody is redeeming just now is left alone: waiting for it could block the two for ever.
    waiting = select(SeatMove).where(SeatMove.retro_id == retro_id).with_for_update(skip_locked=True)
    for move in db.exec(waiting).all():
        if datetime.fromisoformat(unseal(key, move.code_hash, move.sealed)["until"]) <= now:
            db.delete(move)
    db.flush()


def _key_of(db: Session, view: RetroView) -> bytes:
    try:
        return keys.keys_of(db).get(view.id)
    except KeyIsGone:
        raise MoveIsUnknown from None


def _hash(key: bytes, code: str) -> str:
    return hmac.new(key, f"seat-move|{code}".encode(), hashlib.sha256).hexdigest()


def _key_with(key: bytes, code: str) -> bytes:
    """32 bytes that need both the retro's key and the code."""
    return hmac.new(key, f"seat-move-contents|{code}".encode(), hashlib.sha256).digest()
