"""Refuses writes that another site asked this browser for, by fetch metadata and Origin (no tokens in forms).

Safe method: pass. Sec-Fetch-Site same-origin or none: pass; another value: refused. Absent (plain HTTP on a LAN):
Origin must be ours: that of FENCEPOST_PUBLIC_URL, where none is set this host. Both absent (not a browser): only
without a cookie. A bearer token and no cookie: pass, whoever asks: another site's page does not know the token, and a
browser adds none by itself.
"""

from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import answer, note_refusal

log = structlog.get_logger(__name__)

DIFFERS = (
    "Requests come by another address than FENCEPOST_PUBLIC_URL says. People who use it cannot sign in. Set the "
    "address that people use; behind a proxy let it send X-Forwarded-Proto and Host, and see --forwarded-allow-ips."
)
SENTENCE = "This came from another site, so it was not carried out. Please use the form on our own page."


class OwnOriginOnly:
    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self.app = app
        self.public = origin_of(public_url) if public_url else None
        self._warned = self.public is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._warn_once_of_another_address(scope)
        if scope["type"] != "http" or may_pass(scope["method"], Headers(scope=scope), scope["scheme"], self.public):
            await self.app(scope, receive, send)
            return
        note_refusal(scope, "FromAnotherSite")
        response = answer(Request(scope), 403, SENTENCE)
        await response(scope, receive, send)

    def _warn_once_of_another_address(self, scope: Scope) -> None:
        """Cookies, links and what may be posted follow PUBLIC_URL: who comes by another address cannot sign in. Only
        the desk is looked at: nothing about a seat's request is ever written with a time."""
        if self._warned or scope["type"] != "http" or not scope["path"].startswith("/desk"):
            return
        seen = origin_of(f"{scope['scheme']}://{Headers(scope=scope).get('host', '')}")
        if seen != self.public:
            self._warned = True
            log.warning("public_url_differs", public_url=self.public, seen=seen[:200], hint=DIFFERS)


def may_pass(method: str, headers: Headers, scheme: str, public: str | None) -> bool:
    """The rule table of the module's first paragraph."""
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    if headers.get("authorization", "").lower().startswith("bearer ") and "cookie" not in headers:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is not None:
        return origin == (public or f"{scheme}://{headers.get('host', '')}")
    return "cookie" not in headers


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers send it (RFC 6454)."""
    parts = urlsplit(url.lower())
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host.removesuffix(f':{usual}') if usual else host}"
