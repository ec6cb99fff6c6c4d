"""The small networks that read the encoder's vectors, in numpy: the same sums as `training/network.py`, without torch.

Arrays are float32; rows are spans, pieces or cues. Shapes are given as (n, m).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Indexes = NDArray[np.int64]

#: upper edges of the distance buckets, in word pieces; mirrored below zero
EDGES = np.array([0, 1, 3, 6, 12, 24, 48])
_BUCKETS = 16


class Heads:
    """All heads of one trained network."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as arrays:
            self._weights: dict[str, Array] = {k: arrays[k].astype(np.float32) for k in arrays.files}

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

    def roles(self, vectors: Array, cue: tuple[int, int], codes: Indexes) -> Array:
        """Log odds of neither, source, content for each piece, given the cue at pieces `[start, end)`: (pieces, 3)."""
        start, end = cue
        places = np.arange(len(vectors))
        where = np.where(places < end, places - start, places - end + 1)
        x = self._linear("argument.left", vectors[start:end].mean(0, keepdims=True))
        y = self._linear("argument.right", vectors)
        return self._linear("argument.out.role", self._hidden("argument", x, y, where, codes))

    def antecedents(self, spans: Array, heads: Indexes, mention: int, codes: Indexes) -> Array:
        """How well each row suits as antecedent of row `mention`, row 0 standing for none of them: (n,)."""
        x = self._linear("antecedent.left", spans[mention : mention + 1])
        y = self._linear("antecedent.right", spans)
        hidden = self._hidden("antecedent", x, y, heads[mention] - heads, codes)
        scores = self._linear("antecedent.out.same", hidden)[:, 0]
        scores[mention] = -1e4
        return scores

    def _hidden(
        self,
        name: str,
        x: Array,
        y: Array,
        distance: Indexes,
        codes: Indexes,
        left: Indexes | None = None,
        right: Indexes | None = None,
    ) -> Array:
        """Vectors of pairs of the rows `left` of x and `right` of y; of all rows, one beside the other, without."""
        a, b = gelu(x), gelu(y)
        if left is not None and right is not None:
            x, y, a, b = x[left], y[right], a[left], b[right]
        total = (a * b) @ self._weights[f"{name}.product.weight"].T
        total += x
        total += y
        total += self._weights[f"{name}.distance.weight"][bucket(distance)]
        table = self._weights[f"{name}.relation.weight"]
        for slot in codes.T:
            total += table[slot]
        return gelu(total)

    def _linear(self, name: str, x: Array) -> Array:
        found: Array = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return found


def bucket(distance: Indexes) -> Indexes:
    """Signed distance in word pieces -> bucket 0..15."""
    size = np.searchsorted(EDGES, np.abs(distance))
    return np.minimum(np.where(distance >= 0, size, size + len(EDGES) + 1), _BUCKETS - 1).astype(np.int64)


def gelu(x: NDArray[np.floating[Any]]) -> Array:
    """x times the normal distribution's cumulative function, by the error function's rational approximation.

    Abramowitz and Stegun (1964), 7.1.26: off by less than 1.5e-7.
    """
    z = np.abs(x) / np.float32(math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - poly * np.exp(-z * z))
    found: Array = (0.5 * x * (1 + erf)).astype(np.float32)
    return found


def softmax(x: Array) -> Array:
    """Log odds -> probabilities along the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    found: Array = e / e.sum(-1, keepdims=True)
    return found
