"""The small networks that read the encoder's vectors, in numpy: the same sums as `training/network.py`, without torch.

Arrays are float32; rows are spans, pieces or cues. Shapes are given as (n, m).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Indexes = NDArray[np.int64]

#: upper edges of the distance buckets, in word pieces; mirrored below zero
EDGES = np.array([0, 1, 3, 6, 12, 24, 48])
_BUCKETS = 16
_SLOPE = math.sqrt(2 / math.pi)


class Heads:
    """All heads of one trained network.

    Args:
        path: a file for `read_arrays`.
    """

    def __init__(self, path: Path) -> None:
        self._weights = read_arrays(path)

    def spans(self, vectors: Array, spans: Indexes) -> Array:
        """Mean of each span's pieces beside the vector of its head: (pieces, size) and (n, 3) -> (n + 1, 2 size).

        A span is (first, last + 1, head) in pieces. The first row stands for the author.
        """
        sums = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), vectors.cumsum(0)])
        first, last, head = spans.T
        mean = (sums[last] - sums[first]) / (last - first)[:, None]
        author = np.concatenate([vectors[0], vectors[0]])[None]
        return np.concatenate([author, np.concatenate([mean, vectors[head]], axis=1)]).astype(np.float32)

    def target(self, spans: Array) -> Array:
        """Log odds of negative, neutral, positive towards each span, whoever it comes from: (n, 3)."""
        return self._linear("target.2", gelu(self._linear("target.0", spans)))

    def cues(self, vectors: Array) -> Array:
        """Log odds of outside, begin, inside a cue for each piece: (pieces, 3)."""
        return self._linear("cue", vectors)

    def judged(
        self, spans: Array, heads: Indexes, holders: Indexes, targets: Indexes, codes: Indexes
    ) -> tuple[Array, Array, Array]:
        """Log odds of none, support, oppose, neutral; of certain, hedged, conditional; of none, support, oppose.

        The last as between entities (DSE). Holders and targets are rows of `spans`; `heads` has a row's place, in
        pieces; `codes` has how each pair stands in the parse (`kb.network.relations`). Shapes (n, 4), (n, 3), (n, 3).
        """
        x, y = self._linear("pair.left", spans), self._linear("pair.right", spans)
        hidden = self._hidden("pair", x, y, heads[holders] - heads[targets], codes, holders, targets)
        names = ("ours", "certainty", "dse")
        ours, certainty, entities = (self._linear(f"pair.out.{name}", hidden) for name in names)
        return ours, certainty, entities

    def roles(self, vectors: Array, cues: Sequence[tuple[int, int]], codes: Indexes) -> Array:
        """Log odds of neither, source, content for each piece, given each cue at pieces `[start, end)`.

        `codes` has a row for each piece under the first cue, then under the second, ...; shape (cues, pieces, 3).
        """
        size = len(vectors)
        places = np.arange(size)
        where = np.concatenate([np.where(places < end, places - start, places - end + 1) for start, end in cues])
        x = self._linear("argument.left", np.stack([vectors[start:end].mean(0) for start, end in cues]))
        y = self._linear("argument.right", vectors)
        left, right = np.repeat(np.arange(len(cues)), size), np.tile(places, len(cues))
        hidden = self._hidden("argument", x, y, where, codes, left, right)
        return self._linear("argument.out.role", hidden).reshape(len(cues), size, 3)

    def antecedents(self, spans: Array, heads: Indexes, mentions: Indexes, codes: Indexes) -> Array:
        """How well each row suits as antecedent of each of the rows `mentions`, row 0 standing for none: (m, n).

        `codes` has a row for each row of `spans` under the first mention, then under the second, ...
        """
        x = self._linear("antecedent.left", spans[mentions])
        y = self._linear("antecedent.right", spans)
        left = np.repeat(np.arange(len(mentions)), len(spans))
        right = np.tile(np.arange(len(spans)), len(mentions))
        distance = (heads[mentions][:, None] - heads[None]).ravel()
        hidden = self._hidden("antecedent", x, y, distance, codes, left, right)
        scores = self._linear("antecedent.out.same", hidden).reshape(len(mentions), len(spans))
        scores[np.arange(len(mentions)), mentions] = -1e4
        return scores

    def _hidden(
        self,
        name: str,
        x: Array,
        y: Array,
        distance: Indexes,
        codes: Indexes,
        left: Indexes,
        right: Indexes,
    ) -> Array:
        """Vectors of pairs of the rows `left` of x and `right` of y."""
        a, b = gelu(x), gelu(y)
        total = (a[left] * b[right]) @ self._weights[f"{name}.product.weight"].T
        total += x[left]
        total += y[right]
        total += self._weights[f"{name}.distance.weight"][bucket(distance)]
        table = self._weights[f"{name}.relation.weight"]
        for slot in codes.T:
            total += table[slot]
        return gelu(total)

    def _linear(self, name: str, x: Array) -> Array:
        found: Array = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return found


def read_arrays(path: Path) -> dict[str, Array]:
    """The arrays of an npz file by name: each is there as `NAME`, or as `NAME:rows` (int8) and `NAME:scales`."""
    found: dict[str, Array] = {}
    with np.load(path) as arrays:
        for entry in arrays.files:
            name, _, part = entry.partition(":")
            values = arrays[entry].astype(np.float32)
            if part == "rows":
                found[name] = values * arrays[f"{name}:scales"].astype(np.float32)[:, None]
            elif not part:
                found[name] = values
    return found


def bucket(distance: Indexes) -> Indexes:
    """Signed distance in word pieces -> bucket 0..15."""
    size = np.searchsorted(EDGES, np.abs(distance))
    return np.minimum(np.where(distance >= 0, size, size + len(EDGES) + 1), _BUCKETS - 1).astype(np.int64)


def gelu(x: NDArray[np.floating[Any]]) -> Array:
    """x times the normal distribution's cumulative function, by its hyperbolic tangent approximation.

    Hendrycks and Gimpel (2016); off by less than 5e-4, and a fifth of the time of the error function.
    """
    x = np.asarray(x, np.float32)
    z = x * x
    z *= np.float32(0.044715 * _SLOPE)
    z += np.float32(_SLOPE)
    z *= x
    np.tanh(z, out=z)
    z += 1
    z *= x
    z *= np.float32(0.5)
    return z


def softmax(x: Array) -> Array:
    """Log odds -> probabilities along the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    found: Array = e / e.sum(-1, keepdims=True)
    return found
