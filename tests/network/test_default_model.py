"""The weights in the package do what rules cannot, through the real pipeline."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from kb.evaluation import pairs
from kb.evaluation.gold import read_newsmtsc
from kb.model import Article, Block, BlockKind, Extraction, Span
from kb.network import MODELS
from kb.network.loading import load_network
from kb.pipeline import Pipeline
from kb.settings import Settings


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline(Settings())


def read(text: str) -> Extraction:
    article = Article("test", text, date="2024-05-02", blocks=(Block(Span(0, len(text)), BlockKind.BODY),))
    (extraction,) = pipeline().extract([article])
    return extraction


def stances(text: str) -> list[tuple[str, str, str]]:
    return [(s.holder.name, s.polarity.value, s.target.name) for s in read(text).stances]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        (
            "Anna Lund, who never had a kind word for the harbour board, left.",
            ("Anna Lund", "oppose", "harbour board"),
        ),
        ("Odd Vik gave Mara Holt a dressing-down over the school.", ("Odd Vik", "oppose", "Mara Holt")),
        ("In the eyes of Mara Holt, the treaty is a godsend.", ("Mara Holt", "support", "treaty")),
    ],
)
def test_idioms_that_no_list_has(text: str, stance: tuple[str, str, str]) -> None:
    assert stance in stances(text)


def test_a_part_of_somebody_holds_nothing() -> None:
    assert {holder for holder, *_ in stances("In the eyes of Mara Holt, the treaty is a godsend.")} == {"Mara Holt"}


def test_deeds_without_a_side_are_no_stances() -> None:
    assert stances("Mara Holt met Odd Vik on Monday and flew home.") == []


def test_a_threshold_leaves_out_what_is_less_sure() -> None:
    text = "Odd Vik gave Mara Holt a dressing-down over the school."
    article = Article("test", text, blocks=(Block(Span(0, len(text)), BlockKind.BODY),))
    (strict,) = Pipeline(Settings(threshold=0.99)).extract([article])
    assert strict.stances == ()


def test_nested_attributions_each_have_their_source_and_content() -> None:
    network = load_network(Settings())
    assert network is not None
    from kb import nlp

    doc = nlp.load(Settings().spacy_model)("Mara Holt said the union believes that the pier will sink.")
    found = {
        doc[a.cue[0] : a.cue[1]].text: (" ".join(doc[i].text for i in a.source), doc[a.content[0]].text)
        for a in network.read(doc).attributions
    }
    assert found["said"] == ("Mara Holt", "the")
    assert found["believes"] == ("the union", "that")


def test_what_is_read_beside_a_text_does_not_change_its_vectors() -> None:
    network = load_network(Settings())
    assert network is not None
    texts = ["The pier leaks.", "The council met on Monday and closed the old pier for the winter."]
    alone, beside = network.encoder.encode(texts[:1])[0], network.encoder.encode(texts)[0]
    assert alone.offsets == beside.offsets
    # activations are quantised over the batch (always the windows of one article), so digits differ
    cosine = (alone.vectors * beside.vectors).sum(1) / (
        np.linalg.norm(alone.vectors, axis=1) * np.linalg.norm(beside.vectors, axis=1)
    )
    assert cosine.min() > 0.95


def test_the_weights_stay_small_enough_for_a_repository() -> None:
    assert (
        sum(file.stat().st_size for file in MODELS.rglob("*") if file.is_file() and "accurate/" not in str(file)) < 80e6
    )


def test_sentiment_towards_people_in_news_nobody_trained_on(shared: Path) -> None:
    gold = read_newsmtsc(shared / "data/stance/newsmtsc/mt-dev.jsonl.gz")
    assert pairs.evaluate(gold, Settings())["macro_f1"] > 0.77
