"""What is counted and timed, for Prometheus to fetch from `/metrics`.

Who runs queries counts them here: `with QUERIES_RUNNING.track_inprogress()`, then `QUERIES.labels(outcome).inc()`.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

import kb
from kb.errors import StoreError
from kb.store.base import View
from kb.web.nodes import select
from kb.web.versions import Served

#: Our own, so that what a library counts in the default one does not turn up here.
REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]  # the time of the first request to each route says nothing
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

REQUESTS = Counter("stancekb_http_requests", "Requests answered", ("route", "method", "status"), registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "stancekb_http_request_duration_seconds",
    "Time from a request's arrival to the end of its answer",
    ("route",),  # by method too it would be over a hundred lines a route
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=REGISTRY,
)
REQUESTS_RUNNING = Gauge("stancekb_http_requests_running", "Requests being answered now", registry=REGISTRY)

#: What became of a SPARQL query: answered; failed (it does not parse, or the store could not answer); killed (it took
#: more time or memory than it may); refused (too many at once, or of one client).
QUERY_OUTCOMES = ("answered", "failed", "killed", "refused")
QUERIES = Counter("stancekb_sparql_queries", "SPARQL queries by what became of them", ("outcome",), registry=REGISTRY)
for _outcome in QUERY_OUTCOMES:
    QUERIES.labels(_outcome)  # there from the start, so that a rate can be taken of the first one
QUERIES_RUNNING = Gauge(
    "stancekb_sparql_queries_running", "SPARQL queries running or waiting for their turn", registry=REGISTRY
)
QUERY_SECONDS = Histogram(
    "stancekb_sparql_query_duration_seconds",
    "Time that SPARQL queries waited and ran",
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60),
    registry=REGISTRY,
)

SNAPSHOT_AGE = Gauge("stancekb_snapshot_age_seconds", "Age of the copy of the base that is served", registry=REGISTRY)
SNAPSHOT_QUADS = Gauge("stancekb_snapshot_quads", "Statements in the copy of the base", registry=REGISTRY)
_BUILD = Gauge("stancekb_build_info", "1; the label says which version runs", ("version",), registry=REGISTRY)
_BUILD.labels(kb.__version__).set(1)

_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
_counting = threading.Lock()
_counted: dict[str, int] = {}  # quads by version of the content, the last one only


def exposition(view: View | None, content: Served, accept: str) -> tuple[bytes, str]:
    """All metrics as text, and its media type; what a store that fails would have to say is not a number (NaN).

    Args:
        view: what is served; its quads are counted once a version where `content` has no number.
        accept: value of the Accept header; it decides between Prometheus' own form and OpenMetrics.
    """
    age, quads = math.nan, math.nan
    if content.made is not None:
        age = max(0.0, time.time() - content.made)
    if content.quads is not None:
        quads = content.quads
    elif view is not None:
        with contextlib.suppress(StoreError):
            quads = _quads(view, content.version)
    SNAPSHOT_AGE.set(age)
    SNAPSHOT_QUADS.set(quads)
    encode, media = choose_encoder(accept)
    return encode(REGISTRY), media


def _quads(view: View, version: str) -> int:
    with _counting:
        if version not in _counted:
            number = next((int(row[0].value) for row in select(view, _COUNT, "n") if row[0] is not None), 0)
            _counted.clear()
            _counted[version] = number
        return _counted[version]
