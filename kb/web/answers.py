"""Answers to queries: from memory where the same was asked of the same snapshot, else from the pool of workers."""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict

from fastapi import Request, Response

from kb.endpoint.evaluation import Bounds, NotAcceptable, Question, TooLarge
from kb.endpoint.pool import Busy, Pool, QueryCrashed, QueryTimeout
from kb.web import metrics
from kb.web.caching import NO_STORE
from kb.web.links import Links
from kb.web.negotiation import NotAcceptableError
from kb.web.problems import ProblemError
from kb.web.snapshots import Snapshots
from kb.web.unsent import Pieces, Unsent, is_large

_KEPT = 32_000_000  # bytes of answers
_SMALL = 200_000  # bytes of an answer that is worth keeping
_ENTRY = 500  # bytes that an answer takes beside its own
_VARY = {"Vary": "Accept"}
_CHANCE = re.compile(r"\b(NOW|RAND|UUID|STRUUID)\s*\(", re.IGNORECASE)  # what makes answers differ each time


class Answers:
    """Asks the pool about the current snapshot, and remembers."""

    def __init__(self, snapshots: Snapshots, pool: Pool, links: Links) -> None:
        self.links = links
        most = pool.rules.bounds.size
        self._unsent = Unsent(2 * most, 5 * most)
        self._snapshots, self._pool = snapshots, pool
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._size = 0

    async def respond(self, request: Request, question: Question, client: str, seconds: float) -> Response:
        """The answer to a request.

        Raises:
            ProblemError, UsageError, StoreError: there is none.
        """
        try:
            media, body = await self.ask(question, client, seconds)
        except NotAcceptable as error:
            asked = request.headers.get("accept", "")
            raise NotAcceptableError(f"Accept: {asked!r} takes no form of this; {error}") from None
        charset = "; charset=utf-8" if media.startswith("text/") else ""
        headers = {**_VARY, **NO_STORE} if _CHANCE.search(question.query) else _VARY
        if is_large(body):
            return Pieces(body, media + charset, headers, self._unsent, client)
        return Response(body, media_type=media + charset, headers=headers)

    async def ask(
        self, question: Question, client: str, seconds: float, bounds: Bounds | None = None
    ) -> tuple[str, bytes]:
        """Media type and answer; `bounds` are narrower than the rules'.

        Raises:
            ProblemError, UsageError, StoreError: there is none.
        """
        if _CHANCE.search(question.query):
            return await self._ask(question, client, seconds, bounds)
        tag = self._tag(question)
        kept = self._kept.get(tag)
        if kept is not None:
            self._kept.move_to_end(tag)
            return kept
        answer = await self._ask(question, client, seconds, bounds)
        if len(answer[1]) <= _SMALL and tag not in self._kept:
            self._kept[tag] = answer
            self._size += len(answer[1]) + _ENTRY
            while self._size > _KEPT:
                _, (_, old) = self._kept.popitem(last=False)
                self._size -= len(old) + _ENTRY
        return answer

    async def _ask(
        self, question: Question, client: str, seconds: float, bounds: Bounds | None = None
    ) -> tuple[str, bytes]:
        began = time.perf_counter()
        outcome = "failed"
        try:
            with metrics.QUERIES_RUNNING.track_inprogress():
                answer = await self._pool.ask(self._snapshots.current.folder, question, seconds, client, bounds)
            outcome = "answered"
            return answer
        except TooLarge as error:
            raise ProblemError(
                400, f"Nothing was sent, as {error}.", "Add LIMIT and OFFSET, or ask for less; all is at /dump."
            ) from None
        except QueryTimeout:
            outcome = "killed"
            raise ProblemError(
                504,
                f"The query was ended: it was not answered in {seconds:g} seconds.",
                "Ask for less: fewer patterns, a LIMIT, a starting point that is an IRI. All is at /dump.",
            ) from None
        except QueryCrashed:
            outcome = "killed"
            raise ProblemError(
                400,
                "The query was ended: it took more memory than a query may, or is nested too deeply.",
                "Write it flatter, or ask for less. All is at /dump.",
            ) from None
        except Busy as error:
            outcome = "refused"
            raise ProblemError(
                503, f"The query was not run: {error}.", "Send fewer at once, or try again later.", {"Retry-After": "5"}
            ) from None
        finally:
            metrics.QUERIES.labels(outcome).inc()
            metrics.QUERY_SECONDS.observe(time.perf_counter() - began)

    def _tag(self, question: Question) -> str:
        asked = repr((self._snapshots.version, question)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(asked, digest_size=12).hexdigest()
