"""Files and folders -> articles. One bad input is reported in its place; the rest goes on."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kb.articles.jsonl import read_jsonl
from kb.articles.text import decode, read_text
from kb.errors import EmptyInput, InputError, UnreadableInput
from kb.model import Article
from kb.settings import Settings

HTML = (".html", ".htm", ".xhtml")
READ = (".txt", ".md", ".html", ".htm", ".jsonl", ".jsonl.gz")  #: what is read from a folder


def read_paths(paths: Iterable[str | Path], settings: Settings) -> Iterator[Article | InputError]:
    """Read articles from files, and from folders with all their sub-folders, in sorted order.

    Ids are unique in the run: the second "story" is "story-2". A file that is named twice is read once.

    Args:
        paths: files (.html and .htm, .jsonl and .jsonl.gz; anything else is read as plain text) or folders (only
            files of the kinds in `READ`, none whose name starts with a dot).
        settings: `max_file_bytes` is the size in bytes above which a file is not read.

    Yields:
        An `Article`, or the `InputError` that says what could not be read, why, and what to do. Nothing is raised.
    """
    taken: set[str] = set()
    seen: set[str] = set()
    for path in paths:
        for file in _find_files(Path(path)):
            if isinstance(file, InputError):
                yield file
                continue
            same = _identity(file)
            if same in seen:
                continue
            seen.add(same)
            for found in _read_file(file, settings.max_file_bytes):
                yield found if isinstance(found, InputError) else _with_own_id(found, taken)


def _find_files(path: Path) -> Iterator[Path | InputError]:
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError) as error:
        yield _from_os_error(error, path)
        return
    if not is_folder:
        yield path
        return
    errors: list[InputError] = []
    found = []
    for folder, folders, names in os.walk(path, onerror=lambda e: errors.append(_from_os_error(e, Path(e.filename)))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder) / name for name in names if name.lower().endswith(READ) and not name.startswith(".")]
    yield from errors
    if not found and not errors:
        yield EmptyInput(
            str(path), f"no article in the folder (it reads {', '.join(READ)})", "name the files themselves"
        )
    yield from sorted(found, key=lambda file: file.as_posix())


def _read_file(path: Path, max_bytes: int) -> Iterator[Article | InputError]:
    name = path.name.lower()
    source = _printable(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield UnreadableInput(source, "it is no regular file", "give a file or a folder")
            return
        if status.st_size > max_bytes:
            yield UnreadableInput(
                source,
                f"{status.st_size} bytes is more than the limit of {max_bytes}",
                "split the file or raise KB_MAX_FILE_BYTES",
            )
            return
        if name.endswith((".jsonl", ".jsonl.gz")):
            yield from read_jsonl(path, max_bytes)
            return
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        yield _from_os_error(error, path)
        return
    try:
        if name.endswith(HTML):
            from kb.articles.html import read_html  # loads trafilatura, which takes a while

            yield read_html(data, _printable(path.stem), source)
        else:
            yield read_text(decode(data, source), _printable(path.stem), source)
    except InputError as error:
        yield error


def _identity(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return str(path)


def _printable(path: str | Path) -> str:
    """A file name as text that any encoding can write, even where its bytes are not UTF-8."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _from_os_error(error: Exception, path: Path) -> UnreadableInput:
    source = _printable(path)
    if isinstance(error, FileNotFoundError):
        return UnreadableInput(source, "no such file or folder", "check the path")
    if isinstance(error, PermissionError):
        return UnreadableInput(
            str(path), "reading it is not permitted", "change its permissions (chmod +r) or leave it out"
        )
    return UnreadableInput(source, f"it cannot be read ({error})", "check the path and the disk")


def _with_own_id(article: Article, taken: set[str]) -> Article:
    id = article.id
    number = 2
    while id in taken:
        id = f"{article.id}-{number}"
        number += 1
    taken.add(id)
    return article if id == article.id else replace(article, id=id)
