"""A source of items -> an index on disk, in two steps.

`spool` reads the source and keeps the items in chunks beside the index; each chunk is whole or not there, so a run
that is stopped goes on where the last chunk ended. `finish` needs all classes to know what is a person and what a
party; it reads the chunks and writes the files of `kb.wikidata.ondisk`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from kb.errors import InputError, UsageError
from kb.wikidata.chunks import Chunk, Collector, read_edges
from kb.wikidata.ondisk import FORMAT, META
from kb.wikidata.profiles import Classes, Profile
from kb.wikidata.sources import Source
from kb.wikidata.writing import IndexWriter, write

_CHUNK = 50_000  # items
_SPOOL = "spool"
_STATE = "state.json"
_NEW = "new"
_SAMPLED, _SAMPLE = 8, 1_000  # chunks and records from which compression learns
_NAMED = 20  # problems that the state keeps


@dataclass(slots=True)
class State:
    """How far a source has been read.

    `skipped` counts what could not be read; `problems` says of the first ones why.
    """

    source: str
    languages: list[str]
    position: int = 0
    chunks: int = 0
    items: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)
    whole: bool = False
    mark: str = ""  # of the last line read: what lies there on resumption must be the same
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run may show: the step, items done since it began, seconds since, and how much is done (0..1).

    `began` is how much was done when it began; `done` is 0 where that is not known.
    """

    step: str
    items: int
    seconds: float
    done: float
    began: float = 0.0


def read_state(folder: Path) -> State | None:
    """How far an earlier run came in this folder; None where there was none.

    Raises:
        UsageError: another version of this program left it.
    """
    file = folder / _SPOOL / _STATE
    if not file.is_file():
        return None
    row = orjson.loads(file.read_bytes())
    if row.get("format") != FORMAT:
        raise UsageError(f"{folder} holds the start of an index that another version began; give --again to begin anew")
    return State(**row)


def forget(folder: Path) -> None:
    """Remove what an earlier run has read but not made an index of."""
    shutil.rmtree(folder / _SPOOL, ignore_errors=True)


def spool(source: Source, folder: Path, state: State, show: Callable[[Progress], None]) -> State:
    """Keep the items of a source in chunks.

    Args:
        source: it reads from `state.position` on.
        state: what an earlier run left, or a new one.

    Raises:
        InputError: the source breaks off; what came before is kept, and the state says where to go on.
    """
    (folder / _SPOOL).mkdir(parents=True, exist_ok=True)
    began, before, start = time.monotonic(), state.items, None
    collector = Collector()
    position, mark = state.position, state.mark

    def keep() -> None:
        nonlocal collector
        if len(collector):
            write(_chunk(folder, state.chunks), collector.chunk().as_bytes())
            state.chunks, state.items = state.chunks + 1, state.items + len(collector)
        state.position, state.mark = position, mark
        write(folder / _SPOOL / _STATE, orjson.dumps(asdict(state)))
        collector = Collector()
        show(Progress("read", state.items - before, time.monotonic() - began, source.done, start or 0.0))

    try:
        for read in source:
            start = source.done if start is None else start
            position, mark = read.position, read.mark if read.line else mark
            state.skipped += len(read.problems)
            state.problems += read.problems[: _NAMED - len(state.problems)]
            collector.add(read.items)
            if len(collector) >= _CHUNK:
                keep()
    except InputError:
        keep()
        raise
    if not state.items and not len(collector):
        forget(folder)
        raise InputError(state.source, "it has no items", "name a Wikidata dump, KGTK files, or a file of items")
    state.whole = True
    keep()
    return state


def finish(folder: Path, state: State, profile: Profile, date: str, show: Callable[[Progress], None]) -> dict[str, Any]:
    """Write the index out of the chunks and remove them; returns its `meta.json`.

    Raises:
        UsageError: the profile keeps nothing of what was read.
    """
    if not state.chunks:
        raise UsageError(f"nothing was read into {folder} yet; leave out --finish")
    paths = [_chunk(folder, n) for n in range(state.chunks)]
    classes = Classes(np.concatenate([read_edges(path) for path in paths]), profile)
    began = time.monotonic()
    new = folder / _SPOOL / _NEW  # an index that is there stays as it is until the new one is whole
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    writer = IndexWriter(new, _sample(paths))
    read = 0
    for chunk in map(Chunk.of_file, paths):
        types = classes.types_of(chunk)
        writer.add(chunk, types, classes.keeps(chunk, types))
        read += len(chunk.qids)
        show(Progress("index", read, time.monotonic() - began, read / state.items))
    if not len(writer):
        raise UsageError(f"none of the {read} items has a place in the profile {profile.name!r}; choose another")
    meta = {
        "format": FORMAT,
        "source": state.source,
        "source_date": date,
        "whole": state.whole,
        "skipped": state.skipped,
        "profile": profile.name,
        "languages": state.languages,
        **writer.close(),
    }
    (folder / META).unlink(missing_ok=True)
    for file in new.iterdir():
        file.replace(folder / file.name)
    write(folder / META, orjson.dumps(meta, option=orjson.OPT_INDENT_2))
    shutil.rmtree(folder / _SPOOL)
    return meta


def _chunk(folder: Path, number: int) -> Path:
    return folder / _SPOOL / f"{number:06}.npz"


def _sample(paths: list[Path]) -> list[bytes]:
    """Records from all parts of the source."""
    some = paths[:: max(1, len(paths) // _SAMPLED)]
    each = -(-_SAMPLE // len(some))
    found = []
    for records in (Chunk.of_file(path).records().split(b"\n")[:-1] for path in some):
        found += records[:: max(1, len(records) // each)]
    return found
