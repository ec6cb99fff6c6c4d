"""Which entries come into question at all."""

from __future__ import annotations

import pytest

from kb.linking.candidates import Match, bare_name, find_candidates
from kb.linking.index import Entry, Index, load_index
from kb.model import EntityType

PERSON = EntityType.PERSON


@pytest.fixture(scope="module")
def index() -> Index:
    return load_index()


def labels(index: Index, name: str, kind: EntityType | None, *surfaces: str) -> set[str]:
    return {f.entry.label for f in find_candidates(index, name, kind, surfaces)}


def test_titles_and_demonyms_are_left_out(index: Index) -> None:
    assert bare_name(index, "Russian President Vladimir Putin") == "Vladimir Putin"
    assert bare_name(index, "US Secretary of State John Kerry") == "John Kerry"
    assert bare_name(index, "President of Russia") == "President of Russia"


def test_middle_initials_may_be_left_out(index: Index) -> None:
    found = find_candidates(index, "Angela D. Merkel", PERSON, ())
    assert [(f.entry.label, f.match) for f in found] == [("Angela Merkel", Match.INITIALS)]


def test_surname_beside_another_first_name_finds_nobody(index: Index) -> None:
    assert labels(index, "Egon Obama", PERSON, "Obama", "Egon Obama") == set()


def test_office_is_not_its_country(index: Index) -> None:
    assert labels(index, "President of Russia", None, "President of Russia") == set()


def test_body_is_found_by_its_acronym(index: Index) -> None:
    assert labels(index, "North Atlantic alliance of old", EntityType.ORGANISATION, "NATO") == {"NATO"}


def test_part_of_a_name_does_not_find_the_whole(index: Index) -> None:
    assert labels(index, "Moscow Times Club", EntityType.ORGANISATION, "Moscow") == set()


def test_a_name_of_marks_alone_finds_nobody(index: Index) -> None:
    for name in ("- -", "& &", "' '"):
        assert find_candidates(index, name, PERSON, (name,)) == ()


def test_a_slip_of_the_pen_in_a_first_name_is_seen_but_not_in_a_short_one(index: Index) -> None:
    found = find_candidates(index, "Angeela Merkel", PERSON, ())
    assert [(f.entry.label, f.match) for f in found] == [("Angela Merkel", Match.FUZZY)]
    assert labels(index, "Joan Kerry", PERSON) == set()


def test_a_body_is_looked_for_under_the_countries_of_the_article(index: Index) -> None:
    country = index.get("Q30")
    assert country is not None
    found = find_candidates(index, "Senate", EntityType.ORGANISATION, ("Senate",), [country])
    assert ("United States Senate", Match.COMPLETED) in {(f.entry.label, f.match) for f in found}


@pytest.mark.parametrize("name", ["Vantor Corp", "Vantor Corp.", "American Vantor Corp", "US Vantor Corporation"])
def test_a_companys_legal_form_and_a_country_before_it_may_be_written_otherwise(index: Index, name: str) -> None:
    firm = Entry("Q990000001", "Vantor Corporation", (), EntityType.ORGANISATION, "company", 0.3)
    country = index.get("Q30")
    assert country is not None
    own = Index({firm.qid: firm, country.qid: country}, {"American": "Q30"}, {}, {})
    assert [(f.entry, f.match) for f in find_candidates(own, name, EntityType.ORGANISATION, (name,))] == [
        (firm, Match.STRIPPED)
    ]
