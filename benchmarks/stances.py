"""How many stances are found, and how many of those are right, on annotated articles.

    python benchmarks/stances.py [--json]

Reads the sets in `benchmarks/stance/` and the two real articles in `../shared`, scores them with the scorer that lies
there, and says what a confidence is worth: the share that is right among the stances above it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from kb.articles.reader import read_paths
from kb.lines import stance_line
from kb.model import Article
from kb.pipeline import Pipeline
from kb.settings import load

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)


def sets() -> dict[str, tuple[Path, Path]]:
    """Name of a set -> folder of its articles, file of its gold."""
    found = {p.stem: (p.with_suffix(""), p) for p in sorted((HERE / "stance").glob("*.jsonl"))}
    found["seeds"] = (SHARED / "seeds", SHARED / "gold" / "seed_stances.jsonl")
    return found


def load_scorer() -> ModuleType:
    """The scorer beside the checkout.

    Raises:
        SystemExit: it is not there.
    """
    path = SHARED / "tools" / "score_stances.py"
    if not path.exists():
        raise SystemExit(f"{path.name} is not beside the checkout; put the shared folder there and run this again")
    spec = importlib.util.spec_from_file_location("score_stances", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(folder: Path, gold_file: Path, pipeline: Pipeline, scorer: ModuleType) -> dict[str, Any]:
    """Recall over core stances, precision over those found, chains, and precision by confidence."""
    articles = [a for a in read_paths([folder], pipeline.settings) if isinstance(a, Article)]
    found = [stance_line(e, s) for e in pipeline.extract(articles) for s in e.stances]
    gold = [json.loads(line) for line in gold_file.read_text(encoding="utf-8").splitlines() if line.strip()]
    result: dict[str, Any] = scorer.score(gold, found)
    del result["missed"]
    result["by_confidence"] = [
        {"from": t, "predicted": s["predicted"], "precision": s["precision"]}
        for t in THRESHOLDS
        if (s := scorer.score(gold, [f for f in found if f["confidence"] >= t]))["predicted"]
    ]
    return result


def main() -> int:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    scorer, pipeline = load_scorer(), Pipeline(load())
    results = {name: measure(*paths, pipeline, scorer) for name, paths in sets().items() if paths[1].exists()}
    if arguments.json:
        print(json.dumps(results, indent=1))
        return 0
    print(f"{'set':10} {'recall':>14} {'precision':>16} {'chains':>8}   precision from confidence")
    for name, r in results.items():
        curve = "  ".join(f"{c['from']}: {c['precision']:.2f} ({c['predicted']})" for c in r["by_confidence"])
        recall = f"{r['core_found']}/{r['core']} = {r['recall']:.2f}"
        precision = f"{r['right']}/{r['predicted']} = {r['precision']:.2f}"
        print(f"{name:10} {recall:>14} {precision:>16} {r['chains_right']}/{r['chains']:<6}   {curve}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
