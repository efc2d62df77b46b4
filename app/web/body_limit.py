"""Refuses bodies and addresses that are too large, with a sentence, before they are read."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import SENTENCES, answer

ADDRESS_MOST = 8_000
"""Bytes of a path and its query: the longest filter of a list has a tenth."""


class BodyLimit:
    """`most` bytes; `larger`: path -> how many it may take, where whole files are handed in."""

    def __init__(self, app: ASGIApp, most: int, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.most = most
        self.larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and len(scope.get("raw_path") or b"") + len(scope["query_string"]) > ADDRESS_MOST:
            await answer(Request(scope), 414, SENTENCES[414])(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()) or int(declared) > self._most(scope):
            await answer(Request(scope), 413, SENTENCES[413])(scope, receive, send)
            return
        await self._counting(scope, receive, send)

    def _most(self, scope: Scope) -> int:
        return self.larger.get(scope["path"], self.most)

    async def _counting(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A body without a length (chunked) is read up to the limit, then handed on whole."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            if len(body) > self._most(scope):
                await answer(Request(scope), 413, SENTENCES[413])(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        handed_on = False

        async def replay() -> Message:
            nonlocal handed_on
            if handed_on:
                return await receive()
            handed_on = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)
