"""`kb evaluate stance`: the whole flow, from text to who is for or against what.

A prediction is right where evidence, holder, target and polarity agree with one annotated stance (names agree when the
words of one are among the other's; propositions when they share half the words of the shorter). Precision runs over
support and oppose; recall over the stances marked core. SEESAW annotates stances between entities only: a stance
towards a proposition that is none of its entities is outside its scheme and not counted.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from kb.evaluation.gold import GoldText
from kb.evaluation.measures import calibration, prf, trade_off
from kb.evaluation.names import same_name, same_topic
from kb.lines import stance_line
from kb.model import Article, Block, BlockKind, Span
from kb.pipeline import Pipeline
from kb.settings import Settings

_POLAR = ("support", "oppose")


def evaluate(texts: list[GoldText], settings: Settings, entities_only: bool = False) -> dict[str, Any]:
    """Scores over all texts, with chains, calibration, the threshold's trade-off and the causes of errors."""
    from kb.articles.reader import read_paths

    plain = settings.with_(threshold=0.05)
    pipeline = Pipeline(plain)
    articles: list[Article] = []
    for text in texts:
        if text.about is None:
            articles.extend(a for a in read_paths([text.name], settings) if isinstance(a, Article))
        else:
            articles.append(passage(text))
    sure: list[float] = []
    right: list[bool] = []
    found = core = chains = chains_right = 0
    errors: Counter[str] = Counter()
    by_kind: dict[str, list[int]] = {}
    for text, extraction in zip(texts, pipeline.extract(articles), strict=True):
        lines = [stance_line(extraction, s) for s in extraction.stances]
        if text.about is not None:
            lines = [p for p in lines if text.about[0] <= p["evidence"]["start"] < text.about[1]]
        for line in lines:
            if line["polarity"] not in _POLAR:
                continue
            good = any(agrees(g, line) for g in text.stances)
            if entities_only and not good and line["target"]["kind"] == "proposition":
                continue
            sure.append(line["confidence"])
            right.append(good)
            if line["confidence"] >= settings.threshold and not good:
                errors[cause_of_wrong(line, text.stances)] += 1
        kept = [p for p in lines if p["confidence"] >= settings.threshold]
        for g in text.stances:
            if not g.get("core", True):
                continue
            core += 1
            kind = by_kind.setdefault(f"{g['target_kind']}/{g['polarity']}", [0, 0])
            kind[1] += 1
            hits = [p for p in kept if agrees(g, p)]
            if hits:
                found += 1
                kind[0] += 1
                if g.get("chain"):
                    chains += 1
                    chains_right += any(_chain_agrees(g["chain"], p["chain"]) for p in hits)
            else:
                errors[cause_of_miss(g, lines, settings.threshold)] += 1
    kept_right = [r for c, r in zip(sure, right, strict=True) if c >= settings.threshold]
    error, curve = calibration([c for c in sure if c >= settings.threshold], kept_right)
    high = [r for c, r in zip(sure, right, strict=True) if c >= 0.9]
    return {
        **prf(sum(kept_right), len(kept_right), found, core),
        "n": core,
        "predicted": len(kept_right),
        "chains": {"right": chains_right, "n": chains},
        "ece": error,
        "by_confidence": curve,
        "at_0.9": {"n": len(high), "p": round(sum(high) / len(high), 4) if high else None},
        "by_kind": {k: {"found": a, "n": n, "r": round(a / n, 4)} for k, (a, n) in sorted(by_kind.items())},
        "trade_off": trade_off(sure, right, core),
        "errors": dict(errors.most_common()),
    }


def passage(text: GoldText) -> Article:
    """A few sentences as an article of their own."""
    whole = Span(0, len(text.text))
    return Article(id=text.name.replace("/", "-"), text=text.text, blocks=(Block(whole, BlockKind.BODY),))


def agrees(gold: dict[str, Any], line: dict[str, Any]) -> bool:
    """Whether a predicted line says what the gold line says."""
    polarity = line["polarity"] == gold["polarity"] or line["polarity"] in gold.get("accept_polarity", ())
    return polarity and _place_agrees(gold, line) and _holder_agrees(gold, line) and _target_agrees(gold, line)


def _place_agrees(gold: dict[str, Any], line: dict[str, Any]) -> bool:
    evidence = line["evidence"]
    return "start" not in gold or (evidence["start"] < gold["end"] and gold["start"] < evidence["end"])


def _holder_agrees(gold: dict[str, Any], line: dict[str, Any]) -> bool:
    names = [gold["holder"], *gold.get("accept_holder", ())]
    if "author" in names and line["holder"]["kind"] == "author":
        return True
    return any(same_name(n, line["holder"]["name"]) for n in names)


def _target_agrees(gold: dict[str, Any], line: dict[str, Any]) -> bool:
    target = line["target"]
    names = [gold["target"], *gold.get("accept_target", ())]
    if gold["target_kind"] == "entity" or target["kind"] == "entity":
        return any(same_name(n, target["name"]) for n in names)
    return any(same_topic(n, target["name"]) for n in names)


def _chain_agrees(gold: list[str], chain: list[dict[str, Any]]) -> bool:
    return all(any(same_name(name, voice["agent"]) for voice in chain) for name in gold)


def cause_of_wrong(line: dict[str, Any], gold: list[dict[str, Any]]) -> str:
    """What is wrong with a stance that no annotated one agrees with."""
    near = [g for g in gold if _place_agrees(g, line)]
    if any(_holder_agrees(g, line) and _target_agrees(g, line) for g in near):
        return "wrong: direction, or negation overlooked"
    if any(_target_agrees(g, line) and g["polarity"] == line["polarity"] for g in near):
        return "wrong: holder" if line["holder"]["kind"] != "author" else "wrong: the author's, not a voice's"
    if any(_holder_agrees(g, line) and g["polarity"] == line["polarity"] for g in near):
        return "wrong: target"
    if any(_holder_agrees(g, line) for g in near):
        return "wrong: target and direction"
    return "wrong: no stance there"


def cause_of_miss(gold: dict[str, Any], lines: list[dict[str, Any]], threshold: float) -> str:
    """Why an annotated stance was not found."""
    near = [p for p in lines if _place_agrees(gold, p)]
    if any(agrees(gold, p) for p in near):
        return "missed: found, but not sure enough"
    sure = [p for p in near if p["confidence"] >= threshold]
    if any(_holder_agrees(gold, p) and _target_agrees(gold, p) for p in sure):
        return "missed: direction, or negation overlooked"
    if any(_target_agrees(gold, p) and p["polarity"] == gold["polarity"] for p in sure):
        return "missed: another holder (attribution or coreference)"
    if any(_holder_agrees(gold, p) and p["polarity"] == gold["polarity"] for p in sure):
        return "missed: another target"
    return "missed: cue not seen"
