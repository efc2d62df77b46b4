"""Makes and takes back the tokens by which programs act for an account; only a hash of each is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.ids import new_token
from app.people import queries
from app.people.models import ApiToken
from app.people.rules import BEARER_MARK, TOKENS_MOST, TokenScope, Visitor
from app.people.service.refusals import TooManyTokens


def make_token(
    db: Session, visitor: Visitor, name: str, scopes: Iterable[TokenScope], lasts: timedelta | None, now: datetime
) -> str:
    """A new token, known only to who gets it here. `lasts`: None for as long as nobody takes it back.

    Raises TooManyTokens.
    """
    queries.account_row(db, visitor.account_id, lock=True)
    if len(queries.tokens_of(db, visitor.account_id, now)) >= TOKENS_MOST:
        raise TooManyTokens
    token = BEARER_MARK + new_token()
    db.add(
        ApiToken(
            token_hash=queries.hash_of(token),
            account_id=visitor.account_id,
            name=name,
            scopes=" ".join(sorted(scopes)),
            created_at=now,
            expires_at=now + lasts if lasts else None,
        )
    )
    db.flush()
    return token


def revoke_token(db: Session, visitor: Visitor, token_id: UUID) -> None:
    """It works no more. Raises NotFound for anybody else's."""
    row = db.get(ApiToken, token_id)
    if row is None or row.account_id != visitor.account_id:
        raise NotFound
    db.delete(row)
    db.flush()


def token_was_used(db: Session, token_id: UUID, now: datetime) -> None:
    """Note the day, so that its owner sees whether a program still uses it."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    db.execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(used_at=day))
