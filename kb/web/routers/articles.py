"""`/articles`: what the base holds, and one article with its stances."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue
from kb.web.dependencies import LinksOf, ViewOf
from kb.web.negotiation import HTML, JSON, TURTLE, choose_form
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.protocol import GRAPH_FORMATS, write_triples
from kb.web.routers.entities import VARY, Limit, Offset

router = APIRouter(tags=["Articles"])


@router.get("/articles", summary="All articles")
def get_articles(request: Request, view: ViewOf, links: LinksOf, limit: Limit = 50, offset: Offset = 0) -> Response:
    """Latest first."""
    form = choose_form(request, [JSON, HTML])
    total = catalogue.totals(view)["articles"]
    rows = catalogue.latest_articles(view, links, limit, offset)
    context = {"articles": rows, "total": total, "limit": limit, "offset": offset}
    if form == HTML:
        return render(request, "articles.html", context)
    return JSONResponse(context, headers=VARY)


@router.get("/articles/{slug}", summary="One article and its stances")
def get_article(request: Request, slug: str, view: ViewOf, links: LinksOf, limit: Limit = 500) -> Response:
    """Its stances in the order of the text; the text itself is not published."""
    form = choose_form(request, [JSON, HTML, TURTLE])
    iri = catalogue.checked(links.iri("article", slug), "article")
    article = catalogue.article_page(view, links, iri, limit)
    if article is None:
        raise not_found("article", slug, "List articles with /articles, and use the 'id' it gives.")
    if form == TURTLE:
        text = write_triples(catalogue.graph_triples(view, f"{links.base}graph/article/{slug}"), GRAPH_FORMATS[TURTLE])
        return Response(text, media_type=f"{TURTLE}; charset=utf-8", headers=VARY)
    if form == HTML:
        return render(request, "article.html", {"article": article})
    return JSONResponse(article, headers=VARY)
