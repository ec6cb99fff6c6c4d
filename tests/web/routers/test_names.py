"""`/complete` over real HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def complete(http: httpx.Client, **params: str | int) -> list[dict[str, Any]]:
    answer = http.get("/complete", params=params)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def names(http: httpx.Client, **params: str | int) -> list[str]:
    return [row["name"] for row in complete(http, **params)]


def test_all_that_a_box_needs(names_http: httpx.Client) -> None:
    assert complete(names_http, q="minis") == [
        {
            "name": "Ilvana Torvald",
            "matched": "Minister Torvald",
            "kind": "entity",
            "id": "Q9100001",
            "iri": "https://kb.test/id/entity/Q9100001",
            "page": "/entities/Q9100001",
            "qid": "Q9100001",
            "types": ["Person"],
            "description": "minister of Freedonia",
            "stances": 4,
        }
    ]


@pytest.mark.parametrize(
    "q",
    [
        "i",
        "ILV",
        "torv",
        "ilvana tor",
        "Ильвана",
        "торв",
        "伊尔",
        "托瓦",
        "इल्वा",
        "تورف",
        "일바",
        "Q9100001",
        "q9100001",
    ],
)
def test_the_beginning_of_a_name_or_of_a_word_in_any_script(names_http: httpx.Client, q: str) -> None:
    assert names(names_http, q=q)[0] == "Ilvana Torvald"


def test_the_same_name_comes_first_then_who_has_the_most_stances(names_http: httpx.Client) -> None:
    assert names(names_http, q="free") == ["Freedonia", "free traders", "The Free Press"]
    assert names(names_http, q="vale") == ["Jon Vale", "Jon Vale", "Jonna Valeska"]
    assert [row["id"] for row in complete(names_http, q="jon vale")] == ["jon-vale-2222", "jon-vale-1111"]


def test_of_another_kind_or_type(names_http: httpx.Client) -> None:
    outlet, *_ = complete(names_http, q="tfp", kind="source")
    assert (outlet["name"], outlet["kind"], outlet["page"]) == ("The Free Press", "source", "/sources/free-press")
    assert names(names_http, q="off", kind="source") == ["a senior official"]
    assert names(names_http, q="cease", kind="proposition") == ["ceasefire", "Ceasefire"]
    assert names(names_http, q="free", type="Group") == ["free traders"]
    assert names(names_http, q="free", type="http://schema.org/Country") == ["Freedonia"]


def test_the_limit_is_kept(names_http: httpx.Client) -> None:
    assert len(names(names_http, q="j", limit=2)) == 2
    assert names(names_http, q="j", limit=1) == names(names_http, q="j")[:1]


@pytest.mark.parametrize("q", ["", " ", "…", "zzz", "%00", "' OR 1=1", "ilvana torvald xyz", "x" * 200])
def test_what_begins_no_name_finds_none(names_http: httpx.Client, q: str) -> None:
    assert names(names_http, q=q) == []


@pytest.mark.parametrize(
    ("params", "value"),
    [
        ({}, "q"),
        ({"q": "a", "kind": "stance"}, "stance"),
        ({"q": "a", "type": "Dragon"}, "Dragon"),
        ({"q": "a", "limit": "0"}, "0"),
        ({"q": "a", "limit": "101"}, "101"),
        ({"q": "x" * 201}, "200"),
    ],
)
def test_a_bad_parameter_is_400_and_named(names_http: httpx.Client, params: dict[str, str], value: str) -> None:
    answer = names_http.get("/complete", params=params)
    assert answer.status_code == 400
    assert value in answer.json()["detail"]
    assert answer.json()["next"]


def test_an_unknown_type_is_answered_with_those_there_are(names_http: httpx.Client) -> None:
    assert "Country" in names_http.get("/complete", params={"q": "a", "type": "Dragon"}).json()["detail"]


def test_a_form_that_cannot_be_had_is_406(names_http: httpx.Client) -> None:
    assert names_http.get("/complete", params={"q": "a"}, headers={"Accept": "image/png"}).status_code == 406
