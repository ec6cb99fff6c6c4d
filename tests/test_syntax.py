"""Small questions to a parse, each answered on plain sentences."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc, Token

from kb import nlp, syntax
from kb.settings import Settings


def parse(text: str) -> Doc:
    return nlp.load(Settings().spacy_model)(text)


def word(text: str, form: str) -> Token:
    """The first token of the sentence that is spelt `form`."""
    return next(token for token in parse(text) if token.text == form)


@pytest.mark.parametrize(
    ("text", "verb", "who"),
    [
        ("Mara Holt closed the bridge.", "closed", "Holt"),
        ("The bridge was closed by the council.", "closed", "council"),
        ("The bridge was destroyed.", "destroyed", None),
        ("Mara Holt wants to sign.", "sign", "Holt"),
        ("They urged the council to sign.", "sign", "council"),
        ("The mayor resigned after closing the school.", "closing", "mayor"),
        ("The man opposing the bridge left.", "opposing", "man"),
    ],
)
def test_who_does_what_a_verb_says(text: str, verb: str, who: str | None) -> None:
    found = syntax.doer(word(text, verb), frozenset({"urge"}))
    assert (found.text if found is not None else None) == who


@pytest.mark.parametrize(
    ("text", "form", "negated"),
    [
        ("She does not trust them.", "trust", True),
        ("She never trusted them.", "trusted", True),
        ("They no longer trust the council.", "trust", True),
        ("Nobody came.", "came", True),
        ("No minister came.", "came", True),
        ("She trusts them.", "trusts", False),
        ("She is not happy.", "happy", True),
        ("She did not only pay.", "pay", False),
    ],
)
def test_negation_reaches_the_predicate(text: str, form: str, negated: bool) -> None:
    assert syntax.is_negated(word(text, form)) is negated


def test_everything_joined_is_a_conjunct() -> None:
    first = word("Norway and Sweden, Denmark and Finland support it.", "Norway")
    assert [token.text for token in syntax.conjuncts(first)] == ["Norway", "Sweden", "Denmark", "Finland"]


@pytest.mark.parametrize(
    ("text", "verb", "passive"),
    [("The bridge was destroyed.", "destroyed", True), ("They closed it.", "closed", False)],
)
def test_passives(text: str, verb: str, passive: bool) -> None:
    assert syntax.is_passive(word(text, verb)) is passive


@pytest.mark.parametrize(
    ("text", "verb", "modal"),
    [
        ("They may approve or reject it.", "approve", "may"),
        ("They may approve or reject it.", "reject", "may"),
        ("They reject it.", "reject", ""),
    ],
)
def test_the_modal_of_a_clause_holds_for_what_is_joined_to_it(text: str, verb: str, modal: str) -> None:
    assert syntax.modal(word(text, verb)) == modal


def test_the_word_that_opens_a_clause() -> None:
    assert syntax.marker(word("She left because it rained.", "rained")) == "because"
    assert syntax.marker(word("She left because it rained.", "left")) == ""


def test_the_way_up_ends_at_the_root() -> None:
    token = word("She said that the long bridge closed.", "long")
    assert [t.text for t in syntax.path_up(token)] == ["long", "bridge", "closed", "said"]
    assert syntax.clause_verb(token).text == "closed"
