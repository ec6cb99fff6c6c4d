"""Every request gets an id, a line in the log and its place in the metrics; a defect is answered and logged here."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from prometheus_client import Counter, Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.web import metrics
from kb.web.logs import write_request

LOG = logging.getLogger("kb.web.requests")
HEADER = "X-Request-ID"
_KEY = "kb.record"  # where the record lies in the scope
_WELL_FORMED = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_GONE = 499  # what servers write for a client that left before the answer began; never sent
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"  # the label of what no route matches, so that strangers cannot make series of their own
#: Probes and scrapes come every few seconds; their lines would bury the others.
_PROBES = frozenset({"/health", "/ready", "/metrics"})


@dataclass(slots=True)
class Record:
    """What is known of a request. `error` is set by whoever makes an answer of it."""

    request_id: str
    status: int = 0
    size: int = 0
    error: BaseException | None = None


def record_of(scope: Scope) -> Record:
    """The record of a request; an empty one where nobody observes it."""
    found: Record | None = scope.get(_KEY)
    return found or Record("")


class Observing:
    """ASGI middleware; pure, so that streamed answers stay streams."""

    def __init__(
        self,
        app: ASGIApp,
        templates: Iterable[tuple[re.Pattern[str], str]],
        on_defect: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        """
        Args:
            templates: of the application's routes, for the metrics of what was answered before routing.
            on_defect: the answer to an error nobody foresaw.
        """
        self.app = app
        self._on_defect = on_defect
        self._templates = list(templates)
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        record = Record(_request_id(scope))
        scope = {**scope, _KEY: record}  # of our own: the server looks into its own for the method
        method, path = scope["method"], scope["path"]
        id_header = (b"x-request-id", record.request_id.encode())

        async def send_observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message["headers"] = [*message.get("headers", ()), id_header]
            else:
                record.size += len(message.get("body", b""))
            await send(message)

        metrics.REQUESTS_RUNNING.inc()
        try:
            await self.app(scope, receive, send_observed)
        except Exception as error:
            record.error = error
            if record.status:
                raise  # the server cuts the connection: half an answer must not pass for a whole one
            answer = await self._on_defect(Request(scope), error)
            await answer(scope, receive, send_observed)
        finally:
            metrics.REQUESTS_RUNNING.dec()
            self._report(scope, method, path, record, time.perf_counter() - started)

    def _report(self, scope: Scope, method: str, path: str, record: Record, seconds: float) -> None:
        status = record.status or _GONE
        template = self._template(scope, path)
        label = method if method in _METHODS else _OTHER
        counter = self._counters.get((template, label, status))
        if counter is None:
            counter = metrics.REQUESTS.labels(template, label, str(status))
            self._counters[template, label, status] = counter
        counter.inc()
        timer = self._timers.get(template)
        if timer is None:
            timer = self._timers[template] = metrics.REQUEST_SECONDS.labels(template)
        timer.observe(seconds)
        level = logging.INFO
        if status == 500 or record.error is not None:
            level = logging.ERROR
        elif status > 500:
            level = logging.WARNING  # too busy, not broken
        elif path in _PROBES:
            level = logging.DEBUG
        if LOG.isEnabledFor(level):
            client = scope.get("client")
            fields = {
                "request_id": record.request_id,
                "method": method,
                "path": path,  # without the query: people's searches and tokens are nobody's business
                "route": template,
                "status": status,
                "duration_ms": round(seconds * 1000, 2),
                "bytes": record.size,
                "client": client[0] if client else "",
            }
            write_request(LOG, level, fields, record.error)

    def _template(self, scope: Scope, path: str) -> str:
        route = scope.get("route")
        template = getattr(route, "path_format", None)
        if template is not None:
            return str(template)
        return next((template for regex, template in self._templates if regex.match(path)), _OTHER)


def _request_id(scope: Scope) -> str:
    """The client's own id where it is one that a log can hold, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _WELL_FORMED.fullmatch(value):
            return str(value, "ascii")
    return secrets.token_hex(8)
