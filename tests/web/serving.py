"""Servers for tests: an application on a socket, and `kb serve` as a process of its own."""

from __future__ import annotations

import contextlib
import http.server
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def listening() -> Iterator[tuple[socket.socket, str]]:
    """A socket on a free port, and the address of who serves on it."""
    # With the protocol named, asyncio turns off the delay of small packets, as it does for a server of its own.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as free:
        free.bind(("127.0.0.1", 0))
        yield free, f"http://127.0.0.1:{free.getsockname()[1]}"


@contextlib.contextmanager
def running(app: FastAPI, free: socket.socket, patience: float = 60) -> Iterator[None]:
    """The application, served in a thread; `patience` is how many seconds it may take to start."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + patience
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started, "the server did not start"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address at which the application is served."""
    with listening() as (free, where), running(app, free):
        yield where


def kb(*words: str, **environ: str) -> subprocess.Popen[str]:
    """The command `kb` as a process; its messages can be read from `stderr`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from kb.cli import main; sys.exit(main())", *words],
        env={**clean, "PYTHONPATH": str(ROOT), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def served(store: Path, port: int, *words: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`kb serve` of a store, once it is ready; it is killed at the end if it still runs."""
    process, address = kb("serve", "--store", str(store), "--port", str(port), *words, **environ), ""
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{address}/ready").status_code == 200:
                    break
            time.sleep(0.05)
        assert process.poll() is None, process.communicate()
        yield process, address
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def listener() -> Iterator[tuple[int, list[str]]]:
    """A server that finds nothing: its port, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_address[1], asked
    server.shutdown()
    server.server_close()
