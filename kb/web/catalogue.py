"""What there is beside stances: entities, propositions, articles, outlets, unnamed sources, and totals."""

from __future__ import annotations

import pyoxigraph as ox

from kb.errors import UsageError
from kb.settings import NAMESPACE as ST
from kb.store.base import View
from kb.web.links import Links, local_name, qid_of
from kb.web.listing import NOT_GONE, Filter, by_source, count_stances, list_stances, tally, total
from kb.web.nodes import RDF_TYPE, SCHEMA, SKOS, Node, Nodes, select
from kb.web.rows import FOLLOW, Row, agent, agent_kind, article, named, read_rows, word

_TOTALS = {
    "stances": f"?s a st:Stance . {NOT_GONE} BIND(?s AS ?n)",
    "articles": "?n st:textSha256 ?sha",
    "propositions": "?n a st:Proposition",
    "outlets": "?s st:originPublisher ?n",
}


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


def totals(view: View) -> dict[str, int]:
    """How many of each kind there are."""
    found = {}
    for name, pattern in _TOTALS.items():
        rows = select(view, f"SELECT (COUNT(DISTINCT ?n) AS ?count) WHERE {{ {pattern} }}", "count")
        found[name] = next((int(row[0].value) for row in rows if row[0] is not None), 0)
    return found


def section(view: View, links: Links, wanted: Filter, limit: int) -> Row:
    """Stances of one filter with their counts, by original outlet."""
    rows = read_rows(view, links, list_stances(view, wanted, limit))
    counts = tally(view, wanted)
    nodes = Nodes()
    nodes.fetch(view, counts)
    names = {iri: named(nodes, links, iri) for iri in counts if iri}
    return {
        "total": count_stances(view, wanted),
        "shown": len(rows),
        "utterances": total(counts),
        "by_source": by_source(rows, counts, names),
    }


def entity(view: View, links: Links, iri: str, limit: int) -> Row | None:
    """Who it is, what it holds, what others hold towards it and towards propositions about it: three lists apart."""
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
        "holds": section(view, links, Filter(holder=iri), limit),
        "towards": section(view, links, Filter(target=iri), limit),
        "about": section(view, links, Filter(about=iri), limit),
    }


def proposition(view: View, links: Links, iri: str, limit: int) -> Row | None:
    """A proposition, what it is about, and the stances towards it."""
    nodes = read_node(view, iri, FOLLOW)
    if nodes is None:
        return None
    return {
        **named(nodes, links, iri),
        "about": [named(nodes, links, other) for other in nodes[iri].all(f"{SCHEMA}about")],
        "towards": section(view, links, Filter(target=iri), limit),
    }


def article_page(view: View, links: Links, iri: str, limit: int) -> Row | None:
    """An article and its stances in the order of the text."""
    nodes = read_node(view, iri, FOLLOW)
    if nodes is None:
        return None
    wanted = Filter(article=iri)
    rows = read_rows(view, links, list_stances(view, wanted, limit))
    rows.sort(key=lambda row: (row["evidence"]["start"] or 0, row["id"]))
    node = nodes[iri]
    return {
        **article(nodes, links, iri),
        "types": types_of(node),
        "text_sha256": node.one(f"{ST}textSha256"),
        "based_on": [article(nodes, links, other) for other in node.all(f"{SCHEMA}isBasedOn")],
        "total": count_stances(view, wanted),
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


def source(view: View, links: Links, iri: str, limit: int) -> Row | None:
    """An outlet with its articles, or an unnamed source with what it is said to have said."""
    nodes = read_node(view, iri, FOLLOW)
    if nodes is None:
        return None
    unnamed = links.parts(iri)[0] == "source"
    wanted = Filter(voice=iri) if unnamed else Filter(source=iri)
    return {
        **(agent(nodes, links, iri) or {}),
        "kind": agent_kind(links, nodes[iri]) if unnamed else "outlet",
        "page": f"/sources/{links.path(iri).rpartition('/')[2]}",
        "total": count_stances(view, wanted),
        "utterances": total(tally(view, wanted)),
        "articles": [] if unnamed else latest_articles(view, links, limit, publisher=iri),
        "stances": read_rows(view, links, list_stances(view, wanted, limit)),
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
