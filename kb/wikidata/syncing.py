"""`kb wikidata sync`: ask the live Wikidata for facts of what is linked, and for candidates of what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox

from kb.iris import PREFIXES, Minter
from kb.store.base import Store, View
from kb.triples import Triples, iri_of, term
from kb.wikidata.building import State, finish, forget, spool
from kb.wikidata.entities import read_item
from kb.wikidata.facts import add_facts, add_names, without
from kb.wikidata.items import Item
from kb.wikidata.profiles import load_profile
from kb.wikidata.service import A_CALL, Service
from kb.wikidata.sources import Source

_LONGEST = 250  # letters of a name that the search takes
ITEMS, INDEX = "items.jsonl", "index"

_LINKED = """SELECT DISTINCT ?item WHERE { ?entity skos:exactMatch ?item }"""
_UNLINKED = """SELECT DISTINCT ?name WHERE {
  ?mention st:refersTo ?entity ; oa:hasSelector/oa:exact ?exact . ?entity rdfs:label ?name
  FILTER(STR(?name) = STR(?exact))
  FILTER NOT EXISTS { ?entity skos:exactMatch ?item }
}"""
_CLASSES = (
    """SELECT ?class ?top WHERE {{ VALUES ?class {{ {classes} }} VALUES ?top {{ {tops} }} ?class wdt:P279* ?top }}"""
)


def linked(view: View) -> list[str]:
    """The QIDs that the base links to."""
    found = (value.removeprefix(PREFIXES["wd"]) for value in _column(view, _LINKED, "item"))
    return sorted((q for q in found if q[:1] == "Q" and q[1:].isdecimal()), key=lambda q: int(q[1:]))


def unlinked(view: View) -> list[str]:
    """The names of the entities that the base does not link, as far as the texts that the view shows spell them so."""
    names = {name.strip() for name in _column(view, _UNLINKED, "name")}
    return sorted(name for name in names if name and len(name) <= _LONGEST)


def known_facts(view: View, minter: Minter) -> set[str]:
    """The QIDs whose facts the base has."""
    quads = view.quads(minter.wikidata_graph)
    direct = PREFIXES["wdt"]
    return {iri_of(q.subject).removeprefix(PREFIXES["wd"]) for q in quads if iri_of(q.predicate).startswith(direct)}


def write_facts(
    store: Store,
    minter: Minter,
    service: Service,
    qids: Sequence[str],
    say: Callable[[str], None],
    languages: Sequence[str] = ("en",),
) -> int:
    """Ask for the items and write what they say, `A_CALL` of them a transaction; returns how many there are.

    Raises:
        ServiceError: the service does not answer; what was written before stays.
        StoreError: the store could not be written.
    """
    graph, count = minter.wikidata_graph, 0
    for start in range(0, len(qids), A_CALL):
        some = qids[start : start + A_CALL]
        triples, others, renamed = Triples(), set[str](), set[str]()
        for qid, entity in service.entities(some, languages):
            renamed.add(str(entity["id"]))  # of a merged item, whose statements bear the other item's id
            others |= add_facts(triples, graph, {**entity, "id": qid}, languages)
            count += 1
        kept = without(store.quads(graph), {*some, *renamed})
        named = {iri_of(q.subject) for q in kept if q.predicate == term("rdfs:label")}
        asked = (q for q in sorted(others - set(some)) if PREFIXES["wd"] + q not in named)
        for qid, entity in service.entities(asked, languages):
            add_names(triples, graph, {**entity, "id": qid}, languages)
        store.replace_graphs({graph: [*kept, *triples.quads().get(graph, [])]})
        say(f"facts: {min(start + A_CALL, len(qids))} of {len(qids)} items")
    return count


def build_candidates(
    service: Service, names: Sequence[str], folder: Path, say: Callable[[str], None], languages: Sequence[str] = ("en",)
) -> dict[str, Any] | None:
    """Search for the names and make an index of what is found, for `kb wikidata relink`; None where nothing is.

    Raises:
        ServiceError: the service does not answer; run again, and it goes on where it was.
    """
    qids: dict[str, None] = {}
    for n, name in enumerate(names, 1):
        qids.update(dict.fromkeys(hit.qid for hit in service.search(name, languages[0])))
        if n % A_CALL == 0 or n == len(names):
            say(f"search: {n} of {len(names)} names, {len(qids)} items")
    items = [item for _, entity in service.entities(qids, languages) if (item := read_item(entity, languages))]
    if not items:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ITEMS).open("wb") as out:
        for item in (*items, *_classes(service, items)):
            out.write(orjson.dumps(item.as_row()) + b"\n")
    forget(folder / INDEX)
    source = Source(folder / ITEMS, list(languages))
    quiet: Callable[[Any], None] = lambda progress: None  # noqa: E731
    state = spool(source, folder / INDEX, State(str(folder / ITEMS), list(languages)), quiet)
    return finish(folder / INDEX, state, load_profile("everything"), "", quiet)


def _classes(service: Service, items: Sequence[Item]) -> Iterator[Item]:
    """The classes of the items with those of our types above them: what an index types its items by."""
    have = {item.qid for item in items}
    classes = sorted({c for item in items for c in item.types} - have)
    tops = sorted({top for some in load_profile("everything").roots.values() for top in some})
    for start in range(0, len(classes), A_CALL * 4):
        some = " ".join(f"wd:Q{c}" for c in classes[start : start + A_CALL * 4])
        prologue = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("wd", "wdt"))
        query = prologue + _CLASSES.format(classes=some, tops=" ".join(f"wd:Q{top}" for top in tops))
        above: dict[int, list[int]] = {}
        for row in service.select(query):
            child, top = (int(row[name].rpartition("/Q")[2]) for name in ("class", "top"))
            above.setdefault(child, []).append(top)
        for child, found in above.items():
            yield Item(child, superclasses=[top for top in found if top != child])


def _column(view: View, query: str, name: str) -> Iterator[str]:
    prologue = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("st", "skos", "rdfs", "oa"))
    answer = view.query(prologue + query)
    assert isinstance(answer, ox.QuerySolutions)
    return (row[name].value for row in answer if row[name] is not None)
