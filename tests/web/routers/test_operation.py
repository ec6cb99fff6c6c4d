"""`/health`, `/ready` and `/metrics`."""

from __future__ import annotations

import time

import httpx
import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

import kb
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from kb.web.metrics import QUERIES, QUERY_OUTCOMES, exposition
from kb.web.versions import Served
from tests.web.conftest import BASE, DATA


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def one(text: str, name: str, **labels: str) -> float:
    return samples(text)[name, frozenset(labels.items())]


def test_health_says_that_the_process_lives_and_what_it_shows(http: httpx.Client) -> None:
    found = http.get("/health").json()
    assert (found["status"], found["mode"], found["version"]) == ("ok", "public", kb.__version__)


def test_health_of_a_private_service_says_so() -> None:
    settings = Settings(base_iri=BASE, public=False)
    with EmbeddedStore.in_memory() as store, TestClient(create_app(store, settings)) as client:
        found = client.get("/health").json()
    assert found["mode"] == "private"
    assert "nobody else" in found["note"]


def test_ready_says_how_many_names_there_are(http: httpx.Client) -> None:
    found = http.get("/ready").json()
    assert (found["status"], found["entities"]) == ("ready", 10)


def test_not_ready_where_the_store_cannot_be_read_though_the_process_lives() -> None:
    store = EmbeddedStore.in_memory()
    app = create_app(store, Settings(base_iri=BASE))
    with TestClient(app) as client:
        app.state.snapshots.current.view.close()
        answer = client.get("/ready")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/health").status_code == 200
        assert client.get("/metrics").status_code == 200


def test_not_ready_before_the_names_have_been_read() -> None:
    class Unread:
        built = False

    with EmbeddedStore.in_memory() as store:
        app = create_app(store, Settings(base_iri=BASE))
        with TestClient(app) as client:
            app.state.index = Unread()
            answer = client.get("/ready")
    assert (answer.status_code, "names" in answer.json()["detail"]) == (503, True)


def test_metrics_are_read_by_a_parser_of_prometheus(http: httpx.Client) -> None:
    http.get("/stances")
    answer = http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    text = answer.text
    assert one(text, "stancekb_http_requests_total", route="/stances", method="GET", status="200") >= 1
    assert one(text, "stancekb_http_request_duration_seconds_count", route="/stances") >= 1
    assert one(text, "stancekb_build_info", version=kb.__version__) == 1
    assert one(text, "process_resident_memory_bytes") > 0
    assert one(text, "stancekb_http_requests_running") >= 1  # this one


def test_metrics_as_openmetrics_where_that_is_asked_for(http: httpx.Client) -> None:
    answer = http.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


@pytest.mark.parametrize("outcome", QUERY_OUTCOMES)
def test_metrics_of_queries_are_there_before_the_first_one(http: httpx.Client, outcome: str) -> None:
    before = one(http.get("/metrics").text, "stancekb_sparql_queries_total", outcome=outcome)
    QUERIES.labels(outcome).inc()
    assert one(http.get("/metrics").text, "stancekb_sparql_queries_total", outcome=outcome) == before + 1


def test_metrics_of_the_snapshot() -> None:
    with EmbeddedStore.in_memory() as store:
        quads = list(ox.parse(path=DATA, format=ox.RdfFormat.TRIG))
        store.load(quads)
        text = exposition(store, Served("counted here", time.time() - 60), "")[0].decode()
        assert one(text, "stancekb_snapshot_quads") == len(set(quads))
        assert one(text, "stancekb_snapshot_age_seconds") >= 60
        text = exposition(store, Served("counted before", time.time(), 7), "")[0].decode()
        assert one(text, "stancekb_snapshot_quads") == 7
