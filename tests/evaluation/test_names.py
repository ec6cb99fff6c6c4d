"""When two wordings name the same."""

from __future__ import annotations

import pytest

from kb.evaluation.names import same_name, same_topic


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Barack Obama", "Obama"),
        ("the Nordhavn council", "Nordhavn Council"),
        ("Zoë Lund", "Zoe Lund"),
        ("the unions", "union"),
        ("U.S.", "the United States"),
        ("Holt’s party", "party of Holt"),
    ],
)
def test_same_name(a: str, b: str) -> None:
    assert same_name(a, b)
    assert same_name(b, a)


@pytest.mark.parametrize(("a", "b"), [("Mara Holt", "Mara Lund"), ("the council", "the mayor"), ("", "Holt")])
def test_different_names(a: str, b: str) -> None:
    assert not same_name(a, b)


def test_propositions_share_half_the_words_of_the_shorter() -> None:
    assert same_topic("closing the old harbour", "the closing of the harbour by June")
    assert not same_topic("closing the old harbour", "opening a new school")
