"""Each feature answers what its name says, and the fitted weights know every one of them."""

from __future__ import annotations

import pytest

from kb.linking.candidates import Found, Match
from kb.linking.features import (
    FEATURES,
    Case,
    answers,
    coherence,
    described,
    lead,
    of_the_country,
    score,
    type_agreement,
)
from kb.linking.index import Entry, load_index
from kb.linking.linker import decision
from kb.linking.names import telling_words
from kb.model import EntityType

PERSON = Entry("Q1", "Ann Example", (), EntityType.PERSON, "Freedonian minister", 0.4)
LAND = Entry("Q2", "Freedonia", (), EntityType.COUNTRY, "country", 0.6)


def case(entry: Entry = PERSON, match: Match = Match.LABEL, kind: EntityType | None = None, context: str = "") -> Case:
    near, describing = telling_words(context), telling_words(entry.description)
    return Case(Found(entry, match), kind, entry.label, near, describing, describing)


def test_every_feature_has_a_weight_and_every_weight_a_feature() -> None:
    assert set(decision().weights) == {f.name for f in FEATURES}


def test_answers_are_within_bounds() -> None:
    for found in (case(), case(LAND, Match.PART, EntityType.PERSON, "the Freedonian minister said")):
        assert all(-1 <= value <= 1 for value in answers(found).values())


def test_just_one_kind_of_match_applies() -> None:
    assert sum(answers(case(match=Match.FOLDED))[m.name.lower()] for m in Match) == 1


def test_score_is_the_weighted_sum() -> None:
    assert score(case(), {"prior": 2.0, "label": 1.0}) == pytest.approx(2 * 0.4 + 1)


def test_words_that_speak_for_a_candidate_raise_its_score() -> None:
    weights = decision().weights
    assert score(case(), weights) < score(case(context="the Freedonian minister said"), weights)
    assert score(case(match=Match.PART), weights) < score(case(), weights)


def test_lead_is_over_the_best_rival() -> None:
    assert lead(Case(Found(PERSON, Match.LABEL), None, rival=0.7)) == pytest.approx(-0.3)


def test_types_agree_neighbour_or_conflict() -> None:
    assert type_agreement(case(kind=EntityType.PERSON)) == 1
    assert type_agreement(case(kind=None)) == 0.5
    assert type_agreement(case(kind=EntityType.PLACE)) == 0
    assert type_agreement(case(LAND, kind=EntityType.PLACE)) == 0.7


def test_words_of_the_context_count() -> None:
    assert described(case(context="nothing here")) == of_the_country(case(context="nothing here")) == 0
    assert described(case(context="a Freedonian")) > 0
    assert of_the_country(case(context="a Freedonian")) == 1


def test_description_coheres_with_what_is_linked_already() -> None:
    entry = Entry("Q3", "Bo Example", (), EntityType.PERSON, "minister in Freedonia", 0.1)
    found = Case(Found(entry, Match.LABEL), None, describing=telling_words(entry.description), known=(LAND,))
    assert coherence(found) == 1
    assert coherence(case()) == 0


def test_words_of_the_country_of_an_entry_are_known() -> None:
    index = load_index()
    biden = index.get("Q6279")
    assert biden is not None
    assert {"american", "us"} <= index.describing_words(biden)
