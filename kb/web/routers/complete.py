"""`/complete`: what a name may go on as, for boxes that complete what is typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from kb.web.answers import Completions, documented
from kb.web.dependencies import IndexOf
from kb.web.gathering import Kind
from kb.web.negotiation import JSON, choose_form
from kb.web.things import Hit

router = APIRouter(tags=["Names"])

KindOf = Annotated[Kind, Query(description="what is looked for: entity, source or proposition", examples=["entity"])]
TypeOf = Annotated[str, Query(max_length=200, description="class it must have, as in 'types'", examples=["Person"])]


@router.get("/complete", summary="Complete a name", responses=documented(Completions, 400, 406))
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
    return JSONResponse(context, headers={"Vary": "Accept"})
