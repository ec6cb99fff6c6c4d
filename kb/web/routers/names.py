"""Search by name: `/complete` for boxes that complete what is typed, and lists of entities, outlets, propositions."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.store.base import View
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.gathering import Kind
from kb.web.links import is_qid
from kb.web.name_schemas import FORMAT, Completions, Entities, Outlets, Propositions, answers
from kb.web.names import Mask
from kb.web.naming import ENTITY, iri_of
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.nodes import SCHEMA, Nodes, select
from kb.web.pages import render
from kb.web.paging import FURTHEST, link_header, neighbours
from kb.web.routers.entities import VARY, Limit, Offset
from kb.web.rows import named
from kb.web.tables import Tables
from kb.web.things import Hit

router = APIRouter(tags=["Names"])
KindOf = Annotated[Kind, Query(description="what is looked for: entity, source or proposition", examples=["entity"])]
TypeOf = Annotated[str, Query(max_length=200, description="class it must have, as in 'types'", examples=["Person"])]


@router.get("/complete", summary="Complete a name", **answers(Completions, 400, 406))
def complete_name(
    request: Request,
    index: IndexOf,
    q: Annotated[
        str, Query(max_length=200, description="the beginning of a name or of a word in it", examples=["ker"])
    ],
    kind: KindOf = Kind.ENTITY,
    type: TypeOf = "",
    limit: Annotated[int, Query(ge=1, le=100, description="how many at the most", examples=[10])] = 10,
) -> JSONResponse:
    """Names in all languages, whatever their case and accents. Who is called exactly so comes first, then who has the
    most stances. A QID or an id finds its thing."""
    choose_form(request, [JSON])
    tables = index.tables
    things = tables[kind]
    only = things.only(type)
    found = things.complete(q, limit, only)
    known = tables.find(kind, q.strip()) if q.strip() else None
    if known is not None and (only is None or only[known]):
        found = [Hit(known, things.label(known)), *(hit for hit in found if hit.number != known)][:limit]
    context = {"q": q, "kind": str(kind), "results": [tables.completion(kind, hit) for hit in found]}
    return JSONResponse(context, headers=VARY)


@router.get(
    "/entities",
    summary="Search entities by name",
    **answers(Entities, 400, 406, html=True),
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


@router.get("/sources", summary="Outlets", **answers(Outlets, 400, 406, html=True), openapi_extra=FORMAT)
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


@router.get(
    "/propositions",
    summary="Search propositions",
    **answers(Propositions, 400, 404, 406, html=True),
    openapi_extra=FORMAT,
)
def search_propositions(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    q: Annotated[
        str, Query(max_length=200, description="words of it, or a part of one; empty lists all", examples=["bridge"])
    ] = "",
    about: Annotated[
        str, Query(max_length=500, description="about this entity: name, key, QID or IRI", examples=["Q159"])
    ] = "",
    min_stances: Annotated[int, Query(ge=0, le=FURTHEST, description="towards it, at the least", examples=[2])] = 0,
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response:
    """The same wording first, then by how many stances are towards it."""
    form = choose_form(request, [JSON, HTML])
    tables = index.tables
    things = tables[Kind.PROPOSITION]
    only = things.only(least=min_stances)
    if about:
        only = _about(view, tables, iri_of(tables, "about", about, ENTITY), only)
    found, total = things.search(q, limit, offset, only)
    nodes = Nodes()
    nodes.fetch(view, map(things.iri, found), frozenset({f"{SCHEMA}about"}))
    rows = []
    for number in found:
        whole = tables.row(Kind.PROPOSITION, number)
        row = {name: whole[name] for name in ("id", "iri", "page", "name", "stances_towards")}
        subjects = nodes[row["iri"]].all(f"{SCHEMA}about")
        rows.append({**row, "about": [named(nodes, links, iri) for iri in subjects]})
    pages = neighbours(request, total, limit, offset)
    context = {"q": q, "total": total, "limit": limit, "offset": offset, **pages, "propositions": rows}
    if form == HTML:
        return render(request, "propositions.html", context, headers={**VARY, **link_header(pages)})
    return JSONResponse(context, headers={**VARY, **link_header(pages)})


def _about(view: View, tables: Tables, entity: str, only: Mask | None) -> Mask:
    """The propositions about the entity, of those that `only` lets through."""
    things = tables[Kind.PROPOSITION]
    mask = np.zeros(len(things), bool)
    query = "SELECT DISTINCT ?p WHERE { ?p schema:about ?entity }"
    for row in select(view, query, "p", bindings={"entity": ox.NamedNode(entity)}):
        number = things.find(row[0].value) if row[0] is not None else None
        if number is not None:
            mask[number] = True
    return mask if only is None else mask & only
