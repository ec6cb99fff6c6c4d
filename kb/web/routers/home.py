"""`/` and `/docs`: the way in."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kb import queries
from kb.store.base import View
from kb.web import catalogue, profiles, schemas, starting
from kb.web.asking import Asked
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.filters import Filter
from kb.web.gathering import Kind
from kb.web.links import Links
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.pictures.making import Making
from kb.web.routers.entities import VARY
from kb.web.tables import Tables

router = APIRouter(tags=["Start"])
_LATEST = 8
_FOUND = 10  # of each kind
_LISTS = {
    "stances": "/stances",
    "articles": "/articles",
    "entities": "/entities",
    "propositions": "/propositions",
    "outlets": "/sources",
}
_GROUPS = (
    (Kind.ENTITY, "Entities", "/entities"),
    (Kind.PROPOSITION, "Propositions", "/propositions"),
    (Kind.SOURCE, "Sources", ""),
)


@router.get("/", summary="The start page", **documented(schemas.Start, [HTML, JSON], [406]))
def get_home(request: Request, view: ViewOf, links: LinksOf, index: IndexOf) -> Response:
    """Totals, the latest articles, the questions, and where everything is."""
    form = choose_form(request, [HTML, JSON])
    tables = index.tables
    context: dict[str, Any] = {
        "totals": tables.totals,
        "articles": catalogue.latest_articles(view, links, _LATEST),
        "questions": [{"name": q.name, "title": q.title, "page": f"/queries/{q.name}"} for q in queries.list_queries()],
    }
    if form == HTML:
        shown = _kept(request, tables, view, links)
        return render(request, "home.html", {**context, **shown, "lists": _LISTS})
    context["addresses"] = sorted(request.app.openapi()["paths"])
    return JSONResponse(context, headers=VARY)


def _kept(request: Request, tables: Tables, view: View, links: Links) -> dict[str, Any]:
    """What the start page shows of the stances; made once for each version of the content."""
    kept: tuple[Tables, dict[str, Any]] | None = getattr(request.app.state, "start", None)
    if kept is None or kept[0] is not tables:
        making = Making(view, links, tables, Asked(Filter(), {}), {})
        shown = {
            "examples": starting.examples(making, view),
            "disputed": starting.disputed(making),
            "timeline": profiles.picture(making, "timeline"),
        }
        kept = request.app.state.start = (tables, shown)
    return kept[1]


@router.get("/search", summary="Search everything by name", **documented(None, [HTML], [400]))
def search_all(
    request: Request,
    index: IndexOf,
    q: Annotated[str, Query(max_length=200, description="a name, a part of one, or a QID", examples=["kerry"])] = "",
) -> Response:
    """A page of what has the name: entities, propositions and sources. For programs: /complete, /entities and so on."""
    tables = index.tables
    groups = [_group(tables, kind, title, more, q) for kind, title, more in _GROUPS] if q.strip() else []
    return render(request, "search.html", {"q": q, "groups": groups})


def _group(tables: Tables, kind: Kind, title: str, more: str, q: str) -> dict[str, Any]:
    known = tables.find(kind, q.strip())
    numbers, total = ([known], 1) if known is not None else tables[kind].search(q, _FOUND)
    if not numbers:
        hits, total = tables[kind].alike(q, _FOUND)
        numbers = [hit.number for hit in hits]
    return {
        "kind": str(kind),
        "title": title,
        "total": total,
        "rows": [_found(tables, kind, number) for number in numbers],
        "more": f"{more}?{urlencode({'q': q})}" if more else "",
    }


def _found(tables: Tables, kind: Kind, number: int) -> dict[str, Any]:
    """What was found; of a source with the number of stances that its page lists."""
    row = tables.row(kind, number)
    if kind is not Kind.SOURCE:
        return row
    records = tables.records
    reports = records.count(records.select(catalogue.of_source(tables.links, row["iri"])))
    return {**row, "reports": reports.stances}


@router.get("/docs", summary="The addresses and their parameters", **documented(None, [HTML]))
def get_docs(request: Request) -> Response:
    """A page of the same content as /openapi.json."""
    return render(request, "docs.html", {"api": request.app.openapi()})
