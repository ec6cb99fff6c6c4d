"""`/id/...` and `/graph/...`: every IRI of the base leads somewhere."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from kb.store.base import View
from kb.web import catalogue, linked_data, schemas
from kb.web.dependencies import LinksOf, SettingsOf, ViewOf
from kb.web.linked_data import FORMS, GRAPH_FORMS, RDF_FORMS
from kb.web.links import Links
from kb.web.negotiation import HTML, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.routers.dump import stream

router = APIRouter(tags=["Nodes"])
_SHOWN = 500  # statements of a graph on its page

Kind = Annotated[str, Path(description="the kind of thing, as in its IRI", examples=["entity", "mention"])]
Key = Annotated[str, Path(description="the rest of the IRI", examples=["john-kerry"])]


@router.get(
    "/id/{kind}/{key:path}",
    summary="From a thing's IRI to the document about it",
    status_code=303,
    **documented(None, FORMS, [404, 406], see_other=True),
)
def follow_iri(request: Request, kind: Kind, key: Key, view: ViewOf, links: LinksOf) -> Response:
    """An IRI names the thing, not the page: 303 says where the document is, in the form that was asked for."""
    choose_form(request, FORMS)
    iri = catalogue.checked(links.iri(kind, key), "IRI")
    if not linked_data.exists(view, iri):
        raise not_found(kind, key, "Copy the IRI from a stance or from /sparql.")
    return Response(status_code=303, headers=linked_data.see_other(links.path(iri), request.url.query))


@router.get(
    "/nodes/{kind}/{key:path}", summary="All statements of one node", **documented(schemas.Node, FORMS, [404, 406])
)
def get_node(request: Request, kind: Kind, key: Key, view: ViewOf, links: LinksOf) -> Response:
    """For what has no page of its own: mentions, attributions, utterances, links, runs."""
    form = choose_form(request, FORMS)
    iri = catalogue.checked(links.iri(kind, key), "node")
    triples = catalogue.triples(view, [iri])
    if not triples:
        raise not_found(kind, key, "Copy the IRI from a stance or from /sparql.")
    headers = linked_data.headers(f"/nodes/{quote(kind, safe='')}/{quote(key, safe='')}", FORMS, iri)
    if form in RDF_FORMS:
        return linked_data.answer(triples, form, headers)
    rows = [
        {"predicate": t.predicate.value, "value": getattr(t.object, "value", str(t.object))}
        for t in triples
        if hasattr(t.predicate, "value")
    ]
    context = {"iri": iri, "kind": kind, "properties": rows}
    if form == HTML:
        shown = [{**row, "page": links.path(row["value"])} for row in rows]
        return render(request, "node.html", {**context, "properties": shown}, headers=headers)
    return JSONResponse(context, headers=headers)


@router.get("/graph/{name:path}", summary="One named graph", **documented(None, GRAPH_FORMS, [404, 406]))
def get_graph(
    request: Request,
    name: Annotated[str, Path(description="the end of the graph's IRI", examples=["entities", "runs"])],
    view: ViewOf,
    links: LinksOf,
    settings: SettingsOf,
) -> Response:
    """A graph is a document, so its IRI answers with its statements."""
    form = choose_form(request, GRAPH_FORMS)
    path = f"graph/{quote(name)}"
    graph = catalogue.checked(links.base + path, "graph")
    if not linked_data.graph_exists(view, settings, graph):
        raise not_found("graph", name, "List the graphs with SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } at /sparql.")
    headers = linked_data.headers(f"/{path}", GRAPH_FORMS)
    if form == HTML:
        return render(request, "graph.html", _first_rows(view, links, graph), headers=headers)
    pieces = stream(partial(linked_data.write_graph, view, graph, form))
    return StreamingResponse(pieces, media_type=linked_data.media_type(form), headers=headers)


def _first_rows(view: View, links: Links, graph: str) -> dict[str, object]:
    rows = []
    for quad in islice(view.quads(graph), _SHOWN + 1):
        subject, value = (getattr(term, "value", str(term)) for term in (quad.subject, quad.object))
        pages = {"subject_page": links.path(subject), "page": links.path(value)}
        rows.append({"subject": subject, "predicate": quad.predicate.value, "value": value, **pages})
    return {"iri": graph, "rows": rows[:_SHOWN], "more": len(rows) > _SHOWN}
