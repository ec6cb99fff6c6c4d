"""A text cut into lines (paragraphs), each measured once: the ground on which `kb.articles.blocks` decides.

Offsets are code points of the text given; a line's span leaves out the white space around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.model import BlockKind

_ENDS_SENTENCE = re.compile(r"[.!?…。！？][)\]\"'”’»›*_]*$")
_OPENS_QUOTE = "\"“„«‘‹'"
_BULLET = re.compile(r"(?:[•●▪◦‣·*+–—-]|o(?=\s{2}))\s+(?=\S)")
_NUMBER = re.compile(r"\(?(\d{1,4})[.)]\s+(?=\S)")
_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_INNER_STOP = re.compile(r"[a-z0-9)”\"’][.!?][”\"’)]*\s+[“\"‘(]*[A-Z]")
WRAP_WIDTH = 100  #: a text none of whose inner lines is longer may be hard-wrapped


@dataclass(slots=True)
class Line:
    """One paragraph with what can be measured on it alone.

    `indent` counts the white space before it, `words` its words, `lower` is the share (0..1) of its words that start
    in lower case or in a script without case, `ends` says that it ends like a sentence, `marker` is "#", "##" (Markdown
    heading), "-" (bullet), the digits of a list number, or "". `kind` is what the page's structure says it is, if any.
    """

    start: int
    end: int
    text: str
    indent: int
    words: int
    lower: float
    ends: bool
    marker: str = ""
    kind: BlockKind | None = None
    label: str = ""

    @property
    def bare(self) -> str:
        """The text without its bullet, number or heading mark."""
        if self.marker == "":
            return self.text
        for pattern in (_HEADING, _BULLET, _NUMBER):
            if found := pattern.match(self.text):
                return self.text[found.end() :]
        return self.text

    @property
    def quoted(self) -> bool:
        """Whether it opens with a quotation mark and says at least two words."""
        return self.text[0] in _OPENS_QUOTE and self.words >= 2

    @property
    def prose(self) -> bool:
        """Whether it reads as running text (a sentence or more), not as a title, a label or a list of names."""
        if self.quoted and (self.ends or self.text[-1] in "\"”’»'," or self.words >= 12):
            return True
        if self.ends:
            return self.words >= 4 and self.lower >= (0.25 if self.words >= 12 else 0.34)
        if self.words >= 20:
            return self.lower >= 0.45
        return self.text[-1] in ":,;—-" and self.words >= 5 and self.lower >= 0.5

    @property
    def sentences(self) -> int:
        """About how many sentences it has; 1 at least."""
        return 1 + len(_INNER_STOP.findall(self.text))


def measure(text: str, start: int, end: int, indent: int = 0, kind: BlockKind | None = None) -> Line:
    """The line `text[start:end]`, which must not be blank, with its measures."""
    words = text[start:end]
    tokens = words.split()
    # The first words are enough to tell how a line is written.
    firsts = [token.lstrip("\"“„«‘'([#*")[:1] for token in tokens[:40]]
    cased = [letter for letter in firsts if letter.isalpha()]
    low = sum(1 for letter in cased if not letter.isupper())
    # A word a 30 letters at the least, so that no pattern meant for short lines is tried on a huge one.
    count = max(len(tokens), len(words) // 30)
    if len(words) > 8 * count:  # scripts without spaces still have words, of about two letters each
        count = max(count, sum(1 for letter in words if letter > "\u2e7f") // 2)
    marker = ""
    first = words[0]
    if first in "#(0123456789":
        found = _HEADING.match(words) or _NUMBER.match(words)
        marker = found.group(1) if found else ""
    elif not first.isalnum() and _BULLET.match(words):
        marker = "-"
    ends = _ENDS_SENTENCE.search(words, max(0, len(words) - 8)) is not None
    return Line(start, end, words, indent, count, low / len(cased) if cased else 0.0, ends, marker, kind)


def cut(text: str) -> list[Line]:
    """The lines of `text` in order: one a paragraph, hard-wrapped lines put together again."""
    runs = list(_runs(text))
    width = _wrap_width(text, runs)
    lines = []
    for run in runs:
        first = run[0][0]
        for (start, end), following in zip(run, [*run[1:], None], strict=True):
            if following is not None and width and _wraps(text, (start, end), following, width):
                continue
            lines.append(_strip(text, first, end))
            if following is not None:
                first = following[0]
    return lines


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Runs of lines with no blank line between them, each line as (start, end)."""
    run: list[tuple[int, int]] = []
    at = 0
    for raw in text.split("\n"):
        if raw and not raw.isspace():
            run.append((at, at + len(raw)))
        elif run:
            yield run
            run = []
        at += len(raw) + 1
    if run:
        yield run


def _wrap_width(text: str, runs: list[list[tuple[int, int]]]) -> int:
    """The width at which the text is hard-wrapped, 0 where it is not."""
    width = max((end - start for run in runs for start, end in run), default=0)
    if not 40 <= width <= WRAP_WIDTH:
        return 0
    inner = [(line, run[i + 1]) for run in runs for i, line in enumerate(run[:-1]) if line[1] - line[0] >= 40]
    full = sum(_wraps(text, line, following, width) for line, following in inner)
    # Wrapped lines break within sentences; paragraphs set one a line do not.
    within = sum(1 for (start, end), _ in inner if not _ENDS_SENTENCE.search(text[start:end].rstrip()[-8:]))
    return width if len(inner) >= 2 and full >= 0.6 * len(inner) and within >= 0.5 * len(inner) else 0


def _wraps(text: str, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether the next line's first word would not have fitted on this line (within a tenth of the width)."""
    words = text[following[0] : following[1]].split(None, 1)
    if _BULLET.match(words[0] + " x") or text[following[0]].isspace():
        return False
    return (line[1] - line[0]) + 1 + len(words[0]) > 0.9 * width


def _strip(text: str, start: int, end: int) -> Line:
    raw = text[start:end]
    body = raw.strip()
    indent = len(raw) - len(raw.lstrip())
    return measure(text, start + indent, start + indent + len(body), indent)
