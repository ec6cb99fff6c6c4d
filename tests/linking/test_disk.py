"""The index on disk behind the linker's questions, beside the package's own."""

from __future__ import annotations

import orjson
import pytest

from kb.linking.disk import DiskIndex
from kb.linking.index import Index, load_index
from kb.linking.linker import Linker, entity_key
from kb.model import EntityType, LinkStatus
from kb.wikidata.building import State, finish, spool
from kb.wikidata.items import Item
from kb.wikidata.profiles import load_profile
from kb.wikidata.sources import Source

ITEMS = [
    Item(
        900_000_001, {"en": "Tilda Marwick"}, {"en": ["T. Marwick"]}, {"en": "Scottish politician"}, [5], sitelinks=40
    ),
    Item(900_000_002, {"en": "Tilda Marwick"}, {}, {"en": "Canadian swimmer"}, [5], sitelinks=1),
    Item(
        900_000_003, {"en": "Harbour Workers' Union of Leith"}, {"en": ["HWU"]}, {"en": "union"}, [43229], sitelinks=5
    ),
    Item(7747, {"en": "Vladimir Putin"}, {"en": ["Volodya"]}, {"en": "an old description"}, [5], sitelinks=300),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of invented items and one real one."""
    folder = tmp_path_factory.mktemp("wikidata")
    source = folder / "items.jsonl"
    source.write_bytes(b"\n".join(orjson.dumps(item.as_row()) for item in ITEMS) + b"\n")
    state = spool(Source(source, ["en"]), folder / "index", State(str(source), ["en"]), lambda _: None)
    finish(folder / "index", state, load_profile("everything"), "2024-01-01", lambda _: None)
    return load_index(str(folder / "index"))


def test_a_folder_with_an_index_on_disk_is_read_as_one(index: Index) -> None:
    assert isinstance(index, DiskIndex)
    assert len(index) == len(load_index()) + 3


def test_names_are_found_on_disk_best_known_first(index: Index) -> None:
    assert [e.description for e in index.lookup("Tilda Marwick")] == ["Scottish politician", "Canadian swimmer"]
    assert index.lookup("tilda marwick") == ()
    assert [e.qid for e in index.lookup("HWU")] == ["Q900000003"]
    assert index.lookup("Hwu") == ()


def test_what_the_package_knows_of_an_item_counts_first(index: Index) -> None:
    known = load_index().get("Q7747")
    assert known is not None
    assert index.get("Q7747") == known
    assert [e for e in index.lookup("Vladimir Putin") if e.qid == "Q7747"] == [known]


def test_items_are_had_by_their_qid(index: Index) -> None:
    union = index.get("Q900000003")
    assert union is not None
    assert (union.label, union.aliases, union.type) == (
        "Harbour Workers' Union of Leith",
        ("HWU",),
        EntityType.ORGANISATION,
    )
    assert index.get("Q900000009") is None


def test_the_linker_decides_with_it(index: Index) -> None:
    link = Linker(index).link(
        "Tilda Marwick", EntityType.PERSON, ("Tilda Marwick",), "the Scottish politician Tilda Marwick said"
    )
    assert (link.status, link.qid) == (LinkStatus.ACCEPTED, "Q900000001")
    assert entity_key("Tilda Marwick", EntityType.PERSON, link, "a", index) == "tilda-marwick"
