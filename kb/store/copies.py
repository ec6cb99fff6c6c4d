"""Private copies of a store on disk, and who holds a folder.

A reader beside a live writer is not defined for the engine below, so readers look at a copy. On one file system a copy
is made of hard links and takes milliseconds. Copies lie in `views/` of the store's own folder; each is held by a lock
that ends with its process, so that what a killed process leaves behind is swept by the next one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

VIEWS = "views"
_HOLD = "in-use"
_WANTED, _LATEST = "wanted", "latest"
_INTEREST = 60.0  # seconds for which somebody who serves is taken to be there
_PAUSE = 1.0  # seconds between two copies of a writer
_KEPT = 2  # copies of a writer
_NEW = 60.0  # seconds in which a copy may still be without its lock


class Copy:
    """A folder for one private copy, removed on `close`. `folder` does not exist until the engine makes it."""

    def __init__(self, home: Path) -> None:
        """Reserve a place.

        Args:
            home: folder to put it in (made if missing); where it cannot be written, the system's temporary folder.
        """
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._outer = Path(tempfile.mkdtemp(prefix="view-", dir=home))
        except OSError:
            self._outer = Path(tempfile.mkdtemp(prefix="kb-view-"))
        self.folder = self._outer / "data"
        self._hold = os.open(self._outer / _HOLD, os.O_RDWR | os.O_CREAT, 0o600)
        _lock(self._hold)
        self._remove = weakref.finalize(self, _remove, self._outer, self._hold, os.getpid())

    def close(self) -> None:
        """Remove the copy; twice is allowed. The end of the process does it too."""
        self._remove()


class Shared:
    """Copies that the one who writes makes for those who serve: they cannot open the store while it is being written.

    Who serves says with `want` that somebody is there; the copies are the writer's and are gone when it closes, as
    the store can be opened then.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._copies: list[Copy] = []
        self._at = 0.0
        self._timer: threading.Timer | None = None

    def wanted(self) -> bool:
        """Whether somebody serves the store."""
        try:
            return time.time() - (self._home / _WANTED).stat().st_mtime < _INTEREST
        except OSError:
            return False

    def at_rest(self, again: Callable[[], None]) -> bool:
        """Whether the last copy was made only now; then `again` is called in a while, by another thread."""
        wait = self._at + _PAUSE - time.monotonic()
        if wait <= 0:
            return False
        if self._timer is None or self._timer.finished.is_set():
            self._timer = threading.Timer(wait, again)
            self._timer.daemon = True
            self._timer.start()
        return True

    def put(self, write: Callable[[Path], None], position: str) -> None:
        """Make a copy with `write`; `position` is the journal's."""
        copy = Copy(self._home)
        try:
            write(copy.folder)
        except BaseException:
            copy.close()
            raise
        part = self._home / f"{_LATEST}.part"
        part.write_text(json.dumps({"folder": str(copy.folder), "position": position}), encoding="utf-8")
        part.replace(self._home / _LATEST)
        self._copies.append(copy)
        while len(self._copies) > _KEPT:  # somebody may be reading the one before
            self._copies.pop(0).close()
        self._at = time.monotonic()

    def close(self) -> None:
        """Remove the copies."""
        if self._timer is not None:
            self._timer.cancel()
        (self._home / _LATEST).unlink(missing_ok=True)
        for copy in self._copies:
            copy.close()


def want(home: Path) -> None:
    """Say that somebody serves the store; to be said again within the minute."""
    home.mkdir(parents=True, exist_ok=True)
    (home / _WANTED).touch()


def latest(home: Path) -> tuple[Path, str] | None:
    """The writer's last copy and the journal's position in it; None where nobody made one."""
    try:
        found = json.loads((home / _LATEST).read_text(encoding="utf-8"))
        return Path(found["folder"]), str(found["position"])
    except (OSError, ValueError, KeyError):
        return None


def _remove(outer: Path, hold: int, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must leave its parent's copy alone
        os.close(hold)
        shutil.rmtree(outer, ignore_errors=True)


def sweep(home: Path) -> None:
    """Remove the copies in `home` whose process is gone."""
    for outer in home.glob("view-*"):
        with contextlib.suppress(OSError):
            if time.time() - outer.stat().st_mtime < _NEW and not (outer / _HOLD).exists():
                continue
            hold = os.open(outer / _HOLD, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if _lock(hold):
                    shutil.rmtree(outer, ignore_errors=True)
            finally:
                os.close(hold)


def retry(action: Callable[[], None], seconds: float, on: type[Exception]) -> None:
    """Run `action` again while it raises `on`, for `seconds` at the most; the last error is raised."""
    end = time.monotonic() + seconds
    while True:
        try:
            return action()
        except on:
            if time.monotonic() >= end:
                raise
            time.sleep(0.05)


if sys.platform == "win32":

    def _lock(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        """Lock the open file for this process, unless somebody has it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
