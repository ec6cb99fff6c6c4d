"""Fit the linker's decision: `kb/data/linking.toml`.

    python training/linking.py --gold AIDA.jsonl --gold WIKI-FAIR.jsonl --index FOLDER --out kb/data/linking.toml

Gold is in ELEVANT's form. Each cluster of mentions is one example: its candidates and "none of them"; a conditional
logit (McFadden 1974) with an L2 penalty over `kb.linking.features`, by gradient ascent. Every text is read with the
package's index alone and with each `--index` beside it, so that the decision holds for small and large ones.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kb import nlp, settings
from kb.clusters import join_names
from kb.evaluation.gold import GoldText
from kb.evaluation.linking import LinkedText, read_elevant
from kb.evaluation.stance import passage
from kb.linking.features import FEATURES, answers
from kb.linking.index import load_index
from kb.linking.linker import LEAST, Decision, Linker
from kb.mentions import find_mentions, question_of
from kb.model import Article
from kb.names import find_names

Rows = NDArray[np.float64]
Example = tuple[Rows, int]  # a row of answers for each candidate; which is right, -1 for none

HEADER = """\
# The linker's decision: weights of the features of kb/linking/features.py against "none of the candidates", and the
# probability from which an item is accepted. Fitted by training/linking.py; do not edit by hand.
"""


def examples(texts: list[tuple[LinkedText, Article, Doc]], linker: Linker) -> list[Example]:
    """An example for each cluster with candidates of which the gold knows what it is."""
    found = []
    for text, article, doc in texts:
        gold = {(g.start, g.end): g.qid or "" for g in text.mentions if not g.optional}
        linked = find_mentions(doc, article, linker)  # with the weights of the round before
        known = [
            entry
            for cluster in sorted(linked.clusters, key=lambda c: c.entry is None)
            if cluster.entity and cluster.entity.qid and (entry := linker.index.get(cluster.entity.qid)) is not None
        ]
        names = find_names(doc, linker, ())
        for cluster in join_names(doc, names, linker):
            if cluster.entry is not None:
                continue
            said = Counter(
                gold[place]
                for f in names
                if f.cluster is cluster
                and (place := (doc[f.start].idx, doc[f.end - 1].idx + len(doc[f.end - 1]))) in gold
            )
            if not said:
                continue
            right = said.most_common(1)[0][0]
            cases = linker.cases(question_of(cluster, names, doc, article), [e for e in known if e.qid != right])
            if cases:
                rows = np.array([list(answers(case).values()) for case in cases])
                qids = [case.found.entry.qid for case in cases]
                found.append((rows, qids.index(right) if right in qids else -1))
    return found


def fit(found: list[Example], penalty: float, steps: int = 3000) -> Rows:
    """Weights that make the right answers likeliest."""
    longest = max(len(rows) for rows, _ in found)
    count = len(FEATURES)
    x = np.zeros((len(found), longest + 1, count))  # the last row is "none": all zero, score 0
    mask = np.full((len(found), longest + 1), -1e9)
    y = np.zeros(len(found), np.int64)
    for n, (rows, right) in enumerate(found):
        x[n, : len(rows)], mask[n, : len(rows)], mask[n, -1] = rows, 0.0, 0.0
        y[n] = right if right >= 0 else longest
    weights, first, second = np.zeros(count), np.zeros(count), np.zeros(count)
    truth = x[np.arange(len(y)), y]
    for step in range(1, steps + 1):  # Adam: the problem is convex
        scores = x @ weights + mask
        odds = np.exp(scores - scores.max(1, keepdims=True))
        chances = odds / odds.sum(1, keepdims=True)
        gradient = (truth - np.einsum("nk,nkf->nf", chances, x)).sum(0) - penalty * weights
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights += 0.02 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    print(f"{len(found)} examples, likelihood {np.log(chances[np.arange(len(y)), y]).mean():.3f}", file=sys.stderr)
    return weights


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gold", type=Path, action="append", required=True)
    parser.add_argument("--texts", type=int, action="append", help="of each --gold only the first so many")
    parser.add_argument("--index", action="append", default=[])
    parser.add_argument("--accept-place", type=float, default=0.3)
    parser.add_argument("--accept-person", type=float, default=0.55)
    parser.add_argument("--accept", type=float, default=0.5)
    parser.add_argument("--margin", type=float, default=0.05)
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    texts: list[LinkedText] = []
    for n, path in enumerate(arguments.gold):
        read = read_elevant(path)
        texts += read[: arguments.texts[n]] if arguments.texts else read
    articles = [passage(GoldText(t.name, t.text)) for t in texts]
    parsed = nlp.parse(articles, settings.load().spacy_model)
    ready = [(text, article, doc) for text, (article, doc) in zip(texts, parsed, strict=True)]
    linkers = [Linker(load_index(path)) for path in ("", *arguments.index)]
    weights: dict[str, float] = {}
    least = [getattr(arguments, name) for name in LEAST]
    for _ in range(arguments.rounds):
        found: list[Example] = []
        for linker in linkers:
            linker.decision = Decision(*least, weights or linker.decision.weights)
            found += examples(ready, linker)
        fitted = fit(found, arguments.penalty)
        weights = {f.name: round(float(w), 3) for f, w in zip(FEATURES, fitted, strict=True)}
    lines = [f"{name} = {weight}" for name, weight in weights.items()]
    lines = [*(f"{name} = {x}" for name, x in zip(LEAST, least, strict=True)), "", "[weights]", *lines]
    text = HEADER + "\n".join(lines) + "\n"
    arguments.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
