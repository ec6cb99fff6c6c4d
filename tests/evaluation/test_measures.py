"""The sums of the evaluations, on numbers that can be checked by hand."""

from __future__ import annotations

import pytest

from kb.evaluation.measures import calibration, labels_f1, prf, trade_off


def test_precision_recall_f1() -> None:
    assert prf(3, 4, 2, 8) == {"p": 0.75, "r": 0.25, "f1": 0.375}


def test_nothing_predicted_and_nothing_there_is_zero() -> None:
    assert prf(0, 0, 0, 0) == {"p": 0.0, "r": 0.0, "f1": 0.0}


def test_macro_f1_counts_every_label_of_the_gold_alike() -> None:
    scores = labels_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"])
    assert scores["micro_f1"] == 0.75
    assert scores["macro_f1"] == pytest.approx((6 / 7 + 0) / 2, abs=1e-4)
    assert scores["by_label"]["b"]["r"] == 0.0


def test_a_forecast_that_comes_true_as_often_as_it_says_has_no_error() -> None:
    error, rows = calibration([0.75, 0.75, 0.75, 0.75], [True, True, True, False])
    assert error == 0.0
    assert rows == [{"from": 0.7, "to": 0.8, "n": 4, "confidence": 0.75, "accuracy": 0.75}]


def test_the_calibration_error_weighs_bins_by_size() -> None:
    error, rows = calibration([1.0, 1.0, 1.0, 0.05], [True, True, False, False])
    assert [row["n"] for row in rows] == [1, 3]
    assert error == pytest.approx(0.75 * (1 - 2 / 3) + 0.25 * 0.05, abs=1e-4)


def test_the_trade_off_shows_what_a_threshold_keeps() -> None:
    rows = trade_off([0.95, 0.55, 0.35], [True, False, True], gold=4)
    by = {row["threshold"]: row for row in rows}
    assert by[0.3] == {"threshold": 0.3, "kept": 3, "p": 0.6667, "right_of_gold": 0.5}
    assert by[0.5]["p"] == 0.5
    assert by[0.9] == {"threshold": 0.9, "kept": 1, "p": 1.0, "right_of_gold": 0.25}
