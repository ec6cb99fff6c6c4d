"""The readers' comments of a page: where they start without a heading, who says which paragraph.

A commenter is known by number only ("reader comment 5"): by the number in the page's list where it has one, else by
order. What cannot be told to continue a comment counts as a new one: two people must not become one holder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.articles.cues import comments_header, comments_shut, ends_article, line_cue, pingback, related_header
from kb.articles.dates import find_date, is_date_line
from kb.articles.lines import Line
from kb.model import BlockKind

_SAYS = re.compile(
    r"(?P<who>[^.!?:]{1,50}?) (?:says|said|writes|wrote|commented|replied)(?: on (?P<when>.{6,40}))?\s*:$"
)
_POSTED_BY = re.compile(r"(?:posted|comment(?:ed)?|reply|submitted|written) by:? \S.{1,50}$", re.IGNORECASE)
_AGO = re.compile(
    r"(?:an?|one|\d+) ?(?:second|minute|min|hour|hr|day|week|month|year|[smhdwy]|mo)s? ago\b.{0,20}$", re.IGNORECASE
)
_NAME_AGO = re.compile(
    r"(?P<who>[^.!?]{1,40}?)\s*[•·|–—-]\s*(?:an?|one|\d+) ?(?:minute|min|hour|hr|day|week|month|year"
    r"|[mhdwy])s? ago\b.{0,20}$"
)
_NAME_THEN_AGO = re.compile(
    r"\S+(?: \S+){0,2} (?:an?|one|\d+) ?(?:minute|min|hour|hr|day|week|month|year|[mhdwy])s? ago$"
)
_NAME_ON = re.compile(r"(?P<who>[^.!?:,]{2,40}?)\s*(?:\bon\b|\bat\b|[•·|–—,-])\s+(?P<when>.{6,45}?):?$")
_BUTTONS = re.compile(
    r"(?:reply|like|likes?:? ?\d*|dislike|report(?: abuse)?|flag|share|edit|permalink|quote|log in|loading\.*|\d+|▲"
    r"|▼|[▲▼⬆⬇\W\d]+|"
    r"upvote|downvote|recommend(?:ed)?|best|newest|oldest|show more|read more|view repl(?:y|ies))"
    r"(?:\W+(?:reply|like|share|report|flag|↓|\d+|recommend))*\W*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d\d?[:.]\d\d")

Marked = tuple[BlockKind, str]


def comments_start(lines: Sequence[Line], begin: int) -> int | None:
    """Index of the first line of the comments, a heading or the first commenter's line; None where there are none.

    Args:
        lines: all lines of the page.
        begin: index of the first line that could be one (two paragraphs of the body at least come before it).
    """
    for at in range(begin, len(lines)):
        line = lines[at]
        if comments_header(line):
            return at
        if pingback(line):
            return at
        if line.words <= 12 and _opens_headless(lines, at):
            return at
    return None


def mark_comments(lines: Sequence[Line]) -> list[Marked]:
    """Kind and label of each line from the comments' start to the page's end."""
    content = [line for line in lines if not _is_furniture(line)]
    numbered = bool(content) and content[0].marker.isdigit()
    named = not numbered and any(_names_commenter(lines, at) for at in range(len(lines)))
    bulleted = not (numbered or named) and bool(content) and content[0].marker == "-"
    indent = min((line.indent for line in content if line.marker), default=0)
    marked: list[Marked] = []
    number = replies = 0
    after = related = False
    for at, line in enumerate(lines):
        kind, label = BlockKind.COMMENT, ""
        cue = line_cue(line)
        if line.kind is not None and line.kind is not BlockKind.COMMENT:
            kind = line.kind
        elif line.label:
            label = line.label
        elif comments_shut(line) or ends_article(line):
            after = after or number > 0 or ends_article(line)
            kind = BlockKind.FOOTER
        elif related_header(line) == "section" and not line.prose:
            related, kind = True, BlockKind.RELATED
        elif comments_header(line):
            related, kind = False, BlockKind.FOOTER
        elif cue is BlockKind.PINGBACK:
            kind = cue
            number = int(line.marker) if line.marker.isdigit() and numbered else number
            replies = 0
        elif after or (related and not (line.marker.isdigit() and numbered)):
            kind = BlockKind.RELATED if related or not line.prose else BlockKind.FOOTER
        elif line.words <= 8 and _BUTTONS.match(line.text):
            kind = BlockKind.SHARE
        elif named and _names_commenter(lines, at):
            if at == 0 or not _names_commenter(lines, at - 1):
                number += 1
            kind = BlockKind.BYLINE
        elif numbered and line.marker.isdigit() and int(line.marker) > number and line.indent <= indent + 2:
            number, replies, related = int(line.marker), 0, False
            label = f"reader comment {number}"
        elif line.marker == "-" and (numbered or (bulleted and line.indent > indent + 1)):
            replies += 1
            label = f"reader comment {number}, reply {replies}"
        elif bulleted and line.marker == "-":
            number, replies = number + 1, 0
            label = f"reader comment {number}"
        elif numbered or named or bulleted:
            label = f"reader comment {max(number, 1)}" + (f", reply {replies}" if replies else "")
        else:
            number += 1
            label = f"reader comment {number}"
        marked.append((kind, label))
    return marked


def _is_furniture(line: Line) -> bool:
    return comments_header(line) or comments_shut(line) or (line.words <= 8 and _BUTTONS.match(line.text) is not None)


def _names_commenter(lines: Sequence[Line], at: int) -> bool:
    """Whether the line names a commenter or says when the comment was written."""
    line = lines[at]
    if line.words > 14 or line.marker.isdigit():
        return False
    text = line.bare
    if (
        _SAYS.match(text)
        or _POSTED_BY.match(text)
        or _AGO.match(text)
        or _NAME_AGO.match(text)
        or is_date_line(text)
        or _NAME_THEN_AGO.match(text)
    ):
        return True
    if (match := _NAME_ON.match(text)) and not line.prose and find_date(match["when"]):
        return True
    return line.words <= 5 and not line.ends and at + 1 < len(lines) and _is_time(lines[at + 1])


def _is_time(line: Line) -> bool:
    return line.words <= 12 and (_AGO.match(line.bare) is not None or is_date_line(line.bare))


def _opens_headless(lines: Sequence[Line], at: int) -> bool:
    """Whether comments start here without a heading: a named line with the time of day of writing."""
    line = lines[at]
    text = line.bare
    following = lines[at + 1] if at + 1 < len(lines) else None
    clocked = following is not None and is_date_line(following.bare) and _CLOCK.search(following.bare) is not None
    if match := _SAYS.match(text):
        return clocked or (match["when"] is not None and find_date(match["when"]) != "")
    if _NAME_AGO.match(text):
        return True
    if (match := _NAME_ON.match(text)) and not line.prose and _CLOCK.search(match["when"]) and find_date(match["when"]):
        return True
    ago = following is not None and following.words <= 6 and _AGO.match(following.bare) is not None
    return line.words <= 4 and not line.ends and not line.marker and (clocked or ago)
