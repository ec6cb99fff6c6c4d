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
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import orjson
import zstandard

from kb.errors import InputError, UsageError
from kb.wikidata.entities import EntityReader
from kb.wikidata.items import MOST, Item, Term, number

_OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {
    ".gz": lambda raw: gzip.GzipFile(fileobj=raw),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": lambda raw: zstandard.ZstdDecompressor().stream_reader(raw, closefd=False),
}
_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError)
_SKIP = 1 << 22  # bytes read at once on the way to a position
_AT_ONCE = 32  # items that are handed on together
_BUFFER = 1 << 17  # bytes: larger ones leave the processor's cache
_SPILL = 1_000_000  # edges sorted at once
_EDGES = (".tsv", ".tsv.gz", ".tsv.bz2", ".tsv.zst")
_QUOTED = re.compile(r"'(.*)'@([a-z-]+)$", re.S)


class Read(msgspec.Struct):
    """What was read from a source since the one before: items, why lines were skipped, and the position after it all.

    `line` is the last one; it is empty where a source has no lines.
    """

    position: int
    items: list[Item]
    problems: list[str]
    line: bytes = b""

    @property
    def mark(self) -> str:
        """The line's length and checksum, "" where there is none."""
        return _mark(self.line) if self.line else ""


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
        with self._path.open("rb", buffering=_BUFFER) as raw:
            self._raw = raw
            yield from _read_lines(raw, self._path, self._languages, self._start, self._mark)

    @property
    def done(self) -> float:
        """How much of the file has been read, 0..1; 0 where that is not known."""
        if self._raw is None or self._raw.closed:
            return 0.0
        return self._raw.tell() / max(1, self._path.stat().st_size)


def _read_lines(raw: IO[bytes], path: Path, languages: Sequence[str], start: int, mark: str) -> Iterator[Read]:
    lines, reason = _Lines(languages, start), ""
    try:
        with _opened(raw, path) as source:
            first = source.read(1)
            array = open_ended = first == b"["
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
            for some in _batches(source, b"" if start else first):
                if some[-1][-1:] != b"\n" and (array or not _is_whole(some[-1])):
                    open_ended = True  # the end, or cut off in the middle of a line
                    lines.closed |= some.pop().strip() == b"]"
                if some:
                    yield lines.read(some)
            reason = "the file ends in the middle" if open_ended and not lines.closed else ""
    except _BROKEN as error:
        reason = str(error) or type(error).__name__
    if reason:
        raise _broken_off(path, lines.position, reason)


def _batches(source: IO[bytes], first: bytes) -> Iterator[list[bytes]]:
    """Lines, some at a time, the first one after `first`; where the source breaks, those before come first."""
    broken: Exception | None = None
    while broken is None:
        lines: list[bytes] = []
        try:
            lines.extend(islice(source, _AT_ONCE))  # keeps what came before an error
        except _BROKEN as error:
            broken = error
        if not lines:
            break
        if first:
            lines[0], first = first + lines[0], b""
        yield lines
    if broken is not None:
        raise broken


class _Lines:
    """What lines say, those of one file.

    `position` is behind the last one, `closed` whether the array of a dump has ended.
    """

    def __init__(self, languages: Sequence[str], position: int) -> None:
        self.position, self.closed = position, False
        self._item = EntityReader(languages).item

    def read(self, lines: Sequence[bytes]) -> Read:
        """Read the next lines."""
        items, problems, item = [], [], self._item
        for n, line in enumerate(lines, 1):
            text = line.rstrip(b", \t\r\n")
            try:
                items.append(item(text))
            except ValueError as error:
                try:
                    items += self._read_otherwise(text.lstrip(), error)
                except ValueError as problem:
                    position = self.position + sum(map(len, lines[:n]))
                    shown = text[:60].decode(errors="replace")
                    problems.append(f"before byte {position}: {problem} in {shown!r}")
        self.position += sum(map(len, lines))
        return Read(self.position, items, problems, lines[-1])

    def _read_otherwise(self, text: bytes, error: ValueError) -> list[Item]:
        """A line that is no item of Wikidata's, for the reason that `error` gives.

        An item of our own form, or nothing: the ends of the array, redirects and the like.
        """
        if text in (b"", b"[", b"]"):
            self.closed |= text == b"]"
            return []
        entity = orjson.loads(text)
        if not isinstance(entity, dict):
            raise ValueError("it is no object")
        if "qid" in entity or {"claims", "type", "redirect", "missing"}.isdisjoint(entity):
            return [Item.of_row(entity)]
        if entity.get("type") != "item" or "redirect" in entity or "missing" in entity:
            return []
        raise error


def _opened(raw: IO[bytes], path: Path) -> IO[bytes]:
    opener = _OPENERS.get(path.suffix)
    return cast("IO[bytes]", io.BufferedReader(_Unpacked(opener(raw)), _BUFFER)) if opener else raw


class _Unpacked(io.RawIOBase):
    """The content of a compressed file as it comes: of one that is cut off, everything before the cut."""

    def __init__(self, packed: Any) -> None:
        self._packed = packed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._packed.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


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


def _broken_off(path: Path, position: int, reason: str) -> InputError:
    return InputError(
        str(path),
        f"it breaks off after byte {position} of its content ({reason})",
        "fetch it again and run the same command, which goes on from there; or use what was read with --finish",
    )


# --- KGTK: node1, label, node2, a property of one item a line


def _read_edges(files: Sequence[Path], languages: Sequence[str], start: int) -> Iterator[Read]:
    """Items of edge files, each sorted on the way; the position is how many items were read."""
    read = Read(start, [], [])
    with ExitStack() as stack:
        streams = [_sorted_edges(file, stack) for file in files]
        groups = groupby(heapq.merge(*streams), key=lambda edge: edge[0])
        for node, edges in islice(groups, start, None):
            if len(read.items) >= _AT_ONCE:
                yield read
                read = Read(read.position, [], [])
            try:
                read.items.append(_of_edges(node, list(edges), languages))
            except ValueError as error:
                read.problems.append(f"after {read.position} items: {error}")
            read.position += 1
    yield read


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
            item.sitelinks = max(item.sitelinks, min(int(value), MOST - 1))
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
