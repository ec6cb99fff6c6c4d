"""Any SPARQL 1.1 server as a store.

A server is named by URL, in one of these forms:

    http://host:7878              Oxigraph: queries go to /query, updates to /update
    http://host:3030/dataset      Fuseki: /dataset/query and /dataset/update
    http://host/x/query           queries as given, updates to http://host/x/update
    http://host/sparql            one address for both (Virtuoso, Blazegraph, QLever)
    http://host/repositories/x    RDF4J, GraphDB: updates to /repositories/x/statements
    URL,URL                       any other server: address for queries, comma, address for updates

The default graph must be the union of all graphs. Oxigraph is asked for that with each query; Fuseki needs
`tdb2:unionDefaultGraph true` in its configuration, and the others do it by themselves.
"""

from __future__ import annotations

import urllib.error
from collections.abc import Iterable, Iterator, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import (
    EndPointInternalError,
    EndPointNotFound,
    QueryBadFormed,
    SPARQLWrapperException,
    Unauthorized,
    URITooLong,
)

from kb.errors import RemoteStoreError, StoreError, UsageError
from kb.store.base import Answer, Term
from kb.store.sparql import bind, form, graph_node, insert_text, names_dataset, replace_text, term_text

_STATUS = {QueryBadFormed: 400, Unauthorized: 401, EndPointNotFound: 404, URITooLong: 414, EndPointInternalError: 500}
_NEXT = {
    401: "give an address that needs no password, or put it behind a proxy that adds it",
    403: "the server does not allow this; start it so that it takes updates",
    404: "give the address for queries itself (its forms: kb.store.remote)",
    405: "the server takes no updates there; give QUERY_URL,UPDATE_URL",
    500: "look into the server's log",
    503: "try again later",
}
_AGENT = "stancekb (https://w3id.org/stancekb/)"


def guess_urls(name: str) -> tuple[str, str]:
    """The addresses for queries and for updates, from one name; see the module for its forms."""
    if "," in name:
        query_url, update_url = name.split(",", 1)
        return query_url.strip(), update_url.strip()
    base = name.rstrip("/")
    path = urlsplit(base).path
    last = path.rsplit("/", 1)[-1]
    if last == "query":
        return base, base.removesuffix("query") + "update"
    if last == "sparql" or urlsplit(base).query:
        return base, base
    if "/repositories/" in path:
        return base, f"{base}/statements"
    return f"{base}/query", f"{base}/update"


class RemoteStore:
    """A SPARQL 1.1 server. `name` is the address as given. Each call is one request of its own."""

    def __init__(self, query_url: str, update_url: str | None = None, timeout: int = 600) -> None:
        """Name the server; nothing is asked of it yet.

        Args:
            query_url: address for queries, or a name to guess both from (see the module) where `update_url` is None.
            update_url: address for updates.
            timeout: seconds to wait for an answer.
        """
        self.name = query_url
        self.query_url, self.update_url = guess_urls(query_url) if update_url is None else (query_url, update_url)
        self.timeout = timeout

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """See `kb.store.base.View.query`; the answer is read in full before this returns."""
        text = bind(sparql, bindings)
        return self._ask(text, union=not names_dataset(text))

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """See `kb.store.base.View.quads`; read in full first."""
        if graph is not None:
            named = graph_node(graph)
            for s, p, o in self._select(f"SELECT ?s ?p ?o {{ GRAPH {term_text(named)} {{ ?s ?p ?o }} }}"):
                yield ox.Quad(s, p, o, named)
            return
        for s, p, o, g in self._select("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }"):
            yield ox.Quad(s, p, o, g)
        outside = "SELECT ?s ?p ?o { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }"
        for s, p, o in self._select(outside):
            yield ox.Quad(s, p, o)

    def graphs(self) -> list[str]:
        """See `kb.store.base.View.graphs`."""
        return sorted(g.value for (g,) in self._select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"))

    def replace_graphs(self, graphs: Mapping[str, Iterable[ox.Quad]]) -> None:
        """See `kb.store.base.Writer.replace_graphs`; one update request, atomic as far as the server is."""
        if not graphs:
            return
        try:
            text = replace_text(graphs)
        except UsageError as error:
            raise StoreError(f"nothing was changed: {error}") from error
        self._update(text)

    def load(self, quads: Iterable[ox.Quad]) -> int:
        """See `kb.store.base.Writer.load`; one update request."""
        given = list(quads)
        try:
            text = insert_text(given)
        except UsageError as error:
            raise StoreError(f"nothing was changed: {error}") from error
        if text:
            self._update(text)
        return len(given)

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _select(self, query: str) -> Iterator[tuple[Any, ...]]:
        answer = self._ask(query, union=False)
        if not isinstance(answer, ox.QuerySolutions):
            raise self._error(self.query_url, "answered a SELECT with something else", None)
        for solution in answer:
            yield tuple(solution[i] for i in range(len(answer.variables)))

    def _ask(self, query: str, union: bool) -> Answer:
        wrapper = self._wrapper(query, form(query) or "SELECT")
        graphs_wanted = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
        if graphs_wanted:
            wrapper.setReturnFormat(TURTLE)
        wrapper.addCustomHttpHeader(
            "Accept", "application/n-triples, text/turtle;q=0.5" if graphs_wanted else "application/sparql-results+json"
        )
        if union:
            wrapper.addParameter("union-default-graph", "true")
        body, media_type = self._send(wrapper, self.query_url)
        try:
            if graphs_wanted:
                return _as_triples(body, media_type)
            results = ox.QueryResultsFormat.from_media_type(media_type)
            return ox.parse_query_results(body, results or ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise self._error(
                self.query_url, f"answered in {media_type!r}, which cannot be read: {error}", None
            ) from error

    def _update(self, text: str) -> None:
        wrapper = self._wrapper(text, "INSERT")
        wrapper.setRequestMethod(POSTDIRECTLY)
        try:
            self._send(wrapper, self.update_url)
        except UsageError as error:
            raise RemoteStoreError(str(error)) from error

    def _wrapper(self, text: str, kind: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self.query_url, self.update_url, returnFormat=JSON, agent=_AGENT)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(self.timeout)
        # Not setQuery: it guesses the kind by patterns that a long text or a # inside a string can mislead.
        wrapper.queryString, wrapper.queryType = text, kind
        return wrapper

    def _send(self, wrapper: SPARQLWrapper, url: str) -> tuple[bytes, str]:
        """The body of the answer and its media type without parameters."""
        try:
            response = wrapper.query().response
            body: bytes = response.read()
            return body, str(response.headers.get_content_type())
        except SPARQLWrapperException as error:
            status = _STATUS.get(type(error))
            said = str(error).partition("Response:")[2].strip()
            if status == 400:
                raise UsageError(f"{url} (HTTP 400) does not understand the query: {said}; correct it there") from None
            raise self._error(url, said, status) from error
        except urllib.error.HTTPError as error:
            raise self._error(url, error.read().decode("utf-8", "replace")[:500] or error.reason, error.code) from error
        except (OSError, HTTPException, ValueError) as error:
            raise self._error(url, str(getattr(error, "reason", error)), None) from error

    def _error(self, url: str, said: str, status: int | None) -> RemoteStoreError:
        what = f"HTTP {status}" if status else "no usable answer"
        step = _NEXT.get(status or 0, "check the address and that the server runs")
        return RemoteStoreError(f"{url}: {what}: {said}; {step}")


def _as_triples(body: bytes, media_type: str) -> Answer:
    """Triples as the engine's own answer type, which only a query makes."""
    triples = ox.Store()
    triples.extend(ox.parse(body, ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.N_TRIPLES))
    return triples.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
