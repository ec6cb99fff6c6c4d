"""Chunks of items on disk: what `spool` keeps and `finish` reads.

A chunk has the items' records as the index keeps them, and beside them, in arrays, what choosing and indexing them
needs, so that nobody takes a record apart again.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from kb.wikidata.items import Item
from kb.wikidata.keys import keys_of, keys_with_words

_LEVEL = 1  # a chunk is read once
_PART = 2048  # items
_WIDTH = 8  # numbers in an item's head
_ENCODER = msgspec.json.Encoder()


class Chunk(NamedTuple):
    """Some items, all arrays. Where an item may have several numbers, the places of their items lie beside them.

    `public` is whether an item has an office or a party; `names` are keys of labels and aliases, `words` of the first
    and last words of labels, `edges` pairs of a class and one above it; `packed` are the records.
    """

    qids: NDArray[np.uint32]
    sitelinks: NDArray[np.uint32]
    ranks: NDArray[np.float64]
    public: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    types: NDArray[np.uint32]
    type_places: NDArray[np.uint32]
    occupations: NDArray[np.uint32]
    occupation_places: NDArray[np.uint32]
    names: NDArray[np.uint64]
    name_places: NDArray[np.uint32]
    words: NDArray[np.uint64]
    word_places: NDArray[np.uint32]
    edges: NDArray[np.uint32]
    packed: NDArray[np.uint8]

    @classmethod
    def of_file(cls, path: Path) -> Chunk:
        """The chunk that `as_bytes` gave."""
        with np.load(path) as columns:
            return cls(**{name: columns[name] for name in cls._fields})

    def as_bytes(self) -> bytes:
        """The form in which a file keeps it."""
        written = io.BytesIO()
        np.savez(written, **self._asdict())
        return written.getvalue()

    def records(self) -> bytes:
        """The items' records, each with a newline behind it."""
        return zstandard.decompress(self.packed.tobytes())


def read_edges(path: Path) -> NDArray[np.uint32]:
    """The edges of a chunk alone."""
    with np.load(path) as columns:
        edges: NDArray[np.uint32] = columns["edges"]
    return edges


class Collector:
    """A chunk in the making."""

    def __init__(self) -> None:
        self._count = 0
        self._parts: list[tuple[NDArray[Any], ...]] = []  # columns of a chunk, but for its records
        self._records: list[bytes] = []
        self._begin()

    def _begin(self) -> None:
        #: of each item QID, sitelinks, rank, whether it is public, and how many it has of what follows
        self._heads: list[tuple[float, ...]] = []
        self._types: list[int] = []
        self._occupations: list[int] = []
        self._labels: list[str] = []
        self._aliases: list[str] = []
        self._edges: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return self._count

    def add(self, items: Sequence[Item]) -> None:
        """Put some items in; best some dozens at a time, which are still in the processor's cache."""
        self._records.append(_ENCODER.encode_lines(items))
        heads, types, occupations = self._heads, self._types, self._occupations
        labels, aliases = self._labels, self._aliases
        for item in items:
            qid, before = item.qid, len(aliases)
            types += item.types
            occupations += item.occupations
            labels += item.labels.values()
            for some in item.aliases.values():
                aliases += some
            for above in item.superclasses:
                self._edges.append((qid, above))
            heads.append(
                (
                    qid,
                    item.sitelinks,
                    item.rank,
                    1 if item.offices or item.parties else 0,
                    len(item.types),
                    len(item.occupations),
                    len(item.labels),
                    len(aliases) - before,
                )
            )
        self._count += len(items)
        if len(heads) >= _PART:
            self._settle()

    def chunk(self) -> Chunk:
        """What was put in."""
        self._settle()
        packed = np.frombuffer(zstandard.compress(b"".join(self._records), _LEVEL), np.uint8)
        return Chunk._make([*map(np.concatenate, zip(*self._parts, strict=True)), packed])

    def _settle(self) -> None:
        """Make columns of what was put in last: of so much as the processor's cache still holds."""
        count = len(self._heads)
        heads = np.fromiter(chain.from_iterable(self._heads), "<f8", _WIDTH * count).reshape(-1, _WIDTH)
        qids, sitelinks, ranks, public = heads[:, :4].T
        first = self._count - count
        types, occupations, labels, aliases = (_places(counts, first) for counts in heads[:, 4:].T)
        names, words, names_of_words = keys_with_words(self._labels)
        labelled = np.zeros(count, bool)
        labelled[labels - first] = True
        self._parts.append(
            (
                qids.astype("<u4"),
                sitelinks.astype("<u4"),
                np.ascontiguousarray(ranks),
                public.astype(bool),
                labelled,
                np.fromiter(self._types, "<u4"),
                types,
                np.fromiter(self._occupations, "<u4"),
                occupations,
                np.concatenate([names, keys_of(self._aliases)]),
                np.concatenate([labels, aliases]),
                words,
                labels[names_of_words],
                np.array(self._edges, "<u4").reshape(-1, 2),
            )
        )
        self._begin()


def _places(counts: NDArray[np.float64], first: int) -> NDArray[np.uint32]:
    """The place of each item, of whom the first has place `first`, as often as it has something."""
    return np.repeat(np.arange(first, first + len(counts), dtype="<u4"), counts.astype(np.intp))
