"""One query over one store: graphs of the protocol, a form the client takes, an answer of bounded size."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kb.endpoint.analysis import GRAPH_FORMS, Limits, check
from kb.errors import KbError, UsageError
from kb.iris import PREFIXES

RESULT_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
# What stands once between two rows, and nowhere else: quotation marks in values are escaped in all of them.
_ROW_ENDS = {
    "application/sparql-results+json": b'"}},{"',
    "application/sparql-results+xml": b"<result>",
    "text/csv": b"\r\n",
    "text/tab-separated-values": b"\n",
    "application/n-triples": b"\n",
}


class NotAcceptable(UsageError):
    """The client takes no form in which a query of this kind can be answered."""


class TooLarge(KbError):
    """The answer is longer than answers may be."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query as the protocol carries it.

    Attributes:
        query: SPARQL 1.1 text.
        results: media type for SELECT and ASK that the client likes best; "" if it takes none.
        graph: the same for CONSTRUCT and DESCRIBE.
        default_graphs: IRIs; where these or `named_graphs` are given, they replace those that the query names.
        base: what relative IRIs are resolved with.
    """

    query: str
    results: str = "application/sparql-results+json"
    graph: str = "text/turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an answer may be: rows (of tables, and triples of N-Triples) and bytes."""

    rows: int = 500_000
    size: int = 100_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a query is held to."""

    limits: Limits = field(default_factory=Limits)
    bounds: Bounds = field(default_factory=Bounds)


def evaluate(db: ox.Store, question: Question, rules: Rules, union: bool = False) -> tuple[str, bytes]:
    """Run a query; returns the media type and the answer.

    Args:
        union: the default graph is the union of all graphs, and the store does not hold it ready.

    Raises:
        UsageError: the query does not parse, or may not be run.
        NotAcceptable: the client takes no form that fits the query.
        TooLarge: the answer is longer than the rules say.
    """
    form = check(question.query, rules.limits)
    media = question.graph if form in GRAPH_FORMS else question.results
    if form and not media:
        forms = GRAPH_FORMATS if form in GRAPH_FORMS else RESULT_FORMATS
        raise NotAcceptable(f"a {form} query is answered as one of: {', '.join(forms)}")
    named: list[ox.NamedNode | ox.BlankNode] = [_graph(iri, "named-graph-uri") for iri in question.named_graphs]
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
        _graph(iri, "default-graph-uri") for iri in question.default_graphs
    ]
    given = bool(named or default)
    try:
        found = db.query(
            question.query,
            base_iri=question.base,
            use_default_graph_as_union=union and not given,
            default_graph=default if given else None,
            named_graphs=named if given else None,
        )
    except SyntaxError as error:
        raise UsageError(f"the query does not parse: {error.msg}; correct it there") from None
    except ValueError as error:
        raise UsageError(f"the query cannot be run: {error}; correct it") from None
    out = _Bounded(_ROW_ENDS.get(media, b""), rules.bounds)
    if isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
        found.serialize(output=out, format=RESULT_FORMATS[media])
    else:
        write_triples(found, GRAPH_FORMATS[media], out)
    return media, out.getvalue()


def write_triples(triples: ox.QueryTriples | Sequence[ox.Triple], form: ox.RdfFormat, out: io.BytesIO) -> None:
    """Triples in one form, with our usual prefixes."""
    prefixes = PREFIXES if form in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML) else None
    ox.serialize(triples, output=out, format=form, prefixes=prefixes)


class _Bounded(io.BytesIO):
    """Bytes of an answer; refuses to grow beyond its bounds."""

    def __init__(self, row_end: bytes, bounds: Bounds) -> None:
        super().__init__()
        self._end, self._bounds = row_end, bounds
        self._rows = 0
        self._last = b""

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        if self.tell() + len(piece) > self._bounds.size:
            raise TooLarge(f"the answer is longer than {self._bounds.size:,} bytes")
        if self._end:
            seen = self._last + piece
            self._rows += seen.count(self._end)
            self._last = seen[len(seen) - len(self._end) + 1 :] if len(self._end) > 1 else b""
            if self._rows > self._bounds.rows:
                raise TooLarge(f"the answer has more than {self._bounds.rows:,} rows")
        return super().write(piece)


def _graph(iri: str, parameter: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{parameter}: {iri!r} is no absolute IRI ({error}); give one of a named graph") from None
