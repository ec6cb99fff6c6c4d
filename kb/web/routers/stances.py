"""`/stances`: stances by holder, target, polarity, source and date, and one stance with its receipt."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.errors import UsageError
from kb.store.base import View
from kb.web import catalogue, linked_data, schemas
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.index import Index
from kb.web.linked_data import FORMS, RDF_FORMS
from kb.web.links import Links
from kb.web.listing import Filter, count_stances, list_stances
from kb.web.negotiation import CSV, HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.problems import not_found
from kb.web.routers.entities import VARY, Limit, Offset
from kb.web.rows import Row, read_rows

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
        str, Query(description="towards what: name, key, QID or IRI; or key of a proposition", examples=["Q159"])
    ] = "",
    about: Annotated[
        str, Query(description="towards propositions about this entity: name, key, QID or IRI", examples=["Q159"])
    ] = "",
    polarity: Annotated[str, Query(description="support, oppose, neutral or mixed", examples=["oppose"])] = "",
    source: Annotated[
        str,
        Query(
            description="outlet of the copy or of the original: name, key, QID or IRI", examples=["The Potomac Ledger"]
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
    wanted = Filter(
        holder=_entity(index, links, "holder", holder),
        target=_target(view, index, links, target),
        about=_entity(index, links, "about", about),
        source=_entity(index, links, "source", source),
        article=_article(view, links, article),
        polarity=polarity,
        since=since,
        until=until,
        min_confidence=min_confidence,
    )
    total = count_stances(view, wanted)
    rows = read_rows(view, links, list_stances(view, wanted, limit, offset))
    if form == CSV:
        return Response(_csv(rows), media_type=f"{CSV}; charset=utf-8", headers=VARY)
    following = offset + len(rows)
    context: dict[str, Any] = {
        "total": total,
        "limit": limit,
        "offset": offset,
        "next": _address(request, following) if following < total else None,
        "previous": _address(request, max(0, offset - limit)) if offset else None,
        "stances": rows,
    }
    if form == HTML:
        names = ("holder", "target", "about", "polarity", "source", "article", "from", "to", "min_confidence")
        asked = {name: request.query_params.get(name, "") for name in names}
        return render(request, "stances.html", {**context, "asked": asked})
    return JSONResponse(context, headers=VARY)


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


def _entity(index: Index, links: Links, parameter: str, text: str) -> str:
    """The IRI of what the parameter names, "" where it is empty."""
    if not text:
        return ""
    found = index.resolve(text)
    if found is None and "://" in text:
        return catalogue.checked(text, parameter)
    if found is None:
        called = index.called(text)
        if len(called) == 1:
            return called[0]
        if called:
            keys = ", ".join(links.key(iri) for iri in called)
            raise UsageError(f"{parameter}: {text!r} is the name of several entities; give one of their ids: {keys}")
        raise not_found(f"entity (parameter {parameter})", text, "Search by name with /entities?q= and use its 'id'.")
    return found


def _target(view: View, index: Index, links: Links, text: str) -> str:
    if not text or index.resolve(text) or "://" in text:
        return _entity(index, links, "target", text)
    proposition = links.iri("proposition", text)
    if catalogue.read_node(view, proposition) is not None:
        return proposition
    return _entity(index, links, "target", text)


def _article(view: View, links: Links, text: str) -> str:
    iri = text if not text or "://" in text else links.iri("article", text)
    if iri and catalogue.read_node(view, iri) is None:
        raise not_found("article (parameter article)", text, "List articles with /articles, and use the 'id' it gives.")
    return iri


def _address(request: Request, offset: int) -> str:
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "offset" and value]
    return f"/stances?{urlencode([*pairs, ('offset', str(offset))])}"


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
