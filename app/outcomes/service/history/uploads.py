"""Keeps a file between looking at it and loading it: packed, for its uploader only, for a day at most."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, or_

from app.core.errors import NotFound
from app.outcomes.models import HistoryUpload
from app.people.rules import Visitor

KEPT_FOR = timedelta(days=1)


class NoSuchUpload(NotFound):
    sentence = "This file is not kept any more: it was loaded, left, or a day has passed. Please choose it again."


@dataclass(frozen=True, slots=True)
class Upload:
    id: UUID
    file_name: str
    content: bytes
    choices: dict[str, Any]


def keep(
    db: Session, visitor: Visitor, file_name: str, content: bytes, choices: Mapping[str, Any], now: datetime
) -> UUID:
    """Keep a file to look at; an earlier one of the same person goes. Raises NotFound."""
    _refuse_others(visitor)
    own, old = col(HistoryUpload.account_id) == visitor.account_id, col(HistoryUpload.uploaded_at) < now - KEPT_FOR
    db.execute(delete(HistoryUpload).where(or_(own, old)))
    row = HistoryUpload(
        account_id=visitor.account_id,
        file_name=file_name[:200],
        content=zlib.compress(content),
        choices=dict(choices),
        uploaded_at=now,
    )
    db.add(row)
    db.flush()
    return row.id


def uploaded(db: Session, visitor: Visitor, upload_id: UUID, now: datetime) -> Upload:
    """The file and what was chosen for it. Raises NoSuchUpload, also where it is somebody else's."""
    row = _row(db, visitor, upload_id, now)
    return Upload(row.id, row.file_name, zlib.decompress(row.content), dict(row.choices))


def choose(db: Session, visitor: Visitor, upload_id: UUID, choices: Mapping[str, Any], now: datetime) -> None:
    """Remember other choices. Raises NoSuchUpload."""
    row = _row(db, visitor, upload_id, now)
    row.choices = {**row.choices, **choices}
    db.add(row)


def leave(db: Session, visitor: Visitor, upload_id: UUID) -> None:
    """Forget a file; doing it twice is no harm."""
    own = col(HistoryUpload.account_id) == visitor.account_id
    db.execute(delete(HistoryUpload).where(col(HistoryUpload.id) == upload_id, own))


def _row(db: Session, visitor: Visitor, upload_id: UUID, now: datetime) -> HistoryUpload:
    _refuse_others(visitor)
    row = db.get(HistoryUpload, upload_id)
    if row is None or row.account_id != visitor.account_id or row.uploaded_at < now - KEPT_FOR:
        raise NoSuchUpload
    return row


def _refuse_others(visitor: Visitor) -> None:
    if not visitor.sees_everything:
        raise NotFound
