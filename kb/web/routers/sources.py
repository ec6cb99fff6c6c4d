"""`/sources`: outlets and what they printed; unnamed sources, each of its one article."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.routers.entities import VARY, Limit

router = APIRouter(tags=["Sources"])


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
