"""Keys of names: 64 bits for a name's folded form, of one name or of many at once.

A key is the folded form's bytes taken as one number, modulo a product of two primes (Karp and Rabin 1987). Running sums
of a text's bytes, modulo each prime, give the keys of all its pieces, so that many names cost hardly more than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.linking.names import fold

_PRIMES = 4294967291, 4294967279  # products of two numbers below them fit into 64 bits
_PRODUCT = _PRIMES[0] * _PRIMES[1]
_FACTOR = 0x9E3779B97F4A7C15  # so that short names spread as well
_LONGEST = 1 << 22  # bytes done at once; running sums would pass 64 bits at 1 << 24
_NAMES = 2048  # done at once: what is computed of them fits into the processor's cache

# What `fold` does to most names in ASCII, one table does to a whole text: capitals to small letters, marks to spaces.
_NEWLINE, _SPACE, _ODD, _HYPHEN = 10, 32, 0, 1  # odd is whatever `fold` has to look at
_DROPPED = b'."`'
_TABLE = bytearray(32) + bytes(range(32, 128)).lower() + bytearray(128)
_TABLE[_NEWLINE] = _NEWLINE
_TABLE[ord("'")] = _ODD
_TABLE[ord("-")] = _HYPHEN
for _mark in b"/,_&()":
    _TABLE[_mark] = _SPACE

Numbers = NDArray[np.uint64]
Places = NDArray[np.intp]
_Bytes = NDArray[np.uint8]


def key_of(name: str) -> int:
    """64 bits for a name's folded form."""
    return key_of_folded(fold(name))


def key_of_folded(folded: str) -> int:
    """`key_of` a name that `fold` gave."""
    return int.from_bytes(folded.encode(), "little") * _FACTOR % _PRODUCT


def keys_of(names: Sequence[str]) -> Numbers:
    """`key_of` each name."""
    parts = [_Text(names[n : n + _NAMES]).keys() for n in range(0, len(names), _NAMES)]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)


def keys_with_words(names: Sequence[str]) -> tuple[Numbers, Numbers, Places]:
    """`key_of` each name, and of the first and last word of those names that have several.

    Returns:
        The names' keys; the words' keys; of each word, the place of its name.
    """
    parts = []
    for start in range(0, len(names), _NAMES):
        text = _Text(names[start : start + _NAMES])
        words, places = text.word_keys()
        parts.append((text.keys(), words, places + start))
    if not parts:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.intp)
    keys, words, places = (np.concatenate(column) for column in zip(*parts, strict=True))
    return keys, words, places


class _Text:
    """Folded names one after the other: where each starts and ends."""

    def __init__(self, names: Sequence[str]) -> None:
        text = _joined(names)
        codes = np.frombuffer(bytearray(text.translate(_TABLE, _DROPPED)), np.uint8)
        marks = np.flatnonzero(codes <= _SPACE)
        kinds = codes[marks]
        ends = marks[kinds == _NEWLINE]
        codes[marks[kinds == _HYPHEN]] = _SPACE
        spaces = marks[(kinds == _SPACE) | (kinds == _HYPHEN)]
        odd = np.unique(np.searchsorted(ends, _odd_places(codes, marks, kinds, spaces)))
        starts = _starts(ends)
        at = np.flatnonzero((codes[starts] == ord("t")) & (ends - starts > 3))
        for n, letter in enumerate(b"he ", 1):
            at = at[codes[starts[at] + n] == letter]
        starts[at] += len("the ")
        if len(odd):
            folded = np.frombuffer(_joined([fold(names[n]) for n in odd]), np.uint8)
            ends[odd] = np.flatnonzero(folded == _NEWLINE) + len(codes)
            starts[odd] = _starts(ends[odd] - len(codes)) + len(codes)
            spaces = np.concatenate([spaces, np.flatnonzero(folded == _SPACE) + len(codes)])
            codes = np.concatenate([codes, folded])
        self._starts, self._ends, self._spaces = starts, ends, spaces
        self._sums = [_running(codes, prime) for prime in _PRIMES]

    def keys(self) -> Numbers:
        return self._keys(self._starts, self._ends)

    def word_keys(self) -> tuple[Numbers, Places]:
        spaces = self._spaces
        first, last = np.searchsorted(spaces, self._starts), np.searchsorted(spaces, self._ends) - 1
        some = np.flatnonzero(last >= first)
        starts = np.concatenate([self._starts[some], spaces[last[some]] + 1])
        return self._keys(starts, np.concatenate([spaces[first[some]], self._ends[some]])), np.tile(some, 2)

    def _keys(self, starts: Places, ends: Places) -> Numbers:
        rests = []
        for sums, prime in zip(self._sums, _PRIMES, strict=True):
            inverses = _powers(pow(256, -1, prime), 1, prime, len(sums))
            rests.append(_rest(_rest(sums[ends] - sums[starts], prime) * inverses[starts], prime))
        # the number that leaves both rests (Garner)
        (low, high), (first, second) = rests, map(np.uint64, _PRIMES)
        apart = _rest(high + second - _rest(low, _PRIMES[1]), _PRIMES[1])
        return low + first * _rest(apart * np.uint64(pow(_PRIMES[0], -1, _PRIMES[1])), _PRIMES[1])


def _joined(names: Sequence[str]) -> bytes:
    text = ("\n".join(names) + "\n").encode()
    if text.count(b"\n") == len(names):
        return text
    return ("\n".join(name.replace("\n", "\r") for name in names) + "\n").encode()


def _starts(ends: Places) -> Places:
    return np.concatenate([np.zeros(1, np.intp), ends[:-1] + 1])


def _odd_places(codes: _Bytes, marks: Places, kinds: _Bytes, spaces: Places) -> Places:
    """The places for which the table was not enough."""
    arabic = marks[kinds == _HYPHEN]  # "el-" is "al "
    arabic = arabic[arabic > 1]
    arabic = arabic[(codes[arabic - 1] == ord("l")) & (codes[arabic - 2] == ord("e"))]
    doubled = (codes[spaces + 1] == _SPACE) | (codes[spaces + 1] == _NEWLINE)
    doubled |= (spaces == 0) | (codes[spaces - 1] == _NEWLINE)
    return np.concatenate([marks[kinds == _ODD], arabic, spaces[doubled]])


def _running(codes: _Bytes, prime: int) -> Numbers:
    """Sums of the bytes before each place, each byte times 256 to the power of its place."""
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * _powers(256, _FACTOR, prime, len(codes))[: len(codes)], out=sums[1:])
    return sums


def _rest(numbers: Numbers, prime: int) -> Numbers:
    """`numbers % prime`; numpy divides by a constant much faster than it takes the rest."""
    divisor = np.uint64(prime)
    return numbers - numbers // divisor * divisor


def _powers(base: int, first: int, prime: int, size: int) -> Numbers:
    """`first * base ** n % prime` for at least `size` n."""
    return _table(base, first, prime, 1 << size.bit_length())


@lru_cache(maxsize=64)
def _table(base: int, first: int, prime: int, size: int) -> Numbers:
    powers = np.full(1, first % prime, np.uint64)
    while len(powers) < size:
        powers = np.concatenate([powers, _rest(powers * np.uint64(pow(base, len(powers), prime)), prime)])
    return powers
