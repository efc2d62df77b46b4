"""A browser without a screen: speaks HTTP/1.1 over asyncio, keeps cookies by path, follows redirects. No framework.

Written out because the load shares its two cores with the server: httpx costs several times as much a request.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

Fields = Mapping[str, str] | Iterable[tuple[str, str]]
PATIENCE_SECONDS = 30.0
IDLE_SECONDS = 3.0
"""A connection unused for longer is opened anew: servers close idle ones (uvicorn after five seconds)."""


class WireBroke(Exception):
    """The server closed the connection, or answered with something that is not HTTP."""


@dataclass(slots=True)
class Answer:
    """One response. `path` is where it finally came from, after redirects."""

    status: int
    headers: dict[str, str]
    body: bytes
    path: str
    cookies: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def is_refused(self) -> bool:
        return self.status >= 400


class Browser:
    """One person. `address` is what the server sees as theirs (it trusts X-Forwarded-For from this machine)."""

    def __init__(self, host: str, port: int, address: str = "127.0.0.1") -> None:
        self.host, self.port, self.address = host, port, address
        self.cookies: dict[tuple[str, str], str] = {}
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._one_at_a_time = asyncio.Lock()
        self._used_at = 0.0

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def get(self, path: str, fragment: bool = False) -> Answer:
        return await self._follow("GET", path, b"", fragment)

    async def post(self, path: str, fields: Fields = (), fragment: bool = False) -> Answer:
        """`fragment`: as htmx sends it, so that a piece of a page is the answer in place of a redirect."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        return await self._follow("POST", path, urlencode(pairs).encode(), fragment)

    async def post_bytes(self, path: str, body: bytes) -> Answer:
        """A body as it is, without a form around it."""
        return await self._follow("POST", path, body, False)

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None

    def cookie_for(self, path: str) -> str:
        """The Cookie header that a browser would send to `path`."""
        sent = [f"{name}={value}" for (name, scope), value in self.cookies.items() if _is_within(path, scope)]
        return "; ".join(sent)

    def head(self, method: str, path: str, length: int = 0, fragment: bool = False, more: str = "") -> bytes:
        """The request's head, as a browser on this very site would send it."""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"X-Forwarded-For: {self.address}",
            "Accept: text/html",
            "Sec-Fetch-Site: same-origin",
        ]
        cookie = self.cookie_for(path)
        if cookie:
            lines.append(f"Cookie: {cookie}")
        if fragment:
            lines.append("HX-Request: true")
        if method == "POST":
            lines += [f"Origin: {self.origin}", "Content-Type: application/x-www-form-urlencoded"]
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n" + more + "\r\n").encode()

    async def _follow(self, method: str, path: str, body: bytes, fragment: bool) -> Answer:
        for _ in range(6):
            async with self._one_at_a_time:
                answer = await asyncio.wait_for(self._ask(method, path, body, fragment), PATIENCE_SECONDS)
            if answer.status not in {302, 303, 307}:
                return answer
            method, body = "GET", b""
            target = urlsplit(urljoin(self.origin + path, answer.headers["location"]))
            path = target.path + (f"?{target.query}" if target.query else "")
        raise WireBroke(f"redirected in circles at {path}")

    async def _ask(self, method: str, path: str, body: bytes, fragment: bool) -> Answer:
        if self._writer is not None and time.monotonic() - self._used_at > IDLE_SECONDS:
            await self.close()
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self.host, self.port, limit=4 << 20)
        assert self._reader is not None
        try:
            self._writer.write(self.head(method, path, len(body), fragment) + body)
            answer = await self._read(self._reader, path)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise WireBroke(f"{method} {path}: {error!r}") from error
        self._used_at = time.monotonic()
        for cookie in answer.cookies:
            self._keep(cookie)
        if answer.headers.get("connection") == "close":
            await self.close()
        return answer

    async def _read(self, reader: asyncio.StreamReader, path: str) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for line in head[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                cookies.append(value.strip())
            elif name:
                headers[name.lower()] = value.strip()
        status = int(head[0].split()[1])
        if "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            body = await _chunks(reader)
        else:
            body = b""
        return Answer(status, headers, body, path, cookies)

    def _keep(self, cookie: str) -> None:
        first, *attributes = (part.strip() for part in cookie.split(";"))
        name, _, value = first.partition("=")
        scope, gone = "/", not value
        for attribute in attributes:
            key, _, what = attribute.partition("=")
            if key.lower() == "path":
                scope = what
            elif key.lower() == "max-age" and what == "0":
                gone = True
        if gone:
            self.cookies.pop((name, scope), None)
        else:
            self.cookies[name, scope] = value.strip('"')


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)


def _is_within(path: str, scope: str) -> bool:
    path = path.partition("?")[0]
    return path == scope or path.startswith(scope.rstrip("/") + "/")
