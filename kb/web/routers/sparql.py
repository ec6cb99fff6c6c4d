"""`/sparql`: the SPARQL 1.1 Protocol, and a form for people."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from kb.endpoint.evaluation import GRAPH_FORMATS, RESULT_FORMATS, Bounds, Question
from kb.iris import PREFIXES
from kb.web import description, documents
from kb.web.answers import Answers
from kb.web.links import Links
from kb.web.negotiation import HTML, choose
from kb.web.pages import render
from kb.web.problems import ProblemError
from kb.web.writing import Writing

router = APIRouter(tags=["SPARQL"])

#: Loose names that clients use, and what they get.
RESULT_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
GRAPH_ALIASES = {"application/json": "application/ld+json", "application/xml": "application/rdf+xml"}
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_SHOWN = 500  # rows shown on the page
_PAGE = Bounds(5_000, 2_000_000)  # of an answer that is made a page of
Pairs = list[tuple[str, str]]

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


@router.get("/sparql/", include_in_schema=False)
@router.get(
    "/sparql", summary="Ask a SPARQL query, or get the form", response_class=Response, openapi_extra=documents.GET_QUERY
)
async def get_query(request: Request) -> Response:
    """SELECT and ASK: JSON, XML, CSV or TSV; CONSTRUCT and DESCRIBE: Turtle, N-Triples, RDF/XML or JSON-LD.

    Without a query: a description of the service (RDF), or the form (a browser).
    """
    pairs = request.query_params.multi_items()
    names = {name for name, _ in pairs}
    if "update" in names:
        raise ProblemError(
            400, "An update was sent with GET, which must change nothing.", "Send it with POST.", {"Allow": "POST"}
        )
    if "query" not in names:
        return await _without_query(request)
    return await _respond(request, pairs)


@router.post("/sparql/", include_in_schema=False)
@router.post("/sparql", summary="Ask a SPARQL query", response_class=Response, openapi_extra=documents.POST_QUERY)
async def post_query(request: Request) -> Response:
    """Takes a form (query=) or the query itself as application/sparql-query; with a token also updates."""
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if media not in (_FORM, _QUERY, _UPDATE):
        raise ProblemError(
            415,
            f"A query cannot be read from a body of type {media or 'none'!r}.",
            f"Send {_FORM} with query=, or the query as {_QUERY}.",
            {"Accept-Post": f"{_FORM}, {_QUERY}"},
        )
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if parameters.strip() and "charset" in parameters.lower() and charset not in ("utf-8", "utf8"):
        raise ProblemError(415, f"The request's body is said to be {charset!r}.", "Encode it as UTF-8 and say so.")
    text = await documents.body(request, request.app.state.settings.query_bytes)
    sent = _form(text) if media == _FORM else [("query" if media == _QUERY else "update", text)]
    pairs = [*sent, *request.query_params.multi_items()]
    if any(name == "update" for name, _ in pairs):
        return await _update(request, pairs)
    return await _respond(request, pairs)


async def _respond(request: Request, pairs: Pairs) -> Response:
    accept = request.headers.get("accept", "")
    results = choose(accept, [*RESULT_FORMATS, *RESULT_ALIASES, HTML]) or ""
    graph = choose(accept, [*GRAPH_FORMATS, *GRAPH_ALIASES, HTML]) or ""
    page = HTML in (results, graph)
    if page:
        results, graph = next(iter(RESULT_FORMATS)), next(iter(GRAPH_FORMATS))
    question = Question(
        _one(pairs, "query"),
        RESULT_ALIASES.get(results, results),
        GRAPH_ALIASES.get(graph, graph),
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
        str(request.url.replace(query="")),
    )
    answers: Answers = request.app.state.answers
    if page:
        media, body = await answers.ask(question, _client(request), _seconds(request, pairs), _PAGE)
        return _form_page(request, question.query, _shown(answers.links, body, media in GRAPH_FORMATS))
    return await answers.respond(request, question, _client(request), _seconds(request, pairs))


async def _update(request: Request, pairs: Pairs) -> Response:
    writing: Writing = request.app.state.writing
    writing.authorise(request)
    if any(name == "query" for name, _ in pairs):
        raise ProblemError(400, "The request has a query and an update.", "Send them one after the other.")
    await writing.update(
        _one(pairs, "update"),
        [value for name, value in pairs if name == "using-graph-uri"],
        [value for name, value in pairs if name == "using-named-graph-uri"],
        str(request.url.replace(query="")),
    )
    return Response(status_code=204)


async def _without_query(request: Request) -> Response:
    accept = request.headers.get("accept", "")
    chosen = choose(accept, [*GRAPH_FORMATS, HTML]) if accept not in ("", "*/*") else next(iter(GRAPH_FORMATS))
    if chosen == HTML:
        return _form_page(request, "", {})
    if chosen is None:
        raise _missing(0, "query")
    return description.respond(request, chosen)


def _one(pairs: Pairs, name: str) -> str:
    """The value of a parameter that has to be there once."""
    values = [value for key, value in pairs if key == name]
    if len(values) != 1:
        raise _missing(len(values), name)
    return values[0]


def _missing(number: int, name: str) -> ProblemError:
    return ProblemError(
        400,
        f"The request has {number} parameters named {name!r}; it needs one.",
        f"Give it as ?{name}=..., as a form field, or as the body of type application/sparql-{name}.",
    )


def _seconds(request: Request, pairs: Pairs) -> float:
    """The query's time: what the client asks for, never more than the setting."""
    most = float(request.app.state.settings.query_seconds)
    asked = next((value for name, value in pairs if name == "timeout"), "")
    if not asked:
        return most
    try:
        seconds = float(asked)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ProblemError(400, f"timeout={asked!r} is no number of seconds.", f"Give one from 1 to {most:.0f}.")
    return min(seconds, most)


def _client(request: Request) -> str:
    """Who asks; of IPv6 the part of the address that belongs to one network, as the rest can be chosen at will."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if ":" in host else host


def _form(text: str) -> Pairs:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1_000)
    except ValueError as error:
        raise ProblemError(
            400, f"The form cannot be read: {error}.", "Encode it as UTF-8 and percent-encode it."
        ) from None


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
