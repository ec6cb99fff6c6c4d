"""What the cross-encoder is shown: the text with holder and target marked."""

from __future__ import annotations

import pytest

from kb.network.crossencoder import CONTEXT, HOLDER, MOST, TARGET, mark

START, END = 0, 2


def text_of(words: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Pieces 100, 101, ... of a text of one-letter words, with their places."""
    return [START, *range(100, 100 + words), END], [(0, 0), *((2 * n, 2 * n + 1) for n in range(words)), (0, 0)]


def place(first: int, last: int) -> tuple[int, int]:
    """Where the words first..last stand."""
    return 2 * first, 2 * last + 1


def test_both_spans_are_marked_on_both_sides() -> None:
    marked = mark(*text_of(6), place(1, 1), place(3, 4))
    assert marked is not None
    assert marked.pieces == (START, 100, HOLDER, 101, HOLDER, 102, TARGET, 103, 104, TARGET, 105, END)
    assert (marked.pieces[marked.holder], marked.pieces[marked.target]) == (HOLDER, TARGET)
    assert (marked.holder, marked.target) == (2, 6)


def test_the_author_stands_at_the_start() -> None:
    marked = mark(*text_of(3), None, place(0, 0))
    assert marked is not None
    assert marked.pieces == (START, TARGET, 100, TARGET, 101, 102, END)
    assert marked.holder == 0


@pytest.mark.parametrize(
    ("holder", "target", "pieces"),
    [
        ((1, 1), (0, 2), (TARGET, 100, HOLDER, 101, HOLDER, 102, TARGET)),
        ((0, 1), (0, 0), (HOLDER, TARGET, 100, TARGET, 101, HOLDER, 102)),
        ((0, 2), (2, 2), (HOLDER, 100, 101, TARGET, 102, TARGET, HOLDER)),
        ((0, 0), (1, 2), (HOLDER, 100, HOLDER, TARGET, 101, 102, TARGET)),
    ],
)
def test_spans_within_each_other_are_nested(
    holder: tuple[int, int], target: tuple[int, int], pieces: tuple[int, ...]
) -> None:
    marked = mark(*text_of(3), place(*holder), place(*target))
    assert marked is not None
    assert marked.pieces[1:-1] == pieces


def test_of_a_long_text_the_part_round_the_pair_is_shown() -> None:
    marked = mark(*text_of(300), place(150, 150), place(155, 155))
    assert marked is not None
    shown = [p for p in marked.pieces if p >= 100 and p not in (HOLDER, TARGET)]
    assert len(shown) == CONTEXT
    assert shown == list(range(shown[0], shown[0] + CONTEXT))
    assert {250, 255} <= set(shown)


@pytest.mark.parametrize("at", [0, 299])
def test_at_the_edge_of_a_text_the_other_side_gets_the_room(at: int) -> None:
    marked = mark(*text_of(300), None, place(at, at))
    assert marked is not None
    assert len(marked.pieces) == CONTEXT + 4


def test_a_pair_too_far_apart_or_without_pieces_is_not_looked_at() -> None:
    assert mark(*text_of(300), place(0, 0), place(MOST + 1, MOST + 1)) is None
    assert mark(*text_of(3), None, (50, 60)) is None
