"""A second look at one pair: holder and target marked in the text, all layers read it for that pair alone.

The network of `reader.py` encodes a text once and judges all pairs from it; that is quick, but its vectors serve every
pair at once. A cross-encoder reads the text anew for each pair that the quick look found likely: slower by the pair,
and surer. Markers of punctuation round both spans as in Zhou and Chen (2022), "An Improved Baseline for Sentence-level
Relation Extraction".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import ResourceError
from kb.network.encoder import Encoded, Encoder
from kb.network.heads import Array, gelu, read_arrays, softmax

FILES = ("pairs.onnx", "heads.npz", "card.json")

#: pieces of the MPNet vocabulary that stand round the holder ("@") and the target ("#")
HOLDER, TARGET = 1034, 1005
CONTEXT = 72  # pieces of the text that are shown, where the pair needs no more
MOST = 144  # a pair that needs more is not looked at again


@dataclass(frozen=True, slots=True)
class Marked:
    """The pieces of a text with the markers in it, and where the first marker of holder and target stands.

    `holder` is 0, the mark at the text's start, where the author is the holder.
    """

    pieces: tuple[int, ...]
    holder: int
    target: int


def mark(
    pieces: Sequence[int],
    offsets: Sequence[tuple[int, int]],
    holder: tuple[int, int] | None,
    target: tuple[int, int],
) -> Marked | None:
    """The text round the pair with both spans marked; None where a span has no piece or the two lie too far apart.

    Args:
        pieces: of the whole text, with the marks at both ends.
        offsets: where each piece stands, code points; (0, 0) for the marks at the ends.
        holder, target: `[start, end)` in the text; no holder: the author.
    """
    spans: list[tuple[int, int, int]] = []  # first piece, last + 1, marker
    for span, marker in ((holder, HOLDER), (target, TARGET)):
        if span is None:
            continue
        inside = [k for k, (s, e) in enumerate(offsets) if e > s and s < span[1] and e > span[0]]
        if not inside:
            return None
        spans.append((inside[0], inside[-1] + 1, marker))
    first, last = min(s[0] for s in spans), max(s[1] for s in spans)
    if last - first > MOST:
        return None
    end = len(pieces) - 1
    room = max(0, CONTEXT - (last - first))
    before = min(first - 1, max(room // 2, room - (end - last)))
    first -= before
    last = min(end, last + room - before)
    # at one place: what ends there is closed, inner first, before what begins there is opened, outer first
    opened = sorted(spans, key=lambda s: (s[0], -s[1]))
    closed = sorted(spans, key=lambda s: (s[1], -s[0]))
    found = [pieces[0]]
    places: dict[int, int] = {}
    for k in range(first, last + 1):
        found += [marker for _, stop, marker in closed if stop == k]
        for start, _, marker in opened:
            if start == k:
                places[marker] = len(found)
                found.append(marker)
        if k < last:
            found.append(pieces[k])
    found.append(pieces[end])
    return Marked(tuple(found), places.get(HOLDER, 0), places[TARGET])


class CrossEncoder:
    """A trained cross-encoder, from a folder that `kb build-model` wrote.

    Args:
        folder: with pairs.onnx, heads.npz and card.json.
        encoder: the quick network's, whose word pieces and word vectors it shares.

    Raises:
        ResourceError: the folder lacks a file.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise ResourceError(
                f"the model in {folder} has no {', '.join(missing)}; build it again with kb build-model"
            )
        self.card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self._encoder = encoder
        self._weights = read_arrays(folder / "heads.npz")
        self._session = encoder.session(folder / "pairs.onnx")

    def sentiment(self, window: Encoded, target: tuple[int, int]) -> Array | None:
        """Probabilities of negative, neutral, positive towards the target, whoever it comes from; None: see `mark`.

        Args:
            target: `[start, end)` in the window's text, code points.
        """
        marked = mark(window.pieces, window.offsets, None, target)
        return None if marked is None else softmax(self._head("target", self._vectors(marked)))

    def judged(
        self, window: Encoded, holder: tuple[int, int] | None, target: tuple[int, int]
    ) -> tuple[Array, Array] | None:
        """What the holder (None: the author) thinks of the target; None: see `mark`.

        Returns:
            Probabilities of none, support, oppose, neutral; and of none, support, oppose as between entities (DSE).
        """
        marked = mark(window.pieces, window.offsets, holder, target)
        if marked is None:
            return None
        vectors = self._vectors(marked)
        return softmax(self._head("ours", vectors)), softmax(self._head("dse", vectors))

    def join(self, quick: Array, own: Array) -> list[float]:
        """One opinion of two: the weighted geometric mean of the probabilities (Hinton 2002, "product of experts").

        The card's `share` is the weight of this network's.
        """
        share = float(self.card.get("share", 0.5))
        odds = np.log(np.clip(quick, 1e-4, 1)) * (1 - share) + np.log(np.clip(own, 1e-4, 1)) * share
        return [float(x) for x in softmax(odds.astype(np.float32))]

    def _vectors(self, marked: Marked) -> Array:
        pieces = np.array([marked.pieces], np.int64)
        given = {"embedded": self._encoder.embedded(pieces), "mask": np.ones_like(pieces)}
        vectors: Array = self._session.run(None, given)[0][0]
        return np.concatenate([vectors[0], vectors[marked.holder], vectors[marked.target]])

    def _head(self, task: str, vectors: Array) -> Array:
        hidden = gelu(self._linear(f"heads.{task}.0", vectors))
        return self._linear(f"heads.{task}.2", hidden)

    def _linear(self, name: str, x: Array) -> Array:
        found: Array = self._weights[f"{name}.weight"] @ x + self._weights[f"{name}.bias"]
        return found
