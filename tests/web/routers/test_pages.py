"""The other addresses over real HTTP: start, sources, articles, propositions, questions, nodes, dump, errors."""

from __future__ import annotations

import csv
import io
import re

import httpx
import pyoxigraph as ox
import pytest

from kb.store import EmbeddedStore

PAGE = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = [
    "/",
    "/entities",
    "/entities?q=sol",
    "/entities/Q9000002",
    "/stances",
    "/stances/1a11",
    "/sources",
    "/sources/Q9000010",
    "/sources/5ec2e7",
    "/articles",
    "/articles/ledger-2024-05-02",
    "/articles/post-2024-05-03",
    "/propositions/b1d6e",
    "/queries",
    "/queries/dossier?holder=Q9000001",
    "/sparql",
    "/docs",
    "/nodes/attribution/1a11-0",
]


@pytest.mark.parametrize("path", PAGES)
def test_page_runs_no_script_and_loads_nothing_from_elsewhere(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers=PAGE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    assert not any(scripts)  # files of the service only
    assert "style=" not in answer.text
    loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]*)"', answer.text)
    assert all(re.match("/(?!/)", address) for address in loaded)
    assert 'href="javascript:' not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_page_can_be_read_aloud(http: httpx.Client, path: str) -> None:
    page = http.get(path, headers=PAGE).text
    assert '<html lang="en">' in page
    assert len(re.findall("<h1", page)) == 1
    assert "<main" in page
    assert "<nav aria-label" in page
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
    assert len(fields) == len(re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")', page))
    assert all(f'for="{field}"' in page for field in fields)


def test_every_link_of_every_page_leads_somewhere(http: httpx.Client) -> None:
    seen, waiting = set(), list(PAGES)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = http.get(path, headers=PAGE, follow_redirects=True)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html") and not path.startswith(("/sparql", "/queries/")):
            links = re.findall(r'href="(/[^"#]*)"', answer.text)
            waiting += [link.replace("&amp;", "&") for link in links]
    assert {"/sources/5ec2e7", "/propositions/72a31", "/stances/2b22"} <= seen


def test_title_with_markup_is_shown_as_text(http: httpx.Client) -> None:
    page = http.get("/articles/ledger-2024-05-02", headers=PAGE).text
    assert "&lt;script&gt;alert" in page


def test_address_that_is_no_web_address_is_no_link(http: httpx.Client) -> None:
    assert http.get("/articles/post-2024-05-03").json()["url"] == ""


def test_start_page_tells_totals_articles_and_questions(http: httpx.Client) -> None:
    start = http.get("/", headers={"Accept": "application/json"}).json()
    assert start["totals"] == {"stances": 9, "articles": 3, "propositions": 2, "outlets": 2, "entities": 10}
    assert start["articles"][0]["title"] == "Mayor against the bridge"
    assert {"name", "title", "page"} == set(start["questions"][0])


def test_openapi_describes_every_address_of_the_docs_page(http: httpx.Client) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    page = http.get("/docs").text
    assert {
        "/sparql",
        "/entities",
        "/entities/{id}",
        "/stances",
        "/sources",
        "/queries/{name}",
        "/dump",
    } <= paths.keys()
    assert all(f" {path}</code>" in page for path in paths)


def test_sources_count_at_the_original_outlet(http: httpx.Client) -> None:
    found = {row["name"]: (row["articles"], row["utterances"]) for row in http.get("/sources").json()["sources"]}
    assert found == {"The Ledger": (1, 5), "City Post": (1, 3), "Mirror Site": (1, 0)}


def test_unnamed_source_is_nobody_else(http: httpx.Client) -> None:
    source = http.get("/sources/5ec2e7").json()
    assert (source["kind"], source["name"], source["qid"]) == ("unnamed", "two officials in the ministry", None)
    assert [row["id"] for row in source["stances"]] == ["1a12"]
    assert "identifies nobody" in http.get("/sources/5ec2e7", headers=PAGE).text


def test_article_lists_stances_in_the_order_of_its_text(http: httpx.Client) -> None:
    article = http.get("/articles/ledger-2024-05-02").json()
    starts = [row["evidence"]["start"] for row in article["stances"]]
    assert starts == sorted(starts)
    assert article["total"] == 5


def test_article_as_turtle_is_its_graph(http: httpx.Client, store: EmbeddedStore) -> None:
    answer = http.get("/articles/post-2024-05-03", headers={"Accept": "text/turtle"})
    graph = store.quads("https://kb.test/graph/article/post-2024-05-03")
    assert set(ox.parse(answer.content, ox.RdfFormat.TURTLE)) == {ox.Quad(*quad.triple) for quad in graph}


@pytest.mark.parametrize(
    "path",
    ["/articles/none", "/propositions/none", "/sources/none", "/queries/none", "/graph/none", "/nodes/run/x", "/x"],
)
def test_what_is_not_there_is_404_with_a_next_step(http: httpx.Client, path: str) -> None:
    problem = http.get(path)
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    assert {"status", "title", "detail", "next", "request_id"} == set(problem.json())
    assert path.rpartition("/")[2] in problem.json()["detail"]
    page = http.get(path, headers=PAGE)
    assert page.status_code == 404
    assert "<h1>Not Found</h1>" in page.text


def test_every_iri_leads_to_a_page(http: httpx.Client, store: EmbeddedStore) -> None:
    subjects = {quad.subject.value for quad in store.quads() if isinstance(quad.subject, ox.NamedNode)}
    for iri in sorted(subjects):
        answer = http.get(iri.removeprefix("https://kb.test"), follow_redirects=False)
        assert answer.status_code == 303, iri
        assert http.get(answer.headers["location"], headers=PAGE).status_code == 200, iri
    for iri in ("entity/Q9000001", "proposition/b1d6e", "article/ledger-2024-05-02", "stance/1a11", "source/5ec2e7"):
        answer = http.get(f"/id/{iri}", follow_redirects=True)
        assert answer.status_code == 200
        assert answer.json()["iri"] == f"https://kb.test/id/{iri}"


def test_questions_are_listed_with_their_parameters(http: httpx.Client) -> None:
    found = {row["name"]: row for row in http.get("/queries").json()["queries"]}
    assert found["dossier"]["parameters"][0]["name"] == "holder"


@pytest.mark.parametrize("holder", ["Q9000001", "Núria Solé"])
def test_question_answers_rows(http: httpx.Client, holder: str) -> None:
    answer = http.get("/queries/dossier", params={"holder": holder}).json()
    assert len(answer["rows"]) == 3
    assert set(answer["rows"][0]) == set(answer["columns"])


def test_question_as_csv(http: httpx.Client) -> None:
    text = http.get("/queries/dossier", params={"holder": "Q9000001"}, headers={"Accept": "text/csv"}).text
    assert len(list(csv.DictReader(io.StringIO(text)))) == 3


@pytest.mark.parametrize(
    ("params", "status"), [({}, 400), ({"holder": "nobody"}, 404), ({"holder": "Q9000001", "other": "1"}, 400)]
)
def test_question_asked_wrongly_says_what_is_wrong(http: httpx.Client, params: dict[str, str], status: int) -> None:
    assert http.get("/queries/dossier", params=params).status_code == status


def test_question_page_shows_the_form_first_and_then_what_is_wrong(http: httpx.Client) -> None:
    empty = http.get("/queries/dossier", headers=PAGE)
    assert empty.status_code == 200
    assert "required" in empty.text
    wrong = http.get("/queries/dossier", params={"holder": "<b>nobody"}, headers=PAGE)
    assert wrong.status_code == 400
    assert "&lt;b&gt;nobody" in wrong.text


@pytest.mark.parametrize(
    ("format", "media", "form"),
    [
        ("trig", "application/trig", ox.RdfFormat.TRIG),
        ("nquads", "application/n-quads", ox.RdfFormat.N_QUADS),
        ("turtle", "text/turtle", ox.RdfFormat.TURTLE),
        ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_dump_holds_everything(
    http: httpx.Client, store: EmbeddedStore, format: str, media: str, form: ox.RdfFormat
) -> None:
    by_name = http.get("/dump", params={"format": format})
    by_accept = http.get("/dump", headers={"Accept": media})
    assert by_name.headers["content-type"].partition(";")[0] == media
    found = set(ox.parse(by_name.content, form))
    assert found == set(ox.parse(by_accept.content, form))
    everything = set(store.quads())
    assert found == (everything if form.supports_datasets else {ox.Quad(*quad.triple) for quad in everything})


def test_dump_in_an_unknown_format_is_406(http: httpx.Client) -> None:
    answer = http.get("/dump", params={"format": "xlsx"})
    assert answer.status_code == 406
    assert "xlsx" in answer.json()["detail"]
    assert "trig" in answer.json()["detail"]


def test_dump_that_nobody_reads_to_the_end_leaves_the_server_well(http: httpx.Client) -> None:
    with http.stream("GET", "/dump?format=nquads") as answer:
        next(answer.iter_bytes())
    assert http.get("/health").status_code == 200
