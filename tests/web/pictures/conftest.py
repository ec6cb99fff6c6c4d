"""A served village, for tests of pictures that compare and of their pages."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from tests.web.pictures import village
from tests.web.serving import serving


@pytest.fixture(scope="package")
def village_store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore.in_memory() as memory:
        village.fill(memory)
        yield memory


@pytest.fixture(scope="package")
def village_http(village_store: EmbeddedStore) -> Iterator[httpx.Client]:
    """A client of a server over the village."""
    with (
        serving(create_app(village_store, Settings(base_iri=village.BASE))) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client
