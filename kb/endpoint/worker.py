"""The processes in which queries run: `python -m kb.endpoint.worker FD MEGABYTES NETWORK`.

The first one has everything loaded and runs no query: for each socket that it is handed over FD it forks a worker,
which takes milliseconds, and says its process number. A worker reads frames from its socket and answers one query after
the other; a query may end it. All end with the service.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from typing import Any

import pyoxigraph as ox

from kb.endpoint import sandbox
from kb.endpoint.analysis import Limits
from kb.endpoint.evaluation import Bounds, NotAcceptable, Question, Rules, TooLarge, evaluate
from kb.endpoint.frames import pack, receive
from kb.errors import UsageError

NICE = 5  # steps that workers stand back behind the service itself
_GRACE = 1.0  # seconds after the deadline until the system ends the process, should nobody else have


def main() -> None:
    """Fork workers until the service hangs up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # for the service, which hangs up when it is done
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for workers that have ended
    with contextlib.suppress(OSError):
        os.nice(NICE)
    with socket.socket(fileno=int(sys.argv[1])) as service:
        while True:
            _, handed, _, _ = socket.recv_fds(service, 1, 1)
            if not handed:
                return
            child = os.fork()
            if child:
                os.close(handed[0])
                service.sendall(child.to_bytes(4, "little"))
                continue
            service.close()
            sandbox.bound_memory(int(sys.argv[2]))
            sandbox.go_first()
            if sys.argv[3] == "0":
                sandbox.forbid_network()
            with socket.socket(fileno=handed[0]) as parent:
                work(parent)
            os._exit(0)


def work(parent: socket.socket) -> None:
    """Answer until the service hangs up."""
    served: dict[str, ox.Store] = {}
    while (frame := receive(parent)) is not None:
        job = frame[0]
        # The default action of SIGALRM ends the process even in the middle of the engine.
        signal.setitimer(signal.ITIMER_REAL, job["seconds"] + _GRACE)
        head, body = _answer(served, job)
        signal.setitimer(signal.ITIMER_REAL, 0)
        parent.sendall(pack(head, body))


def _answer(served: dict[str, ox.Store], job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        folder = job["folder"]
        if folder not in served:
            served.clear()
            served[folder] = ox.Store.read_only(folder)
        if "query" not in job:
            return {"status": "ready"}, b""
        question = Question(
            job["query"], job["results"], job["graph"], tuple(job["default"]), tuple(job["named"]), job["base"]
        )
        limits = Limits(job["nesting"], job["patterns"], frozenset(job["services"]))
        media, body = evaluate(served[folder], question, Rules(limits, Bounds(job["rows"], job["size"])))
        return {"status": "ok", "media": media}, body
    except NotAcceptable as error:
        return {"status": "not-acceptable", "detail": str(error)}, b""
    except UsageError as error:
        return {"status": "refused", "detail": str(error)}, b""
    except TooLarge as error:
        return {"status": "too-large", "detail": str(error)}, b""
    except (OSError, RuntimeError, MemoryError) as error:
        return {"status": "failed", "detail": f"{type(error).__name__}: {error}"}, b""


if __name__ == "__main__":
    main()
