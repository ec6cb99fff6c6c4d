"""The notation of the annotated corpus, and the records, items and gold made of it."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kb import nlp
from kb.settings import Settings

TEXT = "Mara Holt said she opposes the pier. Ben Lund, she said, was right to close it."
LINES = [
    "A Mara Holt | said | she opposes the pier",
    "S Mara Holt | the pier | - | e | c | opposes | -",
    "S she#2 | Ben Lund | + | e | c | right | Mara Holt",
    "C she = Mara Holt",
    "C she#2 = Mara Holt",
]


@pytest.fixture(scope="module")
def corpus(root: Path) -> ModuleType:
    """`training/corpus.py`, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("corpus", root / "training" / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def record(corpus: ModuleType) -> dict[str, Any]:
    """One passage as `build` keeps it."""
    return {"id": "x-1", "split": "train", "text": TEXT, **corpus.resolve(TEXT, LINES)}


@pytest.mark.parametrize(
    ("quoted", "found"),
    [
        ("the pier", ["the pier"]),
        ("she#2", ["she"]),
        ("Ben Lund ... was right", ["Ben Lund", "was right"]),
        ("the peer", None),
        ("she#3", None),
        ("pie", None),  # whole words only
    ],
)
def test_words_are_found_in_the_text(corpus: ModuleType, quoted: str, found: list[str] | None) -> None:
    spans = corpus.find(TEXT, quoted)
    assert (spans if spans is None else [TEXT[a:b] for a, b in spans]) == found


def test_a_line_becomes_a_stance_with_holder_target_and_chain(corpus: ModuleType, record: dict[str, Any]) -> None:
    first, second = record["stances"]
    assert (first["polarity"], first["target_kind"], first["certainty"]) == ("oppose", "entity", "certain")
    assert [TEXT[a:b] for a, b in second["chain"][0]] == ["Mara Holt"]
    assert second["holder"][0][0] == TEXT.index("she said")


@pytest.mark.parametrize("line", ["S Mara Holt | the pier | - | e | c | opposes", "A X | said | y", "Q what"])
def test_a_line_that_does_not_resolve_is_refused_by_name(corpus: ModuleType, line: str) -> None:
    with pytest.raises(corpus.NotationError, match=line.split()[0]):
        corpus.resolve(TEXT, [line])


def test_items_show_the_pair_and_leave_other_namings_open(corpus: ModuleType, record: dict[str, Any]) -> None:
    (item,) = corpus.items(record, nlp.load(Settings().spacy_model)(TEXT))
    words = [TEXT[a:b] for a, b, _ in item["spans"]]
    pairs = {(words[h] if h >= 0 else "author", words[t]): label for h, t, label, *_ in item["pairs"]}
    assert pairs["Mara Holt", "the pier"] == 2
    assert pairs["author", "the pier"] == 0
    assert ("she", "the pier") not in pairs  # she is Mara Holt
    assert [TEXT[slice(*c["cue"])] for c in item["cues"]] == ["said"]
    assert len(item["links"]) == 2


def test_gold_rows_name_who_is_meant_by_a_pronoun(corpus: ModuleType, record: dict[str, Any]) -> None:
    rows = list(corpus.gold_rows(record))
    assert [(r["holder"], r["polarity"], r["target"]) for r in rows] == [
        ("Mara Holt", "oppose", "the pier"),
        ("Mara Holt", "support", "Ben Lund"),
    ]
    assert "she" in rows[1]["accept_holder"]


def test_an_item_without_stances_still_gives_its_text(corpus: ModuleType) -> None:
    empty = {"id": "x-2", "text": "It rained.", "attributions": [], "stances": [], "references": []}
    assert list(corpus.gold_rows(empty)) == [{"id": "x-2#0", "doc": "x-2", "text": "It rained."}]


def test_two_who_agree_in_all_but_one_stance(corpus: ModuleType, record: dict[str, Any]) -> None:
    other = {**record, **corpus.resolve(TEXT, [*LINES[:2], *LINES[3:]])}
    scores = corpus.agreement([record], [other])
    assert scores["cue"]["f1"] == scores["reference"]["f1"] == 1.0
    assert scores["stance"] == {"f1": 0.667, "first": 2, "second": 1}
    assert scores["polarity"]["accuracy"] == 1.0


# --- the corpus itself


@pytest.fixture(scope="module")
def news(root: Path) -> list[dict[str, Any]]:
    """The stand-off records."""
    return [json.loads(line) for line in (root / "training/corpus/newsmtsc.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def own(root: Path) -> list[dict[str, Any]]:
    """The passages of our own."""
    return [json.loads(line) for line in (root / "training/corpus/own.jsonl").read_text("utf-8").splitlines()]


def test_no_text_of_others_is_in_the_corpus(news: list[dict[str, Any]]) -> None:
    assert {key for record in news for key in record} <= {
        *("id", "split", "sha256", "attributions", "stances", "references", "broken")
    }


def test_a_document_is_in_one_part_only(corpus: ModuleType, news: list[dict[str, Any]]) -> None:
    parts = {("_".join(r["id"].split("_")[:3]), r["split"]) for r in news}
    assert max(Counter(document for document, _ in parts).values()) == 1


def test_offsets_lie_in_the_text(own: list[dict[str, Any]]) -> None:
    for record in own:
        spans = [s for stance in record["stances"] for s in stance["target"]]
        spans += [s for a in record["attributions"] for s in (a["cue"], *a["source"], *a["content"])]
        assert all(0 <= start < end <= len(record["text"]) for start, end in spans), record["id"]


def test_all_kinds_occur(own: list[dict[str, Any]], news: list[dict[str, Any]]) -> None:
    stances = [s for record in own + news for s in record["stances"]]
    assert {s["polarity"] for s in stances} == {"support", "oppose", "neutral"}
    assert {s["target_kind"] for s in stances} == {"entity", "proposition"}
    assert {s["certainty"] for s in stances} >= {"certain", "hedged", "conditional"}
    assert any(len(s["chain"]) >= 2 for s in stances)
    assert any(not record["stances"] for record in own)
