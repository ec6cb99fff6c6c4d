"""`/groups`: what those of a party, of a country or in an office say."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kb.web import comparison_schemas, comparisons, groups
from kb.web.asking import FilterOf
from kb.web.dependencies import IndexOf, LinksOf, ViewOf
from kb.web.more import By, During, Value
from kb.web.negotiation import CSV, HTML, JSON, choose_form
from kb.web.openapi import documented
from kb.web.pages import render
from kb.web.pictures.comparing import draw_members, group_mask, query_of
from kb.web.pictures.making import Making
from kb.web.pictures.picture import HERE, POLARITIES, Picture
from kb.web.pictures.showing import to_csv
from kb.web.records import POLARITIES as WAYS
from kb.web.records import Column, Mask
from kb.web.routers.entities import VARY, Limit
from kb.web.rows import read_rows

router = APIRouter(tags=["Comparisons"])
_VALUES = ("qid", "name", "members", "utterances")


@router.get(
    "/groups",
    summary="Stances by party, country or office",
    **documented(comparison_schemas.Groups, [JSON, HTML, CSV], [400, 404, 406]),
)
def get_groups(
    request: Request,
    view: ViewOf,
    links: LinksOf,
    index: IndexOf,
    asked: FilterOf,
    by: By = "party",
    value: Value = "",
    during: During = "",
    limit: Limit = comparisons.CARDS,
) -> Response:
    """The values that holders have; of one value, its members and what they take sides on.

    It rests on the facts of Wikidata that `kb wikidata sync` brings into the base. CSV: the values, or of one value the
    utterances by member and polarity.
    """
    form = choose_form(request, [JSON, HTML, CSV])
    making = comparisons.make(request, view, links, index.tables, asked)
    if not value.strip():
        return _values(request, making, by, form)
    group = groups.read_group(view, index.tables, making.params)
    picture = draw_members(making)
    if form == CSV:
        return Response(to_csv(picture), media_type=f"{CSV}; charset=utf-8", headers=VARY)
    records = making.records
    mask = group_mask(making, group)
    members = _counted(making, group, mask, records.holder, "holder")
    targets = _counted(making, group, mask, records.target, "target")
    said = records.count(mask).utterances
    query = query_of(making, group)
    if form == JSON:
        plain = ("name", "id", "iri", "page", "qid", "utterances", "stances")
        body = {
            "by": by,
            "values": [],
            "value": {"qid": group.qid, "name": group.name, "members": len(members), "utterances": said},
            "total": len(group.members),
            "members": [{name: row[name] for name in plain} for row in members],
            "targets": [{name: row[name] for name in plain} for row in targets],
            "query": comparisons.with_prefixes(query),
        }
        return JSONResponse(body, headers=VARY)
    listed = records.iris(mask, limit)
    more = comparisons.more_of(request, "by", "value", "during")
    context = {
        "asked": comparisons.asked_of(request, "value", "target", "from", "to", "during"),
        "by": by,
        "dated": by in groups.DATED,
        "min_confidence": asked.filter.min_confidence or 0,
        "group": group,
        "total": len(group.members),
        "figure_of": comparisons.figure("members", picture, making, more),
        "members": members[: comparisons.LISTED],
        "targets": targets[:40],
        "many": {"members": len(members), "targets": len(targets)},
        "rows": read_rows(view, links, listed),
        "count": records.count(mask),
        "target": _names(making).get(asked.filter.target),
        "forms": comparisons.forms(request),
        "query": comparisons.query_page(query),
        "all": group.behind({**making.asked.given, "limit": "1000"}).removeprefix(HERE),
    }
    return render(request, "group.html", context, headers=VARY)


def _values(request: Request, making: Making, by: str, form: str) -> Response:
    found = groups.list_values(making.view, making.records, by, making.mask() & (making.records.polarity >= 0))
    if form == CSV:
        rows = [(value.qid, value.name, value.members, value.utterances) for value in found]
        return Response(
            to_csv(Picture("", "", _VALUES, rows, "", {})), media_type=f"{CSV}; charset=utf-8", headers=VARY
        )
    listed = [{name: getattr(value, name) for name in _VALUES} for value in found]
    if form == JSON:
        body = {"by": by, "values": listed, "value": None, "total": 0, "members": [], "targets": [], "query": ""}
        return JSONResponse(body, headers=VARY)
    context = {
        "by": by,
        "values": listed[: comparisons.LISTED],
        "given": making.asked.given,
        "many": len(listed),
        "forms": comparisons.forms(request),
        "asked": comparisons.asked_of(request, "value", "target"),
        "targets": list(_names(making).values()),
    }
    return render(request, "groups.html", context, headers=VARY)


def _names(making: Making) -> dict[str, Any]:
    return comparisons.named_rows(making, [making.asked.filter.target])


def _counted(making: Making, group: groups.Group, mask: Mask, column: Column, end: str) -> list[dict[str, Any]]:
    """The stances of a mask by holder or by target, those with the most utterances first."""
    records = making.records
    found = records.group(mask & (column >= 0), column, records.polarity)
    utterances: dict[int, dict[str, int]] = {}
    copies: dict[int, dict[str, int]] = {}
    totals: Counter[int] = Counter()
    for (node, way), said, many in zip(
        found.keys.tolist(), found.utterances.tolist(), found.stances.tolist(), strict=True
    ):
        utterances.setdefault(node, {})[WAYS[way]] = said
        copies.setdefault(node, {})[WAYS[way]] = many
        totals[node] += said
    rows = making.labels(list(totals))
    lines = []
    for node in sorted(totals, key=lambda n: (-totals[n], records.nodes[n])):
        party = comparisons.party(rows[node])
        numbers = [
            {
                "way": way,
                "utterances": utterances[node][way],
                "stances": copies[node][way],
                "address": group.behind(making.asked.given, **{end: party.id}, polarity=way).removeprefix(HERE),
            }
            for way in POLARITIES
            if way in utterances[node]
        ]
        line = {**rows[node], "utterances": utterances[node], "stances": copies[node], "numbers": numbers}
        lines.append(line)
    return lines
