"""Starts, keeps and ends sign-ins. The browser holds a random token, the database its hash: each can be revoked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.events import emit
from app.core.ids import new_token
from app.people import queries
from app.people.events import PasswordGuessed
from app.people.models import SignIn
from app.people.queries import Credentials, hash_of
from app.people.rules import DEVICE_MAX, SIGN_IN_IDLE, SIGN_IN_LASTS, TOLD_OF_GUESSES_EVERY
from app.people.service.passwords import is_right_password
from app.people.service.refusals import SignInFailed


def sign_in(db: Session, email: str, password: str, now: datetime, device: str = "") -> str:
    """Verify and sign in at once; returns the token for the cookie. Raises SignInFailed.

    For the command line and tests. A page verifies outside the transaction, then calls `start_sign_in`.
    """
    known = queries.credentials(db, email)
    if not is_right_password(known, password) or known is None:
        raise SignInFailed
    return start_sign_in(db, known, now, device)


def start_sign_in(db: Session, verified: Credentials, now: datetime, device: str = "") -> str:
    """A new sign-in for credentials just verified; returns the token. Raises SignInFailed if they changed since."""
    present = queries.credentials_of(db, verified.account_id)
    if present is None or present.password_hash != verified.password_hash:
        raise SignInFailed
    return open_sign_in(db, verified.account_id, now, device)


def open_sign_in(db: Session, account_id: UUID, now: datetime, device: str = "") -> str:
    """A new sign-in for an account whose right to it is already proved; forgets those that are over."""
    _forget_old(db, now)
    token = new_token()
    db.add(
        SignIn(
            token_hash=hash_of(token),
            account_id=account_id,
            started_at=now,
            seen_at=now,
            expires_at=now + SIGN_IN_LASTS,
            device=device[:DEVICE_MAX],
        )
    )
    db.flush()
    return token


def was_seen(db: Session, token: str, now: datetime) -> None:
    """Keep a used sign-in from idling out (call when `queries.needs_seen`)."""
    db.execute(update(SignIn).where(col(SignIn.token_hash) == hash_of(token)).values(seen_at=now))


def sign_out(db: Session, token: str) -> None:
    """End the sign-in of this browser; an unknown token is already out."""
    db.execute(delete(SignIn).where(col(SignIn.token_hash) == hash_of(token)))


def revoke_sign_in(db: Session, account_id: UUID, sign_in_id: str) -> None:
    """End one of one's own sign-ins. Raises NotFound for anybody else's."""
    row = db.get(SignIn, sign_in_id)
    if row is None or row.account_id != account_id:
        raise NotFound
    db.delete(row)
    db.flush()


def revoke_other_sign_ins(db: Session, account_id: UUID, keep: str = "") -> None:
    """End all sign-ins of an account but the one with the token `keep`."""
    ended = delete(SignIn).where(col(SignIn.account_id) == account_id)
    db.execute(ended.where(col(SignIn.token_hash) != hash_of(keep)) if keep else ended)


def note_guesses(db: Session, account_id: UUID, now: datetime) -> None:
    """Too many wrong passwords: its owner is told, once a day however long it goes on."""
    row = queries.account_row(db, account_id, lock=True)
    if row.guessed_at is not None and now - row.guessed_at < TOLD_OF_GUESSES_EVERY:
        return
    row.guessed_at = now
    db.flush()
    emit(db, PasswordGuessed(account_id, now))


def forget_guesses(db: Session, account_id: UUID) -> None:
    """Its owner has seen it."""
    queries.account_row(db, account_id, lock=True).guessed_at = None


def change_password(db: Session, verified: Credentials, password_hash: str, keep: str) -> None:
    """Set a new password and end every other sign-in. Raises SignInFailed if the old one changed meanwhile."""
    row = queries.account_row(db, verified.account_id, lock=True)
    if row.password_hash != verified.password_hash:
        raise SignInFailed
    row.password_hash, row.guessed_at = password_hash, None
    revoke_other_sign_ins(db, row.id, keep)


def _forget_old(db: Session, now: datetime) -> None:
    over = (col(SignIn.expires_at) <= now) | (col(SignIn.seen_at) <= now - SIGN_IN_IDLE)
    db.execute(delete(SignIn).where(over))
