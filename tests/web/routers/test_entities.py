"""`/entities` over real HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pyoxigraph as ox
import pytest

PAGE = {"Accept": "text/html"}


def names(http: httpx.Client, **params: str | int) -> list[str]:
    return [entity["name"] for entity in http.get("/entities", params=params).json()["entities"]]


def stances_of(section: dict[str, Any]) -> list[str]:
    return sorted(row["id"] for group in section["by_source"] for row in group["stances"])


@pytest.mark.parametrize("q", ["Núria Solé", "nuria sole", "NURIA  SOLÉ", "mayor solé", "Q9000001", "q9000001"])
def test_search_finds_a_name_whatever_its_case_and_accents(http: httpx.Client, q: str) -> None:
    assert names(http, q=q)[0] == "Núria Solé"


def test_search_puts_the_beginning_of_a_word_before_the_middle_of_one(http: httpx.Client) -> None:
    assert names(http, q="or") == ["Lena Ortiz", "Núria Solé", "Ministry of Transport", "Mirror Site"]


def test_search_puts_who_has_more_stances_first(http: httpx.Client) -> None:
    assert names(http, q="sol") == ["Núria Solé", "Solange Núñez"]


def test_search_without_a_name_lists_all_in_pages(http: httpx.Client) -> None:
    assert len(names(http)) == 10
    assert names(http, limit=3) + names(http, limit=7, offset=3) == names(http)


@pytest.mark.parametrize("q", ["nobody", "<script>", "'\"", "…", "Q1"])
def test_search_for_what_is_not_there_is_empty(http: httpx.Client, q: str) -> None:
    answer = http.get("/entities", params={"q": q}).json()
    assert (answer["entities"], answer["total"]) == ([], 0)
    assert "<script>" not in http.get("/entities", params={"q": q}, headers=PAGE).text


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "x"}, {"offset": "-1"}, {"limit": "1001"}])
def test_search_with_a_bad_page_is_400_and_names_the_value(http: httpx.Client, params: dict[str, str]) -> None:
    answer = http.get("/entities", params=params)
    assert answer.status_code == 400
    assert next(iter(params)) in answer.json()["detail"]
    assert next(iter(params.values())) in answer.json()["detail"]


def test_entity_keeps_what_it_holds_and_the_two_sorts_of_targets_apart(http: httpx.Client) -> None:
    entity = http.get("/entities/Q9000002").json()
    assert (entity["name"], entity["qid"], entity["types"]) == ("Tomasz Wilk", "Q9000002", ["Person"])
    assert stances_of(entity["holds"]) == ["1a12", "2b21"]
    assert stances_of(entity["towards"]) == ["1a14"]
    assert stances_of(entity["about"]) == ["1a11", "1a12", "1a13", "2b21", "2b23", "3c31"]


def test_entity_counts_republished_words_once(http: httpx.Client) -> None:
    holds = http.get("/entities/Q9000001").json()["holds"]
    assert stances_of(holds) == ["1a11", "2b22", "3c31"]
    assert holds["utterances"] == {"oppose": 1, "neutral": 1}
    assert [(g["source"]["name"], g["counts"]) for g in holds["by_source"]] == [
        ("The Ledger", {"oppose": 1}),
        ("City Post", {"neutral": 1}),
    ]


def test_entity_leaves_out_a_stance_that_was_taken_back(http: httpx.Client) -> None:
    watch = http.get("/entities/harbour-watch-3f2a").json()
    assert stances_of(watch["holds"]) == ["1a15", "2b23"]


def test_entity_that_is_not_linked_has_no_qid_and_says_who_it_may_be(http: httpx.Client) -> None:
    watch = http.get("/entities/harbour-watch-3f2a").json()
    assert watch["qid"] is None
    assert watch["links"][0]["status"] == "ambiguous"
    assert watch["links"][0]["candidates"] == ["Q9000020", "Q9000021"]
    page = http.get("/entities/harbour-watch-3f2a", headers=PAGE).text
    assert "not linked to Wikidata" in page
    assert "Q9000020 or Q9000021" in page


def test_entity_by_its_iri(http: httpx.Client) -> None:
    assert http.get("/entities/https%3A%2F%2Fkb.test%2Fid%2Fentity%2FQ9000001").json()["name"] == "Núria Solé"


def test_entity_page_shows_sentence_chain_confidence_and_article(http: httpx.Client) -> None:
    page = http.get("/entities/Q9000002", headers=PAGE).text
    assert "Transport minister Tomasz Wilk backs the bridge" in page
    assert "two officials in the ministry" in page
    assert "not named" in page
    assert "74 %" in page
    assert "stated as probable" in page
    assert '<a href="/articles/ledger-2024-05-02">' in page


def test_entity_as_turtle_holds_its_stances_whole(http: httpx.Client) -> None:
    answer = http.get("/entities/Q9000001", headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    triples = list(ox.parse(answer.content, ox.RdfFormat.TURTLE))
    exact = ox.NamedNode("http://www.w3.org/ns/oa#exact")
    assert "Harbour Watch praised Ms Solé." in {t.object.value for t in triples if t.predicate == exact}


@pytest.mark.parametrize("id", ["nobody", "Q1", "%00", "..", "a%20b", "b%3Ec", "https%3A%2F%2Felse.test%2Fx"])
@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/turtle"])
def test_entity_that_does_not_exist_is_an_error_with_a_next_step(http: httpx.Client, id: str, accept: str) -> None:
    answer = http.get(f"/entities/{id}", headers={"Accept": accept}, follow_redirects=True)
    if id == "..":
        assert answer.status_code in (200, 404, 406)
        return
    assert answer.status_code in (400, 404), answer.text
    assert "/entities" in answer.text


def test_entity_vary_and_not_acceptable(http: httpx.Client) -> None:
    assert http.get("/entities/Q9000001").headers["vary"] == "Accept"
    answer = http.get("/entities/Q9000001", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "image/png" in answer.json()["detail"]
    assert http.get("/entities/Q9000001?format=pdf").status_code == 406
