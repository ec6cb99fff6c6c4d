"""The short way to `/sparql`: most of what the framework does for a route takes longer than a quick query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kb.errors import KbError
from kb.web import problems

Endpoint = Callable[[Request], Awaitable[Response]]


class Direct:
    """ASGI middleware: some requests are answered by a function, without the application's routing.

    Args:
        endpoints: by method and path; the functions must be the routes' own, so that what is documented is what runs.
    """

    def __init__(self, app: ASGIApp, endpoints: dict[tuple[str, str], Endpoint]) -> None:
        self.app = app
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await endpoint(request)
        except (problems.ProblemError, KbError) as error:
            answer = problems.of_error(request, error)
        await answer(scope, receive, send)
