"""Plain text -> blocks: which paragraph is headline, body, caption, footer, related link, comment.

    lines -> head (headline, dek, byline) -> body and what stands in it -> tail -> comments

A paragraph of full sentences is body unless something says that it is not: losing body is worse than keeping noise.
What says so is general: a line's own words (`kb.articles.cues`), section headings and what follows them, the shape of
a line (`kb.articles.lines`), and its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.articles.bylines import is_name, read_byline, stands_beside
from kb.articles.comments import comments_start, mark_comments
from kb.articles.cues import (
    DATELINE,
    about_header,
    comments_header,
    credit_line,
    ends_article,
    line_cue,
    related_header,
    title_by_name,
)
from kb.articles.dates import is_date_line
from kb.articles.fields import read_field
from kb.articles.lines import Line, cut
from kb.model import Block, BlockKind, Span

HEAD_LINES = 12  #: a byline or date further down is not the article's own
TAIL_SHARE = 0.3  #: an end mark with more than this share of the prose after it is none

_FENCE = re.compile(r"(?:-{3,}|\+{3,}|={3,}|_{3,}|\*{3,})$")
_BIO = re.compile(
    r"\b(?:writer|author|journalist|reporter|correspondent|editor|columnist|professor|lecturer|fellow|historian"
    r"|analyst|"
    r"contributor|researcher|director|scholar|commentator|blogger|broadcaster|activist|producer|prize|award|book|"
    r"founder|officer|teaches|taught|writes|covers|freelance|attorney|strategist|economist|ph\.?d|candidate)s?\b",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:said|says|told|tells|added|adds|argued|argues|noted|explained|according|asked|warned|called)\b|[“”\"]"
)
_BIO_NAME = re.compile(
    r"(?P<name>(?:[A-ZÀ-Þ][\w’'.-]*\s+){1,4}?[A-ZÀ-Þ][\w’'-]+)(?=,? (?:is|was|has|writes|teaches|covers|received)\b"
    r"|, (?:an?|the|who)\b|,)"
)

_NOISE = frozenset(
    (BlockKind.FOOTER, BlockKind.SHARE, BlockKind.RELATED, BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.PINGBACK)
)


def segment(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text, in order, not overlapping; white space between them is left out.

    Args:
        text: the article as stored; offsets of the blocks count its code points.
    """
    return segment_lines(cut(text))


def segment_lines(lines: list[Line]) -> tuple[Block, ...]:
    """As `segment`, for lines whose `kind` may already be known from the page's structure."""
    kinds, labels = mark(lines)
    blocks = []
    for line, kind, label in zip(lines, kinds, labels, strict=True):
        start = line.end - len(line.bare) if line.marker.startswith("#") else line.start
        end = line.end
        if kind is BlockKind.HEADLINE and (field := read_field(line)) is not None and field.name == "title":
            start += line.text.rindex(field.value)
            end = start + len(field.value)
        blocks.append(Block(Span(start, end), kind, label))
    return tuple(blocks)


def mark(lines: list[Line]) -> tuple[list[BlockKind], list[str]]:
    """Kind and label ("" but for comments) of each line."""
    kinds: list[BlockKind] = [BlockKind.BODY] * len(lines)
    labels = [""] * len(lines)
    cues = [line.kind or line_cue(line) for line in lines]
    body = _mark_head(lines, cues, kinds)
    limit = _comments_at(lines, cues, body)
    _mark_body(lines[:limit], cues, kinds, body)
    _mark_bio(lines[:limit], kinds, body)
    _mark_leftovers(lines[:limit], kinds, body)
    for at, (kind, label) in enumerate(mark_comments(lines[limit:]), limit):
        kinds[at], labels[at] = kind, label
    return kinds, labels


def _plain(line: Line, cue: BlockKind | None) -> bool:
    """Whether the line is running text that nothing on the line itself says is something else."""
    return line.prose and cue in (None, BlockKind.BODY) and not line.marker.startswith("#")


# --- head ---------------------------------------------------------------------------------------------------------


def _mark_head(lines: list[Line], cues: list[BlockKind | None], kinds: list[BlockKind]) -> int:
    """Mark headline, dek, byline and what else stands before the body; returns the index of the body's first line."""
    body = _head_end(lines, cues)
    bylines = [at for at in range(body) if cues[at] is BlockKind.BYLINE or read_field(lines[at])]
    headline = _find_headline(lines, cues, body)
    for at in range(body):
        line, cue = lines[at], cues[at]
        if line.kind is not None:
            kinds[at] = line.kind
        elif at == headline:
            kinds[at] = BlockKind.HEADLINE
        elif field := read_field(line):
            kinds[at] = BlockKind.HEADLINE if headline is None and field.name == "title" else BlockKind.BYLINE
            headline = at if kinds[at] is BlockKind.HEADLINE else headline
        elif _FENCE.match(line.text):
            kinds[at] = BlockKind.FOOTER
        elif cue is not None:
            kinds[at] = BlockKind.BYLINE if _is_origin(line, cue) else cue
        elif headline is not None and at > headline and _captions_next(cues, at):
            kinds[at] = BlockKind.CAPTION
        elif _names_author(lines, cues, at) or (
            headline is not None and at > headline and stands_beside(lines, bylines, at)
        ):
            kinds[at] = BlockKind.BYLINE
        elif related_header(line):
            kinds[at] = BlockKind.RELATED
        elif headline is None or at < headline or line.words < 4 or line.marker.startswith("#"):
            kinds[at] = BlockKind.SUBHEAD
        elif line.prose or at - headline <= 2 or any(abs(at - b) <= 2 for b in bylines):
            kinds[at] = BlockKind.DEK
        else:
            kinds[at] = BlockKind.SUBHEAD
    return body


def _head_end(lines: list[Line], cues: list[BlockKind | None]) -> int:
    """Index of the first line of the body."""
    last = -1
    prose = 0
    for at, line in enumerate(lines[:HEAD_LINES]):
        if _plain(line, cues[at]) and not read_field(line):
            prose += 1
            long = line.words >= (20 if prose == 2 else 45) or (line.words >= 30 and line.sentences > 1)
            if prose > 2 or long or DATELINE.match(line.text):
                break
        elif prose and (comments_header(line) or related_header(line) == "section"):
            break
        elif cues[at] is BlockKind.BYLINE or read_field(line) or _is_origin(line, cues[at]):
            if prose > 1 and credit_line(line):
                break
            last = at
    at = last + 1
    while at < len(lines):
        line = lines[at]
        if DATELINE.match(line.text) and (line.prose or line.words > 12):
            return at
        if _plain(line, cues[at]) and not _heads_page(lines, cues, at, last):
            return at
        at += 1
    # No running text at all: everything after the first title is the body.
    return min(len(lines), max(last + 1, 1 if len(lines) > 1 else 0))


def _heads_page(lines: list[Line], cues: list[BlockKind | None], at: int, last: int) -> bool:
    """Whether a line of running text is the headline or the dek and not the first paragraph."""
    line = lines[at]
    following = lines[at + 1] if at + 1 < len(lines) else None
    if following is None or line.kind is BlockKind.BODY:
        return False
    earlier = [k for k in range(at) if cues[k] is None]
    if not line.ends and line.words <= 45 and not line.quoted and line.text[-1] not in ",;:":
        # The dek has no full stop; only one such line can follow the headline.
        return bool(_plain(following, cues[at + 1])) and at <= last + 2
    if earlier or last >= 0 or at > 0 or line.words > 18 or line.sentences > 2:
        return False
    if line.text[-1] == ";" or DATELINE.match(following.text):
        return True
    rest = [other.words for other in lines[1:7] if other.prose]
    return len(rest) >= 2 and sorted(rest)[len(rest) // 2] >= 2 * line.words


def _find_headline(lines: list[Line], cues: list[BlockKind | None], body: int) -> int | None:
    given = next((at for at in range(body) if lines[at].kind is BlockKind.HEADLINE or lines[at].marker == "#"), None)
    if given is not None:
        return given
    fields = (at for at in range(body) if (found := read_field(lines[at])) and found.name == "title")
    if (named := next(fields, None)) is not None:
        return named
    free = [
        at
        for at in range(body)
        if cues[at] is None
        and lines[at].words <= 45
        and not read_field(lines[at])
        and not _FENCE.match(lines[at].text)
        and not related_header(lines[at])
        and not _names_author(lines, cues, at)
    ]
    free = [at for at in free if at == free[0] or not _captions_next(cues, at)]
    for position, at in enumerate(free):
        kicker = lines[at].words <= (3 if lines[at].text.isupper() else 2) and not lines[at].ends
        longer = [k for k in free[position + 1 :] if lines[k].words > 3 and _may_be_title(lines, cues, k)]
        if not (kicker and longer):
            return at
    return None


def _may_be_title(lines: list[Line], cues: list[BlockKind | None], at: int) -> bool:
    """Below the byline a line in sentence case is the dek."""
    return BlockKind.BYLINE not in cues[:at] or (lines[at].lower < 0.5 and not lines[at].ends)


def _is_origin(line: Line, cue: BlockKind | None) -> bool:
    """Whether a line at the top says where the text was first published or by whom, not the article's words."""
    return (
        cue is BlockKind.FOOTER
        and line.words <= 20
        and re.match(r"(?i)cross-?posted|originally|first|re-?p|this|©|copyright", line.bare) is not None
    )


def _captions_next(cues: list[BlockKind | None], at: int) -> bool:
    return at + 1 < len(cues) and cues[at + 1] is BlockKind.CAPTION


def _names_author(lines: list[Line], cues: list[BlockKind | None], at: int) -> bool:
    """Whether a line that is nothing but a name stands beside a date, role or byline line."""
    line = lines[at]
    if at == 0 or line.words > 8 or not all(is_name(part.strip()) for part in re.split(r",|&|\band\b", line.text)):
        return False
    return at + 1 < len(lines) and cues[at + 1] is BlockKind.BYLINE


# --- body ---------------------------------------------------------------------------------------------------------


def _comments_at(lines: list[Line], cues: list[BlockKind | None], body: int) -> int:
    """Index of the first line of the comments, or the number of lines."""
    given = next((at for at, line in enumerate(lines) if line.kind is BlockKind.COMMENT), None)
    if given is not None:
        return given
    seen = 0
    for at in range(body, len(lines)):
        seen += _plain(lines[at], cues[at])
        if seen >= 2 or (seen == 1 and lines[at].words >= 45):
            found = comments_start(lines, at + 1)
            return len(lines) if found is None else found
    return len(lines)


def _mark_body(lines: Sequence[Line], cues: list[BlockKind | None], kinds: list[BlockKind], body: int) -> None:
    """Mark the lines between the head and the comments."""
    ended, teasers = _find_end(lines, cues, body)
    related = credited = False
    for at in range(body, len(lines)):
        line, cue = lines[at], cues[at]
        header = related_header(line) if line.kind is None else ""
        if line.kind is not None:
            kinds[at] = line.kind
        elif at >= ended:
            related = related or header == "section"
            kinds[at] = _mark_after_end(line, cue, related or header != "")
        elif header:
            kinds[at], related = BlockKind.RELATED, related or header == "section"
        elif at >= teasers:
            kinds[at] = cue if cue in _NOISE else BlockKind.RELATED
        elif cue is not None:
            kinds[at] = BlockKind.FOOTER if cue is BlockKind.PINGBACK else cue
            credited = credited or credit_line(line)
            continue
        elif credit_line(line):
            kinds[at], credited = BlockKind.BYLINE, True
            continue
        elif _reads_on(line, related):
            kinds[at], related = (BlockKind.CAPTION if credited else BlockKind.BODY), False
        elif related or (title_by_name(line) and _beside_title(lines, at)):
            kinds[at] = BlockKind.RELATED
        else:
            kinds[at] = _mark_short(lines, kinds, at)
        credited = False


def _find_end(lines: Sequence[Line], cues: list[BlockKind | None], body: int) -> tuple[int, int]:
    """Where the article has surely ended, and where a list of teasers (title, blurb, title, blurb) starts after it.

    Each is an index, or the number of lines. A mark with much running text after it is no end.
    """
    size = [len(line.text) if _plain(line, cues[at]) else 0 for at, line in enumerate(lines)]
    total = sum(size[body:])
    ended = teasers = len(lines)
    for at in range(body, len(lines)):
        line = lines[at]
        rest = sum(size[at:])
        if teasers == len(lines) and rest < 0.5 * total and related_header(line) == "section":
            teasers = at if _only_teasers(lines, cues, at + 1) else teasers
        if total == 0 or rest > TAIL_SHARE * total:
            continue
        if ended == len(lines) and ends_article(line) and sum(size[body:at]) > 0:
            ended = at
        if about_header(line) and sum(1 for s in size[at:] if s) <= 3:
            ended = min(ended, at)
    return ended, teasers


def _only_teasers(lines: Sequence[Line], cues: list[BlockKind | None], at: int) -> bool:
    """Whether all running text from here on is short and stands under a title of its own, two titles at least."""
    titles = 0
    for k in range(at, len(lines)):
        plain = _plain(lines[k], cues[k])
        if not plain and cues[k] is None:
            titles += 1
        if plain and (lines[k].words > 45 or k == at or _plain(lines[k - 1], cues[k - 1])):
            return False
    return titles >= 2


def _mark_after_end(line: Line, cue: BlockKind | None, related: bool) -> BlockKind:
    if cue in _NOISE and cue is not None:
        return cue
    return BlockKind.RELATED if related or not line.prose else BlockKind.FOOTER


def _reads_on(line: Line, related: bool) -> bool:
    """Whether the line is running text; in a list of links a short question or exclamation is still a title."""
    if line.marker.startswith("#") or not line.prose:
        return False
    return not related or line.words > 14 or line.text[-1] in '."”' or line.sentences > 1


def _beside_title(lines: Sequence[Line], at: int) -> bool:
    return any(0 <= k < len(lines) and title_by_name(lines[k]) for k in (at - 1, at + 1))


def _mark_short(lines: Sequence[Line], kinds: list[BlockKind], at: int) -> BlockKind:
    """A line of the body that is no running text: an item of a list, a speaker's line, a subhead."""
    line = lines[at]
    if line.marker == "-" or (line.marker.isdigit() and line.words > 3):
        listed = any(
            lines[k].marker == line.marker or lines[k].marker.isdigit() for k in (at - 1, at + 1) if 0 <= k < len(lines)
        )
        if listed or (at > 0 and lines[at - 1].text.endswith(":")):
            return BlockKind.BODY
    if line.marker.startswith("#"):
        return BlockKind.SUBHEAD
    if line.ends and (": " in line.text or (line.text[-1] == "." and line.words >= 3 and line.lower > 0.2)):
        return BlockKind.BODY
    if line.quoted or line.words > 25 or (line.words >= 12 and line.lower > 0.5):
        return BlockKind.BODY
    if (line.kind or credit_line(line)) or is_date_line(line.text):
        return BlockKind.BYLINE
    return BlockKind.SUBHEAD


def _mark_bio(lines: Sequence[Line], kinds: list[BlockKind], body: int) -> None:
    """Mark the note on the author near the end: it is about the author, not by the author."""
    authors = {name for at in range(body) for name in _authors(lines[at], kinds[at])}
    prose = [at for at in range(body, len(lines)) if kinds[at] in (BlockKind.BODY, BlockKind.CAPTION)]
    for back, at in enumerate(reversed(prose)):
        if back >= 4 or len(prose) - back <= 1:
            break
        line = lines[at]
        if kinds[at] is BlockKind.CAPTION:
            continue
        text = line.text.lstrip("*_[( ")
        named = next((name for name in authors if text.startswith(name)), "")
        if named and line.words <= 120 and _BIO.search(text[:250]) and not _SPEECH.search(text[:120]):
            kinds[at] = BlockKind.FOOTER
        elif back == 0 and not named and (match := _BIO_NAME.match(text)) and is_name(match["name"]):
            surname = match["name"].split()[-1]
            known = any(surname in lines[k].text for k in range(at))
            if not known and line.words <= 70 and _BIO.search(text[:200]) and not _SPEECH.search(text):
                kinds[at] = BlockKind.FOOTER


def _authors(line: Line, kind: BlockKind) -> tuple[str, ...]:
    if kind is not BlockKind.BYLINE:
        return ()
    field = read_field(line)
    byline = read_byline("By " + field.value if field else line.text)
    if byline is None and is_name(line.text):
        byline = read_byline("By " + line.text)
    return byline.authors if byline else ()


def _mark_leftovers(lines: Sequence[Line], kinds: list[BlockKind], body: int) -> None:
    """Titles after the last running text head nothing: they are links. A text of titles only is all body."""
    read = [at for at in range(body, len(lines)) if kinds[at] in (BlockKind.BODY, BlockKind.CAPTION)]
    if BlockKind.BODY not in kinds[body : len(lines)]:
        for at in range(body, len(lines)):
            if kinds[at] is BlockKind.SUBHEAD:
                kinds[at] = BlockKind.BODY
        return
    for at in range(read[-1] + 1, len(lines)):
        if kinds[at] is BlockKind.SUBHEAD:
            kinds[at] = BlockKind.RELATED
