"""`/graph-store`: the SPARQL 1.1 Graph Store HTTP Protocol; writing needs the token.

A graph is named by ?graph=IRI, by ?default, or by the address itself where that is the graph's IRI
(`/graph-store/anything`).
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import IO, Any

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from kb.endpoint.evaluation import GRAPH_FORMATS
from kb.errors import UsageError
from kb.store.embedded import EmbeddedStore
from kb.store.sparql import insert_text
from kb.web import documents
from kb.web.negotiation import choose
from kb.web.problems import ProblemError, not_found
from kb.web.routers.dump import stream
from kb.web.writing import Writing

router = APIRouter(tags=["Graph store"])

_LONGEST = 50_000_000  # bytes of a graph that is sent
_GRAPH = [
    documents.parameter("graph", "IRI of the graph", "https://w3id.org/stancekb/graph/wikidata"),
    documents.parameter("default", "given without a value: the default graph, which is the union of all", ""),
]
_READ: dict[str, Any] = {
    "parameters": _GRAPH,
    "responses": {
        **documents.answers(200, "the graph", GRAPH_FORMATS),
        **documents.answers(304, "the client has this answer"),
        **documents.problems(400, 404, 406, 503),
    },
}
_WRITE: dict[str, Any] = {
    "parameters": _GRAPH,
    "requestBody": {"required": True, "content": {media: {"schema": {"type": "string"}} for media in GRAPH_FORMATS}},
    "responses": {
        **documents.answers(201, "the graph is new"),
        **documents.answers(204, "done"),
        **documents.problems(400, 401, 403, 413, 415, 503),
    },
}
_DELETE: dict[str, Any] = {
    "parameters": _GRAPH,
    "responses": {**documents.answers(204, "done"), **documents.problems(400, 401, 403, 404, 503)},
}


@router.get("/graph-store", summary="One graph", response_class=Response, openapi_extra=_READ)
@router.get("/graph-store/{name:path}", include_in_schema=False)
def read_graph(request: Request) -> Response:
    """As Turtle, N-Triples, RDF/XML or JSON-LD."""
    graph = _graph(request)
    media = choose(request.headers.get("accept", ""), list(GRAPH_FORMATS))
    if media is None:
        raise ProblemError(406, "No form of a graph is acceptable.", f"Ask for one of: {', '.join(GRAPH_FORMATS)}.")
    snapshot = request.app.state.snapshots.current
    if isinstance(graph, ox.NamedNode) and not _holds(snapshot.view.db, graph):
        raise not_found("graph", graph.value, "List the graphs with SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }.")
    pieces = stream(partial(_write, snapshot.view.db, graph, GRAPH_FORMATS[media]))
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return StreamingResponse(pieces, media_type=media + charset, headers={"Vary": "Accept"})


@router.put("/graph-store", summary="Replace one graph", status_code=204, openapi_extra=_WRITE)
@router.put("/graph-store/{name:path}", include_in_schema=False)
async def put_graph(request: Request) -> Response:
    """Needs the token."""
    return await _store(request, replace=True)


@router.post("/graph-store", summary="Add to one graph", status_code=204, openapi_extra=_WRITE)
@router.post("/graph-store/{name:path}", include_in_schema=False)
async def post_graph(request: Request) -> Response:
    """Needs the token. Without a graph's name a new graph is made; `Location` says where it is."""
    return await _store(request, replace=False)


@router.delete("/graph-store", summary="Remove one graph", status_code=204, openapi_extra=_DELETE)
@router.delete("/graph-store/{name:path}", include_in_schema=False)
async def delete_graph(request: Request) -> Response:
    """Needs the token."""
    writing: Writing = request.app.state.writing
    writing.authorise(request)
    graph = _graph(request)

    def work(store: EmbeddedStore) -> bool:
        if not _holds(store.db, graph):
            return False
        store.update("CLEAR DEFAULT" if isinstance(graph, ox.DefaultGraph) else f"DROP GRAPH {graph}")
        return True

    if not await writing.run(work):
        raise not_found("graph", str(graph), "Nothing was changed.")
    return Response(status_code=204)


async def _store(request: Request, replace: bool) -> Response:
    writing: Writing = request.app.state.writing
    writing.authorise(request)
    fresh = not replace and not _names_graph(request)
    graph = ox.NamedNode(f"{_here(request)}/{ox.BlankNode().value}") if fresh else _graph(request)
    triples = await _triples(request, graph)

    def work(store: EmbeddedStore) -> bool:
        new = not _holds(store.db, graph)
        quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
        if isinstance(graph, ox.NamedNode) and replace:
            store.replace_graphs({graph.value: quads})
            return new
        if replace:
            store.update(f"CLEAR DEFAULT ; {insert_text(quads)}")
        else:
            store.load(quads)
        return new

    new = await writing.run(work)
    headers = {"Location": graph.value} if fresh and isinstance(graph, ox.NamedNode) else {}
    return Response(status_code=201 if new else 204, headers=headers)


async def _triples(request: Request, graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Triple]:
    media = _media(request.headers.get("content-type", ""))
    base = graph.value if isinstance(graph, ox.NamedNode) else _here(request)
    if media == "multipart/form-data":
        found = []
        async with request.form() as form:
            for part in form.values():
                if isinstance(part, UploadFile):
                    found += await asyncio.to_thread(_parse, await part.read(), _media(part.content_type or ""), base)
        return found
    return await asyncio.to_thread(_parse, await documents.raw_body(request, _LONGEST), media, base)


def _parse(text: bytes, media: str, base: str) -> list[ox.Triple]:
    form = GRAPH_FORMATS.get(media)
    if form is None:
        raise ProblemError(
            415, f"A graph cannot be read from {media or 'no type'!r}.", f"Send one of: {', '.join(GRAPH_FORMATS)}."
        )
    try:
        return [quad.triple for quad in ox.parse(text, format=form, base_iri=base)]
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"the graph does not parse: {error}; correct it there") from None


def _graph(request: Request) -> ox.NamedNode | ox.DefaultGraph:
    names = request.query_params.getlist("graph")
    default = "default" in request.query_params
    if len(names) + default > 1:
        raise UsageError("?graph= and ?default name more than one graph; name one")
    if default:
        return ox.DefaultGraph()
    if not names and not _names_graph(request):
        raise UsageError("the request names no graph; add ?graph=IRI or ?default")
    iri = names[0] if names else str(request.url.replace(query=""))
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"graph: {iri!r} is no absolute IRI ({error}); give one of a named graph") from None


def _names_graph(request: Request) -> bool:
    given = "graph" in request.query_params or "default" in request.query_params
    return given or bool(request.path_params.get("name"))


def _here(request: Request) -> str:
    return str(request.url.replace(query="", path="/graph-store"))


def _media(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _holds(db: ox.Store, graph: Any) -> bool:
    return any(True for _ in db.quads_for_pattern(None, None, None, graph))


def _write(db: ox.Store, graph: Any, form: ox.RdfFormat, out: IO[bytes]) -> None:
    db.dump(out, format=form, from_graph=graph)
