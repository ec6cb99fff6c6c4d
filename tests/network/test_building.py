"""The accurate model is put together from published weights and our changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ResourceError
from kb.network.building import apply, build, read_safetensors, read_weights


def safetensors(arrays: dict[str, np.ndarray]) -> bytes:
    """A file in the safetensors format."""
    header, data = {}, b""
    for name, values in arrays.items():
        header[name] = {
            "dtype": "F32",
            "shape": list(values.shape),
            "data_offsets": [len(data), len(data) + values.nbytes],
        }
        data += values.tobytes()
    head = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return len(head).to_bytes(8, "little") + head + data


def test_weights_are_read_by_name() -> None:
    given = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(4, np.float32)}
    found = read_safetensors(safetensors(given))
    assert {name: values.tolist() for name, values in found.items()} == {k: v.tolist() for k, v in given.items()}


def test_a_change_of_low_rank_is_added_to_its_matrix_alone() -> None:
    draw = np.random.default_rng(3)
    before = {"w": draw.normal(size=(6, 5)).astype(np.float32), "v": np.ones((2, 2), np.float32)}
    down, up = draw.normal(size=(2, 5)).astype(np.float16), draw.normal(size=(6, 2)).astype(np.float16)
    after = apply(before, {"w:down": down, "w:up": up})
    assert after["w"] == pytest.approx(before["w"] + up.astype(np.float32) @ down.astype(np.float32))
    assert np.linalg.matrix_rank(after["w"] - before["w"], tol=1e-4) == 2
    assert after["v"].tolist() == before["v"].tolist()


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(safetensors({"a": np.ones(2, np.float32)}))
    with pytest.raises(ResourceError, match="not the published ones"):
        read_weights(file)


def test_a_missing_package_is_named_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.network.building.PACKAGES", ("no-such-package-of-weights",))
    with pytest.raises(ResourceError, match=r"no-such-package-of-weights is not installed.*make accurate"):
        read_weights(None)


def test_without_our_changes_nothing_is_built(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"no changes.*model default"):
        build(tmp_path / "parts", tmp_path / "out")
    assert not (tmp_path / "out").exists()
