"""The index on disk: names -> items, read where they lie, so that processes share one copy in memory.

A folder:

    meta.json    format, source, its date, profile, counts, and the size of every other file
    names.bin    uint32 starts of buckets, then a uint32 fingerprint and a uint32 item number for each name
    parts.bin    the same for single words of persons' names
    items.bin    uint32 QID and uint16 prior and uint8 type of each item; then QIDs in order with their items' numbers
    records.bin  the items' rows in blocks, compressed with one dictionary
    blocks.bin   uint64 starts of the blocks

All numbers are little-endian. A name's key is 64 bits of its folded form's BLAKE2: the high bits choose the bucket, the
low 32 are the fingerprint, so that a name that is not there is taken for one that is once in a billion lookups; whoever
links compares the spelling.
"""

from __future__ import annotations

import mmap
import sys
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import zstandard

from kb.errors import ResourceError
from kb.linking.names import fold
from kb.model import EntityType
from kb.wikidata.items import Item

FORMAT = 1
META = "meta.json"
BLOCK = 64  # items in a block
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
_FILES = ("names.bin", "parts.bin", "items.bin", "records.bin", "blocks.bin", "dictionary.bin")
_KEPT_BLOCKS = 256  # of records, decompressed


def key_of(name: str) -> int:
    """64 bits for a name's folded form."""
    return int.from_bytes(blake2b(fold(name).encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that bears a name: its number in the index, QID, prior (0..1) and type."""

    number: int
    qid: str
    prior: float
    type: EntityType


class Names:
    """One table of names; `view` is the file's memory as uint32."""

    def __init__(self, view: memoryview, buckets: int, names: int) -> None:
        self._starts = view[: buckets + 1]
        self._prints = view[buckets + 1 : buckets + 1 + names]
        self._items = view[buckets + 1 + names :]
        self._shift = 64 - (buckets.bit_length() - 1)

    def find(self, key: int) -> list[int]:
        """Numbers of the items that bear the name of that key."""
        bucket, mark = key >> self._shift, key & 0xFFFFFFFF
        prints, items = self._prints, self._items
        return [items[i] for i in range(self._starts[bucket], self._starts[bucket + 1]) if prints[i] == mark]


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
        self._open: list[mmap.mmap] = []
        self._items: int = self.meta["items"]
        self._names = Names(self._view("names.bin", "I"), self.meta["buckets"], self.meta["names"])
        self._parts = Names(self._view("parts.bin", "I"), self.meta["part_buckets"], self.meta["parts"])
        n = self._items
        columns = self._view("items.bin", "B")
        self._qids = columns[: 4 * n].cast("I")
        self._in_order = columns[4 * n : 8 * n].cast("I")
        self._numbers = columns[8 * n : 12 * n].cast("I")
        self._priors = columns[12 * n : 14 * n].cast("H")
        self._types = columns[14 * n : 15 * n]
        self._records = self._view("records.bin", "B")
        self._blocks = self._view("blocks.bin", "Q")
        dictionary = zstandard.ZstdCompressionDict((folder / "dictionary.bin").read_bytes())
        self._unpack = zstandard.ZstdDecompressor(dict_data=dictionary)
        self._cache: OrderedDict[int, list[bytes]] = OrderedDict()

    def __enter__(self) -> OnDisk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files; the index cannot be used afterwards."""
        for name in [n for n, v in vars(self).items() if isinstance(v, memoryview | Names)]:
            delattr(self, name)
        for mapped in self._open:
            mapped.close()

    def __len__(self) -> int:
        return self._items

    def find(self, name: str) -> list[Hit]:
        """The items with a label or alias that folds to the same as `name`, best known first."""
        return self._hits(self._names.find(key_of(name)))

    def find_part(self, word: str) -> list[Hit]:
        """The persons of whose name `word` is the first or last word, best known first."""
        return self._hits(self._parts.find(key_of(word)))

    def number_of(self, qid: int) -> int | None:
        """The number of an item by its QID, None where the index has not got it."""
        place = bisect_left(self._in_order, qid)
        return self._numbers[place] if place < self._items and self._in_order[place] == qid else None

    def hit(self, number: int) -> Hit:
        """The item of that number, without its record."""
        return Hit(number, f"Q{self._qids[number]}", self._priors[number] / PRIORS, TYPES[self._types[number]])

    def item(self, number: int) -> Item:
        """The whole item of that number."""
        block, place = divmod(number, BLOCK)
        return Item.kept(orjson.loads(self._block(block)[place]))

    def items(self) -> Iterator[tuple[Hit, Item]]:
        """All items, in the order in which they are stored."""
        for number in range(self._items):
            yield self.hit(number), self.item(number)

    def _hits(self, numbers: list[int]) -> list[Hit]:
        if len(numbers) > 1:
            priors = self._priors
            numbers = sorted(set(numbers), key=lambda n: (-priors[n], n))
        return [self.hit(n) for n in numbers]

    def _block(self, block: int) -> list[bytes]:
        rows = self._cache.get(block)
        if rows is None:
            start, end = self._blocks[block], self._blocks[block + 1]
            rows = self._unpack.decompress(self._records[start:end]).split(b"\n")
            self._cache[block] = rows
            if len(self._cache) > _KEPT_BLOCKS:
                self._cache.popitem(last=False)
        else:
            self._cache.move_to_end(block)
        return rows

    def _view(self, name: str, code: str) -> memoryview:
        with (self.folder / name).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if hasattr(mapped, "madvise"):
            mapped.madvise(mmap.MADV_RANDOM)  # no neighbours read ahead
        self._open.append(mapped)
        view = memoryview(mapped)
        return view if code == "B" else view.cast(code)  # type: ignore[call-overload]


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
    for name in _FILES:
        wanted, path = meta["files"].get(name), folder / name
        size = path.stat().st_size if path.is_file() else None
        if size != wanted:
            raise ResourceError(f"{path} has {size} bytes, not {wanted}: it is cut off or another's; {again}")
    return meta
