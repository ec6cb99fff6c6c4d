"""The pages that compare, over real HTTP: every number opens what is counted, in every form, and without script."""

from __future__ import annotations

import csv
import html
import io
import re

import httpx
import pytest

from kb.web import comparison_schemas, schemas
from tests.web.pictures.village import COUNTRY, OFFICE, PARTY

PAGE = {"Accept": "text/html"}
PAGES = [
    "/network",
    "/network?limit=10&least=2&min_confidence=0.3&from=2015-01&to=2016-06",
    "/network?around=p0&source=The Herald",
    "/network?from=1990&to=1990",
    "/compare",
    "/compare/matrix",
    "/compare/matrix?target_kind=proposition&type=Person&order=alike&limit=5&min_confidence=0",
    "/compare/outlets",
    "/compare/outlets?target=p0",
    "/compare/outlets?target=p0&first=The Herald&second=post",
    "/compare/outlets?target=plan1&min_confidence=0.5",
    "/compare/entities",
    "/compare/entities?first=p0&second=p1",
    "/compare/entities?first=p0&second=p1&from=2015",
    "/compare/accounts",
    "/compare/accounts?proposition=plan2&min_confidence=0.4",
    "/groups",
    "/groups?by=office",
    f"/groups?by=party&value={PARTY}",
    f"/groups?by=party&value={PARTY}&target=p0",
    f"/groups?by=office&value={OFFICE}&during=true",
    f"/groups?by=country&value={COUNTRY}",
]
_NUMBER = re.compile(r'<a class="count \w+" href="([^"]*)"><b>(\d+)</b> \w+(?: <small>\((\d+) stances\)</small>)?')


@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole(village_http: httpx.Client, path: str) -> None:
    answer = village_http.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    page = answer.text
    assert len(re.findall("<h1", page)) == 1
    assert "style=" not in page
    assert "<b>Ferrow" not in page
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
    assert len(fields) == len(re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")', page))
    assert len(fields) == len(set(fields))
    assert all(f'for="{field}"' in page for field in fields)
    for loaded in re.findall(r'(?:src|srcset)="([^"]*)"', page):
        assert village_http.get(html.unescape(loaded)).status_code == 200, loaded


@pytest.mark.parametrize("path", [path for path in PAGES if "accounts" not in path])
def test_every_number_opens_what_is_counted(village_http: httpx.Client, path: str) -> None:
    page = village_http.get(path, headers=PAGE).text
    for address, utterances, stances in _NUMBER.findall(page)[::5]:
        listed = village_http.get(html.unescape(address), headers={"Accept": "application/json"}).json()
        if address.startswith("/groups?"):
            assert sum(sum(row["utterances"].values()) for row in listed["members"]) == int(utterances), address
        else:
            assert listed["utterances"] == int(utterances), address
            assert listed["total"] == int(stances or utterances), address


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/compare"])
def test_json_has_the_shape_that_is_described_and_csv_a_head(village_http: httpx.Client, path: str) -> None:
    models = {
        "/network": schemas.Picture,
        "/compare/matrix": schemas.Picture,
        "/compare/outlets": comparison_schemas.OutletsCompared,
        "/compare/entities": comparison_schemas.EntitiesCompared,
        "/compare/accounts": comparison_schemas.Accounts,
        "/groups": comparison_schemas.Groups,
    }
    answer = village_http.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    model = models[path.partition("?")[0]]
    assert model.model_validate(answer.json()).model_dump(exclude_unset=True) == answer.json()
    table = village_http.get(path, headers={"Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(table.text)))
    assert all(len(line) == len(lines[0]) for line in lines)


def test_stances_on_propositions_are_no_lines_of_the_network(village_http: httpx.Client) -> None:
    body = village_http.get("/network", params={"format": "json"}).json()
    assert body["rows"]
    assert not any("/proposition/" in row["target"] for row in body["rows"])
    assert not any("/source/" in row["holder"] for row in body["rows"])


def test_outlets_keep_what_is_on_an_entity_and_what_is_about_it_apart(village_http: httpx.Client) -> None:
    body = village_http.get("/compare/outlets", params={"target": "p0", "format": "json"}).json()
    for part, query in (("towards", {"target": "p0"}), ("about", {"about": "p0"})):
        wanted = 0
        for outlet in ("herald", "bell", "post"):
            for way in ("support", "oppose", "neutral", "mixed"):
                for telling in ("author", "quoted"):
                    asked = {**query, "origin": outlet, "polarity": way, "telling": telling, "limit": "1"}
                    wanted += village_http.get("/stances", params=asked).json()["utterances"]
        assert sum(row["utterances"] for row in body[part]["rows"]) == wanted > 0


def test_two_entities_agree_where_both_lean_to_one_side(village_http: httpx.Client) -> None:
    body = village_http.get("/compare/entities", params={"first": "p0", "second": "p1", "format": "json"}).json()
    assert {row["agree"] for row in body["shared"]} >= {True, False}
    for row in body["shared"]:
        leaning = [side.get("support", 0) - side.get("oppose", 0) for side in (row["first"], row["second"])]
        if row["agree"] is not None:
            assert row["agree"] == (leaning[0] * leaning[1] > 0)


def test_accounts_that_contradict_each_other(village_http: httpx.Client) -> None:
    body = village_http.get("/compare/accounts", params={"proposition": "plan1", "format": "json"}).json()
    assert {row["id"] for row in body["propositions"]} == {"plan0", "plan1", "plan2", "plan3"}
    assert {row["polarity"] for row in body["support"]} == {"support"}
    assert {row["polarity"] for row in body["oppose"]} == {"oppose"}


def test_groups_by_party_with_their_members(village_http: httpx.Client) -> None:
    body = village_http.get("/groups", params={"format": "json"}).json()
    assert [(value["qid"], value["name"], value["members"]) for value in body["values"]] == [
        (PARTY, "Millers’ League", 5),
        ("Q990000502", "Q990000502", 3),
    ]
    group = village_http.get("/groups", params={"value": PARTY, "format": "json"}).json()
    assert {member["id"] for member in group["members"]} == {"p0", "p1", "p2", "p3", "p4"}
    assert body["values"][0]["utterances"] >= group["value"]["utterances"] > 0


def test_in_office_counts_what_was_said_in_office(village_http: httpx.Client) -> None:
    ever = village_http.get("/groups", params={"by": "office", "value": OFFICE, "format": "json"}).json()
    then = village_http.get(
        "/groups", params={"by": "office", "value": OFFICE, "during": "true", "format": "json"}
    ).json()
    assert {member["id"] for member in then["members"]} == {"p0", "p1", "p2"}
    first = next(member for member in then["members"] if member["id"] == "p0")
    asked = {"holder": "p0", "from": "2015-01-01", "limit": "1"}
    assert sum(first["stances"].values()) == village_http.get("/stances", params=asked).json()["total"]
    assert then["value"]["utterances"] < ever["value"]["utterances"]


def test_without_facts_the_page_says_how_to_get_them(http: httpx.Client) -> None:
    page = http.get("/groups", headers=PAGE).text
    assert "kb wikidata sync" in page
    assert http.get("/groups", params={"value": "Q1"}).status_code == 404


@pytest.mark.parametrize("params", [{}, {"by": "country"}, {"by": "office"}, {"target": "p0"}, {"from": "2015-03"}])
def test_the_list_of_groups_counts_what_its_links_open(village_http: httpx.Client, params: dict[str, str]) -> None:
    page = village_http.get("/groups", params=params, headers=PAGE).text
    lines = re.findall(
        r'<tr><td><a href="([^"]+)".*?<td class="number">(\d+)</td><td class="number">(\d+)</td></tr>', page
    )
    assert lines
    for address, members, utterances in lines:
        opened = village_http.get(html.unescape(address), headers=PAGE).text
        said = re.search(r"<p>(\d+) utterances?(?: in \d+ stances)? of (\d+) member", opened)
        assert said
        assert (said[2], said[1]) == (members, utterances), address
        body = village_http.get(html.unescape(address), headers={"Accept": "application/json"}).json()
        assert body["value"]["utterances"] == int(utterances)


def test_a_group_on_a_target_names_the_target(village_http: httpx.Client) -> None:
    page = village_http.get("/groups", params={"value": PARTY, "target": "plan1"}, headers=PAGE).text
    assert " on <bdi>The mill should be moved to field 1</bdi>" in page


def test_the_words_at_two_entities_count_each_utterance_once(village_http: httpx.Client) -> None:
    dated = {"holder": "p0", "target": "p1", "from": "1900"}
    body = village_http.get("/pictures/versus", params={"first": "p0", "second": "p1", "format": "json"}).json()
    first = body["text"].partition("Aldo")[0] + body["text"].partition("on Aldo")[2].partition(". ")[0]
    ways = re.findall(r"(\d+) (support|mixed|neutral|oppose)", first)
    assert ways
    for number, way in ways:
        assert village_http.get("/stances", params={**dated, "polarity": way}).json()["utterances"] == int(number)


def test_a_stance_of_which_little_is_known_has_a_page(village_http: httpx.Client) -> None:
    """In the village there are no sentences, no chains, no cues."""
    answer = village_http.get("/stances/s2", headers=PAGE)
    assert answer.status_code == 200, answer.text
    bare = village_http.get("/stances/bare", headers=PAGE)
    assert bare.status_code == 200, bare.text
