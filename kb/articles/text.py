"""Plain text and Markdown -> Article. The stored text is the file's own: offsets count what `open(path)` would give."""

from __future__ import annotations

import re
from pathlib import Path

from kb.articles.blocks import segment
from kb.articles.dates import find_date
from kb.articles.languages import guess_language
from kb.articles.metadata import Metadata, read_metadata
from kb.errors import EmptyInput, UnreadableInput
from kb.model import Article

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
CONTROL_SHARE = 0.01  #: with a larger share of control characters a file is no text


def decode(data: bytes, source: str) -> str:
    """Bytes of a file -> its text: UTF-8, byte order mark dropped, line ends as \\n, nothing else changed.

    Raises:
        UnreadableInput: binary or not UTF-8 (the message names the offset of the first bad byte).
        EmptyInput: nothing but white space.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableInput(source, "it is UTF-16, not UTF-8", "convert it to UTF-8 and try again")
    if b"\x00" in data:
        raise UnreadableInput(
            source,
            f"it is binary (a NUL byte at offset {data.index(0)})",
            "extract its text into a UTF-8 .txt file first",
        )
    body = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start + len(data) - len(body)
        raise UnreadableInput(
            source, f"byte 0x{data[at]:02x} at offset {at} is not UTF-8", "convert it to UTF-8 and try again"
        ) from None
    check_text(text, source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_text(text: str, source: str) -> None:
    """Refuse what cannot be an article's text.

    Raises:
        UnreadableInput: control characters, or surrogates that no encoding can write.
        EmptyInput: nothing but white space.
    """
    controls = len(_CONTROL.findall(text)) if not text.isprintable() else 0
    if "\x00" in text or controls > max(2, CONTROL_SHARE * len(text)):
        raise UnreadableInput(
            source, f"it is binary ({controls} control characters)", "extract its text into a UTF-8 .txt file first"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableInput(
            source, f"half a surrogate pair at character {error.start}", "write the text again as valid Unicode"
        ) from None
    if not text.strip("\ufeff \t\r\n\f\v\u00a0\u200b"):
        raise EmptyInput(source, "it holds no text", "give a file with the article's text, or leave it out")


def read_text(text: str, id: str, source: str, given: Metadata | None = None) -> Article:
    """An article from its plain text.

    Args:
        text: the text to store, as it is.
        id: the article's id.
        source: where it came from, for messages and provenance; a date in its name is used if the text has none.
        given: metadata known from elsewhere; it wins over what the text says.
    """
    blocks = segment(text)
    found = (given or Metadata()).filled_from(read_metadata(text, blocks))
    return Article(
        id=id,
        text=text,
        source=source,
        title=found.title,
        authors=found.authors,
        date=found.date if len(found.date) > 4 else find_date(Path(source).name.replace("_", " ")) or found.date,
        language=found.language or guess_language(text),
        publisher=found.publisher,
        original_publisher=found.original_publisher,
        url=found.url,
        blocks=blocks,
    )
