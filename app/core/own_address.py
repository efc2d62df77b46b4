"""The address that people use for this installation: what links on pages, in mails and for programs begin with.

Never the Host header: whoever sends a request chooses that, and a link made of it would lead our readers elsewhere.
"""

import socket
from ipaddress import ip_address

from app.core.config import Settings

ANY_ADDRESS = {"0.0.0.0", "::", ""}  # noqa: S104  (only compared with)


def own_address(settings: Settings) -> str:
    """PUBLIC_URL, else where the server listens, else the address this machine has in its network; no slash at its
    end."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = settings.host
    if host in ANY_ADDRESS:
        host = lan_address() or "127.0.0.1"
    return f"http://{_bracketed(host)}:{settings.port}"


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
