"""Reads a few sentences through the real pipeline, for the tests of the reading modules."""

from __future__ import annotations

from functools import lru_cache

from kb.articles.blocks import segment
from kb.model import Article, Block, BlockKind, Extraction, Span, Stance
from kb.pipeline import Pipeline
from kb.settings import Settings


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    """One pipeline for all tests: loading it takes a second."""
    return Pipeline(Settings(model="rules", threshold=0.5))


def read(text: str, author: str = "", segmented: bool = False) -> Extraction:
    """What the pipeline reads out of the text; all of it is body unless `segmented`."""
    blocks = segment(text) if segmented else (Block(Span(0, len(text)), BlockKind.BODY),)
    article = Article("test", text, authors=(author,) if author else (), date="2024-05-02", blocks=blocks)
    (extraction,) = pipeline().extract([article])
    return extraction


def stances(text: str, author: str = "") -> list[tuple[str, str, str]]:
    """(holder, polarity, target) of everything found, in text order."""
    return [brief(stance) for stance in read(text, author).stances]


def brief(stance: Stance) -> tuple[str, str, str]:
    """The three things that a stance says."""
    return stance.holder.name, stance.polarity.value, stance.target.name


def chain(text: str) -> list[str]:
    """The voices of the first stance found, outermost first."""
    return [voice.agent.name for voice in read(text).stances[0].chain]
