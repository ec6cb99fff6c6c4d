"""The index on disk: names -> items, read where they lie, so that processes share one copy in memory.

A folder:

    meta.json       format, source, its date, profile, counts, and the size of every other file
    names.bin       names, see `Names`
    parts.bin       the same for the first and last words of persons' names
    items.bin       uint32 QID, uint16 prior and uint8 type of each item
    order.bin       uint32 every 256th QID in their order; then, unless the items lie in it, their numbers in that order
    records.bin     the items' records in blocks, compressed with one dictionary
    blocks.bin      uint64 starts of the blocks
    dictionary.bin

All numbers are little-endian. A name's key (`kb.wikidata.keys`) has 64 bits: the high ones choose the bucket, the 32
after them are the fingerprint, so that a name that is not there is taken for one that is once in some fifty million
lookups; whoever links compares the spelling.
"""

from __future__ import annotations

import mmap
import os
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from struct import Struct as Layout
from threading import Lock
from types import TracebackType
from typing import Any

import msgspec
import orjson
import zstandard

from kb.errors import ResourceError
from kb.linking.names import fold
from kb.model import EntityType
from kb.wikidata.items import Item
from kb.wikidata.keys import key_of, key_of_folded

FORMAT = 2
META = "meta.json"
BLOCK = 8  # items in a block
RUN = 256  # items between two QIDs that are held in memory
LISTED = 1 << 31  # added to what stands for several items
PRIORS = 65_535  # the highest prior as stored
#: Types by their number in items.bin; new ones go to the end.
TYPES = (
    EntityType.OTHER,
    EntityType.PERSON,
    EntityType.ORGANISATION,
    EntityType.COUNTRY,
    EntityType.PLACE,
    EntityType.GROUP,
    EntityType.MEDIA,
    EntityType.EVENT,
    EntityType.WORK,
)
FILES = ("names.bin", "parts.bin", "items.bin", "order.bin", "records.bin", "blocks.bin", "dictionary.bin")
ROW = Layout("<IHB")
_QID = Layout("<I")
_BLOCK_ENDS = Layout("<QQ")


class Hit(msgspec.Struct, frozen=True, gc=False):
    """An item that bears a name: its number in the index, QID, prior (0..1) and type."""

    number: int
    qid: str
    prior: float
    type: EntityType


class Names:
    """One table of names.

    Its file has, all uint32: starts of buckets; of each name, by bucket, its fingerprint and an item's number, or
    `LISTED` and a place in what follows: how many items bear the name, and their numbers, the best known first.

    Args:
        read: reads so many bytes of the file from an offset on.
        buckets: how many there are, a power of two.
        names: how many different ones there are.
    """

    def __init__(self, read: Callable[[int, int], bytes], buckets: int, names: int) -> None:
        self._read = read
        self._starts = memoryview(read(4 * (buckets + 1), 0)).cast("I")
        self._names = 4 * (buckets + 1)
        self._lists = self._names + 8 * names
        self._shift = 65 - buckets.bit_length()

    def find(self, key: int, most: int | None = None) -> list[int]:
        """Numbers of the items that bear the name of that key, at most `most` of them, best known first."""
        bucket, starts = key >> self._shift, self._starts
        start = starts[bucket]
        names = self._read(8 * (starts[bucket + 1] - start), self._names + 8 * start)
        mark = (key >> self._shift - 32 & 0xFFFFFFFF).to_bytes(4, "little")
        place = names.find(mark)
        while place % 8 and place > 0:  # not at the start of a pair
            place = names.find(mark, place + 1)
        if place < 0:
            return []
        found = int.from_bytes(names[place + 4 : place + 8], "little")
        if found < LISTED:
            return [found]
        place = self._lists + 4 * (found - LISTED)
        count = int.from_bytes(self._read(4, place), "little")
        return memoryview(self._read(4 * min(most or count, count), place + 4)).cast("I").tolist()


class OnDisk:
    """An opened index.

    Args:
        folder: where `kb wikidata build` wrote it.

    Raises:
        ResourceError: it is no index, one of another format, or a file of it is missing or cut off.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.meta = _read_meta(folder)
        self._open: list[int] = []
        self._mapped: list[mmap.mmap] = []
        self._items: int = self.meta["items"]
        names, parts = self.meta["tables"]
        self._names, self._parts = Names(self._reader("names.bin"), *names), Names(self._reader("parts.bin"), *parts)
        self._rows, self._blocks = self._map("items.bin"), self._map("blocks.bin")  # what every lookup needs
        self._records, self._order = self._reader("records.bin"), self._reader("order.bin")
        runs = -(-self._items // RUN)
        self._first = memoryview(self._order(4 * runs, 0)).cast("I")
        self._ordered = self.meta["files"]["order.bin"] == 4 * runs
        dictionary = zstandard.ZstdCompressionDict((folder / "dictionary.bin").read_bytes())
        self._unpack = zstandard.ZstdDecompressor(dict_data=dictionary)
        self._unpacking = Lock()  # one thread at a time may use it
        self._last: tuple[int, list[bytes]] = (-1, [])

    def __enter__(self) -> OnDisk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files; the index cannot be used afterwards."""
        del self._names, self._parts, self._rows, self._order, self._records, self._blocks
        for mapped in self._mapped:
            mapped.close()
        for file in self._open:
            os.close(file)

    def __len__(self) -> int:
        return self._items

    def find(self, name: str, most: int | None = None) -> list[Hit]:
        """The items with a label or alias that folds to the same as `name`, the best known first, `most` at most."""
        return self.find_folded(fold(name), most)

    def find_folded(self, folded: str, most: int | None = None) -> list[Hit]:
        """`find` with a name that was folded before."""
        numbers = self._names.find(key_of_folded(folded), most)
        return [self.hit(numbers[0])] if len(numbers) == 1 else [self.hit(number) for number in numbers]

    def find_part(self, word: str, most: int | None = None) -> list[Hit]:
        """The persons of whose name `word` is the first or last word, best known first, at most `most` of them."""
        return [self.hit(number) for number in self._parts.find(key_of(word), most)]

    def number_of(self, qid: int) -> int | None:
        """The number of an item by its QID, None where the index has not got it."""
        run = bisect_right(self._first, qid) - 1
        if run < 0:
            return None
        start, end = run * RUN, min(run * RUN + RUN, self._items)
        numbers: Sequence[int] = range(start, end)
        if not self._ordered:
            numbers = memoryview(self._order(4 * (end - start), 4 * (len(self._first) + start))).cast("I")
        place = bisect_left(numbers, qid, key=self._qid)
        return numbers[place] if place < len(numbers) and self._qid(numbers[place]) == qid else None

    def _qid(self, number: int) -> int:
        qid: int = _QID.unpack_from(self._rows, ROW.size * number)[0]
        return qid

    def hit(self, number: int) -> Hit:
        """The item of that number, without its record."""
        qid, prior, kind = ROW.unpack_from(self._rows, ROW.size * number)
        return Hit(number, f"Q{qid}", prior / PRIORS, TYPES[kind])

    def item(self, number: int) -> Item:
        """The whole item of that number."""
        block, place = divmod(number, BLOCK)
        return Item.of_record(self._block(block)[place])

    def items(self) -> Iterator[tuple[Hit, Item]]:
        """All items, in the order in which they are stored."""
        for number in range(self._items):
            yield self.hit(number), self.item(number)

    def _block(self, block: int) -> list[bytes]:
        last, records = self._last
        if last != block:
            start, end = _BLOCK_ENDS.unpack_from(self._blocks, 8 * block)
            packed = self._records(end - start, start)
            with self._unpacking:
                records = self._unpack.decompress(packed).split(b"\n")
            self._last = block, records
        return records

    def _map(self, name: str) -> mmap.mmap:
        with (self.folder / name).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._mapped.append(mapped)
        return mapped

    def _reader(self, name: str) -> Callable[[int, int], bytes]:
        file = os.open(self.folder / name, os.O_RDONLY)
        self._open.append(file)
        return partial(os.pread, file)


def is_index(folder: Path) -> bool:
    """Whether the folder looks like an index on disk."""
    return (folder / META).is_file()


def _read_meta(folder: Path) -> dict[str, Any]:
    if sys.byteorder != "little":
        raise ResourceError("an index on disk needs a little-endian machine; give a folder with entities.tsv instead")
    again = "build it again with kb wikidata build"
    try:
        meta: dict[str, Any] = orjson.loads((folder / META).read_bytes())
        version = meta["format"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ResourceError(f"{folder} is no index: {META} cannot be read ({error}); {again}") from error
    if version != FORMAT:
        raise ResourceError(f"{folder} is an index of format {version}, this version reads format {FORMAT}; {again}")
    for name in FILES:
        wanted, path = meta["files"].get(name), folder / name
        size = path.stat().st_size if path.is_file() else None
        if size != wanted:
            raise ResourceError(f"{path} has {size} bytes, not {wanted}: it is cut off or another's; {again}")
    return meta
