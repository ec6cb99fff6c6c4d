"""What a stance rests on, how it is cited, and where its cue stands in the sentence: the page of one stance."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kb.settings import NAMESPACE as ST
from kb.store.base import View
from kb.web.links import Links
from kb.web.nodes import PROV, Nodes, select
from kb.web.pages import POLARITIES
from kb.web.rows import Row, word

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_TEX = re.compile(r"[\\{}%&$#_~^]")
_UNKEYED = re.compile(r"[^a-z0-9]+")


def basis(view: View, links: Links, row: Row) -> Row:
    """What the stance's confidence rests on: software, calibration, modality, the links of holder and target.

    Raises:
        StoreError: the store could not answer.
    """
    nodes = Nodes()
    nodes.fetch(view, [row["iri"]], frozenset({f"{PROV}wasGeneratedBy", f"{ST}calibratedOn"}))
    stance = nodes[row["iri"]]
    calibration = nodes[stance.one(f"{ST}calibratedOn")].one(f"{_RDFS}comment")
    return {
        "software": nodes[stance.one(f"{PROV}wasGeneratedBy")].one(f"{_RDFS}label"),
        "calibration": calibration[:1].lower() + calibration[1:].rstrip("."),
        "negated": stance.one(f"{ST}negated") == "true",
        "conditional": stance.one(f"{ST}conditional") == "true",
        "links": [
            (side, found)
            for side in ("holder", "target")
            if row[side] and row["article"]["iri"] and (found := _link(view, row[side]["iri"], row["article"]["iri"]))
        ],
    }


def _link(view: View, entity: str, article: str) -> Row | None:
    """What the linker decided on an entity in an article."""
    query = """SELECT ?status ?confidence WHERE {
        ?entity st:hasLink ?link . ?link st:linkStatus ?status ; itsrdf:taConfidence ?confidence ;
            prov:wasDerivedFrom ?article } LIMIT 1"""
    bindings = {"entity": ox.NamedNode(entity), "article": ox.NamedNode(article)}
    for status, confidence in select(view, query, "status", "confidence", bindings=bindings):
        if status is not None and confidence is not None:
            return {"status": word(status.value), "confidence": float(confidence.value)}
    return None


def cued(row: Row) -> tuple[str, str, str] | None:
    """The sentence in front of its cue, the cue, and the rest; None where the cue stands elsewhere."""
    evidence, cue = row["evidence"], row["cue"]
    if not cue or evidence["start"] is None or cue["start"] is None or cue["end"] is None:
        return None
    start, end = cue["start"] - evidence["start"], cue["end"] - evidence["start"]
    words: str = evidence["exact"]
    if start < 0 or end > len(words) or words[start:end] != cue["exact"]:
        return None
    return words[:start], words[start:end], words[end:]


def citation(row: Row) -> str:
    """The stance as a line in a list of references: what is claimed, where it was read, and where the record is."""
    article = row["article"]
    authors = ", ".join(author["name"] for author in article["authors"])
    outlet = article["publisher"]["name"] if article["publisher"] else "publisher not known"
    first = article["original_publisher"]
    printed = f"{outlet} (first in {first['name']})" if first else outlet
    date = article["date"] or "no date"
    return (
        f"“{row['evidence']['exact'].strip()}” {told(row)}"
        f" {authors + ': ' if authors else ''}“{article['title']}”. {printed}, {date}."
        f"{' ' + article['url'] + '.' if article['url'] else ''}"
        f" Read by stancekb as: {claim(row)} (confidence {_percent(row['confidence'])}). {row['iri']}"
    )


def told(row: Row) -> str:
    """Through whose mouths it came, the one who speaks first: "Said by an official (not named), told by Ann Bly."."""
    names = []
    for voice in reversed(row["chain"]):
        agent = voice["agent"] or {"name": "somebody", "kind": "unnamed"}
        names.append(f"{agent['name']} (not named)" if agent.get("kind") == "unnamed" else agent["name"])
    return f"Said by {', told by '.join(names)}." if names else "In the article’s own words."


def bibtex(row: Row) -> str:
    """The same as an entry of BibTeX."""
    article = row["article"]
    year = article["date"][:4]
    key = _UNKEYED.sub("-", f"{article['id']}-{row['id'][:8]}".lower()).strip("-")
    fields = {
        "author": " and ".join(author["name"] for author in article["authors"]),
        "title": article["title"],
        "journal": article["publisher"]["name"] if article["publisher"] else "",
        "year": year,
        "date": article["date"],
        "url": article["url"] or row["iri"],
        "note": f"“{row['evidence']['exact'].strip()}” {told(row)} Read by stancekb as: {claim(row)}; {row['iri']}",
    }
    lines = [f"  {name} = {{{_escaped(value)}}}" for name, value in fields.items() if value]
    return f"@article{{{key},\n" + ",\n".join(lines) + "\n}\n"


def claim(row: Row) -> str:
    """Who takes which side on what, in words."""
    holder, target = (row[side]["name"] if row[side] else "somebody" for side in ("holder", "target"))
    return f"{holder} {POLARITIES.get(row['polarity'], row['polarity'])} {target}"


def _percent(number: float | None) -> str:
    return "not known" if number is None else f"{number:.2f}"


def _escaped(text: str) -> str:
    names = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return _TEX.sub(lambda match: names.get(match[0], "\\" + match[0]), " ".join(text.split()))
