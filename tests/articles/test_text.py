"""Plain text to article."""

from kb.articles.metadata import Metadata
from kb.articles.text import read_text

TEXT = "Plan approved\n\nBy Jane Roe\n\nMarch 3, 2020\n\n"
TEXT += "The council approved the plan on Monday, the mayor of the city said."


def test_text_is_stored_as_given():
    assert read_text(TEXT + "\u00a0 \n", "a", "a.txt").text == TEXT + "\u00a0 \n"


def test_what_is_given_wins_over_what_the_text_says():
    article = read_text(TEXT, "a", "a.txt", Metadata(title="Other", language="de"))
    assert (article.title, article.language, article.authors, article.date) == (
        "Other",
        "de",
        ("Jane Roe",),
        "2020-03-03",
    )


def test_date_in_the_text_wins_over_that_of_the_file_name():
    assert read_text(TEXT, "a", "x-1999-01-01.txt").date == "2020-03-03"
