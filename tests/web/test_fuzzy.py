"""Names that are like others: slips are found, and how like they are is a number one can sort by."""

from __future__ import annotations

import random

import numpy as np
import pytest

from kb.web.fuzzy import Trigrams, similarity
from kb.web.texts import Texts

SYLLABLES = "ba be ki ko lu ma ne ri so tan vor wen zil dro gar mik pel rus hen jor".split()


def invented(draw: random.Random) -> str:
    return " ".join("".join(draw.choices(SYLLABLES, k=draw.randint(2, 3))) for _ in range(2))


def slip(name: str, draw: random.Random) -> str:
    """The name with a letter missing, doubled, wrong, or two swapped."""
    i = draw.randrange(len(name) - 1)
    changed = [
        name[:i] + name[i + 1 :],
        name[:i] + name[i] + name[i:],
        name[:i] + "x" + name[i + 1 :],
        name[:i] + name[i + 1] + name[i] + name[i + 2 :],
    ]
    return " ".join(draw.choice(changed).split())


@pytest.fixture(scope="module")
def names() -> list[str]:
    draw = random.Random(3)
    return sorted({invented(draw) for _ in range(20_000)})


def test_a_slip_among_thousands_is_found(names: list[str]) -> None:
    folded = Texts(names)
    trigrams, owners = Trigrams(folded), np.arange(len(names), dtype=np.int32)
    draw = random.Random(4)
    meant = draw.sample(names, 200)
    first = 0
    for name in meant:
        text = slip(name, draw)
        near = folded.some(trigrams.near(text, 300, owners))
        best = max(near, key=lambda other: similarity(text, [other])[0])
        first += best == name
    assert first >= 190, f"{first} of {len(meant)}"


def test_only_those_that_may_be_found_are(names: list[str]) -> None:
    trigrams, owners = Trigrams(Texts(names)), np.arange(len(names), dtype=np.int32)
    only = np.zeros(len(names), bool)
    only[[5, 6]] = True
    assert set(trigrams.near(names[5], 300, owners, only).tolist()) <= {5, 6}


def test_names_that_nearly_all_share_are_cut_to_the_best_known() -> None:
    folded = Texts(f"aaa {number}" for number in range(70_000))
    near = Trigrams(folded).near("aaa", 10, np.arange(len(folded), dtype=np.int32))
    assert len(near) == 10
    assert near.max() < 60_000


@pytest.mark.parametrize("text", ["", "…", "王"])
def test_a_text_that_shares_nothing_finds_nothing(text: str) -> None:
    assert Trigrams(Texts(["ilvana torvald"])).near(text, 5, np.zeros(1, np.int32)).tolist() == []


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("ilvana torvald", 100, 100),
        ("torvald ilvana", 90, 99.9),  # another order
        ("ilvana torvlad", 90, 99.9),  # swapped
        ("ilvana torvad", 90, 99.9),  # missing
        ("ilvanna torvald", 90, 99.9),  # doubled
        ("ilvana maria torvald", 75, 90),  # a word more
        ("ivana torvalds", 80, 95),
        ("jon vale", 0, 60),
    ],
)
def test_similarity_is_highest_for_the_same_and_falls_with_each_slip(text: str, least: float, most: float) -> None:
    assert least <= similarity(text, ["ilvana torvald"])[0] <= most


def test_other_scripts_are_searched_alike() -> None:
    names = Texts(["ильвана торвальд", "伊尔瓦娜 托瓦尔德", "ιλβανα"])
    trigrams = Trigrams(names)
    for text, meant in (("илвана торвальд", 0), ("伊尔瓦娜 托瓦尔", 1), ("ιλβανα", 2)):
        assert meant in trigrams.near(text, 5, np.arange(3, dtype=np.int32))
