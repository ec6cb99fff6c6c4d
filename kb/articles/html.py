"""HTML pages -> Article: main text and metadata by trafilatura, the readers' comments kept apart.

The stored text is what was extracted: the title, the paragraphs, the comments, with an empty line between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import trafilatura

from kb.articles.blocks import segment_lines
from kb.articles.bylines import tidy_name
from kb.articles.dates import normalise_date
from kb.articles.languages import guess_language, normalise_language
from kb.articles.lines import Line, measure
from kb.articles.metadata import Metadata, read_metadata
from kb.errors import EmptyInput, UnreadableInput
from kb.model import Article, BlockKind

_LANG = re.compile(rb"<html\b[^>]*?\blang\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_SITE = re.compile(rb"<meta\b[^>]*\b(?:og:site_name|application-name)\b", re.IGNORECASE)
_COMMENT = re.compile(
    r"(?:^|\s)(?:comment|comment-\d+|comment-item|commentlist-item|single-comment|post-comment)(?:\s|$)"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_BLOCKS = ("p", "head", "item", "cell", "quote", "code", "list", "table", "row", "div")
_SEPARATOR = "\n\n"

Piece = tuple[str, BlockKind | None, str]


def read_html(data: bytes, id: str, source: str) -> Article:
    """An article from a page's bytes; trafilatura finds their encoding.

    Raises:
        UnreadableInput: the bytes are no HTML that can be parsed.
        EmptyInput: no main text was found.
    """
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableInput(source, "it is binary (NUL bytes), not HTML", "save the page again as HTML or as text")
    if not data.strip():
        raise EmptyInput(source, "it holds no text", "give a file with the article's text, or leave it out")
    try:
        page: Any = trafilatura.bare_extraction(data, with_metadata=True, include_comments=True)
    except Exception as error:  # trafilatura and lxml promise no error type of their own
        reason = f"it cannot be parsed as HTML ({type(error).__name__})"
        raise UnreadableInput(source, reason, "save the article's text in a .txt file") from error
    body = list(_pieces(page.body)) if page is not None and page.body is not None else []
    if not any(text for text, _, _ in body):
        raise EmptyInput(source, "no main text found in the page", "save the article's text in a .txt file")
    comments = _comments(page.commentsbody, data) if page.commentsbody is not None else []
    title = _clean(page.title or "")
    if title:
        body = [(title, BlockKind.HEADLINE, ""), *(p for p in body if p[0].casefold() != title.casefold())]
    text, lines = _lay_out([*body, *comments])
    blocks = segment_lines(lines)
    given = Metadata(
        title=title,
        authors=_authors(page.author),
        date=normalise_date(page.date or ""),
        publisher=_clean(page.sitename or "") if _SITE.search(data) else "",
        url=page.url or "",
        language=_language(data),
    )
    found = given.filled_from(read_metadata(text, blocks)).filled_from(Metadata(publisher=_clean(page.sitename or "")))
    return Article(
        id=id,
        text=text,
        source=source,
        title=found.title,
        authors=found.authors,
        date=found.date,
        language=found.language or guess_language(text),
        publisher=found.publisher,
        original_publisher=found.original_publisher,
        url=found.url,
        blocks=blocks,
    )


def _pieces(element: Any) -> Iterator[Piece]:
    """The paragraphs of trafilatura's tree in order, with what the tree says they are."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in ("p", "head", "item", "cell", "quote", "code", "row") and not any(
        d.tag in _BLOCKS for d in element.iterdescendants()
    ):
        text = _clean("".join(element.itertext()))
        kind = {"head": BlockKind.SUBHEAD, "item": BlockKind.BODY}.get(tag)
        if kind is BlockKind.BODY and len(text.split()) < 5:
            kind = None
        if text:
            yield text, kind, ""
        return
    if own := _clean(element.text or ""):
        yield own, None, ""
    for child in element:
        yield from _pieces(child)
        if tail := _clean(child.tail or ""):
            yield tail, None, ""


def _comments(tree: Any, data: bytes) -> list[Piece]:
    """The comments' paragraphs, numbered as the page's own elements part them; a paragraph alone where they do not."""
    owners = _comment_numbers(data)
    pieces: list[Piece] = []
    spare = max(owners.values(), default=0)
    for text, _, _ in _pieces(tree):
        number = owners.get(text)
        if number is None:
            spare += 1
            number = spare
        pieces.append((text, BlockKind.COMMENT, f"reader comment {number}"))
    return pieces


def _comment_numbers(data: bytes) -> dict[str, int]:
    """Paragraph -> number of the comment that holds it, by the page's elements whose class or id is a comment's."""
    tree: Any = trafilatura.load_html(data)
    if tree is None:
        return {}
    numbers: dict[str, int] = {}
    owner: dict[Any, int] = {}
    count = 0
    for element in tree.iter("li", "article", "div", "p"):
        names = f"{element.get('class', '')} {element.get('id', '')} "
        parent = element.getparent()
        inherited = owner.get(parent, 0) if parent is not None else 0
        while parent is not None and not inherited:
            parent = parent.getparent()
            inherited = owner.get(parent, 0) if parent is not None else 0
        nested = inherited and element.tag == "div"  # the div inside a comment's <li> is the same comment
        if element.tag != "p" and not nested and (_COMMENT.search(names) or element.get("itemprop") == "comment"):
            count += 1
            owner[element] = count
        elif inherited:
            owner[element] = inherited
            if element.tag == "p" or not len(element):
                numbers.setdefault(_clean(element.text_content()), inherited)
    return numbers


def _lay_out(pieces: list[Piece]) -> tuple[str, list[Line]]:
    lines = []
    at = 0
    text = _SEPARATOR.join(piece[0] for piece in pieces)
    for words, kind, label in pieces:
        line = measure(text, at, at + len(words), kind=kind)
        line.label = label
        lines.append(line)
        at += len(words) + len(_SEPARATOR)
    return text, lines


def _authors(names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tidy_name(name) for name in (names or "").split(";") if name.strip()))


def _language(data: bytes) -> str:
    match = _LANG.search(data[:5000])
    return normalise_language(match.group(1).decode("ascii", "replace")) if match else ""


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
