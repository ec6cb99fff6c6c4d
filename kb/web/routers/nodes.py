"""`/id/...` and `/graph/...`: every IRI of the base leads somewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from kb.web import catalogue
from kb.web.dependencies import LinksOf, ViewOf
from kb.web.negotiation import HTML, JSON, TURTLE, choose_form
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.protocol import GRAPH_FORMATS, write_triples
from kb.web.routers.entities import VARY

router = APIRouter(tags=["Nodes"])


@router.get("/id/{kind}/{key:path}", summary="From an IRI to its page", status_code=303)
def follow_iri(kind: str, key: str, links: LinksOf) -> Response:
    """An IRI names the thing, not the page: 303 says where the page is."""
    return RedirectResponse(links.path(links.iri(kind, key)), 303)


@router.get("/nodes/{kind}/{key}", summary="All triples of one node")
def get_node(request: Request, kind: str, key: str, view: ViewOf, links: LinksOf) -> Response:
    """For what has no page of its own: mentions, attributions, utterances, links, runs."""
    form = choose_form(request, [JSON, HTML, TURTLE])
    iri = catalogue.checked(links.iri(kind, key), "node")
    triples = catalogue.triples(view, [iri])
    if not triples:
        raise not_found(kind, key, "Copy the IRI from a stance or from /sparql.")
    if form == TURTLE:
        text = write_triples(triples, GRAPH_FORMATS[TURTLE])
        return Response(text, media_type=f"{TURTLE}; charset=utf-8", headers=VARY)
    rows = [
        {"predicate": t.predicate.value, "value": getattr(t.object, "value", str(t.object))}
        for t in triples
        if hasattr(t.predicate, "value")
    ]
    context = {"iri": iri, "kind": kind, "properties": rows}
    if form == HTML:
        shown = [{**row, "page": links.path(row["value"])} for row in rows]
        return render(request, "node.html", {**context, "properties": shown})
    return JSONResponse(context, headers=VARY)


@router.get("/graph/{name:path}", summary="All triples of one named graph")
def get_graph(name: str, view: ViewOf, links: LinksOf) -> Response:
    """As Turtle."""
    triples = catalogue.graph_triples(view, catalogue.checked(f"{links.base}graph/{name}", "graph"))
    if not triples:
        raise not_found("graph", name, "List the graphs with SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } at /sparql.")
    return Response(write_triples(triples, GRAPH_FORMATS[TURTLE]), media_type=f"{TURTLE}; charset=utf-8")
