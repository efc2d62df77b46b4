"""Which addresses outside may be called by a webhook; pure: the addresses that a name leads to are an argument.

Against server-side request forgery: whoever sets a webhook up must not reach what only this machine can reach
(OWASP ASVS 5.0, 1.3.6). What the operator allows by name or network (`FENCEPOST_WEBHOOK_ALLOW`) is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from app.core.patterns import bounded

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

URL_MAX = 500
PORTS = frozenset({80, 443, 8443})
USUAL_PORTS = {"https": 443, "http": 80}

_PRINTABLE = bounded(r"[!-~]{1,500}")
_NAME = bounded(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?){0,126}")
_NETLOC = bounded(r"(\[[0-9A-Fa-f:.%\w]{1,60}\]|[^\[\]:]{1,500})(:\d{1,9})?")
_NUMBER = bounded(r"\d{1,99}|0x[0-9a-f]{0,99}")
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# Global by the registry, and yet not somebody's server out there: relays of 6to4, the metadata of a cloud, examples.
_NOT_OUTSIDE: tuple[Network, ...] = tuple(
    ip_network(one) for one in ("192.88.99.0/24", "168.63.129.16/32", "192.0.0.0/24", "3fff::/20")
)

NOT_AN_ADDRESS = "Please give a whole address, such as https://hooks.example.org/abc."
NOT_PLAIN = "Please use an address of plain letters, digits and signs, as the other service shows it."
NO_CREDENTIALS = "A name or password inside the address (before an @) is not accepted."
NEEDS_HTTPS = "Please use an address that begins with https://."
ODD_PORT = "Only the ports 443, 8443 and 80 may be called."
NOT_OUTSIDE = (
    "This leads to an address inside a private network, or to this machine, which Fencepost does not call. "
    "The operator can allow it (FENCEPOST_WEBHOOK_ALLOW)."
)
UNKNOWN_NAME = "Nothing is known under this name. Please look at the address again."


class NotCallable(ValueError):
    """Why an address is not called, as a sentence for people."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart once: what is checked is what is called. `host` is lower case without brackets, `path`
    begins with a slash and holds the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as a request names it: with the port where it is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == USUAL_PORTS[self.scheme] else f"{name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator lets be called although it is private, plain http, or on another port."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, text: str) -> Allowed:
        """Names, addresses and networks (10.1.0.0/16), with commas between."""
        hosts, networks = set(), []
        for one in filter(None, (part.strip().lower().rstrip(".") for part in text.split(","))):
            try:
                networks.append(ip_network(one, strict=False))
            except ValueError:
                hosts.add(one)
        return cls(frozenset(hosts), tuple(networks))

    def covers(self, target: Target, addresses: Sequence[Address]) -> bool:
        """The name itself, or every address that it leads to."""
        return target.host in self.hosts or all(any(one in known for known in self.networks) for one in addresses)


def read_target(url: str) -> Target:
    """Take an address apart. Raises NotCallable for what could be read in two ways, or hides where it leads."""
    if len(url) > URL_MAX:
        raise NotCallable(f"This address has {len(url)} characters; {URL_MAX} fit.")
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise NotCallable(NOT_PLAIN if url else NOT_AN_ADDRESS)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotCallable(NOT_AN_ADDRESS) from None
    if parts.scheme not in USUAL_PORTS or not parts.hostname:
        raise NotCallable(NEEDS_HTTPS if parts.scheme and parts.netloc else NOT_AN_ADDRESS)
    if "@" in parts.netloc:
        raise NotCallable(NO_CREDENTIALS)
    if port == 0 or not _NETLOC.fullmatch(parts.netloc):
        raise NotCallable(NOT_AN_ADDRESS)
    return Target(parts.scheme, _host(parts), port or USUAL_PORTS[parts.scheme], _path(parts))


def check_target(target: Target, addresses: Sequence[str], allowed: Allowed) -> tuple[str, ...]:
    """The addresses that may be called for this target, in their order. Raises NotCallable.

    One address inside is enough to refuse the name: which of them would be called is nobody's to choose.
    """
    found = [ip_address(one) for one in addresses]
    if not found:
        raise NotCallable(UNKNOWN_NAME)
    if allowed.covers(target, found):
        return tuple(addresses)
    if not all(is_outside(one) or any(one in network for network in allowed.networks) for one in found):
        raise NotCallable(NOT_OUTSIDE)
    if target.scheme != "https":
        raise NotCallable(NEEDS_HTTPS)
    if target.port not in PORTS:
        raise NotCallable(ODD_PORT)
    return tuple(addresses)


def is_outside(address: Address) -> bool:
    """Whether this is an ordinary address of the public internet. An IPv4 address inside an IPv6 one (mapped, 6to4,
    NAT64) is looked at itself. IPv6 beyond 2000::/3 is not given out (RFC 4291), so nothing out there lives in it."""
    if any(address in network for network in _NOT_OUTSIDE):
        return False
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_outside(inner)
        return address in _UNICAST and address.is_global
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_link_local)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if parts.netloc.startswith("["):
        try:
            address = IPv6Address(host)
        except ValueError:
            raise NotCallable(NOT_AN_ADDRESS) from None
        if address.scope_id:
            raise NotCallable(NOT_OUTSIDE)
        return address.compressed
    host = host.removesuffix(".")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        # 2130706433, 0x7f.1 and 127.1 are read as 127.0.0.1 by some: only the usual four numbers are taken.
        try:
            return IPv4Address(host).compressed
        except ValueError:
            raise NotCallable(NOT_AN_ADDRESS) from None
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise NotCallable(NOT_AN_ADDRESS)
    return host


def _path(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.path or '/'}{query}"
