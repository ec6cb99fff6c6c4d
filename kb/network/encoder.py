"""Texts -> word-piece vectors, with onnxruntime. The only module that loads weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from kb.errors import ResourceError
from kb.network.heads import Array, Heads, Indexes

FILES = ("encoder.onnx", "embeddings.npz", "heads.npz", "tokenizer.json", "card.json")
MOST_PIECES = 384


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text's word pieces: where each stands (code points; (0, 0) for the marks at the ends), its vector, and which
    piece of the vocabulary it is."""

    offsets: tuple[tuple[int, int], ...]
    vectors: Array
    pieces: tuple[int, ...] = ()


class Encoder:
    """A trained encoder with its heads, from a folder that `training/export.py` wrote.

    Raises:
        ResourceError: the folder lacks a file.
    """

    def __init__(self, folder: Path) -> None:
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise ResourceError(
                f"the model in {folder} has no {', '.join(missing)}; install stancekb again (docs/model-card.md)"
            )
        self.card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self.heads = Heads(folder / "heads.npz")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_PIECES)
        with np.load(folder / "embeddings.npz") as arrays:
            self._rows, self._scales = arrays["rows"], arrays["scales"].astype(np.float32)
        self._session = self.session(folder / "encoder.onnx")

    @staticmethod
    def session(path: Path) -> onnxruntime.InferenceSession:
        """A graph, loaded to be run."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # texts side by side, not parts of one: see `encode`
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def embedded(self, pieces: Indexes) -> Array:
        """The word vectors of pieces of the vocabulary: (n, m) -> (n, m, size)."""
        found: Array = self._rows[pieces].astype(np.float32) * self._scales[pieces][..., None]
        return found

    def encode(self, texts: Sequence[str], workers: int = 1) -> list[Encoded]:
        """The texts' word pieces, in their order; what goes beyond 384 pieces is cut off.

        Args:
            workers: how many texts are encoded at a time, each by a thread of its own.
        """
        encodings = self._tokenizer.encode_batch(list(texts))
        if workers == 1:
            return [self._run(encoding) for encoding in encodings]
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(self._run, encodings))

    def _run(self, encoding: Encoding) -> Encoded:
        # One at a time: padding costs more than runs do, and a text's vectors never depend on its neighbours, as the
        # range that activations are quantised over is the run's.
        pieces = np.array([encoding.ids], np.int64)
        given = {"embedded": self.embedded(pieces), "mask": np.ones_like(pieces)}
        vectors: Array = self._session.run(None, given)[0][0]
        return Encoded(tuple(encoding.offsets), vectors, tuple(encoding.ids))
