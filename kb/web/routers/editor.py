"""`/static/ace`: the files of the editor of queries."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from kb.web import caching, editor
from kb.web.problems import not_found

router = APIRouter(include_in_schema=False)

#: A file's address has the version in it, so that what is there never changes.
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/static/ace/{version}/{name:path}")
def get_file(request: Request, version: str, name: str) -> Response:
    """A script, a style sheet or an image."""
    found = editor.asset(name) if version == editor.version() else None
    if found is None:
        raise not_found(
            "file of the editor", f"{version}/{name}", "Load the page again: the editor is another one now."
        )
    headers = {**_KEPT, "ETag": found.tag}
    if caching.matches(request.headers.get("if-none-match", ""), found.tag):
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type=found.media, headers=headers)
