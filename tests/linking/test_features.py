"""Each feature answers 0..1 and says what its name says."""

from __future__ import annotations

import pytest

from kb.linking.candidates import Found, Match
from kb.linking.features import FEATURES, Case, coherence, context_words, name_match, score, type_agreement
from kb.linking.index import Entry, load_index
from kb.linking.names import telling_words
from kb.model import EntityType

PERSON = Entry("Q1", "Ann Example", (), EntityType.PERSON, "Freedonian minister", 0.4)
LAND = Entry("Q2", "Freedonia", (), EntityType.COUNTRY, "country", 0.6)


def case(entry: Entry = PERSON, match: Match = Match.LABEL, kind: EntityType | None = None, context: str = "") -> Case:
    return Case(Found(entry, match), kind, telling_words(context), telling_words(entry.description))


def test_weights_add_up_to_one() -> None:
    assert sum(f.weight for f in FEATURES) == pytest.approx(1)


def test_score_is_within_0_and_1() -> None:
    assert 0 < score(case()) < score(case(kind=EntityType.PERSON, context="the Freedonian minister said")) <= 1


def test_label_fits_better_than_another_surface() -> None:
    assert name_match(case()) > name_match(case(match=Match.INITIALS)) > name_match(case(match=Match.SURFACE))


def test_types_agree_neighbour_or_conflict() -> None:
    assert type_agreement(case(kind=EntityType.PERSON)) == 1
    assert type_agreement(case(kind=None)) == 0.5
    assert type_agreement(case(kind=EntityType.PLACE)) == 0
    assert type_agreement(case(LAND, kind=EntityType.PLACE)) == 0.7


def test_words_of_the_context_count() -> None:
    assert context_words(case(context="nothing here")) == 0
    assert context_words(case(context="a Freedonian")) > 0


def test_description_coheres_with_what_is_linked_already() -> None:
    entry = Entry("Q3", "Bo Example", (), EntityType.PERSON, "minister in Freedonia", 0.1)
    found = Case(Found(entry, Match.LABEL), None, frozenset(), telling_words(entry.description), known=(LAND,))
    assert coherence(found) == 1
    assert coherence(case()) == 0


def test_words_of_the_country_of_an_entry_are_known() -> None:
    index = load_index()
    biden = index.get("Q6279")
    assert biden is not None
    assert {"american", "us"} <= index.describing_words(biden)
