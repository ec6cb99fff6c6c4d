"""W3C's query evaluation tests: the served endpoint answers each as the engine does by itself."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, Namespace

from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from tests.web.serving import serving

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SUITES = {
    "w3c-sparql10-12": """
        algebra ask basic bnode-coreference boolean-effective-value bound cast construct distinct expr-builtin
        expr-equals expr-ops graph i18n open-world optional optional-filter reduced regex solution-seq sort triple-match
        type-promotion""",
    "w3c-sparql11": """
        aggregates bind bindings cast construct csv-tsv-res exists functions grouping json-res negation
        project-expression property-path subquery""",
}
EMPTY = "http://empty.test/"
# Their answers differ from one asking to the next.
RANDOM = ("uuid", "struuid", "rand", "bnode", "now", "sample")


@dataclass(frozen=True)
class Case:
    name: str
    query: str
    default: tuple[str, ...]
    named: tuple[str, ...]


def read_cases(folder: Path) -> Iterator[tuple[Case, set[Path]]]:
    """The tests of a manifest and the files that they read; graphs have the files' URLs as names."""
    graph = rdflib.Graph()
    graph.parse(folder / "manifest.ttl", format="turtle", publicID=(folder / "manifest.ttl").as_uri())
    for test in graph.subjects(RDF.type, MF.QueryEvaluationTest):
        action = graph.value(test, MF.action)
        query = str(graph.value(action, QT.query))
        default = tuple(sorted(str(file) for file in graph.objects(action, QT.data)))
        named = tuple(sorted(str(file) for file in graph.objects(action, QT.graphData)))
        files = {Path(url.removeprefix("file://")) for url in (query, *default, *named)}
        if all(file.is_file() for file in files):
            text = Path(query.removeprefix("file://")).read_text(encoding="utf-8")
            yield Case(f"{folder.name}/{str(test).rpartition('#')[2]}", text, default or (EMPTY,), named), files


@pytest.fixture(scope="module")
def cases(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Case, set[Path]]:
    found: dict[Case, set[Path]] = {}
    for suite, folders in SUITES.items():
        root = tmp_path_factory.mktemp(suite)
        with tarfile.open(shared / "data" / "w3c" / suite / f"{suite}.tar.xz") as archive:
            archive.extractall(root, filter="data")
        for folder in folders.split():
            for manifest in root.glob(f"sparql/*/{folder}/manifest.ttl"):
                found.update(read_cases(manifest.parent))
    return found


def quads_of(file: Path) -> list[ox.Quad]:
    form = ox.RdfFormat.from_extension(file.suffix.lstrip("."))
    if form is None:
        return []
    name = ox.NamedNode(file.as_uri())
    try:
        return [
            ox.Quad(q.subject, q.predicate, q.object, name)
            for q in ox.parse(path=file, format=form, base_iri=name.value)
        ]
    except (SyntaxError, ValueError):
        return []


def test_answers_are_those_of_the_engine(cases: dict[Case, set[Path]], tmp_path: Path) -> None:
    alone = ox.Store()
    for file in sorted({file for files in cases.values() for file in files}):
        if file.suffix not in (".rq", ".srx", ".srj"):
            alone.extend(quads_of(file))
    with EmbeddedStore(tmp_path / "kb") as store:
        store.load(list(alone))
    compared = 0
    with (
        serving(create_app(str(tmp_path / "kb"), Settings(base_iri="https://kb.test/"))) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        for case in cases:
            if "FROM" in case.query or any(word in case.name.lower() for word in RANDOM):
                continue
            parameters = {"query": case.query, "default-graph-uri": case.default, "named-graph-uri": case.named}
            answer = client.get("/sparql", params=parameters)  # type: ignore[arg-type]
            expected = ask(alone, case, f"{address}/sparql")
            if expected is None:
                assert answer.status_code == 400, case.name
            else:
                assert answer.status_code == 200, (case.name, answer.text)
                assert read_answer(answer) == expected, case.name
            compared += 1
    assert compared > 350


Rows = Counter[tuple[str, ...]]


def ask(store: ox.Store, case: Case, base: str) -> Rows | None:
    """The engine's own answer; None where it has none."""
    try:
        found = store.query(
            case.query,
            base_iri=base,
            default_graph=[ox.NamedNode(iri) for iri in case.default],
            named_graphs=[ox.NamedNode(iri) for iri in case.named],
        )
    except SyntaxError:
        return None
    if isinstance(found, ox.QueryBoolean):
        return Counter([(str(bool(found)),)])
    if isinstance(found, ox.QuerySolutions):
        return Counter(tuple(plain(term) for term in row) for row in found)
    return Counter(tuple(plain(term) for term in triple) for triple in found)


def read_answer(answer: httpx.Response) -> Rows:
    if "sparql-results" in answer.headers["content-type"]:
        found = ox.parse_query_results(answer.content, ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QueryBoolean):
            return Counter([(str(bool(found)),)])
        return Counter(tuple(plain(term) for term in row) for row in found)
    triples = [quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)]
    return Counter(tuple(plain(term) for term in triple) for triple in triples)


def plain(term: object) -> str:
    """A term as text; blank nodes have other names each time."""
    return "_:" if isinstance(term, ox.BlankNode) else str(term)
