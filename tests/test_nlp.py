"""The parse keeps the article's own offsets and reads only what is somebody's voice."""

from __future__ import annotations

import pytest

from kb import nlp
from kb.errors import ResourceError
from kb.model import Article, Block, BlockKind, Span
from kb.settings import Settings

MODEL = Settings().spacy_model


def article(*parts: tuple[BlockKind, str], gap: str = "\n\n", id: str = "a") -> Article:
    """An article of the given blocks with `gap` between them."""
    text, blocks = "", []
    for kind, words in parts:
        text += gap if text else ""
        blocks.append(Block(Span(len(text), len(text) + len(words)), kind))
        text += words
    return Article(id, text, blocks=tuple(blocks))


def test_offsets_of_tokens_are_code_points_of_the_stored_text() -> None:
    given = article(
        (BlockKind.HEADLINE, "🚢🚢 Ferry\u00a0stops"), (BlockKind.BODY, "Zoë\u00a0Lund’s ferry — “Élan” — stops.")
    )
    ((_, doc),) = nlp.parse([given], MODEL)
    for token in doc:
        stored = given.text[token.idx : token.idx + len(token)]
        assert stored.replace("\u00a0", " ").replace("\n", " ").split() == token.text.split()
    assert {"Ferry", "Zoë", "Élan"} <= {token.text for token in doc}


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n \n", " ", ""])
def test_readable_text_is_as_long_as_the_stored_one(gap: str) -> None:
    given = article(
        (BlockKind.HEADLINE, "Ferry stops"), (BlockKind.SHARE, "Share 👍"), (BlockKind.BODY, "It stops."), gap=gap
    )
    read = nlp.readable_text(given)
    assert len(read) == len(given.text)
    assert "Share" not in read


@pytest.mark.parametrize("kind", sorted(set(BlockKind) - nlp.READ))
def test_what_is_nobody_s_voice_is_blanked_out(kind: BlockKind) -> None:
    given = article((BlockKind.BODY, "The ferry stops."), (kind, "More from Brill"), (BlockKind.BODY, "It rains."))
    read = nlp.readable_text(given)
    assert "Brill" not in read
    assert (read.index("The ferry"), read.index("It rains")) == (0, given.text.index("It rains"))


@pytest.mark.parametrize("kind", sorted(nlp.READ))
def test_what_is_a_voice_is_read(kind: BlockKind) -> None:
    assert "Brill" in nlp.readable_text(article((kind, "More from Brill")))


def test_a_line_break_within_a_paragraph_is_a_space() -> None:
    assert nlp.readable_text(article((BlockKind.BODY, "The ferry\nstops."))) == "The ferry stops."


def test_no_sentence_runs_over_a_paragraph() -> None:
    given = article((BlockKind.HEADLINE, "Ferry to stop"), (BlockKind.BODY, "the crews had asked for it"))
    ((_, doc),) = nlp.parse([given], MODEL)
    assert [" ".join(sentence.text.split()) for sentence in doc.sents] == [
        "Ferry to stop",
        "the crews had asked for it",
    ]


def test_articles_come_back_in_order_however_they_are_batched() -> None:
    given = [article((BlockKind.BODY, f"Ferry number {n} stops."), id=f"a{n}") for n in range(5)]
    found = list(nlp.parse(given, MODEL, batch_size=2))
    assert [a.id for a, _ in found] == ["a0", "a1", "a2", "a3", "a4"]
    assert all(str(n) in doc.text for n, (_, doc) in enumerate(found))


def test_articles_are_not_read_before_they_are_asked_for() -> None:
    given = iter([article((BlockKind.BODY, "It stops.")) for _ in range(9)])
    next(nlp.parse(given, MODEL, batch_size=1))
    assert len(list(given)) > 0


def test_an_article_without_words_is_parsed_to_nothing() -> None:
    ((_, doc),) = nlp.parse([Article("empty", "")], MODEL)
    assert len(doc) == 0


def test_a_model_is_loaded_once() -> None:
    assert nlp.load(MODEL) is nlp.load(MODEL)


def test_a_model_that_is_not_installed_is_named_with_the_setting_to_change() -> None:
    with pytest.raises(ResourceError, match="KB_SPACY_MODEL") as error:
        nlp.load("xx_no_such_model")
    assert "'xx_no_such_model'" in str(error.value)
