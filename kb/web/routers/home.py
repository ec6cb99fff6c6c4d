"""`/` and `/docs`: the way in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kb import queries
from kb.web import catalogue, schemas
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.routers.entities import VARY

router = APIRouter(tags=["Start"])
_LATEST = 8


@router.get("/", summary="The start page", **documented(schemas.Start, [HTML, JSON], [406]))
def get_home(request: Request, view: ViewOf, links: LinksOf, index: IndexOf) -> Response:
    """Totals, the latest articles, the questions, and where everything is."""
    form = choose_form(request, [HTML, JSON])
    context: dict[str, Any] = {
        "totals": index.tables.totals,
        "articles": catalogue.latest_articles(view, links, _LATEST),
        "questions": [{"name": q.name, "title": q.title, "page": f"/queries/{q.name}"} for q in queries.list_queries()],
    }
    if form == HTML:
        return render(request, "home.html", context)
    context["addresses"] = sorted(request.app.openapi()["paths"])
    return JSONResponse(context, headers=VARY)


@router.get("/docs", summary="The addresses and their parameters", **documented(None, [HTML]))
def get_docs(request: Request) -> Response:
    """A page of the same content as /openapi.json."""
    return render(request, "docs.html", {"api": request.app.openapi()})
