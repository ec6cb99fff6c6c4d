"""What only the store in a folder does: locks, copies, kill -9."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb.errors import StoreError, StoreLocked
from kb.store import EmbeddedStore, copies, embedded, open_store

ROOT = Path(__file__).resolve().parents[2]
GRAPH = "https://example.org/graph/1"


def quad(value: str, graph: str = GRAPH) -> ox.Quad:
    return ox.Quad(
        ox.NamedNode("https://example.org/s"),
        ox.NamedNode("https://example.org/p"),
        ox.Literal(value),
        ox.NamedNode(graph),
    )


def python(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


HOLD = """
    import sys, time
    from kb.store import open_store
    store = open_store(sys.argv[1])
    print("open", flush=True)
    time.sleep(float(sys.argv[2]))
"""

REPLACE = """
    import sys
    import pyoxigraph as ox
    from kb.store import open_store
    store = open_store(sys.argv[1])
    graphs = ["https://example.org/graph/1", "https://example.org/graph/2"]
    for version in range(int(sys.argv[2]), 1_000_000):
        store.replace_graphs({
            g: [ox.Quad(ox.NamedNode(f"https://example.org/s{n}"), ox.NamedNode("https://example.org/p"),
                        ox.Literal(str(version)), ox.NamedNode(g)) for n in range(300)]
            for g in graphs
        })
        print(version, flush=True)
"""


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "kb") as store:
        store.load([quad("1")])
    with EmbeddedStore(tmp_path / "kb") as store:
        assert list(store.quads()) == [quad("1")]


def test_kill_9_leaves_the_old_graphs_or_the_new_ones(tmp_path: Path) -> None:
    chance = random.Random(7)
    version = 0
    for _ in range(6):
        process = python(REPLACE, str(tmp_path / "kb"), str(version + 1))
        assert process.stdout is not None
        acknowledged = [process.stdout.readline()]  # it runs
        time.sleep(chance.uniform(0.05, 0.3))
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        last = max(int(line) for line in acknowledged if line.endswith("\n"))
        with EmbeddedStore(tmp_path / "kb", read_only=True) as store:
            found = [int(q.object.value) for q in store.quads()]  # type: ignore[union-attr]
            assert len(found) == 600
            assert len(set(found)) == 1, "the two graphs are of one version"
            assert last <= found[0] <= last + 1, "nothing that was acknowledged is lost"
            version = found[0]


def test_a_second_process_cannot_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PATIENCE", 0.2)
    process = python(HOLD, str(tmp_path / "kb"), "60")
    try:
        assert process.stdout is not None
        process.stdout.readline()
        for read_only in (False, True):
            with pytest.raises(StoreLocked, match="held for writing by another process; wait"):
                EmbeddedStore(tmp_path / "kb", read_only=read_only)
    finally:
        process.kill()
        process.communicate()
    EmbeddedStore(tmp_path / "kb").close()


def test_opening_waits_a_moment_for_another_process(tmp_path: Path) -> None:
    process = python(HOLD, str(tmp_path / "kb"), "0.3")
    assert process.stdout is not None
    process.stdout.readline()
    EmbeddedStore(tmp_path / "kb").close()
    process.communicate()


def test_a_second_writer_in_the_same_process_is_refused(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "kb"), pytest.raises(StoreLocked, match="in this process"):
        EmbeddedStore(tmp_path / "kb")


def test_a_reader_sees_what_was_there_and_leaves_the_writer_alone(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "kb") as writer:
        writer.load([quad("1")])
        with EmbeddedStore(tmp_path / "kb", read_only=True) as reader:
            writer.load([quad("2")])
            assert list(reader.quads()) == [quad("1")]
        with EmbeddedStore(tmp_path / "kb", read_only=True) as reader:
            assert len(list(reader.quads())) == 2


def test_another_process_can_write_while_one_reads(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path / "kb").close()
    with EmbeddedStore(tmp_path / "kb", read_only=True):
        process = python(HOLD, str(tmp_path / "kb"), "0")
        assert process.communicate() == ("open\n", "")
        assert process.returncode == 0


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path / "kb").close()
    with EmbeddedStore(tmp_path / "kb", read_only=True) as reader:
        with pytest.raises(StoreError, match="for reading only"):
            reader.load([quad("1")])
        with pytest.raises(StoreError, match="for reading only"):
            reader.replace_graphs({GRAPH: [quad("1")]})


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "kb")
    store.close()
    with pytest.raises(StoreError, match="is closed; open it again"):
        store.query("ASK {}")


def test_a_reader_leaves_nothing_behind(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path / "kb").close()
    with EmbeddedStore(tmp_path / "kb", read_only=True):
        assert len(list((tmp_path / "kb" / copies.VIEWS).iterdir())) == 1
    assert list((tmp_path / "kb" / copies.VIEWS).iterdir()) == []


def test_the_copy_of_a_killed_reader_is_swept_and_a_live_one_kept(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path / "kb").close()
    process = python(HOLD.replace("(sys.argv[1])", "(sys.argv[1], True)"), str(tmp_path / "kb"), "60")
    assert process.stdout is not None
    process.stdout.readline()
    with EmbeddedStore(tmp_path / "kb", read_only=True) as reader:
        process.kill()
        process.communicate()
        EmbeddedStore(tmp_path / "kb").close()
        assert len(list((tmp_path / "kb" / copies.VIEWS).iterdir())) == 1
        assert list(reader.quads()) == []


def test_a_snapshot_is_a_store_of_its_own(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "kb") as store:
        store.load([quad("1")])
        folder = store.snapshot(tmp_path / "backups" / "monday")
        store.load([quad("2")])
        with pytest.raises(StoreError, match="exists; name a new folder"):
            store.snapshot(folder)
    with EmbeddedStore.open_snapshot(folder) as first, EmbeddedStore.open_snapshot(folder) as second:
        assert list(first.quads()) == list(second.quads()) == [quad("1")]
        assert list(first.snapshot(tmp_path / "again").iterdir())
    with EmbeddedStore(tmp_path / "again") as writable:
        writable.load([quad("3")])
        assert len(list(writable.quads())) == 2


def test_a_store_in_memory_has_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kb export"):
        EmbeddedStore.in_memory().snapshot(tmp_path / "x")


def test_a_missing_store_cannot_be_read(tmp_path: Path) -> None:
    for open_it in (lambda p: open_store(str(p), read_only=True), EmbeddedStore.open_snapshot):
        with pytest.raises(StoreError, match=r"there is no store at .*; make one with `kb add`"):
            open_it(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_folder_of_other_files_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    for read_only in (False, True):
        with pytest.raises(StoreError, match="holds other files and no store"):
            EmbeddedStore(tmp_path, read_only=read_only)
    with pytest.raises(StoreError, match="is a file, not a folder"):
        EmbeddedStore(tmp_path / "letter.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_damaged_store_says_what_to_do(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "kb") as store:
        store.load([quad("1")])
    shutil.rmtree(tmp_path / "kb" / copies.VIEWS, ignore_errors=True)
    for file in (tmp_path / "kb").glob("MANIFEST*"):
        file.write_bytes(b"no manifest")
    for read_only in (False, True):
        with pytest.raises(StoreError, match="restore the folder from a snapshot"):
            EmbeddedStore(tmp_path / "kb", read_only=read_only)
