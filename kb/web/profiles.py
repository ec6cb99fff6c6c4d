"""What pages show of the stances of one filter: counts that open what is behind them, pictures, sources, the latest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import pyoxigraph as ox

from kb.store.base import View
from kb.web.asking import Asked
from kb.web.facts import PROPERTIES, read_values
from kb.web.filters import Filter
from kb.web.gathering import Kind
from kb.web.labels import parameter
from kb.web.links import Links
from kb.web.nodes import select
from kb.web.pictures.kinds import KINDS
from kb.web.pictures.making import Making
from kb.web.pictures.picture import Picture
from kb.web.pictures.showing import shown
from kb.web.records import POLARITIES, Count, Groups, Mask
from kb.web.rows import Row, read_rows
from kb.web.tables import Tables

_SOURCES = 12  # outlets in a table
_CARDS = 4


def profile(making: Making, *kinds: str, cards: int = _CARDS) -> Row:
    """All that a page shows of the stances a request asks for.

    Args:
        kinds: of pictures, see `kb.web.pictures.kinds`.
        cards: how many stances are shown whole, the latest first.

    Raises:
        UsageError: a parameter has a value that cannot be used.
        StoreError: the store could not answer.
    """
    return profiles([(making, kinds)], cards)[0]


def profiles(wanted: Sequence[tuple[Making, Sequence[str]]], cards: int = _CARDS) -> list[Row]:
    """Several of them; what their stances have in common is read once. Arguments and errors as of `profile`."""
    masks = [making.mask() for making, _ in wanted]
    iris = [making.records.iris(mask, cards) for (making, _), mask in zip(wanted, masks, strict=True)]
    first = wanted[0][0]
    every = list(dict.fromkeys(iri for some in iris for iri in some))
    rows = dict(zip(every, read_rows(first.view, first.links, every), strict=True))
    return [
        {
            "count": number(making, mask),
            "ways": ways(making, mask),
            "pictures": [picture(making, kind) for kind in kinds],
            "sources": sources(making, mask),
            "rows": [rows[iri] for iri in some],
            "href": address(making),
        }
        for (making, kinds), mask, some in zip(wanted, masks, iris, strict=True)
    ]


def picture(making: Making, kind: str) -> Row:
    """A picture as the macro `figure` takes it."""
    made: Picture = KINDS[kind](replace(making, brief=True))
    return shown(kind, made, dict(making.asked.given))


def address(making: Making, **more: str) -> str:
    """Where the stances are listed.

    Args:
        more: further parameters of /stances.
    """
    return "/stances?" + urlencode({**making.asked.given, **more})


def number(making: Making, mask: Mask, **more: str) -> Row:
    """A count and where what is counted is listed."""
    return _counted(making.records.count(mask), address(making, **more))


def ways(making: Making, mask: Mask, **more: str) -> dict[str, Row]:
    """The count of each polarity that there is."""
    counts = making.records.by_polarity(mask)
    return {way: _counted(count, address(making, **more, polarity=way)) for way, count in counts.items()}


def sources(making: Making, mask: Mask) -> list[Row]:
    """By the outlet that had it first: each polarity, and the author's voice apart from those who are quoted."""
    records = making.records
    known = mask & (records.origin >= 0)
    totals = _numbers(records.group(known, records.origin))
    by_way = _numbers(records.group(known, records.origin, records.polarity))
    by_depth = _numbers(records.group(known, records.origin, records.depth > 0))
    order = sorted(totals, key=lambda key: (-totals[key].utterances, records.nodes[key[0]]))
    nodes = [node for (node,) in order[:_SOURCES]]
    things = making.labels(nodes)
    nothing = Count(0, 0)
    found = []
    for node in nodes:
        thing = things[node]
        given = {"origin": parameter(making.links, thing)}
        found.append(
            {
                "source": {**thing, "page": "/sources/" + thing["page"].rpartition("/")[2]},
                "ways": {
                    name: _counted(by_way[node, way], address(making, **given, polarity=name))
                    for way, name in enumerate(POLARITIES)
                    if (node, way) in by_way
                },
                "author": _counted(by_depth.get((node, 0), nothing), address(making, **given, telling="author")),
                "quoted": _counted(by_depth.get((node, 1), nothing), address(making, **given, telling="quoted")),
            }
        )
    return found


def _numbers(groups: Groups) -> dict[tuple[int, ...], Count]:
    return {
        tuple(key): Count(said, many)
        for key, said, many in zip(
            groups.keys.tolist(), groups.utterances.tolist(), groups.stances.tolist(), strict=True
        )
    }


def sides(making: Making, iri: str, key: str) -> dict[str, Row]:
    """The three lists of an entity, which are never added up: what it holds, what others hold towards it, and towards
    propositions about it."""
    towards = ("timeline", "holders", "confidence")
    wanted = {
        "holds": (making.of(Filter(holder=iri), holder=key), ("timeline", "targets", "confidence")),
        "towards": (making.of(Filter(target=iri), target=key), towards),
        "about": (making.of(Filter(about=iri), about=key), towards),
    }
    return dict(zip(wanted, profiles(list(wanted.values())), strict=True))


def warm(view: View, links: Links, tables: Tables) -> None:
    """Make what the page of the best known entity shows, so that nobody who comes first waits for cold caches."""
    things = tables[Kind.ENTITY]
    if len(things):
        best = things.thing(0)
        sides(Making(view, links, tables, Asked(Filter(), {}), {}), best.iri, best.key)


def voices(making: Making) -> Row:
    """Who speaks in an outlet: the authors themselves, those they quote, those who are not named."""
    records, mask = making.records, making.mask()
    every = records.count(mask).utterances
    found: Row = {}
    for name, own, given in (
        ("author", mask & (records.depth == 0), {"telling": "author"}),
        ("quoted", mask & (records.depth > 0), {"telling": "quoted"}),
        ("unnamed", mask & records.unnamed, {"unnamed": "true"}),
    ):
        found[name] = number(making, own, **given)
        found[f"{name}_share"] = found[name]["utterances"] / every if every else None
    quoted = mask & (records.depth > 0) & (records.speaker >= 0)
    groups = records.group(quoted, records.speaker)
    order = sorted(range(len(groups)), key=lambda row: (-groups.utterances[row], records.nodes[groups.keys[row, 0]]))
    nodes = [int(groups.keys[row, 0]) for row in order[:_SOURCES]]
    things = making.labels(nodes)
    found["quoting"] = []
    for node in nodes:
        own, given = quoted & (records.speaker == node), {"speaker": parameter(making.links, things[node])}
        given["telling"] = "quoted"
        row = {"thing": things[node], "count": number(making, own, **given), "ways": ways(making, own, **given)}
        found["quoting"].append(row)
    return found


def prints(view: View, iri: str) -> Row:
    """How many articles of an outlet others republished, and how many of others it republished."""
    outlet = {"outlet": ox.NamedNode(iri)}
    found: Row = {}
    for name, pattern in (
        ("republished", "?a st:republicationOf ?first . ?first schema:publisher ?outlet"),
        ("republishing", "?a st:republicationOf ?first ; schema:publisher ?outlet"),
    ):
        rows = select(view, f"SELECT (COUNT(DISTINCT ?a) AS ?n) WHERE {{ {pattern} }}", "n", bindings=outlet)
        found[name] = next((int(row[0].value) for row in rows if row[0] is not None), 0)
    return found


def facts(view: View, tables: Tables, iri: str) -> list[tuple[str, list[dict[str, str]]]]:
    """What the base holds of Wikidata on an entity: the name of each property, and its values with their pages."""
    number = tables[Kind.ENTITY].find(iri)
    if number is None or tables[Kind.ENTITY].thing(number).qid is None:
        return []
    wanted = [name for name in PROPERTIES if name.startswith("P")]
    values = read_values(view, tables, [number], wanted)[number]
    found = []
    for name in wanted:
        shown = [_value(tables, value) for value in values.get(name, [])]
        if shown:
            found.append((PROPERTIES[name].name, shown))
    return found


def _value(tables: Tables, value: dict[str, str | int]) -> dict[str, str]:
    if "id" in value:
        known = tables[Kind.ENTITY].with_qid(str(value["id"]))
        page = tables.page(tables[Kind.ENTITY].thing(known)) if known is not None else ""
        return {"text": str(value["name"]), "href": page or f"https://www.wikidata.org/wiki/{value['id']}"}
    text = str(value.get("str", value.get("date", "")))
    return {"text": text.removesuffix("T00:00:00Z"), "href": ""}


def _counted(count: Count, href: str) -> Row:
    return {"utterances": count.utterances, "stances": count.stances, "href": href}
