"""Pictures that count: their data are the answer of the query behind them, each mark opens its stances."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from kb.store import EmbeddedStore

NAMES = ("timeline", "outlets", "holders", "targets", "speakers", "confidence")
ASKED = ("", "holder=p0", "target=p1&from=2015", "about=p0&min_confidence=0.5", "source=herald&polarity=oppose")


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("name", NAMES)
def test_the_data_are_the_answer_of_the_query(
    village_http: httpx.Client, village_store: EmbeddedStore, name: str, asked: str
) -> None:
    body = village_http.get(f"/pictures/{name}?{asked}&format=json").json()
    found = village_store.query(body["query"])
    assert isinstance(found, ox.QuerySolutions)
    # The first column of a picture by side is the name of what the query has as an IRI.
    first = "iri" if "iri" in body["columns"] else body["columns"][0]
    names = [variable.value for variable in found.variables]
    answer = [tuple(comparable(solution[column].value) for column in names) for solution in found]
    rows = [tuple(comparable(row[key]) for key in (first, *names[1:])) for row in body["rows"]]
    assert sorted(rows, key=str) == sorted(answer, key=str)


def comparable(value: Any) -> Any:
    try:
        return float(value)
    except ValueError:
        return str(value)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"speakers"}))  # the village has no voices
def test_each_mark_opens_the_stances_that_it_counts(village_http: httpx.Client, name: str) -> None:
    svg = village_http.get(f"/pictures/{name}?target=p1&format=svg&theme=page").text
    marks = re.findall(r'<a href="(/stances\?[^"]*)"><path aria-label="[^"]*: (\d+) [a-z]+"', svg)
    assert marks
    for address, number in marks[:12]:
        listed = village_http.get(address.replace("&amp;", "&"), headers={"Accept": "application/json"}).json()
        assert listed["utterances"] == int(number), address


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_nothing_is_still_a_picture(village_http: httpx.Client, name: str) -> None:
    answer = village_http.get(f"/pictures/{name}?target=p1&from=1900&to=1901&format=svg")
    assert answer.status_code == 200
    assert answer.text.startswith("<svg ")


def test_themes_have_colours_and_a_page_has_names_of_them(village_http: httpx.Client) -> None:
    drawn = {
        theme: village_http.get("/pictures/timeline", params={"format": "svg", "theme": theme}).text
        for theme in ("light", "dark", "page")
    }
    assert "var(--support)" in drawn["page"]
    assert "var(--" not in drawn["light"] + drawn["dark"]
    assert drawn["light"] != drawn["dark"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/pictures/pie", 404),
        ("/pictures/timeline?holder=nobody-at-all", 404),
        ("/pictures/timeline?polarity=angry", 400),
        ("/pictures/timeline?width=5", 400),
        ("/pictures/timeline?format=turtle", 406),
    ],
)
def test_what_cannot_be_drawn_is_a_problem(village_http: httpx.Client, address: str, status: int) -> None:
    answer = village_http.get(address)
    assert answer.status_code == status
    assert answer.json()["next"]


def test_the_page_of_a_picture_has_its_data_and_ways_to_take_it_away(village_http: httpx.Client) -> None:
    page = village_http.get("/pictures/holders?target=p1", headers={"Accept": "text/html"}).text
    assert "<svg " in page
    for link in ("format=csv", "format=json", "/sparql?query="):
        assert link in page
    assert page.count("<tr>") > 3


def test_csv_has_the_names_of_its_columns(village_http: httpx.Client) -> None:
    answer = village_http.get("/pictures/timeline", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.splitlines()[0] in ("month,polarity,utterances,stances", "year,polarity,utterances,stances")


def listed(http: httpx.Client, asked: str, **more: str) -> int:
    """How many utterances /stances has."""
    answer = http.get(f"/stances?{asked}", params={**dict(httpx.QueryParams(asked)), **more, "limit": "1"})
    number: int = answer.json()["utterances"]
    return number


@pytest.mark.parametrize("asked", ASKED)
def test_the_words_at_a_timeline_count_each_utterance_once(village_http: httpx.Client, asked: str) -> None:
    """Some are printed again in another month, and some support this and oppose that."""
    text = village_http.get(f"/pictures/timeline?{asked}&format=json").json()["text"]
    dated = {"from": "1900"} if "from" not in asked else {}
    assert int(text.partition(" ")[0]) == listed(village_http, asked, **dated)
    ways = re.findall(r"(\d+) (support|mixed|neutral|oppose)", text)
    assert len(ways) > 0
    assert all(int(number) == listed(village_http, asked, **dated, polarity=way) for number, way in ways)
    most = re.search(r"Most in one (?:month|year): (\d+) in ([\d-]+)\.", text)
    assert most
    assert int(most[1]) == listed(village_http, asked, **{"from": most[2], "to": most[2]})
    without = re.search(r"(\d+) without a date", text)
    assert bool(without) == ("from" not in asked)


@pytest.mark.parametrize("asked", ASKED)
def test_the_words_at_bars_count_each_utterance_once(village_http: httpx.Client, asked: str) -> None:
    body = village_http.get(f"/pictures/targets?{asked}&format=json").json()
    numbers = re.findall(r" \((\d+)\)", body["text"])
    iris = list(dict.fromkeys(row["iri"] for row in body["rows"]))[: len(numbers)]
    assert numbers
    assert [int(number) for number in numbers] == [listed(village_http, asked, target=iri) for iri in iris]
