"""What an aim comes down to: hindering what one is against, harming whom one wants to topple."""

from __future__ import annotations

import pytest

from tests.reading import stances

HOLT = "Mara Holt"


@pytest.mark.parametrize(
    ("sentence", "polarity", "target"),
    [
        ("Mara Holt refuses to endorse the plan.", "oppose", "plan"),
        ("Mara Holt wants the council to scrap the levy.", "oppose", "levy"),
        ("Mara Holt wants to reject the plan.", "oppose", "plan"),
        ("Mara Holt called on the council to support the plan.", "support", "plan"),
        ("Mara Holt called on Norway to leave the alliance.", "support", "leave the alliance"),
        ("Mara Holt plans to attack Norway.", "oppose", "Norway"),
        ("Mara Holt wants to protect Norway.", "support", "Norway"),
        ("Mara Holt cast doubt on the bridge.", "oppose", "bridge"),
        ("Mara Holt threw her weight behind the bridge.", "support", "bridge"),
    ],
)
def test_an_aim_is_composed_with_what_it_aims_at(sentence: str, polarity: str, target: str) -> None:
    assert (HOLT, polarity, target) in stances(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara Holt refused to condemn the strike.",
        "Mara Holt declined to say whether she supports the bridge.",
        "Mara Holt refused to comment on the bridge.",
        "Mara Holt failed to support the plan.",
        "Mara Holt supports those who oppose the plan.",
    ],
)
def test_what_does_not_compose_says_nothing(sentence: str) -> None:
    assert stances(sentence) == []


@pytest.mark.parametrize("verb", ["refuses to endorse", "wants to reject", "will never endorse"])
def test_no_aim_is_read_twice_with_opposite_signs(verb: str) -> None:
    found = stances(f"Mara Holt {verb} the plan.")
    assert [polarity for _, polarity, target in found if "plan" in target] == ["oppose"]
