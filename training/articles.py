"""Annotated articles (`benchmarks/stance`) -> training items for the pair judge.

    python training/articles.py benchmarks/stance/dev.jsonl benchmarks/stance/heldout.jsonl --out articles.jsonl

These name holders and targets, not where they stand; the naming in the evidence is found with names, pronouns and
titles as `kb` resolves them. A stance whose holder or target is not found there makes its sentence no example at all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus import parse_of

from kb import nlp, settings
from kb.articles.reader import read_paths
from kb.coreference import References
from kb.evaluation.gold import read_stances
from kb.evaluation.names import same_name, same_topic, words
from kb.linking.index import load_index
from kb.linking.linker import Linker
from kb.mentions import find_mentions
from kb.model import Article
from kb.network.candidates import Candidate, candidates
from kb.network.windows import windows

_FIRST = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
_LABELS = {"support": 1, "oppose": 2, "neutral": 3}
_REACH = 2


def items(article: Article, doc: Any, linker: Linker, gold: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The items of one article, window by window."""
    mentions = find_mentions(doc, article, linker)
    references = References(doc, mentions)
    sentence_of = {t.i: n for n, s in enumerate(doc.sents) for t in s}
    for start, end in windows(doc):
        base, limit = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
        found = list(candidates(doc, start, end, mentions.at))
        named = [_names(doc, c, references, mentions) for c in found]
        texts = [doc[c.start : c.end].text for c in found]
        label: dict[tuple[int, int], list[Any]] = {}
        ignored: set[tuple[int, int]] = set()
        blind: set[int] = set()  # sentences with a stance that could not be placed
        for g in gold:
            inside = [n for n, c in enumerate(found) if g["start"] <= doc[c.head].idx < g["end"]]
            if not inside:
                continue
            holders = _holders(g, found, named, inside)
            targets = _targets(g, found, texts, named, inside)
            if not targets:
                blind |= {sentence_of[found[n].head] for n in inside}
                continue
            if not holders:
                blind |= {sentence_of[found[n].head] for n in inside}
                continue
            best = targets[0]
            holders = [h for h in holders if h < 0 or (h != best and named[h] != named[best])]
            polarity = [_LABELS[g["polarity"]], 1.0 if g["core"] else 0.4, -1]
            for h in holders:
                label.setdefault((h, best), polarity)
                ignored |= {(h, t) for t in targets[1:]}
        pairs = []
        for h in range(-1, len(found)):
            if h >= 0 and (found[h].clause or doc[found[h].head].lower_ in _FIRST):
                continue
            for t in range(len(found)):
                if (h, t) in label:
                    pairs.append([h, t, *label[h, t]])
                    continue
                near = h < 0 or abs(sentence_of[found[h].head] - sentence_of[found[t].head]) <= _REACH
                if h == t or not near or (h, t) in ignored or doc[found[t].head].lower_ in _FIRST:
                    continue
                if sentence_of[found[t].head] in blind:
                    continue
                alike = any(
                    (k == h or (k >= 0 and h >= 0 and named[k] and named[k] == named[h]))
                    and (u == t or (named[u] and named[u] == named[t]))
                    for k, u in label
                )
                if not alike:
                    inside_gold = any(
                        k == h and found[u].start < found[t].end and found[t].start < found[u].end for k, u in label
                    )
                    pairs.append([h, t, 0, 0.3 if inside_gold else 1.0, -1])
        spans = [
            [doc[c.start].idx - base, doc[c.end - 1].idx + len(doc[c.end - 1]) - base, doc[c.head].idx - base]
            for c in found
        ]
        text = doc.text[base:limit]
        parse = parse_of(doc, start, end)
        yield {"id": article.id, "source": "ours", "text": text, "spans": spans, "pairs": pairs, **parse}


def _names(doc: Any, c: Candidate, references: References, mentions: Any) -> str:
    """Whom the candidate names, as far as that can be resolved."""
    if c.clause:
        return ""
    agent = references.agent(doc[c.head])
    entity = mentions.entity(doc[c.head])
    return agent.name if agent is not None else entity.name if entity is not None else ""


def _holders(g: dict[str, Any], found: list[Candidate], named: list[str], inside: list[int]) -> list[int]:
    names = [g["holder"], *g.get("accept_holder", ())]
    if "author" in names:
        return [-1]
    here = [n for n in inside if named[n] and any(same_name(x, named[n]) for x in names)]
    if here:
        return here
    first, last = min(inside), max(inside)
    near = [n for n in range(max(0, first - 25), min(len(found), last + 25)) if n not in inside]
    return [n for n in near if named[n] and any(same_name(x, named[n]) for x in names)][-1:]


def _targets(
    g: dict[str, Any], found: list[Candidate], texts: list[str], named: list[str], inside: list[int]
) -> list[int]:
    """Candidates that name the target, best first."""
    scored = []
    for n in inside:
        best = 0.0
        for rank, name in enumerate([g["target"], *g.get("accept_target", ())]):
            here = named[n] or texts[n]
            if g["target_kind"] == "entity":
                if same_name(name, here) and words(here) and not found[n].clause:
                    best = max(best, 2.0 - 0.1 * rank - 0.01 * len(texts[n].split()))
            elif same_topic(name, texts[n]) and words(texts[n]):
                shared = len(words(name) & words(texts[n])) / len(words(name) | words(texts[n]) or {""})
                best = max(best, 0.5 + shared - 0.1 * rank)
        if best:
            scored.append((best, n))
    return [n for _, n in sorted(scored, key=lambda x: -x[0])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    chosen = settings.load()
    linker = Linker(load_index(chosen.index))
    made = stances = 0
    with arguments.out.open("w", encoding="utf-8") as out:
        for file in arguments.gold:
            gold = read_stances(file)
            articles = [a for g in gold for a in read_paths([g.name], chosen) if isinstance(a, Article)]
            parsed = nlp.parse(articles, chosen.spacy_model)
            for text, (article, doc) in zip(gold, parsed, strict=True):
                for item in items(article, doc, linker, text.stances):
                    made += 1
                    stances += sum(1 for p in item["pairs"] if p[2])
                    out.write(json.dumps(item, ensure_ascii=False) + "\n")
    print(f"{made} items with {stances} stances", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
