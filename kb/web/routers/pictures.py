"""`/pictures/{name}`: pictures of stances, with the data and the query behind them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from kb.web import schemas
from kb.web.asking import FilterOf
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.more import MoreOf
from kb.web.negotiation import CSV, HTML, JSON, SVG, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.pictures.kinds import KINDS
from kb.web.pictures.making import MIDDLE, WIDTHS, Making
from kb.web.pictures.picture import draw
from kb.web.pictures.showing import shown, to_csv, to_json
from kb.web.pictures.themes import themed
from kb.web.problems import not_found

router = APIRouter(tags=["Pictures"])
FORMS = (SVG, HTML, JSON, CSV)
_HEADERS = {"Vary": "Accept"}


class Theme(StrEnum):
    """Whose colours: those of light or of dark pages, or names of variables for a page that has them."""

    LIGHT = "light"
    DARK = "dark"
    PAGE = "page"


@router.get(
    "/pictures/{name}", summary="A picture of stances", **documented(schemas.Picture, FORMS, [400, 404, 406, 503])
)
async def get_picture(
    request: Request,
    name: Annotated[str, Path(description=f"what it shows: {', '.join(KINDS)}", examples=["timeline"])],
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    asked: FilterOf,
    more: MoreOf,
    width: Annotated[int, Query(ge=200, le=2000, description="of the drawing in pixels", examples=[700])] = MIDDLE,
    theme: Annotated[Theme, Query(description="colours: light, dark, or page", examples=["light"])] = Theme.LIGHT,
) -> Response:
    """As SVG, as its data in JSON or CSV, or on a page with the data as a table and the query that gives the same."""
    form = choose_form(request, FORMS)
    if name not in KINDS:
        raise not_found("picture", name, f"Ask for one of: {', '.join(KINDS)}.")
    nearest = min(WIDTHS, key=lambda size: abs(size - width))
    making = Making(view, links, index.tables, asked, dict(request.query_params), nearest)
    picture = await run_in_threadpool(KINDS[name], making)
    if form == CSV:
        return Response(to_csv(picture), media_type=f"{CSV}; charset=utf-8", headers=_HEADERS)
    if form == JSON:
        return JSONResponse(to_json(picture), headers=_HEADERS)
    svg = await draw(picture, request.app.state.drawing)
    if form == SVG:
        drawn = svg if theme == Theme.PAGE else themed(svg, theme)
        return Response(drawn, media_type=SVG, headers=_HEADERS)
    context = {"picture": shown(name, picture, {**asked.given, **more}), "svg": svg, "table": picture}
    return await run_in_threadpool(render, request, "picture.html", context, headers=_HEADERS)
