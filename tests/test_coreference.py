"""Pronouns and titles: resolved where one antecedent clearly leads, dropped where not."""

from __future__ import annotations

from tests.reading import stances


def test_he_is_the_subject_of_the_sentence_before() -> None:
    assert ("Jonas Reed", "oppose", "levy") in stances("Jonas Reed arrived in Oslo. He opposes the levy.")


def test_a_pronoun_under_a_reporting_verb_is_its_subject() -> None:
    assert ("Maria Holt", "oppose", "levy") in stances(
        "Maria Holt met Anna Berg. Maria Holt said she opposes the levy."
    )


def test_gender_tells_two_persons_apart() -> None:
    found = stances("Maria Holt met Robert Reed in Oslo. He opposes the levy. She supports the levy.")
    assert ("Robert Reed", "oppose", "levy") in found
    assert ("Maria Holt", "support", "levy") in found


def test_it_may_be_a_thing_and_then_nobody_holds_the_stance() -> None:
    assert stances("Norway published a report. The report was short. It opposes the levy.") == []


def test_a_title_is_the_one_person_who_bears_it() -> None:
    found = stances("Mayor Jonas Reed spoke first. The mayor opposes the levy.")
    assert ("Jonas Reed", "oppose", "levy") in found


def test_a_title_that_two_bear_is_nobody_s() -> None:
    text = "Mayor Jonas Reed met Mayor Karl Berg. The mayor opposes the levy."
    assert all(holder not in ("Jonas Reed", "Karl Berg") for holder, _, _ in stances(text))


def test_do_so_is_what_was_proposed() -> None:
    found = stances("Jonas Reed asked Mara Holt to close the harbour. Mara Holt refused to do so.")
    assert ("Mara Holt", "oppose", "close the harbour") in found


def test_nobody_opposes_his_own_plan_by_a_stray_pronoun() -> None:
    found = stances("Jonas Reed spoke after Karl Berg. He rejected his plan.")
    assert all(not target.startswith(holder) for holder, _, target in found)


def test_they_are_not_one_of_two() -> None:
    assert all(holder != "Jonas Reed" for holder, _, _ in stances("Jonas Reed met the council. They oppose the levy."))


def test_he_is_not_somebody_who_is_named_later() -> None:
    assert stances("He opposes the levy. Jonas Reed arrived.") == [("he", "oppose", "levy")]


def test_other_members_of_a_party_are_not_the_party() -> None:
    ((holder, *_),) = stances("Moderate Republicans oppose the levy.")
    assert holder == "Moderate Republicans"


def test_she_is_no_organisation_and_it_is_nobody_in_person() -> None:
    assert all(holder != "Norway" for holder, _, _ in stances("Norway voted. She opposes the levy."))
    assert all(holder != "Maria Holt" for holder, _, _ in stances("Maria Holt voted. It opposes the levy."))


def test_a_pronoun_reaches_no_further_than_a_few_sentences() -> None:
    text = (
        "Jonas Reed arrived. It rained. The bridge closed. The ferry stopped. Buses ran. The sun rose. He opposes it."
    )
    assert stances(text) == []


def test_a_pronoun_for_the_target_is_that_person() -> None:
    assert ("Maria Holt", "support", "Robert Reed") in stances("Robert Reed met Maria Holt. She thanked him.")


def test_he_in_a_reason_is_the_one_it_is_a_reason_for() -> None:
    found = stances("Anna Berg criticised Robert Reed because he opposes the levy.")
    assert ("Robert Reed", "oppose", "levy") in found
    assert ("Anna Berg", "oppose", "levy") not in found


def test_a_wife_is_not_her_husband() -> None:
    found = stances("Mayor Jonas Reed spoke. His wife opposes the levy.")
    assert all(holder != "Jonas Reed" for holder, _, _ in found)


def test_a_title_that_nobody_bears_in_the_article_names_nobody() -> None:
    ((holder, _, _),) = stances("The mayor opposes the levy.")
    assert holder.lower().removeprefix("the ") == "mayor"
