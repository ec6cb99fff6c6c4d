"""The two real articles beside the checkout, against what careful readers found in them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kb.articles.reader import read_paths
from kb.lines import mention_line, stance_line
from kb.model import Article, Extraction
from tests.reading import pipeline


@pytest.fixture(scope="module")
def extractions(shared: Path) -> list[Extraction]:
    articles = [a for a in read_paths([shared / "seeds"], pipeline().settings) if isinstance(a, Article)]
    return list(pipeline().extract(articles))


def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_stances", shared / "tools" / "score_stances.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def test_stances_of_the_seeds(shared: Path, extractions: list[Extraction]) -> None:
    found = [stance_line(e, s) for e in extractions for s in e.stances]
    score = scorer(shared).score(lines(shared / "gold" / "seed_stances.jsonl"), found)
    assert score["core_found"] >= 18
    assert score["precision"] >= 0.75
    assert score["chains_right"] >= 0.7 * score["chains"]


def test_entities_of_the_seeds(shared: Path, extractions: list[Extraction]) -> None:
    found = [mention_line(e, m) for e in extractions for m in e.mentions]
    qids = {(m["article"], m["text"]): m["qid"] for m in found}
    for gold in lines(shared / "gold" / "seed_entities.jsonl"):
        for article, surfaces in gold.get("surfaces", {}).items():
            for surface in surfaces:
                if gold["qid"] is not None:
                    assert qids.get((article, surface)) == gold["qid"], surface
                else:
                    assert qids.get((article, surface)) is None, surface
        for never in gold.get("never", ()):
            assert all(never not in m["text"] for m in found), never
