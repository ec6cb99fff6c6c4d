"""Lists in pages: where the next and the one before are, in the answer and in its `Link` header (RFC 8288)."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request

FURTHEST = 10_000_000  # where no list goes on


def neighbours(request: Request, total: int, limit: int, offset: int) -> dict[str, str | None]:
    """The addresses of the page after this one and of the one before, None where there is none.

    Args:
        total: how many there are in all.
    """
    after, before = offset + limit, max(0, offset - limit)
    return {
        "next": _address(request, after) if after < min(total, FURTHEST + 1) else None,
        "prev": _address(request, before) if offset else None,
    }


def link_header(pages: dict[str, str | None]) -> dict[str, str]:
    """The header that says the same; empty where the list has one page."""
    found = [f'<{address}>; rel="{relation}"' for relation, address in pages.items() if address]
    return {"Link": ", ".join(found)} if found else {}


def _address(request: Request, offset: int) -> str:
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "offset" and value]
    return f"{request.url.path}?{urlencode([*pairs, ('offset', str(offset))])}"
