"""Judgements: whoever says them holds them, and the article's author only where the words are strong."""

from __future__ import annotations

import pytest

from tests.reading import read, stances


@pytest.mark.parametrize(
    ("said", "polarity", "target"),
    [
        ("the levy would hurt farmers", "oppose", "levy"),
        ("the levy would not hurt farmers", "support", "levy"),
        ("the accord will protect jobs", "support", "accord"),
        ("the levy is a disgrace", "oppose", "levy"),
        ("Norway is a threat to peace", "oppose", "Norway"),
        ("it was a mistake to sign the accord", "oppose", "sign the accord"),
        ("the council should close the mine", "support", "council should close the mine"),
        ("the council needs to reject the accord", "oppose", "accord"),
    ],
)
def test_a_judgement_is_the_speaker_s(said: str, polarity: str, target: str) -> None:
    assert stances(f"Mara Holt said {said}.", author="Ada Pine") == [("Mara Holt", polarity, target)]


def test_a_pronoun_under_a_reporting_verb_speaks_for_who_it_means() -> None:
    found = stances("Maria Holt arrived on Monday. She said the tax would hurt farmers.", author="Ada Pine")
    assert found == [("Maria Holt", "oppose", "tax")]


def test_a_judgement_of_somebody_without_a_name_is_not_the_authors() -> None:
    assert stances("She said the tax would hurt farmers.", author="Ada Pine") == [("she", "oppose", "tax")]


def test_a_judgement_of_one_of_two_is_nobodys() -> None:
    text = "Mara Holt met Ana Ruiz. She said the tax would hurt farmers."
    assert all(holder != "Ada Pine" for holder, _, _ in stances(text, author="Ada Pine"))


def test_who_judges_may_stand_in_front() -> None:
    (stance,) = read("For the union, the offer is an insult.", author="Ada Pine").stances
    assert (stance.holder.kind, stance.holder.name, stance.polarity) == ("unnamed", "union", "oppose")


@pytest.mark.parametrize("sentence", ["The accord may be dangerous.", "The bridge is long.", "It was a bad day."])
def test_a_reporter_s_weak_words_are_no_stance(sentence: str) -> None:
    assert stances(sentence, author="Ada Pine") == []


@pytest.mark.parametrize("subject", ["those", "there", "these"])
def test_a_judgement_of_nothing_in_particular_is_none(subject: str) -> None:
    assert stances(f"Jonas Reed said {subject} were terrible days.") == []


def test_what_hurts_somebody_named_is_not_judged_for_the_speaker() -> None:
    assert stances("Mara Holt said the accord will hurt Norway.") == []
