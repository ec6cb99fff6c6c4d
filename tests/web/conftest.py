"""A real server over a real store, on a free port, for all tests of the web service."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import uvicorn

from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from tests.web.served import served

BASE = "https://kb.test/"
DATA = Path(__file__).parent / "base.trig"


@pytest.fixture(scope="session")
def store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore.in_memory() as memory:
        memory.load(ox.parse(path=DATA, format=ox.RdfFormat.TRIG))
        yield memory


@pytest.fixture(scope="session")
def address(store: EmbeddedStore) -> Iterator[str]:
    """Where the server listens."""
    app = create_app(store, Settings(base_iri=BASE))
    # With the protocol named, asyncio turns off the delay of small packets, as it does for a server of its own.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started, "the server did not start"
        yield f"http://127.0.0.1:{free.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def names_store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore.in_memory() as memory:
        memory.load(ox.parse(path=DATA.with_name("names.trig"), format=ox.RdfFormat.TRIG))
        yield memory


@pytest.fixture(scope="session")
def names_http(names_store: EmbeddedStore) -> Iterator[httpx.Client]:
    """A client of a server over names in several scripts."""
    with served(names_store, BASE) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client
