"""Serves static files; those asked for by their hash may be cached for ever."""

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope


class CachedStaticFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response: Response = await super().get_response(path, scope)
        hashed = scope.get("query_string", b"").startswith(b"v=")
        lasting = "public, max-age=31536000, immutable"
        response.headers["Cache-Control"] = lasting if hashed and response.status_code == 200 else "no-cache"
        return response
