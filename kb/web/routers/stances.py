"""`/stances`: stances by holder, target, polarity, source and date, and one stance with its receipt."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.store.base import View
from kb.web import catalogue, linked_data, schemas
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.gathering import Kind
from kb.web.linked_data import FORMS, RDF_FORMS
from kb.web.links import Links
from kb.web.listing import Filter, count_stances, list_stances
from kb.web.naming import ENTITY, HOLDER, SOURCE, TARGET, iri_of
from kb.web.negotiation import CSV, HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.paging import link_header, neighbours
from kb.web.problems import not_found
from kb.web.routers.entities import VARY, Limit, Offset
from kb.web.rows import Row, read_rows
from kb.web.tables import Tables

router = APIRouter(tags=["Stances"])

#: The columns of the CSV form, each with the path to its value in a row.
COLUMNS = {
    "stance": ("iri",),
    "holder": ("holder", "name"),
    "holder_kind": ("holder", "kind"),
    "holder_qid": ("holder", "qid"),
    "polarity": ("polarity",),
    "target": ("target", "name"),
    "target_kind": ("target", "kind"),
    "target_qid": ("target", "qid"),
    "kind": ("kind",),
    "certainty": ("certainty",),
    "confidence": ("confidence",),
    "date": ("date",),
    "voice": ("voice", "name"),
    "author": ("author", "name"),
    "quote": ("evidence", "exact"),
    "start": ("evidence", "start"),
    "end": ("evidence", "end"),
    "article": ("article", "title"),
    "article_url": ("article", "url"),
    "article_date": ("article", "date"),
    "publisher": ("article", "publisher", "name"),
    "original_publisher": ("article", "original_publisher", "name"),
}


@router.get(
    "/stances",
    summary="Stances by filter",
    **documented(schemas.StanceList, [JSON, HTML, CSV], [400, 404, 406]),
)
def get_stances(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    holder: Annotated[
        str, Query(description="whose stances: name, key, QID or IRI; or the IRI of any agent", examples=["Q22316"])
    ] = "",
    target: Annotated[
        str,
        Query(description="towards what: name, key, QID or IRI; or wording or key of a proposition", examples=["Q159"]),
    ] = "",
    about: Annotated[
        str, Query(description="towards propositions about this entity: name, key, QID or IRI", examples=["Q159"])
    ] = "",
    polarity: Annotated[str, Query(description="support, oppose, neutral or mixed", examples=["oppose"])] = "",
    source: Annotated[
        str,
        Query(
            description="outlet of the copy or of the original: name, key, QID or IRI; or key of an unnamed source",
            examples=["The Potomac Ledger"],
        ),
    ] = "",
    article: Annotated[str, Query(description="slug or IRI of an article", examples=["ledger-2016-02-13-munich"])] = "",
    since: Annotated[
        str,
        Query(alias="from", description="stated on or after: YYYY, YYYY-MM or YYYY-MM-DD", examples=["2016-02"]),
    ] = "",
    until: Annotated[
        str, Query(alias="to", description="stated on or before: YYYY, YYYY-MM or YYYY-MM-DD", examples=["2016-12-31"])
    ] = "",
    min_confidence: Annotated[
        float | None, Query(ge=0, le=1, description="our confidence at the least, 0 to 1", examples=[0.8])
    ] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Latest first, each with its sentence, its chain of voices and its article. Retracted stances are left out."""
    form = choose_form(request, [JSON, HTML, CSV])
    tables = index.tables
    origin = iri_of(tables, "source", source, SOURCE)
    unnamed = links.parts(origin)[0] == "source"
    wanted = Filter(
        holder=iri_of(tables, "holder", holder, HOLDER),
        target=_target(view, tables, links, target),
        about=iri_of(tables, "about", about, ENTITY),
        source="" if unnamed else origin,
        voice=origin if unnamed else "",
        article=_article(view, links, article),
        polarity=polarity,
        since=since,
        until=until,
        min_confidence=min_confidence,
    )
    total = count_stances(view, wanted)
    rows = read_rows(view, links, list_stances(view, wanted, limit, offset))
    pages = neighbours(request, total, limit, offset)
    headers = {**VARY, **link_header(pages)}
    if form == CSV:
        return Response(_csv(rows), media_type=f"{CSV}; charset=utf-8", headers=headers)
    context: dict[str, Any] = {
        "total": total,
        "limit": limit,
        "offset": offset,
        **pages,
        "previous": pages["prev"],  # what it was called first
        "stances": rows,
    }
    if form == HTML:
        names = ("holder", "target", "about", "polarity", "source", "article", "from", "to", "min_confidence")
        asked = {name: request.query_params.get(name, "") for name in names}
        return render(request, "stances.html", {**context, "asked": asked}, headers=headers)
    return JSONResponse(context, headers=headers)


@router.get("/stances/{id}", summary="One stance with its receipt", **documented(schemas.Stance, FORMS, [404, 406]))
def get_stance(
    request: Request,
    id: Annotated[str, Path(description="id of a stance of /stances", examples=["0123456789abcdef01234567"])],
    view: ViewOf,
    links: LinksOf,
) -> Response:
    """Holder, target, polarity, the sentence with its offsets, and the whole chain of who told whom."""
    form = choose_form(request, FORMS)
    iri = catalogue.checked(links.iri("stance", id), "stance")
    if catalogue.read_node(view, iri) is None:
        raise not_found("stance", id, "List stances with /stances, and use the 'id' it gives.")
    headers = linked_data.headers(links.path(iri), FORMS, iri)
    if form in RDF_FORMS:
        return linked_data.answer(catalogue.stance_triples(view, [iri]), form, headers)
    row = read_rows(view, links, [iri])[0]
    if form == HTML:
        return render(request, "stance.html", {"stance": row}, headers=headers)
    return JSONResponse(row, headers=headers)


def _target(view: View, tables: Tables, links: Links, text: str) -> str:
    proposition = links.iri("proposition", text)
    if text and tables.find(Kind.PROPOSITION, text) is None and catalogue.read_node(view, proposition) is not None:
        return proposition  # one without a wording
    return iri_of(tables, "target", text, TARGET)


def _article(view: View, links: Links, text: str) -> str:
    iri = text if not text or "://" in text else links.iri("article", text)
    if iri and catalogue.read_node(view, iri) is None:
        raise not_found("article (parameter article)", text, "List articles with /articles, and use the 'id' it gives.")
    return iri


def _csv(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, "chain"])
    for row in rows:
        cells = []
        for path in COLUMNS.values():
            value: Any = row
            for name in path:
                value = value[name] if value is not None else None
            cells.append("" if value is None else value)
        chain = " > ".join(voice["agent"]["name"] if voice["agent"] else "?" for voice in row["chain"])
        writer.writerow([*cells, chain])
    return text.getvalue()
