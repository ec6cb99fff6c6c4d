"""A source of items -> an index on disk, in two steps.

`spool` reads the source and keeps the items' rows in chunks beside the index; each chunk is whole or not there, so a
run that is stopped goes on where the last chunk ended. `finish` needs all classes to know what is a person and what a
party; it reads the chunks twice and writes the files of `kb.wikidata.ondisk`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import zstandard
from numpy.typing import NDArray

from kb.errors import InputError, UsageError
from kb.linking.names import fold
from kb.model import EntityType
from kb.wikidata.items import Item
from kb.wikidata.ondisk import BLOCK, FORMAT, META, PRIORS, TYPES, key_of
from kb.wikidata.profiles import Classes, Profile
from kb.wikidata.sources import Source

_CHUNK = 20_000  # items
_SPOOL = "spool"
_STATE = "state.json"
_NEW = "new"
_PARTS = 64  # files that names are sorted in, one after the other
_FLUSH = 1 << 16  # names held before they are written
_ENTRY = np.dtype([("key", "<u8"), ("item", "<u4")])
_DICTIONARY = 1 << 16  # bytes
_LEVEL = 9
_MANY_SITELINKS = 350  # as many as the best known items have


@dataclass(slots=True)
class State:
    """How far a source has been read."""

    source: str
    languages: list[str]
    position: int = 0
    chunks: int = 0
    items: int = 0
    skipped: list[str] = field(default_factory=list)
    whole: bool = False
    mark: str = ""  # of the last line read: what lies there on resumption must be the same


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run may show: the step, items done since it began, seconds since, and how much is done (0..1).

    `began` is how much was done when it began; `done` is 0 where that is not known.
    """

    step: str
    items: int
    seconds: float
    done: float
    began: float = 0.0


def read_state(folder: Path) -> State | None:
    """How far an earlier run came in this folder; None where there was none."""
    file = folder / _SPOOL / _STATE
    return State(**orjson.loads(file.read_bytes())) if file.is_file() else None


def forget(folder: Path) -> None:
    """Remove what an earlier run has read but not made an index of."""
    shutil.rmtree(folder / _SPOOL, ignore_errors=True)


def spool(source: Source, folder: Path, state: State, show: Callable[[Progress], None]) -> State:
    """Keep the items of a source in chunks.

    Args:
        source: it reads from `state.position` on.
        state: what an earlier run left, or a new one.

    Raises:
        InputError: the source breaks off; what came before is kept, and the state says where to go on.
    """
    (folder / _SPOOL).mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    rows: list[bytes] = []
    edges: list[int] = []
    at, before, mark = state.position, state.items, state.mark
    start: float | None = None

    def keep() -> None:
        if rows:
            name = f"{state.chunks:06}"
            _write(folder / _SPOOL / f"{name}.edges", np.array(edges, "<u4").tobytes())
            _write(folder / _SPOOL / f"{name}.zst", zstandard.compress(b"\n".join(rows), 3))
            state.chunks, state.items = state.chunks + 1, state.items + len(rows)
        state.position, state.mark = at, mark
        _write(folder / _SPOOL / _STATE, orjson.dumps(asdict(state)))
        rows.clear()
        edges.clear()
        show(Progress("read", state.items - before, time.monotonic() - began, source.done, start or 0.0))

    try:
        for read in source:
            start = source.done if start is None else start
            at, mark = read.position, read.mark
            if read.problem:
                state.skipped.append(f"before byte {at}: {read.problem}")
            if read.item is None:
                continue
            rows.append(orjson.dumps(read.item.as_row()))
            for above in read.item.superclasses:
                edges += (read.item.qid, above)
            if len(rows) >= _CHUNK:
                keep()
    except InputError:
        keep()
        raise
    if not state.items and not rows:
        forget(folder)
        raise InputError(state.source, "it has no items", "name a Wikidata dump, KGTK files, or a file of items")
    state.whole = True
    keep()
    return state


def finish(folder: Path, state: State, profile: Profile, date: str, show: Callable[[Progress], None]) -> dict[str, Any]:
    """Write the index out of the chunks and remove them; returns its `meta.json`.

    Raises:
        UsageError: the profile keeps nothing of what was read.
    """
    if not state.chunks:
        raise UsageError(f"nothing was read into {folder} yet; leave out --finish")
    chunks = [folder / _SPOOL / f"{n:06}.zst" for n in range(state.chunks)]
    classes = Classes(_edges(chunks), profile)
    began = time.monotonic()
    new = folder / _SPOOL / _NEW  # an index that is there stays as it is until the new one is whole
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    writer = _Writer(new)
    read = 0
    for chunk in chunks:
        for row in zstandard.decompress(chunk.read_bytes()).split(b"\n"):
            item = Item.kept(orjson.loads(row))
            kind = classes.type_of(item)
            if item.qid not in writer.qids and classes.keeps(item, kind):
                writer.add(item, kind, row)
            read += 1
        show(Progress("index", read, time.monotonic() - began, read / state.items))
    if not writer.qids:
        raise UsageError(f"none of the {read} items has a place in the profile {profile.name!r}; choose another")
    meta = {
        "format": FORMAT,
        "source": state.source,
        "source_date": date,
        "whole": state.whole,
        "skipped": len(state.skipped),
        "profile": profile.name,
        "languages": state.languages,
        **writer.close(),
    }
    (folder / META).unlink(missing_ok=True)
    for file in new.iterdir():
        file.replace(folder / file.name)
    _write(folder / META, orjson.dumps(meta, option=orjson.OPT_INDENT_2))
    shutil.rmtree(folder / _SPOOL)
    return meta


class _Writer:
    """The files of an index, written item by item."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.qids: dict[int, None] = {}
        self._known: list[float] = []
        self._ranked = False  # by PageRank, not by sitelinks
        self._types = bytearray()
        self._names = _Table(folder, "names")
        self._parts = _Table(folder, "parts")
        self._records = (folder / "records.bin").open("wb")
        self._blocks = [0]
        self._rows: list[bytes] = []
        self._pack: zstandard.ZstdCompressor | None = None

    def add(self, item: Item, kind: EntityType, row: bytes) -> None:
        """Write one item; it gets the next number."""
        n = len(self.qids)
        self.qids[item.qid] = None
        self._known.append(item.rank or item.sitelinks)
        self._ranked |= item.rank > 0
        self._types.append(TYPES.index(kind))
        keys = {key_of(name) for name in item.names}
        for key in keys:
            self._names.add(key, n)
        if kind is EntityType.PERSON:
            full = (words for label in item.labels.values() if len(words := fold(label).split()) > 1)
            for word in {word for words in full for word in (words[0], words[-1])}:
                self._parts.add(_key_of_word(word), n)
        self._rows.append(row)
        if len(self._rows) == (BLOCK if self._pack else BLOCK * BLOCK):  # the first ones teach the dictionary
            self._flush()

    def _flush(self) -> None:
        if self._pack is None:
            dictionary = _dictionary(self._rows)
            _write(self._folder / "dictionary.bin", dictionary.as_bytes())
            self._pack = zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary)
        for first in range(0, len(self._rows), BLOCK):
            packed = self._pack.compress(b"\n".join(self._rows[first : first + BLOCK]))
            self._records.write(packed)
            self._blocks.append(self._blocks[-1] + len(packed))
        self._rows.clear()

    def close(self) -> dict[str, Any]:
        """Write what stands at the end; returns counts and sizes."""
        self._flush()
        self._records.close()
        buckets, names = self._names.close()
        part_buckets, parts = self._parts.close()
        qids = np.fromiter(self.qids, "<u4", len(self.qids))
        order = np.argsort(qids, kind="stable")
        with (self._folder / "items.bin").open("wb") as out:
            for column in (qids, qids[order], order.astype("<u4"), _priors(self._known, self._ranked)):
                out.write(column.tobytes())
            out.write(self._types)
        _write(self._folder / "blocks.bin", np.array(self._blocks, "<u8").tobytes())
        written = ("names.bin", "parts.bin", "items.bin", "records.bin", "blocks.bin", "dictionary.bin")
        return {
            "items": len(qids),
            "names": names,
            "buckets": buckets,
            "parts": parts,
            "part_buckets": part_buckets,
            "files": {name: (self._folder / name).stat().st_size for name in written},
        }


_key_of_word = lru_cache(maxsize=1 << 18)(key_of)  # few first names and surnames, borne by many


class _Table:
    """A table of names in the making: (key, item) by the high bits of the key, sorted file by file at the end."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._held: list[tuple[int, int]] = []
        self._files = [(folder / f"{name}.{n:02}.tmp").open("w+b") for n in range(_PARTS)]

    def add(self, key: int, item: int) -> None:
        self._held.append((key, item))
        if len(self._held) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        entries = np.array(self._held, _ENTRY)
        entries = entries[np.argsort(entries["key"])]
        edges = np.searchsorted(entries["key"] >> np.uint64(58), np.arange(_PARTS + 1))
        for n, file in enumerate(self._files):
            file.write(entries[edges[n] : edges[n + 1]].tobytes())
        self._held.clear()

    def close(self) -> tuple[int, int]:
        """Write NAME.bin; returns how many buckets and names it has."""
        self._flush()
        names = sum(file.tell() for file in self._files) // _ENTRY.itemsize
        buckets = max(_PARTS, 1 << max(0, (names // 4).bit_length()))
        shift = np.uint64(64 - (buckets.bit_length() - 1))
        here = self._folder
        counts = np.zeros(buckets + 1, np.int64)
        with (here / f"{self._name}.prints.tmp").open("w+b") as prints, (here / f"{self._name}.bin").open("wb") as out:
            items = []
            for file in self._files:
                file.seek(0)
                entries = np.frombuffer(file.read(), _ENTRY)
                entries = entries[np.lexsort((entries["item"], entries["key"]))]
                prints.write((entries["key"] & np.uint64(0xFFFFFFFF)).astype("<u4").tobytes())
                items.append(entries["item"].copy())
                found, many = np.unique((entries["key"] >> shift).astype(np.int64), return_counts=True)
                counts[found + 1] += many
                file.close()
                Path(file.name).unlink()
            out.write(counts.cumsum().astype("<u4").tobytes())
            prints.seek(0)
            shutil.copyfileobj(prints, out)
            for part in items:
                out.write(part.tobytes())
        Path(prints.name).unlink()
        return buckets, names


def _edges(chunks: list[Path]) -> NDArray[np.uint32]:
    parts = [np.frombuffer(chunk.with_suffix(".edges").read_bytes(), "<u4") for chunk in chunks]
    found: NDArray[np.uint32] = np.concatenate([np.zeros(0, np.uint32), *parts]).reshape(-1, 2)
    return found


def _dictionary(rows: list[bytes]) -> zstandard.ZstdCompressionDict:
    if len(rows) >= BLOCK:
        try:
            return zstandard.train_dictionary(_DICTIONARY, [*rows])
        except zstandard.ZstdError:
            pass  # too little text to learn from: the text itself will do
    return zstandard.ZstdCompressionDict(b"\n".join(rows)[:_DICTIONARY].ljust(8, b" "))


def _priors(known: list[float], ranked: bool) -> NDArray[np.uint16]:
    """How well known each item is: 65535 the best known.

    By sitelinks with the logarithm of their number, which is the same in a small index and a large one; where a source
    gives a PageRank, falling with the logarithm of the place among all.
    """
    values = np.array(known)
    if not ranked:
        links: NDArray[np.uint16] = np.round(
            np.minimum(np.log1p(values) / np.log1p(_MANY_SITELINKS), 1) * PRIORS
        ).astype("<u2")
        return links
    order = np.argsort(-values, kind="stable")
    # items as well known as each other share the rank of the first
    first = np.searchsorted(-values[order], -values, side="left")
    shares = 1 - np.log1p(first) / np.log1p(len(values))
    shares[values <= 0] = 0
    found: NDArray[np.uint16] = np.round(shares * PRIORS).astype("<u2")
    return found


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
