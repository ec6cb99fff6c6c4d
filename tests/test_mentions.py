"""Names, joined within the article and linked for what they stand for."""

from __future__ import annotations

import pytest

from kb.model import MentionForm
from tests.reading import read


def linked(text: str) -> dict[str, str | None]:
    return {m.text: m.entity.qid for m in read(text).mentions}


@pytest.mark.parametrize(
    ("text", "surface", "qid"),
    [
        ("The Russians left the talks.", "The Russians", "Q159"),
        ("Moscow rejected the plan.", "Moscow", "Q159"),
        ("The Kremlin rejected the plan.", "Kremlin", "Q159"),
        ("The Syrian regime rejected the plan.", "Syrian regime", "Q858"),
        ("Secretary of State John Kerry left.", "Secretary of State John Kerry", "Q22316"),
        ("US President Barack Obama left.", "US President Barack Obama", "Q76"),
        ("The UN met in Geneva.", "UN", "Q1065"),
    ],
)
def test_surfaces_link_to_what_they_stand_for(text: str, surface: str, qid: str) -> None:
    assert linked(text)[surface] == qid


def test_a_capital_with_something_in_it_is_a_place() -> None:
    (mention,) = (m for m in read("The ministers met in Moscow on Monday.").mentions if m.text == "Moscow")
    assert mention.form is MentionForm.NAME
    assert mention.entity.qid != "Q159"


def test_a_surname_joins_the_full_name_before_and_after() -> None:
    found = read("Holt spoke first. Mara Holt is a teacher. Then Holt left.").mentions
    assert {m.entity.key for m in found if "Holt" in m.text} == {"mara-holt"}


def test_an_unknown_name_is_an_entity_of_its_own_without_a_guess() -> None:
    (mention,) = read("Mara Holt left.").mentions
    assert (mention.entity.name, mention.entity.qid) == ("Mara Holt", None)


def test_an_administration_is_not_its_president() -> None:
    (mention,) = (m for m in read("The Obama administration rejected the plan.").mentions if "Obama" in m.text)
    assert (mention.entity.name, mention.entity.qid) == ("Obama administration", None)


def test_initials_make_no_second_man() -> None:
    keys = {m.entity.key for t in ("Tom B. Marsh left.", "Tom Marsh left.") for m in read(t).mentions}
    assert keys == {"tom-marsh"}


def test_offsets_point_into_the_stored_text() -> None:
    text = "🚢\u00a0Mara\u00a0Holt left Russia’s embassy in Vienna."
    for mention in read(text).mentions:
        assert mention.span.of(text) == mention.text or mention.span.of(text).replace("\u00a0", " ") == mention.text


@pytest.mark.parametrize(
    ("text", "surface", "qid"),
    [
        ("The French voted.", "The French", "Q142"),
        ("The White House rejected the plan.", "White House", "Q30"),
        ("The Iranian government rejected the plan.", "Iranian government", "Q794"),
        ("NATO met in Oslo.", "NATO", "Q7184"),
        ("The World Health Organization (WHO) met. The WHO left.", "WHO", "Q7817"),
        ("The Washington Post wrote on Monday.", "Washington Post", "Q166032"),
        ("Norwegian officials rejected the plan.", "Norwegian", "Q20"),
    ],
)
def test_demonyms_metonyms_and_acronyms(text: str, surface: str, qid: str) -> None:
    assert linked(text)[surface] == qid


@pytest.mark.parametrize("text", ["Chad left.", "Clinton left.", "Bush left.", "Paris Hilton left.", "Mr. Reed left."])
def test_a_name_that_many_bear_is_not_guessed(text: str) -> None:
    assert set(linked(text).values()) == {None}


def test_a_first_name_is_no_country() -> None:
    assert set(linked("Jordan left the room. Michael Jordan spoke.").values()) == {None}


def test_an_acronym_joins_the_name_it_was_introduced_for() -> None:
    found = read("The Brill Harbour Union (BHU) met on Monday. The BHU left.").mentions
    assert {m.entity.name for m in found if m.text in ("BHU", "Brill Harbour Union")} == {"Brill Harbour Union"}


def test_a_person_and_the_capital_of_that_name_are_two() -> None:
    found = linked("George Washington left. Washington rejected the plan.")
    assert found == {"George Washington": "Q23", "Washington": "Q30"}


def test_a_person_and_a_paper_of_that_name_are_two() -> None:
    found = linked("Washington rejected the plan. The Washington Post wrote on Monday.")
    assert (found["Washington"], found["Washington Post"]) == ("Q30", "Q166032")


def test_a_relative_is_not_the_person_who_is_known() -> None:
    assert linked("Michelle Obama left.")["Michelle Obama"] != "Q76"
    assert linked("Roger Putin left.")["Roger Putin"] is None
