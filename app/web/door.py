"""The address that phones go to, as a link and a QR picture. Refuses to draw one that no phone could reach."""

from dataclasses import dataclass

import segno
from markupsafe import Markup

from app.core.config import Settings
from app.core.own_address import out_of_reach, own_address


@dataclass(frozen=True, slots=True)
class Door:
    """`base` without a slash at its end; `trouble` says why phones cannot come in that way."""

    base: str
    trouble: str | None

    def picture(self, url: str) -> Markup | None:
        """A QR code as SVG, or None when scanning it would lead nowhere."""
        if self.trouble is not None:
            return None
        # S704: made by segno from an address of ours; contains no text of anybody.
        return Markup(segno.make(url, error="m").svg_inline(omitsize=True, border=2))  # noqa: S704  (drawn by segno)


def door(settings: Settings) -> Door:
    """The address that people use, and whether a phone can reach it."""
    return Door(own_address(settings), out_of_reach(settings))
