"""What things are called and where they are shown: from memory, and from the store for those that search has not."""

from __future__ import annotations

from collections.abc import Iterable

from kb.store.base import View
from kb.web.gathering import Kind
from kb.web.links import Links
from kb.web.nodes import Nodes
from kb.web.rows import Row, agent_kind
from kb.web.tables import Tables
from kb.web.things import Thing

#: What an agent that has no name is, by its class.
_UNNAMED = {"Commenter": "comment", "UnnamedAuthor": "author", "UnnamedSource": "unnamed"}


def labels(view: View, links: Links, tables: Tables, iris: Iterable[str]) -> dict[str, Row]:
    """Name, id, IRI, page, QID and kind ("entity", "proposition", "unnamed", "author", "comment") of each thing.

    Raises:
        StoreError: the store could not answer.
    """
    found: dict[str, Row] = {}
    missing: list[str] = []
    for iri in dict.fromkeys(iris):
        kind = links.parts(iri)[0]
        number = tables[Kind(kind)].find(iri) if kind in set(Kind) else None
        if number is None:
            missing.append(iri)
            continue
        thing = tables[Kind(kind)].thing(number)
        found[iri] = {
            "name": thing.label,
            "id": thing.key,
            "iri": iri,
            "page": tables.page(thing),
            "qid": thing.qid,
            "kind": _kind(thing),
        }
    nodes = Nodes()
    nodes.fetch(view, missing)
    for iri in missing:
        node = nodes[iri]
        found[iri] = {
            "name": node.name or links.key(iri),
            "id": links.key(iri),
            "iri": iri,
            "page": links.path(iri),
            "qid": None,
            "kind": agent_kind(links, node),
        }
    return found


def parameter(links: Links, thing: Row) -> str:
    """How an address calls the thing: by its key where search knows it, else by its IRI."""
    short: str = thing["id"] if links.parts(thing["iri"])[0] in ("entity", "proposition") else thing["iri"]
    return short


def _kind(thing: Thing) -> str:
    if thing.kind is Kind.SOURCE:
        return next((kind for name, kind in _UNNAMED.items() if name in thing.types), "unnamed")
    return str(thing.kind)
