"""The questions in `queries/`: one SPARQL query a file, with a header that people and tools read.

    #+ title: Who is against something
    #+ question: Who is said to oppose this, in which words?
    #+ topic: targets
    #+ parameter: target any, required - what they are against
    #+ parameter: min_confidence number, default 0 - leave out stances we trust less

A parameter is a variable of the query; its value is bound, never pasted (`kb.store.sparql.bind`). Its type says how a
person may give it:

    entity, proposition, any   IRI, Wikidata item (Q159) or exact name; it must be in the base, and be one thing only
    stance, article            IRI
    wikidata                   Wikidata item (Q159)
    polarity                   support, oppose, neutral or mixed
    number, date, text         0.7, 2016-06-30, any words
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kb import resources
from kb.errors import ResourceError, UnknownName, UsageError
from kb.settings import NAMESPACE
from kb.store.base import Answer, Term, View

WIKIDATA = "http://www.wikidata.org/entity/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_THINGS = ("entity", "proposition", "any")
TYPES = (*_THINGS, "stance", "article", "wikidata", "polarity", "number", "date", "text")
POLARITIES = ("support", "oppose", "neutral", "mixed")

Value = str | int | float | bool | datetime.date | None
_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None

_LINE = re.compile(r"#\+ (?P<key>\w+): (?P<value>.+)")
_PARAMETER = re.compile(
    r"(?P<name>\w+) (?P<type>\w+), (?:(?P<need>required|optional)|default (?P<default>\S+)) - (?P<meaning>.+)"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; without a default it is required or may be left out (then its variable stays free)."""

    name: str
    type: str
    meaning: str
    required: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One question. `text` is the whole file, header included."""

    name: str
    title: str
    question: str
    topic: str
    text: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer as a table; iterate for one dict of Python values a row. `terms` are the same cells as RDF."""

    columns: tuple[str, ...]
    terms: tuple[tuple[_Node, ...], ...]

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.terms:
            yield {column: python_value(term) for column, term in zip(self.columns, row, strict=True)}

    def __len__(self) -> int:
        return len(self.terms)


@cache
def list_queries() -> tuple[Query, ...]:
    """All questions, by name.

    Raises:
        ResourceError: the folder is missing or a file has a broken header.
    """
    paths = sorted(resources.folder("queries").glob("*.rq"))
    return tuple(parse(path.read_text(encoding="utf-8"), path.stem) for path in paths)


def get(name: str) -> Query:
    """The question of that name.

    Raises:
        UnknownName: there is none; the message lists names like it.
    """
    known = {query.name: query for query in list_queries()}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)
    raise UnknownName(f"query {name!r} does not exist; there are {', '.join(near)}")


def parse(text: str, name: str) -> Query:
    """A question from the text of its file.

    Raises:
        ResourceError: the header is missing or cannot be read; the message gives the line.
    """
    found: dict[str, str] = {}
    parameters = []
    for line in text.splitlines():
        if not line.startswith("#+"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ResourceError(f"query {name!r}: header line {line!r} is not '#+ key: value'; correct it")
        if match["key"] == "parameter":
            parameters.append(_parse_parameter(match["value"], name))
        else:
            found[match["key"]] = match["value"]
    for key in ("title", "question", "topic"):
        if key not in found:
            raise ResourceError(f"query {name!r}: no line '#+ {key}: ...'; add it at the top")
    return Query(name, found["title"], found["question"], found["topic"], text, tuple(parameters))


def _parse_parameter(line: str, query: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None or match["type"] not in TYPES:
        form = "'NAME TYPE, required|optional|default VALUE - meaning'"
        raise ResourceError(f"query {query!r}: parameter {line!r} is not {form}; its types: {', '.join(TYPES)}")
    return Parameter(match["name"], match["type"], match["meaning"], match["need"] == "required", match["default"])


def run(view: View, name: str | Query, params: Mapping[str, str] | None = None) -> Rows:
    """Ask a question.

    Args:
        name: name of a question, or the question itself.
        params: value by parameter, as a person types it; an empty value counts as left out.

    Raises:
        UnknownName: no question, or nothing in the base, is called so.
        UsageError: a parameter is missing or unknown, or its value is of the wrong type or means several things.
        StoreError: the store could not answer.
    """
    query = get(name) if isinstance(name, str) else name
    return table(view.query(query.text, bindings(view, query, params or {})))


def bindings(view: View, query: Query, params: Mapping[str, str]) -> dict[str, Term]:
    """The terms to bind for these parameters; raises as `run` does."""
    given = {key: value.strip() for key, value in params.items() if value.strip()}
    known = {parameter.name for parameter in query.parameters}
    unknown = sorted(set(given) - known)
    if unknown:
        raise UsageError(
            f"query {query.name!r} has no parameter {unknown[0]!r}; it has {', '.join(sorted(known)) or 'none'}"
        )
    bound: dict[str, Term] = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is not None:
            bound[parameter.name] = term_of(view, parameter, value)
        elif parameter.required:
            raise UsageError(f"query {query.name!r} needs {parameter.name!r} ({parameter.meaning}); give it")
    return bound


def table(answer: Answer) -> Rows:
    """The solutions of a SELECT as a table, read in full.

    Raises:
        UsageError: it is the answer to an ASK, CONSTRUCT or DESCRIBE.
    """
    if not isinstance(answer, ox.QuerySolutions):
        raise UsageError("only a SELECT gives rows; ask with SELECT")
    columns = tuple(variable.value for variable in answer.variables)
    return Rows(columns, tuple(tuple(solution[i] for i in range(len(columns))) for solution in answer))


def python_value(term: _Node) -> Value:
    """A cell as a Python value: numbers, booleans and full dates as such, all else as text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else term.value if isinstance(term, ox.NamedNode) else str(term)
    kind = term.datatype.value.removeprefix(_XSD)
    try:
        if kind in ("integer", "nonNegativeInteger", "int", "long"):
            return int(term.value)
        if kind in ("decimal", "double", "float"):
            return float(term.value)
        if kind == "date":
            return datetime.date.fromisoformat(term.value)
    except ValueError:
        return term.value
    return term.value in ("true", "1") if kind == "boolean" else term.value


def term_of(view: View, parameter: Parameter, value: str) -> Term:
    """The term that a person means by `value` for this parameter.

    Raises:
        UnknownName: nothing in the base is called so.
        UsageError: the value is of the wrong type or means several things.
    """
    if parameter.type in _THINGS:
        return find_thing(view, value, parameter.type)
    try:
        if parameter.type == "text":
            return ox.Literal(value)
        if parameter.type == "number":
            if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", value):
                return ox.Literal(value, datatype=ox.NamedNode(_XSD + "decimal"))
            raise ValueError("no number such as 0.7")
        if parameter.type == "date":
            return ox.Literal(datetime.date.fromisoformat(value).isoformat(), datatype=ox.NamedNode(_XSD + "date"))
        if parameter.type == "polarity":
            if value.lower() in POLARITIES:
                return ox.NamedNode(NAMESPACE + value.capitalize())
            raise ValueError(f"none of {', '.join(POLARITIES)}")
        if parameter.type == "wikidata":
            qid = _qid(value)
            if qid is None:
                raise ValueError("no Wikidata item such as Q159")
            return ox.NamedNode(WIKIDATA + qid)
        node = ox.NamedNode(value)
    except ValueError as error:
        raise UsageError(f"{parameter.name}: {value!r} is not a {parameter.type}: {error}; correct it") from None
    _check_known(view, node, parameter.type)
    return node


def find_thing(view: View, value: str, kind: str = "any") -> ox.NamedNode:
    """The one entity or proposition that `value` (IRI, Wikidata item, exact name in any case) means.

    Args:
        kind: entity, proposition or any.

    Raises:
        UnknownName: nothing is called so; the message lists names like it.
        UsageError: several things are called so; the message lists them.
    """
    qid = _qid(value)
    if qid is not None:
        found = _nodes(view, _BY_ITEM, {"item": ox.NamedNode(WIKIDATA + qid)})
    elif re.match(r"(?i)(https?://|urn:)", value):
        try:
            node = ox.NamedNode(value)
        except ValueError as error:
            raise UsageError(f"{value!r} is no IRI: {error}; correct it") from None
        _check_known(view, node, kind)
        return node
    else:
        found = _nodes(view, _BY_NAME, {"english": ox.Literal(value, language="en"), "plain": ox.Literal(value)})
        found = found or _nodes(view, _BY_ANY_CASE, {"name": ox.Literal(value.lower())})
        found = _of_the_base(view, found)
    if kind != "any":
        found = [node for node in found if _is_proposition(view, node) == (kind == "proposition")]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{value!r} means several things: {', '.join(n.value for n in found)}; give one of these IRIs")
    words = [word for word in re.findall(r"\w+", value.lower()) if len(word) > 2]
    near = sorted({row[0].value for word in words[:3] for row in _near(view, word)})
    hint = f"there are {', '.join(near[:5])}" if near else "look for it with `kb lookup`"
    raise UnknownName(f"nothing in the base is called {value!r} ({'thing' if kind == 'any' else kind}); {hint}")


def _of_the_base(view: View, found: list[ox.NamedNode]) -> list[ox.NamedNode]:
    """The entities in place of items of Wikidata, which have the same names where facts of them are held."""
    own: dict[ox.NamedNode, None] = {}
    for node in found:
        for thing in _nodes(view, _BY_ITEM, {"item": node}) if node.value.startswith(WIKIDATA) else [node]:
            own[thing] = None
    return list(own)


_LABELS = """
PREFIX st: <https://w3id.org/stancekb/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_BY_ITEM = _LABELS + "SELECT DISTINCT ?thing { ?thing skos:exactMatch ?item } ORDER BY ?thing"
_BY_NAME = (
    _LABELS
    + """SELECT DISTINCT ?thing {
  { ?thing rdfs:label|skos:prefLabel|skos:altLabel ?english }
  UNION
  { ?thing rdfs:label|skos:prefLabel|skos:altLabel ?plain }
} ORDER BY ?thing LIMIT 20"""
)
_BY_ANY_CASE = (
    _LABELS
    + """SELECT DISTINCT ?thing {
  ?thing rdfs:label|skos:prefLabel|skos:altLabel ?label FILTER(LCASE(STR(?label)) = ?name)
} ORDER BY ?thing LIMIT 20"""
)
_NEAR = (
    _LABELS
    + """SELECT DISTINCT ?label {
  ?thing rdfs:label|skos:prefLabel ?label FILTER(CONTAINS(LCASE(STR(?label)), ?word))
} LIMIT 5"""
)


def _nodes(view: View, query: str, bound: Mapping[str, Term]) -> list[ox.NamedNode]:
    return [row[0] for row in table(view.query(query, bound)).terms if isinstance(row[0], ox.NamedNode)]


def _near(view: View, word: str) -> list[tuple[ox.Literal]]:
    rows = table(view.query(_NEAR, {"word": ox.Literal(word)})).terms
    return [(row[0],) for row in rows if isinstance(row[0], ox.Literal)]


def _is_proposition(view: View, node: ox.NamedNode) -> bool:
    return bool(view.query(_LABELS + "ASK { ?thing a st:Proposition }", {"thing": node}))


def _check_known(view: View, node: ox.NamedNode, kind: str) -> None:
    if not bool(view.query("ASK { ?thing ?p ?o }", {"thing": node})):
        raise UnknownName(f"no {'thing' if kind == 'any' else kind} {node.value!r} in the base; check the IRI")


def _qid(value: str) -> str | None:
    """The Wikidata identifier in Q159, wd:Q159 or an address of Wikidata."""
    match = re.fullmatch(r"(?:wd:|https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/)?(Q[1-9]\d*)", value)
    return match and match[1]
