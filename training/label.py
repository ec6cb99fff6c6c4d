"""Texts nobody annotated -> training items with what a trained model thinks of their pairs (self-training).

    python training/label.py --model FOLDER --items base.jsonl --source newsmtsc --out labelled.jsonl

A pair that the model is unsure of stands there once for each label it may have, weighted by its probability: the
student learns the teacher's distribution (Hinton et al., 2015), not its guesses. Documents of the corpus' dev and test
parts are left out, and so are sentences that are annotated.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus import FOLDER, parse_of, read_records, split_of

from kb import nlp, settings
from kb.network.candidates import candidates
from kb.network.encoder import Encoder
from kb.network.reader import NetworkReader
from kb.network.windows import windows

_SURE = 0.95  # a pair with no stance at this probability is simply none
_LEAST = 0.03  # probability from which a label is worth a line


def label(doc: Any, network: NetworkReader, document: str) -> Iterator[dict[str, Any]]:
    """The items of one text, window by window."""
    named = {t.i for ent in doc.ents for t in ent}
    judged = network.read(doc, named=named).judgements
    for start, end in windows(doc):
        found = list(candidates(doc, start, end, named))
        at = {c.head: n for n, c in enumerate(found)}
        base, limit = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
        pairs = []
        for j in judged:
            if j.target.head not in at or (j.holder is not None and j.holder.head not in at):
                continue
            h, t = -1 if j.holder is None else at[j.holder.head], at[j.target.head]
            if j.none >= _SURE:
                pairs.append([h, t, 0, 1.0, -1])
                continue
            for k, chance in enumerate((j.none, j.support, j.oppose, j.neutral)):
                if chance >= _LEAST:
                    pairs.append([h, t, k, round(chance, 3), -1])
        spans = [
            [doc[c.start].idx - base, doc[c.end - 1].idx + len(doc[c.end - 1]) - base, doc[c.head].idx - base]
            for c in found
        ]
        text = doc.text[base:limit]
        yield {
            "id": document,
            "source": "ours",
            "text": text,
            "spans": spans,
            "pairs": pairs,
            **parse_of(doc, start, end),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--items", type=Path, required=True, help="items of training/sources.py")
    parser.add_argument("--source", default="newsmtsc")
    parser.add_argument("--most", type=int, default=100_000, help="texts at most")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    annotated = {r["sha256"] for r in read_records(FOLDER / "newsmtsc.jsonl")}
    chosen = []
    for line in arguments.items.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        known = hashlib.sha256(item["text"].strip().encode()).hexdigest()[:16] in annotated
        if item["source"] == arguments.source and not known and (not item["id"] or split_of(item["id"]) == "train"):
            chosen.append(item)
    chosen = chosen[: arguments.most]
    network = NetworkReader(Encoder(arguments.model), least=0.0)
    language = nlp.load(settings.load().spacy_model)
    made = 0
    with arguments.out.open("w", encoding="utf-8") as out:
        for item, doc in zip(chosen, language.pipe(i["text"] for i in chosen), strict=True):
            for labelled in label(doc, network, item["id"]):
                out.write(json.dumps(labelled, ensure_ascii=False) + "\n")
                made += 1
    print(f"{made} items of {len(chosen)} texts", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
