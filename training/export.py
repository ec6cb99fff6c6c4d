"""Trained weights -> the folder that `kb/network/encoder.py` reads: an int8 ONNX encoder, embeddings, heads, tokenizer.

    python training/export.py --encoder FOLDER --layers 6 --run RUN --out kb/models/default [--float]

Matrices of the encoder are quantised by output channel to 7 bits, as processors without VNNI overflow at 8;
embeddings by row. `--float` leaves the encoder as it is.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from train import build


class Embedded(nn.Module):
    """The encoder from word embeddings on."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, embedded: Tensor, mask: Tensor) -> Tensor:
        found: Tensor = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return found


def by_row(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The matrix in 8 bits, and what each of its rows was scaled by."""
    scales = np.abs(matrix).max(1).clip(1e-8) / 127
    return np.round(matrix / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def write_graph(encoder: nn.Module, out: Path) -> None:
    """Write the encoder from word embeddings on as an ONNX graph: inputs `embedded` and `mask`, output `vectors`."""
    size = encoder.config.hidden_size
    sample = (torch.randn(2, 7, size), torch.ones(2, 7, dtype=torch.long))
    axes = {n: {0: "batch", 1: "length"} for n in ("embedded", "mask", "vectors")}
    torch.onnx.export(
        Embedded(encoder), sample, str(out), input_names=["embedded", "mask"], output_names=["vectors"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip


def heads_of(network: nn.Module) -> dict[str, np.ndarray]:
    """The arrays of the heads, large matrices in 8 bits by row."""
    found: dict[str, np.ndarray] = {}
    for name, value in network.state_dict().items():
        if name.startswith("encoder."):
            continue
        if value.ndim == 2 and value.numel() > 10_000:
            found[f"{name}:rows"], found[f"{name}:scales"] = by_row(value.numpy())
        else:
            found[name] = value.numpy().astype(np.float16)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--float", action="store_true")
    parser.add_argument("--keep", default="", help="comma-separated parts of names of matrices that stay float")
    parser.add_argument("--name", default="default")
    arguments = parser.parse_args()
    network, tokenizer, _ = build(arguments.encoder, arguments.layers)
    network.load_state_dict(torch.load(arguments.run / "weights.pt"))
    network.eval()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table = network.encoder.embeddings.word_embeddings.weight.detach().numpy()
    rows, scales = by_row(table)
    np.savez_compressed(arguments.out / "embeddings.npz", rows=rows, scales=scales)
    np.savez_compressed(arguments.out / "heads.npz", **heads_of(network))
    tokenizer.save(str(arguments.out / "tokenizer.json"), pretty=False)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "encoder.onnx"
        write_graph(network.encoder, plain)
        if arguments.float:
            shutil.copy(plain, arguments.out / "encoder.onnx")
        else:
            import onnx

            parts = [p for p in arguments.keep.split(",") if p]
            nodes = [n for n in onnx.load(str(plain)).graph.node if n.op_type == "MatMul"]
            kept = [n.name for n in nodes if any(p in n.name for p in parts)]
            quantize_dynamic(
                plain, arguments.out / "encoder.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"], nodes_to_exclude=kept,
            )  # fmt: skip
    log = (arguments.run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    card = {"name": arguments.name, "layers": arguments.layers, "last": json.loads(log[-1]) if log else {}}
    (arguments.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    for file in sorted(arguments.out.iterdir()):
        print(f"{file.stat().st_size / 1e6:8.2f} MB {file.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
