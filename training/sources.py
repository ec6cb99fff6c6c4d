"""NewsMTSC and DSE -> training items: one JSON object a line, in the form that `training/network.py` learns from.

    python training/sources.py --newsmtsc FOLDER --dse FOLDER --out items.jsonl

An item is a text with candidate spans and what is known about them; offsets count code points:

    {"id", "source", "text", "spans": [[start, end, head_start]], "pairs": [[holder, target, label]],
     "targets": [[span, label]]}

`holder` and `target` index `spans` (-1: the author); a pair's label is 0 none, 1 support, 2 oppose, 3 neutral; a
target's 0 negative, 1 neutral, 2 positive, whoever the sentiment comes from.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpus import parse_of
from spacy.tokens import Doc

from kb import nlp as language
from kb import settings

Item = dict[str, Any]
#: label of DSE -> (first towards second, second towards first)
DIRECTIONS = {"0": (0, 0), "1": (1, 0), "2": (0, 1), "3": (2, 0), "4": (0, 2)}


def read_gz(path: Path) -> list[str]:
    """The lines of a gzip file, also where it wraps a tar archive of one file."""
    data = gzip.decompress(path.read_bytes())
    if data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            member = next(m for m in archive.getmembers() if m.isfile() and not Path(m.name).name.startswith("._"))
            found = archive.extractfile(member)
            assert found is not None
            data = found.read()
    return data.decode("utf-8").splitlines()


def newsmtsc(lines: Iterable[str]) -> Iterator[Item]:
    """One item a sentence, with all its targets."""
    items: dict[str, Item] = {}
    for line in filter(str.strip, lines):
        row = json.loads(line)
        text = row["sentence"]
        doc = "_".join(row["id"].split("_")[:3])
        item = items.setdefault(text, {"id": doc, "source": "newsmtsc", "text": text, "spans": [], "targets": []})
        item["targets"].append([len(item["spans"]), int(row["polarity"]) + 1])
        item["spans"].append([int(row["from"]), int(row["to"])])
    yield from items.values()


def dse(lines: Iterable[str]) -> Iterator[Item]:
    """One item a sentence, with all its pairs; mentions that upstream cut in mid-word are made whole again."""
    items: dict[str, Item] = {}
    for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) != 4 or row[3] not in DIRECTIONS:
            continue
        marked = row[0]
        parts: list[str] = []
        spans: list[list[int]] = []
        length, depth = 0, 0
        for char in marked:
            if char == "[":
                spans.append([length, -1])
                depth += 1
            elif char == "]" and depth:
                spans[-1][1] = length
                depth -= 1
            else:
                parts.append(char)
                length += 1
        text = "".join(parts)
        if len(spans) != 2 or any(e < 0 for _, e in spans):
            continue
        spans = [_whole(text, s, e) for s, e in spans]
        first = 0 if text[slice(*spans[0])].strip().startswith(row[1].strip()) else 1
        a, b = spans[first], spans[1 - first]
        item = items.setdefault(text, {"id": "", "source": "dse", "text": text, "spans": [], "pairs": []})
        index = []
        for span in (a, b):
            if span not in item["spans"]:
                item["spans"].append(span)
            index.append(item["spans"].index(span))
        forth, back = DIRECTIONS[row[3]]
        item["pairs"] += [[index[0], index[1], forth], [index[1], index[0], back]]
    yield from items.values()


def _whole(text: str, start: int, end: int) -> list[int]:
    """The span without blanks at its edges and to the end of its last word; a possessive "s" is none of it."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    while end < len(text) and text[end].isalpha() and text[end - 1].isalpha():
        end += 1
    return [start, end]


def with_heads(items: list[Item]) -> Iterator[Item]:
    """Add to each span where its syntactic head starts."""
    nlp = language.load(settings.load().spacy_model)
    for item, doc in zip(items, nlp.pipe((i["text"] for i in items), batch_size=64), strict=True):
        item["spans"] = [[s, e, head_of(doc, s, e)] for s, e in item["spans"]]
        yield {**item, **parse_of(doc, 0, len(doc))}


def head_of(doc: Doc, start: int, end: int) -> int:
    """Where the head word of the span starts: the root of its words."""
    span = doc.char_span(start, end, alignment_mode="expand")
    return start if span is None or not len(span) else max(start, span.root.idx)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--newsmtsc", type=Path)
    parser.add_argument("--dse", type=Path)
    parser.add_argument("--split", choices=["train", "dev"], default="train")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    items: list[Item] = []
    if arguments.newsmtsc:
        for name in ("rw-train",) if arguments.split == "train" else ("rw-dev", "mt-dev"):
            items += newsmtsc(read_gz(arguments.newsmtsc / f"{name}.jsonl.gz"))
    if arguments.dse:
        name = "train" if arguments.split == "train" else "valid"
        items += dse(read_gz(arguments.dse / f"{name}.tsv.gz"))
    random.Random(1).shuffle(items)
    with arguments.out.open("w", encoding="utf-8") as out:
        for item in with_heads(items):
            out.write(json.dumps(item, ensure_ascii=False) + "\n")
    print(f"{len(items)} items", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
