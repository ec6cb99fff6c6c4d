"""`/propositions`: what people are for or against."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue
from kb.web.dependencies import LinksOf, ViewOf
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.routers.entities import VARY, Limit

router = APIRouter(tags=["Propositions"])


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
