"""Title, authors, date and publishers from the text itself. All articles here are made up."""

import pytest

from kb.articles.blocks import segment
from kb.articles.metadata import Metadata, read_metadata, read_origin, same_outlet

BODY = (
    "The council approved the harbour plan on Monday after a long debate. The mayor said that work would start.",
    "Critics reject the plan. They say that it costs too much and that nobody asked the people at the quay.",
    "“We will fight it in court,” said Max Stone, who leads the opposition, after the vote on Monday night.",
)


def read(*parts: str, foot: tuple[str, ...] = ()) -> Metadata:
    text = "\n\n".join((*parts, *BODY, *foot))
    return read_metadata(text, segment(text))


def test_title_is_the_headline_with_plain_spaces():
    assert read("Harbour\u00a0 plan approved").title == "Harbour plan approved"


def test_authors_come_from_the_byline():
    assert read("Harbour plan", "By Jane Roe and John Doe", foot=("Follow Ann Lee on Twitter",)).authors == (
        "Jane Roe",
        "John Doe",
    )


def test_follow_line_names_the_author_where_nothing_else_does():
    assert read("Harbour plan", "By Published on June 30, 2016", foot=("Follow Ann Lee on Twitter",)).authors == (
        "Ann Lee",
    )


def test_name_line_above_the_date_names_the_author():
    assert read("Harbour plan", "Jane Roe", "March 3, 2020").authors == ("Jane Roe",)


def test_author_in_the_headline_is_used_last():
    assert read("Why the Plan Will Fail by Jane Roe", "March 3, 2020").authors == ("Jane Roe",)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("March 28, 2016", "2016-03-28"),
        ("Published on June 30, 2016", "2016-06-30"),
        ("Updated: April 1, 2016", ""),
        ("March 2016", "2016-03"),
        ("By Jane Roe, 3 March 2016", "2016-03-03"),
    ],
)
def test_date_of_the_head(line, date):
    assert read("Harbour plan approved", line).date == date


def test_published_date_wins_over_another():
    assert read("Harbour plan", "March 5, 2020", "Published March 3, 2020").date == "2020-03-03"


def test_dateline_gives_the_date_with_its_own_year():
    text = "KYIV, March 3, 2022 (Agency) - " + BODY[0] + "\n\n" + BODY[1]
    assert read_metadata(text, segment(text)).date == "2022-03-03"


def test_dateline_without_year_takes_that_of_the_copyright():
    text = "\n\n".join(("KYIV, March 3 (Agency) - " + BODY[0], *BODY[1:], "Copyright 2022 Harbour News"))
    assert read_metadata(text, segment(text)).date == "2022-03-03"


def test_date_within_the_body_is_not_the_articles():
    assert (
        read("Harbour plan", foot=("The war began on March 3, 1999, and it ended in the spring of 2001.", BODY[2])).date
        == ""
    )


def test_publisher_of_role_line_and_origin_of_crosspost():
    found = read("Harbour plan", "by Jane Roe", "Writer, Salt Blog", "crossposted at Quay Review", "May 3, 2020")
    assert (found.publisher, found.original_publisher) == ("Salt Blog", "Quay Review")


def test_copyright_holder_is_the_publisher_where_no_other_is_named():
    found = read("Harbour plan", foot=("Copyright 2016 Harbour News Foundation",))
    assert (found.publisher, found.original_publisher) == ("Harbour News Foundation", "")


def test_copyright_holder_is_the_original_publisher_where_another_publishes():
    found = read("Harbour plan", foot=("Copyright 2016 Harbour News Foundation", "More from The Brook"))
    assert (found.publisher, found.original_publisher) == ("The Brook", "Harbour News Foundation")


@pytest.mark.parametrize("holder", ["Gazette News Ltd.", "Quayside Media Group"])
def test_publishers_own_company_is_no_original_publisher(holder):
    assert read("Harbour plan", "By Jane Roe | The Gazette", foot=(f"© 2016 {holder}",)).original_publisher == ""


def test_agency_of_the_dateline():
    text = "KYIV (Reuters) - " + BODY[0] + "\n\n" + BODY[1]
    assert read_metadata(text, segment(text)).publisher == "Reuters"
    text = "Plan approved\n\nBy Jane Roe | The Gazette\n\n" + text
    assert read_metadata(text, segment(text)).original_publisher == "Reuters"


def test_more_from_a_person_names_no_publisher():
    assert read("Harbour plan", foot=("More from Jane Roe",)).publisher == ""


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("crossposted at Quay Review", "Quay Review"),
        ("This article first appeared in The Valley Record.", "The Valley Record"),
        ("Originally published on March 3, 2016 in Harbour Policy.", "Harbour Policy"),
        ("This story was originally published by Inside Harbour News, a nonprofit.", "Inside Harbour News"),
        ("This article is republished from The Debate under a Creative Commons license.", "The Debate"),
        ("Republished with permission from The Debate.", "The Debate"),
        ("This article was first published in Arabic by Al Mina.", "Al Mina"),
        ("This post originally appeared on QuayDispatch.com.", "QuayDispatch.com"),
        ("This article was published on Monday", ""),
        ("Reprinted by permission of the author", ""),
        ("Originally published at https://example.org/x", ""),
    ],
)
def test_origin(text, outlet):
    assert read_origin([text]) == outlet


def test_labelled_fields():
    text = (
        "Title: Levy rejected\nAuthor: Peter Novak\nDate: 2019-11-05\nSource: Field Times\nURL: https://f.example\n\n"
    )
    text += "\n\n".join(BODY)
    found = read_metadata(text, segment(text))
    assert found == Metadata(
        "Levy rejected", ("Peter Novak",), "2019-11-05", "Field Times", "", "https://f.example", ""
    )


def test_same_outlet():
    assert same_outlet("The Gazette", "gazette")
    assert not same_outlet("The Gazette", "The Record")


def test_given_values_win_and_gaps_are_filled():
    assert Metadata(title="A").filled_from(Metadata(title="B", date="2020")) == Metadata(title="A", date="2020")


def test_original_publisher_that_is_the_publisher_is_dropped():
    found = Metadata(publisher="The Gazette").filled_from(Metadata(original_publisher="Gazette"))
    assert found.original_publisher == ""
