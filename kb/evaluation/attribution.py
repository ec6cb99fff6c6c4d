"""`kb evaluate attribution`: tokens of source, cue and content, and whole attributions, against PolNeAR.

PolNeAR marks no attribution inside another's content and gives a token to one attribution at most; what the network
reads is brought to that form first. A whole attribution is right where content overlaps by half (tokens shared over
tokens of either) and sources share a token, or neither has one. Discarded stretches do not count. Tokens are spaCy's,
without blanks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from kb import nlp
from kb.evaluation.gold import AttributedText, Spans
from kb.evaluation.measures import calibration, prf
from kb.network.loading import require_network
from kb.network.reader import LearnedAttribution
from kb.settings import Settings

ROLES = ("source", "cue", "content")
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Parts:
    """The tokens of one attribution."""

    source: frozenset[int]
    cue: frozenset[int]
    content: frozenset[int]
    confidence: float = 1.0


def outermost(attributions: list[LearnedAttribution]) -> list[Parts]:
    """Attributions that are not inside another's content, each token given to one of them only."""
    order = sorted(attributions, key=lambda a: -len(a.content))
    kept: list[Parts] = []
    taken: set[int] = set()
    for attribution in order:
        cue = frozenset(range(*attribution.cue))
        if not attribution.content or cue & taken:
            continue
        # a source named elsewhere may serve two attributions, as its tokens are its own
        content = frozenset(attribution.content) - taken
        source = frozenset(attribution.source) - taken
        if not content:
            continue
        kept.append(Parts(source, cue, content, attribution.confidence))
        taken |= cue | content
    return kept


def evaluate(texts: list[AttributedText], settings: Settings) -> dict[str, Any]:
    """Scores over all texts; `errors` counts the causes of what was missed or wrong."""
    network = require_network(settings)
    model = nlp.load(settings.spacy_model)
    tokens = {role: [0, 0, 0] for role in ROLES}  # shared, predicted, gold
    hits = [0, 0, 0, 0]
    errors: Counter[str] = Counter()
    confidences: list[float] = []
    right: list[bool] = []
    docs = model.pipe((t.text.replace("\u00a0", " ") for t in texts), batch_size=16)
    for text, doc in zip(texts, docs, strict=True):
        discarded = tokens_of(doc, text.discarded)
        gold = [
            Parts(
                tokens_of(doc, a.source) - discarded,
                tokens_of(doc, a.cue) - discarded,
                tokens_of(doc, a.content) - discarded,
            )
            for a in text.attributions
        ]
        gold = [g for g in gold if g.content]
        found = network.read(doc, network.encode(doc)).attributions
        predicted = [p for p in outermost(found) if not p.cue & discarded]
        for role in ROLES:
            mine = {i for p in predicted for i in getattr(p, role)} - discarded
            theirs = {i for g in gold for i in getattr(g, role)}
            for n, size in enumerate((len(mine & theirs), len(mine), len(theirs))):
                tokens[role][n] += size
        for p in predicted:
            good = any(agree(g, p) for g in gold)
            confidences.append(p.confidence)
            right.append(good)
            hits[0] += good
            errors.update([] if good else [_why(p, gold, "wrong")])
        for g in gold:
            good = any(agree(g, p) for p in predicted)
            hits[2] += good
            errors.update([] if good else [_why(g, predicted, "missed")])
        hits[1] += len(predicted)
        hits[3] += len(gold)
    error, curve = calibration(confidences, right)
    return {
        "whole": prf(*hits),
        **{role: prf(s[0], s[1], s[0], s[2]) for role, s in tokens.items()},
        "n": hits[3],
        "texts": len(texts),
        "ece": error,
        "by_confidence": curve,
        "errors": dict(errors.most_common()),
    }


def tokens_of(doc: Doc, spans: Spans) -> frozenset[int]:
    """The tokens that the spans cover or cut, without blanks."""
    return frozenset(_within(doc, spans))


def _within(doc: Doc, spans: Spans) -> Iterator[int]:
    for start, end in spans:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None:
            yield from (t.i for t in span if not t.is_space)


def agree(gold: Parts, predicted: Parts) -> bool:
    """Whether contents overlap by half and sources share a token, or neither has one."""
    union = gold.content | predicted.content
    content = len(gold.content & predicted.content) >= _ENOUGH * len(union) if union else False
    return content and bool(gold.source & predicted.source or (not gold.source and not predicted.source))


def _why(one: Parts, others: list[Parts], how: str) -> str:
    """The first thing that keeps an attribution from having its match on the other side."""
    best = max(others, key=lambda o: len(o.content & one.content), default=None)
    if best is None or not best.content & one.content:
        return "missed cue" if how == "missed" else "no attribution there"
    if len(best.content & one.content) < _ENOUGH * len(best.content | one.content):
        return f"{how}: extent of the content"
    return f"{how}: source"
