"""Whose stance it is: the one who acts, owns, or is named by the cue, never a bystander of the clause."""

from __future__ import annotations

import pytest

from tests.reading import read, stances


@pytest.mark.parametrize(
    ("sentence", "holders"),
    [
        ("The plan is opposed by Norway and Sweden.", ["Norway", "Sweden"]),
        ("Mara Holt, Jonas Reed and Karl Berg oppose the plan.", ["Mara Holt", "Jonas Reed", "Karl Berg"]),
        ("Mara Holt, who opposes the plan, left.", ["Mara Holt"]),
        ("Mara Holt, not Jonas Reed, opposes the plan.", ["Mara Holt"]),
        ("Mara Holt's opposition to the plan is known.", ["Mara Holt"]),
        ("The plan that Mara Holt opposes was written by Jonas Reed.", ["Mara Holt"]),
        ("Mara Holt is an opponent of the plan.", ["Mara Holt"]),
        ("Mara Holt and her dog left; Jonas Reed opposes the plan.", ["Jonas Reed"]),
        ("Mara Holt opposes the plan and Jonas Reed does not.", ["Mara Holt"]),
    ],
)
def test_named_holders(sentence: str, holders: list[str]) -> None:
    assert [holder for holder, polarity, target in stances(sentence) if "plan" in target] == holders


@pytest.mark.parametrize(
    ("sentence", "description"),
    [
        ("Residents opposed the plan.", "Residents"),
        ("Opponents of the plan marched in Oslo.", "Opponents of the plan"),
        ("A man opposing the plan left.", "man"),
        ("Mara Holt's party opposes the plan.", "Mara Holt's party"),
    ],
)
def test_a_holder_without_a_name_is_described_and_is_nobody_in_particular(sentence: str, description: str) -> None:
    (stance,) = read(sentence).stances
    assert (stance.holder.kind, stance.holder.name, stance.holder.entity) == ("unnamed", description, None)


def test_two_sides_of_a_sentence_keep_their_own_sign() -> None:
    assert stances("Mara Holt supports the plan but Jonas Reed opposes it.") == [
        ("Mara Holt", "support", "plan"),
        ("Jonas Reed", "oppose", "plan"),
    ]


@pytest.mark.parametrize("sentence", ["Nobody opposes the plan.", "The plan was opposed.", "Opposition is growing."])
def test_nobody_is_no_holder(sentence: str) -> None:
    assert stances(sentence) == []
