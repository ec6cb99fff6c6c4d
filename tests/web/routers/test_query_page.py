"""The page of `/sparql`: examples, answers, faults, downloads and pictures, over real HTTP."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from kb import queries
from kb.web.query_page import LONGEST_ADDRESS, ROWS
from tests.web.conftest import Example

ST = "PREFIX st: <https://w3id.org/stancekb/ns#>\n"
HTML = {"Accept": "text/html"}
BY_HOLDER = ST + "SELECT ?holder (COUNT(?s) AS ?stances) { ?s st:holder ?holder } GROUP BY ?holder ORDER BY ?holder"


@pytest.fixture(scope="module")
def client(example: Example) -> httpx.Client:
    return httpx.Client(base_url=example.base, timeout=60)


def page(http: httpx.Client, query: str, **more: str) -> httpx.Response:
    return http.get("/sparql", params={"query": query, **more}, headers=HTML)


def field(answer: httpx.Response) -> str:
    """What is in the query's field, as a browser sends it back."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def hrefs(answer: httpx.Response) -> list[str]:
    return [html.unescape(href) for href in re.findall(r'href="([^"]*)"', answer.text)]


@pytest.mark.parametrize("name", [query.name for query in queries.list_queries()])
def test_every_question_runs_as_it_stands(client: httpx.Client, name: str) -> None:
    made = client.get(f"/sparql/examples/{name}").json()
    form = client.get("/sparql", params={"example": name}, headers=HTML)
    assert field(form) == made["query"]
    answer = page(client, made["query"])
    assert answer.status_code == 200, answer.text
    assert "Answer</h2>" in answer.text


@pytest.mark.parametrize("name", ["dossier", "stances-on", "who-opposes", "positions", "receipt", "stances-of-source"])
def test_the_values_are_such_that_there_is_an_answer(client: httpx.Client, name: str) -> None:
    query = client.get(f"/sparql/examples/{name}").json()["query"]
    found = client.get("/sparql", params={"query": query}).json()
    assert found["results"]["bindings"]


def test_the_page_lists_all_questions_as_links(client: httpx.Client) -> None:
    links = hrefs(client.get("/sparql", headers=HTML))
    assert {f"/sparql?example={query.name}" for query in queries.list_queries()} <= set(links)


def test_an_example_that_is_none_is_404(client: httpx.Client) -> None:
    assert client.get("/sparql", params={"example": "none"}, headers=HTML).status_code == 404
    assert client.get("/sparql/examples/none").status_code == 404


def test_terms_are_kept_by_the_browser(client: httpx.Client) -> None:
    answer = client.get("/sparql/terms")
    assert {"prefixes", "terms", "keywords", "functions"} == answer.json().keys()
    tag = answer.headers["etag"]
    assert client.get("/sparql/terms", headers={"If-None-Match": tag}).status_code == 304


def test_iris_are_shown_by_name_and_lead_to_their_pages(http: httpx.Client) -> None:
    answer = page(http, ST + "SELECT ?h ?p { ?s st:holder ?h ; st:polarity ?p }")
    entity = re.search(
        r'<a href="(/entities/[^"]+)" title="(https://kb.test/id/entity/[^"]+)"><bdi>([^<]+)', answer.text
    )
    assert entity is not None
    assert http.get(entity[1]).status_code == 200
    assert not entity[3].startswith("http")
    assert re.search(r'<a href="/ns#Oppose" title="[^"]+ns#Oppose"><bdi>st:Oppose</bdi></a>', answer.text)


def test_numbers_are_known_as_such(http: httpx.Client) -> None:
    answer = page(http, BY_HOLDER)
    assert '<th scope="col" class="number">stances</th>' in answer.text
    assert '<td class="number"' in answer.text


def test_markup_in_values_is_text(http: httpx.Client) -> None:
    answer = page(http, "SELECT ('<script>alert(1)</script>' AS ?x) ('\"><b>' AS ?y) (5 AS ?n) {}")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_the_first_rows_are_shown_and_all_are_counted(http: httpx.Client) -> None:
    digits = "VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } VALUES ?c { 0 1 2 3 4 5 6 7 8 9 }"
    answer = page(http, f"SELECT * {{ {digits} }}")
    assert f"1,000 rows; the first {ROWS} are shown" in answer.text
    assert answer.text.count("<tr>") == ROWS + 1


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        (BY_HOLDER, {"csv", "tsv", "json", "xml"}),
        ("ASK {}", {"json", "xml"}),
        (ST + "CONSTRUCT { ?s a st:Stance } WHERE { ?s a st:Stance }", {"ttl", "jsonld", "nt", "xml"}),
    ],
)
def test_downloads_work(http: httpx.Client, query: str, forms: set[str]) -> None:
    links = [href for href in hrefs(page(http, query)) if "&format=" in href]
    assert {dict(parse_qsl(urlsplit(href).query))["format"] for href in links} == forms
    for href in set(links):
        answer = http.get(href, headers=HTML)
        assert answer.status_code == 200
        assert not answer.headers["content-type"].startswith("text/html")


def test_format_outweighs_accept_and_has_to_be_known(http: httpx.Client) -> None:
    sent = {"query": "ASK {}", "format": "xml"}
    assert http.post("/sparql", data=sent).headers["content-type"] == "application/sparql-results+xml"
    answer = http.get("/sparql", params={"query": "ASK {}", "format": "pdf"})
    assert answer.status_code == 406
    assert "tsv" in answer.json()["detail"]


def test_the_link_to_a_query_gives_the_same_page(http: httpx.Client) -> None:
    answer = page(http, BY_HOLDER, **{"default-graph-uri": "https://kb.test/graph/entities"})
    shared = next(href for href in hrefs(answer) if href.startswith("/sparql?query=") and "format" not in href)
    again = http.get(shared, headers=HTML)
    assert field(again) == BY_HOLDER
    assert again.text == answer.text


def test_a_query_too_long_for_an_address_is_sent_by_post(http: httpx.Client) -> None:
    query = f"{BY_HOLDER} # {'x' * LONGEST_ADDRESS}"
    answer = http.post("/sparql", data={"query": query}, headers=HTML)
    assert answer.status_code == 200
    assert "too long for an address" in answer.text
    assert not [href for href in hrefs(answer) if "query=" in href]
    sent = {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text)
    }
    csv = http.post("/sparql", data={**sent, "format": "csv"})
    assert csv.text.startswith("holder,stances")


def test_answers_that_are_no_table(http: httpx.Client) -> None:
    assert "<strong>Yes.</strong>" in page(http, "ASK {}").text
    assert "<strong>No.</strong>" in page(http, "ASK { <x:y> <x:y> <x:y> }").text
    assert "No rows" in page(http, "SELECT * { <x:y> <x:y> ?z }").text
    assert "No statements" in page(http, "DESCRIBE <x:y>").text
    described = page(http, "DESCRIBE <https://kb.test/id/entity/Q9000001>").text
    assert '<a href="/entities/Q9000001">&lt;https://kb.test/id/entity/Q9000001&gt;</a>' in described
    assert "@prefix rdfs:" in described
    assert "@prefix pq:" not in described


def test_a_fault_is_shown_where_it_is_and_the_query_is_kept(http: httpx.Client) -> None:
    query = ST + "SELECT * {\n  OPTINAL { ?s ?p ?o }\n}"
    answer = page(http, query)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert field(answer) == query
    assert "Line 3, column 3" in answer.text
    assert 'data-line="3" data-column="2" data-end="9"' in answer.text
    assert "^^^^^^^</b>" in answer.text
    assert answer.text.index('id="problem"') < answer.text.index('id="query"')


def test_a_prefix_that_is_known_can_be_added(http: httpx.Client) -> None:
    answer = page(http, "SELECT ?l { ?s rdfs:label ?l }", **{"default-graph-uri": "https://kb.test/graph/entities"})
    assert answer.status_code == 400
    assert "The prefix rdfs: is not declared." in answer.text
    mended = re.search(r'name="query" value="([^"]*)"', answer.text)
    assert mended is not None
    assert page(http, html.unescape(mended[1])).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r FILTER(?a = ?r) }", 504, "ended"),
        ("INSERT DATA { <x:y> <x:y> <x:y> }", 400, "only reads"),
        (f"ASK {'{' * 70}{'}' * 70}", 400, "nested"),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", 400, "Nothing was sent"),
    ],
)
def test_what_is_refused_comes_back_with_the_query(http: httpx.Client, query: str, status: int, words: str) -> None:
    answer = page(http, query, timeout="1")
    assert answer.status_code == status
    assert field(answer) == query
    assert words in answer.text
    assert http.get("/sparql", params={"query": query, "timeout": "1"}).headers["content-type"] != "text/html"


def test_an_answer_too_large_for_a_page_can_be_downloaded(http: httpx.Client) -> None:
    answer = page(http, "SELECT * { ?s ?p ?o . ?a ?b ?c }")
    assert answer.status_code == 400
    assert [href for href in hrefs(answer) if href.endswith("format=csv")]


def test_numbers_get_a_picture_with_its_data(http: httpx.Client) -> None:
    answer = page(http, BY_HOLDER)
    assert answer.text.count('<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="group" aria-label="') == 2
    assert "bars." in answer.text
    assert ".invalid" not in answer.text
    csv = http.get(next(href for href in hrefs(answer) if href.endswith("format=csv"))).text
    assert csv.splitlines()[0] == "holder,stances"


def test_names_with_markup_are_text_in_pictures(http: httpx.Client) -> None:
    query = "SELECT ?who ?n { VALUES (?who ?n) { ('<script>x</script>' 1) ('\"&amp;' 2) ('\u0634\u0627\u0645' 3) } }"
    answer = page(http, query)
    assert "<svg" in answer.text
    assert "<script>x" not in answer.text


def test_answers_without_numbers_get_none(http: httpx.Client) -> None:
    assert "<figure" not in page(http, ST + "SELECT ?s { ?s a st:Stance }").text
