"""Checks the addresses of the settings: where people reach this installation, and where its database is.

Raises ValueError with the end of a sentence, which never repeats an address: it may hold a password.
"""

from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

USUAL_PORTS = {"https": 443, "http": 80}
EXAMPLE = "https://retro.example.org"
DATABASE_EXAMPLE = "postgresql://fencepost@localhost/fencepost"
DRIVERS = {"sqlite", "postgresql", "postgresql+psycopg"}


def public_address(url: str | None) -> str | None:
    """The address as browsers send it as an origin: lower case, without the usual port and without a slash."""
    if url is None:
        return None
    parts, port = _split(url.strip())
    if parts.scheme.lower() not in USUAL_PORTS:
        raise ValueError(f"must begin with https:// or http://, as in {EXAMPLE}")
    if not parts.hostname or parts.username is not None or any(one.isspace() or one == "\\" for one in parts.netloc):
        raise ValueError(f"needs the name of a host after {parts.scheme}:// and nothing else, as in {EXAMPLE}")
    if parts.path.strip("/") or parts.query or parts.fragment or url.strip().endswith(("?", "#")):
        raise ValueError(f"must end after the host: Fencepost cannot be served below a path yet. Write {EXAMPLE}")
    host = _as_browsers_write_it(parts.hostname)
    return f"{parts.scheme.lower()}://{host}" + ("" if port in (None, USUAL_PORTS[parts.scheme]) else f":{port}")


def database_address(url: str | None) -> str | None:
    """An address that SQLAlchemy understands, of a kind of database that is supported."""
    if url is None:
        return None
    try:
        address = make_url(url.strip())
    except (ArgumentError, ValueError) as error:
        raise ValueError(f"is no address of a database, such as {DATABASE_EXAMPLE}") from error
    if address.drivername == "postgres":  # as some hosts hand it out
        address = address.set(drivername="postgresql")
    if address.drivername not in DRIVERS:
        raise ValueError(f"names no database that Fencepost can use: SQLite, or PostgreSQL as in {DATABASE_EXAMPLE}")
    return address.render_as_string(hide_password=False)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError as error:
        raise ValueError(f"is no address, such as {EXAMPLE}") from error


def _as_browsers_write_it(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(f"holds a name that no host can have; write it as in {EXAMPLE}") from error
