"""Runs uvicorn on a port that is known to be ours, in this process or in several that are watched."""

import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import uvicorn

from app.cli.options import stop
from app.core.config import Settings
from app.core.workers import Workers
from app.web.patience import Patient

DID_NOT_START = 3


@contextmanager
def bound_sockets(settings: Settings) -> Iterator[list[socket.socket]]:
    """The addresses to serve on, ours but not listening yet; ends the command with a sentence where one is not to
    be had."""
    host, port = settings.host, settings.port
    with ExitStack() as held:
        try:
            found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            sockets = [_bound(held, family, address) for family, _, _, _, address in dict.fromkeys(found)]
        except OSError as error:
            stop(_why_not(error, host, port))
        yield sockets


def run(settings: Settings, sockets: Sequence[socket.socket], workers: int) -> None:
    """Serve until told to stop."""
    config = uvicorn.Config(
        "app.main:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        server_header=False,
        http=Patient,
        ws="none",
    )
    if workers > 1:
        watched = Workers(config, sockets)
        watched.run()
        if watched.has_failed:
            sys.exit(DID_NOT_START)
        return
    server = uvicorn.Server(config)
    try:
        server.run(sockets=list(sockets))
    except KeyboardInterrupt:
        return
    if not server.started:
        sys.exit(DID_NOT_START)


def _bound(held: ExitStack, family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    found = held.enter_context(socket.socket(family, socket.SOCK_STREAM))
    # As uvicorn does: an address that is winding down may be taken at once, one that is listened on may not.
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    found.bind(address)
    return found


def _why_not(error: OSError, host: str, port: int) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}. Check FENCEPOST_HOST, or --host."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use already. Stop what listens there, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} is for the system alone. Choose one from 1024 up with --port, and a proxy in front."
    return f"Fencepost cannot listen on {host}, port {port}: {error.strerror}."
