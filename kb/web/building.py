"""Builds the tables of names in another process: a million names take a minute of work and most of a gigabyte.

The process that answers requests only takes over what is done. The other one yields to everybody else on the machine.

    python -m kb.web.building FOLDER BASE VERSION MERGED

writes the tables of the store in FOLDER, whose IRIs begin with BASE, to standard output. MERGED is 1 where the default
graph of the store holds the union of all graphs.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from kb.errors import StoreError
from kb.store import EmbeddedStore
from kb.web.links import Links
from kb.web.tables import Tables, build

_NICE = 10  # of 19
_HOME = Path(__file__).resolve().parents[2]  # python -m looks for modules where it is started, and there are only ours


class Builder:
    """Starts the other process, waits for it, and can end it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def build(self, folder: Path, links: Links, version: str, merged: bool = False) -> Tables:
        """The tables of a store that nobody writes to.

        Raises:
            StoreError: it could not be read, or the other process was ended.
        """
        command = [sys.executable, "-m", "kb.web.building", str(folder.resolve()), links.base, version]
        command.append(str(int(merged)))
        with tempfile.TemporaryFile() as said:
            with self._lock:
                if self._closed:
                    raise StoreError("names are not read anew: the service is closing")
                self._child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, cwd=_HOME
                )
            with self._child as child:
                assert child.stdout is not None
                try:
                    made = pickle.load(child.stdout)  # what our own program wrote
                except (pickle.UnpicklingError, EOFError, OSError):
                    made = None
                child.wait()
            self._child = None
            if not isinstance(made, Tables):
                said.seek(0)
                last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                raise StoreError(f"the names in {str(folder)!r} could not be read: {last or 'the process was ended'}")
        return made

    def close(self) -> None:
        """End the other process, if there is one, and start none any more."""
        with self._lock:
            self._closed = True
            if self._child is not None:
                self._child.kill()


def main() -> None:
    folder, base, version, merged = sys.argv[1:]
    os.nice(_NICE)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get into it
        with EmbeddedStore.open_snapshot(folder, merged=merged == "1") as store:
            pickle.dump(build(store, Links(base), version), out, protocol=5)


if __name__ == "__main__":
    main()
