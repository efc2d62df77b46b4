"""The address that people use for this installation: what links on pages, in mails and for programs begin with.

Never the Host header: whoever sends a request chooses that, and a link made of it would lead our readers elsewhere.
"""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

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


def own_address(settings: Settings) -> str:
    """PUBLIC_URL, else where the server listens, else the address this machine has in its network; no slash at its
    end."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = settings.host
    if host in ANY_ADDRESS:
        host = lan_address() or "127.0.0.1"
    return f"http://{_bracketed(host)}:{settings.port}"


def out_of_reach(settings: Settings) -> str | None:
    """Why phones cannot come to this machine by its own address, as a sentence; None where they can."""
    if not settings.public_url and settings.host in ANY_ADDRESS:
        return NO_NETWORK if lan_address() is None else None
    host = urlsplit(own_address(settings)).hostname or ""
    return ONLY_HERE.format(host=host) if is_loopback(host) else None


def lan_address() -> str | None:
    """This machine's address in its network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket only picks a route; the address is one of the documentation's (RFC 5737).
            probe.connect(("192.0.2.1", 9))
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if is_loopback(found) else found


def is_loopback(host: str) -> bool:
    """Whether a host name or address leads to this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
