"""The page of `/sparql`: the form with the query, what is wrong with it, its answer in a table and in a picture."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from kb import queries
from kb.endpoint.evaluation import GRAPH_FORMATS, Bounds, Question, TooLarge
from kb.errors import DrawingError, UsageError
from kb.iris import PREFIXES
from kb.store.sparql import tokens
from kb.web import editor, examples
from kb.web.answers import Answers
from kb.web.cells import Namer
from kb.web.faults import fault, padded
from kb.web.observing import record_of
from kb.web.pages import render
from kb.web.pictures import result
from kb.web.pictures.picture import draw
from kb.web.problems import ProblemError

LONGEST_ADDRESS = 6_000  # characters of an address that every browser, proxy and mail takes
ROWS = 500  # shown of an answer
_BOUNDS = Bounds(5_000, 2_000_000)  # of an answer that is made a page of
_TEXT = 200_000  # characters shown of a graph
_SECONDS = 3.0  # that an example may take to find good values
_TABLE = (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"), ("XML", "xml"))
_GRAPH = (("Turtle", "ttl"), ("JSON-LD", "jsonld"), ("N-Triples", "nt"), ("RDF/XML", "xml"))
_KEPT = ("default-graph-uri", "named-graph-uri", "timeout")  # parameters that go with the query
_START = f"""PREFIX st: <{PREFIXES["st"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>

# Who opposes what, in how many stances
SELECT ?holder ?target (COUNT(?stance) AS ?stances) WHERE {{
  ?stance st:holder/rdfs:label ?holder ;
          st:target/(rdfs:label|skos:prefLabel) ?target ;
          st:polarity st:Oppose .
}}
GROUP BY ?holder ?target
ORDER BY DESC(?stances) ?holder ?target
LIMIT 40
"""


async def show_form(request: Request, client: str, example: str = "") -> Response:
    """The page without an answer.

    Args:
        example: name of the question whose text the form shall have.

    Raises:
        UnknownName: there is no such question.
    """
    query = await example_text(request, client, example) if example else _START
    return await asyncio.to_thread(_render, request, query, [], {})


async def example_text(request: Request, client: str, name: str) -> str:
    """A question as a query that can be run as it stands.

    Raises:
        UnknownName: there is no such question.
    """
    answers: Answers = request.app.state.answers

    async def ask(query: str) -> list[str] | None:
        try:
            _, body = await answers.ask(Question(query), client, _SECONDS, _BOUNDS)
        except (ProblemError, UsageError):
            return None
        found = json.loads(body)
        variables = found["head"]["vars"][:1]
        return [row.get(name, {}).get("value", "") for row in found["results"]["bindings"] for name in variables]

    view = request.app.state.snapshots.current.view
    return await examples.runnable(queries.get(name), request.app.state.index.tables, view, ask)


async def show_answer(
    request: Request, question: Question, client: str, seconds: float, pairs: list[tuple[str, str]]
) -> Response:
    """The page with the query and its answer, or with what is wrong."""
    answers: Answers = request.app.state.answers
    query, kept = question.query, [pair for pair in pairs if pair[0] in _KEPT]
    asked = Question(
        padded(query),
        question.results,
        question.graph,
        question.default_graphs,
        question.named_graphs,
        question.base,
    )
    try:
        media, body = await answers.ask(asked, client, seconds, _BOUNDS)
    except (ProblemError, UsageError) as error:
        return await asyncio.to_thread(_render_problem, request, query, kept, error)
    namer = Namer(answers.links, request.app.state.index.tables)
    if media in GRAPH_FORMATS:
        shown = {"result": await asyncio.to_thread(_graph, namer, body.decode())}
        return await asyncio.to_thread(_render, request, query, kept, shown, downloads=_GRAPH)
    found = json.loads(body)
    if "boolean" in found:
        shown = {"result": {"kind": "boolean", "value": found["boolean"]}}
        return await asyncio.to_thread(
            _render, request, query, kept, shown, downloads=(("JSON", "json"), ("XML", "xml"))
        )
    table = await asyncio.to_thread(_table, request, namer, found)
    picture = await _picture(request, namer, found, query)
    return await asyncio.to_thread(
        _render, request, query, kept, {"result": table, "picture": picture}, downloads=_TABLE
    )


def _render_problem(
    request: Request, query: str, kept: list[tuple[str, str]], error: ProblemError | UsageError
) -> Response:
    problem = error if isinstance(error, ProblemError) else ProblemError(400, str(error), "")
    found = fault(query, problem.detail)
    shown = {
        "problem": {
            "detail": found.reason if found else problem.detail,
            "next": problem.next_step,
            "engine": problem.detail if found else "",
            "request_id": record_of(request.scope).request_id if problem.status >= 500 else "",
        },
        "fault": found,
        "mended": f"{found.declarations}{query}" if found and found.declarations else "",
    }
    whole = _TABLE if isinstance(error.__context__, TooLarge) else ()
    return _render(request, query, kept, shown, problem.status, problem.headers, whole)


def _render(
    request: Request,
    query: str,
    kept: list[tuple[str, str]],
    shown: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    downloads: tuple[tuple[str, str], ...] = (),
) -> Response:
    address = f"/sparql?{urlencode([('query', query), *kept])}"
    context = {
        "query": query,
        "kept": kept,
        "address": address if len(address) <= LONGEST_ADDRESS else "",
        "longest": LONGEST_ADDRESS,
        "downloads": downloads,
        "topics": examples.by_topic(),
        "ace": f"/static/ace/{editor.version()}",
        "scripts": editor.SCRIPTS,
        "styles": editor.STYLES,
        "base": request.app.state.settings.base_iri,
        **{"problem": None, "fault": None, "mended": "", "result": None, "picture": None},
        **shown,
    }
    return render(request, "sparql.html", context, status=status, headers=headers)


def _table(request: Request, namer: Namer, found: dict[str, Any]) -> dict[str, Any]:
    """The first rows, and which columns are of numbers."""
    variables, rows = found["head"].get("vars", []), found["results"]["bindings"]
    first = rows[:ROWS]
    iris = {value["value"] for row in first for value in row.values() if value["type"] == "uri"}
    namer.read(request.app.state.snapshots.current.view, iris)
    cells = [[namer.cell(row.get(name)) for name in variables] for row in first]
    numeric = [
        any(row[column]["text"] for row in cells)
        and all(row[column]["class"] == "number" for row in cells if row[column]["text"])
        for column in range(len(variables))
    ]
    heads = [{"name": name, "number": number} for name, number in zip(variables, numeric, strict=True)]
    return {"kind": "rows", "heads": heads, "rows": cells, "total": len(rows), "shown": len(cells)}


async def _picture(request: Request, namer: Namer, found: dict[str, Any], query: str) -> dict[str, Any] | None:
    """The picture for screens and for phones; the page shows the one that fits."""
    made = [await asyncio.to_thread(result.picture_of, found, namer.name, query, narrow) for narrow in (False, True)]
    pictures = [picture for picture in made if picture is not None]
    if not pictures:
        return None
    drawn: list[str] = []
    try:
        drawn = [await draw(picture, request.app.state.drawing) for picture in pictures]
    except DrawingError as error:
        record_of(request.scope).error = error
    return {"title": pictures[0].title, "text": pictures[0].text, "drawn": drawn}


def _graph(namer: Namer, text: str) -> dict[str, Any]:
    """Turtle in pieces, those that are IRIs or stand for one with where they lead; prefixes that it uses only."""
    heads = [line for line in text.splitlines() if line.startswith("@prefix ")]
    body = "\n".join(line for line in text.splitlines() if not line.startswith("@prefix "))
    shown = body[:_TEXT]
    pieces: list[tuple[str, str]] = []
    used: set[str] = set()
    done = 0
    for token in tokens(shown):
        prefix, colon, local = token.text.partition(":")
        if token.kind == "iri":
            iri = token.text[1:-1]
        elif token.kind == "word" and colon and prefix in PREFIXES:
            iri = PREFIXES[prefix] + local
            used.add(f"@prefix {prefix}:")
        else:
            continue
        pieces += [(shown[done : token.start], ""), (token.text, namer.path(iri))]
        done = token.start + len(token.text)
    pieces.append((shown[done:], ""))
    kept = [line for line in heads if line.partition(" <")[0] in used]
    return {
        "kind": "graph",
        "heads": kept,
        "pieces": pieces,
        "empty": not body.strip(),
        "cut": len(body) > _TEXT,
    }
