"""`/sparql` over real HTTP; the names are the checklist of the SPARQL 1.1 Protocol."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pyoxigraph as ox
import pytest

ST = "PREFIX st: <https://w3id.org/stancekb/ns#> "
SELECT = ST + "SELECT ?s WHERE { ?s a st:Stance } ORDER BY ?s"
ASK = ST + "ASK { ?s a st:Stance }"
CONSTRUCT = ST + "CONSTRUCT { ?s a st:Stance } WHERE { ?s a st:Stance }"
DESCRIBE = "DESCRIBE <https://kb.test/id/entity/Q9000001>"
LEDGER = "https://kb.test/graph/article/ledger-2024-05-02"
POST = "https://kb.test/graph/article/post-2024-05-03"


def ask(http: httpx.Client, query: str, accept: str = "*/*", **more: str | list[str]) -> httpx.Response:
    return http.get("/sparql", params={"query": query, **more}, headers={"Accept": accept})


def rows(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return len(answer.json()["results"]["bindings"])


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("*/*", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/csv;q=0.3, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        ("text/csv, */*;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_get_query_select_accept(http: httpx.Client, accept: str, media: str) -> None:
    answer = ask(http, SELECT, accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    assert "Accept" in answer.headers["vary"]
    name = media.partition(";")[0]
    if "csv" not in name:  # the engine reads back what it can read; CSV loses the kinds of terms
        form = ox.QueryResultsFormat.from_media_type(name)
        assert form is not None
        assert len(list(ox.parse_query_results(answer.content, form))) == 10  # type: ignore[arg-type]
    else:
        assert len(answer.text.splitlines()) == 11


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_get_query_ask_accept(http: httpx.Client, accept: str) -> None:
    answer = ask(http, ASK, accept)
    assert answer.headers["content-type"] == accept
    assert "true" in answer.text


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
    ],
)
def test_get_query_graph_accept(http: httpx.Client, query: str, accept: str, media: str) -> None:
    answer = ask(http, query, accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    form = ox.RdfFormat.from_media_type(media.partition(";")[0])
    assert form is not None
    assert list(ox.parse(answer.content, form))


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "text/csv;q=0"])
def test_get_query_accept_bad_is_406(http: httpx.Client, accept: str) -> None:
    answer = ask(http, SELECT, accept)
    assert answer.status_code == 406
    assert accept in answer.json()["detail"]


def test_get_query_parse_error_is_400_with_the_place(http: httpx.Client) -> None:
    answer = ask(http, "SELECT * WHERE { ?s ?p }")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "1:" in answer.json()["detail"]


def test_get_query_missing_is_400(http: httpx.Client) -> None:
    answer = http.post("/sparql", data={"timeout": "5"})
    assert answer.status_code == 400
    assert "query" in answer.json()["detail"]


def test_get_query_twice_is_400(http: httpx.Client) -> None:
    assert http.get(f"/sparql?query={ASK}&query={ASK}").status_code == 400


def test_get_without_query_shows_the_form_to_a_browser(http: httpx.Client) -> None:
    answer = http.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == 200
    assert "<textarea" in answer.text


@pytest.mark.parametrize("query", [SELECT, ASK, CONSTRUCT])
def test_get_query_accept_html_shows_the_answer(http: httpx.Client, query: str) -> None:
    answer = ask(http, query, "text/html")
    assert answer.headers["content-type"].startswith("text/html")
    assert "Answer</h2>" in answer.text


def test_post_form_query(http: httpx.Client) -> None:
    assert rows(http.post("/sparql", data={"query": SELECT})) == 10


def test_post_form_query_with_graphs(http: httpx.Client) -> None:
    assert rows(http.post("/sparql", data={"query": SELECT, "default-graph-uri": LEDGER})) == 5


def test_post_direct_query(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    assert rows(http.post("/sparql", content=SELECT, headers=headers)) == 10


def test_post_direct_query_with_graphs(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    answer = http.post("/sparql", content=SELECT, headers=headers, params={"default-graph-uri": LEDGER})
    assert rows(answer) == 5


def test_post_other_type_is_415(http: httpx.Client) -> None:
    answer = http.post("/sparql", content=SELECT, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert "application/sparql-query" in answer.headers["accept-post"]


def test_post_not_utf8_is_400(http: httpx.Client) -> None:
    answer = http.post("/sparql", content=b"ASK { ?s ?p '\xe9' }", headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 400
    assert "UTF-8" in answer.json()["detail"]


def test_post_too_long_is_413(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    assert http.post("/sparql", content=b"#" * 1_100_000, headers=headers).status_code == 413


def test_dataset_default_graph(http: httpx.Client) -> None:
    assert rows(ask(http, SELECT, **{"default-graph-uri": LEDGER})) == 5


def test_dataset_default_graphs_two(http: httpx.Client) -> None:
    assert rows(ask(http, SELECT, **{"default-graph-uri": [LEDGER, POST]})) == 9


def test_dataset_named_graph(http: httpx.Client) -> None:
    query = ST + "SELECT ?s WHERE { GRAPH ?g { ?s a st:Stance } }"
    assert rows(ask(http, query, **{"named-graph-uri": POST})) == 4


def test_dataset_of_the_protocol_outweighs_that_of_the_query(http: httpx.Client) -> None:
    query = ST + f"SELECT ?s FROM <{POST}> FROM NAMED <{LEDGER}> WHERE {{ ?s a st:Stance }}"
    assert rows(ask(http, query)) == 4
    assert rows(ask(http, query, **{"default-graph-uri": LEDGER})) == 5


def test_dataset_bad_iri_is_400(http: httpx.Client) -> None:
    answer = ask(http, SELECT, **{"default-graph-uri": "x> WHERE {"})
    assert answer.status_code == 400
    assert "default-graph-uri" in answer.json()["detail"]


def test_update_by_its_type_is_refused(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-update"}
    answer = http.post("/sparql", content="CLEAR ALL", headers=headers)
    assert answer.status_code == 403
    assert "only reads" in answer.json()["detail"]


def test_update_in_a_form_is_refused(http: httpx.Client) -> None:
    assert http.post("/sparql", data={"update": "CLEAR ALL"}).status_code == 403


@pytest.mark.parametrize("text", ["CLEAR ALL", "LOAD <https://kb.test/x>", "INSERT DATA { <a:a> <a:a> <a:a> }"])
def test_update_as_a_query_is_refused(http: httpx.Client, text: str) -> None:
    answer = ask(http, text)
    assert answer.status_code == 400
    assert "only reads" in answer.json()["detail"]
    assert rows(ask(http, SELECT)) == 10


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/sparql", params={"query": ASK})
    assert answer.status_code == 405
    assert answer.headers["allow"]


def test_head_has_the_headers_and_no_body(http: httpx.Client) -> None:
    answer = http.head("/sparql", params={"query": ASK})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert answer.content == b""


def test_cors_lets_any_page_read(http: httpx.Client) -> None:
    assert ask(http, ASK).headers["access-control-allow-origin"] == "*"
    preflight = http.options(
        "/sparql", headers={"Origin": "https://else.test", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { service silent <URL> { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<URL> { ?s ?p ?o } }",
        "PREFIX x: <URL> SELECT * { SERVICEx:a { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o.SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'it''s' . SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p '#' . SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
        r"SELECT * { \u0053ERVICE <URL> { ?s ?p ?o } }",
        "SELECT * FROM <URL> { ?s ?p ?o }",
        # the engine splits these otherwise than one would think
        'SELECT * { FILTER(STR(<http://x/\u00a0#a>)!="") SERVICE <URL> { ?x ?y ?z } }',
        'SELECT * { VALUES ?x { """a" } SERVICE <URL> { ?s ?p ?o } #\\z"""\n }',
        'SELECT * { ?s ?p "a"@en.SERVICE <URL> { ?x ?y ?z } }',
        "PREFIX ex: <https://kb.test/> SELECT * { ?s ?p ex:.SERVICE <URL> { ?x ?y ?z } }",
        "PREFIX ex: <URL> SELECT * { ?s ?a ?b FILTER(?a<?b)SERVICE#>\nex:x { ?x ?y ?z } }",
    ],
)
def test_no_query_reaches_another_server(http: httpx.Client, elsewhere: tuple[int, list[str]], query: str) -> None:
    port, asked = elsewhere
    answer = ask(http, query.replace("URL", f"http://127.0.0.1:{port}/"))
    assert asked == []
    if "SERVICE" in query.upper():
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "the secret SERVICE" }',
        "SELECT ?service { ?service ?p ?o } LIMIT 1",
        "SELECT * { ?s <https://kb.test/SERVICE> ?o }",
        "SELECT * { ?s ?p ?o } LIMIT 1 # SERVICE",
    ],
)
def test_the_word_service_elsewhere_is_no_harm(http: httpx.Client, query: str) -> None:
    assert ask(http, query).status_code == 200


def test_a_slow_query_does_not_hold_up_others(http: httpx.Client, address: str) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . FILTER(?a != ?c) }"
    spent: list[float] = []

    def run_slow() -> None:
        start = time.monotonic()
        httpx.get(f"{address}/sparql", params={"query": slow}, timeout=60)
        spent.append(time.monotonic() - start)

    thread = threading.Thread(target=run_slow)
    thread.start()
    time.sleep(0.05)
    start = time.monotonic()
    assert json.loads(ask(http, ASK).text)["boolean"] is True
    quick = time.monotonic() - start
    thread.join()
    assert quick < max(0.2, spent[0] / 2)
