"""Where items come from: Wikidata's JSON dumps, KGTK edge files, items as JSON lines. All are streamed.

A position is how many bytes of the (decompressed) source lie before what comes next: reading goes on from there.
"""

from __future__ import annotations

import bz2
import gzip
import heapq
import io
import lzma
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import IO, cast

import orjson
import zstandard

from kb.errors import InputError, UsageError
from kb.wikidata.items import Item, Term, number, read_item

_OPENERS: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    ".gz": lambda raw: cast("IO[bytes]", gzip.GzipFile(fileobj=raw)),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": lambda raw: io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw, closefd=False)),
}
_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError)
_SKIP = 1 << 22  # bytes read at once on the way to a position
_SPILL = 1_000_000  # edges sorted at once
_EDGES = (".tsv", ".tsv.gz", ".tsv.bz2", ".tsv.zst")
_QUOTED = re.compile(r"'(.*)'@([a-z-]+)$", re.S)


@dataclass(frozen=True, slots=True)
class Read:
    """One thing read from a source: an item, or why a line was skipped, and the position after it.

    `mark` is the line's length and checksum, "" where a source has no lines.
    """

    position: int
    item: Item | None = None
    problem: str = ""
    mark: str = ""


class Source:
    """A source that is read from a position on: iterate over it once.

    Args:
        path: a dump (`.json`, `.jsonl`, also `.gz`, `.bz2`, `.xz`, `.zst`), or a folder of KGTK edge files.
        languages: whose names are kept.
        start: a position that an earlier `Read` gave.
        mark: that read's mark.

    Raises:
        UsageError: there is nothing at the path, or nothing that can be read as a source.
    """

    def __init__(self, path: Path, languages: Sequence[str], start: int = 0, mark: str = "") -> None:
        self._path, self._languages, self._start, self._mark = path, languages, start, mark
        self._files: list[Path] = []
        self._raw: IO[bytes] | None = None
        if path.is_dir():
            self._files = sorted(p for p in path.iterdir() if p.name.endswith(_EDGES))
            if not self._files:
                raise UsageError(f"{path} has no KGTK edge files ({', '.join(_EDGES)}); name a dump or such a folder")
        elif not path.is_file():
            raise UsageError(f"{path} does not exist; name a Wikidata dump, a folder of KGTK files or a file of items")

    def __iter__(self) -> Iterator[Read]:
        """What the source has.

        Raises:
            InputError: it breaks off; everything before was yielded. It names the position.
            UsageError: what lies before `start` is not what was read there.
        """
        if self._files:
            yield from _read_edges(self._files, self._languages, self._start)
            return
        with self._path.open("rb") as raw:
            self._raw = raw
            yield from _read_lines(raw, self._path, self._languages, self._start, self._mark)

    @property
    def done(self) -> float:
        """How much of the file has been read, 0..1; 0 where that is not known."""
        if self._raw is None or self._raw.closed:
            return 0.0
        return self._raw.tell() / max(1, self._path.stat().st_size)


def _read_lines(raw: IO[bytes], path: Path, languages: Sequence[str], start: int, mark: str) -> Iterator[Read]:
    position = start
    try:
        with _opened(raw, path) as source:
            first = source.read(1)
            array, closed = first == b"[", False
            length = int(mark.partition(":")[0]) if mark else 0
            if start > length and path.suffix not in _OPENERS:
                source.seek(start - length)
            else:
                _skip(source, start - length - 1)
            if mark and mark != _mark((b"" if start > length else first) + source.read(length - (start == length))):
                raise UsageError(
                    f"{path} is not the source that an earlier run began to read; give --again to begin anew, "
                    "or --finish to use what it read"
                )
            for rest in source:
                line = rest if position else first + rest
                if not line.endswith(b"\n") and (array or not _is_whole(line)):
                    closed = closed or line.strip() == b"]"
                    break  # the end, or cut off in the middle of a line
                position += len(line)
                text = line.strip().rstrip(b",")
                if text == b"]":
                    closed = True
                elif text and text != b"[":
                    yield _read_line(line, text, position, languages)
            else:
                closed = closed or not array
    except _BROKEN as error:
        raise _broken_off(path, position, str(error)) from error
    if not closed:
        raise _broken_off(path, position, "the file ends in the middle")


def _opened(raw: IO[bytes], path: Path) -> IO[bytes]:
    opener = _OPENERS.get(path.suffix)
    return opener(raw) if opener else raw


def _skip(source: IO[bytes], size: int) -> None:
    while size > 0 and (chunk := source.read(min(size, _SKIP))):
        size -= len(chunk)


def _is_whole(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _mark(line: bytes) -> str:
    return f"{len(line)}:{zlib.crc32(line)}"


def _read_line(line: bytes, text: bytes, position: int, languages: Sequence[str]) -> Read:
    try:
        entity = orjson.loads(text)
        if not isinstance(entity, dict):
            raise ValueError("it is no object")
        is_entity = "qid" not in entity and not {"claims", "type", "redirect", "missing"}.isdisjoint(entity)
        return Read(position, read_item(entity, languages) if is_entity else Item.of_row(entity), "", _mark(line))
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # JSONDecodeError is a ValueError
        return Read(position, None, f"{error} in {text[:60].decode(errors='replace')!r}", _mark(line))


def _broken_off(path: Path, position: int, reason: str) -> InputError:
    return InputError(
        str(path),
        f"it breaks off after byte {position} of its content ({reason})",
        "fetch it again and run the same command, which goes on from there; or use what was read with --finish",
    )


# --- KGTK: node1, label, node2, a property of one item a line


def _read_edges(files: Sequence[Path], languages: Sequence[str], start: int) -> Iterator[Read]:
    """Items of edge files, each sorted on the way; the position is how many items were read."""
    with ExitStack() as stack:
        streams = [_sorted_edges(file, stack) for file in files]
        groups = groupby(heapq.merge(*streams), key=lambda edge: edge[0])
        for position, (node, edges) in enumerate(islice(groups, start, None), start + 1):
            try:
                yield Read(position, _of_edges(node, list(edges), languages))
            except ValueError as error:
                yield Read(position, None, str(error))


Edge = tuple[str, str, str]


def _sorted_edges(file: Path, stack: ExitStack) -> Iterator[Edge]:
    """The edges of items of one file, by item; what does not fit into memory is sorted in pieces on disk."""
    rows = _edges(file)
    pieces: list[Iterator[Edge]] = []
    while chunk := sorted(islice(rows, _SPILL)):
        if not pieces and len(chunk) < _SPILL:
            return iter(chunk)
        temporary = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - the stack closes it
        spilled = stack.enter_context(temporary)
        spilled.writelines("\t".join(edge) + "\n" for edge in chunk)
        spilled.seek(0)
        pieces.append((n, p, v) for n, p, v in (line.rstrip("\n").split("\t") for line in spilled))
    return heapq.merge(*pieces)


def _edges(file: Path) -> Iterator[Edge]:
    position = 0
    try:
        with file.open("rb") as raw, _opened(raw, file) as lines:
            header = next(iter(lines), b"").decode().rstrip("\n").split("\t")
            places = [header.index(name) if name in header else -1 for name in ("node1", "label", "node2")]
            if min(places) < 0:
                raise UsageError(f"{file} is no KGTK edge file: its columns are {', '.join(header)}")
            for line in lines:
                position += len(line)
                cells = line.decode(errors="replace").rstrip("\n").split("\t")
                node, label, value = (cells[p] if p < len(cells) else "" for p in places)
                if node[:1] == "Q" and node[1:].isdecimal():
                    yield node, label, value
    except _BROKEN as error:
        raise _broken_off(file, position, str(error)) from error


def _of_edges(node: str, edges: Sequence[Edge], languages: Sequence[str]) -> Item:
    item = Item(number(node))
    wanted = {*languages, "mul"}
    for _, label, value in edges:
        if label in ("label", "alias", "description"):
            quoted = _QUOTED.match(value)
            if quoted is None or quoted[2] not in wanted:
                continue
            text, language = quoted[1].replace("\\'", "'").replace('\\"', '"').replace("\\|", "|"), quoted[2]
            if label == "label":
                item.labels.setdefault(language, text)
            elif label == "alias":
                item.aliases.setdefault(language, []).append(text)
            else:
                item.descriptions.setdefault(language, text)
        elif label in _LISTS and value[:1] == "Q":
            getattr(item, _LISTS[label]).append(number(value))
        elif label in ("P39", "P102") and value[:1] == "Q":
            (item.offices if label == "P39" else item.parties).append(Term(number(value)))
        elif label == "P856":
            item.website = item.website or value.strip('"')
        elif label in ("sitelinks", "Pin_degree") and value.isdecimal():
            item.sitelinks = max(item.sitelinks, int(value))
        elif label == "Pundirected_pagerank":
            item.rank = float(value)
    return item


_LISTS: Mapping[str, str] = {
    "P31": "types",
    "P279": "superclasses",
    "P17": "countries",
    "P27": "countries",
    "P106": "occupations",
}
