"""`/sources`: outlets and what they printed; unnamed sources, each of its one article."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue, linked_data, profiles, schemas
from kb.web.asking import Asked
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.linked_data import FORMS, RDF_FORMS
from kb.web.negotiation import HTML, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.pictures.making import Making
from kb.web.problems import not_found
from kb.web.routers.entities import Limit

router = APIRouter(tags=["Sources"])
_SHOWN = 12  # articles on the page


@router.get(
    "/sources/{id}",
    summary="One outlet or unnamed source",
    **documented(schemas.Source, FORMS, [400, 404, 406]),
)
def get_source(
    request: Request,
    id: Annotated[str, Path(description="key or QID of an outlet, or hash of an unnamed source", examples=["potomac"])],
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    limit: Limit = 50,
) -> Response:
    """An outlet by key or QID, or an unnamed source by its hash, with its latest stances."""
    form = choose_form(request, FORMS)
    iri = index.resolve(id) or catalogue.checked(links.iri("source", id), "source")
    if links.parts(iri)[0] != "source" and not any(row["iri"] == iri for row in index.tables.outlets):
        raise not_found("source", id, f"Nothing of it is an outlet's; see {links.path(iri) or '/sources'}.")
    headers = linked_data.headers(f"/sources/{quote(id, safe='')}", FORMS, iri)
    if form in RDF_FORMS and (triples := linked_data.describe(view, links, index.tables.records, iri, limit)):
        return linked_data.answer(triples, form, headers)
    tables = index.tables
    if form == HTML and (known := catalogue.known_source(view, links, iri, _SHOWN)):
        making = Making(view, links, tables, Asked(catalogue.of_source(links, iri), {"source": known["id"]}), {})
        outlet = known["kind"] == "outlet"
        context = {
            "source": known,
            "part": profiles.profile(making, *(("timeline", "targets", "confidence") if outlet else ()), cards=10),
            "voices": profiles.voices(making) if outlet else {},
            "prints": profiles.prints(view, iri) if outlet else {},
        }
        return render(request, "source.html", context, headers=headers)
    source = catalogue.source(view, links, tables.records, iri, limit)
    if source is None:
        raise not_found("source", id, "List outlets with /sources, and use the 'id' it gives.")
    return JSONResponse(source, headers=headers)
