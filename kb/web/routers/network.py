"""`/network`: who supports and opposes whom."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kb.web import comparisons, schemas
from kb.web.asking import FilterOf
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.more import Around, Least, Nodes
from kb.web.negotiation import CSV, HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.pictures import network
from kb.web.pictures.relating import NODES, relate_network
from kb.web.pictures.relation import parties
from kb.web.pictures.showing import to_csv, to_json
from kb.web.routers.entities import VARY

router = APIRouter(tags=["Comparisons"])


@router.get(
    "/network",
    summary="Who supports and opposes whom",
    **documented(schemas.Picture, [JSON, HTML, CSV], [400, 404, 406]),
)
def get_network(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    asked: FilterOf,
    limit: Nodes = None,
    least: Least = 1,
    around: Around = "",
) -> Response:
    """Utterances by holder, target and polarity among the entities with the most, or around one of them.

    Propositions are left out: who is against a plan is not against those it is about. So are unnamed sources.
    """
    form = choose_form(request, [JSON, HTML, CSV])
    making = comparisons.make(request, view, links, index.tables, asked)
    making = replace(making, asked=replace(making.asked, filter=replace(making.asked.filter, target_kind="entity")))
    related = relate_network(making)
    picture = network.picture(related.relations, making.width, related.query)
    if form == CSV:
        return Response(to_csv(picture), media_type=f"{CSV}; charset=utf-8", headers=VARY)
    if form == JSON:
        return JSONResponse(to_json(picture), headers=VARY)
    more = comparisons.more_of(request, "limit", "least", "around")
    given = {name: value for name, value in making.asked.given.items() if name != "target_kind"}
    context = {
        "asked": comparisons.asked_of(request, "from", "to", "source", "around"),
        "span": index.tables.records.span(),
        "least": least,
        "limit": limit or NODES,
        "min_confidence": asked.filter.min_confidence or 0,
        "figure_of": comparisons.figure(
            "network", picture, replace(making, asked=replace(making.asked, given=given)), more
        ),
        "known": related.known,
        "nodes": parties(related.relations),
        "relations": related.relations,
        "lines": comparisons.lines(related.relations, given),
        "forms": comparisons.forms(request),
        "query": comparisons.query_page(related.query),
    }
    return render(request, "network.html", context, headers=VARY)
