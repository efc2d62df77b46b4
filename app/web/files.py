"""Files to keep, as an answer."""

from fastapi.responses import Response


def file_of(text: str, media_type: str, name: str) -> Response:
    """A file to keep, named `name`; nothing between here and the reader keeps a copy."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, media_type=media_type, headers=headers)
