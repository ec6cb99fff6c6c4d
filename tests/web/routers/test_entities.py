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


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"type": "Country"}, ["Freedonia"]),
        ({"type": "Group", "q": "free"}, ["free traders"]),
        ({"q": "jon vale", "linked": "true"}, ["Jon Vale"]),
        ({"q": "jon", "linked": "false"}, ["Jon Vale", "Jonna Valeska"]),
        ({"min_stances": 2}, ["Ilvana Torvald"]),  # one of the two of Freedonia was taken back
        ({"min_stances": 2, "type": "Person"}, ["Ilvana Torvald"]),
        ({"min_stances": 9}, []),
        ({"q": "Q9100003", "type": "Person"}, []),
        ({"q": "торвальд"}, ["Ilvana Torvald"]),
    ],
)
def test_search_with_filters(names_http: httpx.Client, params: dict[str, str | int], expected: list[str]) -> None:
    assert names(names_http, **params) == expected


@pytest.mark.parametrize(
    "q", ["Ilvana Torvlad", "Torvald, Ilvana", "ilvanna torvald", "Ivana Torvald", "Ильвана Торвалд", "torvaldd"]
)
def test_fuzzy_search_finds_a_name_spelt_otherwise(names_http: httpx.Client, q: str) -> None:
    assert names(names_http, q=q) == []
    found = names_http.get("/entities", params={"q": q, "fuzzy": "true"}).json()["entities"]
    assert found[0]["name"] == "Ilvana Torvald"
    assert 60 <= found[0]["score"] < 100
    assert found[0]["matched"] in ("Ilvana Torvald", "Ильвана Торвальд", "Torvald")
    assert [row["score"] for row in found] == sorted((row["score"] for row in found), reverse=True)


def test_fuzzy_search_keeps_filters_and_pages(names_http: httpx.Client) -> None:
    every = names(names_http, q="jon vale", fuzzy="true")
    assert every[:3] == ["Jon Vale", "Jon Vale", "Jonna Valeska"]
    paged = [
        name for n in range(len(every)) for name in names(names_http, q="jon vale", fuzzy="true", limit=1, offset=n)
    ]
    assert paged == every
    assert names(names_http, q="jon vale", fuzzy="true", linked="true")[0] == "Jon Vale"
    assert "Jonna Valeska" not in names(names_http, q="jon vale", fuzzy="true", linked="true")


@pytest.mark.parametrize("q", ["", "o", "Q9000001"])
def test_pages_lead_to_each_other_in_the_answer_and_in_its_header(http: httpx.Client, q: str) -> None:
    every = names(http, q=q, limit=1000)
    found, address = [], f"/entities?q={q}&limit=3"
    while address:
        answer = http.get(address)
        page = answer.json()
        found += [entity["name"] for entity in page["entities"]]
        links = answer.headers.get("link", "")
        for relation in ("next", "prev"):
            assert (f'<{page[relation]}>; rel="{relation}"' in links) == (page[relation] is not None)
        address = page["next"]
    assert found == every
    if len(every) > 3:
        last = http.get(answer.json()["prev"]).json()
        assert [entity["name"] for entity in last["entities"]] == found[-3 - len(answer.json()["entities"]) :][:3]


def test_page_for_people_keeps_filters_when_it_goes_on(names_http: httpx.Client) -> None:
    page = names_http.get("/entities?type=Person&limit=2", headers=PAGE).text
    assert "/entities?type=Person&amp;limit=2&amp;offset=2" in page
    assert "&lt;script&gt;alert(1)" in names_http.get("/entities?q=freedonia", headers=PAGE).text


@pytest.mark.parametrize(
    ("params", "value"),
    [({"type": "Dragon"}, "Dragon"), ({"linked": "perhaps"}, "perhaps"), ({"min_stances": "-1"}, "-1")],
)
def test_search_with_a_bad_filter_is_400_and_names_the_value(
    http: httpx.Client, params: dict[str, str], value: str
) -> None:
    answer = http.get("/entities", params=params)
    assert answer.status_code == 400
    assert value in answer.json()["detail"]


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
    assert "Not linked to Wikidata" in page
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
