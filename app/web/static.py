"""Serves static files and the joined stylesheets; those asked for by their hash may be cached for ever."""

from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

from app.web.stylesheets import joined


class CachedStaticFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = self._sheet(path, scope) or await super().get_response(path, scope)
        hashed = scope.get("query_string", b"").startswith(b"v=")
        lasting = "public, max-age=31536000, immutable"
        response.headers["Cache-Control"] = lasting if hashed and response.status_code == 200 else "no-cache"
        return response

    def _sheet(self, path: str, scope: Scope) -> Response | None:
        """The stylesheet of an audience, which is no file of its own."""
        if scope["method"] not in {"GET", "HEAD"} or self.directory is None:
            return None
        content = joined(path, Path(self.directory))
        return None if content is None else Response(content, media_type="text/css")
