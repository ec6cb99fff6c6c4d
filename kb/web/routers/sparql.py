"""`/sparql`: queries by the SPARQL 1.1 Protocol, and a form for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request, Response

from kb.iris import PREFIXES
from kb.store.base import View
from kb.web.dependencies import LinksOf, ViewOf
from kb.web.links import Links
from kb.web.negotiation import HTML, NotAcceptableError, choose
from kb.web.pages import render
from kb.web.problems import ProblemError
from kb.web.protocol import (
    GRAPH_ALIASES,
    GRAPH_FORMATS,
    RESULT_ALIASES,
    RESULT_FORMATS,
    Question,
    answer,
    form_of,
)

router = APIRouter(tags=["SPARQL"])

_LONGEST = 1_000_000  # bytes of a request's body
_AT_ONCE = 8  # queries that run at the same time; the pages have threads of their own
_SHOWN = 500  # rows shown on the page
_limits: dict[str, CapacityLimiter] = {}

_EXAMPLES = (
    (
        "Who opposes what, the surest first",
        """SELECT ?holder ?target ?quote ?confidence WHERE {
  ?s a st:Stance ; st:holder ?h ; st:target ?t ; st:polarity st:Oppose ;
     st:confidence ?confidence ; st:evidence/oa:hasSelector/oa:exact ?quote .
  ?h rdfs:label ?holder . ?t rdfs:label|skos:prefLabel ?target .
} ORDER BY DESC(?confidence) LIMIT 50""",
    ),
    (
        "Stances that rest on unnamed sources",
        """SELECT ?holder ?source ?target WHERE {
  ?s st:viaUnnamed true ; st:holder/rdfs:label ?holder ; st:voice/st:describedAs ?source ;
     st:target/(rdfs:label|skos:prefLabel) ?target .
} LIMIT 50""",
    ),
    (
        "Utterances by original outlet and polarity",
        """SELECT ?outlet ?polarity (COUNT(DISTINCT ?u) AS ?utterances) WHERE {
  ?s st:polarity ?polarity ; st:utterance ?u ; st:originPublisher/rdfs:label ?outlet .
} GROUP BY ?outlet ?polarity ORDER BY ?outlet ?polarity""",
    ),
)


@router.get("/sparql", summary="Ask a SPARQL query, or get the form")
async def get_query(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    query: Annotated[str | None, Query(description="a SPARQL 1.1 query")] = None,
    default_graph_uri: Annotated[list[str] | None, Query(alias="default-graph-uri")] = None,
    named_graph_uri: Annotated[list[str] | None, Query(alias="named-graph-uri")] = None,
) -> Response:
    """SELECT and ASK: JSON, XML, CSV or TSV; CONSTRUCT and DESCRIBE: Turtle, N-Triples, RDF/XML or JSON-LD."""
    if query is None and choose(request.headers.get("accept", ""), ["text/plain", HTML]) == HTML:
        return _form_page(request, "", {})
    return await _respond(request, view, links, request.query_params.multi_items())


@router.post("/sparql", summary="Ask a SPARQL query")
async def post_query(request: Request, view: ViewOf, links: LinksOf) -> Response:
    """Takes a form (query=) or the query itself as application/sparql-query."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "application/x-www-form-urlencoded":
        pairs = parse_qsl(await _body(request), keep_blank_values=True)
        return await _respond(request, view, links, [*pairs, *request.query_params.multi_items()])
    if media == "application/sparql-query":
        pairs = [("query", await _body(request))]
        return await _respond(request, view, links, [*pairs, *request.query_params.multi_items()])
    if media == "application/sparql-update":
        raise _read_only()
    raise ProblemError(
        415,
        f"A query cannot be read from a body of type {media or 'none'!r}.",
        "Send application/x-www-form-urlencoded with query=, or the query as application/sparql-query.",
        {"Accept-Post": "application/x-www-form-urlencoded, application/sparql-query"},
    )


async def _respond(request: Request, view: View, links: Links, pairs: Sequence[tuple[str, str]]) -> Response:
    question = _question(pairs)
    graph = form_of(question.query) in ("CONSTRUCT", "DESCRIBE")
    formats = list(GRAPH_FORMATS if graph else RESULT_FORMATS)
    aliases = GRAPH_ALIASES if graph else RESULT_ALIASES
    asked = request.headers.get("accept", "")
    chosen = choose(asked, [*formats, *aliases, HTML])
    if chosen is None:
        raise NotAcceptableError(f"Accept: {asked!r} takes no form of this; ask for one of: {', '.join(formats)}")
    media = aliases.get(chosen, chosen)
    if chosen == HTML:
        media = formats[0]
    limiter = _limits.setdefault("queries", CapacityLimiter(_AT_ONCE))
    body = await to_thread.run_sync(answer, view, question, media, limiter=limiter)
    if chosen == HTML:
        return _form_page(request, question.query, _shown(links, body, graph))
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return Response(body, media_type=media + charset, headers={"Vary": "Accept"})


def _question(pairs: Sequence[tuple[str, str]]) -> Question:
    """The request's parameters, of which `query` has to be there once."""
    queries = [value for name, value in pairs if name == "query"]
    if any(name == "update" for name, _ in pairs):
        raise _read_only()
    if len(queries) != 1:
        raise ProblemError(
            400,
            f"The request has {len(queries)} parameters named 'query'; it needs one.",
            "Give the query as ?query=..., as a form field, or as the body of type application/sparql-query.",
        )
    return Question(
        queries[0],
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
    )


async def _body(request: Request) -> str:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LONGEST:
            raise ProblemError(413, f"The request's body is longer than {_LONGEST} bytes.", "Send a shorter query.")
        parts.append(part)
    try:
        return b"".join(parts).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError(
            400, f"The request's body is not UTF-8 at byte {error.start}.", "Encode it as UTF-8."
        ) from None


def _read_only() -> ProblemError:
    return ProblemError(
        405,
        "This endpoint only reads; it takes no updates.",
        "Send a SELECT, ASK, CONSTRUCT or DESCRIBE query; to add articles use the command `kb add`.",
        {"Allow": "GET, HEAD, POST, OPTIONS"},
    )


def _form_page(request: Request, query: str, result: dict[str, Any]) -> Response:
    prefixes = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
    examples = [(title, f"{prefixes}\n{text}") for title, text in _EXAMPLES]
    context = {"query": query or examples[0][1], "examples": examples, "result": result}
    return render(request, "sparql.html", context)


def _shown(links: Links, body: bytes, graph: bool) -> dict[str, Any]:
    """What the page shows of an answer: text, a truth value, or the first rows."""
    if graph:
        return {"kind": "graph", "text": body.decode()}
    found = json.loads(body)
    if "boolean" in found:
        return {"kind": "boolean", "value": found["boolean"]}
    names, rows = found["head"].get("vars", []), found["results"]["bindings"]
    cells = []
    for row in rows[:_SHOWN]:
        values = [row.get(name, {"type": "", "value": ""}) for name in names]
        cells.append(
            [{**value, "page": links.path(value["value"]) if value["type"] == "uri" else ""} for value in values]
        )
    return {"kind": "rows", "names": names, "rows": cells, "total": len(rows), "shown": len(cells)}
