"""Which graphs were changed, by whoever wrote to a folder: so that a served copy is brought up to date, not made anew.

The file is written before the store is: what it names may have changed, what it does not name has not.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

FILE = "changes"
ANY = "*"  #: in place of graphs: all of them may have changed
_LONGEST = 8_000_000  # bytes after which the file begins anew


class Journal:
    """The file `changes` in the folder `home`, which is made with the first note."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE

    def note(self, graphs: Iterable[str]) -> None:
        """Write down the IRIs of graphs that are about to change ("": the default graph; ANY: who knows)."""
        lines = "".join(f"{graph}\n" for graph in dict.fromkeys(graphs))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists() or self._path.stat().st_size > _LONGEST:
            # a new name says to who has read the old file that it is another one
            fresh = self._path.with_suffix(".new")
            fresh.write_text(f"{secrets.token_hex(8)}\n", encoding="utf-8")
            fresh.replace(self._path)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(lines)

    def position(self) -> str:
        """How far the file goes now; "" where there is none."""
        try:
            with self._path.open(encoding="utf-8") as file:
                return f"{file.readline().strip()}:{self._path.stat().st_size}"
        except OSError:
            return ""

    def since(self, position: str) -> set[str] | None:
        """The graphs noted since an earlier `position`; None where any may have changed."""
        name, _, offset = position.partition(":")
        try:
            with self._path.open("rb") as file:
                if not name or file.readline().decode().strip() != name:
                    return None
                file.seek(int(offset))
                found = set(file.read().decode().split("\n")[:-1])
        except (OSError, ValueError):
            return None
        return None if ANY in found else found
