"""A base of an invented village: some hundred stances with reprints, several outlets, facts of Wikidata, gaps."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyoxigraph as ox

from kb.iris import PREFIXES
from kb.settings import NAMESPACE as ST
from kb.store import EmbeddedStore

BASE = "https://village.test/"
PEOPLE = [f"p{i}" for i in range(14)]
NAMES = {"p0": "Maude <b>Ferrow</b>", "p1": 'Aldo "Quick" Brenn', "p2": "أمل نور", "p3": "Same Name", "p4": "Same Name"}
PROPOSITIONS = {f"plan{i}": f"The mill should be moved to field {i}" for i in range(4)}
OUTLETS = {"herald": "The Herald", "bell": "Village Bell", "post": "Mill Post"}
PARTY, OTHER_PARTY, OFFICE, COUNTRY = "Q990000501", "Q990000502", "Q990000503", "Q990000504"
_WAYS = ("Support", "Oppose", "Neutral", "Mixed")
_XSD = PREFIXES["xsd"]


def fill(store: EmbeddedStore, stances: int = 400) -> None:
    """Write the base."""
    dice = random.Random(5)
    quads: list[ox.Quad] = []
    graph = iri("graph", "all")

    def say(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal | str) -> None:
        prefix, _, name = predicate.partition(":")
        term = ox.Literal(value) if isinstance(value, str) else value
        quads.append(ox.Quad(subject, ox.NamedNode(PREFIXES[prefix] + name), term, graph))

    def a(subject: ox.NamedNode, name: str) -> None:
        prefix, _, local = name.partition(":")
        say(subject, "rdf:type", ox.NamedNode(PREFIXES[prefix] + local))

    for i, key in enumerate(PEOPLE):
        say(entity(key), "rdfs:label", NAMES.get(key, f"Person {i}"))
        a(entity(key), "schema:Person" if i % 3 else "schema:Organization")
        say(entity(key), "skos:exactMatch", wd(f"Q99000060{i:02}"))
    for key, name in OUTLETS.items():
        say(entity(key), "rdfs:label", name)
        a(entity(key), "schema:NewsMediaOrganization")
        article = iri("article", key)
        a(article, "schema:NewsArticle")
        say(article, "schema:publisher", entity(key))
        say(article, "st:textSha256", key)
    for key, text in PROPOSITIONS.items():
        a(iri("proposition", key), "st:Proposition")
        say(iri("proposition", key), "skos:prefLabel", text)
        say(iri("proposition", key), "schema:about", entity("p0"))
    a(iri("source", "5e"), "st:UnnamedSource")
    say(iri("source", "5e"), "st:describedAs", "a miller")
    _facts(say)
    for number in range(stances):
        stance = iri("stance", f"s{number}")
        a(stance, "st:Stance")
        holder = entity(dice.choices(PEOPLE, range(len(PEOPLE), 0, -1))[0])
        say(stance, "st:holder", holder if number % 23 else iri("source", "5e"))
        towards = (
            entity(dice.choice(PEOPLE)) if dice.random() < 0.6 else iri("proposition", dice.choice([*PROPOSITIONS]))
        )
        say(stance, "st:target", towards)
        say(stance, "st:polarity", ox.NamedNode(ST + dice.choices(_WAYS, (5, 5, 1, 1))[0]))
        if number % 3:
            say(stance, "st:utterance", iri("utterance", f"u{dice.randrange(stances)}"))
        if number % 11:
            day = f"20{dice.choice((14, 15, 16))}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
            say(stance, "st:sortDate", ox.Literal(day, datatype=ox.NamedNode(_XSD + "date")))
        outlet = dice.choice([*OUTLETS])
        say(stance, "st:reportedIn", iri("article", outlet))
        if number % 13:
            say(stance, "st:originPublisher", entity(outlet))
        depth = ox.Literal(str(dice.randint(0, 2)), datatype=ox.NamedNode(_XSD + "integer"))
        say(stance, "st:nestingDepth", depth)
        sure = ox.Literal(f"{dice.randint(20, 99) / 100}", datatype=ox.NamedNode(_XSD + "decimal"))
        say(stance, "st:confidence", sure)
        if not number % 17:
            say(stance, "st:status", ox.NamedNode(ST + "Retracted"))
    a(iri("stance", "bare"), "st:Stance")
    say(iri("stance", "bare"), "st:holder", entity("p2"))
    say(iri("review", "r"), "st:reviews", iri("stance", "s1"))
    say(iri("review", "r"), "st:status", ox.NamedNode(ST + "Superseded"))
    store.load(quads)


def _facts(say: Callable[[ox.NamedNode, str, ox.NamedNode | ox.Literal | str], None]) -> None:
    day = ox.NamedNode(_XSD + "date")
    for i in range(8):
        item = wd(f"Q99000060{i:02}")
        say(item, "wdt:P102", wd(PARTY if i < 5 else OTHER_PARTY))
        say(item, "wdt:P27", wd(COUNTRY))
    for i, (began, ended) in enumerate((("2015", ""), ("2014-06", "2015-03"), ("", "2015-08-09"), ("", ""))):
        item, fact = wd(f"Q99000060{i:02}"), ox.NamedNode(f"{PREFIXES['wds']}f{i}")
        say(item, "wdt:P39", wd(OFFICE))
        say(item, "p:P39", fact)
        say(fact, "ps:P39", wd(OFFICE))
        for name, when in (("pq:P580", began), ("pq:P582", ended)):
            if when:
                kind = {4: ox.NamedNode(_XSD + "gYear"), 7: ox.NamedNode(_XSD + "gYearMonth")}.get(len(when), day)
                say(fact, name, ox.Literal(when, datatype=kind))
    say(wd(PARTY), "rdfs:label", ox.Literal("Millers’ League", language="en"))
    say(wd(OFFICE), "rdfs:label", ox.Literal("reeve", language="en"))


def iri(kind: str, key: str) -> ox.NamedNode:
    """Something of the base."""
    return ox.NamedNode(f"{BASE}{'graph' if kind == 'graph' else 'id/' + kind}/{key}")


def entity(key: str) -> ox.NamedNode:
    """An entity of the base."""
    return iri("entity", key)


def wd(qid: str) -> ox.NamedNode:
    """An item of Wikidata."""
    return ox.NamedNode(PREFIXES["wd"] + qid)
