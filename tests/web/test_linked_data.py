"""Every IRI of the base leads to a document that describes it, in each form; nothing leads to what is restricted."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from kb.settings import NAMESPACE
from tests.web.conftest import Example

FORMS = {"text/html": "", "text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt"}
ENTITY = "/id/entity/Q9000001"


class Client:
    """Asks one server over one connection, many times."""

    def __init__(self, base: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(base).netloc)

    def get(self, path: str, accept: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        self.connection.request("GET", path, headers={"Accept": accept})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()


@pytest.fixture(scope="module")
def client(example: Example) -> Iterator[Client]:
    found = Client(example.base)
    yield found
    found.connection.close()


def parsed(body: bytes, form: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    return graph.parse(data=body, format=form)


def links(header: str) -> dict[tuple[str, str], str]:
    """(relation, media type) -> address."""
    found = {}
    for part in header.split(", "):
        address, *parameters = part.split("; ")
        values = dict(parameter.split("=", 1) for parameter in parameters)
        found[values["rel"].strip('"'), values.get("type", "").strip('"')] = address.strip("<>")
    return found


@pytest.mark.parametrize("media", FORMS)
def test_every_thing_is_described_by_the_document_that_its_iri_leads_to(
    example: Example, client: Client, media: str
) -> None:
    subjects = example.subjects()
    kinds = {iri.removeprefix(f"{example.base}id/").partition("/")[0] for iri in subjects}
    assert kinds >= {"article", "attribution", "entity", "link", "mention", "proposition", "run", "source", "stance"}
    for iri in subjects:
        status, headers, _ = client.get(iri.removeprefix(example.base.rstrip("/")), media)
        assert status == 303, iri
        assert headers["Vary"] == "Accept"
        status, headers, body = client.get(headers["Location"], media)
        assert (status, headers.get_content_type()) == (200, media), iri
        assert links(headers["Link"])["describes", ""] == iri
        if FORMS[media]:
            assert (rdflib.URIRef(iri), None, None) in parsed(body, FORMS[media]), iri
        else:
            assert body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("media", FORMS)
def test_every_graph_is_a_document(example: Example, client: Client, media: str) -> None:
    for graph in example.public.graphs():
        status, headers, body = client.get(graph.removeprefix(example.base.rstrip("/")), media)
        assert (status, headers.get_content_type()) == (200, media), graph
        if FORMS[media]:
            assert len(parsed(body, FORMS[media])) == len(list(example.public.quads(graph)))


def test_forms_say_the_same(example: Example, client: Client) -> None:
    for kind in ("article", "entity", "proposition", "source", "stance", "mention"):
        iri = next(iri for iri in example.subjects() if f"/id/{kind}/" in iri)
        _, headers, _ = client.get(iri.removeprefix(example.base.rstrip("/")), "*/*")
        graphs = [set(parsed(client.get(headers["Location"], media)[2], form)) for media, form in FORMS.items() if form]
        assert graphs[0] == graphs[1] == graphs[2]


def test_nothing_restricted_is_reached(example: Example, client: Client) -> None:
    whole = {quad.subject.value for quad in example.store.quads() if isinstance(quad.subject, ox.NamedNode)}
    hidden = [
        *sorted(whole - set(example.subjects())),
        *sorted(set(example.store.graphs()) - set(example.public.graphs())),
    ]
    assert any("/id/comment/" in iri for iri in hidden)
    assert any("/graph/restricted/" in iri for iri in hidden)
    for iri in (iri for iri in hidden if iri.startswith(example.base)):
        for media in FORMS:
            status, _, _ = client.get(iri.removeprefix(example.base.rstrip("/")), media)
            assert status == 404, iri


def test_a_form_may_be_named_in_the_address_and_is_passed_on(http: httpx.Client) -> None:
    answer = http.get(f"{ENTITY}?format=ntriples", headers={"Accept": "text/html"})
    assert answer.headers["location"] == "/entities/Q9000001?format=ntriples"
    answer = http.get(answer.headers["location"], headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/n-triples"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/turtle;q=0.5, application/ld+json;q=0.8", "application/ld+json"),
        ("application/*;q=0.1, text/turtle", "text/turtle; charset=utf-8"),
        ("image/png, application/n-triples;q=0.2", "application/n-triples"),
        ("text/html, text/turtle", "text/html; charset=utf-8"),
        ("*/*", "application/json"),
    ],
)
def test_the_form_that_the_client_likes_best_is_sent(http: httpx.Client, accept: str, media: str) -> None:
    answer = http.get(ENTITY, headers={"Accept": accept}, follow_redirects=True)
    assert answer.headers["content-type"] == media


def test_the_answer_to_an_iri_says_where_its_descriptions_are(http: httpx.Client) -> None:
    found = links(http.get(ENTITY).headers["link"])
    assert found["describedby", ""] == "/entities/Q9000001"
    for media in FORMS:
        answer = http.get(found["describedby", media])
        assert answer.headers["content-type"].partition(";")[0] == media
        assert links(answer.headers["link"])["describes", ""] == "https://kb.test/id/entity/Q9000001"


@pytest.mark.parametrize(
    "path", ["/stances/1a11", "/articles/ledger-2024-05-02", "/sources/Q9000010", "/graph/entities"]
)
def test_a_document_names_its_other_forms(http: httpx.Client, path: str) -> None:
    alternates = {media: at for (relation, media), at in links(http.get(path).headers["link"]).items() if media}
    assert set(FORMS) <= set(alternates)
    for media, address in alternates.items():
        assert http.get(address).headers["content-type"].partition(";")[0] == media


@pytest.mark.parametrize("media", [*FORMS, "application/json"])
@pytest.mark.parametrize("path", ["entity/nobody", "stance/ffff", "nothing/x", "entity/a%2Fb", "entity/%FF", "a%20b/c"])
def test_an_iri_of_nothing_is_404_and_leads_nowhere(http: httpx.Client, path: str, media: str) -> None:
    answer = http.get(f"/id/{path}", headers={"Accept": media})
    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", [ENTITY, "/entities/Q9000001", "/nodes/attribution/1a11-0", "/graph/entities", "/ns"])
def test_a_form_that_cannot_be_had_is_406(http: httpx.Client, path: str) -> None:
    for answer in (http.get(path, headers={"Accept": "image/png"}), http.get(f"{path}?format=pdf")):
        assert answer.status_code == 406
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("media", FORMS)
def test_the_vocabulary_is_served_with_all_its_terms(http: httpx.Client, media: str) -> None:
    answer = http.get("/ns", headers={"Accept": media})
    assert answer.headers["content-type"].partition(";")[0] == media
    if FORMS[media]:
        graph = parsed(answer.content, FORMS[media])
        assert (rdflib.URIRef(f"{NAMESPACE}Stance"), None, None) in graph
        version = str(next(graph.objects(rdflib.URIRef(NAMESPACE[:-1]), rdflib.OWL.versionInfo)))
        assert http.get(f"/ns/{version}", headers={"Accept": media}).content == answer.content
    else:
        assert '<section id="Stance"' in answer.text
    assert http.get("/ns/0.0.0").status_code == 404


def test_json_ld_carries_its_context_which_is_also_served(http: httpx.Client) -> None:
    context = http.get("/context.jsonld").json()["@context"]
    document = http.get("/stances/1a11", headers={"Accept": "application/ld+json"}).json()
    assert document["@context"] == context
    stance = next(node for node in document["@graph"] if node["@id"] == "https://kb.test/id/stance/1a11")
    assert (stance["@type"], stance["polarity"]) == ("st:Stance", "st:Oppose")


def test_as_many_stances_as_asked_for_are_described(http: httpx.Client) -> None:
    sizes = [
        len(http.get(f"/entities/Q9000002?format=ntriples&limit={limit}").text.splitlines()) for limit in (1, 2, 50)
    ]
    assert sizes[0] < sizes[1] < sizes[2]
