"""Where this installation is reached from outside, for links in mails and feeds."""

from sqlmodel import Session

from app.core.config import Settings


def address_of(db: Session) -> str:
    """Where this installation is reached, without a slash at the end."""
    settings: Settings = db.info["settings"]
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
