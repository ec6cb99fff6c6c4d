"""Labelled lines at the top of a file."""

import pytest

from kb.articles.fields import read_field
from kb.articles.lines import measure


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Title: Levy rejected", ("title", "Levy rejected")),
        ('headline: "Levy rejected"', ("title", "Levy rejected")),
        ("Byline: Jane Roe", ("author", "Jane Roe")),
        ("original_publisher: The Record", ("original_publisher", "The Record")),
        ("Original publisher: The Record", ("original_publisher", "The Record")),
        ("DATE: 2020-03-03", ("date", "2020-03-03")),
        ("Levy: rejected", None),
        ("Title:", None),
        ("Published in 2020: a history", None),
    ],
)
def test_field(text, field):
    assert read_field(measure(text, 0, len(text))) == field
