"""The address that phones go to, as a link and a QR picture. Refuses to draw one that no phone could reach."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno
from markupsafe import Markup

from app.core.config import Settings

ANY_ADDRESS = {"0.0.0.0", "::", ""}  # noqa: S104  (only compared with)
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
    """PUBLIC_URL, else the address this machine has in its network."""
    if settings.public_url:
        base = settings.public_url.rstrip("/")
        host = urlsplit(base).hostname or ""
        return Door(base, ONLY_HERE.format(host=host) if _is_loopback(host) else None)
    if settings.host not in ANY_ADDRESS:
        trouble = ONLY_HERE.format(host=settings.host) if _is_loopback(settings.host) else None
        return Door(f"http://{_bracketed(settings.host)}:{settings.port}", trouble)
    found = lan_address()
    if found is None:
        return Door(f"http://127.0.0.1:{settings.port}", NO_NETWORK)
    return Door(f"http://{_bracketed(found)}:{settings.port}", None)


def lan_address() -> str | None:
    """This machine's address in its network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket only picks a route; the address is one of the documentation's (RFC 5737).
            probe.connect(("192.0.2.1", 9))
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if _is_loopback(found) else found


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
