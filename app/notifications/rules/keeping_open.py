"""What the button of a warning does without signing in: keep one retro open, as one person; pure."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.errors import NotFound

KEEP_OPEN = "keep-open"
"""What such links are signed for: a token made for anything else is none."""


class KeepLinkDoesNotWork(NotFound):
    """Forged, cut off, or for somebody who does not run this retro any more: they all look the same."""

    sentence = (
        "This link does not work. Perhaps it was cut off in the mail, or you do not run this retro any more. "
        "Open it from the mail once more, or sign in and find the retro on the desk."
    )


@dataclass(frozen=True, slots=True)
class KeepLink:
    """As `account_id`, keep `retro_id` open."""

    retro_id: UUID
    account_id: UUID

    def signed(self) -> list[object]:
        return [self.retro_id.hex, self.account_id.hex]


def read_keep_link(signed: Any) -> KeepLink | None:
    """The link out of what was signed; None when it was something else."""
    try:
        retro_id, account_id = signed
        return KeepLink(UUID(retro_id), UUID(account_id))
    except (TypeError, ValueError, AttributeError):
        return None
