"""Writes the files of an index on disk; `kb.wikidata.ondisk` says what is in them and reads them."""

from __future__ import annotations

import os
import shutil
from array import array
from itertools import compress, pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from kb.model import EntityType
from kb.wikidata.chunks import Chunk
from kb.wikidata.ondisk import BLOCK, FILES, LISTED, PRIORS, RUN, TYPES

_PARTS = 32  # files that names are sorted in, one after the other; a power of two
_ENTRY = np.dtype([("key", "<u8"), ("item", "<u4")])
_ROW = np.dtype([("qid", "<u4"), ("prior", "<u2"), ("type", "u1")])  # as `ondisk.ROW`
_A_BUCKET = 128  # names at most, on average
_DICTIONARY = 1 << 15  # bytes
_LEVEL = 3
_MANY_SITELINKS = 350  # as many as the best known items have
_PERSON = TYPES.index(EntityType.PERSON)

_Numbers = NDArray[np.uint32]
_Keys = NDArray[np.uint64]


class IndexWriter:
    """The files of an index in the making.

    Args:
        folder: where they are written.
        sample: records from which compression learns.
    """

    def __init__(self, folder: Path, sample: list[bytes]) -> None:
        self._folder = folder
        self._seen = np.zeros(1 << 29, np.uint8)  # a bit for each QID; memory is taken where one is set
        self._items = 0
        self._qids: list[_Numbers] = []
        self._known: list[NDArray[np.float64]] = []
        self._types: list[NDArray[np.uint8]] = []
        self._ranked = False  # by PageRank, not by sitelinks
        self._names, self._parts = _Table(folder, "names"), _Table(folder, "parts")
        dictionary = _dictionary(sample)
        write(folder / "dictionary.bin", dictionary.as_bytes())
        self._pack = zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary)
        self._records = (folder / "records.bin").open("wb")
        self._sizes = array("I")  # of blocks
        self._waiting = b""  # records that do not fill a block yet

    def __len__(self) -> int:
        return self._items

    def add(self, chunk: Chunk, types: NDArray[np.uint8], kept: NDArray[np.bool_]) -> None:
        """Write the items of a chunk that are kept; of items with the same QID, the first."""
        kept = self._fresh(chunk.qids, kept)
        numbers = self._items + np.cumsum(kept, dtype=np.uint32) - np.uint32(1)
        named = kept[chunk.name_places]
        self._names.add(chunk.names[named], numbers[chunk.name_places[named]])
        named = (kept & (types == _PERSON))[chunk.word_places]
        self._parts.add(chunk.words[named], numbers[chunk.word_places[named]])
        self._items += int(kept.sum())
        self._qids.append(chunk.qids[kept])
        self._types.append(types[kept])
        self._known.append(np.where(chunk.ranks != 0, chunk.ranks, chunk.sitelinks)[kept])
        self._ranked |= bool((chunk.ranks[kept] > 0).any())
        records = chunk.records()
        if not kept.all():
            records = b"".join(compress(records.splitlines(keepends=True), kept))
        self._write(self._waiting + records)

    def close(self) -> dict[str, Any]:
        """Write what stands at the end; returns counts and sizes."""
        if self._waiting:
            self._write_blocks([self._waiting])
        self._records.close()
        priors = _priors(np.concatenate(self._known), self._ranked)
        by_fame = np.argsort(PRIORS - priors, kind="stable").astype("<u4")
        names, tables = zip(*(table.close(by_fame) for table in (self._names, self._parts)), strict=True)
        rows = np.zeros(self._items, _ROW)
        rows["qid"], rows["prior"], rows["type"] = np.concatenate(self._qids), priors, np.concatenate(self._types)
        order = np.argsort(rows["qid"], kind="stable").astype("<u4")
        with (self._folder / "order.bin").open("wb") as out:
            out.write(rows["qid"][order][::RUN].tobytes())
            if (np.diff(order.astype(np.int64)) != 1).any():
                out.write(order.tobytes())
        write(self._folder / "items.bin", rows.tobytes())
        write(self._folder / "blocks.bin", np.cumsum(np.concatenate([[0], self._sizes]), dtype="<u8").tobytes())
        return {
            "items": self._items,
            "names": names[0],
            "tables": tables,
            "files": {name: (self._folder / name).stat().st_size for name in FILES},
        }

    def _fresh(self, qids: _Numbers, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of the items that are kept have not been written yet."""
        places, bits = qids >> np.uint32(3), np.uint8(1) << (qids & np.uint32(7)).astype(np.uint8)
        fresh: NDArray[np.bool_] = kept & (self._seen[places] & bits == 0)
        in_order = np.sort(qids[fresh])
        if (in_order[1:] == in_order[:-1]).any():
            firsts = np.flatnonzero(fresh)[np.unique(qids[fresh], return_index=True)[1]]
            fresh = np.zeros(len(qids), bool)
            fresh[firsts] = True
        np.bitwise_or.at(self._seen, places[fresh], bits[fresh])
        return fresh

    def _write(self, records: bytes) -> None:
        ends = np.flatnonzero(np.frombuffer(records, np.uint8) == ord("\n"))[BLOCK - 1 :: BLOCK] + 1
        cuts = [0, *ends.tolist()]
        self._write_blocks([records[start:end] for start, end in pairwise(cuts)])
        self._waiting = records[cuts[-1] :]

    def _write_blocks(self, blocks: list[bytes]) -> None:
        packed = [self._pack.compress(block) for block in blocks]
        self._records.write(b"".join(packed))
        self._sizes.extend(map(len, packed))


class _Table:
    """A table of names in the making: keys and items by the high bits of the key, sorted file by file at the end."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.bin"
        self._files = [(folder / f"{name}.{n:02}.tmp").open("w+b") for n in range(_PARTS)]

    def add(self, keys: NDArray[np.uint64], items: _Numbers) -> None:
        """Put names in, each with an item that bears it."""
        parts = (keys >> np.uint64(65 - _PARTS.bit_length())).astype(np.uint8)
        order = np.argsort(parts, kind="stable")
        entries = np.empty(len(keys), _ENTRY)
        entries["key"], entries["item"] = keys[order], items[order]
        ends = np.cumsum(np.bincount(parts, minlength=_PARTS))
        for file, start, end in zip(self._files, [0, *ends.tolist()], ends.tolist(), strict=False):
            file.write(entries[start:end].tobytes())

    def close(self, by_fame: _Numbers) -> tuple[int, tuple[int, int]]:
        """Write NAME.bin; returns how many names it has in all, and how many buckets and different names.

        Args:
            by_fame: the items, best known first.
        """
        total = sum(file.tell() for file in self._files) // _ENTRY.itemsize
        buckets = max(_PARTS, 1 << (total // _A_BUCKET).bit_length())
        fame = np.empty_like(by_fame)
        fame[by_fame] = np.arange(len(by_fame), dtype="<u4")
        sizes: list[NDArray[np.intp]] = []
        names = different = 0
        lists = self._path.with_suffix(".lists.tmp")
        with self._path.open("wb") as out, lists.open("w+b") as listed:
            out.seek(4 * (buckets + 1))
            for file in self._files:
                keys, groups, places = _group(file, buckets, fame)
                names, different = names + len(groups), different + len(keys)
                first = len(sizes) * (buckets // _PARTS)
                in_bucket = (keys >> np.uint64(32)).astype(np.intp) - first
                sizes.append(np.bincount(in_bucket, minlength=buckets // _PARTS))
                _write_names(out, listed, keys, groups, by_fame[places])
                file.close()
                Path(file.name).unlink()
            listed.seek(0)
            shutil.copyfileobj(listed, out)
            out.seek(0)
            out.write(np.cumsum(np.concatenate([[0], *sizes]), dtype="<u4").tobytes())
        lists.unlink()
        return names, (buckets, different)


def _group(file: IO[bytes], buckets: int, fame: _Numbers) -> tuple[_Keys, NDArray[np.intp], _Numbers]:
    """Sort a file of entries.

    Returns:
        The different keys, cut to bucket and fingerprint; of each entry its key's place among them, and its item's
        fame. Entries that say the same are one.
    """
    file.seek(0)
    entries = np.frombuffer(file.read(), _ENTRY)
    keys = entries["key"] >> np.uint64(33 - buckets.bit_length())
    order = np.argsort(keys)
    keys = keys[order]
    new = _changes(keys)
    # one sort of whole numbers is much faster than one by two columns
    both = (np.cumsum(new, dtype=np.uint64) - np.uint64(1) << np.uint64(32)) | fame[entries["item"][order]]
    both.sort()
    both = both[_changes(both)]
    return keys[new], (both >> np.uint64(32)).astype(np.intp), (both & np.uint64(0xFFFFFFFF)).astype("<u4")


def _changes(values: _Keys) -> NDArray[np.bool_]:
    """Where a value is another than the one before."""
    found = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _write_names(out: IO[bytes], listed: IO[bytes], keys: _Keys, places: NDArray[np.intp], items: _Numbers) -> None:
    """Write names with their item, or with a place in `listed`, where those that have several items have them."""
    counts = np.bincount(places, minlength=len(keys))
    values = items[np.cumsum(counts) - counts]
    several = counts > 1
    sizes = counts[several] + 1
    heads = np.cumsum(sizes) - sizes
    values[several] = LISTED + listed.tell() // 4 + heads
    lists = np.empty(sizes.sum(), "<u4")
    tails = np.ones(len(lists), bool)
    tails[heads] = False
    lists[heads], lists[tails] = sizes - 1, items[np.repeat(several, counts)]
    listed.write(lists.tobytes())
    out.write(np.stack([(keys & np.uint64(0xFFFFFFFF)).astype("<u4"), values], axis=1).tobytes())


def _dictionary(records: list[bytes]) -> zstandard.ZstdCompressionDict:
    if len(records) >= 8:
        try:
            return zstandard.train_dictionary(_DICTIONARY, [*records])
        except zstandard.ZstdError:
            pass  # too little text to learn from: the text itself will do
    return zstandard.ZstdCompressionDict(b"\n".join(records)[:_DICTIONARY].ljust(8, b" "))


def _priors(values: NDArray[np.float64], ranked: bool) -> NDArray[np.uint16]:
    """How well known each item is: 65535 the best known.

    By sitelinks with the logarithm of their number, which is the same in a small index and a large one; where a source
    gives a PageRank, falling with the logarithm of the place among all.
    """
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


def write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
