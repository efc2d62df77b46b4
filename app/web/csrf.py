"""Refuses writes that another site asked this browser for, by fetch metadata and Origin (no tokens in forms).

Safe method: pass. Sec-Fetch-Site same-origin or none: pass; another value: refused. Absent (plain HTTP on a LAN):
Origin must be this host. Both absent (not a browser): only without a cookie. A bearer token and no cookie: pass,
whoever asks: another site's page does not know the token, and a browser adds none by itself.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import answer, note_refusal

SENTENCE = "This came from another site, so it was not carried out. Please use the form on our own page."


class OwnOriginOnly:
    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self.app = app
        self.public = _origin(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or may_pass(scope["method"], Headers(scope=scope), scope["scheme"], self.public):
            await self.app(scope, receive, send)
            return
        note_refusal(scope, "FromAnotherSite")
        response = answer(Request(scope), 403, SENTENCE)
        await response(scope, receive, send)


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
        return origin == f"{scheme}://{headers.get('host', '')}" or (public is not None and origin == public)
    return "cookie" not in headers


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
