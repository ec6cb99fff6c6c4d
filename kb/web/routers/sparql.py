"""`/sparql`: the SPARQL 1.1 Protocol, and a form for people."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from kb import queries
from kb.endpoint.evaluation import GRAPH_FORMATS, RESULT_FORMATS, Question
from kb.web import description, documents, query_page, schemas, terms
from kb.web.answers import Answers
from kb.web.negotiation import HTML, JSON, NotAcceptableError, choose, choose_form
from kb.web.openapi import documented
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
#: What `format` may say in place of an Accept header, for links and forms.
FORMATS = {
    "html": HTML,
    "json": "application/json",
    "xml": "application/xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
}
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
Pairs = list[tuple[str, str]]


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


@router.get("/sparql/terms", summary="What a query can be written with", **documented(schemas.Terms, [JSON], [406]))
def get_terms(request: Request) -> Response:
    """Prefixes, keywords, functions, and classes, properties and values with what they mean, for editors."""
    choose_form(request, [JSON])
    return JSONResponse(terms.document())


@router.get(
    "/sparql/examples/{name}",
    summary="A question as a query that can be run as it stands",
    **documented(schemas.QueryExample, [JSON], [404, 406]),
)
async def get_example(
    request: Request,
    name: Annotated[str, Path(description="name of a question of /queries", examples=["who-opposes"])],
) -> Response:
    """Its parameters have values, if possible such that the base has an answer."""
    choose_form(request, [JSON])
    query = queries.get(name)
    text = await query_page.example_text(request, _client(request), name)
    return JSONResponse({"name": name, "title": query.title, "question": query.question, "query": text})


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
    accept = _accept(request, pairs)
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
    if page:
        return await query_page.show_answer(request, question, _client(request), _seconds(request, pairs), pairs)
    answers: Answers = request.app.state.answers
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
    accept = _accept(request, request.query_params.multi_items())
    chosen = choose(accept, [*GRAPH_FORMATS, HTML]) if accept not in ("", "*/*") else next(iter(GRAPH_FORMATS))
    if chosen == HTML:
        return await query_page.show_form(request, _client(request), request.query_params.get("example", ""))
    if chosen is None:
        raise _missing(0, "query")
    return description.respond(request, chosen)


def _accept(request: Request, pairs: Pairs) -> str:
    """The forms that the client takes: what `format` says, else its Accept header."""
    asked = next((value for name, value in pairs if name == "format"), "")
    if not asked:
        return request.headers.get("accept", "")
    if asked.lower() not in FORMATS:
        raise NotAcceptableError(f"format {asked!r} cannot be had here; use one of: {', '.join(FORMATS)}")
    return FORMATS[asked.lower()]


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
