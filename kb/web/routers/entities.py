"""`/entities`: search by name, and one entity with its stances."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.store.base import View
from kb.web import catalogue
from kb.web.answers import FORMAT, Entities, documented
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.gathering import Kind
from kb.web.links import Links, is_qid
from kb.web.listing import Filter, list_stances
from kb.web.negotiation import HTML, JSON, TURTLE, choose_form
from kb.web.pages import render
from kb.web.paging import FURTHEST, Limit, Offset, link_header, neighbours
from kb.web.problems import not_found
from kb.web.protocol import GRAPH_FORMATS, write_triples
from kb.web.routers.complete import TypeOf

router = APIRouter(tags=["Entities"])
VARY = {"Vary": "Accept"}


@router.get(
    "/entities",
    summary="Search entities by name",
    responses=documented(Entities, 400, 406, html=True),
    openapi_extra=FORMAT,
)
def search_entities(
    request: Request,
    index: IndexOf,
    q: Annotated[
        str,
        Query(max_length=200, description="a name, a part of one, or a QID; empty lists all", examples=["merkel"]),
    ] = "",
    type: TypeOf = "",
    linked: Annotated[
        bool | None, Query(description="true: with a Wikidata item; false: without one", examples=[True])
    ] = None,
    min_stances: Annotated[
        int, Query(ge=0, le=FURTHEST, description="held and towards it together, at the least", examples=[3])
    ] = 0,
    fuzzy: Annotated[
        bool, Query(description="find names that are spelt like it too, the most alike first", examples=[False])
    ] = False,
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response:
    """Case, accents and punctuation do not matter. The same name first, then by how many stances there are.

    With `fuzzy` letters may be missing, swapped or wrong and words in another order; each row has a score of 60 to 100.
    """
    form = choose_form(request, [JSON, HTML])
    tables = index.tables
    things = tables[Kind.ENTITY]
    only = things.only(type, linked, min_stances)
    if q.strip() and (known := tables.find(Kind.ENTITY, q.strip())) is not None and is_qid(q.strip().upper()):
        rows = [tables.row(Kind.ENTITY, known)] if only is None or only[known] else []
        total, rows = len(rows), rows[offset : offset + limit]
    elif fuzzy:
        hits, total = things.alike(q, limit, offset, only)
        rows = [{**tables.row(Kind.ENTITY, hit.number), "score": hit.score, "matched": hit.matched} for hit in hits]
    else:
        found, total = things.search(q, limit, offset, only)
        rows = [tables.row(Kind.ENTITY, number) for number in found]
    pages = neighbours(request, total, limit, offset)
    context = {"q": q, "total": total, "limit": limit, "offset": offset, **pages, "entities": rows}
    headers = {**VARY, **link_header(pages)}
    if form == HTML:
        return render(request, "entities.html", context, headers=headers)
    return JSONResponse(context, headers=headers)


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
