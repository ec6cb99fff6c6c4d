"""`kb evaluate pairs`: the polarity of a given pair (SEESAW, our corpus) or towards a given target (NewsMTSC).

SEESAW names entities as its annotators call them, not where they stand: the naming in the sentence is the candidate
with the most words in common, else one in the sentences around it; a holder that is named nowhere is taken for the
author. SEESAW has no pair without a stance, so the likelier of support and oppose is the answer.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from spacy.tokens import Doc

from kb import nlp
from kb.evaluation.gold import GoldPair
from kb.evaluation.measures import calibration, labels_f1
from kb.evaluation.names import words
from kb.network.candidates import Candidate, candidates
from kb.network.crossencoder import CrossEncoder
from kb.network.encoder import Encoded
from kb.network.heads import softmax
from kb.network.loading import require_network
from kb.network.reader import NetworkReader, rows_of, token_pieces
from kb.network.relations import paths_of, relations, tree_of
from kb.settings import Settings

_LOOKED_AT = 4  # pairs of one row that the cross-encoder looks at
_SENTIMENTS = ("negative", "neutral", "positive")


def evaluate(pairs: list[GoldPair], settings: Settings) -> dict[str, Any]:
    """Micro and macro F1, accuracy, calibration, and counts of what was confused with what."""
    network = require_network(settings)
    model = nlp.load(settings.spacy_model)
    texts = list(dict.fromkeys(p.text for p in pairs))
    docs = dict(zip(texts, model.pipe(t.replace("\u00a0", " ") for t in texts), strict=True))
    encoded = dict(zip(texts, network.encoder.encode(texts, os.cpu_count() or 1), strict=True))
    gold: list[str] = []
    said: list[str] = []
    sure: list[float] = []
    for pair in pairs:
        doc, window = docs[pair.text], encoded[pair.text]
        judge = _sentiment if pair.target_span is not None and not pair.holder else _polarity
        label, chance = judge(network, doc, window, pair)
        gold.append(pair.label)
        said.append(label)
        sure.append(chance)
    error, curve = calibration(sure, [g == s for g, s in zip(gold, said, strict=True)])
    confused = Counter(f"{g} read as {s}" for g, s in zip(gold, said, strict=True) if g != s)
    return {**labels_f1(gold, said), "ece": error, "by_confidence": curve, "errors": dict(confused.most_common())}


def _sentiment(network: NetworkReader, doc: Doc, window: Encoded, pair: GoldPair) -> tuple[str, float]:
    assert pair.target_span is not None
    pieces = token_pieces(doc, 0, len(doc), window)
    span = doc.char_span(*pair.target_span, alignment_mode="expand")
    if span is None or span.root.i not in pieces:
        return "neutral", 0.34
    rows, _ = rows_of([Candidate(span.start, span.end, span.root.i, False)], pieces)
    chances = softmax(network.encoder.heads.target(network.encoder.heads.spans(window.vectors, rows)))[1]
    if network.second is not None and (own := network.second.sentiment(window, pair.target_span)) is not None:
        chances = np.array(network.second.join(chances, own))
    best = int(chances.argmax())
    return _SENTIMENTS[best], float(chances[best])


def _polarity(network: NetworkReader, doc: Doc, window: Encoded, pair: GoldPair) -> tuple[str, float]:
    pieces = token_pieces(doc, 0, len(doc), window)
    named = {t.i for ent in doc.ents for t in ent}
    found = [c for c in candidates(doc, 0, len(doc), named) if c.head in pieces]
    if not found:
        return "oppose", 0.5
    rows, heads = rows_of(found, pieces)
    spans = network.encoder.heads.spans(window.vectors, rows)
    holders = _naming(doc, found, pair.holder, pair.about) or [-1]
    targets = _naming(doc, found, pair.target, pair.about) or list(range(len(found)))
    pairs = [(h, t) for h in holders for t in targets if h != t] or [(-1, targets[0])]
    left, right = (np.array(side) + 1 for side in zip(*pairs, strict=True))
    words = np.array([-1, *(c.head for c in found)])
    codes = relations(paths_of(tree_of(doc, 0, len(doc))), words[left], words[right])
    heads_of = network.encoder.heads
    ours, _, entities = heads_of.judged(spans, heads, left, right, codes)
    said = softmax(heads_of.target(spans))[np.unique(right)]
    # three heads have an opinion; the product of their highest odds decides (Hinton 2002, "product of experts")
    opinions = [(softmax(o)[:, 1].max(), softmax(o)[:, 2].max()) for o in (ours, entities)]
    opinions.append((said[:, 2].max(), said[:, 0].max()))
    if network.second is not None:
        likely = np.argsort(-softmax(ours)[:, 1:3].max(1))[:_LOOKED_AT]
        opinions += _second_opinions(network.second, doc, window, [(found, *pairs[n]) for n in likely])
    odds = sum(float(np.log((s + 1e-3) / (o + 1e-3))) for s, o in opinions) / len(opinions)
    chance = 1 / (1 + np.exp(-abs(odds)))
    return ("support" if odds > 0 else "oppose"), float(chance)


def _second_opinions(
    second: CrossEncoder, doc: Doc, window: Encoded, pairs: list[tuple[list[Candidate], int, int]]
) -> list[tuple[float, float]]:
    """The highest probabilities of support and oppose by each head of the cross-encoder over the pairs."""
    opinions: dict[str, list[tuple[float, float]]] = {}
    for found, h, t in pairs:
        holder, target = (_place(doc, found[k]) if k >= 0 else None for k in (h, t))
        if target is not None and (answer := second.judged(window, holder, target)) is not None:
            for name, chances in zip(("ours", "dse"), answer, strict=True):
                opinions.setdefault(name, []).append((float(chances[1]), float(chances[2])))
        if target is not None and (said := second.sentiment(window, target)) is not None:
            opinions.setdefault("target", []).append((float(said[2]), float(said[0])))
    return [(max(s for s, _ in some), max(o for _, o in some)) for some in opinions.values()]


def _place(doc: Doc, candidate: Candidate) -> tuple[int, int]:
    return doc[candidate.start].idx, doc[candidate.end - 1].idx + len(doc[candidate.end - 1])


def _naming(doc: Doc, found: Sequence[Candidate], name: str, about: tuple[int, int] | None) -> list[int]:
    """The candidates that share most words with the name, those of the sentence itself first."""
    asked = words(name)
    if not asked:
        return []
    scored: dict[int, float] = {}
    for n, candidate in enumerate(found):
        if candidate.clause:
            continue
        here = words(doc[candidate.start : candidate.end].text)
        shared = len(asked & here) or max(
            (1 for w in asked for v in here if len(v) > 3 and (w in v or v in w)), default=0
        )
        if shared:
            inside = about is None or about[0] <= doc[candidate.head].idx < about[1]
            head = bool(words(doc[candidate.head].text) & asked)
            scored[n] = shared / len(asked | here) + shared + (2.0 if inside else 0.0) + (0.5 if head else 0.0)
    best = max(scored.values(), default=0.0)
    return [n for n, score in scored.items() if score >= best - 0.3]


def label_counts(pairs: Iterable[GoldPair]) -> dict[str, int]:
    """How often each label occurs."""
    return dict(Counter(p.label for p in pairs))
