"""Precision, recall, F1, calibration: the sums that every evaluation shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Scores = dict[str, float]


def prf(right_predicted: int, predicted: int, right_gold: int, gold: int) -> Scores:
    """Precision, recall and F1 (0..1, rounded to four places); 0 where nothing is there to count."""
    p = right_predicted / predicted if predicted else 0.0
    r = right_gold / gold if gold else 0.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(f1, 4)}


def labels_f1(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, Any]:
    """Micro and macro F1 and accuracy of one label an item; macro runs over the labels that occur in the gold."""
    labels = sorted(set(gold))
    by_label = {}
    for label in labels:
        both = sum(g == p == label for g, p in zip(gold, predicted, strict=True))
        by_label[label] = prf(both, predicted.count(label), both, gold.count(label))
    right = sum(g == p for g, p in zip(gold, predicted, strict=True))
    accuracy = round(right / len(gold), 4) if gold else 0.0
    macro = round(sum(s["f1"] for s in by_label.values()) / len(labels), 4) if labels else 0.0
    return {"micro_f1": accuracy, "macro_f1": macro, "accuracy": accuracy, "n": len(gold), "by_label": by_label}


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> tuple[float, list[Scores]]:
    """Expected calibration error (Naeini et al., AAAI 2015) and, bin by bin, how confidence and accuracy compare.

    Bins are of equal width over 0..1; empty ones are left out.
    """
    rows: list[Scores] = []
    error = 0.0
    for n in range(bins):
        low, high = n / bins, (n + 1) / bins
        inside = [
            (c, r) for c, r in zip(confidences, right, strict=True) if low <= c < high or (n == bins - 1 and c == high)
        ]
        if not inside:
            continue
        mean = sum(c for c, _ in inside) / len(inside)
        accuracy = sum(r for _, r in inside) / len(inside)
        error += abs(mean - accuracy) * len(inside) / len(confidences)
        rows.append(
            {
                "from": round(low, 2),
                "to": round(high, 2),
                "n": len(inside),
                "confidence": round(mean, 4),
                "accuracy": round(accuracy, 4),
            }
        )
    return round(error, 4), rows


def trade_off(confidences: Sequence[float], right: Sequence[bool], gold: int) -> list[Scores]:
    """Precision and recall (of `gold` items) for thresholds 0.1, 0.2, ... 0.9: what a higher threshold costs."""
    rows = []
    for n in range(1, 10):
        least = n / 10
        kept = [r for c, r in zip(confidences, right, strict=True) if c >= least]
        precision = sum(kept) / len(kept) if kept else 0.0
        rows.append(
            {
                "threshold": least,
                "kept": len(kept),
                "p": round(precision, 4),
                "right_of_gold": round(min(1.0, sum(kept) / gold), 4) if gold else 0.0,
            }
        )
    return rows
