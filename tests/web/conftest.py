"""A real server over a real store, on a free port, for all tests of the web service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kb.articles.reader import read_paths
from kb.knowledge import Knowledge
from kb.model import Article
from kb.pipeline import Pipeline
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.store.public import PublicView
from kb.web.app import create_app
from tests.web.serving import ROOT, listener, listening, running, serving

BASE = "https://kb.test/"
DATA = Path(__file__).parent / "base.trig"
EXAMPLES = ("ledger-2016-07-16-joint-group.html", "pearl-2016-09-15-geneva-reprint.txt")


@pytest.fixture(scope="session")
def store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore.in_memory() as memory:
        memory.load(ox.parse(path=DATA, format=ox.RdfFormat.TRIG))
        yield memory


@pytest.fixture(scope="session")
def address(store: EmbeddedStore) -> Iterator[str]:
    """Where the server listens."""
    app = create_app(store, Settings(base_iri=BASE))
    with listening() as (free, where), running(app, free):
        yield where


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@dataclass(frozen=True)
class Example:
    """Two of the example articles, one with reader comments and one that republishes, served at their own IRIs."""

    base: str
    store: EmbeddedStore
    public: PublicView

    def subjects(self) -> list[str]:
        """The IRIs of ours that the public base says something of."""
        found = {q.subject.value for q in self.public.quads() if isinstance(q.subject, ox.NamedNode)}
        return sorted(iri for iri in found if iri.startswith(self.base))


@pytest.fixture(scope="session")
def example() -> Iterator[Example]:
    with listening() as (free, where), EmbeddedStore.in_memory() as whole:
        settings = Settings(base_iri=f"{where}/")
        paths = [ROOT / "examples" / name for name in EXAMPLES]
        articles = [item for item in read_paths(paths, settings) if isinstance(item, Article)]
        assert len(list(Knowledge(whole, settings).add(Pipeline(settings).extract(articles)))) == len(EXAMPLES)
        view = PublicView(whole)
        view.version = "1"  # type: ignore[attr-defined]
        with running(create_app(view, settings), free):
            yield Example(settings.base_iri, whole, view)
        view.close()


@pytest.fixture(scope="session")
def names_store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore.in_memory() as memory:
        memory.load(ox.parse(path=DATA.with_name("names.trig"), format=ox.RdfFormat.TRIG))
        yield memory


@pytest.fixture(scope="session")
def names_http(names_store: EmbeddedStore) -> Iterator[httpx.Client]:
    """A client of a server over names in several scripts."""
    with (
        serving(create_app(names_store, Settings(base_iri=BASE))) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield client


@pytest.fixture
def elsewhere() -> Iterator[tuple[int, list[str]]]:
    """Another server, which nobody may ask: its port and what it was asked."""
    with listener() as found:
        yield found
