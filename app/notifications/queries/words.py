"""What a mail says, as it is kept until it is sent: sealed, for it holds links that act as their reader."""

from uuid import UUID

from sqlmodel import Session

from app.core.sealed_text import open_text, seal_text
from app.core.signing import signing_key_of
from app.notifications.models import Mail

NAME = "words of mails"


def sealed_words(db: Session, mail_id: UUID, *words: str) -> tuple[str, ...]:
    """These words, for the row of this mail."""
    key = signing_key_of(db).secret(NAME)
    return tuple(seal_text(key, mail_id.hex, text) for text in words)


def words_of(db: Session, row: Mail) -> tuple[str, str]:
    """Text and parts of a mail. Raises CannotBeOpened where the secrets folder was lost or replaced."""
    key = signing_key_of(db).secret(NAME)
    return open_text(key, row.id.hex, row.text), open_text(key, row.id.hex, row.parts)
