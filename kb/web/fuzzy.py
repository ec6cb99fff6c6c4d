"""Names that are like a text: letters missing, doubled, swapped or wrong, words in another order or left out.

Three letters in a row are what a slip leaves of a name. The names that share the rarest of them with the text are
looked at closely, and only these.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from kb.web.names import Mask, Numbers
from kb.web.texts import END, Texts

_BUCKETS = 1 << 16
_BLOCK = 1 << 21  # bytes of names that are taken apart at once
_BUDGET = 60_000  # names that a search may come across: 99 % of single slips among a million names need no more
_SPACE, _END = ord(" "), END[0]
_FIRST, _MIDDLE, _LAST, _MIX = (np.uint32(odd) for odd in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x2C1B3C6D))

Letters = npt.NDArray[np.uint32]


class Trigrams:
    """For each three letters the names that hold them, as many as are in a bucket; read only."""

    def __init__(self, folded: Texts) -> None:
        self._folded = folded
        parts = [_taken_apart(folded, first, last) for first, last in _blocks(folded)]
        self._starts = np.zeros(_BUCKETS + 1, np.int64)
        for buckets, _ in parts:
            self._starts[1:] += np.bincount(buckets, minlength=_BUCKETS)
        np.cumsum(self._starts, out=self._starts)
        self._names = np.empty(self._starts[-1], np.int32)
        free = self._starts[:-1].copy()
        while parts:
            buckets, names = parts.pop(0)
            many = np.bincount(buckets, minlength=_BUCKETS)
            self._names[np.repeat(free - np.cumsum(many) + many, many) + np.arange(len(buckets))] = names
            free += many

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes, without the names themselves."""
        return self._starts.nbytes + self._names.nbytes

    def near(self, wanted: str, limit: int, owners: Numbers, only: Mask | None = None) -> Numbers:
        """The numbers of at most `limit` names that share the most with the folded text, in ascending order.

        Args:
            owners: the thing that each name belongs to.
            only: which things are looked for; None for all.
        """
        buckets, _ = _buckets(_letters(f"{wanted}\n"))
        buckets = np.unique(buckets)
        starts = self._starts[buckets]
        # Names are in the order of rank: where too many share some letters, the best known are looked at.
        sizes = np.minimum(self._starts[buckets + 1] - starts, _BUDGET)
        rarest = np.argsort(sizes, kind="stable")
        rarest = rarest[sizes[rarest] > 0]
        used = rarest[: max(2, int(np.searchsorted(np.cumsum(sizes[rarest]), _BUDGET)))]
        if len(used) == 0:
            return np.zeros(0, np.int32)
        rows = np.concatenate([self._names[starts[i] : starts[i] + sizes[i]] for i in used])
        if only is not None:
            rows = rows[only[owners[rows]]]
        rows.sort()
        # Most names share one bucket and no more. Those that share several stand in several rows.
        names, shared = np.unique(rows[1:][rows[1:] == rows[:-1]], return_counts=True)
        if len(names) < limit:
            names, shared = np.unique(rows, return_counts=True)
        if len(names) <= limit:
            return names
        likeness = shared / (self._folded.starts[names + 1] - self._folded.starts[names] + len(wanted))
        return np.sort(names[np.argpartition(-likeness, limit)[:limit]])


def similarity(wanted: str, names: list[str]) -> npt.NDArray[np.float64]:
    """How like each folded name is to the folded text, 0 to 100; 100 only where they are the same.

    Letters are compared with the words as they stand and in the order of the alphabet. The same words and one more
    make 85 at the most.

    >>> similarity("obama barack", ["barack obama", "barak obama", "angela merkel"]).round().tolist()
    [97.0, 90.0, 27.0]
    """
    if not names:
        return np.zeros(0)
    plain = process.cdist([wanted], names, scorer=OSA.normalized_similarity)[0]
    in_order = process.cdist([_by_word(wanted)], list(map(_by_word, names)), scorer=OSA.normalized_similarity)[0]
    beginning = process.cdist([wanted], names, scorer=JaroWinkler.normalized_similarity)[0]
    spelt = 90 * np.maximum(plain, in_order) + 10 * beginning
    if " " in wanted:
        spelt = np.maximum(spelt, 0.85 * process.cdist([wanted], names, scorer=fuzz.token_set_ratio)[0])
    return np.asarray(spelt, np.float64)


def _by_word(name: str) -> str:
    return " ".join(sorted(name.split()))


def _letters(text: str) -> Letters:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _blocks(folded: Texts) -> Iterator[tuple[int, int]]:
    """Ranges of names of about `_BLOCK` bytes."""
    edges = np.searchsorted(folded.starts[:-1], np.arange(0, len(folded.block) + _BLOCK, _BLOCK)).tolist()
    return ((first, last) for first, last in pairwise(edges) if first < last)


def _taken_apart(folded: Texts, first: int, last: int) -> tuple[npt.NDArray[np.uint16], Numbers]:
    """The buckets that the names from `first` up to `last` fall into, and the names, by bucket; each pair once."""
    letters = _letters(folded.block[int(folded.starts[first]) : int(folded.starts[last])].decode())
    buckets, at = _buckets(letters)
    names = (first + np.cumsum(letters == _END)[at]).astype(np.int32)
    order = np.argsort(buckets, kind="stable")
    buckets, names = buckets[order], names[order]
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(buckets) != 0) | (np.diff(names) != 0)
    return buckets[new], names[new]


def _buckets(letters: Letters) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.intp]]:
    """A bucket for each letter with the one before and the one after it, and where it stands.

    What ends a name counts as a space, so that the first letters of a word are the same wherever it stands.
    """
    letters = np.where(letters == _END, np.uint32(_SPACE), letters)
    around = np.concatenate(([np.uint32(_SPACE)], letters, [np.uint32(_SPACE)]))
    mixed = around[:-2] * _FIRST + letters * _MIDDLE + around[2:] * _LAST
    mixed = (mixed ^ (mixed >> np.uint32(15))) * _MIX
    at = np.flatnonzero(letters != _SPACE)
    return (mixed[at] >> np.uint32(16)).astype(np.uint16), at
