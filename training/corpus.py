"""Our annotated corpus: sheets -> stand-off records -> training items and gold; how far two annotators agree.

    python training/corpus.py build SHEETS ANSWERS --ids IDS.json --newsmtsc FOLDER
    python training/corpus.py items --newsmtsc FOLDER --split train --out ours.jsonl
    python training/corpus.py agreement

`corpus/newsmtsc.jsonl`: ids and offsets into sentences of NewsMTSC (MIT), no text; `corpus/own.jsonl`: what we wrote.
`corpus/second.jsonl` is what a second annotator made of some of the same items without seeing the first's work.
The notation of the sheets is in GUIDELINES.md. Offsets count code points.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "corpus"
Record = dict[str, Any]
Spans = list[list[int]]
POLARITIES = {"+": "support", "-": "oppose", "0": "neutral"}
CERTAINTIES = {"c": "certain", "h": "hedged", "f": "conditional", "u": "unspecified"}
KINDS = {"e": "entity", "p": "proposition"}


class NotationError(ValueError):
    """A line of an answer that does not resolve: which, and why."""


# --- the notation


def find(text: str, quoted: str) -> Spans | None:
    """Spans of `part ... part#2` in the text; None where one is not there as often as whole words."""
    found: Spans = []
    for raw in quoted.split(" ... "):
        part, nth = raw.strip(), 1
        numbered = re.fullmatch(r"(.+)#(\d+)", part, re.S)
        if numbered:
            part, nth = numbered[1].strip(), int(numbered[2])
        starts = [
            m.start()
            for m in re.finditer(re.escape(part), text)
            if not (part[0].isalnum() and m.start() and text[m.start() - 1].isalnum())
            and not (part[-1].isalnum() and m.end() < len(text) and text[m.end()].isalnum())
        ]
        if found and nth == 1:
            starts = [s for s in starts if s >= found[-1][1]] or starts
        if len(starts) < nth:
            return None
        found.append([starts[nth - 1], starts[nth - 1] + len(part)])
    return found


def resolve(text: str, lines: list[str]) -> Record:
    """The record of one item.

    Raises:
        NotationError: a line has the wrong fields, or words that the text has not.
    """
    record: Record = {"attributions": [], "stances": [], "references": []}

    def spans(quoted: str, line: str) -> Spans:
        if quoted == "-":
            return []
        found = find(text, quoted)
        if found is None:
            raise NotationError(f"{line!r}: {quoted!r} is not in the text")
        return found

    for line in lines:
        kind, rest = line[0], line[1:].strip()
        fields = [f.strip() for f in rest.split(" | ")]
        if kind == "X":
            record["broken"] = rest
        elif kind == "A" and len(fields) == 3:
            source, cue, content = (spans(f, line) for f in fields)
            if cue:
                record["attributions"].append({"source": source, "cue": cue[0], "content": content})
        elif kind == "S" and len(fields) == 7:
            cue_words = find(text, fields[5]) or [s for w in fields[5].split() for s in find(text, w) or []]
            record["stances"].append(
                {
                    "holder": "author" if fields[0] == "AUTHOR" else spans(fields[0], line),
                    "target": spans(fields[1], line),
                    "polarity": POLARITIES[fields[2][0]],
                    "core": not fields[2].endswith("?"),
                    "target_kind": KINDS[fields[3]],
                    "certainty": CERTAINTIES[fields[4]],
                    "cue": cue_words,
                    "chain": [] if fields[6] == "-" else [spans(f, line) for f in fields[6].split(" > ")],
                }
            )
        elif kind == "C" and " = " in rest:
            mention, antecedent = rest.split(" = ", 1)
            known = None if antecedent.strip() == "?" else spans(antecedent, line)
            record["references"].append({"mention": spans(mention, line), "antecedent": known})
        else:
            raise NotationError(f"{line!r}: not a line of the notation")
    return record


def read_blocks(path: Path) -> dict[str, list[str]]:
    """`# id` headings of a sheet or answer -> the lines below each."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# "):
            current = found.setdefault(line[2:].split()[0], [])
        else:
            current.append(line)
    return found


def split_of(document: str) -> str:
    """The part a document belongs to, by hash: 75 % train, 10 % dev, 15 % test."""
    n = int(hashlib.sha256(document.encode()).hexdigest()[:8], 16) % 100
    return "train" if n < 75 else "dev" if n < 85 else "test"


def build(sheets: Path, answers: Path, ids: dict[str, str]) -> tuple[list[Record], list[Record], list[str]]:
    """Records of NewsMTSC sentences, records of our own passages, and what did not resolve."""
    news, own, bad = [], [], []
    for answer in sorted(answers.glob("*.txt")):
        sheet = sheets / answer.name
        if not sheet.exists():
            continue
        texts = {k: "\n".join(v).strip() for k, v in read_blocks(sheet).items()}
        for key, lines in read_blocks(answer).items():
            if key not in texts:
                continue
            text = texts[key]
            good: list[str] = []
            for line in (x.strip() for x in lines):
                try:
                    if line:
                        resolve(text, [line])
                        good.append(line)
                except (NotationError, KeyError) as error:
                    bad.append(f"{key}: {error}")
            record = resolve(text, good)
            if key in ids:
                head = {"id": ids[key], "split": split_of("_".join(ids[key].split("_")[:3]))}
                news.append({**head, "sha256": hashlib.sha256(text.encode()).hexdigest()[:16], **record})
            else:
                own.append({"id": key, "split": split_of(key), "text": text, **record})
    return news, own, bad


def read_records(path: Path) -> list[Record]:
    """The records of a file of the corpus."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def write_records(path: Path, records: list[Record]) -> None:
    """One record a line, in order of id."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for record in sorted(records, key=lambda r: r["id"]):
            out.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


def texts_of(newsmtsc: Path) -> dict[str, str]:
    """Sentences of NewsMTSC train by the hash that the corpus names them by."""
    from sources import read_gz

    rows = (json.loads(line)["sentence"] for line in read_gz(newsmtsc / "rw-train.jsonl.gz") if line.strip())
    return {hashlib.sha256(t.encode()).hexdigest()[:16]: t for t in (r.strip() for r in rows)}


def records(newsmtsc: Path | None, split: str | None = None) -> Iterator[Record]:
    """All records with their text; those of NewsMTSC only where its folder is given."""
    texts = texts_of(newsmtsc) if newsmtsc else {}
    for record in read_records(FOLDER / "newsmtsc.jsonl") if newsmtsc else []:
        if (split is None or record["split"] == split) and record["sha256"] in texts:
            yield {**record, "text": texts[record["sha256"]]}
    for record in read_records(FOLDER / "own.jsonl"):
        if split is None or record["split"] == split:
            yield record


# --- training items

_I = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
_LABELS = {"support": 1, "oppose": 2, "neutral": 3}
_SURE = {"certain": 0, "hedged": 1, "conditional": 2, "unspecified": -1}
_REACH = 2  # sentences between a holder and a target that are shown as a pair


def items(record: Record, doc: Any) -> Iterator[Record]:
    """The training items of one record: one for each window of its text."""
    from kb.network.candidates import candidates
    from kb.network.windows import windows

    if record.get("broken"):
        return
    named = {t.i for ent in doc.ents for t in ent}
    sentence_of = {t.i: n for n, s in enumerate(doc.sents) for t in s}
    groups = _groups(record)
    names: dict[str, int] = {}
    for start, end in windows(doc):
        base = doc[start].idx
        limit = doc[end - 1].idx + len(doc[end - 1])
        text = record["text"][base:limit]
        found = list(candidates(doc, start, end, named))
        rows = [[doc[c.start].idx, doc[c.end - 1].idx + len(doc[c.end - 1]), doc[c.head].idx] for c in found]
        clause = [c.clause for c in found]
        heads = [c.head for c in found]

        def index(
            span: list[int],
            doc: Any = doc,
            rows: Spans = rows,
            heads: list[int] = heads,
            clause: list[bool] = clause,
            base: int = base,
            limit: int = limit,
        ) -> int | None:
            """The candidate with the head of the span, else the span itself as one more candidate."""
            tokens = doc.char_span(*span, alignment_mode="expand")
            if tokens is None or not base <= span[0] < limit:
                return None
            if tokens.root.i in heads:
                return heads.index(tokens.root.i)
            rows.append([span[0], span[1], tokens.root.idx])
            heads.append(tokens.root.i)
            clause.append(tokens.root.pos_ in ("VERB", "AUX"))
            return len(rows) - 1

        gold: dict[tuple[int, int], list[Any]] = {}
        for stance in record["stances"]:
            holder = -1 if stance["holder"] == "author" else index(stance["holder"][0])
            target = index(stance["target"][0])
            if holder is None or target is None:
                continue
            new = [_LABELS[stance["polarity"]], 1.0 if stance["core"] else 0.4, _SURE[stance["certainty"]]]
            if (holder, target) not in gold or new[1] > gold[holder, target][1]:
                gold[holder, target] = new
        pairs: list[list[Any]] = []
        by_holder: dict[int, list[int]] = {}
        for h, t in gold:
            by_holder.setdefault(h, []).append(t)
        same = [_group_of(groups, row) or _named_group(record["text"], row, names) for row in rows]
        for h in range(-1, len(rows)):
            if h >= 0 and (clause[h] or doc[heads[h]].lower_ in _I):
                continue
            for t in range(len(rows)):
                if (h, t) in gold:
                    pairs.append([h, t, *gold[h, t]])
                    continue
                if h == t or (h >= 0 and abs(sentence_of[heads[h]] - sentence_of[heads[t]]) > _REACH):
                    continue
                if doc[heads[t]].lower_ in _I:
                    continue
                # another naming of the holder or target of a stance is neither right nor wrong
                if any(_alike(h, k, same) and _alike(t, g, same) for k, g in gold):
                    continue
                inside = any(_overlap(rows[t], rows[g]) for g in by_holder.get(h, ()))
                pairs.append([h, t, 0, 0.3 if inside else 1.0, -1])
        cues = []
        for attribution in record["attributions"]:
            if not base <= attribution["cue"][0] < limit:
                continue
            cut = {
                name: [[s - base, e - base] for s, e in attribution[name] if base <= s < limit]
                for name in ("source", "content")
            }
            cues.append({"cue": [attribution["cue"][0] - base, attribution["cue"][1] - base], **cut})
        links = []
        for reference in record["references"]:
            mention = index(reference["mention"][0])
            if mention is None:
                continue
            group = _group_of(groups, rows[mention])
            right = [k for k, row in enumerate(rows) if k != mention and group and _group_of(groups, row) == group]
            if right or reference["antecedent"] is None:
                links.append([mention, right])
        spans = [[s - base, min(e, limit) - base, head - base] for s, e, head in rows]
        yield {
            "id": record["id"],
            "source": "ours",
            "text": text,
            "spans": spans,
            "pairs": pairs,
            "cues": cues,
            "links": links,
            **parse_of(doc, start, end),
        }


def parse_of(doc: Any, start: int, end: int) -> Record:
    """Tokens (offsets in the window's text) and parse of a window, as training items carry them."""
    from kb.network.relations import tree_of

    base = doc[start].idx
    tokens = [[t.idx - base, t.idx - base + len(t)] for t in doc[start:end]]
    return {"tokens": tokens, "tree": tree_of(doc, start, end).as_row()}


def _groups(record: Record) -> list[list[list[int]]]:
    """Spans that name the same one, from the reference lines."""
    groups: list[list[list[int]]] = []
    for reference in record["references"]:
        if reference["antecedent"] is None or len(reference["antecedent"]) != 1:
            continue
        spans = [reference["mention"][0], reference["antecedent"][0]]
        touching = [g for g in groups if any(s in g for s in spans)]
        merged = [s for g in touching for s in g] + list(spans)
        groups = [g for g in groups if g not in touching] + [merged]
    return groups


def _group_of(groups: list[list[list[int]]], row: list[int]) -> int:
    """Number of the group (from 1) that a span with this head belongs to; 0 for none."""
    for n, group in enumerate(groups, 1):
        if any(s <= row[2] < e for s, e in group):
            return n
    return 0


def _named_group(text: str, row: list[int], names: dict[str, int]) -> int:
    """A number below -1 for each name that is written the same way; 0 for what is no name."""
    words = text[row[0] : row[1]].removeprefix("the ").removeprefix("The ")
    return names.setdefault(words, -2 - len(names)) if words[:1].isupper() and text[row[2]].isupper() else 0


def _alike(a: int, b: int, same: list[int]) -> bool:
    return a == b or (a >= 0 and b >= 0 and same[a] != 0 and same[a] == same[b])


def _overlap(a: list[int], b: list[int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


# --- gold for `kb evaluate stance`


def gold_rows(record: Record) -> Iterator[Record]:
    """The stances of a record in the form of the gold files, each with the text; one row without a holder if none."""
    if record.get("broken"):
        return
    text = record["text"]
    groups = _groups(record)

    def names(spans: Spans) -> list[str]:
        """The words themselves, then everything the references say means the same; proper names first."""
        own = [text[s:e] for s, e in spans]
        group = next((g for g in groups if spans and any(s <= spans[0][0] < e for s, e in g)), [])
        every = list(dict.fromkeys([*own, *(text[s:e] for s, e in group)]))
        return sorted(every, key=lambda n: (n.lower() in _PRONOUNS, not n[:1].isupper()))

    for n, stance in enumerate(record["stances"]):
        holder = ["author"] if stance["holder"] == "author" else names(stance["holder"])
        if holder[0].lower() in _I:
            holder = ["author", *holder]
        target = names(stance["target"])
        start, end = stance["target"][0]
        yield {
            "id": f"{record['id']}#{n + 1}",
            "doc": record["id"],
            "text": text,
            "holder": holder[0],
            "accept_holder": holder[1:],
            "target": target[0],
            "accept_target": target[1:],
            "target_kind": "entity" if stance["target_kind"] == "entity" else "topic",
            "polarity": stance["polarity"],
            "core": stance["core"],
            "chain": [names(c)[0] for c in stance["chain"]],
            "start": start,
            "end": end,
        }
    if not record["stances"]:
        yield {"id": f"{record['id']}#0", "doc": record["id"], "text": text}


_PRONOUNS = frozenset("he she it they his her its their him them who whom whose himself herself itself".split())

# --- agreement


def agreement(first: list[Record], second: list[Record]) -> dict[str, dict[str, float]]:
    """F1 between two annotators for each layer, over the items that both annotated."""
    by_id = {r["id"]: r for r in second}
    pairs = [(a, by_id[a["id"]]) for a in first if a["id"] in by_id]
    layers = {
        "cue": lambda r: [(tuple(a["cue"]),) for a in r["attributions"]],
        "source": lambda r: [tuple(s) for a in r["attributions"] for s in a["source"]],
        "content": lambda r: [tuple(s) for a in r["attributions"] for s in a["content"]],
        "stance": lambda r: [
            (_first(s["holder"]), _first(s["target"]), s["polarity"]) for s in r["stances"] if s["core"]
        ],
        "polarity": lambda r: [],
        "reference": lambda r: [(_first(c["mention"]), _first(c["antecedent"])) for c in r["references"]],
    }
    found: dict[str, dict[str, float]] = {}
    for name, layer in layers.items():
        left = right = hit_left = hit_right = 0
        same_way = both = 0
        for a, b in pairs:
            x, y = layer(a), layer(b)
            if name == "polarity":
                for s in a["stances"]:
                    for t in b["stances"]:
                        if _near(_first(s["holder"]), _first(t["holder"])) and _near(
                            _first(s["target"]), _first(t["target"])
                        ):
                            both += 1
                            same_way += s["polarity"] == t["polarity"]
                continue
            left, right = left + len(x), right + len(y)
            hit_left += sum(any(_match(i, j) for j in y) for i in x)
            hit_right += sum(any(_match(i, j) for i in x) for j in y)
        if name == "polarity":
            found[name] = {"accuracy": round(same_way / both, 3) if both else 0.0, "n": both}
            continue
        p, r = hit_right / max(1, right), hit_left / max(1, left)
        found[name] = {"f1": round(2 * p * r / (p + r), 3) if p + r else 0.0, "first": left, "second": right}
    found["items"] = {"n": len(pairs)}
    return found


def _first(spans: Any) -> Any:
    return "author" if spans == "author" else tuple(spans[0]) if spans else ()


def _near(a: Any, b: Any) -> bool:
    """Whether two spans overlap, or are the same word for no span."""
    if isinstance(a, str) or isinstance(b, str) or not a or not b:
        return bool(a == b)
    return bool(a[0] < b[1] and b[0] < a[1])


def _match(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    if a and isinstance(a[0], int):
        return _near(a, b)
    return all(_near(x, y) if not (isinstance(x, str) and x in _LABELS) else x == y for x, y in zip(a, b, strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("build")
    make.add_argument("sheets", type=Path)
    make.add_argument("answers", type=Path)
    make.add_argument("--ids", type=Path, required=True)
    make.add_argument("--second", type=Path, help="folder of the second annotator's answers")
    learn = commands.add_parser("items")
    learn.add_argument("--newsmtsc", type=Path)
    learn.add_argument("--split", default="train")
    learn.add_argument("--out", type=Path, required=True)
    score = commands.add_parser("gold")
    score.add_argument("--newsmtsc", type=Path)
    score.add_argument("--split", default="test")
    score.add_argument("--out", type=Path, required=True)
    commands.add_parser("agreement")
    arguments = parser.parse_args()
    if arguments.command == "build":
        ids = json.loads(arguments.ids.read_text(encoding="utf-8"))
        news, own, bad = build(arguments.sheets, arguments.answers, ids)
        write_records(FOLDER / "newsmtsc.jsonl", news)
        write_records(FOLDER / "own.jsonl", own)
        if arguments.second:
            again, ours, more = build(arguments.sheets, arguments.second, ids)
            for record in ours:
                record["text"] = ""
            write_records(FOLDER / "second.jsonl", again + ours)
            bad += more
        print("\n".join(bad), file=sys.stderr)
        count = Counter(r["split"] for r in news + own)
        stances = sum(len(r["stances"]) for r in news + own)
        cues = sum(len(r["attributions"]) for r in news + own)
        print(
            f"{len(news)} sentences, {len(own)} passages, {dict(count)}; "
            f"{cues} attributions, {stances} stances; {len(bad)} lines dropped"
        )
    elif arguments.command == "items":
        from kb import nlp, settings

        model = nlp.load(settings.load().spacy_model)
        chosen = list(records(arguments.newsmtsc, arguments.split))
        random.Random(1).shuffle(chosen)
        made = 0
        with arguments.out.open("w", encoding="utf-8") as out:
            for record, doc in zip(chosen, model.pipe(r["text"] for r in chosen), strict=True):
                for item in items(record, doc):
                    out.write(json.dumps(item, ensure_ascii=False) + "\n")
                    made += 1
        print(f"{made} items of {len(chosen)} records", file=sys.stderr)
    elif arguments.command == "gold":
        rows = [row for r in records(arguments.newsmtsc, arguments.split) for row in gold_rows(r)]
        arguments.out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        print(f"{len(rows)} rows", file=sys.stderr)
    else:
        first = read_records(FOLDER / "newsmtsc.jsonl") + read_records(FOLDER / "own.jsonl")
        for name, values in agreement(first, read_records(FOLDER / "second.jsonl")).items():
            print(name, json.dumps(values))
    return 0


if __name__ == "__main__":
    sys.exit(main())
