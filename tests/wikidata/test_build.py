"""`kb wikidata build`: real answers of Wikidata and KGTK files, whole, cut off and broken."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import random
from pathlib import Path

import orjson
import pytest
import zstandard

from kb.cli import main
from kb.errors import InputError, ResourceError, UsageError
from kb.model import EntityType
from kb.wikidata import building
from kb.wikidata.building import State, finish, read_state, spool
from kb.wikidata.entities import read_item
from kb.wikidata.items import Item, Term, number
from kb.wikidata.ondisk import OnDisk
from kb.wikidata.profiles import load_profile
from kb.wikidata.sources import Source


@pytest.fixture
def dump(entities: list[dict[str, object]], tmp_path: Path) -> Path:
    """The entities as a dump."""
    file = tmp_path / "dump.json"
    file.write_text("[\n" + ",\n".join(map(json.dumps, entities)) + "\n]\n", encoding="utf-8")
    return file


def packed(data: bytes, suffix: str) -> bytes:
    """The data as a file of that suffix holds it."""
    if suffix == ".gz":
        return gzip.compress(data)
    if suffix == ".bz2":
        return bz2.compress(data)
    return zstandard.compress(data) if suffix == ".zst" else data


def build(source: Path, out: Path, profile: str = "everything") -> OnDisk:
    """An index of all that the source has."""
    state = spool(Source(source, ["en"]), out, State(str(source), ["en"]), lambda _: None)
    finish(out, state, load_profile(profile), "2024-01-01", lambda _: None)
    return OnDisk(out)


def rows(folder: Path, items: list[Item]) -> Path:
    """A file of items in our own form."""
    file = folder / "rows.jsonl"
    file.write_bytes(b"\n".join(orjson.dumps(item.as_row()) for item in items) + b"\n")
    return file


def test_an_item_has_names_types_offices_with_dates(entities: list[dict[str, object]]) -> None:
    putin = read_item(next(e for e in entities if e["id"] == "Q7747"))
    assert putin is not None
    assert putin.labels == {"en": "Vladimir Putin"}
    assert "Vladimir Vladimirovich Putin" in putin.aliases["en"]
    assert putin.types == [5]
    assert Term(218295, "2012-05-07") in putin.offices
    assert Term(842386, "2008-05-08", "2012-05-07") in putin.offices
    assert putin.born == "1952-10-07"
    assert putin.died == ""


def test_properties_and_missing_entities_are_no_items() -> None:
    assert read_item({"id": "P31", "type": "property"}) is None
    assert read_item({"id": "Q1", "missing": ""}) is None


@pytest.mark.parametrize("qid", ["P31", "42x", "", "q42"])
def test_what_is_no_qid_is_refused(qid: str) -> None:
    with pytest.raises(ValueError, match="no QID"):
        number(qid)


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".zst"])
def test_every_compression_gives_the_same_index(dump: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"packed.json{suffix}"
    file.write_bytes(packed(dump.read_bytes(), suffix))
    with build(file, tmp_path / "index") as index:
        best = index.find("Vladimir Putin")[0]
        assert (best.qid, best.type) == ("Q7747", EntityType.PERSON)
        assert index.item(best.number).born == "1952-10-07"
        assert index.find("vladimir putin")[0] == best
        assert index.find("Nobody of That Name") == []


def test_every_name_is_found_and_every_item_by_its_qid(dump: Path, tmp_path: Path) -> None:
    with build(dump, tmp_path / "index") as index:
        assert len(index) > 150
        for hit, item in index.items():
            assert all(hit.number in {h.number for h in index.find(name)} for name in item.names)
            assert index.number_of(item.qid) == hit.number
        assert index.number_of(999_999_999) is None


def test_kgtk_files_give_types_through_their_subclasses(shared: Path, tmp_path: Path) -> None:
    with build(shared / "data" / "wikidata" / "kgtk-arnold", tmp_path / "index") as index:
        assert len(index) > 60_000
        state, person = index.find("United States of America")[0], index.find("Obama")[0]
        assert (state.qid, state.type) == ("Q30", EntityType.COUNTRY)
        assert (person.qid, person.type) == ("Q76", EntityType.PERSON)
        assert state.prior > person.prior > 0.3
        assert "Q76" in {hit.qid for hit in index.find_part("Obama")}


def test_the_politics_profile_keeps_people_in_office_and_drops_the_little_known(tmp_path: Path) -> None:
    items = [
        Item(5, labels={"en": "human"}),
        Item(1001, labels={"en": "Ana Petrov"}, types=[5], offices=[Term(77)]),
        Item(1002, labels={"en": "Ben Kowal"}, types=[5], sitelinks=1),
        Item(1003, labels={"en": "Cara Oduya"}, types=[5], occupations=[40_000]),
        Item(40_000, labels={"en": "mayor"}, superclasses=[82955], types=[28640]),
        Item(1004, types=[5], sitelinks=99),
    ]
    with build(rows(tmp_path, items), tmp_path / "index", "politics") as index:
        kept = {item.labels["en"] for hit, item in index.items() if hit.type is EntityType.PERSON}
        assert kept == {"Ana Petrov", "Cara Oduya"}


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".zst"])
def test_a_dump_that_is_cut_off_is_named_with_its_place_and_goes_on_when_whole(
    dump: Path, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_CHUNK", 10)
    whole = packed(dump.read_bytes(), suffix)
    file, out = tmp_path / f"again.json{suffix}", tmp_path / "index"
    file.write_bytes(whole[: len(whole) * 2 // 3])
    command = ["wikidata", "build", str(file), "-o", str(out), "--profile", "everything", "--date", "2024-01-01"]
    assert main(command) == 1
    assert "breaks off after byte" in capsys.readouterr().err
    state = read_state(out)
    assert state is not None
    assert not (out / "meta.json").exists()
    file.write_bytes(whole)
    assert main(command) == 0
    assert f"Going on after {state.items} items, at byte {state.position}" in capsys.readouterr().err
    with OnDisk(out) as resumed, build(dump, tmp_path / "at-once") as straight:
        assert [item for _, item in resumed.items()] == [item for _, item in straight.items()]
        assert resumed.meta["whole"]


def test_what_was_read_of_a_cut_off_dump_can_be_used(dump: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "cut.json", tmp_path / "index"
    file.write_bytes(dump.read_bytes()[:900_000])
    command = ["wikidata", "build", str(file), "-o", str(out), "--profile", "everything"]
    assert main(command) == 1
    assert main([*command, "--finish"]) == 0
    with OnDisk(out) as index:
        assert len(index) > 50
        assert not index.meta["whole"]


def test_items_of_our_own_that_are_cut_off_are_named_and_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [Item(n, labels={"en": f"item {n}"}) for n in range(1, 100)]
    source, out = rows(tmp_path, items), tmp_path / "index"
    whole = source.read_bytes()
    command = ["wikidata", "build", str(source), "-o", str(out), "--profile", "everything"]
    source.write_bytes(whole[:-7])
    assert main(command) == 1
    assert "ends in the middle" in capsys.readouterr().err
    source.write_bytes(whole[:-1])  # without its last newline it is whole
    assert main(command) == 0
    with OnDisk(out) as index:
        assert [item.qid for _, item in index.items()] == list(range(1, 100))


def test_lines_that_are_no_items_are_named_and_the_rest_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "items.jsonl"
    source.write_text(
        '{"qid": "Q1", "labels": {"en": "Ana Petrov"}, "types": ["Q5"]}\n{broken\n'
        '{"qid": "seven"}\n[1]\n{"qid": "Q2", "labels": {"en": "Ben Kowal"}, "colour": "red"}\n'
        '{"qid": "Q3", "labels": {"en": "Cara Oduya"}}\n',
        encoding="utf-8",
    )
    command = ["wikidata", "build", str(source), "-o", str(tmp_path / "index"), "--profile", "everything"]
    assert main(command) == 1
    shown = capsys.readouterr()
    assert shown.err.count("skipped before byte") == 4
    assert "Index of 2 items" in shown.out
    with OnDisk(tmp_path / "index") as index:
        assert index.find("Ana Petrov")[0].type is EntityType.PERSON


@pytest.mark.parametrize("name", ["names.bin", "records.bin", "items.bin"])
def test_an_index_file_that_is_cut_off_is_refused(dump: Path, tmp_path: Path, name: str) -> None:
    build(dump, tmp_path / "index").close()
    file = tmp_path / "index" / name
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ResourceError, match=rf"{name} has .* cut off.*kb wikidata build"):
        OnDisk(tmp_path / "index")


def test_an_index_of_another_format_is_refused(dump: Path, tmp_path: Path) -> None:
    build(dump, tmp_path / "index").close()
    meta = tmp_path / "index" / "meta.json"
    meta.write_text(meta.read_text(encoding="utf-8").replace('"format": 2', '"format": 99'), encoding="utf-8")
    with pytest.raises(ResourceError, match="format 99, this version reads format 2"):
        OnDisk(tmp_path / "index")


def test_another_dump_under_the_same_name_is_not_mixed_in(
    dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_CHUNK", 10)
    file, out = tmp_path / "latest.json", tmp_path / "index"
    file.write_bytes(dump.read_bytes()[:900_000])
    command = ["wikidata", "build", str(file), "-o", str(out), "--profile", "everything"]
    assert main(command) == 1
    file.write_bytes(b"[\n" + dump.read_bytes().split(b"\n", 3)[3])
    assert main(command) == 2
    assert "not the source that an earlier run began" in capsys.readouterr().err
    assert main([*command, "--again"]) == 0


def test_an_index_that_is_there_stays_until_the_new_one_is_whole(
    dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "index"
    build(dump, out).close()
    command = ["wikidata", "build", str(dump), "-o", str(out)]
    assert main([*command, "--finish"]) == 2
    assert "nothing was read" in capsys.readouterr().err
    nobody = tmp_path / "nobody.jsonl"
    nobody.write_text('{"qid": "Q9", "types": ["Q5"]}\n', encoding="utf-8")
    assert main(["wikidata", "build", str(nobody), "-o", str(out)]) == 2
    with OnDisk(out) as index:
        assert index.find("Vladimir Putin")


def test_a_source_without_items_is_named_and_forgotten(tmp_path: Path) -> None:
    file, out = tmp_path / "items.jsonl", tmp_path / "index"
    file.write_text("", encoding="utf-8")
    command = ["wikidata", "build", str(file), "-o", str(out), "--profile", "everything"]
    assert main(command) == 1
    file.write_text('{"qid": "Q9", "labels": {"en": "Ana Petrov"}}\n' * 2, encoding="utf-8")
    assert main(command) == 0
    with OnDisk(out) as index:
        assert len(index) == 1  # an item that comes twice is one


@pytest.mark.parametrize(
    "line",
    [
        '{"qid": "Q99999999999", "labels": {"en": "A"}}',
        '{"qid": "Q1", "labels": ["A"]}',
        '{"qid": "Q1", "labels": {"en": null}}',
        '{"qid": "Q1", "aliases": {"en": "Bob"}}',
        '{"qid": "Q1", "superclasses": ["P3"]}',
        '{"qid": "Q1", "sitelinks": "3"}',
    ],
)
def test_odd_items_are_skipped_with_their_reason(tmp_path: Path, line: str) -> None:
    file = tmp_path / "items.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    (read,) = Source(file, ["en"])
    assert read.items == []
    assert len(read.problems) == 1


def test_redirects_in_a_dump_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    file.write_text('[\n{"entity": "Q1", "redirect": "Q2"},\n{"id": "Q3", "missing": ""}\n]\n', encoding="utf-8")
    (read,) = Source(file, ["en"])
    assert (read.items, read.problems) == ([], [])


def test_an_unfinished_index_of_another_source_is_not_mixed_up(
    dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut, out = tmp_path / "cut.json", tmp_path / "index"
    cut.write_bytes(dump.read_bytes()[:100_000])
    assert main(["wikidata", "build", str(cut), "-o", str(out)]) == 1
    assert main(["wikidata", "build", str(dump), "-o", str(out)]) == 2
    assert "holds the start of an index of" in capsys.readouterr().err
    assert main(["wikidata", "build", str(dump), "-o", str(out), "--again"]) == 0


def test_of_many_problems_the_first_are_kept_and_all_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "items.jsonl"
    source.write_text('{"qid": "Q1", "labels": {"en": "Ana Petrov"}}\n' + "{broken\n" * 30, encoding="utf-8")
    assert main(["wikidata", "build", str(source), "-o", str(tmp_path / "index"), "--profile", "everything"]) == 1
    shown = capsys.readouterr().err
    assert shown.count("skipped before byte") == 20
    assert "and 10 more" in shown
    with OnDisk(tmp_path / "index") as index:
        assert index.meta["skipped"] == 30


def test_what_another_version_began_is_not_gone_on_with(
    dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "index"
    (out / "spool").mkdir(parents=True)
    state = {"source": str(dump), "languages": ["en"], "position": 9, "chunks": 1, "items": 3, "skipped": []}
    (out / "spool" / "state.json").write_text(json.dumps(state), encoding="utf-8")
    command = ["wikidata", "build", str(dump), "-o", str(out), "--profile", "everything"]
    assert main(command) == 2
    assert "another version began; give --again" in capsys.readouterr().err
    assert main([*command, "--again"]) == 0


def test_who_bears_a_name_comes_best_known_first(tmp_path: Path) -> None:
    items = [Item(1000 + n, labels={"en": f"Ann Smith {n % 3}"}, types=[5], sitelinks=n) for n in range(60)]
    with build(rows(tmp_path, items), tmp_path / "index") as index:
        found = index.find("Ann Smith 1")
        assert [hit.qid for hit in found] == [f"Q{1000 + n}" for n in range(58, 0, -3)]
        assert index.find("ann smith 1", 2) == found[:2]
        assert [hit.qid for hit in index.find_part("Ann", 3)] == ["Q1059", "Q1058", "Q1057"]
        assert len(index.find_part("Ann")) == 60
        assert index.find_part("Smith") == []  # neither the first nor the last word


@pytest.mark.parametrize("in_order", [True, False])
def test_items_are_found_by_their_qid_in_whatever_order_they_came(tmp_path: Path, in_order: bool) -> None:
    qids = [7 * n * n + 1 for n in range(1, 700)] + [4_294_967_295]
    if not in_order:
        random.Random(1).shuffle(qids)
    items = [Item(qid, labels={"en": f"item {qid}"}) for qid in qids]
    with build(rows(tmp_path, items), tmp_path / "index") as index:
        assert [item.qid for _, item in index.items()] == qids
        assert [index.number_of(qid) for qid in qids] == list(range(len(qids)))
        assert {index.number_of(qid + 1) for qid in qids} | {index.number_of(qid) for qid in (0, 7)} == {None}


def test_an_item_that_comes_again_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_CHUNK", 40)
    first = [Item(n, labels={"en": f"first {n}", "mul": f"First {n}"}) for n in (3, 1, 3, 2)]
    others = [Item(n, labels={"en": f"other {n}"}) for n in range(3, 200)]
    with build(rows(tmp_path, first + others + first), tmp_path / "index") as index:
        assert [item.labels["en"] for _, item in index.items()][:4] == ["first 3", "first 1", "first 2", "other 4"]
        assert (len(index), index.meta["names"]) == (199, 199)
        assert index.find("other 3") == []


def test_lines_of_wikidata_and_of_our_own_may_be_mixed(entities: list[dict[str, object]], tmp_path: Path) -> None:
    file = tmp_path / "items.jsonl"
    own = [Item(900_000_000 + n, labels={"en": f"own {n}"}) for n in range(len(entities))]
    lines = [line for e, item in zip(entities, own, strict=True) for line in (e, item.as_row())]
    file.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    wanted = [item for e, mine in zip(entities, own, strict=True) for item in (read_item(e), mine) if item]
    assert [item for read in Source(file, ["en"]) for item in read.items] == wanted


def test_wrong_sources_and_profiles_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        Source(tmp_path / "none.json", ["en"])
    with pytest.raises(UsageError, match="no KGTK edge files"):
        Source(tmp_path, ["en"])
    with pytest.raises(UsageError, match="politics, large, everything"):
        load_profile("sport")


def test_a_file_that_is_not_compressed_as_its_name_says_is_named(tmp_path: Path) -> None:
    file = tmp_path / "dump.json.gz"
    file.write_bytes(io.BytesIO(b"plain text").getvalue())
    with pytest.raises(InputError, match="breaks off after byte 0"):
        list(Source(file, ["en"]))
