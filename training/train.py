"""Train the network on items (see `training/sources.py`, `training/corpus.py`, `training/articles.py`).

    python training/train.py --encoder FOLDER --layers 6 --items base.jsonl --items ours.jsonl:3 --out RUN [--from RUN]

`FOLDER` holds an MPNet or BERT encoder with its `tokenizer.json`. `:3` shows a file's items three times an epoch.
Weights go to RUN/weights.pt, the log to RUN/log.jsonl. Needs torch and transformers; what kb ships needs neither.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from network import Network
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import AutoModel

from kb.network.relations import Paths, Tree, cue_head, paths_of, relations

Item = dict[str, Any]
MOST_PIECES = 256
NEGATIVES = 900  # most pairs without a stance that are shown of an item


def encode(items: list[Item], tokenizer: Tokenizer) -> None:
    """Add pieces and the pieces of every span to the items; what lies beyond the window is dropped."""
    for item in items:
        encoding = tokenizer.encode(item["text"])
        ids, offsets = encoding.ids[:MOST_PIECES], encoding.offsets[:MOST_PIECES]
        item["ids"] = ids
        starts = [(s, e, i) for i, (s, e) in enumerate(offsets) if e > s]

        def pieces(start: int, end: int, starts: list[tuple[int, int, int]] = starts) -> tuple[int, int] | None:
            inside = [i for s, e, i in starts if s < end and e > start]
            return (inside[0], inside[-1] + 1) if inside else None

        words = item["tokens"]
        place = {}  # piece -> token; the marks at the ends stand with their neighbours
        for i, (s, _) in enumerate(offsets):
            place[i] = next((n for n, (_, e) in enumerate(words) if s < e), len(words) - 1)
        item["words_"] = [place[i] for i in range(len(ids))]
        item["paths_"] = paths_of(Tree.of_row(item.pop("tree")))
        rows: list[list[int]] = []
        index: dict[int, int] = {-1: 0}
        for n, (start, end, head) in enumerate(item["spans"]):
            span, at = pieces(start, end), pieces(head, head + 1)
            if span is None:
                continue
            index[n] = len(rows) + 1
            rows.append([span[0], span[1], at[0] if at else span[1] - 1])
        item["rows"] = rows
        item["pairs_"] = [
            [index[h], index[t], *rest] for h, t, *rest in item.get("pairs", []) if h in index and t in index
        ]
        item["targets_"] = [[index[t], label] for t, label in item.get("targets", []) if t in index]
        item["links_"] = [
            [index[m], [index[a] for a in antecedents if a in index]]
            for m, antecedents in item.get("links", [])
            if m in index
        ]
        if "cues" in item:
            tags = [0] * len(ids)
            frames = []
            for frame in item["cues"]:
                cue = pieces(*frame["cue"])
                if cue is None:
                    continue
                if not any(tags[cue[0] : cue[1]]):
                    tags[cue[0] : cue[1]] = [1] + [2] * (cue[1] - cue[0] - 1)
                roles = [0] * len(ids)
                for role, name in ((2, "content"), (1, "source")):
                    for start, end in frame[name]:
                        span = pieces(start, end)
                        if span is not None:
                            roles[span[0] : span[1]] = [role] * (span[1] - span[0])
                frames.append((cue, roles))
            item["tags_"], item["frames_"] = tags, frames


def batches(items: list[Item], budget: int, rng: random.Random) -> list[list[Item]]:
    """Items of like length together, `budget` pieces a batch, in random order."""
    order = sorted(items, key=lambda i: len(i["ids"]) + rng.random() * 8)
    found: list[list[Item]] = []
    for item in order:
        if found and (len(found[-1]) + 1) * len(item["ids"]) <= budget:
            found[-1].append(item)
        else:
            found.append([item])
    rng.shuffle(found)
    return found


def loss_of(network: Network, batch: list[Item], pad: int, rng: random.Random, sums: dict[str, list[float]]) -> Tensor:
    """The loss of one batch; its parts are added to `sums`."""
    longest = max(len(i["ids"]) for i in batch)
    ids = torch.tensor([i["ids"] + [pad] * (longest - len(i["ids"])) for i in batch])
    mask = torch.tensor([[1] * len(i["ids"]) + [0] * (longest - len(i["ids"])) for i in batch])
    vectors = network.vectors(ids, mask)
    parts: dict[str, list[tuple[Tensor, float]]] = {}

    def add(name: str, value: Tensor, count: float) -> None:
        parts.setdefault(name, []).append((value, count))

    for n, item in enumerate(batch):
        own = vectors[n, : len(item["ids"])]
        spans = network.spans(own, torch.tensor(item["rows"]).reshape(-1, 3)) if item["rows"] else None
        heads = torch.tensor([0] + [r[2] for r in item["rows"]])
        paths: Paths = item["paths_"]
        word_of = item["words_"]
        words = np.array([-1] + [word_of[r[2]] for r in item["rows"]])  # of the rows; the author stands nowhere
        if spans is not None and item["targets_"]:
            which, labels = zip(*item["targets_"], strict=True)
            add(
                "target",
                functional.cross_entropy(network.target(spans[list(which)]), torch.tensor(labels), reduction="sum"),
                len(labels),
            )
        if spans is not None and item["pairs_"]:
            pairs = item["pairs_"]
            kept = [p for p in pairs if p[2]]
            rest = [p for p in pairs if not p[2]]
            ours = item["source"] != "dse"
            pairs = kept + (rng.sample(rest, NEGATIVES) if ours and len(rest) > NEGATIVES else rest)
            h, t, y = (torch.tensor([p[k] for p in pairs]) for k in range(3))
            codes = torch.from_numpy(relations(paths, words[h.numpy()], words[t.numpy()]))
            hidden = network.pair.hidden(spans, spans, (h, t), heads[h] - heads[t], codes)
            name = "ours" if ours else "dse"
            logits = network.pair.out[name](network.drop(hidden))
            weight = torch.tensor([p[3] if len(p) > 3 else 1.0 for p in pairs])
            value = (functional.cross_entropy(logits, y, reduction="none") * weight).sum()
            add(
                name,
                value,
                max(1.0, sum(p[3] for p in kept) + 0.02 * (len(pairs) - len(kept))) if ours else len(pairs),
            )
            sure = [(k, p[4]) for k, p in enumerate(pairs) if len(p) > 4 and p[4] >= 0]
            if sure:
                which, labels = zip(*sure, strict=True)
                logits = network.pair.out["certainty"](hidden[list(which)])
                add(
                    "certainty",
                    0.3 * functional.cross_entropy(logits, torch.tensor(labels), reduction="sum"),
                    len(labels),
                )
        if "tags_" in item:
            add(
                "cue",
                functional.cross_entropy(network.cue(own), torch.tensor(item["tags_"]), reduction="sum"),
                len(item["ids"]) / 12,
            )
            if item["frames_"]:
                cues = torch.stack([own[a:b].mean(0) for (a, b), _ in item["frames_"]])
                where = torch.tensor(
                    [[p - a if p < b else p - b + 1 for p in range(len(own))] for (a, b), _ in item["frames_"]]
                )
                n_cues, n_own = where.shape
                left = np.repeat(
                    [cue_head(paths, word_of[a], word_of[b - 1] + 1) for (a, b), _ in item["frames_"]], n_own
                )
                codes = torch.from_numpy(relations(paths, left, np.tile(word_of, n_cues)))
                chosen = torch.arange(n_cues).repeat_interleave(n_own), torch.arange(n_own).repeat(n_cues)
                hidden = network.argument.hidden(cues, own, chosen, where.flatten(), codes)
                logits = network.argument.out["role"](network.drop(hidden))
                roles = torch.tensor([roles for _, roles in item["frames_"]])
                value = functional.cross_entropy(logits, roles.flatten(), reduction="sum")
                add("argument", value, roles.numel() / 6)
        if spans is not None and item["links_"]:
            for mention, antecedents in item["links_"]:
                rows = np.arange(len(words))
                # "none of these" stands nowhere: the mention's own place against the author's
                from_, to = np.where(rows == 0, -1, words[mention]), np.where(rows == 0, words[mention], words)
                codes = torch.from_numpy(relations(paths, from_, to))
                chosen = torch.zeros(len(words), dtype=torch.long), torch.from_numpy(rows)
                hidden = network.antecedent.hidden(
                    spans[mention : mention + 1], spans, chosen, heads[mention] - heads, codes
                )
                row = network.antecedent.out["same"](hidden).squeeze(-1)
                row = row.masked_fill(torch.from_numpy(rows == mention), -1e4)
                right = antecedents or [0]  # the first row stands for "none of these"
                add("link", torch.logsumexp(row, 0) - torch.logsumexp(row[right], 0), 1)
    total = torch.zeros(())
    for name, values in parts.items():
        value = sum(v for v, _ in values) / sum(c for _, c in values)
        sums.setdefault(name, []).append(float(value))
        total = total + SHARE.get(name, 1.0) * value
    return total


SHARE = {"target": 1.0, "dse": 0.7, "ours": 0.8, "cue": 0.5, "argument": 1.0, "link": 0.3}


def build(folder: Path, layers: int) -> tuple[Network, Tokenizer, int]:
    """The network on the first `layers` layers of the encoder, its tokenizer, and the padding piece."""
    encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    encoder.encoder.layer = encoder.encoder.layer[:layers]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Network(encoder, encoder.config.hidden_size), tokenizer, encoder.config.pad_token_id


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--frozen", type=int, default=0, help="bottom layers that stay as they are")
    parser.add_argument("--items", action="append", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--rate", type=float, default=3e-5)
    parser.add_argument("--head-rate", type=float, default=3e-4)
    parser.add_argument("--budget", type=int, default=768, help="word pieces a batch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600, help="the schedule is shortened to end by then")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    torch.set_num_threads(2)
    network, tokenizer, pad = build(arguments.encoder, arguments.layers)
    if arguments.start:
        network.load_state_dict(torch.load(arguments.start / "weights.pt"), strict=False)
    for parameter in network.encoder.embeddings.parameters():
        parameter.requires_grad = False
    for layer in network.encoder.encoder.layer[: arguments.frozen]:
        for parameter in layer.parameters():
            parameter.requires_grad = False
    files: list[tuple[list[Item], float]] = []
    for entry in arguments.items:
        path, _, times = entry.partition(":")
        with open(path, encoding="utf-8") as lines:
            items = [json.loads(line) for line in lines]
        encode(items, tokenizer)
        files.append((items, float(times or 1)))

    def epoch() -> list[list[Item]]:
        chosen: list[Item] = []
        for items, times in files:
            chosen += items * int(times) + rng.sample(items, int(len(items) * (times % 1)))
        return batches(chosen, arguments.budget, rng)

    plan: list[list[Item]] = []
    whole = len(epoch())
    while len(plan) < whole * arguments.epochs:
        plan += epoch()
    plan = plan[: int(whole * arguments.epochs)]
    body = [p for p in network.encoder.parameters() if p.requires_grad]
    heads = [p for n, p in network.named_parameters() if not n.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": arguments.rate}, {"params": heads, "lr": arguments.head_rate}], weight_decay=0.01
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    began = time.time()
    sums: dict[str, list[float]] = {}
    network.train()
    done = 0.0
    with (arguments.out / "log.jsonl").open("a", encoding="utf-8") as log:
        for step, batch in enumerate(plan, 1):
            spent = (time.time() - began) / 60
            # progress is the larger of steps and minutes used, so that the rate comes down to 0 either way
            done = max(step / len(plan), spent / arguments.minutes)
            if done > 1:
                break
            warm = min(1.0, step / 100)
            for group, rate in zip(optimizer.param_groups, (arguments.rate, arguments.head_rate), strict=True):
                group["lr"] = rate * warm * 0.5 * (1 + math.cos(math.pi * done))
            loss = loss_of(network, batch, pad, rng, sums)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            if step % 100 == 0 or step == len(plan):
                means = {k: round(sum(v) / len(v), 4) for k, v in sums.items()}
                line = {"step": step, "of": len(plan), "minutes": round(spent, 1), **means}
                print(json.dumps(line), file=log, flush=True)
                print(json.dumps(line), file=sys.stderr, flush=True)
                sums.clear()
            if step % 500 == 0:
                torch.save(network.state_dict(), arguments.out / "weights.pt")
    torch.save(network.state_dict(), arguments.out / "weights.pt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
