"""What ships of the accurate model is whole; where somebody built it, it reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ResourceError
from kb.network import MODELS
from kb.network.crossencoder import CrossEncoder
from kb.network.encoder import Encoder
from kb.network.loading import load_network
from kb.network.reader import NetworkReader
from kb.settings import Settings

PARTS = MODELS / "accurate-parts"


def test_every_change_has_two_factors_of_one_rank() -> None:
    with np.load(PARTS / "changes.npz") as changes:
        names = {entry.partition(":")[0] for entry in changes.files}
        assert len(names) == 9 * 6  # nine layers of six matrices
        for name in names:
            down, up = changes[f"{name}:down"], changes[f"{name}:up"]
            assert down.shape[0] == up.shape[1] == 16, name
            assert np.isfinite(down).all(), name
            assert np.isfinite(up).all(), name


def test_every_changed_matrix_is_one_of_the_graphs() -> None:
    card = json.loads((PARTS / "card.json").read_text(encoding="utf-8"))
    sources = {source for source, _ in card["initializers"].values()}
    with np.load(PARTS / "changes.npz") as changes:
        assert {entry.partition(":")[0] for entry in changes.files} <= sources
    assert (PARTS / "graph.onnx").stat().st_size < 1e6


def test_a_folder_without_its_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"has no pairs.onnx, heads.npz, card.json; build it again"):
        CrossEncoder(tmp_path, Encoder(MODELS / "default"))


def test_a_model_that_is_not_built_is_named_with_the_next_step() -> None:
    if (MODELS / "accurate").is_dir():
        pytest.skip("the accurate model is built here")
    with pytest.raises(ResourceError, match="build it with kb build-model"):
        load_network(Settings(model="accurate"))


@pytest.fixture(scope="module")
def network() -> NetworkReader:
    if not (MODELS / "accurate").is_dir():
        pytest.skip("the accurate model is not built here (make accurate: 430 MB)")
    found = load_network(Settings(model="accurate"))
    assert found is not None
    return found


def test_marked_pairs_are_judged(network: NetworkReader) -> None:
    assert network.second is not None
    text = "Ann Berg strongly condemned Tom Hale, while Mara Lind praised the mayor."
    (window,) = network.encoder.encode([text])

    def place(name: str) -> tuple[int, int]:
        return text.index(name), text.index(name) + len(name)

    def likeliest(holder: str, target: str) -> int:
        answer = network.second and network.second.judged(window, place(holder), place(target))
        assert answer
        return int(answer[0].argmax())

    assert likeliest("Ann Berg", "Tom Hale") == 2
    assert likeliest("Mara Lind", "the mayor") == 1
    assert likeliest("Tom Hale", "Mara Lind") == 0


def test_sentiment_towards_a_marked_target(network: NetworkReader) -> None:
    assert network.second is not None
    text = "The shameful scheme of the corrupt minister harmed thousands."
    (window,) = network.encoder.encode([text])
    said = network.second.sentiment(window, (text.index("the corrupt minister"), text.index(" harmed")))
    assert said is not None
    assert int(said.argmax()) == 0
