"""What a line's own words say."""

import pytest

from kb.articles.cues import (
    DATELINE,
    about_header,
    credit_line,
    ends_article,
    line_cue,
    more_from,
    related_header,
    title_by_name,
)
from kb.articles.lines import Line, measure
from kb.model import BlockKind as K


def line(text: str) -> Line:
    return measure(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Image by Steve Day via Flickr", K.CAPTION),
        ("Image source, Getty Images", K.CAPTION),
        ("Ann Lee/Reuters", K.CAPTION),
        ("Tweet", K.SHARE),
        ("Share on Facebook", K.SHARE),
        ("Follow Ann Lee on TwitterSend tips to a@example.org.", K.FOOTER),
        ("Media Contact: Ann Lee", K.FOOTER),
        ("© Harbour News", K.FOOTER),
        ("Copyright Harbour News", K.FOOTER),
        ("* * *", K.FOOTER),
        ("3. Pingback: Quay | Blog", K.PINGBACK),
        ("Posted on March 3, 2020 by admin", K.BYLINE),
        ("Jane Roe, Senior Writer", K.BYLINE),
        ("The mayor resigned on Monday.", None),
        ("Image is everything to the mayor, her critics say.", None),
        ("Work starts tomorrow, but for today, congratulations.", None),
        ("Copyright law does not allow it, the mayor said.", None),
        ("Share prices fell on Monday after the vote in the council.", None),
        ("Email was down in the town hall for a week.", None),
    ],
)
def test_cue(text, kind):
    assert line_cue(line(text)) is kind


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("from the archives:", "section"),
        ("Related", "section"),
        ("You may also like", "section"),
        ("More from The Gazette", "section"),
        ("More on this story", "section"),
        ("Read more: How the Quay Was Sold", "inline"),
        ("See also: How the Quay Was Sold", "inline"),
        ("Related to the mayor, Stone was hired in May.", ""),
        ("Sources close to the mayor deny it.", ""),
        ("More from the mayor is expected on Friday.", ""),
    ],
)
def test_related_header(text, what):
    assert related_header(line(text)) == what


def test_other_cues():
    assert more_from(line("More from The Gazette")) == "The Gazette"
    assert more_from(line("Related")) == ""
    assert about_header(line("About the author"))
    assert not about_header(line("About half of the members left the party."))
    assert ends_article(line("All rights reserved."))
    assert not ends_article(line("Copyright law is at stake."))
    assert title_by_name(line("How the Quay Was Sold by Mary Major"))
    assert not title_by_name(line("The quay was bought by Mary Major."))
    assert credit_line(line("Quay TV on Mar 28, 2016"))
    assert not credit_line(line("The war ended on Mar 28, 2016."))


@pytest.mark.parametrize(
    ("text", "place", "when", "agency"),
    [
        ("KYIV, March 3 (Reuters) - The", "KYIV", "March 3", "Reuters"),
        ("NEW YORK (AP) — The", "NEW YORK", None, "AP"),
        ("LONDON — The", "LONDON", None, None),
        ("WASHINGTON, March 3, 2020 /PRWire/ -- The", "WASHINGTON", "March 3, 2020", None),
        ("PHILADELPHIA, Pa., July 25 (UPI) — The", "PHILADELPHIA, Pa.", "July 25", "UPI"),
    ],
)
def test_dateline(text, place, when, agency):
    found = DATELINE.match(text)
    assert found is not None
    assert (found["place"].strip(" ,"), found["when"], found["agency"]) == (place, when, agency)


def test_no_dateline():
    assert DATELINE.match("The mayor - who lied - resigned.") is None
    assert DATELINE.match("BREAKING: The mayor resigned.") is None
