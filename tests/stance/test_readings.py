"""What the wording adds: not asserted at all, negated, conditional, less certain."""

from __future__ import annotations

import pytest

from tests.reading import read, stances


@pytest.mark.parametrize(
    "sentence",
    [
        "Would Mara Holt endorse the bridge?",
        "Why does Mara Holt oppose the bridge?",
        "“Do you oppose the bridge?” asked Mara Holt.",
        "Unless Mara Holt opposes the bridge, it will be built.",
        "It is unclear whether Norway supports the resolution.",
        "Mara Holt wondered if the bridge was a disgrace.",
        "Should Mara Holt reject the bridge, work will stop.",
        "Mara Holt might support the bridge.",
        "Mara Holt did not say that she opposes the bridge.",
    ],
)
def test_what_is_not_asserted_is_not_reported(sentence: str) -> None:
    assert stances(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara Holt did not object to the bridge.",
        "Mara Holt has never opposed the bridge.",
        "Mara Holt is not against the bridge.",
        "Mara Holt has no objection to the bridge.",
        "Mara Holt said she did not oppose the bridge.",
        "Mara Holt reversed her opposition to the bridge.",
    ],
)
def test_not_to_be_against_is_not_to_be_for(sentence: str) -> None:
    assert stances(sentence) == []


@pytest.mark.parametrize("denial", ["does not support", "no longer supports", "never supported", "doesn’t support"])
def test_not_to_be_for_is_to_be_against_and_says_so(denial: str) -> None:
    (stance,) = read(f"Mara Holt {denial} the bridge.").stances
    assert (stance.polarity, stance.negated) == ("oppose", True)


def test_a_denial_is_less_sure_than_a_statement() -> None:
    (plain,) = read("Mara Holt opposes the bridge.").stances
    (denied,) = read("Mara Holt does not support the bridge.").stances
    assert denied.confidence < plain.confidence


def test_support_under_a_condition_is_marked() -> None:
    (stance,) = read("Mara Holt will support the bridge if the council agrees.").stances
    assert (stance.polarity, stance.conditional) == ("support", True)


def test_the_source_s_certainty_is_kept_apart_from_ours() -> None:
    (said,) = read("Mara Holt opposes the bridge.").stances
    (rumoured,) = read("Mara Holt allegedly opposes the bridge.").stances
    assert (said.certainty, rumoured.certainty) == ("certain", "probable")
    assert rumoured.confidence < said.confidence
