"""Codes of how two words stand in the parse."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from kb import nlp
from kb.network.relations import CODES, Tree, cue_head, paths_of, relations, tree_of
from kb.settings import Settings

TEXT = "Mara Holt said the pier was not praised by the unions. She left the hall."


@pytest.fixture(scope="module")
def words() -> dict[str, int]:
    """Where each word of the text stands, the first of those spelt alike."""
    doc = nlp.load(Settings().spacy_model)(TEXT)
    return {token.text: token.i for token in reversed(doc)}


def codes(left: int, right: int) -> list[int]:
    doc = nlp.load(Settings().spacy_model)(TEXT)
    found: list[int] = relations(paths_of(tree_of(doc, 0, len(doc))), np.array([left]), np.array([right]))[0].tolist()
    return found


def test_every_slot_has_codes_of_its_own(words: dict[str, int]) -> None:
    pairs = [(a, b) for a in (-1, *words.values()) for b in words.values()]
    table = np.array([codes(a, b) for a, b in pairs])
    assert table.min() >= 0
    assert table.max() < CODES
    ranges = [(column.min(), column.max()) for column in table.T]
    assert all(first[1] < second[0] for first, second in pairwise(ranges))


def test_the_direction_matters(words: dict[str, int]) -> None:
    assert codes(words["unions"], words["pier"]) != codes(words["pier"], words["unions"])


def test_alike_pairs_have_the_same_codes(words: dict[str, int]) -> None:
    assert codes(words["Holt"], words["pier"])[1] == codes(words["She"], words["hall"])[1]  # both are subjects


def test_other_sentences_the_author_and_negation_show(words: dict[str, int]) -> None:
    near, far = codes(words["She"], words["hall"]), codes(words["Holt"], words["hall"])
    author = codes(-1, words["hall"])
    assert len({near[6], far[6], author[6]}) == 3
    assert codes(words["Holt"], words["unions"])[8] != near[8]  # what is said holds a "not"


def test_a_tree_survives_being_written_down() -> None:
    doc = nlp.load(Settings().spacy_model)(TEXT)
    tree = tree_of(doc, 0, len(doc))
    again = Tree.of_row(tree.as_row())
    assert all((getattr(tree, name) == getattr(again, name)).all() for name in Tree.__slots__)


def test_the_head_of_a_cue_governs_its_other_words() -> None:
    doc = nlp.load(Settings().spacy_model)("She has repeatedly said that it leaks.")
    assert doc[cue_head(paths_of(tree_of(doc, 0, len(doc))), 1, 4)].text == "said"
