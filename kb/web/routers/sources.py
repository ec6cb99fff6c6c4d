"""`/sources`: outlets and what they printed; unnamed sources, each of its one article."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue
from kb.web.answers import FORMAT, Outlets, documented
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.pages import render
from kb.web.paging import Limit, Offset, link_header, neighbours
from kb.web.problems import not_found
from kb.web.routers.entities import VARY

router = APIRouter(tags=["Sources"])


@router.get("/sources", summary="Outlets", responses=documented(Outlets, 400, 406, html=True), openapi_extra=FORMAT)
def get_sources(
    request: Request,
    index: IndexOf,
    q: Annotated[
        str, Query(max_length=200, description="a name or a part of one; empty lists all", examples=["ledger"])
    ] = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Each with the articles the base holds of it and the utterances it was the first to print; these count for the
    order. Unnamed sources are found by /complete?kind=source."""
    form = choose_form(request, [JSON, HTML])
    rows = index.tables.outlets_called(q)
    pages = neighbours(request, len(rows), limit, offset)
    context = {
        "q": q,
        "total": len(rows),
        "limit": limit,
        "offset": offset,
        **pages,
        "sources": rows[offset : offset + limit],
    }
    headers = {**VARY, **link_header(pages)}
    if form == HTML:
        return render(request, "sources.html", context, headers=headers)
    return JSONResponse(context, headers=headers)


@router.get("/sources/{id}", summary="One outlet or unnamed source")
def get_source(request: Request, id: str, view: ViewOf, links: LinksOf, index: IndexOf, limit: Limit = 50) -> Response:
    """An outlet by key or QID, or an unnamed source by its hash, with its latest stances."""
    form = choose_form(request, [JSON, HTML])
    iri = index.resolve(id) or catalogue.checked(links.iri("source", id), "source")
    source = catalogue.source(view, links, iri, limit)
    if source is None:
        raise not_found("source", id, "List outlets with /sources, and use the 'id' it gives.")
    if form == HTML:
        return render(request, "source.html", {"source": source, "limit": limit})
    return JSONResponse(source, headers=VARY)
