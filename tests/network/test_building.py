"""The accurate model is put together from published weights and our differences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ResourceError
from kb.network.building import apply, build, read_safetensors, read_weights, signs_of


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


def test_signs_and_sizes_bring_a_matrix_nearer_to_what_was_trained() -> None:
    draw = np.random.default_rng(3)
    before = draw.normal(size=(50, 40)).astype(np.float32)
    change = (draw.normal(size=(50, 40)) * draw.uniform(0.001, 0.02, size=(50, 1))).astype(np.float32)
    signs, sizes = signs_of(change)
    after = apply({"w": before}, {"w:signs": signs, "w:sizes": sizes})["w"]
    assert np.sign(after - before) == pytest.approx(np.sign(change))
    error, whole = np.square(after - before - change).sum(), np.square(change).sum()
    assert error < 0.45 * whole  # a normal distribution leaves 1 - 2/pi = 0.36 of the squares


def test_small_arrays_are_changed_as_they_are() -> None:
    after = apply({"b": np.ones(3, np.float32), "c": np.zeros(2)}, {"b": np.full(3, 0.5, np.float16)})
    assert after["b"].tolist() == [1.5, 1.5, 1.5]
    assert after["c"].tolist() == [0, 0]


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(safetensors({"a": np.ones(2, np.float32)}))
    with pytest.raises(ResourceError, match="not the published ones"):
        read_weights(file)


def test_a_missing_package_is_named_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.network.building.PACKAGES", ("no-such-package-of-weights",))
    with pytest.raises(ResourceError, match=r"no-such-package-of-weights is not installed.*make accurate"):
        read_weights(None)


def test_without_our_differences_nothing_is_built(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"no differences.*model default"):
        build(tmp_path / "parts", tmp_path / "out")
    assert not (tmp_path / "out").exists()
