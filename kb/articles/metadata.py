"""Title, authors, date, publisher and original publisher, read from an article's own words by its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kb.articles.bylines import is_name, is_outlet, read_byline, tidy_name
from kb.articles.cues import DATELINE, ORIGIN_WORDS, more_from
from kb.articles.dates import find_date, find_month_day, normalise_date, without_dates
from kb.articles.fields import Field, read_field
from kb.articles.languages import normalise_language
from kb.articles.lines import Line, measure
from kb.model import Block, BlockKind

_OUTLET = (
    r"(?:(?-i:[Tt]he )?(?-i:[A-ZÀ-Þ0-9])[\w’'&!.-]*(?:[ \u00a0](?:(?:of|the|and|&|for|on|in|de|la"
    r"|du) )?(?-i:[A-ZÀ-Þ0-9])[\w’'&!-]*){0,6}|[\w-]+\.(?:com|org|net|info|co\.uk))"
)
_ORIGIN = re.compile(
    rf"{ORIGIN_WORDS}\b(?:[\s,]+(?:here|today|yesterday|online|also|it|with|the|permission|kind|under|a|creative"
    rf"|commons|licen[cs]e|as|courtesy|"
    r"in\s+(?:english|arabic|french|german|spanish|russian|hebrew|persian|turkish|ukrainian|chinese|italian)"
    r"|on(?=\s+(?:in|by|at))))*"
    rf"[\s,:]+(?:at|by|in|on|from|of)\s+(?P<outlet>{_OUTLET})",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|&copy;|\(c\)|copyright)(?:\s*(?:©|\(c\)|copyright|by))*\s*(?P<year>(?:19|20)\d\d)?(?:\s*[-–]\s*(?:(?:19"
    r"|20)\d\d)?)?"
    rf"\s*,?\s*(?:by\s+|of\s+)?(?P<outlet>{_OUTLET})?",
    re.IGNORECASE,
)
_FOLLOW = re.compile(
    r"(?:you can )?follow (?P<name>[^@.]{4,40}?) (?:on|at) (?:twitter|x\b|facebook|instagram|bluesky|mastodon)",
    re.IGNORECASE,
)
_BY_IN_TITLE = re.compile(r"\sby (?P<name>(?:[A-ZÀ-Þ][\w’'.-]+ ){1,3}[A-ZÀ-Þ][\w’'-]+)(?=$| \+| \||,)")
_FIRM = re.compile(
    r"\b(?:Media|Group|Holdings|Company|Publishing|Publications|Communications|Limited|Network|Networks)$"
)
_COMMON = frozenset(("the", "of", "and", "news", "daily", "times", "post", "press"))
_TRAILING = re.compile(r"(?:[.,]? (?:Inc|LLC|Ltd|Corp|Co|GmbH|All [Rr]ights? [Rr]eserved)\b\.?)+.*$|[.,]+$")
_NO_OUTLET_WORDS = (
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday all rights reserved twitter facebook this section author"
)
_NO_OUTLET = frozenset(_NO_OUTLET_WORDS.split())


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article besides its text; fields as in `kb.model.Article`, "" where not known."""

    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    publisher: str = ""
    original_publisher: str = ""
    url: str = ""
    language: str = ""

    def filled_from(self, other: Metadata) -> Metadata:
        """These values, and the other's where there is none."""
        missing = {name: getattr(other, name) for name in Metadata.__slots__ if not getattr(self, name)}
        filled = replace(self, **missing)
        if same_outlet(filled.publisher, filled.original_publisher):
            return replace(filled, original_publisher="")
        return filled


def read_metadata(text: str, blocks: Sequence[Block]) -> Metadata:
    """Read the metadata that the text itself gives.

    Args:
        text: the article as stored.
        blocks: its blocks; what comes before the first body block is the head, footers may stand anywhere.
    """
    first = next((at for at, b in enumerate(blocks) if b.kind is BlockKind.BODY), len(blocks))
    head = [_line(text, b) for b in blocks[:first] if b.kind is BlockKind.BYLINE]
    foot = [_line(text, b) for b in blocks[first:] if b.kind is BlockKind.FOOTER]
    opening = text[blocks[first].span.start : blocks[first].span.end] if first < len(blocks) else ""
    fields = [field for line in head if (field := read_field(line)) is not None]
    plain = [line for line in head if read_field(line) is None]
    named = [byline for line in plain if (byline := read_byline(line.text)) is not None]
    title = _squeeze(next((b.span.of(text) for b in blocks if b.kind is BlockKind.HEADLINE), ""))
    dateline = DATELINE.match(opening)
    agency = dateline["agency"] or "" if dateline else ""
    holder, year = _read_copyright((*plain, *foot))

    authors = tuple(name for byline in named for name in byline.authors) or tuple(
        tidy_name(name) for line in plain if is_name(name := line.text.split(",")[0]) and not is_outlet(name)
    )
    if not authors:
        authors = _follow(foot) or _in_title(title)
    outlets = [byline.outlet for byline in named if byline.outlet]
    date = _first_date(plain) or _dateline_date(dateline, year)
    related = [_line(text, b) for b in blocks[first:] if b.kind is BlockKind.RELATED]
    standing = [name for line in plain if (name := _standing_outlet(line.text, bool(named), authors))]
    publisher = next((name for name in (*outlets, *standing, *map(_more_from_outlet, related)) if name), "")
    origin = read_origin([line.text for line in (*plain, *foot)])
    for owner in (holder, agency if is_outlet(agency) else ""):
        if not publisher:
            publisher = owner
        elif not origin and is_outlet(owner) and not _owns(owner, publisher):
            origin = owner
    found = Metadata(
        title=_squeeze(title),
        authors=tuple(dict.fromkeys(authors)),
        date=date or next((d for line in foot if (d := _published(line.text))), "") or year,
        publisher=publisher,
        original_publisher="" if same_outlet(origin, publisher) else origin,
    )
    return _from_fields(fields).filled_from(found)


def read_origin(texts: Iterable[str]) -> str:
    """The outlet of "crossposted at X", "this article first appeared in X" and the like, else ""."""
    for text in texts:
        for match in _ORIGIN.finditer(without_dates(text[:600])):
            if outlet := _outlet(match["outlet"]):
                return outlet
    return ""


def same_outlet(one: str, other: str) -> bool:
    """Whether two names are one outlet's: case, a leading "The" and punctuation do not count."""
    return _key(one) == _key(other)


def _key(name: str) -> str:
    return re.sub(r"\W|^the\s|\.(?:com|org|net)$", "", name.lower())


def _line(text: str, block: Block) -> Line:
    return measure(text, block.span.start, block.span.end)


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _from_fields(fields: Sequence[Field]) -> Metadata:
    values: dict[str, str] = {}
    for name, value in fields:
        values.setdefault(name, value)
    author = values.get("author", "")
    byline = read_byline(f"By {author}") if author else None
    return Metadata(
        title=_squeeze(values.get("title", "")),
        authors=byline.authors if byline else ((author,) if author else ()),
        date=normalise_date(values.get("date", "")),
        publisher=values.get("publisher", "") or (byline.outlet if byline else ""),
        original_publisher=values.get("original_publisher", ""),
        url=values.get("url", ""),
        language=normalise_language(values.get("language", "")),
    )


def _first_date(lines: Sequence[Line]) -> str:
    exact = [date for line in lines if (date := find_date(line.text))]
    said = [date for line in lines if (date := _published(line.text))]
    loose = [date for line in lines if (date := find_date(line.text, month_only=True))]
    return next((date for group in (said, exact, loose) for date in group if len(date) > 4), "") or next(
        iter(exact), ""
    )


def _published(text: str) -> str:
    match = re.search(r"(?i)\b(?:published|posted|publication date)\b", text)
    return find_date(text[match.end() :]) if match else ""


def _dateline_date(dateline: re.Match[str] | None, year: str) -> str:
    if dateline is None or not dateline["when"]:
        return ""
    return find_date(dateline["when"]) or (find_month_day(dateline["when"], year) if year else "")


def _read_copyright(lines: Iterable[Line]) -> tuple[str, str]:
    """(holder, year) of the first copyright notice that names a holder; either may be ""."""
    year = ""
    for line in lines:
        if match := _COPYRIGHT.search(line.text):
            year = year or match["year"] or ""
            if match["outlet"] and (holder := _outlet(match["outlet"])):
                return holder, year
    return "", year


def _standing_outlet(text: str, has_byline: bool, authors: Sequence[str]) -> str:
    """The outlet that stands on a line of its own in the head: by its words, or where a "By ..." names the author."""
    name = _squeeze(text)
    words = name.split()
    if not 2 <= len(words) <= 6 or read_byline(name) is not None or find_date(name, month_only=True) or name in authors:
        return ""
    if not re.fullmatch(r"[^\W\d_][\w’'&. -]*", name) or not (words[0][0].isupper() and words[-1][0].isupper()):
        return ""
    return name if is_outlet(name) or (has_byline and not name.isupper()) else ""


def _more_from_outlet(line: Line) -> str:
    """The outlet of "More from The Gazette"; "More from Jane Roe" and "More from World" name none."""
    name = _outlet(more_from(line))
    return name if name.startswith("The ") or is_outlet(name) else ""


def _owns(owner: str, outlet: str) -> bool:
    """Whether a copyright's holder may just be the outlet's own company: a firm, or a name with a word in common."""
    if _FIRM.search(owner):
        return True
    common = set(owner.lower().split()) & set(outlet.lower().split()) - _COMMON
    return bool(common) or same_outlet(owner, outlet)


def _outlet(name: str) -> str:
    name = _TRAILING.sub("", _squeeze(name)).strip(" .,|:;")
    words = name.lower().split()
    if not words or len(name) < 2 or words[0] in _NO_OUTLET or name.isdigit():
        return ""
    return name


def _follow(lines: Sequence[Line]) -> tuple[str, ...]:
    for line in lines:
        if (match := _FOLLOW.match(line.text)) and is_name(match["name"]):
            return (tidy_name(match["name"]),)
    return ()


def _in_title(title: str) -> tuple[str, ...]:
    match = _BY_IN_TITLE.search(title)
    return (match["name"],) if match and is_name(match["name"]) else ()
