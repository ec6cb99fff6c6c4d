"""The sums of the small networks, against values worked out by hand or by the standard library."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from kb.network.heads import Heads, bucket, gelu, softmax

SIZE, WIDTH = 6, 4
CODES = np.arange(18).reshape(9, 2)  # two for each pair


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    """Heads with drawn weights on vectors of six numbers."""
    draw = np.random.default_rng(5)
    shapes = {"target.0": (WIDTH, 2 * SIZE), "target.2": (3, WIDTH), "cue": (3, SIZE)}
    for name, size, outs in (
        ("pair", 2 * SIZE, {"ours": 4, "dse": 3, "certainty": 3}),
        ("argument", SIZE, {"role": 3}),
        ("antecedent", 2 * SIZE, {"same": 1}),
    ):
        shapes |= {f"{name}.left": (WIDTH, size), f"{name}.right": (WIDTH, size)}
        shapes |= {f"{name}.out.{out}": (n, WIDTH) for out, n in outs.items()}
    arrays = {f"{name}.weight": draw.normal(size=shape) for name, shape in shapes.items()}
    arrays |= {f"{name}.bias": draw.normal(size=shape[0]) for name, shape in shapes.items()}
    for name in ("pair", "argument", "antecedent"):
        arrays |= {f"{name}.product.weight": draw.normal(size=(WIDTH, WIDTH))}
        arrays |= {f"{name}.relation.weight": draw.normal(size=(20, WIDTH))}
        arrays |= {f"{name}.distance.weight": draw.normal(size=(16, WIDTH))}
    np.savez(tmp_path / "heads.npz", **{k: v.astype(np.float32) for k, v in arrays.items()})
    return Heads(tmp_path / "heads.npz")


@pytest.mark.parametrize("x", [-6.0, -2.5, -0.3, 0.0, 0.1, 1.0, 3.0, 7.0])
def test_gelu_is_x_times_the_normal_distribution(x: float) -> None:
    exact = x * 0.5 * (1 + math.erf(x / math.sqrt(2)))
    assert float(gelu(np.array([x], np.float32))[0]) == pytest.approx(exact, abs=5e-4)


def test_matrices_in_eight_bits_are_read_by_row(tmp_path: Path) -> None:
    file = tmp_path / "heads.npz"
    np.savez(
        file,
        **{
            "cue.weight:rows": np.array([[127, -127], [0, 64], [1, 1]], np.int8),
            "cue.weight:scales": np.array([0.01, 0.5, 2.0], np.float32),
            "cue.bias": np.array([0.0, 1.0, 0.0], np.float16),
        },
    )
    odds = Heads(file).cues(np.array([[1.0, 2.0]], np.float32))
    assert odds[0].tolist() == pytest.approx([-1.27, 65.0, 6.0])


def test_probabilities_add_up_to_one_even_for_large_odds() -> None:
    chances = softmax(np.array([[1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]], np.float32))
    assert chances.sum(1) == pytest.approx([1.0, 1.0])
    assert chances[0, 0] == pytest.approx(1.0)


def test_distances_before_and_after_have_buckets_of_their_own() -> None:
    near, far = bucket(np.array([0, 1, 2, 3, 4])), bucket(np.array([-1, -2, -3, -4, -500]))
    assert near.tolist() == [0, 1, 2, 2, 3]
    assert not set(near.tolist()) & set(far.tolist())
    assert far.max() <= 15


def test_a_span_is_the_mean_of_its_pieces_beside_its_head(heads: Heads) -> None:
    vectors = np.arange(4 * SIZE, dtype=np.float32).reshape(4, SIZE)
    rows = heads.spans(vectors, np.array([[1, 3, 2]]))
    assert rows[0].tolist() == [*vectors[0], *vectors[0]]
    assert rows[1].tolist() == [*((vectors[1] + vectors[2]) / 2), *vectors[2]]


def test_each_head_gives_a_row_of_labels_for_each_thing_asked(heads: Heads) -> None:
    vectors = np.random.default_rng(1).normal(size=(9, SIZE)).astype(np.float32)
    rows = heads.spans(vectors, np.array([[1, 3, 2], [4, 5, 4], [6, 8, 7]]))
    places = np.array([0, 2, 4, 7])
    ours, certainty, entities = heads.judged(rows, places, np.array([0, 1]), np.array([2, 3]), CODES[:2])
    assert (ours.shape, certainty.shape, entities.shape) == ((2, 4), (2, 3), (2, 3))
    assert heads.target(rows).shape == (4, 3)
    assert heads.cues(vectors).shape == (9, 3)
    assert heads.roles(vectors, [(3, 5), (7, 8)], np.concatenate([CODES, CODES])).shape == (2, 9, 3)
    assert heads.antecedents(rows, places, np.array([2, 3]), CODES[:8]).shape == (2, 4)


def test_nothing_is_its_own_antecedent(heads: Heads) -> None:
    vectors = np.random.default_rng(2).normal(size=(9, SIZE)).astype(np.float32)
    rows = heads.spans(vectors, np.array([[1, 3, 2], [4, 5, 4]]))
    assert softmax(heads.antecedents(rows, np.array([0, 2, 4]), np.array([2]), CODES[:3]))[0, 2] == pytest.approx(0.0)


def test_holder_and_target_are_not_interchangeable(heads: Heads) -> None:
    vectors = np.random.default_rng(3).normal(size=(9, SIZE)).astype(np.float32)
    rows = heads.spans(vectors, np.array([[1, 3, 2], [4, 5, 4]]))
    both, _, _ = heads.judged(rows, np.array([0, 2, 4]), np.array([1, 2]), np.array([2, 1]), CODES[:2])
    assert not np.allclose(both[0], both[1])
