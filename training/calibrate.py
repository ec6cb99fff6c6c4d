"""Fit how sure we are of stances and attributions to texts that the network has not seen; writes to the model's card.

    python training/calibrate.py --model kb/models/default --attributions ITEMS.jsonl GOLD.jsonl [GOLD.jsonl ...]

ITEMS come from `corpus.py items --split dev`, GOLD from `corpus.py gold --split dev`, in the form that `kb evaluate
stance --format jsonl` reads. A logistic regression with an L2 penalty over `kb.stance.confidence.features` and over
what an attribution is made of, by Newton's method. Prints what each threshold costs.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from kb import nlp, settings
from kb.articles.reader import read_paths
from kb.evaluation.attribution import Parts, agree, tokens_of
from kb.evaluation.gold import read_stances
from kb.evaluation.measures import calibration, trade_off
from kb.evaluation.stance import agrees, passage
from kb.lines import stance_line
from kb.model import Article, Extraction
from kb.network.loading import require_network
from kb.network.reader import LearnedAttribution
from kb.pipeline import Pipeline
from kb.stance.confidence import features
from kb.stance.proposals import Proposal

PENALTY = 1.0
_FREE = frozenset({"bias", "odds"})


def proposals(files: list[Path], model: Path) -> tuple[list[Proposal], list[bool], int]:
    """Every proposal for the texts, whether an annotated stance agrees with it, and how many core stances there are."""
    chosen = settings.load().with_(model_folder=str(model), threshold=0.0)
    pipeline = Pipeline(chosen)
    found: list[Proposal] = []
    right: list[bool] = []
    core = 0
    for file in files:
        gold = read_stances(file)
        articles = [
            passage(g)
            if g.about is not None
            else next(a for a in read_paths([g.name], chosen) if isinstance(a, Article))
            for g in gold
        ]
        for text, (article, doc) in zip(gold, nlp.parse(articles, chosen.spacy_model), strict=True):
            core += sum(1 for g in text.stances if g.get("core", True))
            finder = pipeline.finder(article, doc)
            extraction = Extraction(article, finder.author)
            for sentence in finder.proposals():
                for proposal in sentence:
                    line = stance_line(extraction, proposal.stance)
                    if line["polarity"] in ("support", "oppose"):
                        found.append(proposal)
                        right.append(any(agrees(g, line) for g in text.stances))
    return found, right, core


def attributions(file: Path, model: Path) -> tuple[list[LearnedAttribution], list[bool]]:
    """Every attribution read in the items, and whether an annotated one agrees with it."""
    chosen = settings.load().with_(model_folder=str(model))
    network, language = require_network(chosen), nlp.load(chosen.spacy_model)
    found: list[LearnedAttribution] = []
    right: list[bool] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        doc = language(item["text"])
        gold = [
            Parts(*(tokens_of(doc, tuple(map(tuple, spans))) for spans in (c["source"], [c["cue"]], c["content"])))
            for c in item["cues"]
        ]
        for read in network.read(doc).attributions:
            if read.content:
                parts = Parts(frozenset(read.source), frozenset(range(*read.cue)), frozenset(read.content))
                found.append(read)
                right.append(any(agree(g, parts) for g in gold if g.content))
    return found, right


def fit(rows: np.ndarray, right: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Weights of the logistic regression; `free` columns are not pulled to 0."""
    weights = np.zeros(rows.shape[1])
    pull = np.where(free, 1e-3, PENALTY)
    for _ in range(50):
        p = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (p - right) + pull * weights
        curvature = (rows * (p * (1 - p))[:, None]).T @ rows + np.diag(pull)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--attributions", type=Path)
    parser.add_argument("gold", nargs="+", type=Path)
    arguments = parser.parse_args()
    found, right, core = proposals(arguments.gold, arguments.model)
    names = list(features(found[0]))
    rows = np.array([[features(p)[n] for n in names] for p in found])
    truth = np.array(right, float)
    weights = fit(rows, truth, np.array([n in _FREE for n in names]))
    card_file = arguments.model / "card.json"
    card = json.loads(card_file.read_text(encoding="utf-8"))
    card["confidence"] = {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}
    chances = list(1 / (1 + np.exp(-rows @ weights)))
    error, curve = calibration(chances, right)
    card["calibration"] = {"proposals": len(found), "right": sum(right), "core": core, "ece": error}
    card["trade_off"] = trade_off(chances, right, core)
    if arguments.attributions:
        read, whole = attributions(arguments.attributions, arguments.model)
        parts = list(read[0].evidence)
        table = np.array([[a.evidence[n] for n in parts] for a in read])
        fitted = fit(table, np.array(whole, float), np.ones(len(parts), bool))
        card["attribution"] = {n: round(float(w), 4) for n, w in zip(parts, fitted, strict=True)}
        print(json.dumps(calibration(list(1 / (1 + np.exp(-table @ fitted))), whole)), json.dumps(card["attribution"]))
    card_file.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    for row in (*curve, *card["trade_off"], card["confidence"], card["calibration"]):
        print(json.dumps(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
