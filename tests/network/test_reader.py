"""From the odds of word pieces to spans of tokens."""

from __future__ import annotations

import numpy as np
import pytest

from kb import nlp
from kb.network.encoder import Encoded
from kb.network.reader import _best_run, _run, token_pieces
from kb.settings import Settings


@pytest.mark.parametrize(
    ("odds", "best"),
    [
        ([-1.0, -2.0], (0, 0)),
        ([1.0, 2.0, -1.0], (0, 2)),
        ([-1.0, 3.0, -0.5, 2.0, -4.0, 1.0], (1, 4)),  # a dip inside does not break a run
        ([2.0, -5.0, 3.0], (2, 3)),
    ],
)
def test_the_best_run_has_the_highest_sum(odds: list[float], best: tuple[int, int]) -> None:
    assert _best_run(np.array(odds))[:2] == best


def test_content_stands_on_both_sides_of_a_cue_and_a_source_on_one() -> None:
    odds = np.array([2.0, 2.0, 0.0, 0.0, 1.0, 1.0], np.float32)
    assert _run(odds, 10, (12, 13), both_sides=True) == (10, 11, 14, 15)
    assert _run(odds, 10, (12, 13), both_sides=False) == (10, 11)


def test_tokens_find_their_pieces() -> None:
    doc = nlp.load(Settings().spacy_model)("Holt’s pier leaks.")
    pieces = ((0, 0), (0, 4), (4, 5), (5, 6), (7, 9), (9, 11), (12, 17), (17, 18), (0, 0))
    found = token_pieces(doc, 0, len(doc), Encoded(pieces, np.zeros((9, 4), np.float32)))
    assert {doc[i].text: place for i, place in found.items()} == {
        "Holt": (1, 2),
        "’s": (2, 4),
        "pier": (4, 6),
        "leaks": (6, 7),
        ".": (7, 8),
    }


def test_a_token_that_was_cut_off_has_no_pieces() -> None:
    doc = nlp.load(Settings().spacy_model)("The pier leaks.")
    pieces = ((0, 0), (0, 3), (4, 8), (0, 0))
    assert set(token_pieces(doc, 0, len(doc), Encoded(pieces, np.zeros((4, 4), np.float32)))) == {0, 1}
