"""One stance as a row with its receipt: who, towards what, which way, by whose word, in which words, how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.settings import NAMESPACE as ST
from kb.store.base import View
from kb.web.links import Links, local_name, qid_of
from kb.web.nodes import OA, PROV, SCHEMA, SKOS, Node, Nodes, select, values

Row = dict[str, Any]

#: From a stance to everything its row shows.
FOLLOW = frozenset(
    {f"{ST}{name}" for name in ("holder", "target", "voice", "reportedIn", "originPublisher", "evidence", "cue")}
    | {f"{ST}voicedVia", f"{ST}relayedBy", f"{ST}republicationOf", f"{ST}presumedAffiliation"}
    | {f"{PROV}agent", f"{OA}hasSelector", f"{SCHEMA}publisher", f"{SCHEMA}author", f"{SCHEMA}about"}
)
_LONGEST_CHAIN = 20  # links; a guard against a chain that bites its tail


def read_rows(view: View, links: Links, iris: Sequence[str]) -> list[Row]:
    """The rows of the stances, in the order given.

    Raises:
        StoreError: the store could not answer.
    """
    nodes = Nodes()
    nodes.fetch(view, iris, FOLLOW)
    rows = [stance_row(nodes, links, iri) for iri in iris]
    reviewed = _reviews(view, iris)
    return [{**row, "status": reviewed.get(row["iri"], row["status"])} for row in rows]


def _reviews(view: View, iris: Sequence[str]) -> dict[str, str]:
    """What people said of the stances; what takes one back outweighs the rest."""
    found: dict[str, str] = {}
    if iris:
        query = f"SELECT ?s ?status WHERE {{ {values('s', iris)} ?review st:reviews ?s ; st:status ?status }}"
        for iri, status in select(view, query, "s", "status"):
            if iri and status and found.get(iri.value) not in ("retracted", "superseded"):
                found[iri.value] = word(status.value)
    return found


def stance_row(nodes: Nodes, links: Links, iri: str) -> Row:
    """The row of one stance.

    `chain` runs from the outermost voice to the one who speaks and leaves out the article's author, who is `author`;
    it is empty where the article tells it in its own words. Offsets count Unicode code points of the article's text.
    """
    stance = nodes[iri]
    chain, author = chain_of(nodes, links, stance)
    cue = stance.one(f"{ST}cue")
    return {
        "id": links.key(iri),
        "iri": iri,
        "page": links.path(iri),
        "holder": agent(nodes, links, stance.one(f"{ST}holder")),
        "target": target(nodes, links, stance.one(f"{ST}target")),
        "polarity": word(stance.one(f"{ST}polarity")),
        "kind": word(stance.one(f"{ST}kind")),
        "certainty": word(stance.one(f"{ST}certainty")),
        "confidence": stance.number(f"{ST}confidence"),
        "date": stance.one(f"{ST}statedOn") or stance.one(f"{ST}sortDate"),
        "date_basis": word(stance.one(f"{ST}dateBasis")),
        "status": word(stance.one(f"{ST}status")),
        "utterance": stance.one(f"{ST}utterance") or None,
        "voice": agent(nodes, links, stance.one(f"{ST}voice")),
        "chain": chain,
        "author": author,
        "evidence": passage(nodes, stance.one(f"{ST}evidence")),
        "cue": passage(nodes, cue) if cue else None,
        "article": article(nodes, links, stance.one(f"{ST}reportedIn"), stance.one(f"{ST}originPublisher")),
    }


def chain_of(nodes: Nodes, links: Links, stance: Node) -> tuple[list[Row], Row | None]:
    """The voices, outermost first, and the author's own voice apart."""
    found: list[Row] = []
    link = nodes[stance.one(f"{ST}voicedVia")]
    while link.known and len(found) < _LONGEST_CHAIN:
        found.append(
            {
                "agent": agent(nodes, links, link.one(f"{PROV}agent")),
                "mode": word(link.one(f"{ST}speechMode")),
                "inferred": link.one(f"{ST}inferredLink") == "true",
            }
        )
        link = nodes[link.one(f"{ST}relayedBy")]
    found.reverse()
    if found and found[0]["mode"] == "author-voice":
        return found[1:], found[0]["agent"]
    return found, None


def agent(nodes: Nodes, links: Links, iri: str) -> Row | None:
    """A holder or a voice; an unnamed source keeps its description and is nobody else."""
    if not iri:
        return None
    node = nodes[iri]
    affiliation = node.one(f"{ST}presumedAffiliation")
    return {
        "name": node.name or links.key(iri),
        "id": links.key(iri),
        "iri": iri,
        "page": links.path(iri),
        "qid": qid(node),
        "kind": agent_kind(links, node),
        **({"affiliation": named(nodes, links, affiliation)} if affiliation else {}),
    }


def agent_kind(links: Links, node: Node) -> str:
    """entity, author, unnamed or comment."""
    types = {iri.removeprefix(ST) for iri in node.types}
    if "ReaderComment" in types or "Commenter" in types:
        return "comment"
    if "UnnamedSource" in types:
        return "unnamed"
    return "entity" if links.parts(node.iri)[0] in ("entity", "") else "author"


def target(nodes: Nodes, links: Links, iri: str) -> Row | None:
    """What a stance is towards: an entity, or a proposition with the entities it is about."""
    if not iri:
        return None
    node = nodes[iri]
    proposition = f"{ST}Proposition" in node.types
    return {
        **named(nodes, links, iri),
        "kind": "proposition" if proposition else "entity",
        "about": [named(nodes, links, other) for other in node.all(f"{SCHEMA}about")],
    }


def named(nodes: Nodes, links: Links, iri: str) -> Row:
    """A thing's name, addresses and Wikidata item."""
    node = nodes[iri]
    return {
        "name": node.name or links.key(iri),
        "id": links.key(iri),
        "iri": iri,
        "page": links.path(iri),
        "qid": qid(node),
    }


def qid(node: Node) -> str | None:
    """The Wikidata item the node is matched with."""
    return next((found for found in map(qid_of, node.all(f"{SKOS}exactMatch")) if found), None)


def passage(nodes: Nodes, iri: str) -> Row:
    """Words of the article with their offsets and a little of what stands around them."""
    found: Row = {"start": None, "end": None, "exact": "", "prefix": "", "suffix": ""}
    for selector in (nodes[iri], *(nodes[other] for other in nodes[iri].all(f"{OA}hasSelector"))):
        for name in ("start", "end"):
            number = selector.number(f"{OA}{name}")
            found[name] = found[name] if number is None else int(number)
        for name in ("exact", "prefix", "suffix"):
            found[name] = found[name] or selector.one(f"{OA}{name}")
    return found


def article(nodes: Nodes, links: Links, iri: str, origin: str = "") -> Row:
    """An article with who published this copy and, where it republishes, who published it first."""
    node = nodes[iri]
    original = nodes[node.one(f"{ST}republicationOf")]
    publisher = node.one(f"{SCHEMA}publisher")
    first = original.one(f"{SCHEMA}publisher") or (origin if origin != publisher else "")
    return {
        "title": node.one(f"{SCHEMA}headline") or node.name or links.key(iri),
        "id": links.key(iri),
        "iri": iri,
        "page": links.path(iri),
        "url": web_address(node.one(f"{SCHEMA}url")),
        "date": node.one(f"{SCHEMA}datePublished"),
        "language": node.one(f"{SCHEMA}inLanguage"),
        "authors": [named(nodes, links, other) for other in node.all(f"{SCHEMA}author")],
        "publisher": named(nodes, links, publisher) if publisher else None,
        "original_publisher": named(nodes, links, first) if first else None,
    }


def web_address(text: str) -> str:
    """The text where it is an address that is safe to link to, else ""."""
    return text if text.startswith(("https://", "http://")) else ""


def word(iri: str) -> str:
    """The value of a value list in lower case with hyphens: st:DirectQuote is "direct-quote", st:NIL "nil"."""
    name = local_name(iri)
    if name.isupper():
        return name.lower()
    return "".join(f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
