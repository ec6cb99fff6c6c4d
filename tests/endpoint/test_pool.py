"""Real worker processes over a real snapshot."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
import pytest

from kb.endpoint.evaluation import Bounds, NotAcceptable, Question, Rules, TooLarge
from kb.endpoint.pool import Busy, Pool, QueryCrashed, QueryTimeout, Sizes
from kb.errors import StoreError, UsageError

T = TypeVar("T")
ONE = "SELECT ?o { <https://kb.test/s7> ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?g != ?a) }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("snapshot") / "data"
    store = ox.Store(str(path))
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"https://kb.test/s{n}"), ox.NamedNode("https://kb.test/p"), ox.Literal(str(n)))
        for n in range(3_000)
    )
    store.flush()
    return str(path)


def run(folder: str, work: Callable[[Pool], Awaitable[T]], sizes: Sizes | None = None, rules: Rules | None = None) -> T:
    """Do something with a pool; afterwards no process of it is left."""

    async def whole() -> T:
        pool = Pool(rules or Rules(), sizes)
        await pool.start(folder)
        processes = {worker._pid for worker in pool._all}
        try:
            return await work(pool)
        finally:
            processes |= {worker._pid for worker in pool._all}
            await pool.close()
            assert pool.workers == 0
            end = time.monotonic() + 5
            while any(is_alive(pid) for pid in processes) and time.monotonic() < end:
                await asyncio.sleep(0.02)
            assert not any(is_alive(pid) for pid in processes)

    return asyncio.run(whole())


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() if Path("/proc").exists() else _signalled(pid)


def _signalled(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def objects(answer: tuple[str, bytes]) -> list[str]:
    return [row["o"]["value"] for row in json.loads(answer[1])["results"]["bindings"]]


def test_answers(folder: str) -> None:
    async def work(pool: Pool) -> None:
        assert objects(await pool.ask(folder, Question(ONE), 10)) == ["7"]
        answers = await asyncio.gather(*(pool.ask(folder, Question(ONE), 10, f"client {n}") for n in range(20)))
        assert [objects(answer) for answer in answers] == [["7"]] * 20

    run(folder, work)


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Question("SELECT {"), UsageError),
        (Question("CLEAR ALL"), UsageError),
        (Question("SELECT * {" + "{" * 5_000 + "}" * 5_000 + "}"), UsageError),
        (Question(ONE, results=""), NotAcceptable),
        (Question("SELECT * { ?s ?p ?o }"), TooLarge),
        (Question("ASK { FILTER(" + "!" * 50_000 + "true) }"), QueryCrashed),
    ],
)
def test_errors_are_of_their_kind_and_the_next_query_is_answered(
    folder: str, question: Question, error: type[Exception]
) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(error):
            await pool.ask(folder, question, 10)
        assert objects(await pool.ask(folder, Question(ONE), 10)) == ["7"]

    run(folder, work, rules=Rules(bounds=Bounds(rows=100)))


def test_a_query_ends_at_its_deadline(folder: str) -> None:
    async def work(pool: Pool) -> None:
        began = time.monotonic()
        with pytest.raises(QueryTimeout):
            await pool.ask(folder, Question(ENDLESS), 1)
        assert time.monotonic() - began >= 1

    run(folder, work)


def test_a_query_that_takes_too_much_memory_ends(folder: str) -> None:
    hungry = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?i"

    async def work(pool: Pool) -> None:
        with pytest.raises((QueryCrashed, StoreError)):
            await pool.ask(folder, Question(hungry), 60)

    run(folder, work, Sizes(memory=200))


def test_slow_queries_leave_room_for_others(folder: str) -> None:
    async def work(pool: Pool) -> None:
        slow = [asyncio.ensure_future(pool.ask(folder, Question(ENDLESS), 3, "slow")) for _ in range(8)]
        await asyncio.sleep(0.5)
        for _ in range(20):
            assert objects(await pool.ask(folder, Question(ONE), 3, "quick")) == ["7"]
        assert not any(task.done() for task in slow)
        ends = await asyncio.gather(*slow, return_exceptions=True)
        kinds = {type(end) for end in ends}
        assert kinds <= {QueryTimeout, Busy}
        assert QueryTimeout in kinds

    run(folder, work, Sizes(quick=2, slow=2))


def test_a_missing_snapshot_is_an_error_of_the_store(folder: str, tmp_path: Path) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(StoreError):
            await pool.ask(str(tmp_path / "gone"), Question(ONE), 10)
        assert objects(await pool.ask(folder, Question(ONE), 10)) == ["7"]

    run(folder, work)


def test_workers_see_the_snapshot_they_are_asked_about(folder: str, tmp_path: Path) -> None:
    store = ox.Store(str(tmp_path / "next"))
    store.add(ox.Quad(ox.NamedNode("https://kb.test/s7"), ox.NamedNode("https://kb.test/p"), ox.Literal("new")))
    store.flush()
    del store

    async def work(pool: Pool) -> None:
        for _ in range(6):
            assert objects(await pool.ask(str(tmp_path / "next"), Question(ONE), 10)) == ["new"]
            assert objects(await pool.ask(folder, Question(ONE), 10)) == ["7"]

    run(folder, work)


def test_workers_end_when_the_service_is_killed(folder: str) -> None:
    """A process with a pool is killed while a query runs; the system ends its workers."""

    import signal
    import subprocess
    import sys

    script = f"""
import asyncio
from kb.endpoint.evaluation import Question, Rules
from kb.endpoint.pool import Pool
async def main():
    pool = Pool(Rules())
    await pool.start({folder!r})
    print(*[worker._pid for worker in pool._all], pool._nursery._process.pid, flush=True)
    await pool.ask({folder!r}, Question({ENDLESS!r}), 1)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        processes = [int(pid) for pid in service.stdout.readline().split()]
        time.sleep(0.4)
        service.send_signal(signal.SIGKILL)
    end = time.monotonic() + 20
    while any(is_alive(pid) for pid in processes) and time.monotonic() < end:
        time.sleep(0.05)
    assert processes
    assert not any(is_alive(pid) for pid in processes)


def test_workers_open_no_connection(folder: str) -> None:
    """Even where the text would be let pass."""
    import socket
    import subprocess
    import sys

    script = """
import socket
from kb.endpoint.sandbox import forbid_network
ours, theirs = socket.socketpair()
done = forbid_network()
ours.send(b"open ones work")
assert theirs.recv(99) == b"open ones work"
try:
    socket.create_connection(("127.0.0.1", PORT), 1)
    print("connected" if done else "cannot")
except PermissionError:
    print("refused")
"""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script = script.replace("PORT", str(listener.getsockname()[1]))
        said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() in ("refused", "cannot")
    if sys.platform == "linux":
        assert said.strip() == "refused"


def test_a_dead_worker_costs_no_query(folder: str) -> None:
    async def work(pool: Pool) -> None:
        for worker in list(pool._idle):
            os.kill(worker._pid, 9)
        await asyncio.sleep(0.2)
        assert objects(await pool.ask(folder, Question(ONE), 10)) == ["7"]

    run(folder, work)


def test_closing_twice_is_no_harm(folder: str) -> None:
    def work(pool: Pool) -> Coroutine[Any, Any, None]:
        return pool.close()

    run(folder, work)
