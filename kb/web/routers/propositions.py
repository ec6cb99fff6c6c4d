"""`/propositions`: what people are for or against."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.store.base import View
from kb.web import catalogue
from kb.web.answers import Propositions, documented
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.gathering import Kind
from kb.web.names import Mask
from kb.web.naming import ENTITY, iri_of
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.nodes import SCHEMA, Nodes, select
from kb.web.pages import render
from kb.web.paging import FURTHEST, Limit, Offset, link_header, neighbours
from kb.web.problems import not_found
from kb.web.routers.entities import VARY
from kb.web.rows import named
from kb.web.tables import Tables

router = APIRouter(tags=["Propositions"])


@router.get("/propositions", summary="Search propositions", responses=documented(Propositions, 400, 404, 406))
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
    choose_form(request, [JSON])
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


@router.get("/propositions/{id}", summary="One proposition and the stances towards it")
def get_proposition(request: Request, id: str, view: ViewOf, links: LinksOf, limit: Limit = 50) -> Response:
    """What it says, whom it is about, and who is for and against, by outlet."""
    form = choose_form(request, [JSON, HTML])
    iri = catalogue.checked(links.iri("proposition", id), "proposition")
    proposition = catalogue.proposition(view, links, iri, limit)
    if proposition is None:
        raise not_found("proposition", id, "List propositions with /propositions?q=, and use the 'id' it gives.")
    if form == HTML:
        return render(request, "proposition.html", {"proposition": proposition, "limit": limit})
    return JSONResponse(proposition, headers=VARY)
