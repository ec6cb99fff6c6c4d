"""Chunks of items on disk: what `spool` keeps and `finish` reads.

A chunk has the items' records as the index keeps them, and beside them, in arrays, what choosing and indexing them
needs, so that nobody takes a record apart again.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from kb.wikidata.items import Item
from kb.wikidata.keys import keys_of, keys_with_words

_LEVEL = -1  # a chunk is read once
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
        self._records: list[bytes] = []
        self._qids: list[int] = []
        self._sitelinks: list[int] = []
        self._ranks: list[float] = []
        self._public: list[bool] = []
        self._edges: list[tuple[int, int]] = []
        self._types, self._occupations, self._labels, self._aliases = (_Several([], [0]) for _ in range(4))

    def __len__(self) -> int:
        return len(self._qids)

    def add(self, items: Sequence[Item]) -> None:
        """Put some items in; best some dozens at a time, which are still in the processor's cache."""
        self._records.append(_ENCODER.encode_lines(items))
        self._qids += [item.qid for item in items]
        self._sitelinks += [item.sitelinks for item in items]
        self._ranks += [item.rank for item in items]
        self._public += [bool(item.offices or item.parties) for item in items]
        self._edges += [(item.qid, above) for item in items for above in item.superclasses]
        (types, type_ends), (occupations, occupation_ends) = self._types, self._occupations
        (labels, label_ends), (aliases, alias_ends) = self._labels, self._aliases
        for item in items:
            types += item.types
            type_ends.append(len(types))
            occupations += item.occupations
            occupation_ends.append(len(occupations))
            labels += item.labels.values()
            label_ends.append(len(labels))
            for some in item.aliases.values():
                aliases += some
            alias_ends.append(len(aliases))

    def chunk(self) -> Chunk:
        """What was put in: computes the keys and packs the records."""
        names, words, word_places = keys_with_words(self._labels.flat)
        labels, aliases = self._labels.places(), self._aliases.places()
        labelled = np.zeros(len(self), bool)
        labelled[labels] = True
        return Chunk(
            np.fromiter(self._qids, "<u4"),
            np.fromiter(self._sitelinks, "<u4"),
            np.fromiter(self._ranks, "<f8"),
            np.fromiter(self._public, bool),
            labelled,
            np.fromiter(self._types.flat, "<u4"),
            self._types.places(),
            np.fromiter(self._occupations.flat, "<u4"),
            self._occupations.places(),
            np.concatenate([names, keys_of(self._aliases.flat)]),
            np.concatenate([labels, aliases]),
            words,
            labels[word_places],
            np.array(self._edges, "<u4").reshape(-1, 2),
            np.frombuffer(zstandard.compress(b"".join(self._records), _LEVEL), np.uint8),
        )


class _Several(NamedTuple):
    """What an item may have several of: all of it, and where each item's part of it ends, after a 0."""

    flat: list[Any]
    ends: list[int]

    def places(self) -> NDArray[np.uint32]:
        """The item of each."""
        ends = np.fromiter(self.ends, np.intp)
        return np.repeat(np.arange(len(ends) - 1, dtype="<u4"), ends[1:] - ends[:-1])
