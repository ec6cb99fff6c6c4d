"""`/compare`: outlets on one target, holders and targets, two entities, contradicting accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kb.web import accounts, comparison_schemas, comparisons, schemas
from kb.web.asking import FilterOf
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.gathering import Kind
from kb.web.more import First, HolderType, Nodes, Order, Second
from kb.web.naming import ENTITY, SOURCE, iri_of
from kb.web.negotiation import CSV, HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.pictures import matrix
from kb.web.pictures.comparing import draw_versus, draw_voices, shared_query, shared_targets
from kb.web.pictures.picture import Picture
from kb.web.pictures.relating import CELLS, relate_matrix
from kb.web.pictures.relation import LEANING, Party, Relation
from kb.web.pictures.showing import to_csv, to_json
from kb.web.routers.entities import VARY
from kb.web.rows import Row

router = APIRouter(tags=["Comparisons"])
_FORMS = [JSON, HTML, CSV]


@router.get("/compare", summary="What can be compared", **documented(None, [HTML]))
def get_compare(request: Request) -> Response:
    """A page that leads to the comparisons."""
    return render(request, "compare.html", {})


@router.get(
    "/compare/matrix",
    summary="Holders and what they take sides on",
    **documented(schemas.Picture, _FORMS, [400, 404, 406]),
)
def get_matrix(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    asked: FilterOf,
    limit: Nodes = None,
    order: Order = "",
    type: HolderType = "",
) -> Response:
    """Utterances by holder, target and polarity: the holders with the most, and what they speak of most."""
    form = choose_form(request, _FORMS)
    making = comparisons.make(request, view, links, index.tables, asked)
    related = relate_matrix(making)
    picture = matrix.picture(related.relations, making.width, order or "known", related.query)
    if form == CSV:
        return Response(to_csv(picture), media_type=f"{CSV}; charset=utf-8", headers=VARY)
    if form == JSON:
        return JSONResponse(to_json(picture), headers=VARY)
    more = comparisons.more_of(request, "limit", "order", "type")
    context = {
        "asked": comparisons.asked_of(request, "target_kind", "source", "from", "to", "order", "type"),
        "types": list(index.tables[Kind.ENTITY].types),
        "limit": limit or CELLS,
        "min_confidence": asked.filter.min_confidence or 0,
        "figure_of": comparisons.figure("matrix", picture, making, more),
        "relations": related.relations,
        "known": related.known,
        "shown": related.shown,
        "lines": comparisons.lines(related.relations, making.asked.given),
        "forms": comparisons.forms(request),
        "query": comparisons.query_page(related.query),
    }
    return render(request, "compare_matrix.html", context, headers=VARY)


@router.get(
    "/compare/outlets",
    summary="How outlets differ on one target",
    **documented(comparison_schemas.OutletsCompared, _FORMS, [400, 404, 406]),
)
def get_outlets(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    asked: FilterOf,
    first: First = "",
    second: Second = "",
) -> Response:
    """What outlets were the first to print on a target, in their authors' voice and in those of others.

    Without `first` and `second`: all outlets. Stances on propositions about an entity are apart from those on it.
    """
    form = choose_form(request, _FORMS)
    making = comparisons.make(request, view, links, index.tables, asked)
    named = [iri_of(index.tables, name, text, SOURCE) for name, text in (("first", first), ("second", second))]
    target = asked.filter.target
    towards = draw_voices(making) if target else None
    if form == CSV:
        return Response(to_csv(towards) if towards else "", media_type=f"{CSV}; charset=utf-8", headers=VARY)
    about, of_about = None, making
    if target and links.parts(target)[0] == "entity":
        params = {name: value for name, value in making.asked.given.items() if name != "target"}
        wanted = replace(making.asked.filter, target="", about=target)
        of_about = making.of(wanted, **params, about=making.asked.given["target"])
        about = draw_voices(of_about)
    rows = comparisons.named_rows(making, [target, *named])
    sides = []
    for iri in named:
        wanted = replace(making.asked.filter, origin=iri)
        found, many = comparisons.cards(making, wanted) if iri and target else ([], 0)
        sides.append({"outlet": rows.get(iri), "rows": found, "total": many, "iri": iri})
    more = comparisons.more_of(request, "first", "second")
    if form == JSON:
        body = {
            "target": _plain(rows.get(target)),
            "first": _plain(rows.get(named[0])),
            "second": _plain(rows.get(named[1])),
            "towards": comparisons.as_json(towards),
            "about": comparisons.as_json(about),
            "stances_first": sides[0]["rows"],
            "stances_second": sides[1]["rows"],
        }
        return JSONResponse(body, headers=VARY)
    for side in sides:
        side["address"] = comparisons.address(making.asked.given, origin=side["iri"]) if side["iri"] else ""
    context = {
        "asked": comparisons.asked_of(request, "target", "first", "second", "from", "to"),
        "min_confidence": asked.filter.min_confidence or 0,
        "target": rows.get(target),
        "towards": _figure("voices", towards, making, more),
        "about": _figure("voices", about, of_about, more),
        "bars": comparisons.bar_lines(towards, making.asked.given),
        "bars_about": comparisons.bar_lines(about, of_about.asked.given),
        "sides": sides if any(side["iri"] for side in sides) else [],
        "suggested": [] if target else accounts.talked_about(making),
        "forms": comparisons.forms(request),
    }
    return render(request, "compare_outlets.html", context, headers=VARY)


@router.get(
    "/compare/entities",
    summary="Two entities on each other, and on the same",
    **documented(comparison_schemas.EntitiesCompared, _FORMS, [400, 404, 406]),
)
def get_entities(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    asked: FilterOf,
    first: First = "",
    second: Second = "",
) -> Response:
    """The first on the second and the second on the first through time, and where both take a side on a third."""
    form = choose_form(request, _FORMS)
    making = comparisons.make(request, view, links, index.tables, asked)
    a, b = (iri_of(index.tables, name, text, ENTITY) for name, text in (("first", first), ("second", second)))
    rows = comparisons.named_rows(making, [a, b])
    picture = draw_versus(making) if a and b else None
    shared = _shared(making, a, b) if a and b else []
    query = shared_query(making, a, b) if a and b else ""
    if form == CSV:
        return Response(to_csv(picture) if picture else "", media_type=f"{CSV}; charset=utf-8", headers=VARY)
    if form == JSON:
        body = {
            "first": _plain(rows.get(a)),
            "second": _plain(rows.get(b)),
            "each_other": comparisons.as_json(picture),
            "shared": [
                {
                    "target": _plain(row["target"]),
                    "first": row["sides"][0].utterances,
                    "second": row["sides"][1].utterances,
                    "agree": row["agree"],
                }
                for row in shared
            ],
            "query": comparisons.with_prefixes(query) if query else "",
        }
        return JSONResponse(body, headers=VARY)
    both = []
    if a and b:
        for one, other in ((a, b), (b, a)):
            wanted = replace(making.asked.filter, holder=one, target=other)
            found, many = comparisons.cards(making, wanted, 8)
            behind = comparisons.address(making.asked.given, holder=rows[one]["id"], target=rows[other]["id"])
            both.append({"holder": rows[one], "target": rows[other], "rows": found, "total": many, "address": behind})
    more = comparisons.more_of(request, "first", "second")
    context = {
        "asked": comparisons.asked_of(request, "first", "second", "from", "to"),
        "min_confidence": asked.filter.min_confidence or 0,
        "first": rows.get(a),
        "second": rows.get(b),
        "figure_of": _figure("versus", picture, making, more),
        "both": both,
        "shared": [
            {**row, "numbers": [comparisons.side_numbers(side, making.asked.given) for side in row["sides"]]}
            for row in shared[: comparisons.LISTED]
        ],
        "many": len(shared),
        "query": comparisons.query_page(query),
        "suggested": [] if a and b else accounts.on_each_other(making),
        "forms": comparisons.forms(request),
    }
    return render(request, "compare_entities.html", context, headers=VARY)


@router.get(
    "/compare/accounts",
    summary="Contradicting accounts",
    **documented(comparison_schemas.Accounts, _FORMS, [400, 404, 406]),
)
def get_accounts(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    asked: FilterOf,
    proposition: Annotated[
        str, Query(description="only this one: wording, key or IRI", examples=["The harbour bridge should be built"])
    ] = "",
) -> Response:
    """Propositions that different outlets carry both sides of; of one of them, who is for and who is against."""
    form = choose_form(request, _FORMS)
    making = comparisons.make(request, view, links, index.tables, asked)
    iri = iri_of(index.tables, "proposition", proposition, ((Kind.PROPOSITION,),))
    found = accounts.contradictions(making)
    query = accounts.query(making)
    if form == CSV:
        table = Picture("", "", accounts.COLUMNS, accounts.table(found), query, {})
        return Response(to_csv(table), media_type=f"{CSV}; charset=utf-8", headers=VARY)
    sides: dict[str, Any] = {}
    for way in ("support", "oppose"):
        wanted = replace(making.asked.filter, target=iri, polarity=way)
        rows, many = comparisons.cards(making, wanted, 50) if iri else ([], 0)
        behind = comparisons.address(making.asked.given, target=links.key(iri), polarity=way)
        sides[way] = {"rows": rows, "total": many, "address": behind}
    named = comparisons.named_rows(making, [iri])
    if form == JSON:
        body = {
            "propositions": [{**_named(row.proposition), **row.counts()} for row in found],
            "proposition": _plain(named.get(iri)),
            "support": sides["support"]["rows"],
            "oppose": sides["oppose"]["rows"],
            "query": comparisons.with_prefixes(query),
        }
        return JSONResponse(body, headers=VARY)
    context = {
        "asked": comparisons.asked_of(request, "proposition", "from", "to"),
        "min_confidence": asked.filter.min_confidence or 0,
        "proposition": named.get(iri),
        "sides": sides,
        "found": accounts.shown(found[: comparisons.LISTED], making),
        "many": len(found),
        "query": comparisons.query_page(query),
        "forms": comparisons.forms(request),
    }
    return render(request, "compare_accounts.html", context, headers=VARY)


def _shared(making: comparisons.Making, a: str, b: str) -> list[dict[str, Any]]:
    """What both take a side on, each with what they say of it and whether they agree."""
    records = making.records
    found = shared_targets(making, a, b)
    nodes = [records.node(a), records.node(b)]
    rows = making.labels([target for target, _ in found] + [node for node in nodes if node >= 0])
    lines = []
    for target, counts in found:
        sides = []
        for node in nodes:
            said = {way: numbers[0] for way, numbers in counts[node].items()}
            copies = {way: numbers[1] for way, numbers in counts[node].items()}
            sides.append(Relation(comparisons.party(rows[node]), comparisons.party(rows[target]), said, copies))
        clear = all(abs(side.balance) > LEANING for side in sides)
        agree = (sides[0].side == sides[1].side) if clear else None
        lines.append({"target": rows[target], "sides": sides, "agree": agree})
    return lines


def _figure(
    kind: str, picture: Picture | None, making: comparisons.Making, more: dict[str, str]
) -> dict[str, Any] | None:
    return comparisons.figure(kind, picture, making, more) if picture is not None else None


def _plain(row: Row | None) -> Row | None:
    return {name: row[name] for name in ("name", "id", "iri", "page", "qid")} if row is not None else None


def _named(party: Party) -> dict[str, Any]:
    return {"name": party.name, "id": party.id, "iri": party.iri, "page": party.page, "qid": None}
