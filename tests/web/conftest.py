"""A real server over a real store, on a free port, for all tests of the web service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from tests.web.serving import served

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
    with served(app) as where:
        yield where


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client
