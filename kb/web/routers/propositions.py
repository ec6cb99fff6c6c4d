"""`/propositions`: what people are for or against."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
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
from kb.web.routers.entities import Limit

router = APIRouter(tags=["Propositions"])


@router.get(
    "/propositions/{id}",
    summary="One proposition and the stances towards it",
    **documented(schemas.Proposition, FORMS, [400, 404, 406]),
)
def get_proposition(
    request: Request,
    id: Annotated[str, Path(description="id of a target of /stances", examples=["0123456789abcdef01234567"])],
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    limit: Limit = 50,
) -> Response:
    """What it says, whom it is about, and who is for and against, by outlet."""
    form = choose_form(request, FORMS)
    iri = catalogue.checked(links.iri("proposition", id), "proposition")
    headers = linked_data.headers(links.path(iri), FORMS, iri)
    if form in RDF_FORMS and (triples := linked_data.describe(view, links, index.tables.records, iri, limit)):
        return linked_data.answer(triples, form, headers)
    tables = index.tables
    if form == HTML and (known := catalogue.known_proposition(view, links, iri)):
        making = Making(view, links, tables, Asked(Filter(target=iri), {"target": known["id"]}), {})
        part = profiles.profile(making, "timeline", "holders", "confidence", cards=20)
        return render(request, "proposition.html", {"proposition": known, "towards": part}, headers=headers)
    proposition = catalogue.proposition(view, links, tables.records, iri, limit)
    if proposition is None:
        raise not_found("proposition", id, "List propositions with /propositions?q=, and use the 'id' it gives.")
    return JSONResponse(proposition, headers=headers)
