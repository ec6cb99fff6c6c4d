"""`/sources` and `/propositions` as lists, over real HTTP."""

from __future__ import annotations

import httpx
import pytest

PAGE = {"Accept": "text/html"}


def test_outlets_come_in_pages(http: httpx.Client) -> None:
    first = http.get("/sources", params={"limit": 2})
    page = first.json()
    assert (page["total"], [row["name"] for row in page["sources"]]) == (3, ["The Ledger", "City Post"])
    assert first.headers["link"] == f'<{page["next"]}>; rel="next"'
    second = http.get(page["next"]).json()
    assert [row["name"] for row in second["sources"]] == ["Mirror Site"]
    assert (second["next"], http.get(second["prev"]).json()["sources"]) == (None, page["sources"])
    assert "/sources?limit=2&amp;offset=2" in http.get("/sources?limit=2", headers=PAGE).text


@pytest.mark.parametrize(
    ("q", "expected"), [("ledger", ["The Ledger"]), ("POST", ["City Post"]), ("officials", []), ("…", [])]
)
def test_outlets_by_name(http: httpx.Client, q: str, expected: list[str]) -> None:
    page = http.get("/sources", params={"q": q}).json()
    assert ([row["name"] for row in page["sources"]], page["total"]) == (expected, len(expected))
    assert http.get("/sources", params={"q": q}, headers=PAGE).status_code == 200


def test_outlets_by_another_name(names_http: httpx.Client) -> None:
    row = names_http.get("/sources", params={"q": "tfp"}).json()["sources"][0]
    assert (row["name"], row["articles"], row["utterances"]) == ("The Free Press", 1, 1)


def test_propositions_with_what_they_are_about(names_http: httpx.Client) -> None:
    page = names_http.get("/propositions").json()
    assert [row["id"] for row in page["propositions"]] == ["aa01", "aa02", "aa03", "aa04"]
    row = page["propositions"][2]
    assert (row["name"], row["page"], row["stances_towards"]) == ("Ceasefire", "/propositions/aa03", 0)
    assert [thing["name"] for thing in row["about"]] == ["Ilvana Torvald", "Freedonia"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"q": "dam"}, ["aa01"]),
        ({"q": "cease"}, ["aa02", "aa03"]),
        ({"about": "freedonia"}, ["aa01", "aa03"]),
        ({"about": "Q9100001"}, ["aa03"]),
        ({"about": "Q9100003", "min_stances": 1}, ["aa01"]),
        ({"min_stances": 2}, ["aa01"]),
        ({"q": "nothing"}, []),
    ],
)
def test_propositions_by_filter(names_http: httpx.Client, params: dict[str, str | int], expected: list[str]) -> None:
    page = names_http.get("/propositions", params=params).json()
    assert ([row["id"] for row in page["propositions"]], page["total"]) == (expected, len(expected))


def test_propositions_come_in_pages(names_http: httpx.Client) -> None:
    found, address = [], "/propositions?limit=3"
    while address:
        page = names_http.get(address).json()
        found += [row["id"] for row in page["propositions"]]
        address = page["next"]
    assert found == ["aa01", "aa02", "aa03", "aa04"]


@pytest.mark.parametrize(
    ("params", "status"), [({"about": "nobody"}, 404), ({"about": "jon vale"}, 400), ({"limit": "0"}, 400)]
)
def test_propositions_with_a_bad_filter(names_http: httpx.Client, params: dict[str, str], status: int) -> None:
    answer = names_http.get("/propositions", params=params)
    assert answer.status_code == status
    assert next(iter(params.values())) in answer.json()["detail"]
    assert names_http.get("/propositions", headers={"Accept": "image/png"}).status_code == 406


def test_what_was_taken_back_counts_nowhere(http: httpx.Client) -> None:
    """The one stance of Ann Bly was retracted by a review."""
    listed = http.get("/entities", params={"q": "ann bly"}).json()["entities"]
    offered = http.get("/complete", params={"q": "ann bly"}).json()["results"]
    assert [row["stances_held"] for row in listed] == [0]
    assert [row["stances"] for row in offered] == [0]
    for row in http.get("/entities", params={"limit": 100}).json()["entities"]:
        for side, number in (("holder", row["stances_held"]), ("target", row["stances_towards"])):
            assert http.get("/stances", params={side: row["id"]}).json()["total"] == number, (row["id"], side)
    for row in http.get("/propositions", params={"limit": 100}).json()["propositions"]:
        assert http.get("/stances", params={"target": row["id"]}).json()["total"] == row["stances_towards"], row["id"]
