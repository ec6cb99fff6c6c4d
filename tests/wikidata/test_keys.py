"""Keys of many names are those of each name, whatever the names are made of."""

from __future__ import annotations

import random
from typing import Any

import pytest

from kb.linking.names import fold
from kb.wikidata.keys import key_of, keys_of, keys_with_words

ODD = [
    *(
        "",
        " ",
        "the",
        "The ",
        "The Hague",
        "the the",
        "a  b",
        " a",
        "a ",
        "...",
        "(a)",
        "-",
        "A-B",
        "x\ty",
        "two\nlines",
    ),
    *("el-Sisi", "Abdel el-Sisi el-", "vel-x", "O'Neil", "James'", "James’s", "U.S.", "`a", "\x00", "\x01", "\r"),
    *("Erdoğan", "É", "Владимир Путин", "thé x", "ﬁ", "Ångström", "x" * 5_000, "long name " * 900),
]


def entities_names(entities: list[dict[str, Any]]) -> list[str]:
    """The labels and aliases of real items."""
    labels = [text["value"] for e in entities for text in (e.get("labels") or {}).values()]
    return labels + [text["value"] for e in entities for some in (e.get("aliases") or {}).values() for text in some]


def test_keys_of_odd_names_are_as_one_by_one() -> None:
    assert keys_of(ODD).tolist() == [key_of(name) for name in ODD]


def test_keys_of_real_names_are_as_one_by_one(entities: list[dict[str, Any]]) -> None:
    names = entities_names(entities)
    assert len(names) > 300
    assert keys_of(names).tolist() == [key_of(name) for name in names]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_keys_of_random_names_are_as_one_by_one(seed: int) -> None:
    draw = random.Random(seed)
    names = ["".join(draw.choices("abTthe lE-'’.é(Я\n\x01", k=draw.randint(0, 9))) for _ in range(5_000)]
    assert keys_of(names).tolist() == [key_of(name) for name in names]


def test_different_names_have_different_keys() -> None:
    draw = random.Random(1)
    names = {"".join(draw.choices("abcdefgh 0123456789", k=draw.randint(1, 24))) for _ in range(100_000)}
    folded = {fold(name) for name in names}
    assert len(set(keys_of(sorted(folded)).tolist())) == len(folded)


def test_words_are_the_first_and_the_last_of_names_that_have_several() -> None:
    names = ["Tilda Marwick", "Madonna", "Recep Tayyip Erdoğan", "the Rock", "Abdel Fattah el-Sisi"]
    keys, words, places = keys_with_words(names)
    assert keys.tolist() == [key_of(name) for name in names]
    found = {(place, word) for place, word in zip(places.tolist(), words.tolist(), strict=True)}
    wanted = {(0, "Tilda"), (0, "Marwick"), (2, "Recep"), (2, "Erdogan"), (4, "Abdel"), (4, "Sisi")}
    assert found == {(place, key_of(word)) for place, word in wanted}


def test_no_names_have_no_keys() -> None:
    assert [len(column) for column in (keys_of([]), *keys_with_words([]))] == [0, 0, 0, 0]
