"""How sure we are of a stance: a logistic regression over what speaks for it, fitted on annotated articles.

Its output is calibrated (Platt 1999): of the stances with confidence 0.8 a careful reader accepts about eight in ten.
`training/calibrate.py` fits the weights; `docs/confidence.md` explains them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from kb.model import TargetKind
from kb.stance.proposals import Proposal

_EDGE = 0.01


def features(proposal: Proposal) -> dict[str, float]:
    """What speaks for and against a proposal, by name."""
    p = proposal.network
    proposition = proposal.stance.target.kind is TargetKind.PROPOSITION
    chance = min(max(p if p is not None else 0.5, _EDGE), 1 - _EDGE)
    return {
        "bias": 1.0,
        "odds": math.log(chance / (1 - chance)),
        "unjudged": float(p is None),
        "rule": proposal.rule,
        "unruled": float(proposal.rule == 0),
        "contrary": proposal.contrary,
        "said": 0.0 if proposition else proposal.said,
        "among": 0.0 if proposition or proposal.author else proposal.among,
        "other_holder": max(0.0, proposal.other_holder - (p or 0.0)),
        "other_target": max(0.0, proposal.other_target - (p or 0.0)),
        "pronoun": float(proposal.pronoun),
        "author": float(proposal.author),
        "unnamed": float(proposal.unnamed),
        "proposition": float(proposition),
        "headline": float(proposal.headline),
        "voiced": float(proposal.voiced),
        "conditional": float(proposal.stance.conditional),
    }


def confidence(proposal: Proposal, weights: Mapping[str, float]) -> float:
    """Probability (0..0.99) that a careful reader accepts the stance."""
    z = sum(value * weights.get(name, 0.0) for name, value in features(proposal).items())
    return round(min(1 / (1 + math.exp(-z)), 0.99), 4)
