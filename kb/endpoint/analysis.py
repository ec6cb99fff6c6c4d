"""What the text of a query or an update asks for, found without parsing it; and what a public endpoint refuses."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from kb.errors import UsageError
from kb.store.sparql import FORMS, Token, tokens

UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
GRAPH_FORMS = ("CONSTRUCT", "DESCRIBE")

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_BLANK = r"(?:\s|#[^\r\n]*(?:[\r\n]|$))*"
_NAME = r"(?:<[^>]*>|[?$]\w+|[^\s<>{}()\"'#?$:]*:(?:[^\s{}#\\]|\\.)*)"
# What the engine could read as a call, wherever it stands: the engine does not split every text as we do.
_SERVICE = re.compile(rf"SERVICE{_BLANK}(?:SILENT{_BLANK})?({_NAME}){_BLANK}\{{", re.IGNORECASE)
_LOAD = re.compile(rf"LOAD{_BLANK}(?:SILENT{_BLANK})?{_NAME}", re.IGNORECASE)
_OPENING, _CLOSING = "{([", "})]"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may be before it is run.

    Attributes:
        nesting: levels of braces, parentheses and brackets; the engine's parser falls over a few hundred.
        patterns: triple patterns, counted by what stands between them.
        services: endpoints that SERVICE may ask; no others are asked.
    """

    nesting: int = 60
    patterns: int = 2_000
    services: frozenset[str] = frozenset()


def form_of(text: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE, or the first word of an update; "" where the text is none of them."""
    return _form(tokens(text))


def check(text: str, limits: Limits | None = None) -> str:
    """Refuse what must not be run.

    Returns:
        The query's form, as `form_of`.

    Raises:
        UsageError: it is an update, asks another server, or is nested or composed beyond the limits.
    """
    limits = limits or Limits()
    found = tokens(text)
    form = _form(found)
    if form in UPDATES:
        raise UsageError(f"{form}: this is an update, and a query only reads; send it with POST as update=")
    check_services(text, limits.services)
    depth = deepest = separators = 0
    for token in found:
        if token.kind != "other":
            continue
        if token.text in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif token.text in _CLOSING:
            depth -= 1
        elif token.text in ".;,":
            separators += 1
    if deepest > limits.nesting:
        raise UsageError(f"the query is nested {deepest} levels deep, {limits.nesting} are allowed; write it flatter")
    if separators > limits.patterns:
        raise UsageError(
            f"the query has some {separators} patterns, {limits.patterns} are allowed; give many values with VALUES"
        )
    return form


def check_services(text: str, allowed: Collection[str] = ()) -> None:
    """Refuse SERVICE, but for endpoints that are allowed by name.

    Raises:
        UsageError: the text asks another server.
    """
    if "\\" not in text and "SERVICE" not in text.upper():
        return
    for spelt in {text, _unescaped(text)}:
        found = tokens(spelt)
        asked = [_service(found, i) for i, token in enumerate(found) if _may_be_service(token)]
        asked += [match[1].removeprefix("<").removesuffix(">") for match in _SERVICE.finditer(spelt)]
        if any(service not in allowed for service in asked):
            known = f"it asks only {', '.join(sorted(allowed))}" if allowed else "it asks no other server"
            raise UsageError(f"SERVICE: {known}; run the federated part on your side")


def check_loads(text: str) -> None:
    """Refuse LOAD.

    Raises:
        UsageError: the update may fetch something.
    """
    if any(_LOAD.search(spelt) for spelt in (text, _unescaped(text))):
        raise UsageError("LOAD: this service fetches nothing; send the triples themselves, to /graph-store")


def _unescaped(text: str) -> str:
    """The text as the engine reads it before anything else: \\uXXXX is the character."""
    return _ESCAPE.sub(lambda m: chr(min(int(m.group(1) or m.group(2), 16), 0x10FFFF)), text)


def with_using(update: str, graphs: Collection[str], named: Collection[str]) -> str:
    """The update with the protocol's graphs as USING and USING NAMED of each operation that has a WHERE.

    Args:
        graphs: absolute IRIs, checked.
        named: the same.

    Raises:
        UsageError: the update names graphs itself, with USING or WITH.
    """
    if not graphs and not named:
        return update
    clauses = "".join(f"USING <{iri}> " for iri in graphs) + "".join(f"USING NAMED <{iri}> " for iri in named)
    found = tokens(update)
    pieces: list[int] = []
    depth = 0
    for i, token in enumerate(found):
        word = token.text.upper() if token.kind == "word" else ""
        if token.kind == "other" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
        elif word in ("USING", "WITH") and depth == 0:
            raise UsageError(f"the update has {word} and the request has using-graph-uri; use one of the two")
        elif word == "WHERE" and depth == 0 and found[i - 1].text.upper() != "DELETE":
            pieces.append(token.start)
    for start in reversed(pieces):
        update = f"{update[:start]}{clauses}{update[start:]}"
    return update


def _form(found: list[Token]) -> str:
    """The first word that says what the text is."""
    for token in found:
        if token.kind == "word" and (word := token.text.upper()) in (*FORMS, *UPDATES):
            return word
    return ""


def _may_be_service(token: Token) -> bool:
    """Whether the engine might read SERVICE in it: it wants no space around keywords (1SERVICE, SERVICEex:a)."""
    return token.kind == "word" and token.text[:1] != "@" and "SERVICE" in token.text.partition(":")[0].upper()


def _service(found: list[Token], i: int) -> str:
    """The IRI that the SERVICE at `i` asks; "" where it is none that can be told."""
    if found[i].text.upper() != "SERVICE":
        return ""
    rest = found[i + 1 : i + 3]
    if rest and rest[0].text.upper() == "SILENT":
        rest = rest[1:]
    return rest[0].text[1:-1] if rest and rest[0].kind == "iri" else ""
