"""JSON Lines -> Articles: one object a line, with `text` and what is known of title, authors, date and so on."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from kb.articles.dates import normalise_date
from kb.articles.languages import normalise_language
from kb.articles.metadata import Metadata
from kb.articles.text import check_text, read_text
from kb.errors import EmptyInput, InputError, UnreadableInput
from kb.model import Article

_TEXTS = ("title", "date", "language", "publisher", "original_publisher", "url")
_FIX_LINE = "correct the line or leave it out"


def read_jsonl(path: Path, max_bytes: int) -> Iterator[Article | InputError]:
    """Each line of the file as an article, or as the error that says what is wrong with it; the rest is read.

    Args:
        path: a .jsonl or .jsonl.gz file.
        max_bytes: the longest line read, in bytes (a packed file can hold far more than its size says).
    """
    name = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    stem = Path(name).name.removesuffix(".gz").removesuffix(".jsonl")
    found = False
    try:
        with _open(path) as file:
            number = 0
            while line := file.readline(max_bytes + 1):
                number += 1
                source = f"{name}:{number}"
                if len(line) > max_bytes:
                    found = True
                    yield UnreadableInput(
                        source, f"the line is longer than {max_bytes} bytes", "shorten it or raise KB_MAX_FILE_BYTES"
                    )
                    while line and not line.endswith(b"\n"):
                        line = file.readline(max_bytes)
                elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                    found = True
                    yield _read_line(line.removeprefix(b"\xef\xbb\xbf"), source, f"{stem}-{number}")
    except (OSError, EOFError, zlib.error) as error:
        yield UnreadableInput(name, f"it cannot be read on ({error})", "check the file and pack it again")
        return
    if not found:
        yield EmptyInput(name, "it holds no lines", "give a file with one JSON object a line")


def _open(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _read_line(line: bytes, source: str, fallback: str) -> Article | InputError:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return UnreadableInput(source, f"byte {error.start} of the line is not UTF-8", "convert it to UTF-8")
    except json.JSONDecodeError as error:
        return UnreadableInput(source, f"it is no JSON ({error.msg}, column {error.colno})", _FIX_LINE)
    except (ValueError, RecursionError) as error:
        return UnreadableInput(source, f"it is no JSON that can be read ({type(error).__name__})", _FIX_LINE)
    if not isinstance(record, dict):
        return UnreadableInput(
            source, f"it is a JSON {type(record).__name__}, not an object", "write one object a line"
        )
    try:
        return _read_record(record, source, fallback)
    except InputError as error:
        return error


def _read_record(record: dict[str, Any], source: str, fallback: str) -> Article:
    text = record.get("text")
    if text is None:
        raise EmptyInput(source, 'the record has no "text"', 'give the article in the field "text"')
    if not isinstance(text, str):
        raise UnreadableInput(source, f'"text" is a {type(text).__name__}, not a string', _FIX_LINE)
    check_text(text, source)
    values: dict[str, str] = {}
    for name in _TEXTS:
        value = record.get(name)
        if value is not None and not isinstance(value, str | int):
            raise UnreadableInput(source, f'"{name}" is a {type(value).__name__}, not a string', _FIX_LINE)
        values[name] = "" if value is None else " ".join(_encodable(str(value), name, source).split())
    identity = record.get("id")
    if identity is not None and not isinstance(identity, str | int):
        raise UnreadableInput(source, f'"id" is a {type(identity).__name__}, not a string', _FIX_LINE)
    given = Metadata(
        title=values["title"],
        authors=_authors(record, source),
        date=normalise_date(values["date"]),
        publisher=values["publisher"],
        original_publisher=values["original_publisher"],
        url=values["url"],
        language=normalise_language(values["language"]),
    )
    name = _encodable(str(identity), "id", source).strip() if identity is not None else ""
    return read_text(text, name or fallback, source, given)


def _authors(record: dict[str, Any], source: str) -> tuple[str, ...]:
    value = record.get("authors", record.get("author"))
    names = [value] if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UnreadableInput(source, '"authors" is no list of strings', _FIX_LINE)
    return tuple(_encodable(name, "authors", source).strip() for name in names if name.strip())


def _encodable(value: str, name: str, source: str) -> str:
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise UnreadableInput(source, f'"{name}" holds half a surrogate pair', "write it again as valid Unicode")
    return value
