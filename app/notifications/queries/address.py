"""Where this installation is reached, for links in mails."""

from sqlmodel import Session

from app.core.config import Settings
from app.core.own_address import own_address


def address_of(db: Session) -> str:
    """Where this installation is reached, without a slash at the end."""
    settings: Settings = db.info["settings"]
    return address_in(settings)


def address_in(settings: Settings) -> str:
    """As `address_of`, from the settings."""
    return own_address(settings)
