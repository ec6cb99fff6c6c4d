"""Worker processes and who may use them.

A query starts in one of a few quick places. What is not answered at once moves to a slow place, stands back behind
everything else on the machine, and is ended at its deadline; where the slow places of its client are taken, it is
stopped and starts again when one comes free. So quick queries find a free place however many slow ones there are.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from kb.endpoint.evaluation import Bounds, NotAcceptable, Question, Rules, TooLarge
from kb.endpoint.frames import pack, receive_async
from kb.endpoint.shares import Shares
from kb.errors import KbError, StoreError, UsageError

_QUICK = 0.25  # seconds in which most queries are answered
_SLOW_NICE = 19  # steps that slow queries stand back
_START = 20.0  # seconds that a worker may take to start
_MOST = 5_000  # queries after which a worker is replaced, so that memory it holds on to is given back


Frame = tuple[dict[str, Any], bytes]


class QueryTimeout(KbError):
    """The query was not answered in its time; it was ended."""


class QueryCrashed(KbError):
    """The query ended its process: too much memory, or nesting that the engine cannot follow."""


class Busy(KbError):
    """There was no place for the query in its time, or the client has too many waiting."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of the machine queries may have.

    Attributes:
        quick: queries that run at once while they are quick; one client gets all but one of these places.
        slow: queries that run at once when they are not; one client gets half of these places.
        memory: megabytes that one worker may allocate.
    """

    quick: int = 4
    slow: int = 4
    memory: int = 1_024


class Pool:
    """Answers queries over snapshots; used from one event loop."""

    def __init__(self, rules: Rules, sizes: Sizes | None = None) -> None:
        self.rules = rules
        self.sizes = sizes or Sizes()
        self._nursery = _Nursery(self.sizes.memory, bool(rules.limits.services))
        self._quick = Shares(self.sizes.quick, max(1, self.sizes.quick - 1))
        self._slow = Shares(self.sizes.slow, max(1, self.sizes.slow // 2))
        self._idle: deque[_Worker] = deque()
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False
        limits, bounds = rules.limits, rules.bounds
        self._job = {
            "nesting": limits.nesting,
            "patterns": limits.patterns,
            "services": sorted(limits.services),
            "rows": bounds.rows,
            "size": bounds.size,
        }

    async def start(self, folder: str) -> None:
        """Start the workers of the quick places and let them open a snapshot.

        Raises:
            StoreError: they cannot.
        """
        await asyncio.gather(*(self._spare(folder) for _ in range(self.sizes.quick + 1)))

    async def ask(
        self, folder: str, question: Question, seconds: float, client: str = "", bounds: Bounds | None = None
    ) -> tuple[str, bytes]:
        """Answer a query; returns the media type and the answer.

        Args:
            folder: of the snapshot.
            seconds: to the deadline, waiting included.
            client: who asks; clients share the places.
            bounds: of the answer, where they are narrower than the rules'.

        Raises:
            UsageError: the query does not parse, or may not be run.
            NotAcceptable: the client takes no form that fits the query.
            TooLarge: the answer is longer than the rules say.
            QueryTimeout, QueryCrashed, Busy: it was not answered.
            StoreError: the snapshot cannot be read.
        """
        end = _now() + seconds
        job = {
            "folder": folder,
            "query": question.query,
            "results": question.results,
            "graph": question.graph,
            "default": question.default_graphs,
            "named": question.named_graphs,
            "base": question.base,
            **self._job,
            **({"rows": bounds.rows, "size": bounds.size} if bounds else {}),
        }
        if not await self._quick.take(client, seconds):
            raise Busy("too many queries wait for their turn")
        held: Shares | None = self._quick
        worker: _Worker | None = None
        running: asyncio.Task[Frame] | None = None
        reusable = False
        try:
            worker, running = await self._run(job, end)
            await asyncio.wait((running,), timeout=min(_QUICK, seconds))
            if not running.done():
                # The quick place is for the next one. Where there is a slow place the query goes on as it is.
                moves = self._slow.take_now(client)
                self._quick.give(client)
                held = self._slow if moves else None
                if not moves:
                    running.cancel()
                    self._end(worker)
                    worker = None
                    if not await self._slow.take(client, max(0.0, end - _now())):
                        raise Busy("slow queries of yours or of others took all the time that this one had")
                    held = self._slow
                    worker, running = await self._run(job, end)
                worker.stand_back()
                await asyncio.wait((running,), timeout=max(0.0, end - _now()))
                if not running.done():
                    raise QueryTimeout("the query was not answered in its time")
            head, body = _result(running)
            reusable = held is self._quick
        finally:
            if held is not None:
                held.give(client)
            if running is not None:
                running.cancel()
            if worker is not None:
                self._retire(worker, reusable, folder)
        return _media(head), body

    async def close(self) -> None:
        """End all workers, whatever they do."""
        self._closed = True
        for worker in list(self._all):
            self._end(worker)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._nursery.close()

    @property
    def workers(self) -> int:
        """How many processes there are."""
        return len(self._all)

    async def _run(self, job: dict[str, Any], end: float) -> tuple[_Worker, asyncio.Task[Frame]]:
        worker = next((w for w in iter(self._next_idle, None) if not w.has_ended), None)
        if worker is None:
            beginning = asyncio.ensure_future(self._begin(job["folder"]))
            await asyncio.wait((beginning,), timeout=max(0.0, end - _now()))
            if not beginning.done():
                self._later(self._keep(beginning))
                raise Busy("no process could be started for the query in its time")
            worker = beginning.result()
        return worker, asyncio.ensure_future(worker.ask({**job, "seconds": max(0.0, end - _now())}))

    def _next_idle(self) -> _Worker | None:
        return self._idle.popleft() if self._idle else None

    async def _keep(self, beginning: asyncio.Future[_Worker]) -> None:
        """Keep for the next query what comes too late for this one."""
        self._idle.append(await beginning)

    async def _begin(self, folder: str) -> _Worker:
        """Start a worker and let it open the snapshot.

        Raises:
            StoreError: it cannot.
        """
        if self._closed:
            raise StoreError("the service is stopping; ask again when it runs")
        worker = None
        try:
            worker = await self._nursery.worker()
            self._all.add(worker)
            if self._closed:  # while it started
                raise ConnectionAbortedError("the service is stopping")
            head, _ = await asyncio.wait_for(worker.ask({"folder": folder, "seconds": _START}), _START)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            if worker is not None:
                self._end(worker)
            raise StoreError(f"a process for queries does not start: {error!r}; see the log") from error
        if head["status"] != "ready":
            self._end(worker)
            raise StoreError(f"the snapshot {folder} cannot be opened: {head['detail']}; see the log")
        return worker

    async def _spare(self, folder: str) -> None:
        self._idle.append(await self._begin(folder))

    def _retire(self, worker: _Worker, reusable: bool, folder: str) -> None:
        """Keep the worker for the next query, or start another in its place."""
        if reusable and worker.answered < _MOST and not self._closed:
            self._idle.append(worker)
            return
        self._end(worker)
        if not self._closed and len(self._idle) <= self.sizes.quick:
            self._later(self._spare(folder))

    def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        worker.end()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; its errors come up where a worker is wanted and none is there."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda t: t.cancelled() or t.exception())


class _Worker:
    """One process and the socket to it."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._pid, self._reader, self._writer = pid, reader, writer
        self.answered = 0

    async def ask(self, job: dict[str, Any]) -> Frame:
        self.answered += 1
        self._writer.write(pack(job))
        return await receive_async(self._reader)

    @property
    def has_ended(self) -> bool:
        """Whether the process hung up."""
        return self._reader.at_eof()

    def stand_back(self) -> None:
        """Let everything else go first from now on."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._pid, _SLOW_NICE)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self._writer.close()


class _Nursery:
    """The process that workers are forked from."""

    def __init__(self, memory: int, network: bool) -> None:
        self._arguments = [str(memory), str(int(network))]
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._turn = asyncio.Lock()

    async def worker(self) -> _Worker:
        """Start one.

        Raises:
            OSError: it does not start.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            async with self._turn:
                # to its end, also where nobody waits for it any more: the thread uses the socket
                forking = asyncio.ensure_future(asyncio.to_thread(self._fork, theirs))
                await asyncio.wait((forking,))
                pid = forking.result()
        return _Worker(pid, *await asyncio.open_connection(sock=ours))

    def _fork(self, theirs: socket.socket) -> int:
        if self._process is None or self._process.poll() is not None:
            self._socket, end = socket.socketpair()
            with end:
                command = [sys.executable, "-m", "kb.endpoint.worker", str(end.fileno()), *self._arguments]
                self._process = subprocess.Popen(command, pass_fds=(end.fileno(),), stdin=subprocess.DEVNULL)
            self._socket.settimeout(_START)
        assert self._socket is not None
        try:
            socket.send_fds(self._socket, [b"+"], [theirs.fileno()])
            answer = self._socket.recv(4)
            if len(answer) < 4:
                raise ConnectionError("the process that starts others has ended")
        except OSError:
            # a late answer must not be taken for that to the next request
            self._socket.close()
            self._process.kill()
            self._process.wait()
            self._process = None
            raise
        return int.from_bytes(answer, "little")

    async def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)


def _result(running: asyncio.Task[Frame]) -> Frame:
    try:
        return running.result()
    except (asyncio.IncompleteReadError, ConnectionError):
        raise QueryCrashed("the query ended the process that ran it") from None


def _media(head: dict[str, Any]) -> str:
    """The media type of an answer that is one."""
    status = head["status"]
    if status == "ok":
        return str(head["media"])
    error = _ERRORS.get(status, StoreError)
    raise error(head["detail"])


_ERRORS: dict[str, type[KbError]] = {"refused": UsageError, "not-acceptable": NotAcceptable, "too-large": TooLarge}


def _now() -> float:
    return asyncio.get_running_loop().time()
