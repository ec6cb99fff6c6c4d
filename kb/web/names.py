"""Search over the names of numbered things: by the whole name, by the beginning of a word in it, by any part of it.

Things are numbered by rank, the best known first. So of any set of things the lowest numbers are the ones to show,
and no search has to sort.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from kb.web.texts import END, Texts

Numbers = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_SPACE, _END = ord(" "), END[0]
_PACKED = 24  # bytes of a word start that are sorted at once; what is the same in them is sorted one by one
_ABOVE = b"\xff"  # no byte of UTF-8


class Names:
    """Folded names, each of one thing. Nothing changes after it is built, so any number of threads may read it."""

    def __init__(self, folded: Texts, owners: Numbers) -> None:
        """Args: owners: for each name the number of the thing it belongs to, in ascending order."""
        self.folded, self.owners = folded, owners
        self._at = _sorted_words(folded.block, self._letters)
        self._things: Numbers = owners[folded.holder_of(self._at)]
        self._counts = np.bincount(self._letters, minlength=256)

    def __len__(self) -> int:
        return len(self.folded)

    @property
    def _letters(self) -> npt.NDArray[np.uint8]:
        return np.frombuffer(self.folded.block, np.uint8)  # no copy

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes."""
        return self.folded.nbytes + self.owners.nbytes + self._at.nbytes + self._things.nbytes + self._counts.nbytes

    def exact(self, wanted: str) -> npt.NDArray[np.intp]:
        """The numbers of the names that are the same as the folded text, in ascending order."""
        start, end = self._range(wanted.encode() + END)
        at = self._at[start:end]
        names = self.folded.holder_of(at)
        found: npt.NDArray[np.intp] = np.sort(names[self.folded.starts[names] == at])
        return found

    def best(self, wanted: str, limit: int, only: Mask | None = None) -> list[tuple[int, int]]:
        """The first things by rank with a word that begins so (and what follows it), each with the name that does.

        Args:
            only: which things may be found; None for all.
        """
        start, end = self._range(wanted.encode())
        things = self._things[start:end]
        rows = _lowest(things, limit, only)
        found: dict[int, int] = {}
        places = rows + start
        names = self.folded.holder_of(self._at[places])
        for thing, name in sorted(zip(things[rows].tolist(), names.tolist(), strict=True)):
            found.setdefault(thing, name)
        return list(found.items())[:limit]

    def ranks(self, wanted: str, things: int) -> npt.NDArray[np.uint8]:
        """For each of so many things how a name of it holds the folded text.

        0: a name is the same, 1: a word begins so, 2: it stands within a word, 3: not at all.
        """
        ranks = np.full(things, 3, np.uint8)
        ranks[self.owners[self.folded.holder_of(self._holding(wanted.encode()))]] = 2
        start, end = self._range(wanted.encode())
        ranks[self._things[start:end]] = 1
        ranks[self.owners[self.exact(wanted)]] = 0
        return ranks

    def _range(self, wanted: bytes) -> tuple[int, int]:
        """The rows of word starts that begin with the bytes."""

        def low(place: int) -> bytes:
            return self.folded.block[place : place + len(wanted)]

        def high(place: int) -> bytes:
            return self.folded.block[place : place + len(wanted) + 1]

        start = bisect_left(self._at, wanted, key=low)
        return start, bisect_left(self._at, wanted + _ABOVE, lo=start, key=high)

    def _holding(self, wanted: bytes) -> npt.NDArray[np.intp]:
        """Where in the block the bytes stand."""
        letters = self._letters
        last = max(0, len(letters) - len(wanted) + 1)
        rarest = min(range(len(wanted)), key=lambda i: int(self._counts[wanted[i]]))
        places: npt.NDArray[np.intp] = np.flatnonzero(letters[rarest : rarest + last] == wanted[rarest])
        for i, letter in enumerate(wanted):
            if i != rarest:
                places = places[letters[places + i] == letter]
        return np.asarray(places, np.intp)


def _lowest(things: Numbers, limit: int, only: Mask | None) -> npt.NDArray[np.intp]:
    """The rows of the `limit` lowest different numbers, or of somewhat more, in no order."""
    if len(things) <= 4 * limit:
        rows = np.arange(len(things))
        return rows if only is None else rows[only[things]]
    # A thing stands in several rows. The bound grows until enough are below it; each try is one comparison a row.
    bound = 64 * limit
    while True:
        rows = np.flatnonzero(things < bound)
        if only is not None:
            rows = rows[only[things[rows]]]
        low = np.unique(things[rows])
        if len(low) >= limit:
            enough: npt.NDArray[np.intp] = rows[things[rows] <= low[limit - 1]]
            return enough
        if bound > 2**31:
            return rows
        bound *= 16


def _sorted_words(block: bytes, letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.unsignedinteger]:
    """Where the words of the block begin, in the order of what stands from there to the end of the name."""
    ends = (letters == _SPACE) | (letters == _END)
    first = np.flatnonzero(~ends & np.concatenate(([True], ends))[:-1])
    packed, goes_on = _packed(letters, first)
    order = np.lexsort(packed[::-1])
    at: npt.NDArray[np.unsignedinteger] = first[order].astype(np.uint32 if len(block) < 2**32 else np.uint64)
    tied = goes_on[order][1:]
    for column in packed:
        tied &= np.diff(column[order]) == 0
    for start, end in _runs(tied):
        at[start:end] = sorted(at[start:end].tolist(), key=lambda place: block[place : block.index(END, place)])
    return at


def _packed(letters: npt.NDArray[np.uint8], at: npt.NDArray[np.intp]) -> tuple[list[npt.NDArray[np.uint64]], Mask]:
    """The first bytes of what begins at each place, as numbers that sort as the bytes do, and whether it goes on."""
    padded = np.concatenate((letters, np.full(_PACKED, _END, np.uint8)))
    inside = np.ones(len(at), bool)
    packed = []
    for word in range(0, _PACKED, 8):
        value = np.zeros(len(at), np.uint64)
        for i in range(word, word + 8):
            letter = padded[at + i]
            inside &= letter != _END
            value = (value << np.uint64(8)) | np.where(inside, letter, 0)
        packed.append(value)
    return packed, inside


def _runs(tied: Mask) -> list[tuple[int, int]]:
    """The ranges of rows that are the same as the next; `tied` says so of each row but the last."""
    edges = np.diff(np.concatenate(([False], tied, [False])).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return list(zip(starts.tolist(), (ends + 1).tolist(), strict=True))
