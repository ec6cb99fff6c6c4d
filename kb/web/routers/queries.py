"""`/queries`: the questions that ship with the base, asked by address."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from kb import queries
from kb.errors import UsageError
from kb.web import schemas
from kb.web.dependencies import LinksOf, ViewOf
from kb.web.negotiation import CSV, HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.routers.entities import VARY

router = APIRouter(tags=["Questions"])


def _documented() -> dict[str, Any]:
    """With the parameters of all questions: each takes its own."""
    found = documented(schemas.QuestionAnswer, [JSON, CSV, HTML], [400, 404, 406])
    found["openapi_extra"]["parameters"].append(
        {
            "name": "parameters",
            "in": "query",
            "required": False,
            "style": "form",
            "explode": True,
            "description": "the parameters of the question, each by its own name: ?target=Q159&min_confidence=0.8",
            "schema": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "examples": [{"target": "Q159"}],
            },
        }
    )
    return found


@router.get("/queries", summary="All questions", **documented(schemas.QuestionList, [JSON, HTML], [406]))
def get_queries(request: Request) -> Response:
    """Each with its parameters."""
    form = choose_form(request, [JSON, HTML])
    if form == HTML:
        topics: dict[str, list[queries.Query]] = {}
        for query in queries.list_queries():
            topics.setdefault(query.topic, []).append(query)
        return render(request, "queries.html", {"topics": topics})
    return JSONResponse({"queries": [_about(query) for query in queries.list_queries()]}, headers=VARY)


@router.get("/queries/{name}", summary="Ask a question", **_documented())
def get_query(
    request: Request,
    name: Annotated[str, Path(description="name of a question of /queries", examples=["who-opposes"])],
    view: ViewOf,
    links: LinksOf,
) -> Response:
    """Give the parameters of the question as ?name=value; /queries lists them. JSON, CSV or a page with a form."""
    form = choose_form(request, [JSON, CSV, HTML])
    query = queries.get(name)
    asked = {key: value for key, value in request.query_params.items() if key != "format"}
    if form == HTML:
        return _page(request, query, asked, view, links)
    rows = queries.run(view, query, asked)
    if form == CSV:
        return Response(_csv(rows), media_type=f"{CSV}; charset=utf-8", headers=VARY)
    content = {**_about(query), "asked": asked, "columns": rows.columns, "rows": list(rows)}
    return JSONResponse(jsonable_encoder(content), headers=VARY)


def _page(request: Request, query: queries.Query, asked: dict[str, str], view: ViewOf, links: LinksOf) -> Response:
    """The form and, where enough is given, the answer; a wrong value is told beside the form."""
    rows, problem, status = None, "", 200
    ready = asked or not any(parameter.required for parameter in query.parameters)
    if ready:
        try:
            rows = queries.run(view, query, asked)
        except UsageError as error:
            problem, status = str(error), 400
    cells = [] if rows is None else list(rows)
    texts = {value for row in cells for value in row.values() if isinstance(value, str)}
    paths = {text: path for text in texts if (path := links.path(text))}
    context: dict[str, Any] = {
        "question": query,
        "asked": asked,
        "problem": problem,
        "columns": rows.columns if rows is not None else (),
        "rows": cells if rows is not None else None,
        "paths": paths,
    }
    return render(request, "query.html", context, status=status)


def _about(query: queries.Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "question": query.question,
        "topic": query.topic,
        "page": f"/queries/{query.name}",
        "parameters": [
            {"name": p.name, "type": p.type, "meaning": p.meaning, "required": p.required, "default": p.default}
            for p in query.parameters
        ],
    }


def _csv(rows: queries.Rows) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows.columns)
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    return text.getvalue()
