"""Names read by a process of their own are those that are read here."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb.errors import StoreError
from kb.store import EmbeddedStore
from kb.store.public import PublicView
from kb.web import tables
from kb.web.building import Builder
from kb.web.gathering import Kind
from kb.web.index import Index
from kb.web.links import Links

LINKS = Links("https://kb.test/")
DATA = Path(__file__).with_name("names.trig")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on disk that nobody writes to."""
    place = tmp_path_factory.mktemp("names") / "base"
    with EmbeddedStore(place) as store:
        store.load(ox.parse(path=DATA, format=ox.RdfFormat.TRIG))
    return place


def test_the_tables_are_the_same(folder: Path) -> None:
    other = Builder().build(folder, LINKS, "v7")
    with EmbeddedStore(folder, read_only=True) as store:
        own = tables.build(store, LINKS, "v7")
    assert other.version == "v7"
    assert other.outlets == own.outlets
    for kind in Kind:
        assert list(other[kind]) == list(own[kind])
        assert other[kind].types == own[kind].types
        for thing in own[kind]:
            assert other.find(kind, thing.key) == own.find(kind, thing.key)
            assert other[kind].complete(thing.label, 9) == own[kind].complete(thing.label, 9)
            assert other[kind].alike(thing.label, 9) == own[kind].alike(thing.label, 9)


def test_the_index_of_a_large_store_is_built_so(folder: Path) -> None:
    with EmbeddedStore(folder, read_only=True) as store:
        view = PublicView(store)
        index = Index(view, LINKS, large=0)
        index.refresh()
        assert index.resolve("Q9100001") == "https://kb.test/id/entity/Q9100001"
        view.close()


def test_a_folder_that_holds_no_store_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing-here"):
        Builder().build(tmp_path / "nothing-here", LINKS, "")


def test_closing_ends_a_building_and_lets_none_begin(folder: Path) -> None:
    builder = Builder()
    faults: list[StoreError] = []

    def build() -> None:
        try:
            builder.build(folder, LINKS, "")
        except StoreError as error:
            faults.append(error)

    thread = threading.Thread(target=build)
    thread.start()
    time.sleep(0.05)  # whether it has begun or not, it has to end
    builder.close()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert len(faults) == 1
    with pytest.raises(StoreError, match="closing"):
        builder.build(folder, LINKS, "")
