"""`/entities/{id}`: one entity with its stances."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue, linked_data, profiles, schemas
from kb.web.asking import Asked
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.filters import Filter
from kb.web.linked_data import FORMS, RDF_FORMS
from kb.web.negotiation import HTML, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.pictures.making import Making
from kb.web.problems import not_found

router = APIRouter(tags=["Entities"])
Limit = Annotated[int, Query(ge=1, le=1000, description="how many at the most", examples=[20])]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="how many to leave out at the start", examples=[0])]

VARY = {"Vary": "Accept"}


@router.get(
    "/entities/{id:path}",
    summary="One entity and its stances",
    **documented(schemas.Entity, FORMS, [400, 404, 406]),
)
def get_entity(
    request: Request,
    id: Annotated[str, Path(description="key of a search result, Wikidata QID, or IRI", examples=["Q22316"])],
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    limit: Limit = 50,
) -> Response:
    """What it holds, what others hold towards it, and towards propositions about it: three lists, never added up.

    The RDF forms hold the stances whole, with evidence and chains; `limit` is of each list in every form.
    """
    form = choose_form(request, FORMS)
    iri = index.resolve(id) or catalogue.checked(links.iri("entity", id) if "://" not in id else id, "entity")
    headers = linked_data.headers(links.path(iri), FORMS, iri)
    if links.parts(iri)[0] != "entity":
        raise _no_entity(id)
    if form in RDF_FORMS:
        triples = linked_data.describe(view, links, index.tables.records, iri, limit)
        if not triples:
            raise _no_entity(id)
        return linked_data.answer(triples, form, headers)
    tables = index.tables
    if form == HTML:
        person = catalogue.known_entity(view, links, iri)
        if person is None:
            raise _no_entity(id)
        making = Making(view, links, tables, Asked(Filter(), {}), {})
        context = {
            "entity": person,
            "sides": profiles.sides(making, iri, person["id"]),
            "facts": profiles.facts(view, tables, iri),
            "outlet": any(row["iri"] == iri for row in tables.outlets),
        }
        return render(request, "entity.html", context, headers=headers)
    entity = catalogue.entity(view, links, tables.records, iri, limit)
    if entity is None:
        raise _no_entity(id)
    return JSONResponse(entity, headers=headers)


def _no_entity(id: str) -> Exception:
    return not_found("entity", id, "Search by name with /entities?q=, and use the 'id' or the QID it gives.")
