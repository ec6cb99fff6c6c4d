"""`kb serve` as a process: how it ends, what it logs, whom it believes, what it refuses."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.server import check_exposure
from tests.web.conftest import BASE, DATA
from tests.web.serving import kb, served

QUADS = 4_000  # of 10 kB each: more than a connection buffers
WAIT = 60  # seconds after which a test gives up


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose dump takes a while to send."""
    folder = tmp_path_factory.mktemp("large") / "base"
    graph, predicate = ox.NamedNode(f"{BASE}graph/article/long"), ox.NamedNode(f"{BASE}number")
    with EmbeddedStore(str(folder)) as store:
        store.load(
            ox.Quad(ox.NamedNode(f"{BASE}id/x/{n}"), predicate, ox.Literal("x" * 10_000), graph) for n in range(QUADS)
        )
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "base"
    with EmbeddedStore(str(folder)) as store:
        store.load(ox.parse(path=DATA, format=ox.RdfFormat.TRIG))
    return folder


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_until_closed(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + WAIT
    while not refuses(port):
        assert time.monotonic() < deadline, "the server goes on listening"
        time.sleep(0.05)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_running_request_is_let_finish_and_then_the_process_ends_well(
    large: Path, free_port: int, sign: signal.Signals
) -> None:
    with served(large, free_port, KB_BASE_IRI=BASE) as (process, address):
        with httpx.stream("GET", f"{address}/dump?format=nquads", timeout=WAIT) as answer:
            lines = answer.iter_lines()
            next(lines)
            process.send_signal(sign)
            wait_until_closed(process, free_port)
            assert process.poll() is None
            assert 1 + sum(1 for _ in lines) == QUADS
        assert process.wait(WAIT) == 0
        assert list((large / "views").glob("view-*")) == []


def test_a_request_that_does_not_end_is_cut_off_at_the_set_time(large: Path, free_port: int) -> None:
    with (
        served(large, free_port, KB_BASE_IRI=BASE, KB_SHUTDOWN_SECONDS="1") as (process, address),
        httpx.stream("GET", f"{address}/dump?format=nquads", timeout=WAIT) as answer,
    ):
        next(answer.iter_bytes())
        process.terminate()
        assert process.wait(WAIT) == 0


def test_nothing_to_finish_ends_at_once(small: Path, free_port: int) -> None:
    with served(small, free_port) as (process, _):
        process.terminate()
        assert process.wait(WAIT) == 0


def logged(process: subprocess.Popen[str]) -> list[dict[str, object]]:
    """The lines of the log, all that was written until the process ended."""
    process.terminate()
    _, text = process.communicate(timeout=WAIT)
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_each_line_of_the_log_is_an_object(small: Path, free_port: int) -> None:
    with served(small, free_port, KB_BASE_IRI=BASE) as (process, address):
        httpx.get(f"{address}/stances?holder=&secret=x", headers={"X-Request-ID": "abc-1"})
        process.terminate()
        _, text = process.communicate(timeout=WAIT)
    said, *lines = text.splitlines()
    assert said.startswith("Serving ")
    found = [json.loads(line) for line in lines]
    (line,) = [line for line in found if line.get("request_id") == "abc-1"]
    assert (line["path"], line["status"], line["client"]) == ("/stances", 200, "127.0.0.1")
    assert "secret" not in text
    assert any("Shutting down" in str(line.get("message")) for line in found)


def test_quiet(small: Path, free_port: int) -> None:
    with served(small, free_port, KB_LOG_LEVEL="warning") as (process, address):
        httpx.get(f"{address}/nowhere")
        assert logged(process) == []


@pytest.mark.parametrize(
    ("trusted", "client"), [("", "127.0.0.1"), ("10.0.0.0/8", "127.0.0.1"), ("127.0.0.1", "203.0.113.7")]
)
def test_only_a_trusted_proxy_says_who_the_client_is(small: Path, free_port: int, trusted: str, client: str) -> None:
    with served(small, free_port, KB_TRUSTED_PROXIES=trusted, FORWARDED_ALLOW_IPS="*") as (process, address):
        httpx.get(f"{address}/nowhere", headers={"X-Forwarded-For": "203.0.113.7"})
        (line,) = [line for line in logged(process) if line.get("path") == "/nowhere"]
    assert line["client"] == client


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "kb.test"])
def test_private_data_are_not_shown_to_other_machines_by_mistake(small: Path, host: str) -> None:
    process = kb("serve", "--store", str(small), "--host", host, KB_PUBLIC="0")
    _, text = process.communicate(timeout=WAIT)
    assert process.returncode == 2
    assert host in text
    for way in ("KB_PUBLIC=1", "--host 127.0.0.1", "--expose-restricted"):
        assert way in text


@pytest.mark.parametrize("words", [(), ("--host", "0.0.0.0", "--expose-restricted")])
def test_private_data_are_shown_where_that_is_meant(small: Path, free_port: int, words: tuple[str, ...]) -> None:
    with served(small, free_port, *words, KB_PUBLIC="0") as (_, address):
        assert httpx.get(f"{address}/health").json()["mode"] == "private"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_who_is_on_this_machine_may_see_them(host: str) -> None:
    check_exposure(Settings(public=False), host, exposed=False)
