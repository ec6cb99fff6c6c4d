"""Which spans may hold a stance or be its target."""

from __future__ import annotations

import pytest

from kb import nlp
from kb.network.candidates import candidates
from kb.settings import Settings


def spans(text: str) -> dict[str, bool]:
    """The candidates' wording and whether they are clauses."""
    doc = nlp.load(Settings().spacy_model)(text)
    named = {t.i for ent in doc.ents for t in ent}
    return {doc[c.start : c.end].text: c.clause for c in candidates(doc, 0, len(doc), named)}


def test_noun_phrases_and_pronouns_are_nominals() -> None:
    found = spans("The angry mayor told her that the old harbour is full.")
    assert found["The angry mayor"] is False
    assert found["her"] is False
    assert found["the old harbour"] is False


def test_what_somebody_wants_is_a_clause() -> None:
    found = spans("Mara Holt wants to close the harbour.")
    assert found["close the harbour"] is True


@pytest.mark.parametrize("cut", ["which leaks", "the largest in town"])
def test_a_phrase_ends_before_what_is_only_added(cut: str) -> None:
    assert "the old boat" in spans(f"Mara Holt sold the old boat, {cut}, in May.")


def test_conjuncts_are_candidates_of_their_own() -> None:
    found = spans("She praised the bakers and the fishermen.")
    assert "the bakers" in found
    assert "the fishermen" in found


def test_a_dummy_is_none() -> None:
    assert "There" not in spans("There is a boat in the harbour.")


def test_no_candidate_reaches_beyond_its_window() -> None:
    doc = nlp.load(Settings().spacy_model)("The mayor of the town met. She left the hall of the town.")
    first = next(doc.sents)
    assert all(first.start <= c.start < c.end <= first.end for c in candidates(doc, first.start, first.end))
