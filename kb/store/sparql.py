"""SPARQL text: what form a query has, values bound to its variables, terms and quads written out.

pyoxigraph's own `substitutions` want every variable in the SELECT clause and reach no FILTER, and a remote server has
no such thing at all. So `bind` puts `VALUES ?x { value }` at the head of each group of the query that names ?x. What
is put in is only ever written by `term_text` from a checked RDF term; text from outside never becomes SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kb.errors import UsageError
from kb.store.base import Term

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

# White space is skipped; `<` is an IRI only where one can be closed, else a comparison. An "other" is one character.
_TOKEN = re.compile(
    r'''(?P<skip>\#[^\r\n]*|\s+)
    |(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\'|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<variable>[?$]\w+)
    |(?P<word>@?[\w\-.]*:?(?:[\w\-.:%]|\\[^\w\s])*[\w%:])
    |(?P<other>.)''',
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token of a query: `kind` is string, iri, variable, word or other; `start` counts code points."""

    kind: str
    text: str
    start: int


def tokens(query: str) -> list[Token]:
    """The tokens of a query without white space and comments; never fails, whatever the text."""
    found = []
    for match in _TOKEN.finditer(query):
        if match.lastgroup is not None and match.lastgroup != "skip":
            found.append(Token(match.lastgroup, match.group(), match.start()))
    return found


def form(query: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; "" where the text is none of them (the parser will say why)."""
    for token in tokens(query):
        if token.kind == "word" and token.text.upper() in FORMS:
            return token.text.upper()
    return ""


def names_dataset(query: str) -> bool:
    """Whether the query itself says which graphs to read (FROM, FROM NAMED)."""
    return any(token.kind == "word" and token.text.upper() == "FROM" for token in tokens(query))


def variables(query: str) -> frozenset[str]:
    """The names of all variables in the query, without ? or $."""
    return frozenset(token.text[1:] for token in tokens(query) if token.kind == "variable")


def bind(query: str, bindings: Mapping[str, Term] | None) -> str:
    """The query with the values of `bindings` given to its variables, wherever they stand in it.

    A bound name means the value in the whole query, inner SELECTs too. It may not be the name of a BIND or an AS.

    Args:
        query: SPARQL 1.1 query.
        bindings: value by variable name (without ?).

    Raises:
        UsageError: the query has no variable of that name, or the value is no IRI or literal.
    """
    if not bindings:
        return query
    missing = sorted(set(bindings) - variables(query))
    if missing:
        known = ", ".join(f"?{name}" for name in sorted(variables(query))) or "none"
        raise UsageError(f"variable ?{missing[0]} is not in the query; its variables: {known}")
    values = {name: f"VALUES ?{name} {{ {term_text(value)} }} " for name, value in bindings.items()}
    inserts, reached = _group_heads(tokens(query), values)
    for position, text in sorted(inserts, reverse=True):
        query = query[:position] + text + query[position:]
    # A variable outside every group (DESCRIBE ?x, CONSTRUCT WHERE) gets its value from a VALUES at the query's end,
    # of which SPARQL allows one.
    rest = sorted(set(bindings) - reached)
    if rest:
        names = " ".join(f"?{name}" for name in rest)
        query += f"\nVALUES ({names}) {{ ({' '.join(term_text(bindings[name]) for name in rest)}) }}"
    return query


def _group_heads(found: list[Token], values: Mapping[str, str]) -> tuple[list[tuple[int, str]], set[str]]:
    """Where to put which VALUES: just behind the brace of each group that names the variable; and the names reached."""
    inserts: list[tuple[int, str]] = []
    reached: set[str] = set()
    open_groups: list[tuple[int, set[str]] | None] = []  # None: braces that hold data or a template
    for i, token in enumerate(found):
        if token.text == "{" and token.kind == "other":
            plain = _is_group(found, i) and not (found[i + 1 :] and found[i + 1].text.upper() == "SELECT")
            open_groups.append((token.start + 1, set()) if plain else None)
        elif token.text == "}" and token.kind == "other" and open_groups:
            group = open_groups.pop()
            if group is not None:
                inserts += [(group[0], values[name]) for name in sorted(group[1])]
                reached |= group[1]
        elif token.kind == "variable" and token.text[1:] in values:
            inner = next((g for g in reversed(open_groups) if g is not None), None)
            if inner is not None:
                inner[1].add(token.text[1:])
    return inserts, reached


def _is_group(found: list[Token], i: int) -> bool:
    """Whether the brace at `i` opens a group of patterns: not data (VALUES), a template or CONSTRUCT WHERE."""
    before = [token.text.upper() for token in found[max(0, i - 2) : i]]
    if before and before[-1] == "CONSTRUCT":
        return False
    if before == ["CONSTRUCT", "WHERE"]:
        return False
    if len(before) == 2 and before[0] == "VALUES":
        return False
    if before and before[-1] == ")":  # VALUES (?a ?b) { ... }, or FILTER (...) { ... }: look at what opened it
        depth = 0
        for j in range(i - 1, -1, -1):
            if found[j].kind == "other":
                depth += (found[j].text == ")") - (found[j].text == "(")
            if depth == 0:
                return j == 0 or found[j - 1].text.upper() != "VALUES"
    return True


def term_text(term: Term) -> str:
    """An IRI or literal as it is written in SPARQL.

    Raises:
        UsageError: the term is neither, or an IRI that SPARQL cannot spell.
    """
    if isinstance(term, ox.NamedNode):
        try:
            return str(ox.NamedNode(term.value))  # checks it again: a lenient parser lets bad ones through
        except ValueError as error:
            raise UsageError(f"IRI {term.value!r}: {error}; give a full IRI such as https://example.org/a") from None
    if isinstance(term, ox.Literal) and getattr(term, "direction", None) is None:
        # Some engines read \uXXXX before they read strings, and would see one in an escaped backslash before a u.
        # Writing that u itself as an escape means the same to all of them.
        return re.sub(r"\\(\\[uU]|.)", _escape_u, str(term))
    raise UsageError(f"value {term!r} is neither an IRI nor a literal; give one of them")


def graph_node(iri: str) -> ox.NamedNode:
    """The graph of that IRI.

    Raises:
        UsageError: it is no absolute IRI.
    """
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"graph {iri!r}: {error}; give a full IRI such as https://example.org/graph/a") from None


def _escape_u(match: re.Match[str]) -> str:
    escaped = match.group(1)
    return match.group() if len(escaped) == 1 else f"\\\\\\u{ord(escaped[1]):04X}"


def replace_text(graphs: Mapping[str, Iterable[ox.Quad]]) -> str:
    """The update that replaces whole graphs; one request, so that a server takes it as one transaction.

    Raises:
        UsageError: a quad is of another graph than the one it is given for.
    """
    drops, groups = [], []
    for iri, quads in graphs.items():
        named = graph_node(iri)
        graph = term_text(named)
        drops.append(f"DROP SILENT GRAPH {graph}")
        lines = []
        for quad in quads:
            if quad.graph_name != named:
                raise UsageError(f"quad {quad} is not of graph <{iri}>; give each quad under its own graph")
            lines.append(_triple_text(quad))
        if lines:
            groups.append(f"GRAPH {graph} {{\n{''.join(lines)}}}")
    if groups:
        drops.append("INSERT DATA {\n" + "\n".join(groups) + "\n}")
    return " ;\n".join(drops)


def insert_text(quads: Iterable[ox.Quad]) -> str:
    """The update that adds quads; "" where there are none."""
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else _node_text(quad.graph_name)
        by_graph.setdefault(graph, []).append(_triple_text(quad))
    if not by_graph:
        return ""
    groups = [f"GRAPH {g} {{\n{''.join(lines)}}}" if g else "".join(lines) for g, lines in by_graph.items()]
    return "INSERT DATA {\n" + "\n".join(groups) + "\n}"


def _triple_text(quad: ox.Quad) -> str:
    return f"{_node_text(quad.subject)} {_node_text(quad.predicate)} {_node_text(quad.object)} .\n"


def _node_text(node: object) -> str:
    if isinstance(node, ox.BlankNode):
        return str(node)
    if isinstance(node, (ox.NamedNode, ox.Literal)):
        return term_text(node)
    raise UsageError(f"{node} cannot be stored: only RDF 1.1 terms are; leave it out")
