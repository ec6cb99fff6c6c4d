"""When a stance was held: what the clause says, as far as it says it, else the day of the article."""

from __future__ import annotations

import pytest

from kb.stance.dates import parse_date
from tests.reading import read


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("March 14, 2016", "2016-03-14"),
        ("14 March 2016", "2016-03-14"),
        ("March 2016", "2016-03"),
        ("2014", "2014"),
        ("14 March", "2024-03-14"),
        ("May", "2024-05"),
        ("December", "2023-12"),  # the last one before the article
        ("Tuesday", ""),
        ("2031", ""),  # not yet
        ("300", ""),
        ("", ""),
    ],
)
def test_a_date_is_as_exact_as_its_words(text: str, date: str) -> None:
    assert parse_date(text, "2024-05-02") == date


@pytest.mark.parametrize(("text", "date"), [("14 March", ""), ("14 March 2016", "2016-03-14"), ("2014", "2014")])
def test_a_month_without_a_year_is_no_date_where_the_article_has_none(text: str, date: str) -> None:
    assert parse_date(text, "") == date


@pytest.mark.parametrize(
    ("sentence", "date", "basis"),
    [
        ("Mara Holt opposed the bridge on 14 March.", "2024-03-14", "text"),
        ("In 2014 Mara Holt opposed the bridge.", "2014", "text"),
        ("Mara Holt opposes the bridge.", "2024-05-02", "article"),
        ("Mara Holt opposes a bridge planned for 2031.", "2024-05-02", "article"),
        ("Mara Holt opposes the bridge, which was built in 2014.", "2024-05-02", "article"),
    ],
)
def test_only_a_date_of_the_cue_s_own_clause_is_the_stance_s(sentence: str, date: str, basis: str) -> None:
    (stance,) = read(sentence).stances
    assert (stance.date, stance.date_basis) == (date, basis)
