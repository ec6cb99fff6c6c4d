"""Where the target of a cue stands: each frame of the word list by one sentence."""

from __future__ import annotations

import pytest

from tests.reading import stances


@pytest.mark.parametrize(
    ("sentence", "polarity", "target"),
    [
        ("Mara Holt rejected the bridge.", "oppose", "bridge"),  # obj
        ("The bridge was rejected by Mara Holt.", "oppose", "bridge"),  # obj, passive
        ("Mara Holt objected to the bridge.", "oppose", "bridge"),  # prep
        ("Mara Holt voted against the bridge.", "oppose", "bridge"),
        ("Mara Holt voted for the bridge.", "support", "bridge"),
        ("Mara Holt refused to sign the accord.", "oppose", "sign the accord"),  # inf
        ("Mara Holt urged the council to sign the accord.", "support", "sign the accord"),  # objinf
        ("Mara Holt called on the council to sign the accord.", "support", "sign the accord"),  # prepinf
        ("Mara Holt fears that the dam will break.", "oppose", "dam will break"),  # that
        ("Mara Holt is a supporter of the bridge.", "support", "bridge"),  # who
        ("Mara Holt called Jonas Reed a liar.", "oppose", "Jonas Reed"),  # as
        ("Mara Holt described the bridge as a triumph.", "support", "bridge"),
        ("Mara Holt is against the bridge.", "oppose", "bridge"),  # preposition
        ("Mara Holt is in favour of the bridge.", "support", "bridge"),
        ("Mara Holt is sceptical of the bridge.", "oppose", "bridge"),  # adjective
    ],
)
def test_each_frame_finds_its_target(sentence: str, polarity: str, target: str) -> None:
    assert ("Mara Holt", polarity, target) in stances(sentence)


def test_an_accusation_is_against_the_accused_however_it_is_worded() -> None:
    for sentence in ("Mara Holt accused Jonas Reed of lying.", "Jonas Reed was accused by Mara Holt of lying."):
        assert stances(sentence) == [("Mara Holt", "oppose", "Jonas Reed")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara Holt backed her car into the bridge.",
        "Mara Holt lives against the bridge.",
        "The opposition met in Oslo.",
        "Mara Holt called Jonas Reed on Monday.",
        "Mara Holt asked how anyone could expect Norway to sign.",
        "The aim of Norway is clear.",
    ],
)
def test_a_word_in_another_frame_is_no_cue(sentence: str) -> None:
    assert stances(sentence) == []
