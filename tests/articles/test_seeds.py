"""The two real articles beside the checkout: every part of them is taken for what it is."""

from pathlib import Path

import pytest

from kb.articles.reader import read_paths
from kb.model import Article, BlockKind
from kb.settings import Settings

READ_AS_BODY = (BlockKind.BODY, BlockKind.HEADLINE, BlockKind.DEK, BlockKind.CAPTION)


def read(path: Path) -> Article:
    (article,) = read_paths([path], Settings())
    assert isinstance(article, Article)
    assert article.text == path.open(encoding="utf-8").read()
    return article


@pytest.fixture
def dandelion(seeds: Path) -> Article:
    return read(seeds / "dandelion-2016-03-28.txt")


@pytest.fixture
def stream(seeds: Path) -> Article:
    return read(seeds / "stream-2016-06-30.txt")


def kind_at(article: Article, words: str) -> BlockKind:
    start = article.text.index(words)
    return next(b.kind for b in article.blocks if b.span.start <= start < b.span.end)


def parts(article: Article, *kinds: BlockKind) -> list[str]:
    return [b.span.of(article.text) for b in article.blocks if b.kind in kinds]


def test_dandelion_metadata(dandelion):
    assert dandelion.id == "dandelion-2016-03-28"
    assert dandelion.title.startswith("How Putin’s Leverage Shaped the Syrian Ceasefire")
    assert dandelion.authors == ("Gareth Porter",)
    assert dandelion.date == "2016-03-28"
    assert dandelion.publisher == "Dandelion Salad"
    assert dandelion.original_publisher == "Middle East Eye"
    assert dandelion.language == "en"


def test_dandelion_head(dandelion):
    assert dandelion.blocks[0].kind is BlockKind.HEADLINE
    assert kind_at(dandelion, "No war on Syria protest") is BlockKind.CAPTION
    assert kind_at(dandelion, "Image by") is BlockKind.CAPTION
    assert kind_at(dandelion, "crossposted at") is BlockKind.BYLINE
    assert kind_at(dandelion, "By his military withdrawal") is BlockKind.DEK


def test_dandelion_body_is_whole(dandelion):
    body = parts(dandelion, BlockKind.BODY)
    assert body[0].startswith("When Russian President")
    assert len(body) == 13
    assert kind_at(dandelion, "Of course, despite the remarkable") is BlockKind.BODY


def test_dandelion_note_on_the_author_and_editors_insertion_are_footer(dandelion):
    assert kind_at(dandelion, "Gareth Porter, an investigative historian") is BlockKind.FOOTER
    assert kind_at(dandelion, "[DS added") is BlockKind.FOOTER


def test_dandelion_video_statements_are_read_and_their_titles_are_not(dandelion):
    assert kind_at(dandelion, "Fmr. Chief of Staff") in READ_AS_BODY
    assert kind_at(dandelion, "Syrian President Bashar Assad recently") in READ_AS_BODY
    assert kind_at(dandelion, "\nWill the Syrian Ceasefire".strip("\n")) is BlockKind.HEADLINE
    assert kind_at(dandelion, "Syrian ceasefire 90 percent") not in READ_AS_BODY
    assert kind_at(dandelion, "TheRealNews on") not in READ_AS_BODY
    assert kind_at(dandelion, "Updated:") not in READ_AS_BODY


def test_dandelion_archive_links_are_related(dandelion):
    start = dandelion.text.index("from the archives:")
    end = dandelion.text.index("11 thoughts on")
    inside = [b for b in dandelion.blocks if start <= b.span.start < end]
    assert len(inside) == 6
    assert {b.kind for b in inside} == {BlockKind.RELATED}


def test_dandelion_pingbacks_and_comments(dandelion):
    pingbacks = parts(dandelion, BlockKind.PINGBACK)
    assert len(pingbacks) == 4
    assert all("Pingback:" in text for text in pingbacks)
    start = dandelion.text.index("5. Larry Wilkerson")
    reply = dandelion.text.index("• David,")
    closed = dandelion.text.index("Comments are closed.")
    for block in dandelion.blocks:
        if start <= block.span.start < closed:
            assert block.kind is BlockKind.COMMENT
            assert block.label == ("reader comment 5" if block.span.start < reply else "reader comment 5, reply 1")
    assert kind_at(dandelion, "Comments are closed.") is BlockKind.FOOTER
    assert all(b.span.start >= start for b in dandelion.blocks if b.kind is BlockKind.COMMENT)


def test_nothing_of_dandelion_after_the_archive_is_body(dandelion):
    start = dandelion.text.index("from the archives:")
    assert not [b for b in dandelion.blocks if b.span.start >= start and b.kind in READ_AS_BODY]


def test_stream_metadata(stream):
    assert stream.title == "Washington Post: Obama and Putin Have Cut a Secret Deal in Syria"
    assert stream.authors == ("Saagar Enjeti",)
    assert stream.date == "2016-06-30"
    assert stream.original_publisher == "Daily Caller News Foundation"


def test_stream_body_ends_before_the_footer(stream):
    end = stream.text.index("Follow Saagar")
    assert len(parts(stream, BlockKind.BODY)) == 6
    assert not [b for b in stream.blocks if b.span.start >= end and b.kind in READ_AS_BODY]
    assert kind_at(stream, "Print Friendly") is BlockKind.SHARE
    assert kind_at(stream, "More from") is BlockKind.RELATED
