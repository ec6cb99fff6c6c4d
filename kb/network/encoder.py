"""Texts -> word-piece vectors, with onnxruntime. The only module that loads weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from kb.errors import ResourceError
from kb.network.heads import Array, Heads

FILES = ("encoder.onnx", "embeddings.npz", "heads.npz", "tokenizer.json", "card.json")
MOST_PIECES = 384
_BATCH = 1024  # pieces, padding included


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text's word pieces: where each stands (code points; (0, 0) for the marks at the ends) and its vector."""

    offsets: tuple[tuple[int, int], ...]
    vectors: Array


class Encoder:
    """A trained encoder with its heads, from a folder that `training/export.py` wrote.

    Args:
        threads: how many threads a run takes; 0 leaves it to onnxruntime.

    Raises:
        ResourceError: the folder lacks a file.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
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
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting must not cost a core
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"), options, providers=providers)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """The texts' word pieces, in their order; what goes beyond 384 pieces is cut off."""
        encodings = [self._tokenizer.encode(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        found: dict[int, Encoded] = {}
        batch: list[int] = []
        for i in [*order, -1]:
            if batch and (i < 0 or (len(batch) + 1) * len(encodings[i].ids) > _BATCH):
                for n, vectors in zip(batch, self._run([encodings[n].ids for n in batch]), strict=True):
                    found[n] = Encoded(tuple(encodings[n].offsets), vectors[: len(encodings[n].ids)])
                batch = []
            batch.append(i)
        return [found[i] for i in range(len(texts))]

    def _run(self, ids: list[list[int]]) -> Array:
        longest = max(map(len, ids))
        pieces = np.zeros((len(ids), longest), np.int64)
        mask = np.zeros((len(ids), longest), np.int64)
        for n, row in enumerate(ids):
            pieces[n, : len(row)] = row
            mask[n, : len(row)] = 1
        embedded = self._rows[pieces].astype(np.float32) * self._scales[pieces][..., None]
        vectors: Array = self._session.run(None, {"embedded": embedded, "mask": mask})[0]
        return vectors
