"""HTML pages: main text, metadata, comments apart."""

import pytest

from kb.articles.html import read_html
from kb.errors import EmptyInput, InputError
from kb.model import Article
from kb.model import BlockKind as K

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Minister rejects plan | Harbour Times</title>
<meta property="og:site_name" content="Harbour Times"><meta name="author" content="Jane Roe">
<meta property="article:published_time" content="2021-05-04T10:00:00Z">
<link rel="canonical" href="https://harbour.example/plan"></head>
<body><nav><a href="/">Home</a><a href="/w">World</a></nav><article><h1>Minister rejects plan</h1>
<p>The finance minister rejected the plan on Tuesday, saying that it would cost the country far
too much money.</p>
<h2>What comes next</h2>
<p>The parliament votes on Friday. &ldquo;We will oppose it,&rdquo; said the leader of the opposition, Mark Doe.</p>
<ul><li>The first point of the plan is a tax on sugar.</li><li>The second point is a tax on salt.</li></ul>
<p>Analysts said that the vote is going to be close,&nbsp;and that the government might fall over it.</p>
<p>This article first appeared in The Valley Record.</p>
</article>
<section id="comments"><h3>2 comments</h3><ol class="comment-list">
<li class="comment" id="comment-1"><div class="comment-body">
<p>I think the minister is quite right about this plan.</p>
<p>She has always been right about plans of that sort.</p></div></li>
<li class="comment" id="comment-2"><div class="comment-body">
<p>No she is wrong, the plan is good for us all.</p></div></li>
</ol></section><footer>Copyright 2021 Harbour Times</footer></body></html>"""


@pytest.fixture(scope="module")
def article() -> Article:
    return read_html(PAGE.encode(), "plan", "plan.html")


def test_metadata(article):
    assert article.title == "Minister rejects plan"
    assert article.authors == ("Jane Roe",)
    assert article.date == "2021-05-04"
    assert article.language == "en-GB"
    assert article.publisher == "Harbour Times"
    assert article.original_publisher == "The Valley Record"
    assert article.url == "https://harbour.example/plan"


def test_title_comes_first_and_once(article):
    assert article.blocks[0].kind is K.HEADLINE
    assert article.blocks[0].span.of(article.text) == "Minister rejects plan"
    assert article.text.count("Minister rejects plan") == 1


def test_blocks_follow_the_structure(article):
    assert [b.kind for b in article.blocks] == [
        *(K.HEADLINE, K.BODY, K.SUBHEAD, K.BODY, K.BODY, K.BODY, K.BODY, K.FOOTER),
        *(K.COMMENT, K.COMMENT, K.COMMENT),
    ]


def test_comments_are_numbered_by_the_elements_that_hold_them(article):
    labels = [b.label for b in article.blocks if b.kind is K.COMMENT]
    assert labels == ["reader comment 1", "reader comment 1", "reader comment 2"]


def test_navigation_and_site_footer_are_left_out(article):
    assert "World" not in article.text
    assert "Copyright" not in article.text


def test_blocks_are_in_order_inside_the_text(article):
    end = 0
    for block in article.blocks:
        assert end <= block.span.start < block.span.end <= len(article.text)
        end = block.span.end


def test_reading_twice_gives_the_same(article):
    assert read_html(PAGE.encode(), "plan", "plan.html") == article


def test_declared_encoding_is_followed():
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Le café est fermé, a dit le maire.</p></body></html>'
    assert "Le café est fermé" in read_html(page.encode("latin-1"), "a", "a.html").text


@pytest.mark.parametrize("page", [b"<html><p>The plan was rejected on Monday by the council", PAGE.encode()[:900]])
def test_broken_html_with_text_is_still_an_article(page):
    assert read_html(page, "a", "a.html").blocks


@pytest.mark.parametrize("page", [b"", b" \n", b"<html>", b"<p></p>", b"<div>" * 20_000])
def test_page_without_text_is_named(page):
    with pytest.raises(EmptyInput, match=r"a\.html: "):
        read_html(page, "a", "a.html")


def test_binary_page_is_named():
    with pytest.raises(InputError, match="binary"):
        read_html(b"<html>\x00\x01", "a", "a.html")
