"""A store of each kind, empty: a folder, memory, and the real Oxigraph server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.store import EmbeddedStore, Store, open_store


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start Oxigraph's own server; its process and URL."""
    port = free_port()
    program = Path(sys.executable).parent / "oxigraph"
    process = subprocess.Popen(
        [program, "serve", "--location", folder, "--bind", f"127.0.0.1:{port}", *options], stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    return process, f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, url = serve(tmp_path_factory.mktemp("server"))
    yield url
    process.terminate()
    process.wait()


@pytest.fixture(params=["folder", "memory", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The stores that must all behave alike."""
    made: Store
    if request.param == "folder":
        made = open_store(str(tmp_path / "kb"))
    elif request.param == "memory":
        made = EmbeddedStore.in_memory()
    else:
        url = request.getfixturevalue("server")
        wipe = urllib.request.Request(
            f"{url}/update", data=b"DROP ALL", headers={"Content-Type": "application/sparql-update"}
        )
        urllib.request.urlopen(wipe).close()
        made = open_store(url)
    yield made
    made.close()
