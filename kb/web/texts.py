"""Many strings in one block of memory: a million names take their letters and four bytes each."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

END = b"\n"  # after each string; it sorts before whatever may stand in a folded name


class Texts:
    """Strings by number, read only. `block` holds them in UTF-8 with `END` after each, `starts` where each begins."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Args: texts: line breaks in them become spaces."""
        lines = [text.replace("\n", " ").encode("utf-8", "replace") + END for text in texts]
        ends = np.cumsum(np.fromiter(map(len, lines), np.int64, len(lines)))
        self.block = b"".join(lines)
        self.starts = np.zeros(len(lines) + 1, np.uint32 if len(self.block) < 2**32 else np.uint64)
        self.starts[1:] = ends

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        return self.block[int(self.starts[number]) : int(self.starts[number + 1]) - 1].decode()

    def some(self, numbers: npt.NDArray[np.integer]) -> list[str]:
        """The strings of those numbers, in their order."""
        pairs = zip(self.starts[numbers].tolist(), self.starts[numbers + 1].tolist(), strict=True)
        return [self.block[start : end - 1].decode() for start, end in pairs]

    def holder_of(self, places: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
        """The numbers of the strings that hold those places of the block."""
        return np.searchsorted(self.starts, places, side="right") - 1

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes."""
        return len(self.block) + self.starts.nbytes
