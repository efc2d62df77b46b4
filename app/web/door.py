"""The address that phones go to, as a link and a QR picture. Refuses to draw one that no phone could reach."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from markupsafe import Markup

from app.core.config import Settings
from app.core.own_address import ANY_ADDRESS, is_loopback, lan_address, own_address

ONLY_HERE = (
    "Phones cannot reach this machine: Fencepost listens on {host} only. Start it with --host 0.0.0.0, or set "
    "FENCEPOST_PUBLIC_URL to the address that people use. The code works in a browser on this machine."
)
NO_NETWORK = (
    "This machine has no address in a network, so there is nothing to scan. Set FENCEPOST_PUBLIC_URL to the address "
    "that people use."
)


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
    base = own_address(settings)
    if not settings.public_url and settings.host in ANY_ADDRESS:
        return Door(base, NO_NETWORK if lan_address() is None else None)
    host = urlsplit(base).hostname or ""
    return Door(base, ONLY_HERE.format(host=host) if is_loopback(host) else None)
