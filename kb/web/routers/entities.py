"""`/entities/{id}`: one entity with its stances."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.store.base import View
from kb.web import catalogue
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.links import Links
from kb.web.listing import Filter, list_stances
from kb.web.negotiation import HTML, JSON, TURTLE, choose_form
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.protocol import GRAPH_FORMATS, write_triples

router = APIRouter(tags=["Entities"])
Limit = Annotated[int, Query(ge=1, le=1000, description="how many at the most", examples=[20])]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="how many to leave out at the start", examples=[0])]

VARY = {"Vary": "Accept"}


@router.get("/entities/{id:path}", summary="One entity and its stances")
def get_entity(request: Request, id: str, view: ViewOf, links: LinksOf, index: IndexOf, limit: Limit = 50) -> Response:
    """What it holds, what others hold towards it, and towards propositions about it: three lists, never added up.

    The id is the key of search results, a Wikidata QID, or the IRI.
    """
    form = choose_form(request, [JSON, HTML, TURTLE])
    iri = index.resolve(id) or catalogue.checked(links.iri("entity", id) if "://" not in id else id, "entity")
    if form == TURTLE:
        return _turtle(view, links, iri, id)
    entity = catalogue.entity(view, links, iri, limit) if links.parts(iri)[0] == "entity" else None
    if entity is None:
        raise _no_entity(id)
    if form == HTML:
        return render(request, "entity.html", {"entity": entity, "limit": limit})
    return JSONResponse(entity, headers=VARY)


def _turtle(view: View, links: Links, iri: str, id: str) -> Response:
    """The entity's triples with all its stances, whole: evidence and chains too."""
    own = catalogue.triples(view, [iri], frozenset())
    if not own:
        raise _no_entity(id)
    stances: list[str] = []
    for wanted in (Filter(holder=iri), Filter(target=iri), Filter(about=iri)):
        stances += list_stances(view, wanted, 10_000)
    found = [*own, *catalogue.stance_triples(view, stances)]
    return Response(write_triples(found, GRAPH_FORMATS[TURTLE]), media_type=f"{TURTLE}; charset=utf-8", headers=VARY)


def _no_entity(id: str) -> Exception:
    return not_found("entity", id, "Search by name with /entities?q=, and use the 'id' or the QID it gives.")
