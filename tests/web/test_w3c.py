"""W3C's own tests of the SPARQL 1.1 protocols, run against a real server."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from rdflib import RDF, Namespace
from rdflib.compare import isomorphic
from rdflib.term import Node

from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from tests.web.serving import serving

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
BASE = "http://manifest.test/"
TOKEN = {"Authorization": "Bearer w3c"}
ROOT = "sparql/sparql11"
STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


@dataclass(frozen=True)
class Suite:
    folder: Path
    graph: rdflib.Graph

    @classmethod
    def read(cls, root: Path, name: str) -> Suite:
        graph = rdflib.Graph()
        file = root / ROOT / name
        graph.parse(file, format="turtle", publicID=BASE)
        return cls(file.parent, graph)

    def entries(self) -> dict[str, Node]:
        found = {}
        for entries in self.graph.objects(None, MF.entries):
            for entry in self.graph.items(entries):
                found[re.split("[#/]", str(entry))[-1]] = entry
        return found

    def text(self, node: Node | None, predicate: Node) -> str:
        return str(self.graph.value(node, predicate) or "")

    def requests(self, test: Node) -> Iterator[Node]:
        for connection in self.graph.objects(test, MF.action):
            for requests in self.graph.objects(connection, HT.requests):
                yield from self.graph.items(requests)

    def headers(self, node: Node) -> dict[str, str]:
        found = self.graph.value(node, HT.headers)
        pairs = self.graph.items(found) if found else ()
        return {self.text(h, HT.fieldName): self.text(h, HT.fieldValue) for h in pairs}

    def body(self, node: Node) -> bytes | None:
        body = self.graph.value(node, HT.body)
        if body is None:
            return None
        return self.text(body, CNT.chars).encode(self.text(body, CNT.characterEncoding) or "utf-8")


@pytest.fixture(scope="module")
def suites(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("w3c")
    with tarfile.open(shared / "data" / "w3c" / "w3c-sparql11" / "w3c-sparql11.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that may be written to."""
    store = tmp_path_factory.mktemp("store") / "kb"
    EmbeddedStore(store).close()
    with (
        serving(create_app(str(store), Settings(base_iri=BASE, write_token="w3c"))) as address,
        httpx.Client(base_url=address, timeout=60, follow_redirects=True) as http,
    ):
        yield http


def clear(client: httpx.Client) -> None:
    headers = {**TOKEN, "Content-Type": "application/sparql-update"}
    assert client.post("/sparql", content="CLEAR ALL", headers=headers).status_code == 204


PROTOCOL = """
    query_post_form query_dataset_default_graphs_get query_dataset_default_graphs_post query_dataset_named_graphs_post
    query_dataset_named_graphs_get query_dataset_full query_multiple_dataset query_get query_content_type_select
    query_content_type_ask query_content_type_describe query_content_type_construct update_dataset_default_graph
    update_dataset_default_graphs update_dataset_named_graphs update_dataset_full update_post_form update_post_direct
    update_base_uri query_post_direct bad_query_method bad_multiple_queries bad_query_wrong_media_type
    bad_query_missing_form_type bad_query_missing_direct_type bad_query_non_utf8 bad_query_syntax bad_update_get
    bad_multiple_updates bad_update_wrong_media_type bad_update_missing_form_type bad_update_non_utf8 bad_update_syntax
    bad_update_dataset_conflict
""".split()


def test_no_test_of_the_protocol_is_left_out(suites: Path) -> None:
    assert sorted(Suite.read(suites, "protocol/manifest.ttl").entries()) == sorted(PROTOCOL)


@pytest.mark.parametrize("name", PROTOCOL)
def test_protocol(suites: Path, client: httpx.Client, name: str) -> None:
    suite = Suite.read(suites, "protocol/manifest.ttl")
    test = suite.entries()[name]
    clear(client)
    for data in suite.graph.objects(test, UT.graphData):
        file = str(suite.graph.value(data, UT.graph)).removeprefix(BASE)
        graph = str(suite.graph.value(data, rdflib.RDFS.label))
        content = (suite.folder / file).read_bytes()
        headers = {**TOKEN, "Content-Type": "application/n-triples"}
        assert client.put("/graph-store", params={"graph": graph}, content=content, headers=headers).is_success
    for request in suite.requests(test):
        response = suite.graph.value(request, HT.resp)
        assert response is not None
        answer = client.request(
            suite.text(request, HT.methodName),
            suite.text(request, HT.absolutePath),
            content=suite.body(request),
            headers={**TOKEN, **suite.headers(request)},
        )
        allowed = {str(status)[-3] for status in suite.graph.objects(response, MF.expectedStatus)}
        assert str(answer.status_code)[0] in allowed, answer.text
        wanted = suite.text(response, MF.expectedFormat)
        media = answer.headers.get("content-type", "")
        if wanted in ("boolean", "tabular"):
            assert "sparql-results" in media or "csv" in media or "tab-sep" in media
        elif wanted == "RDF":
            assert media.partition(";")[0] in ("text/turtle", "application/rdf+xml", "application/n-triples")
        boolean = suite.graph.value(response, MF.expectedBoolean)
        if boolean is not None:
            assert answer.json()["boolean"] == boolean.toPython()  # type: ignore[attr-defined]


INDIRECT = """
    put_get_repeat_indirect put_get_default put_delete_get_delete_indirect post_get_post_get_indirect
    post_get_new_graph head_existing_indirect head_non_existing_indirect put_get_uri_pct_encoded_indirect
    put_get_uri_pct_encoded_twice
""".split()
DIRECT = "put_get_repeat_direct put_delete_get_delete_direct post_get_post_get_direct head_existing_direct".split()


@pytest.mark.parametrize(
    ("manifest", "name"),
    [*(("indirect", name) for name in INDIRECT), *(("direct", name) for name in DIRECT)],
)
def test_graph_store(suites: Path, client: httpx.Client, manifest: str, name: str) -> None:
    suite = Suite.read(suites, f"graph-store-protocol/manifest-{manifest}.ttl")
    assert sorted(suite.entries()) == sorted(INDIRECT if manifest == "indirect" else DIRECT)
    test = suite.entries()[name]
    clear(client)
    places: dict[str, str] = {}
    for request in suite.requests(test):
        response = suite.graph.value(request, HT.resp)
        assert response is not None
        path = suite.text(request, HT.absolutePath).replace("/gsp", "/graph-store", 1)
        for variable, value in places.items():
            path = path.replace(variable, value)
        answer = client.request(
            suite.text(request, HT.methodName),
            path,
            content=suite.body(request),
            headers={**TOKEN, **suite.headers(request)},
        )
        names = {re.split("[#/]", str(status))[-1] for status in suite.graph.objects(response, MF.expectedStatus)}
        assert answer.status_code in {STATUSES[status] for status in names}, answer.text
        location = suite.text(response, MF.expectedLocation)
        if location:
            places[location] = answer.headers["location"]
        for header, value in suite.headers(response).items():
            assert answer.headers[header] == value
        body = suite.body(response)
        if body is not None:
            theirs = rdflib.Graph().parse(data=body, format="turtle")
            ours = rdflib.Graph().parse(data=answer.content, format="turtle")
            assert isomorphic(theirs, ours)


def test_service_description(suites: Path, client: httpx.Client) -> None:
    """The three tests: RDF is returned, it names the endpoint, and it is in the form that the vocabulary wants."""
    names = Suite.read(suites, "service-description/manifest.ttl").entries()
    assert sorted(names) == ["conforms-to-schema", "has-endpoint-triple", "returns-rdf"]
    answer = client.get("/sparql")
    assert answer.headers["content-type"].startswith("text/turtle")
    graph = rdflib.Graph().parse(data=answer.content, format="turtle")
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert str(graph.value(service, SD.endpoint)) == str(client.base_url).rstrip("/") + "/sparql"
    classes: dict[str, Any] = {
        "feature": None,
        "defaultDataset": SD.Dataset,
        "defaultGraph": SD.Graph,
    }
    for name, kind in classes.items():
        values = list(graph.objects(None, SD[name]))
        assert values, name
        for value in values:
            assert isinstance(value, rdflib.URIRef | rdflib.BNode)
            assert kind is None or (value, RDF.type, kind) in graph
    for language in graph.objects(service, SD.supportedLanguage):
        assert language in (SD.SPARQL11Query, SD.SPARQL11Update)
    for form in graph.objects(service, SD.resultFormat):
        assert str(form).startswith("http://www.w3.org/ns/formats/")
