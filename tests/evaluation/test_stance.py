"""`kb evaluate stance`, from text to scores, on a gold of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb.evaluation import stance
from kb.evaluation.command import evaluate, show
from kb.evaluation.gold import GoldText
from kb.settings import Settings

RULES = Settings(model="rules")


def gold(text: str, *stances: tuple[str, str, str]) -> GoldText:
    """A passage with its (holder, polarity, target) stances."""
    rows = [
        {"holder": h, "target": t, "target_kind": "entity", "polarity": p, "core": True, "chain": []}
        for h, p, t in stances
    ]
    return GoldText("a/1", text, rows, (0, len(text)))


def test_a_stance_that_agrees_is_right() -> None:
    scores = stance.evaluate([gold("Mara Holt praised Ben Lund.", ("Mara Holt", "support", "Ben Lund"))], RULES)
    assert (scores["p"], scores["r"], scores["f1"]) == (1.0, 1.0, 1.0)
    assert scores["errors"] == {}


@pytest.mark.parametrize(
    ("annotated", "cause"),
    [
        (("Mara Holt", "oppose", "Ben Lund"), "wrong: direction, or negation overlooked"),
        (("Zoe Berg", "support", "Ben Lund"), "wrong: holder"),
        (("Mara Holt", "support", "Zoe Berg"), "wrong: target"),
        (("Zoe Berg", "oppose", "Zoe Berg"), "wrong: no stance there"),
    ],
)
def test_errors_are_named_by_their_cause(annotated: tuple[str, str, str], cause: str) -> None:
    scores = stance.evaluate([gold("Mara Holt praised Ben Lund.", annotated)], RULES)
    assert scores["p"] == 0.0
    assert cause in scores["errors"]


def test_a_stance_that_was_not_seen_lowers_recall_only() -> None:
    found = gold(
        "Mara Holt praised Ben Lund.", ("Mara Holt", "support", "Ben Lund"), ("Ben Lund", "oppose", "Zoe Berg")
    )
    scores = stance.evaluate([found], RULES)
    assert scores["p"] == 1.0
    assert scores["r"] == 0.5
    assert "missed: cue not seen" in scores["errors"]


def line(holder: str, kind: str, target: str, polarity: str = "support") -> dict[str, Any]:
    """A stance as the pipeline prints it."""
    return {
        "holder": {"name": holder, "kind": kind},
        "target": {"name": target, "kind": "entity"},
        "polarity": polarity,
        "evidence": {"start": 0, "end": 10},
        "confidence": 0.9,
        "chain": [],
    }


def test_another_accepted_wording_agrees() -> None:
    row = {"holder": "author", "target": "Lund", "target_kind": "entity", "polarity": "support"}
    assert stance.agrees(row, line("The Courier", "author", "Ben Lund"))
    assert not stance.agrees(row, line("The Courier", "named", "Ben Lund"))
    assert stance.agrees(row | {"holder": "x", "accept_holder": ["Courier"]}, line("The Courier", "named", "Ben Lund"))


def test_gold_that_names_a_place_is_met_there_only() -> None:
    row = {"holder": "Holt", "target": "Lund", "target_kind": "entity", "polarity": "support", "start": 20, "end": 30}
    assert not stance.agrees(row, line("Holt", "named", "Lund"))


def test_gold_of_our_form_is_scored_with_its_article(tmp_path: Path) -> None:
    article = "Praise at the pier\n\nMara Holt praised Ben Lund on Monday.\n"
    (tmp_path / "pier.txt").write_text(article, encoding="utf-8")
    row = {"doc": "pier", "holder": "Mara Holt", "target": "Ben Lund", "target_kind": "entity", "polarity": "support"}
    start = article.index("Mara")
    row |= {"core": True, "start": start, "end": start + 36}
    (tmp_path / "pier.jsonl").write_text(json.dumps(row), encoding="utf-8")
    scores = evaluate("stance", tmp_path / "pier.jsonl", "jsonl", RULES)
    assert scores["r"] == 1.0
    assert scores["n"] == 1
    assert "trade_off" in show(scores)
