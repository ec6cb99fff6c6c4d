"""In public mode nothing of the restricted graphs (full texts, reader comments) leaves by any route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from kb.queries import Query, list_queries
from kb.settings import Settings
from kb.web.app import create_app
from kb.web.pictures.kinds import KINDS
from tests.web.conftest import Example

FORMS = [
    "text/html",
    "application/json",
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "text/csv",
    "*/*",
]
_PART = re.compile(r"\{(\w+)(?::path)?\}")
#: What to put into the addresses for which nothing is found in the base.
GIVEN = {
    "/ns/{version}": ["0.1.0"],
    "/queries/{name}": [query.name for query in list_queries()],
    "/pictures/{name}": sorted(KINDS),
}


@pytest.fixture(scope="module")
def secrets(example: Example) -> list[str]:
    """Words and IRIs that only the restricted graphs have."""
    public = "\n".join(sorted(str(quad) for quad in example.public.quads()))
    found = set()
    for quad in example.store.quads():
        for term in (quad.subject, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(example.base):
                found.add(term.value.rpartition("/")[2])
            elif isinstance(term, ox.Literal) and len(term.value) > 20:
                found |= {term.value[at : at + 40] for at in range(0, max(1, len(term.value) - 40), 200)}
    hidden = sorted(text for text in found if text not in public)
    assert len(hidden) > 30
    return hidden


def addresses(example: Example, client: httpx.Client) -> Iterator[str]:
    """Every route, with every id that only the restricted graphs have and a few others of each kind."""
    public = set(example.subjects())
    whole = {quad.subject.value for quad in example.store.quads() if isinstance(quad.subject, ox.NamedNode)}
    ids: dict[str, list[str]] = {}
    for iri in sorted(whole, key=lambda iri: (iri in public, iri)):
        kind, _, key = iri.removeprefix(f"{example.base}id/").partition("/")
        if iri.startswith(f"{example.base}id/") and (iri not in public or len(ids.get(kind, ())) < 3):
            ids.setdefault(kind, []).append(key)
    nodes = [(kind, key) for kind, keys in ids.items() for key in keys]
    for path in client.get("openapi.json").json()["paths"]:
        parts = _PART.findall(path)
        if not parts:
            yield path
        elif path in GIVEN:
            yield from (_PART.sub(key, path) for key in GIVEN[path])
        elif path == "/graph/{name}":
            yield from (graph.removeprefix(example.base.rstrip("/")) for graph in example.store.graphs())
        elif parts == ["kind", "key"]:
            yield from (path.format(kind=kind, key=key) for kind, key in nodes)
        else:
            kind = {"entities": "entity"}.get(path.split("/")[1], path.split("/")[1].rstrip("s"))
            yield from (_PART.sub(key, path) for key in ids.get(kind, ()))
    yield from ("/dump?format=trig", "/dump?format=jsonld", "/entities?limit=1000", "/stances?limit=1000")
    for key in ids["source"][:6]:  # of readers who comment among them
        yield from (f"/stances?voice={key}", f"/pictures/timeline?holder={key}", f"/search?q={key}")
        yield f"/complete?kind=source&q={key}"
    yield from ("/search?q=reader", "/search?q=comment", "/complete?kind=source&q=reader")
    yield from (
        f"/queries/{query.name}?{name}={quote(value, safe='')}" for query, name, value in asked(example.base, ids)
    )
    everything = ("SELECT * { ?s ?p ?o }", "SELECT * { GRAPH ?g { ?s ?p ?o } }", "CONSTRUCT WHERE { ?s ?p ?o }")
    yield from (f"/sparql?query={quote(query)}" for query in everything)
    for graph in (graph for graph in example.store.graphs() if "/restricted/" in graph):
        yield f"/sparql?query={quote(everything[0])}&default-graph-uri={quote(graph)}"
        yield f"/sparql?query={quote(everything[1])}&named-graph-uri={quote(graph)}"


def asked(base: str, ids: dict[str, list[str]]) -> Iterator[tuple[Query, str, str]]:
    for query in list_queries():
        for parameter in query.parameters:
            for kind in ("stance", "article"):
                if parameter.type == kind:
                    yield from ((query, parameter.name, f"{base}id/{kind}/{key}") for key in ids[kind])


def test_public(example: Example, secrets: list[str]) -> None:
    pattern = re.compile("|".join(map(re.escape, secrets)))
    seen = set()
    with httpx.Client(base_url=example.base, timeout=60) as client:
        for address, form in product(addresses(example, client), FORMS):
            answer = client.get(address, headers={"Accept": form})
            assert answer.status_code in (200, 303, 400, 404, 406), address
            seen.add((address.partition("?")[0].split("/")[1], answer.status_code))
            body = answer.text
            if answer.status_code in (400, 404) or "q=" in address:  # which says back what was asked for
                body = body.replace(re.split("[/=]|%2F", address)[-1], "")
            leaked = pattern.search(body + str(answer.headers))
            assert leaked is None, f"{address} as {form}: {leaked}"
    assert {("stances", 404), ("graph", 404), ("id", 404), ("nodes", 404), ("sparql", 200), ("dump", 200)} <= seen


def test_private(example: Example, secrets: list[str]) -> None:
    app = create_app(example.store, Settings(base_iri=example.base, public=False))
    with TestClient(app) as client:
        graph = next(graph for graph in example.store.graphs() if "/restricted/" in graph)
        assert client.get(graph.removeprefix(example.base.rstrip("/"))).status_code == 200
        text = client.get("/sparql", params={"query": "SELECT ?o { ?s ?p ?o }"}).text
    assert any(secret in text for secret in secrets)


def test_a_restricted_graph_that_got_into_the_view_by_mistake_is_not_shown_either(example: Example) -> None:
    with TestClient(create_app(example.store, Settings(base_iri=example.base))) as client:
        for graph in example.store.graphs():
            status = client.get(graph.removeprefix(example.base.rstrip("/"))).status_code
            assert status == (404 if "/restricted/" in graph else 200)
