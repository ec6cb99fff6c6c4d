"""What things are called and where they are shown: from memory, and from the store for those that search has not."""

from __future__ import annotations

from collections.abc import Iterable

from kb.store.base import View
from kb.web.gathering import Kind
from kb.web.links import Links
from kb.web.nodes import Nodes
from kb.web.rows import Row, agent_kind
from kb.web.tables import Tables


def labels(view: View, links: Links, tables: Tables, iris: Iterable[str]) -> dict[str, Row]:
    """Name, id, page, QID and kind ("entity", "proposition", "outlet", "unnamed", "author", "comment") of each thing.

    Raises:
        StoreError: the store could not answer.
    """
    found: dict[str, Row] = {}
    missing: list[str] = []
    for iri in dict.fromkeys(iris):
        kind = links.parts(iri)[0]
        known = next((k for k in (Kind.ENTITY, Kind.PROPOSITION) if kind == k), None)
        number = tables[known].find(iri) if known else None
        if known is None or number is None:
            missing.append(iri)
            continue
        thing = tables[known].thing(number)
        found[iri] = {
            "name": thing.label,
            "id": thing.key,
            "iri": iri,
            "page": tables.page(thing),
            "qid": thing.qid,
            "kind": str(known),
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
