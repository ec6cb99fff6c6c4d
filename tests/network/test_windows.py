"""Windows cover a document with whole sentences."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from kb import nlp
from kb.network.windows import LONGEST, windows
from kb.settings import Settings


def parsed(text: str) -> Doc:
    return nlp.load(Settings().spacy_model)(text)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry stopped.",
        "\n".join(["Ana Ruiz praised the ferry and its crew."] * 40),
        "The council met. " * 60,
        "They talked about fish, " * 80 + "and left.",
    ],
)
def test_they_cover_the_document_without_overlap(text: str) -> None:
    doc = parsed(text)
    places = list(windows(doc))
    assert [start for start, _ in places] == [0, *(end for _, end in places[:-1])]
    assert places[-1][1] == len(doc)


def test_they_end_where_sentences_end() -> None:
    doc = parsed("The council met. Mara Holt left early. " * 30)
    ends = {sentence.end for sentence in doc.sents}
    assert {end for _, end in windows(doc)} <= ends


def test_only_a_single_sentence_is_longer_than_the_limit() -> None:
    doc = parsed("They met. " * 20 + "They talked about fish, " * 60 + "and left. They met again.")
    for start, end in windows(doc):
        assert end - start <= LONGEST or len(list(doc[start:end].sents)) == 1


def test_an_empty_document_has_none() -> None:
    assert list(windows(parsed(""))) == []
