"""What the start page shows of a base: questions with an answer in it, and what is spoken of most."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np

from kb.store.base import View
from kb.web.filters import Filter
from kb.web.gathering import Kind
from kb.web.labels import parameter
from kb.web.links import qid_of
from kb.web.nodes import select
from kb.web.pictures.making import Making
from kb.web.profiles import ways
from kb.web.records import Column, Mask
from kb.web.rows import Row

_DISPUTED = 8
#: Questions that a page answers, from memory and with more to see than the rows of the query.
_PAGES = {
    "who-opposes": "/stances",
    "outlets-compared": "/compare/outlets",
    "contradicting-accounts": "/compare/accounts",
}


def examples(making: Making, view: View) -> list[Row]:
    """The questions of the start page, each about something that the base holds most of.

    Each has `parts`, of which every second one is a name of something, and `href`.

    Raises:
        StoreError: the store could not answer.
    """
    records = making.records
    every = making.mask()
    propositions = records.towards_proposition() & every
    holder, target = _most(making, every, records.holder), _most(making, every & ~propositions, records.target)
    opposed = _most(making, propositions & (records.polarity == 1), records.target)
    disputed = _most(making, propositions, records.target)
    found: list[tuple[list[str], str, dict[str, str]]] = []
    if opposed:
        found.append(
            (
                ["Who opposed ", opposed["name"], ", according to whom, in which words?"],
                "who-opposes",
                {"target": opposed["id"], "polarity": "oppose"},
            )
        )
    if disputed:
        found.append(
            (["Who is for and who is against ", disputed["name"], "?"], "positions", {"proposition": disputed["iri"]})
        )
    if holder:
        found.append((["What is ", holder["name"], " said to hold?"], "dossier", {"holder": holder["iri"]}))
        found.append(
            (["How does what ", holder["name"], " says change over time?"], "timeline", {"holder": holder["iri"]})
        )
    found.append((["On what do outlets contradict each other?"], "contradicting-accounts", {}))
    found.append((["What rests on unnamed sources only?"], "unnamed-only", {}))
    if target:
        found.append((["How do outlets differ on ", target["name"], "?"], "outlets-compared", {"target": target["id"]}))
    receipt = _longest(making, every)
    if receipt:
        found.append((["Who told whom? The longest chain of voices here"], "receipt", {"stance": receipt}))
    office = _office(view)
    if office:
        found.append(
            (["What do those say who held the office of ", office[1], "?"], "office-holders", {"office": office[0]})
        )
    else:
        found.append((["What do those say who held an office?"], "office-holders", {}))
    return [
        {"parts": parts, "href": _PAGES.get(name, f"/queries/{name}") + (f"?{urlencode(given)}" if given else "")}
        for parts, name, given in found
    ]


def disputed(making: Making) -> list[Row]:
    """What most is said about, with the sides taken."""
    records = making.records
    mask = making.mask() & (records.target >= 0)
    groups = records.group(mask, records.target)
    order = sorted(range(len(groups)), key=lambda row: (-groups.utterances[row], records.nodes[groups.keys[row, 0]]))
    nodes = [int(groups.keys[row, 0]) for row in order[: 2 * _DISPUTED]]
    things = making.labels(nodes)
    found: list[Row] = []
    for node in nodes:
        thing = things[node]
        # Of plans that are called "deal", one is enough: nothing here tells them apart.
        if thing["name"] in (row["name"] for row in found) or len(found) == _DISPUTED:
            continue
        side = making.of(Filter(target=thing["iri"]), target=parameter(making.links, thing))
        number = making.tables[Kind.PROPOSITION].find(thing["iri"])
        about = making.tables[Kind.PROPOSITION].thing(number).description if number is not None else ""
        found.append({**thing, "about": about, "ways": ways(side, mask & (records.target == node))})
    return found


def _most(making: Making, mask: Mask, column: Column) -> Row | None:
    """The entity or proposition of a column with the most utterances; persons who are not named are none."""
    records = making.records
    groups = records.group(mask & (column >= 0), column)
    for row in np.argsort(-groups.utterances, kind="stable").tolist():
        node = int(groups.keys[row, 0])
        if making.links.parts(records.nodes[node])[0] in ("entity", "proposition"):
            return making.labels([node])[node]
    return None


def _longest(making: Making, mask: Mask) -> str:
    """The IRI of the stance with the most voices, the surest of those."""
    records = making.records
    if not mask.any():
        return ""
    order = np.lexsort((-np.nan_to_num(records.confidence), -records.depth.astype(np.int64)))
    return records.iri(int(order[0]))


def _office(view: View) -> tuple[str, str] | None:
    """QID and name of the office that most holders of stances held, by the facts of Wikidata."""
    query = """SELECT ?office (COUNT(DISTINCT ?e) AS ?n) (SAMPLE(?label) AS ?name) WHERE {
        ?item wdt:P39 ?office . ?e skos:exactMatch ?item . FILTER EXISTS { ?s st:holder ?e }
        ?office rdfs:label ?label . FILTER(LANG(?label) IN ("", "en")) }
        GROUP BY ?office ORDER BY DESC(?n) ?office LIMIT 1"""
    for office, name in select(view, query, "office", "name"):
        if office is not None and name is not None and (qid := qid_of(office.value)):
            return qid, name.value
    return None
