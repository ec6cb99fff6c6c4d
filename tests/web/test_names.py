"""Search over folded names, against what looking at each of them finds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from kb.web.names import Names
from kb.web.texts import Texts

THINGS = 400


def invented(draw: random.Random) -> str:
    words = ["".join(draw.choices("abaoe дж王", k=draw.randint(1, 7))).strip() for _ in range(draw.randint(1, 4))]
    return " ".join(word for word in " ".join(words).split())


@pytest.fixture(scope="module")
def rows() -> list[tuple[int, str]]:
    """Names with the number of their thing."""
    draw = random.Random(7)
    found = [(number, invented(draw)) for number in range(THINGS) for _ in range(draw.randint(1, 3))]
    # The same for long beginnings: more letters than are sorted at once.
    long = "the government of the united states should "
    return sorted([*found, *((number, f"{long}{draw.choice('xyzzz')} {number % 7}") for number in range(0, THINGS, 5))])


@pytest.fixture(scope="module")
def names(rows: list[tuple[int, str]]) -> Names:
    return Names(Texts(name for _, name in rows), np.array([number for number, _ in rows], np.int32))


def wanted(rows: list[tuple[int, str]]) -> list[str]:
    draw = random.Random(8)
    found = {"a", "д", "王", "the government of the united states should", "united states should z 3", "no such name"}
    for _, name in rows:
        start = draw.randrange(len(name)) if name else 0
        found.add(name[start : start + draw.randint(1, 12)].strip())
    return sorted(found - {""})


def begins(name: str, text: str) -> bool:
    return f" {text}" in f" {name}"


def test_exact_finds_the_whole_name_only(rows: list[tuple[int, str]], names: Names) -> None:
    for text in [*wanted(rows), *(name for _, name in rows if name)]:
        assert names.exact(text).tolist() == [i for i, (_, name) in enumerate(rows) if name == text]


@pytest.mark.parametrize("limit", [1, 5, 100])
@pytest.mark.parametrize("every", [1, 3])
def test_best_finds_the_first_things_with_a_word_that_begins_so(
    rows: list[tuple[int, str]], names: Names, limit: int, every: int
) -> None:
    only = np.arange(THINGS) % every == 0
    for text in wanted(rows):
        found = names.best(text, limit, only if every > 1 else None)
        expected = sorted({number for number, name in rows if begins(name, text) and number % every == 0})[:limit]
        assert [number for number, _ in found] == expected, text
        assert all(rows[name][0] == number and begins(rows[name][1], text) for number, name in found)


def test_best_finds_few_among_very_many() -> None:
    many = 50_000
    names = Names(Texts(f"common {number}" for number in range(many)), np.arange(many, dtype=np.int32))
    only = np.zeros(many, bool)
    only[[49_998, 49_999]] = True
    assert [number for number, _ in names.best("co", 5, only)] == [49_998, 49_999]
    assert [number for number, _ in names.best("co", 3)] == [0, 1, 2]


def test_ranks_tell_the_same_from_a_beginning_from_a_part(rows: list[tuple[int, str]], names: Names) -> None:
    for text in wanted(rows):
        expected = [3] * THINGS
        for number, name in rows:
            rank = 0 if name == text else 1 if begins(name, text) else 2 if text in name else 3
            expected[number] = min(expected[number], rank)
        assert names.ranks(text, THINGS).tolist() == expected, text


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_without_names_nothing_is_found(texts: list[str]) -> None:
    names = Names(Texts(texts), np.zeros(len(texts), np.int32))
    assert names.best("a", 3) == []
    assert names.exact("a").tolist() == []
    assert names.ranks("a", 1).tolist() == [3]


def test_texts_are_what_was_put_in() -> None:
    texts = Texts(["", "a\nb", "Ünïcødé 王", ""])
    assert [texts[i] for i in range(len(texts))] == ["", "a b", "Ünïcødé 王", ""]
    assert texts.some(np.array([2, 0])) == ["Ünïcødé 王", ""]
