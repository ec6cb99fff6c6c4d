"""Scores of linking, on texts whose right answers are plain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb.cli import main
from kb.evaluation.linking import evaluate, read_elevant
from kb.settings import load

TEXT = "Vladimir Putin met Angela Merkel in Moscow. Zolia Bertwick, a florist, was there."


def label(name: str, qid: str, **more: Any) -> dict[str, Any]:
    """One gold label on the first place of a name."""
    start = TEXT.index(name)
    return {"span": [start, start + len(name)], "entity_id": qid, **more}


LABELS = [
    label("Vladimir Putin", "Q7747", type="Q215627"),
    label("Angela Merkel", "Q567"),
    label("Moscow", "Q649"),
    label("Zolia Bertwick", "<NIL>"),
]


def write(path: Path, labels: list[dict[str, Any]], **more: Any) -> Path:
    """A gold file of one text."""
    path.write_text(json.dumps({"id": 1, "text": TEXT, "labels": labels, **more}) + "\n", encoding="utf-8")
    return path


def test_links_and_unknown_entities_are_scored_apart(tmp_path: Path) -> None:
    scores = evaluate(read_elevant(write(tmp_path / "gold.jsonl", LABELS)), load())
    assert scores["mention_f1"] == 1.0
    assert scores["micro_f1"] == 1.0
    assert scores["accuracy_in_index"] == 1.0
    assert scores["nil_f1"] == scores["nil_caught"] == 1.0
    assert scores["n"] == 3


def test_a_wrong_item_is_named_with_its_cause(tmp_path: Path) -> None:
    labels = [label("Vladimir Putin", "Q999999999"), *LABELS[1:]]
    scores = evaluate(read_elevant(write(tmp_path / "gold.jsonl", labels)), load())
    assert scores["precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert scores["errors"]["wrong link: not in the index"] == 1
    assert scores["accuracy_in_index"] == 1.0


def test_optional_labels_and_what_lies_outside_are_not_scored(tmp_path: Path) -> None:
    labels = [label("Vladimir Putin", "Q1", optional=True), *LABELS[1:3], label("Zolia Bertwick", "Q2")]
    gold = write(tmp_path / "gold.jsonl", labels, evaluation_span=[0, TEXT.index("Zolia")])
    scores = evaluate(read_elevant(gold), load())
    assert (scores["n"], scores["micro_f1"], scores["mention_f1"]) == (2, 1.0, 1.0)
    assert scores["nil_f1"] == 0.0


def test_the_command_prints_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = write(tmp_path / "gold.jsonl", LABELS)
    assert main(["evaluate", "linking", "--gold", str(gold), "--format", "elevant", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {"micro_f1", "macro_f1", "mention_f1", "accuracy_detected", "accuracy_in_index", "candidate_recall"} <= set(
        printed
    )
    assert printed["prior_baseline"]["micro_f1"] > 0
