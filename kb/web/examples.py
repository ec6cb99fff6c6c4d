"""The questions of `queries/` as queries that can be run as they stand, with values that this base has answers to."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

import pyoxigraph as ox

from kb import queries
from kb.queries import Parameter, Query
from kb.store.base import Term, View
from kb.store.sparql import bind, term_text
from kb.web.gathering import Kind
from kb.web.tables import Tables
from kb.web.things import Things

#: Asks a query: the first column of its rows, None where there is no answer in time.
Ask = Callable[[str], Awaitable[list[str] | None]]
Value = tuple[Term, str]  # and what it is called

_TRIED = 4  # values of a parameter
_LOOKED_AT = 200  # best known things among which those with the most stances are looked for
_QID = re.compile(r"Q[1-9]\d*")
_NUMBER = re.compile(r'"(\d+(?:\.\d+)?)"\^\^<http://www\.w3\.org/2001/XMLSchema#decimal>')
#: Comments on how to ask another server as well, which this one does not.
_FEDERATED = re.compile(r"\n(?:\s*#[^\n]*\n)*\s*#[^\n]*SERVICE[^\n]*\n")
_PROPERTIES = {"office": "P39", "party": "P102"}
_STANCES = "SELECT ?s { ?s a <https://w3id.org/stancekb/ns#Stance> } LIMIT 1"


def by_topic() -> dict[str, list[Query]]:
    """All questions, by topic.

    Raises:
        ResourceError: a file of a question is missing or broken.
    """
    topics: dict[str, list[Query]] = {}
    for query in queries.list_queries():
        topics.setdefault(query.topic, []).append(query)
    return topics


async def runnable(query: Query, tables: Tables, view: View, ask: Ask) -> str:
    """The text of a question with values for its parameters, so that it has an answer if a few tries find one.

    Args:
        ask: asks the base, with a bound in time; where it gives None, no more values are tried.
    """
    fixed: dict[str, Value] = {}
    open_: Parameter | None = None
    for parameter in query.parameters:
        if parameter.default is not None:
            fixed[parameter.name] = queries.term_of(view, parameter, parameter.default), ""
        elif parameter.required:
            open_ = parameter
    if open_ is None:
        return filled(query, fixed)
    first = ""
    for value in await _values(open_, tables, ask):
        text = filled(query, {**fixed, open_.name: value})
        first = first or text
        rows = await ask(text)
        if rows:
            return text
        if rows is None:
            break
    return first or filled(query, fixed)


def filled(query: Query, values: dict[str, Value]) -> str:
    """The question's text with the values bound, each on a line of its own with its name behind it."""
    text = bind(query.text, {name: term for name, (term, _) in values.items()})
    for name, (term, called) in values.items():
        # A backslash could spell the end of the line to the engine, and what follows would be no comment any more.
        comment = f"  # {' '.join(called.replace(chr(92), '/').split())}" if called else ""
        written = f"VALUES ?{name} {{ {term_text(term)} }}"
        number = _NUMBER.fullmatch(term_text(term))
        plain = f"VALUES ?{name} {{ {number[1]} }}" if number else written
        text = text.replace(f"{written} ", f"\n  {plain}{comment}\n")
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("#+")]
    body = _FEDERATED.sub("\n", "\n".join(line for line in lines if line))
    return f"# {query.title}\n# {query.question}\n{body}\n"


async def _values(parameter: Parameter, tables: Tables, ask: Ask) -> list[Value]:
    """Values that may have an answer, the likeliest first."""
    if parameter.type == "stance":
        return [(ox.NamedNode(iri), "") for iri in await ask(_STANCES) or []]
    if parameter.type == "wikidata":
        number = _PROPERTIES.get(parameter.name, "")
        pattern = f"SELECT DISTINCT ?v {{ ?s <http://www.wikidata.org/prop/direct/{number}> ?v }} LIMIT {_TRIED}"
        found = [iri for iri in await ask(pattern) or [] if iri.startswith(queries.WIKIDATA)] if number else []
        named = [f"{queries.WIKIDATA}{qid}" for qid in _QID.findall(parameter.meaning)]
        return [(ox.NamedNode(iri), "") for iri in found or named]
    if parameter.type == "text":
        labels = (thing.label for thing in islice(tables[Kind.ENTITY], _TRIED))
        return [(ox.Literal(label), "") for label in labels]
    if parameter.name in ("outlet", "published_by"):
        return [(ox.NamedNode(row["iri"]), row["name"]) for row in tables.outlets[:_TRIED]]
    kind = Kind.PROPOSITION if parameter.type == "proposition" else Kind.ENTITY
    return list(_best(tables[kind], parameter.name == "holder"))


def _best(things: Things, holders: bool) -> Iterator[Value]:
    """The things that hold the most stances, or that the most are towards."""
    counts = things.held if holders else things.towards
    numbers = sorted(range(min(len(things), _LOOKED_AT)), key=lambda number: -int(counts[number]))
    for number in numbers[:_TRIED]:
        yield ox.NamedNode(things.iri(number)), things.label(number)
