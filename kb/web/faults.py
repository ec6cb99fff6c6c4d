"""Where a query does not parse and why, from what the engine says of it.

The engine says how far it read ("error at 2:15: expected one of OPTIONAL, Prefix not found, ..."), and it reads a
keyword by taking as many characters as the keyword has. So the place is often some characters too far, and near the
text's end it is the end, wherever the fault is. `padded` gives it room there; `fault` goes back to where it began.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from kb.iris import PREFIXES
from kb.store.sparql import Token, tokens

_ROOM = 40  # characters; no keyword is longer
_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_ITEM = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|\[(?:'(?:\\.[^']*|[^'])'|[^\]'])*\]|[^,]+),?""")
_WORD = re.compile(r"\w+")
_UNKNOWN_PREFIX, _UNREPORTED = "Prefix not found", "<unreported>"
_LONGEST = 40  # characters of the query that a message repeats


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a query.

    Attributes:
        reason: in words.
        line: counted from 1; 0 where the place is not known.
        column: in code points, counted from 1.
        width: of what cannot be read, in code points.
        text: the line.
        declarations: lines that would declare the prefixes that are missing, where we know them.
    """

    reason: str
    line: int = 0
    column: int = 0
    width: int = 1
    text: str = ""
    declarations: str = ""

    @property
    def caret(self) -> str:
        """What stands under `text` to point at the place: white space and carets."""
        before = "".join("\t" if letter == "\t" else " " for letter in self.text[: self.column - 1])
        return before + "^" * self.width

    @property
    def editor_column(self) -> int:
        """The column as scripts count, in UTF-16 units from 0."""
        return _units(self.text[: self.column - 1])

    @property
    def editor_end(self) -> int:
        """The column behind what cannot be read, as scripts count."""
        return _units(self.text[: self.column - 1 + self.width])


def padded(query: str) -> str:
    """The query as it is asked, with room at its end; it means the same."""
    return f"{query}\n{' ' * _ROOM}"


def fault(query: str, message: str) -> Fault | None:
    """What is wrong with the query; None where the message is no fault that the parser found.

    Args:
        query: without the room that `padded` gives it.
        message: of the engine, with anything around it.
    """
    match = _MESSAGE.search(message)
    if match is None:
        return None
    items = [item.strip() for item in _ITEM.findall(match[3].removesuffix("; correct it there"))]
    missing = undeclared(query) if _UNKNOWN_PREFIX in items else []
    if missing:
        return _of_prefixes(query, missing)
    words = [item for item in items if " " in item and item[0] not in "\"'[" and item != _UNREPORTED]
    if words:
        return Fault(f"{words[0]}.")
    start = _start(query, _offset(query, int(match[1]), int(match[2])), items)
    if '"\\""' in items or '"\'"' in items:
        return _at(query, _quote_before(query, start), 1, "A text in quotation marks is not closed on its line.")
    found = next((token for token in tokens(query) if token.start + len(token.text) > start), None)
    if found is None:
        last = len(query.rstrip())
        closing = "; a } or ) seems to be missing" if _is_open(query) else ""
        return _at(query, last, 1, f"The query ends before it is complete{closing}.")
    start = max(found.start, start)
    rest = found.text[start - found.start :].split("\n")[0]
    return _at(query, start, len(rest), f"The query cannot be read from “{rest[:_LONGEST]}” on.")


def undeclared(query: str) -> list[Token]:
    """The names in the query whose prefix it does not declare, the first of each prefix."""
    found = tokens(query)
    declared = {
        name.text.removesuffix(":")
        for word, name in pairwise(found)
        if word.kind == "word" and word.text.upper() == "PREFIX"
    }
    missing: dict[str, Token] = {}
    for token in found:
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "word" and colon and prefix not in declared and prefix != "_" and prefix[:1] != "@":
            missing.setdefault(prefix, token)
    return list(missing.values())


def declarations(prefixes: list[str]) -> str:
    """The lines that declare the prefixes, those that we know."""
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in prefixes if name in PREFIXES)


def _of_prefixes(query: str, missing: list[Token]) -> Fault:
    names = [token.text.partition(":")[0] for token in missing]
    shown = ", ".join(f"{name}:" for name in names)
    reason = f"The prefix {shown} is not declared." if len(names) == 1 else f"The prefixes {shown} are not declared."
    found = _at(query, missing[0].start, len(missing[0].text), reason)
    return Fault(reason, found.line, found.column, found.width, found.text, declarations(names))


def _at(query: str, start: int, width: int, reason: str) -> Fault:
    before = query[:start]
    line = before.count("\n") + 1
    column = start - (before.rfind("\n") + 1) + 1
    text = query.split("\n")[line - 1].rstrip("\r")
    return Fault(reason, line, column, max(1, min(width, len(text) - column + 1)), text)


def _offset(query: str, line: int, column: int) -> int:
    """The place in code points from 0; it may be behind the end."""
    return sum(len(text) + 1 for text in query.split("\n")[: line - 1]) + column - 1


def _start(query: str, offset: int, items: list[str]) -> int:
    """Where the engine began to read what it did not find."""
    if any(item[0] in "\"'[<" and item != "[_]" for item in items):
        return offset  # of a character it says where it is
    lengths = [len(item) for item in items if _WORD.fullmatch(item)]
    return max(0, offset - min(lengths)) if lengths else len(query)


def _is_open(query: str) -> bool:
    others = [token.text for token in tokens(query) if token.kind == "other"]
    return others.count("{") > others.count("}") or others.count("(") > others.count(")")


def _quote_before(query: str, start: int) -> int:
    """Where the text that is not closed begins: the last quotation mark that opens nothing."""
    marks = [token.start for token in tokens(query) if token.kind == "other" and token.text in "\"'"]
    return max((mark for mark in marks if mark <= start), default=start)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
