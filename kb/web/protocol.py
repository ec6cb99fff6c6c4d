"""SPARQL 1.1 Protocol without HTTP: a query's text and wishes in, bytes out.

Plain values go in and come out, so that the same function can be run in a thread or in another process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kb.errors import UsageError
from kb.iris import PREFIXES
from kb.store.base import View

RESULT_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
#: Loose names that clients use, and what they get.
RESULT_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
GRAPH_ALIASES = {"application/json": "application/ld+json", "application/xml": "application/rdf+xml"}

_LEXEME = re.compile(
    r'''(?P<comment>\#[^\r\n]*)
    |(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\'|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<brace>[{}()])
    |(?P<name>[?$@]?[\w\-]*(?::[\w\-.%:]*)?)''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


@dataclass(frozen=True, slots=True)
class Question:
    """A query as the protocol carries it; the graphs, where given, replace those the query names."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One word, IRI or brace of a query; `start` and `end` count code points. Strings and comments are left out."""

    text: str
    start: int
    end: int


def lexemes(query: str) -> list[Lexeme]:
    """The words, IRIs and braces of a query, whatever the text; strings and comments are skipped."""
    found, position = [], 0
    while position < len(query):
        match = _LEXEME.match(query, position)
        if match is None or match.end() == position:
            position += 1
            continue
        if match.lastgroup not in ("comment", "string"):
            found.append(Lexeme(match.group(), match.start(), match.end()))
        position = match.end()
    return found


def form_of(query: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; "" where the text is none of them."""
    return next((word for word in (lex.text.upper() for lex in lexemes(query)) if word in _FORMS), "")


def check(query: str) -> None:
    """Refuse what a public endpoint must not run.

    Raises:
        UsageError: the text is an update, or asks another server (SERVICE).
    """
    # Some engines read \\uXXXX before anything else, so the keyword may be spelt with escapes.
    for text in {query, _ESCAPE.sub(lambda m: chr(min(int(m.group(1) or m.group(2), 16), 0x10FFFF)), query)}:
        words = [lex.text.upper() for lex in lexemes(text)]
        if any(_may_be_service(word) for word in words):
            raise UsageError("SERVICE: this endpoint asks no other server; run the federated part on your side")
        first = next((word for word in words if word in _FORMS or word in _UPDATES), "")
        if first in _UPDATES:
            raise UsageError(f"{first}: this endpoint only reads; send SELECT, ASK, CONSTRUCT or DESCRIBE")


def _may_be_service(word: str) -> bool:
    """Whether the engine might read SERVICE in it: it wants no space around keywords (1SERVICE, SERVICEex:a)."""
    return word[:1] not in ("?", "$", "@", "<") and "SERVICE" in word.partition(":")[0]


def with_dataset(question: Question) -> str:
    """The query with the protocol's graphs as its FROM and FROM NAMED clauses, in place of its own.

    Raises:
        UsageError: a graph is no absolute IRI.
    """
    query = question.query
    if not question.default_graphs and not question.named_graphs:
        return query
    clauses = [f"FROM {_iri(graph, 'default-graph-uri')}" for graph in question.default_graphs]
    clauses += [f"FROM NAMED {_iri(graph, 'named-graph-uri')}" for graph in question.named_graphs]
    where, own = _dataset_place(lexemes(query), len(query))
    pieces = [(where, where, "\n" + "\n".join(clauses) + "\n"), *((start, end, " ") for start, end in own)]
    for start, end, text in sorted(pieces, reverse=True):
        query = query[:start] + text + query[end:]
    return query


def answer(view: View, question: Question, media: str) -> bytes:
    """Run the query and write the answer in one form.

    Everything happens in the calling thread: the store's answers may not change threads.

    Args:
        media: a key of `RESULT_FORMATS` for SELECT and ASK, of `GRAPH_FORMATS` for the others.

    Raises:
        UsageError: the query does not parse or may not be run.
        StoreError: the store could not answer.
    """
    check(question.query)
    result = view.query(with_dataset(question))
    if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
        return bytes(result.serialize(format=RESULT_FORMATS[media]) or b"")
    return write_triples(result, GRAPH_FORMATS[media])


def write_triples(triples: ox.QueryTriples | Sequence[ox.Triple], form: ox.RdfFormat) -> bytes:
    """Triples in one form, with our usual prefixes."""
    prefixes = PREFIXES if form in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML) else None
    return bytes(ox.serialize(triples, format=form, prefixes=prefixes) or b"")


def _iri(text: str, parameter: str) -> str:
    try:
        node = ox.NamedNode(text)
    except ValueError as error:
        raise UsageError(f"{parameter}: {text!r} is no absolute IRI ({error}); give one of a named graph") from None
    return str(node)


def _dataset_place(found: list[Lexeme], end: int) -> tuple[int, list[tuple[int, int]]]:
    """Where a dataset clause goes, and the ranges of those already there."""
    own: list[tuple[int, int]] = []
    form, parens, i = "", 0, 0
    while i < len(found):
        lexeme, word = found[i], found[i].text.upper()
        if not form:
            form = word if word in _FORMS else ""
        elif word in ("(", ")"):
            parens += 1 if word == "(" else -1
        elif parens == 0 and word == "FROM":
            last = i + 2 if i + 2 < len(found) and found[i + 1].text.upper() == "NAMED" else i + 1
            if last < len(found):
                own.append((lexeme.start, found[last].end))
            i = last
        elif parens == 0 and word == "{" and form == "CONSTRUCT" and found[i - 1].text.upper() == "CONSTRUCT":
            i = _closing(found, i)  # the template; what follows is the dataset and the pattern
        elif parens == 0 and word in ("WHERE", "{", "LIMIT", "OFFSET", "ORDER", "GROUP", "HAVING", "VALUES"):
            return lexeme.start, own
        i += 1
    return end, own


def _closing(found: list[Lexeme], opening: int) -> int:
    depth = 0
    for i in range(opening, len(found)):
        depth += (found[i].text == "{") - (found[i].text == "}")
        if depth == 0:
            return i
    return len(found) - 1
