"""Cutting a text into lines, and what is measured on each."""

import pytest

from kb.articles.lines import cut, measure


def line(text: str):
    return measure(text, 0, len(text))


def test_offsets_are_those_of_the_text():
    text = "\ufeff  One line.\n\n\tAnother\u00a0line \n\n"
    assert [text[found.start : found.end] for found in cut(text)] == [found.text for found in cut(text)]


def test_blank_text_has_no_lines():
    assert cut(" \n\u00a0\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "The mayor resigned on Monday.",
        "“We will never accept it,”",
        "Why did she do that to us?",
        "and so the city, which had no money left at all, sold the quay to the first who asked for it in the spring",
        "東京で会議が開かれた。首相は反対した。",
        "Совет одобрил план в понедельник.",
    ],
)
def test_prose(text):
    assert line(text).prose


@pytest.mark.parametrize(
    "text",
    [
        "How the Quay Was Sold",
        "Will the Plan End the Harbour War?",
        "Jane Roe",
        "Harbour plan approved by council",
        "3",
    ],
)
def test_no_prose(text):
    assert not line(text).prose


@pytest.mark.parametrize(
    ("text", "marker", "bare"),
    [
        ("• One", "-", "One"),
        ("- One", "-", "One"),
        ("12. One", "12", "One"),
        ("## One", "##", "One"),
        ("One", "", "One"),
    ],
)
def test_marker(text, marker, bare):
    assert (line(text).marker, line(text).bare) == (marker, bare)
