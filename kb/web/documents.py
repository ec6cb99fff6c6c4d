"""Bodies of requests, and what the OpenAPI document says of routes that read them themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Request

from kb.endpoint.evaluation import GRAPH_FORMATS, RESULT_FORMATS
from kb.web import openapi
from kb.web.problems import ProblemError

_STATUSES = {
    400: "the query does not parse, may not be run, or its answer is too large",
    401: "writing without the right token",
    403: "writing is off",
    404: "there is no such graph",
    406: "no form of the answer is acceptable",
    413: "the body is too long",
    415: "the body is of another type or encoding",
    503: "too many queries at the moment",
    504: "the query was ended at its deadline",
}


def problems(*statuses: int) -> dict[str, Any]:
    """The answers of an operation that are errors, as OpenAPI has them."""
    return {str(status): {**openapi.problem(status), "description": _STATUSES[status]} for status in statuses}


def answers(status: int, description: str, forms: Iterable[str] = ()) -> dict[str, Any]:
    """An answer of an operation that is none."""
    content: dict[str, Any] = {"content": {media: {} for media in forms}} if forms else {}
    return {str(status): {"description": description, "headers": openapi.headers("X-Request-ID"), **content}}


def parameter(name: str, text: str, example: Any, kind: str = "string", required: bool = False) -> dict[str, Any]:
    """A parameter of the query string, as OpenAPI has it."""
    schema: dict[str, Any] = {"type": kind}
    if kind == "array":
        schema["items"] = {"type": "string"}
    schema["examples"] = [example]
    return {"name": name, "in": "query", "required": required, "description": text, "schema": schema}


_EXAMPLE = "SELECT ?s WHERE { ?s a <https://w3id.org/stancekb/ns#Stance> } LIMIT 5"
_GRAPH = "https://w3id.org/stancekb/graph/wikidata"
_DATASET = [
    parameter("default-graph-uri", "a graph to read instead of the union of all", [_GRAPH], "array"),
    parameter("named-graph-uri", "a graph that GRAPH may read", [_GRAPH], "array"),
    parameter("timeout", "seconds until the query is ended; never more than the service allows", 5, "number"),
]
_FORMAT = {
    **parameter("format", "the form of the answer, in place of the Accept header", "csv"),
    "schema": {
        "type": "string",
        "enum": ["html", "json", "xml", "csv", "tsv", "ttl", "nt", "jsonld"],
        "examples": ["csv"],
    },
}
_NAME = parameter("example", "without a query: the question of /queries that the form begins with", "who-opposes")
_ANSWER = answers(
    200,
    "the answer; the description of the service or the form where there is no query",
    (*RESULT_FORMATS, *GRAPH_FORMATS, "text/html"),
)
GET_QUERY: dict[str, Any] = {
    "parameters": [parameter("query", "a SPARQL 1.1 query", _EXAMPLE), *_DATASET, _FORMAT, _NAME],
    "responses": {**_ANSWER, **answers(304, "the client has this answer"), **problems(400, 404, 406, 503, 504)},
}
POST_QUERY: dict[str, Any] = {
    "parameters": [*_DATASET, _FORMAT],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("query", "update", "format")},
                },
                "example": {"query": _EXAMPLE},
            },
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/sparql-update": {"schema": {"type": "string"}},
        },
    },
    "responses": {
        **_ANSWER,
        **answers(204, "the update was done"),
        **problems(400, 401, 403, 406, 413, 415, 503, 504),
    },
}


async def body(request: Request, longest: int) -> str:
    """The request's body as text.

    Raises:
        ProblemError: it is longer than `longest` bytes, or no UTF-8.
    """
    try:
        return (await raw_body(request, longest)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError(
            400, f"The request's body is not UTF-8 at byte {error.start}.", "Encode it as UTF-8."
        ) from None


async def raw_body(request: Request, longest: int) -> bytes:
    """The request's body.

    Raises:
        ProblemError: it is longer than `longest` bytes.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > longest:
            raise ProblemError(413, f"The request's body is longer than {longest} bytes.", "Send less at once.")
        parts.append(part)
    return b"".join(parts)
