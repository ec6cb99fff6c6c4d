"""The whole flow on articles as they come: order, authors, outlets, failures, private persons."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from kb.articles.blocks import segment
from kb.errors import InputError, ResourceError
from kb.model import AgentKind, Article, Block, BlockKind, EntityType, Span
from kb.network.encoder import Encoded
from kb.network.reader import NetworkReader
from kb.pipeline import Pipeline
from kb.settings import Settings, load
from tests.reading import pipeline, read


def article(id: str, text: str, **more: object) -> Article:
    return Article(id, text, blocks=(Block(Span(0, len(text)), BlockKind.BODY),), **more)  # type: ignore[arg-type]


def test_extractions_come_in_the_order_of_the_articles() -> None:
    given = [article(f"a{n}", f"Mara Holt opposes tunnel number {n}.") for n in range(6)]
    found = list(pipeline().extract(given))
    assert [e.article.id for e in found] == [a.id for a in given]
    assert all(e.article is a for e, a in zip(found, given, strict=True))


def test_reading_again_gives_the_same() -> None:
    text = "Norway and Mara Holt oppose the levy. “It is a disgrace,” she said. Two officials praised Jonas Reed."
    assert read(text) == read(text)


def test_what_stands_before_an_article_does_not_change_it() -> None:
    last = article("last", "Mara Holt spoke. Holt opposes the levy.")
    (alone,) = pipeline().extract([last])
    _, behind = pipeline().extract([article("first", "Mara Reed met Jonas Holt in Oslo."), last])
    assert alone == behind


def test_mentions_are_in_text_order_and_within_the_text() -> None:
    text = "Maria Holt met the Norwegians in Oslo. She praised them. Holt left for Moscow."
    spans = [m.span for m in read(text).mentions]
    assert spans == sorted(spans)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)


@pytest.mark.parametrize(
    ("given", "name", "entity"),
    [
        ({"authors": ("Ada Pine", "Jo Ash"), "publisher": "The Brill Gazette"}, "Ada Pine", True),
        ({"publisher": "The Brill Gazette"}, "The Brill Gazette", False),
        ({"publisher": "The Brill Gazette", "original_publisher": "The Oslo Wire"}, "The Oslo Wire", False),
        ({}, "a1", False),
    ],
)
def test_the_author_is_the_first_byline_else_the_outlet_else_the_article(
    given: dict[str, object], name: str, entity: bool
) -> None:
    (extraction,) = pipeline().extract([article("a1", "It rained.", **given)])
    assert (extraction.author.kind, extraction.author.name) == (AgentKind.AUTHOR, name)
    assert (extraction.author.entity is not None) == entity


def test_an_outlet_is_linked_where_it_is_known_and_never_guessed() -> None:
    known, unknown = pipeline().outlet("The Washington Post"), pipeline().outlet("The Brill Gazette")
    assert known is not None
    assert unknown is not None
    assert (known.qid, known.type) == ("Q166032", EntityType.MEDIA)
    assert (unknown.qid, unknown.name) == (None, "The Brill Gazette")
    assert pipeline().outlet("") is None


def test_an_author_is_no_namesake() -> None:
    (extraction,) = pipeline().extract([article("a1", "It rained.", authors=("Jordan Washington",))])
    assert extraction.author.entity is not None
    assert extraction.author.entity.qid is None


def test_one_article_that_fails_is_named_and_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        article("good", "Mara Holt opposes it."),
        article("bad", "It rained.", publisher="boom", source="bad.txt"),
        article("too", "Norway left."),
    ]
    working = pipeline()
    original = Pipeline.outlet

    def outlet(self: Pipeline, name: str) -> object:
        if name == "boom":
            raise ZeroDivisionError("a rule went wrong")
        return original(self, name)

    monkeypatch.setattr(Pipeline, "outlet", outlet)
    failed: list[InputError] = []
    assert [e.article.id for e in working.extract(given, failed)] == ["good", "too"]
    (error,) = failed
    assert error.source == "bad.txt"
    assert "a rule went wrong" in str(error)
    with pytest.raises(ZeroDivisionError):
        list(working.extract(given))


COMMENTED = """Harbour closed

By Ada Pine
May 2, 2024

The harbour of Brill was closed on Monday after a storm, and the council said that repairs would take a week.

Norway offered its cranes to the council for the time being, and buses will run every hour until then.

2 thoughts on “Harbour closed”

  1. Jonas Reed from the bakery told me that Norway is a disgrace.

  2. Thank you for the news, Vladimir Putin.
"""


def test_a_private_person_in_a_comment_is_no_mention() -> None:
    given = Article("harbour", COMMENTED, authors=("Ada Pine",), blocks=segment(COMMENTED))
    (extraction,) = pipeline().extract([given])
    assert not any("Reed" in m.text for m in extraction.mentions)
    assert any(m.entity.qid == "Q7747" for m in extraction.mentions)


def test_a_comment_speaks_for_its_writer_not_for_the_author() -> None:
    given = Article("harbour", COMMENTED, authors=("Ada Pine",), blocks=segment(COMMENTED))
    (extraction,) = pipeline().extract([given])
    about_norway = [s for s in extraction.stances if s.target.name == "Norway"]
    assert all(s.holder.kind is not AgentKind.AUTHOR for s in about_norway)
    assert all(s.chain[0].agent.kind is AgentKind.COMMENT for s in about_norway)


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "…", "🚢🚢🚢", "“", "”““", "A", "?!" * 400, "\u00a0\u200b\ufeff"])
def test_odd_texts_are_read_to_nothing(text: str) -> None:
    (extraction,) = pipeline().extract([article("odd", text)])
    assert extraction.stances == ()


def test_a_long_sentence_without_end_is_read_through() -> None:
    text = "Mara Holt opposes the levy and " * 300 + "she left."
    (extraction,) = pipeline().extract([article("long", text)])
    assert all(len(s.evidence.of(text)) <= 300 for s in extraction.stances)


def test_an_article_without_text_blocks_says_nothing() -> None:
    text = "Mara Holt opposes the levy."
    for blocks in ((), (Block(Span(0, len(text)), BlockKind.FOOTER),)):
        (extraction,) = pipeline().extract([Article("bare", text, blocks=blocks)])
        assert extraction.stances == ()


def test_a_model_or_index_that_is_missing_is_named() -> None:
    with pytest.raises(ResourceError, match="no-such-index"):
        Pipeline(Settings(index="no-such-index"))
    with pytest.raises(ResourceError, match="no_such_model"):
        list(Pipeline(Settings(spacy_model="no_such_model")).extract([article("a", "It rained.")]))


def test_a_text_that_cannot_be_encoded_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    working = Pipeline(load())
    assert working.network is not None
    original = NetworkReader.encode

    def encode(self: NetworkReader, doc: Doc) -> list[Encoded]:
        if "boom" in doc.text:
            raise ZeroDivisionError("the network went wrong")
        return original(self, doc)

    monkeypatch.setattr(NetworkReader, "encode", encode)
    given = [article(f"a{n}", "It went boom." if n in (3, 19) else "Norway left.") for n in range(20)]
    failed: list[InputError] = []
    found = [e.article.id for e in working.extract(given, failed)]
    assert found == [f"a{n}" for n in range(20) if n not in (3, 19)]
    assert len(failed) == 2
