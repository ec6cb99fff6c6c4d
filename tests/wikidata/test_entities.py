"""Entities of a dump: what is read of them, and that what is broken is named and never half read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb.wikidata.entities import EntityReader, read_item
from kb.wikidata.items import Item, Term
from kb.wikidata.sources import Source


def statement(value: dict[str, Any], rank: str = "normal", **more: Any) -> dict[str, Any]:
    """A statement as Wikidata writes it."""
    snak = {"snaktype": "value", "property": "P31", "datavalue": {"value": value, "type": "wikibase-entityid"}}
    return {"mainsnak": snak, "type": "statement", "id": "Q1$1", "rank": rank, **more}


def item_value(qid: int) -> dict[str, Any]:
    """A value that is an item."""
    return {"entity-type": "item", "numeric-id": qid, "id": f"Q{qid}"}


def entity(**parts: Any) -> dict[str, Any]:
    """An item that is in order, with other parts."""
    text = {"language": "en", "value": "Ana Petrov"}
    return {"type": "item", "id": "Q42", "labels": {"en": text}, "claims": {"P31": [statement(item_value(5))]}, **parts}


def read(lines: list[str], tmp_path: Path) -> tuple[list[Item], list[str]]:
    """The items and problems of a dump of these lines."""
    file = tmp_path / "dump.json"
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", errors="surrogatepass")
    reads = list(Source(file, ["en"]))
    return [item for one in reads for item in one.items], [problem for one in reads for problem in one.problems]


BROKEN = {
    "labels are a list": entity(labels=[{"language": "en", "value": "A"}]),
    "labels are a text": entity(labels="Ana"),
    "a label is a text": entity(labels={"en": "Ana"}),
    "a label is nothing": entity(labels={"en": {"language": "en", "value": None}}),
    "a label is a number": entity(labels={"en": {"language": "en", "value": 7}}),
    "aliases are no lists": entity(aliases={"en": {"language": "en", "value": "A"}}),
    "descriptions are a number": entity(descriptions=3),
    "claims are a text": entity(claims="P31"),
    "claims are a list": entity(claims=[statement(item_value(5))]),
    "statements are an object": entity(claims={"P31": statement(item_value(5))}),
    "a statement is a number": entity(claims={"P31": [5]}),
    "a statement has no snak": entity(claims={"P31": [{"rank": "normal"}]}),
    "a value is a text": entity(claims={"P31": [statement("Q5")]}),  # type: ignore[arg-type]
    "a number is a text": entity(claims={"P31": [statement({"entity-type": "item", "numeric-id": "5"})]}),
    "a value has neither number nor id": entity(claims={"P31": [statement({"entity-type": "item"})]}),
    "a value's number is huge": entity(claims={"P31": [statement(item_value(1 << 32))]}),
    "a value's number is beyond 64 bits": entity(claims={"P31": [statement(item_value(1 << 80))]}),
    "a value's number is nought": entity(claims={"P31": [statement({"entity-type": "item", "numeric-id": 0})]}),
    "a value is a property": entity(claims={"P31": [statement({"entity-type": "property", "numeric-id": 5})]}),
    "the id is no QID": entity(id="P42"),
    "the id has a sign": entity(id="Q+42"),
    "the id is a number": entity(id=42),
    "the id is huge": entity(id="Q4294967296"),
    "the id is empty": entity(id=""),
    "sitelinks are a number": entity(sitelinks=3),
    "a time is a text": entity(claims={"P569": [statement("+1952-10-07T00:00:00Z")]}),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_item_is_named_and_its_neighbours_are_read(broken: dict[str, Any], tmp_path: Path) -> None:
    before, after = entity(id="Q1"), entity(id="Q2")
    items, problems = read([json.dumps(e) for e in (before, broken, after)], tmp_path)
    assert [item.qid for item in items] == [1, 2]
    assert len(problems) == 1
    assert problems[0].startswith(
        f"before byte {len('[') + sum(len(json.dumps(e)) + 2 for e in (before, broken)) + 1}: "
    )


@pytest.mark.parametrize(
    "line",
    [
        "{broken",
        '{"type": "item", "id": "Q7", "labels": {}, junk}',
        '{"type": "item", "id": "Q7"} junk',
        '{"type": "item", "id": "Q7", "labels": {"en": {"value": "\\ud800"}}}',
        '{"type": "item", "id": "Q7", "unread": "\udcff"}',  # not UTF-8, in what is passed over
        '{"type": "item", "id": "Q7", "unread": ' + "[" * 200_000 + "]" * 200_000 + "}",
        "7",
        '"item"',
        "null",
        "[[]]",
    ],
    ids=range(10),
)
def test_what_is_no_json_is_named_and_its_neighbours_are_read(line: str, tmp_path: Path) -> None:
    good = [json.dumps(entity(id=f"Q{n}")) for n in (1, 2)]
    items, problems = read([good[0], line, good[1]], tmp_path)
    assert [item.qid for item in items] == [1, 2]
    assert len(problems) == 1


@pytest.mark.parametrize("nothing", [[], {}, None])
def test_parts_may_be_empty_in_every_way(nothing: Any) -> None:
    parts = ("labels", "aliases", "descriptions", "claims", "sitelinks")
    assert read_item(entity(**dict.fromkeys(parts, nothing))) == Item(42)


def test_a_value_without_a_number_is_read_by_its_id() -> None:
    item = read_item(entity(claims={"P31": [statement({"entity-type": "item", "id": "Q6256"})]}))
    assert item is not None
    assert item.types == [6256]


def test_preferred_statements_come_first_and_deprecated_ones_not_at_all() -> None:
    ranks = [(1, "normal"), (2, "deprecated"), (3, "preferred"), (1, "normal")]
    statements = [statement(item_value(qid), rank) for qid, rank in ranks]
    item = read_item(entity(claims={"P31": statements, "P39": statements, "P106": statements[1:2]}))
    assert item is not None
    assert item.types == [3, 1]
    assert [term.qid for term in item.offices] == [3, 1, 1]
    assert item.occupations == []


def test_an_unknown_value_says_nothing() -> None:
    unknown = {"mainsnak": {"snaktype": "somevalue", "property": "P31"}, "rank": "normal"}
    item = read_item(entity(claims={"P31": [unknown, statement(item_value(5))], "P27": [unknown], "P569": [unknown]}))
    assert item is not None
    assert (item.types, item.countries, item.born) == ([5], [], "")


def test_terms_have_their_dates() -> None:
    def moment(time: str, precision: int) -> list[dict[str, Any]]:
        value = {"value": {"time": time, "precision": precision}, "type": "time"}
        return [{"snaktype": "value", "property": "P580", "datavalue": value}]

    dates = {"P580": moment("+2012-05-07T00:00:00Z", 11), "P582": moment("+2018-05-00T00:00:00Z", 10), "P1": ["else"]}
    item = read_item(
        entity(claims={"P39": [statement(item_value(7), qualifiers=dates)], "P102": [statement(item_value(8))]})
    )
    assert item is not None
    assert item.offices == [Term(7, "2012-05-07", "2018-05")]
    assert item.parties == [Term(8)]


def test_names_of_all_wanted_languages_are_kept_in_their_order() -> None:
    codes = ["zh-hant", "mul", "de", "en", "fr"]
    texts = {code: {"language": code, "value": f"name in {code}"} for code in codes}
    written = entity(labels=texts, descriptions=texts, aliases={code: [text] for code, text in texts.items()})
    item = EntityReader(["en", "de", "zh-hant"]).item(json.dumps(written).encode())
    assert item.labels == {code: f"name in {code}" for code in ("en", "de", "zh-hant", "mul")}
    assert list(item.labels) == ["en", "de", "zh-hant", "mul"]
    assert item.aliases == {code: [text] for code, text in item.labels.items()}
    assert EntityReader(["mul"]).item(json.dumps(written).encode()).labels == {"mul": "name in mul"}


def test_escaped_and_plain_letters_are_the_same() -> None:
    written = entity(labels={"en": {"language": "en", "value": "Erdoğan 😀 \u0000 \u2028"}})
    reader = EntityReader(["en"])
    plain, escaped = json.dumps(written, ensure_ascii=False), json.dumps(written)
    assert reader.item(plain.encode()) == reader.item(escaped.encode()) == read_item(written)


def test_real_items_are_read_as_a_dump_and_as_answers_alike(entities: list[dict[str, Any]], tmp_path: Path) -> None:
    items, problems = read([json.dumps(e) for e in entities], tmp_path)
    assert problems == []
    assert items == [item for e in entities if (item := read_item(e))]


def test_a_record_says_what_the_item_said(entities: list[dict[str, Any]]) -> None:
    for item in (item for e in entities if (item := read_item(e, ["en", "ru"]))):
        assert Item.of_record(item.as_record()) == item
        assert Item.of_row(item.as_row()) == item
