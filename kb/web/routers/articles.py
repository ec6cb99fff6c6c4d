"""`/articles`: what the base holds, and one article with its stances."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue, linked_data, schemas
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.linked_data import FORMS, RDF_FORMS
from kb.web.negotiation import HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.routers.entities import VARY, Limit, Offset

router = APIRouter(tags=["Articles"])


@router.get("/articles", summary="All articles", **documented(schemas.ArticleList, [JSON, HTML], [400, 406]))
def get_articles(
    request: Request, view: ViewOf, links: LinksOf, index: IndexOf, limit: Limit = 50, offset: Offset = 0
) -> Response:
    """Latest first."""
    form = choose_form(request, [JSON, HTML])
    total = index.tables.totals["articles"]
    rows = catalogue.latest_articles(view, links, limit, offset)
    context = {"articles": rows, "total": total, "limit": limit, "offset": offset}
    if form == HTML:
        return render(request, "articles.html", context)
    return JSONResponse(context, headers=VARY)


@router.get(
    "/articles/{slug}",
    summary="One article and its stances",
    **documented(schemas.Article, FORMS, [400, 404, 406]),
)
def get_article(
    request: Request,
    slug: Annotated[str, Path(description="id of an article of /articles", examples=["ledger-2016-02-13-munich"])],
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    limit: Limit = 500,
) -> Response:
    """Its stances in the order of the text; the text itself is not published. The RDF forms are its graph."""
    form = choose_form(request, FORMS)
    iri = catalogue.checked(links.iri("article", slug), "article")
    headers = linked_data.headers(links.path(iri), FORMS, iri)
    if form in RDF_FORMS and (triples := linked_data.describe(view, links, index.tables.records, iri, limit)):
        return linked_data.answer(triples, form, headers)
    article = catalogue.article_page(view, links, index.tables.records, iri, limit)
    if article is None:
        raise not_found("article", slug, "List articles with /articles, and use the 'id' it gives.")
    if form == HTML:
        return render(request, "article.html", {"article": article}, headers=headers)
    return JSONResponse(article, headers=headers)
