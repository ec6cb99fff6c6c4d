"""Neutral is what somebody says of themselves, never what we could not make out."""

from __future__ import annotations

import pytest

from tests.reading import read, stances


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("Norway abstained on the resolution.", "resolution"),
        ("Norway remains undecided about the bridge.", "bridge"),
        ("Norway is neutral on the bridge.", "bridge"),
    ],
)
def test_to_take_no_side_is_neutral(sentence: str, target: str) -> None:
    assert stances(sentence) == [("Norway", "neutral", target)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway debated the resolution.",
        "Norway looked at the bridge.",
        "Did Norway abstain on the resolution?",
        "If Norway abstains on the resolution, it will fail.",
        "Norway has neutral colours on the bridge.",
    ],
)
def test_no_opinion_found_is_not_neutral(sentence: str) -> None:
    assert all(stance.polarity != "neutral" for stance in read(sentence).stances)
