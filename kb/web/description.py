"""What the endpoint is and holds, for programs: SPARQL 1.1 Service Description with VoID."""

from __future__ import annotations

import io

import pyoxigraph as ox
from fastapi import Request, Response

from kb.endpoint.evaluation import GRAPH_FORMATS, write_triples
from kb.iris import PREFIXES
from kb.web.snapshots import Snapshot

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
_TYPE = PREFIXES["rdf"] + "type"
_XSD = PREFIXES["xsd"]


def respond(request: Request, media: str) -> Response:
    """The description in one form."""
    snapshot: Snapshot = request.app.state.snapshots.current
    writes = bool(request.app.state.settings.write_token)
    endpoint = str(request.url.replace(query=""))
    out = io.BytesIO()
    write_triples(describe(endpoint, snapshot, writes), GRAPH_FORMATS[media], out)
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return Response(out.getvalue(), media_type=media + charset, headers={"Vary": "Accept"})


def describe(endpoint: str, snapshot: Snapshot, writes: bool = False) -> list[ox.Triple]:
    """The triples of the description; the service's IRI is the endpoint's address."""
    found: list[ox.Triple] = []
    service = ox.NamedNode(endpoint)
    dataset, default = ox.NamedNode(f"{endpoint}#dataset"), ox.NamedNode(f"{endpoint}#default-graph")

    def say(
        subject: ox.NamedNode | ox.BlankNode, predicate: str, value: str | int | ox.NamedNode | ox.BlankNode
    ) -> None:
        if isinstance(value, int):
            term: ox.Literal | ox.NamedNode | ox.BlankNode = ox.Literal(
                str(value), datatype=ox.NamedNode(_XSD + "integer")
            )
        else:
            term = ox.NamedNode(value) if isinstance(value, str) else value
        found.append(ox.Triple(subject, ox.NamedNode(predicate), term))

    say(service, _TYPE, SD + "Service")
    say(service, SD + "endpoint", service)
    say(service, SD + "supportedLanguage", SD + "SPARQL11Query")
    if writes:
        say(service, SD + "supportedLanguage", SD + "SPARQL11Update")
    say(service, SD + "feature", SD + "UnionDefaultGraph")
    for name in (*_RESULTS, *_GRAPHS):
        say(service, SD + "resultFormat", _FORMATS + name)
    say(service, SD + "defaultDataset", dataset)
    say(dataset, _TYPE, SD + "Dataset")
    say(dataset, _TYPE, VOID + "Dataset")
    say(dataset, VOID + "sparqlEndpoint", service)
    say(dataset, VOID + "vocabulary", PREFIXES["st"])
    say(dataset, SD + "defaultGraph", default)
    say(default, _TYPE, SD + "Graph")
    summary = snapshot.summary
    for node in (dataset, default):
        say(node, VOID + "triples", summary.triples)
        say(node, VOID + "properties", len(summary.properties))
        say(node, VOID + "classes", len(summary.classes))
    modified = ox.Literal(snapshot.made.isoformat(timespec="seconds"), datatype=ox.NamedNode(_XSD + "dateTime"))
    found.append(ox.Triple(dataset, ox.NamedNode("http://purl.org/dc/terms/modified"), modified))
    for kind, counts, link, number in (
        ("class", summary.classes, "class", "entities"),
        ("property", summary.properties, "property", "triples"),
    ):
        for i, (iri, count) in enumerate(counts.items()):
            part = ox.NamedNode(f"{endpoint}#{kind}-{i + 1}")
            say(default, f"{VOID}{kind}Partition", part)
            say(part, VOID + link, iri)
            say(part, VOID + number, count)
    return found
