"""Dates in the forms that pages use."""

import pytest

from kb.articles.dates import find_date, find_month_day, is_date_line, normalise_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("March 28, 2016", "2016-03-28"),
        ("Published on\u00a0June 30, 2016", "2016-06-30"),
        ("14 March 2016", "2016-03-14"),
        ("2016-03-28", "2016-03-28"),
        ("2020-01-02T10:00:00Z", "2020-01-02"),
        ("2016/3/8", "2016-03-08"),
        ("Mar. 3rd 2020", "2020-03-03"),
        ("3rd of May, 2019", "2019-05-03"),
        ("Mon 3 Feb 2020 10.15 GMT", "2020-02-03"),
        ("03/28/2016", "2016-03-28"),
        ("28/03/2016", "2016-03-28"),
        ("28.03.2016", "2016-03-28"),
        ("3. März 2020", "2020-03-03"),
        ("le 3 mars 2020", "2020-03-03"),
        ("Published March 3, 2020 | Updated March 5, 2020", "2020-03-03"),
        ("Last updated March 5, 2020, first published March 1, 2020", "2020-03-01"),
        ("KYIV, March 3, 2022 (Agency)", "2022-03-03"),
    ],
)
def test_date_is_found(text, date):
    assert find_date(text) == date


@pytest.mark.parametrize("text", ["", "March 3", "Updated: April 1, 2016", "31 February 2020", "in 2016", "1/2/3"])
def test_no_date_is_found(text):
    assert find_date(text) == ""


def test_figures_that_can_be_read_two_ways_give_the_year():
    assert find_date("04/05/2016") == "2016"


def test_month_and_year_count_only_where_asked_for():
    assert find_date("March 2016") == ""
    assert find_date("March 2016", month_only=True) == "2016-03"


@pytest.mark.parametrize("value", ["2016", "2016-03", "2016-03-28"])
def test_iso_values_are_kept(value):
    assert normalise_date(value) == value


def test_what_is_no_date_is_dropped():
    assert normalise_date("soon") == ""


def test_month_and_day_of_a_dateline_take_the_year_given():
    assert find_month_day("KYIV, March 3 (Agency)", "2022") == "2022-03-03"
    assert find_month_day("3 March", "2022") == "2022-03-03"
    assert find_month_day("KYIV", "2022") == ""


@pytest.mark.parametrize(
    "text", ["June 30, 2016", "Published on 14 March 2016, 10:05 GMT", "Fri, Dec 4, 2015 | 3 min read"]
)
def test_line_of_a_date_only(text):
    assert is_date_line(text)


@pytest.mark.parametrize("text", ["By June 30, 2016 the war was lost", "Jane Roe, June 30, 2016", "3 March"])
def test_line_with_more_than_a_date(text):
    assert not is_date_line(text)
