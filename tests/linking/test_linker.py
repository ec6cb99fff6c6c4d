"""The linker against what a careful reader says of the seed articles, and against homonyms."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kb.linking.index import Entry, Index, load_index
from kb.linking.linker import Linker, Question, entity_key
from kb.model import EntityLink, EntityType, LinkStatus

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold" / "seed_entities.jsonl"


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(load_index())


@pytest.fixture(scope="module")
def gold() -> list[dict[str, object]]:
    if not GOLD.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{GOLD} is absent")
        pytest.skip(f"{GOLD} is absent")
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def resolve(linker: Linker, surface: str, kind: EntityType) -> str | None:
    """As the pipeline does it: demonyms and metonyms of the governments first, then names."""
    found = linker.index.country_of_demonym(surface)
    if found is None and kind is EntityType.COUNTRY:
        found = linker.index.metonym(surface)
    return found.qid if found else linker.link(surface, kind, [surface]).qid


def test_names_of_the_seed_articles_resolve_as_in_the_gold(linker: Linker, gold: list[dict[str, object]]) -> None:
    wrong = []
    for row in gold:
        if "name" not in row:
            continue
        kind = EntityType(str(row["kind"]))
        surfaces = {s for found in row["surfaces"].values() for s in found} | {str(row["name"])}  # type: ignore[attr-defined]
        if kind is EntityType.PERSON:  # a surname stands in a cluster with the full name
            surfaces = {s for s in surfaces if " " in s or linker.index.lookup(s)}
        wrong += [(s, row["qid"]) for s in surfaces if resolve(linker, s, kind) != row["qid"]]
    assert wrong == []


def test_names_that_are_no_entity_never_link(linker: Linker, gold: list[dict[str, object]]) -> None:
    never = [name for row in gold for name in row.get("never", [])]  # type: ignore[attr-defined]
    assert never
    for name in never:
        assert all(linker.link(name, kind, [name]).qid is None for kind in (None, *EntityType)), name


def test_first_name_alone_is_nobody(linker: Linker) -> None:
    assert linker.link("David", EntityType.PERSON, ["David"]).status is LinkStatus.NIL


def test_full_name_of_a_namesake_is_not_the_famous_one(linker: Linker) -> None:
    assert linker.link("Michelle Obama Smith", EntityType.PERSON, ["Michelle Obama Smith", "Obama"]).qid is None
    assert linker.link("Chelsea Putin", EntityType.PERSON, ["Chelsea Putin", "Putin"]).qid is None


def test_person_is_not_linked_to_a_place(linker: Linker) -> None:
    assert linker.link("Vienna", EntityType.PERSON, ["Vienna"]).status is LinkStatus.NIL
    assert linker.link("Jordan", EntityType.PERSON, ["Jordan"]).status is LinkStatus.NIL


def test_titles_and_demonyms_before_a_name_are_no_part_of_it(linker: Linker) -> None:
    link = linker.link("Russian Foreign Minister Sergei Lavrov", EntityType.PERSON, ["Lavrov"])
    assert (link.status, link.qid) == (LinkStatus.ACCEPTED, "Q58217")
    assert 0.5 < link.confidence <= 1


def test_two_close_candidates_are_ambiguous_and_have_no_qid(linker: Linker) -> None:
    link = linker.link("Georgia", EntityType.PLACE, ["Georgia"])
    assert link.status in (LinkStatus.AMBIGUOUS, LinkStatus.ACCEPTED)
    link = linker.link("Georgia", None, ["Georgia"])
    assert (link.status, link.qid) == (LinkStatus.AMBIGUOUS, None)
    assert {c.qid for c in link.candidates} >= {"Q230", "Q1428"}


def test_linked_key_is_the_slug_of_the_label(linker: Linker) -> None:
    link = EntityLink(LinkStatus.ACCEPTED, "Q44329", 0.9)
    assert entity_key("Syrian President Bashar Assad", EntityType.PERSON, link, "a", linker.index) == "bashar-al-assad"


def test_less_known_entry_of_the_same_slug_has_its_qid_in_the_key(linker: Linker) -> None:
    keys = {
        entity_key("Georgia", EntityType.PLACE, EntityLink(LinkStatus.ACCEPTED, qid, 0.9), "a", linker.index)
        for qid in ("Q230", "Q1428")
    }
    assert "georgia" in keys
    assert len(keys) == 2


def test_unlinked_full_name_has_one_key_in_all_articles(linker: Linker) -> None:
    nil = EntityLink(LinkStatus.NIL)
    keys = {entity_key("Andrew Tabler", EntityType.PERSON, nil, article, linker.index) for article in ("a", "b")}
    assert keys == {"andrew-tabler"}


def test_unlinked_single_name_of_a_person_is_of_its_article_only(linker: Linker) -> None:
    nil = EntityLink(LinkStatus.NIL)
    keys = {entity_key("Smith", EntityType.PERSON, nil, article, linker.index) for article in ("a", "b")}
    assert len(keys) == 2
    assert all(key.startswith("smith-") for key in keys)


def test_unlinked_namesake_does_not_share_the_key_of_a_linked_one(linker: Linker) -> None:
    nil = EntityLink(LinkStatus.NIL)
    assert entity_key("John Kerry", EntityType.PERSON, nil, "a", linker.index) != "john-kerry"


def test_name_of_many_parties_needs_a_word_of_its_country(linker: Linker) -> None:
    kind = EntityType.ORGANISATION
    assert linker.link("Labour Party", kind, ["Labour Party"], "The Labour Party voted").qid is None
    assert linker.link("Labour Party", kind, ["Labour Party"], "Britain's Labour Party voted").qid == "Q9630"
    assert linker.link("Democratic Party", kind, ["Democratic Party"]).qid == "Q29552"


def test_little_known_person_needs_a_word_that_speaks_for_them(linker: Linker) -> None:
    entry = min((e for e in linker.index if e.type is EntityType.PERSON and "Austrian" in e.description), key=prior_of)
    assert linker.link(entry.label, EntityType.PERSON, [entry.label]).qid is None
    assert linker.link(entry.label, EntityType.PERSON, [entry.label], "spoke in Vienna for Austria").qid == entry.qid


def prior_of(entry: Entry) -> tuple[float, str]:
    return (entry.prior, entry.qid)


def test_acronym_of_a_little_known_body_needs_a_word_that_speaks_for_it(linker: Linker) -> None:
    assert linker.link("RBI", EntityType.ORGANISATION, ["RBI"], "three RBI in the ninth inning").qid is None
    assert linker.link("RBI", EntityType.ORGANISATION, ["RBI"], "the rupee fell, India's RBI said").qid == "Q944085"


def test_context_decides_between_items_of_one_name(linker: Linker) -> None:
    caucasus = "The president of Georgia met Georgian troops in Tbilisi in the Caucasus"
    assert linker.link("Georgia", None, ["Georgia"], caucasus).qid == "Q230"


def test_name_that_the_recogniser_took_for_a_person_may_be_a_well_known_body(linker: Linker) -> None:
    assert linker.link("Hezbollah", EntityType.PERSON, ["Hezbollah"]).qid == "Q41053"


def test_unlinked_names_are_keyed_by_their_usual_spelling(linker: Linker) -> None:
    nil = EntityLink(LinkStatus.NIL)
    names = ("Steffan de Mistura", "UN special envoy Staffan de Mistura")
    assert {entity_key(n, EntityType.PERSON, nil, n, linker.index) for n in names} == {"staffan-de-mistura"}


def test_same_question_has_the_same_answer(linker: Linker) -> None:
    answers = {linker.link("Assad", EntityType.PERSON, ("Assad",)) for _ in range(3)}
    assert {a.qid for a in answers} == {"Q44329"}


def test_who_was_not_born_when_the_article_was_written_is_not_meant() -> None:
    elder = Entry("Q990000001", "Ann Marrow", (), EntityType.PERSON, "Freedonian minister", 0.6, 1900)
    younger = Entry("Q990000002", "Ann Marrow", (), EntityType.PERSON, "Freedonian singer", 0.6, 1990)
    linker = Linker(Index({e.qid: e for e in (elder, younger)}, {}, {}, {}))

    def candidates(year: int) -> set[str]:
        cases = linker.cases(Question("Ann Marrow", EntityType.PERSON, ("Ann Marrow",), year=year))
        return {case.found.entry.qid for case in cases}

    assert candidates(1950) == {elder.qid}
    assert candidates(2010) == candidates(0) == {elder.qid, younger.qid}


def test_where_the_news_knows_a_namesake_a_word_must_speak_for_the_entry() -> None:
    land = Entry("Q990000003", "Freedonia", (), EntityType.COUNTRY, "country", 0.9)
    known = Entry("Q990000001", "Ann Marrow", (), EntityType.PERSON, "Freedonian minister", 0.5)
    other = Entry("", "Ann Marrow", (), EntityType.PERSON, "", 0.0)
    entries = {e.qid: e for e in (land, known)}
    alone, shared = (Linker(Index(entries, {"Freedonian": land.qid}, {}, {}, some)) for some in ((), (other,)))
    assert alone.link("Ann Marrow", EntityType.PERSON, ["Ann Marrow"]).qid == known.qid
    assert shared.link("Ann Marrow", EntityType.PERSON, ["Ann Marrow"]).qid is None
    assert shared.link("Ann Marrow", EntityType.PERSON, ["Ann Marrow"], "said in Freedonian radio").qid == known.qid
