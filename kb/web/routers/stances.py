"""`/stances`: stances by holder, target, polarity, source and date, and one stance with its receipt."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from kb.web import catalogue, linked_data, profiles, receipts, schemas
from kb.web.asking import NAMES, FilterOf
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.labels import labels
from kb.web.linked_data import FORMS, RDF_FORMS
from kb.web.negotiation import CSV, HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import FILTERS, render
from kb.web.paging import link_header, neighbours
from kb.web.pictures.making import Making
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
_NAMED = ("holder", "target", "about", "source", "origin", "article", "voice", "speaker")
#: Parameters that have no field in the form on the page.
_FURTHER = ("about", "article", "origin", "voice", "speaker", "kind", "certainty", "below", "telling", "unnamed")
_STEPS = ("0.6", "0.7", "0.8", "0.9")


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
    asked: FilterOf,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Latest first, each with its sentence, its chain of voices and its article. Retracted stances are left out."""
    form = choose_form(request, [JSON, HTML, CSV])
    records = index.tables.records
    mask = records.select(asked.filter)
    count = records.count(mask)
    rows = read_rows(view, links, records.iris(mask, limit, offset))
    pages = neighbours(request, count.stances, limit, offset)
    headers = {**VARY, **link_header(pages)}
    if form == CSV:
        return Response(_csv(rows), media_type=f"{CSV}; charset=utf-8", headers=headers)
    context: dict[str, Any] = {
        "total": count.stances,
        "utterances": count.utterances,
        "limit": limit,
        "offset": offset,
        **pages,
        "previous": pages["prev"],  # what it was called first
        "stances": rows,
    }
    if form == HTML:
        shown = {name: asked.given.get(name, "") for name in NAMES}
        making = Making(view, links, index.tables, asked, {})
        context |= {"asked": shown, "further": _FURTHER, "steps": _STEPS, "names": _names(making)}
        if _of_source(making):
            context["filters"] = {**FILTERS, "source": FILTERS["voice"]}
        context["picture"] = profiles.picture(making, "timeline") if count.stances > 1 else None
        return render(request, "stances.html", context, headers=headers)
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
        context = {
            "stance": row,
            "words": receipts.cued(row),
            "rests": receipts.basis(view, links, row),
            "citation": receipts.citation(row),
            "bibtex": receipts.bibtex(row),
            "turtle": linked_data.turtle(catalogue.stance_triples(view, [iri])),
        }
        return render(request, "stance.html", context, headers=headers)
    return JSONResponse(row, headers=headers)


def _names(making: Making) -> dict[str, str]:
    """What the things are called that a request names."""
    iris = {name: iri for name in _NAMED if (iri := getattr(making.asked.filter, name)) and name in making.asked.given}
    if _of_source(making):
        iris["source"] = making.asked.filter.voice
    found = labels(making.view, making.links, making.tables, iris.values())
    return {name: found[iri]["name"] for name, iri in iris.items()}


def _of_source(making: Making) -> bool:
    """Whether the source that a request names is one without a name, who prints nothing but passes on."""
    return "source" in making.asked.given and not making.asked.filter.source


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
