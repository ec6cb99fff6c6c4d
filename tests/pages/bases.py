"""The two bases that pages are tried on, served at their own IRIs: the example articles and a generated base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kb.articles.reader import read_paths
from kb.iris import Minter
from kb.knowledge import Knowledge
from kb.model import Article
from kb.pipeline import Pipeline
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.triples import Triples
from kb.web.app import create_app
from kb.wikidata.facts import add_facts, add_names
from tests.pages import claims, generated
from tests.pages.table import Api
from tests.web.serving import ROOT, listening, running

CHROMIUM = "/usr/bin/chromium"
_PATIENCE = 400  # seconds for the snapshot of 600,000 triples on a busy machine


@dataclass
class Base:
    """A served base: where it is served, which is how its IRIs begin."""

    address: str

    @cached_property
    def api(self) -> Api:
        """Its REST API."""
        return Api(self.address)


@contextmanager
def examples_served() -> Iterator[Base]:
    """All example articles, read by the real pipeline, and what Wikidata says of some people they name."""
    with listening() as (free, where), EmbeddedStore.in_memory() as store:
        settings = Settings(base_iri=f"{where}/")
        articles = [item for item in read_paths([str(ROOT / "examples")], settings) if isinstance(item, Article)]
        knowledge = Knowledge(store, settings)
        for _ in knowledge.add(Pipeline(settings).extract(articles)):
            pass
        store.load(_facts(knowledge.minter))
        with running(create_app(store, settings), free):
            yield Base(where)


@contextmanager
def generated_served(articles: int = generated.ARTICLES) -> Iterator[Base]:
    """The generated base."""
    with listening() as (free, where), EmbeddedStore.in_memory() as store:
        settings = Settings(base_iri=f"{where}/", model="rules")
        generated.write(store, settings, articles)
        with running(create_app(store, settings), free, _PATIENCE):
            yield Base(where)


def _facts(minter: Minter) -> list[ox.Quad]:
    triples, graph = Triples(), minter.wikidata_graph
    for item in claims.people():
        add_facts(triples, graph, item)
    for qid, name in claims.NAMES.items():
        add_names(triples, graph, {"id": qid, "labels": claims.text(name)})
    return triples.quads()[graph]
