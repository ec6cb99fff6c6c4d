"""What there is beside stances: entities, propositions, articles, outlets, unnamed sources."""

from __future__ import annotations

import pyoxigraph as ox

from kb.errors import UsageError
from kb.settings import NAMESPACE as ST
from kb.store.base import View
from kb.web.filters import NOT_GONE, Filter
from kb.web.links import Links, local_name, qid_of
from kb.web.nodes import RDF_TYPE, SCHEMA, SKOS, Node, Nodes, select
from kb.web.records import POLARITIES, Mask, Records
from kb.web.rows import FOLLOW, Row, agent, agent_kind, article, named, read_rows, word


def read_node(view: View, iri: str, follow: frozenset[str] = frozenset()) -> Nodes | None:
    """The node and what `follow` leads to, None where the store says nothing of it.

    Raises:
        StoreError: the store could not answer.
    """
    try:
        ox.NamedNode(iri)
    except ValueError:
        return None
    nodes = Nodes()
    nodes.fetch(view, [iri], follow)
    return nodes if nodes[iri].known else None


def section(view: View, links: Links, records: Records, wanted: Filter, limit: int) -> Row:
    """Stances of one filter with their counts, by original outlet, the outlet with the most utterances first."""
    mask = records.select(wanted)
    rows = read_rows(view, links, records.iris(mask, limit))
    groups = records.group(mask, records.origin, records.polarity)
    counts: dict[str, dict[str, int]] = {}
    for (outlet, way), number in zip(groups.keys.tolist(), groups.utterances.tolist(), strict=True):
        if way >= 0:
            counts.setdefault(records.nodes[outlet] if outlet >= 0 else "", {})[POLARITIES[way]] = number
    listed: dict[str, list[Row]] = {outlet: [] for outlet in counts}
    for row in rows:
        first = row["article"]["original_publisher"] or row["article"]["publisher"]
        listed.setdefault(first["iri"] if first else "", []).append(row)
    nodes = Nodes()
    nodes.fetch(view, counts)
    order = sorted(listed, key=lambda iri: (-sum(counts.get(iri, {}).values()), iri))
    return {
        "total": records.count(mask).stances,
        "shown": len(rows),
        "utterances": said(records, mask),
        "by_source": [
            {
                "source": named(nodes, links, iri) if iri in counts and iri else None,
                "counts": {way: counts[iri][way] for way in POLARITIES if way in counts.get(iri, {})},
                "stances": listed[iri],
            }
            for iri in order
        ],
    }


def said(records: Records, mask: Mask) -> dict[str, int]:
    """How many utterances by polarity."""
    return {way: count.utterances for way, count in records.by_polarity(mask).items()}


def known_entity(view: View, links: Links, iri: str) -> Row | None:
    """Who it is."""
    nodes = read_node(view, iri)
    if nodes is None:
        return None
    node = nodes[iri]
    return {
        **named(nodes, links, iri),
        "types": types_of(node),
        "description": node.one(f"{SCHEMA}description"),
        "aliases": node.all(f"{SKOS}altLabel"),
        "links": _links(view, iri),
    }


def entity(view: View, links: Links, records: Records, iri: str, limit: int) -> Row | None:
    """Who it is, what it holds, what others hold towards it and towards propositions about it: three lists apart."""
    known = known_entity(view, links, iri)
    if known is None:
        return None
    return {
        **known,
        "holds": section(view, links, records, Filter(holder=iri), limit),
        "towards": section(view, links, records, Filter(target=iri), limit),
        "about": section(view, links, records, Filter(about=iri), limit),
    }


def known_proposition(view: View, links: Links, iri: str) -> Row | None:
    """What it says and whom it is about."""
    nodes = read_node(view, iri, FOLLOW)
    if nodes is None:
        return None
    about = [named(nodes, links, other) for other in nodes[iri].all(f"{SCHEMA}about")]
    return {**named(nodes, links, iri), "about": about}


def proposition(view: View, links: Links, records: Records, iri: str, limit: int) -> Row | None:
    """A proposition, what it is about, and the stances towards it."""
    known = known_proposition(view, links, iri)
    return known and {**known, "towards": section(view, links, records, Filter(target=iri), limit)}


def article_page(view: View, links: Links, records: Records, iri: str, limit: int) -> Row | None:
    """An article and its stances in the order of the text."""
    nodes = read_node(view, iri, FOLLOW)
    if nodes is None:
        return None
    mask = records.select(Filter(article=iri))
    rows = read_rows(view, links, records.iris(mask, limit))
    rows.sort(key=lambda row: (row["evidence"]["start"] or 0, row["id"]))
    node = nodes[iri]
    return {
        **article(nodes, links, iri),
        "types": types_of(node),
        "text_sha256": node.one(f"{ST}textSha256"),
        "based_on": [article(nodes, links, other) for other in node.all(f"{SCHEMA}isBasedOn")],
        "total": records.count(mask).stances,
        "stances": rows,
    }


def latest_articles(view: View, links: Links, limit: int, offset: int = 0, publisher: str = "") -> list[Row]:
    """Articles in the base, latest first.

    Args:
        publisher: IRI of the outlet that published the copy; "" for all.
    """
    only = "?a schema:publisher ?publisher ." if publisher else ""
    query = f"""SELECT DISTINCT ?a ?date WHERE {{ ?a st:textSha256 ?sha . {only}
        OPTIONAL {{ ?a schema:datePublished ?date }} }}
        ORDER BY DESC(STR(?date)) ?a LIMIT {int(limit)} OFFSET {int(offset)}"""
    bindings = {"publisher": ox.NamedNode(publisher)} if publisher else None
    iris = [row[0].value for row in select(view, query, "a", bindings=bindings) if row[0] is not None]
    nodes = Nodes()
    nodes.fetch(view, iris, FOLLOW)
    return [article(nodes, links, iri) for iri in iris]


def outlets(view: View, links: Links) -> list[Row]:
    """All outlets with how many articles of theirs the base holds and how many utterances they were first to print."""
    articles = _count(view, "?n st:textSha256 ?sha ; schema:publisher ?outlet")
    spoken = _count(
        view, f"?s st:originPublisher ?outlet OPTIONAL {{ ?s st:utterance ?u }} BIND(COALESCE(?u, ?s) AS ?n) {NOT_GONE}"
    )
    nodes = Nodes()
    nodes.fetch(view, {*articles, *spoken})
    rows = [
        {**named(nodes, links, iri), "articles": articles.get(iri, 0), "utterances": spoken.get(iri, 0)}
        for iri in nodes
    ]
    return sorted(rows, key=lambda row: (-row["utterances"], -row["articles"], row["name"], row["iri"]))


def known_source(view: View, links: Links, iri: str, limit: int) -> Row | None:
    """An outlet with its articles, or an unnamed source."""
    nodes = read_node(view, iri, FOLLOW)
    if nodes is None:
        return None
    unnamed = links.parts(iri)[0] == "source"
    return {
        **(agent(nodes, links, iri) or {}),
        "kind": agent_kind(links, nodes[iri]) if unnamed else "outlet",
        "page": f"/sources/{links.path(iri).rpartition('/')[2]}",
        "articles": [] if unnamed else latest_articles(view, links, limit, publisher=iri),
    }


def of_source(links: Links, iri: str) -> Filter:
    """The stances that an outlet prints, or that an unnamed source passes on."""
    return Filter(voice=iri) if links.parts(iri)[0] == "source" else Filter(source=iri)


def source(view: View, links: Links, records: Records, iri: str, limit: int) -> Row | None:
    """An outlet with its articles, or an unnamed source, with what it is said to have said."""
    known = known_source(view, links, iri, limit)
    if known is None:
        return None
    mask = records.select(of_source(links, iri))
    return {
        **known,
        "total": records.count(mask).stances,
        "utterances": said(records, mask),
        "stances": read_rows(view, links, records.iris(mask, limit)),
    }


def stance_triples(view: View, iris: list[str]) -> list[ox.Triple]:
    """The triples of stances with their evidence and chains, to be read as one piece."""
    return triples(view, iris, frozenset({*(f"{ST}{n}" for n in _OWN), "http://www.w3.org/ns/oa#hasSelector"}))


_OWN = ("evidence", "cue", "utterance", "voicedVia", "relayedBy")


def triples(view: View, iris: list[str], follow: frozenset[str] = frozenset()) -> list[ox.Triple]:
    """All triples of the nodes and of what `follow` leads to, each once, in a fixed order."""
    nodes = Nodes()
    nodes.fetch(view, iris, follow, whole=True)
    found = []
    for iri in sorted(nodes):
        for predicate, value in nodes[iri]:
            found.append(ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), value))
    return found


def graph_triples(view: View, graph: str) -> list[ox.Triple]:
    """All triples of a named graph, in a fixed order."""
    return sorted((quad.triple for quad in view.quads(checked(graph, "graph"))), key=str)


def checked(iri: str, what: str) -> str:
    """The IRI, if it is one.

    Raises:
        UsageError: it holds characters that no IRI may have.
    """
    try:
        return ox.NamedNode(iri).value
    except ValueError:
        raise UsageError(f"{what}: {iri!r} is no IRI; copy it from a list such as /entities") from None


def types_of(node: Node) -> list[str]:
    """The local names of the node's classes ("Person")."""
    return [local_name(iri) for iri in node.all(RDF_TYPE)]


def _links(view: View, iri: str) -> list[Row]:
    """What the linker decided, by status: in how many articles, how surely, and who it may be where it is open."""
    entity = {"entity": ox.NamedNode(iri)}
    link = "?entity st:hasLink ?link . ?link st:linkStatus ?status"
    query = f"""SELECT ?status (COUNT(DISTINCT ?link) AS ?n) (MIN(?c) AS ?low) (MAX(?c) AS ?high)
        WHERE {{ {link} ; itsrdf:taConfidence ?c }} GROUP BY ?status"""
    open_query = f"SELECT DISTINCT ?status ?item WHERE {{ {link} ; st:candidate ?item }}"
    candidates: dict[str, list[str]] = {}
    for status, item in select(view, open_query, "status", "item", bindings=entity):
        if status is not None and item is not None and (found := qid_of(item.value)):
            candidates.setdefault(status.value, []).append(found)
    rows = []
    for status, number, low, high in select(view, query, "status", "n", "low", "high", bindings=entity):
        if status is not None and number is not None and low is not None and high is not None:
            row = {"status": word(status.value), "articles": int(number.value)}
            row |= {"confidence": [float(low.value), float(high.value)]}
            rows.append({**row, "candidates": sorted(candidates.get(status.value, []))})
    return sorted(rows, key=lambda row: -row["articles"])


def _count(view: View, pattern: str) -> dict[str, int]:
    query = f"SELECT ?outlet (COUNT(DISTINCT ?n) AS ?count) WHERE {{ {pattern} }} GROUP BY ?outlet"
    found: dict[str, int] = {}
    for outlet, count in select(view, query, "outlet", "count"):
        if outlet is not None and count is not None:
            found[outlet.value] = int(count.value)
    return found
