"""`/reconcile` over real HTTP: every answer is of the form that the Reconciliation Service API 0.2 has."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

Check = Callable[[str, Any], None]


@pytest.fixture(scope="session")
def specification(shared: Path) -> dict[str, Any]:
    """The files of version 0.2 by their path in it: schemas, and what is right and wrong of them."""
    archive = shared / "data" / "w3c" / "reconciliation-specs" / "reconciliation-specs.tar.xz"
    found = {}
    with tarfile.open(archive) as files:
        for member in files:
            path = member.name.removeprefix("./")
            if path.startswith("0.2/") and path.endswith(".json") and (file := files.extractfile(member)):
                found[path.removeprefix("0.2/")] = json.load(file)
    return found


@pytest.fixture(scope="session")
def check(specification: dict[str, Any]) -> Check:
    """Raises where a value is not of a schema."""
    schemas = {path: schema for path, schema in specification.items() if path.startswith("schemas/")}
    resources = [(schema["$id"], Resource(schema, DRAFT7)) for schema in schemas.values()]
    swagger = ("http://swagger.io/v2/schema.json", Resource(schemas["schemas/openapi.json"], DRAFT7))
    registry: Registry[Any] = Registry().with_resources([*resources, swagger])

    def validate(name: str, value: Any) -> None:
        Draft7Validator(schemas[f"schemas/{name}.json"], registry=registry).validate(value)

    return validate


@pytest.fixture(scope="session", params=["names", "town"])
def either(request: pytest.FixtureRequest, http: httpx.Client, names_http: httpx.Client) -> httpx.Client:
    """A client of each of two services."""
    return names_http if request.param == "names" else http


def reconcile(http: httpx.Client, **queries: Any) -> dict[str, list[dict[str, Any]]]:
    answer = http.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return {name: found["result"] for name, found in answer.json().items()}


def one(http: httpx.Client, query: str, **more: Any) -> list[dict[str, Any]]:
    return reconcile(http, q={"query": query, **more})["q"]


def matched(http: httpx.Client, query: str, **more: Any) -> list[str]:
    return [candidate["id"] for candidate in one(http, query, **more) if candidate["match"]]


def extended(http: httpx.Client, ids: list[str], *names: str) -> dict[str, dict[str, list[Any]]]:
    query = {"ids": ids, "properties": [{"id": name} for name in names]}
    answer = http.post("/reconcile", data={"extend": json.dumps(query)})
    assert answer.status_code == 200, answer.text
    rows: dict[str, dict[str, list[Any]]] = answer.json()["rows"]
    return rows


# --- the protocol


def test_manifest_is_of_the_form_and_its_addresses_answer(either: httpx.Client, check: Check) -> None:
    manifest = either.get("/reconcile").json()
    check("manifest", manifest)
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == "https://kb.test/id/entity/"
    key = one(either, either.get("/entities?limit=1").json()["entities"][0]["name"])[0]["id"]
    places = [manifest[name]["url"].replace("{{id}}", key) for name in ("view", "preview")]
    places += [place["service_url"] + place["service_path"] for place in manifest["suggest"].values()]
    place = manifest["extend"]["propose_properties"]
    places += [place["service_url"] + place["service_path"], manifest["documentation"], manifest["logo"]]
    for address in places:
        assert httpx.get(address).status_code == 200, address


def test_candidates_are_of_the_form_by_get_and_by_post(either: httpx.Client, check: Check) -> None:
    queries = {
        "a": {"query": "Ilvana Torvald", "type": "Person", "limit": 3, "type_strict": "should"},
        "b": {"query": "nuria sole", "properties": [{"pid": "P27", "v": "Freedonia"}]},
        "ü 1": {"query": "", "properties": [{"pid": "P27", "v": [{"id": "Q9100012", "name": "Sylvania"}, 3, True]}]},
        "c": {"query": "nobody at all", "type": ["Person", "NewsMediaOrganization"]},
    }
    text = json.dumps(queries)
    check("reconciliation-query-batch", queries)
    by_post = either.post("/reconcile", data={"queries": text})
    by_get = either.get("/reconcile", params={"queries": text})
    assert by_post.headers["content-type"] == "application/json"
    assert by_post.headers["access-control-allow-origin"] == "*"
    assert by_post.json() == by_get.json()
    check("reconciliation-result-batch", by_post.json())
    assert by_post.json().keys() == queries.keys()


def test_what_the_specification_calls_right_is_taken_and_what_it_calls_wrong_is_not(
    names_http: httpx.Client, specification: dict[str, Any], check: Check
) -> None:
    start = "examples/reconciliation-query-batch/"
    for path, queries in specification.items():
        if not path.startswith(start):
            continue
        if "/valid/" in path:  # its types and properties are those of another service
            queries = {name: _translated(query) for name, query in queries.items()}
        answer = names_http.post("/reconcile", data={"queries": json.dumps(queries)})
        assert answer.status_code == (200 if "/valid/" in path else 400), f"{path}: {answer.text}"
        if "/valid/" in path:
            check("reconciliation-result-batch", answer.json())


def _translated(query: dict[str, Any]) -> dict[str, Any]:
    named = {"type": "Person"} if "type" in query else {}
    if "properties" in query:
        named["properties"] = [{**given, "pid": "P106"} for given in query["properties"]]
    return {**query, **named}


def test_extension_is_of_the_form(either: httpx.Client, check: Check) -> None:
    names = [row["id"] for row in either.get("/reconcile/extend").json()["properties"]]
    ids = [row["id"] for row in either.get("/entities").json()["entities"]]
    query = {"ids": [*ids, "nobody"], "properties": [{"id": name, "settings": {}} for name in names]}
    check("data-extension-query", query)
    answers = [
        either.post("/reconcile", data={"extend": json.dumps(query)}),
        either.post("/reconcile/extend", data={"extend": json.dumps(query)}),
        either.get("/reconcile", params={"extend": json.dumps(query)}),
    ]
    for answer in answers:
        check("data-extension-response", answer.json())
        assert answer.json() == answers[0].json()
    found = answers[0].json()
    assert [column["id"] for column in found["meta"]] == names
    assert found["rows"].keys() == set(query["ids"])
    assert all(row.keys() == set(names) for row in found["rows"].values())


def test_proposals_are_of_the_form_and_of_the_type(names_http: httpx.Client, check: Check) -> None:
    for params in ({}, {"type": "Person"}, {"type": "Country", "limit": 2}):
        answer = names_http.get("/reconcile/extend", params=params).json()
        check("data-extension-property-proposal", answer)
        assert len(answer["properties"]) == params.get("limit", len(answer["properties"]))
    ids = {row["id"] for row in names_http.get("/reconcile/extend?type=Country").json()["properties"]}
    assert "stances_held" in ids
    assert "P102" not in ids


@pytest.mark.parametrize("prefix", ["", "f", "P", "ilvana torvald", "Q9100001", "zzz", "ü…", "person", "stances h"])
@pytest.mark.parametrize("cursor", [0, 3])
def test_suggestions_are_of_the_form(names_http: httpx.Client, check: Check, prefix: str, cursor: int) -> None:
    for kind, schema in (("entity", "entities"), ("type", "types"), ("property", "properties")):
        answer = names_http.get(f"/reconcile/suggest/{kind}", params={"prefix": prefix, "cursor": cursor})
        check(f"suggest-{schema}-response", answer.json())


# --- what is found


def test_the_only_one_of_the_name_is_a_match(names_http: httpx.Client) -> None:
    best, *others = one(names_http, "ilvana TORVALD")
    assert (best["id"], best["name"], best["score"], best["match"]) == ("Q9100001", "Ilvana Torvald", 100, True)
    assert (best["type"], best["description"]) == ([{"id": "Person", "name": "Person"}], "minister of Freedonia")
    assert {feature["id"]: feature["value"] for feature in best["features"]} == {
        "name": 100,
        "exact": True,
        "stances": 4,
        "linked": True,
    }
    assert not any(candidate["match"] for candidate in others)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Minister Torvald", ["Q9100001"]),
        ("Ильвана Торвальд", ["Q9100001"]),
        ("EDOUARD MARLENE OTA", ["Q9100002"]),
        ("Q9100004", ["jon-vale-2222"]),
        ("http://www.wikidata.org/entity/Q9100004", ["jon-vale-2222"]),
        ("jon-vale-1111", ["jon-vale-1111"]),
        ("https://kb.test/id/entity/jon-vale-1111", ["jon-vale-1111"]),
        ("Freedonia", ["Q9100003"]),
        ("Jon Vale", []),  # two of the name
        ("Torvald", []),  # a surname
        ("Ilvana Torvlad", []),  # a slip
        ("Torvald, Ilvana", []),  # another order
        ("nobody", []),
        ("", []),
    ],
)
def test_only_what_is_certain_is_a_match(names_http: httpx.Client, query: str, expected: list[str]) -> None:
    assert matched(names_http, query) == expected


@pytest.mark.parametrize("query", ["Ilvana Torvlad", "Torvald, Ilvana", "Torvald", "Ilvana", "Ильвана Торвалд"])
def test_what_is_uncertain_is_offered(names_http: httpx.Client, query: str) -> None:
    best = one(names_http, query)[0]
    assert (best["id"], best["match"]) == ("Q9100001", False)


def test_a_type_leaves_out_others(names_http: httpx.Client) -> None:
    assert [row["id"] for row in one(names_http, "free", type="Group")] == ["free-traders"]
    assert one(names_http, "Freedonia", type="Person") == []
    assert matched(names_http, "Freedonia", type=["Person", "Country"]) == ["Q9100003"]
    assert one(names_http, "Freedonia", type=["Person", "Country"], type_strict="all") == []
    assert matched(names_http, "Q9100003", type="Person") == []


@pytest.mark.parametrize("value", ["Sylvania", "sylvania", "Q9100012", {"id": "Q9100012"}, ["France", "Sylvania"]])
def test_what_else_a_row_says_tells_namesakes_apart(names_http: httpx.Client, value: Any) -> None:
    given = [{"pid": "P27", "v": value}]
    best, other, *_ = one(names_http, "Jon Vale", properties=given)
    assert (best["id"], other["id"]) == ("jon-vale-2222", "jon-vale-1111")
    assert best["score"] > other["score"]
    assert {"id": "property:P27", "value": 100.0} in best["features"]


def test_who_differs_in_it_is_no_match(names_http: httpx.Client) -> None:
    assert matched(names_http, "Ilvana Torvald", properties=[{"pid": "P27", "v": "Freedonia"}]) == ["Q9100001"]
    assert matched(names_http, "Ilvana Torvald", properties=[{"pid": "P27", "v": "Zembla"}]) == []
    best = one(names_http, "Ilvana Torvald", properties=[{"pid": "P27", "v": "Zembla"}])[0]
    assert (best["id"], best["match"]) == ("Q9100001", False)
    assert best["score"] < 80


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ([{"pid": "qid", "v": "Q9100001"}], ["Q9100001"]),
        ([{"pid": "P27", "v": "Sylvania"}], ["jon-vale-2222", "Q9100002"]),
        ([{"pid": "P27", "v": {"id": "Q9100012"}}], ["jon-vale-2222", "Q9100002"]),
        ([{"pid": "alias", "v": "TFP"}], ["free-press"]),
        ([{"pid": "P27", "v": 'x" } DELETE'}], []),
        ([{"pid": "stances_held", "v": 3}], []),
    ],
)
def test_without_a_name_what_else_the_row_says_is_looked_for(
    names_http: httpx.Client, properties: list[Any], expected: list[str]
) -> None:
    found = reconcile(names_http, q={"properties": properties})["q"]
    assert [row["id"] for row in found] == expected
    assert not any(row["match"] for row in found)


def test_the_limit_is_kept(names_http: httpx.Client) -> None:
    assert len(one(names_http, "jon vale", limit=1)) == 1
    assert len(one(names_http, "jon vale", limit=2.0)) == 2
    assert len(one(names_http, "jon vale", limit=10**9)) >= 3


def test_queries_of_a_batch_do_not_disturb_each_other(names_http: httpx.Client) -> None:
    texts = ["Ilvana Torvald", "jon", "Freedonia", "", "…", "Torvald", "x" * 5000]
    batch = reconcile(names_http, **{f"q{n}": {"query": text} for n, text in enumerate(texts)})
    assert batch == {f"q{n}": one(names_http, text) for n, text in enumerate(texts)}


# --- further columns


def test_values_of_an_entity(names_http: httpx.Client) -> None:
    names = ["qid", "item", "type", "description", "name", "P27", "P106", "P31", "P102", "P569", "P570"]
    row = extended(names_http, ["Q9100001"], *names)["Q9100001"]
    assert row == {
        "qid": [{"str": "Q9100001"}],
        "item": [{"id": "Q9100001", "name": "Ilvana Torvald"}],
        "type": [{"str": "Person"}],
        "description": [{"str": "minister of Freedonia"}],
        "name": [{"str": "Ilvana Torvald"}],
        "P27": [{"id": "Q9100003", "name": "Freedonia"}],
        "P106": [{"id": "Q9100011", "name": "politician"}],
        "P31": [{"id": "Q5", "name": "Q5"}],
        "P102": [],
        "P569": [{"date": "1961-02-03T00:00:00Z"}],
        "P570": [{"str": "2020"}],
    }


def test_stances_are_counted_by_side_and_utterances_by_polarity(names_http: httpx.Client) -> None:
    names = ["stances_held", "held_support", "held_oppose", "stances_towards", "towards_mixed", "stances_about"]
    rows = extended(names_http, ["Q9100001", "Q9100003", "jon-vale-1111"], *names, "about_support")
    numbers = {key: [row[name][0]["int"] for name in names] for key, row in rows.items()}
    # Reprinted words are two stances and one utterance; what was taken back is not counted.
    assert numbers == {
        "Q9100001": [3, 1, 1, 1, 1, 0],
        "Q9100003": [0, 0, 0, 1, 0, 2],
        "jon-vale-1111": [0, 0, 0, 0, 0, 0],
    }
    assert rows["Q9100003"]["about_support"] == [{"int": 1}]


def test_an_id_that_is_not_here_has_no_values(names_http: httpx.Client) -> None:
    assert extended(names_http, ["nobody", "<x>"], "qid", "stances_held") == {
        "nobody": {"qid": [], "stances_held": []},
        "<x>": {"qid": [], "stances_held": []},
    }


def test_values_elsewhere_name_the_service_that_knows_them(names_http: httpx.Client) -> None:
    query = json.dumps({"ids": [], "properties": [{"id": "P27"}, {"id": "qid"}]})
    meta = names_http.post("/reconcile/extend", data={"extend": query}).json()["meta"]
    assert ["service" in column for column in meta] == [True, False]


# --- suggestions and previews


def test_entities_are_suggested_by_name_by_id_and_by_likeness(names_http: httpx.Client) -> None:
    def suggested(prefix: str, cursor: int = 0) -> list[str]:
        answer = names_http.get("/reconcile/suggest/entity", params={"prefix": prefix, "cursor": cursor})
        return [row["id"] for row in answer.json()["result"]]

    assert suggested("torv") == ["Q9100001"]
    assert suggested("Q9100004") == ["jon-vale-2222"]
    assert suggested("torvlad ilvana") == ["Q9100001"]
    assert suggested("jon v", 1) == suggested("jon v")[1:]


def test_types_and_properties_are_suggested(names_http: httpx.Client) -> None:
    types = names_http.get("/reconcile/suggest/type?prefix=p").json()["result"]
    assert types == [{"id": "Person", "name": "Person", "description": "5 entities"}]
    found = names_http.get("/reconcile/suggest/property?prefix=citizen").json()["result"]
    assert [row["id"] for row in found] == ["P27"]
    assert names_http.get("/reconcile/suggest/property?prefix=p27").json()["result"] == found


def test_a_preview_can_be_framed_and_shows_text_as_text(names_http: httpx.Client) -> None:
    answer = names_http.get("/reconcile/preview", params={"id": "Q9100003"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "country &amp; &lt;b&gt;republic&lt;/b&gt;" in answer.text
    assert "<script" not in answer.text
    assert 'src="' not in answer.text
    person = names_http.get("/reconcile/preview", params={"id": "Q9100001"}).text
    assert "Citizenship: Freedonia" in person
    assert "holds 3 stances" in person


def test_a_preview_of_nothing_is_404(names_http: httpx.Client) -> None:
    answer = names_http.get("/reconcile/preview", params={"id": "<script>"}, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text


# --- what is wrong

QUERIES: list[tuple[Any, str]] = [
    ([], "[]"),
    ("text", "text"),
    (None, "None"),
    ({"q": "text"}, "text"),
    ({"q": None}, "None"),
    ({"q": {}}, "nothing is asked"),
    ({"q": {"query": 3}}, "3"),
    ({"q": {"query": "a", "limit": 0}}, "0"),
    ({"q": {"query": "a", "limit": True}}, "True"),
    ({"q": {"query": "a", "limit": "5"}}, "'5'"),
    ({"q": {"query": "a", "limit": float("inf")}}, "inf"),
    ({"q": {"query": "a", "limit": float("nan")}}, "nan"),
    ({"q": {"query": "a", "type": "Dragon"}}, "Dragon"),
    ({"q": {"query": "a", "type": [3]}}, "3"),
    ({"q": {"query": "a", "type": {"id": "Person"}}}, "Person"),
    ({"q": {"query": "a", "type_strict": "perhaps"}}, "perhaps"),
    ({"q": {"query": "a", "type_strict": []}}, "[]"),
    ({"q": {"query": "a", "props": []}}, "props"),
    ({"q": {"query": "a", "properties": {}}}, "{}"),
    ({"q": {"query": "a", "properties": [3]}}, "3"),
    ({"q": {"query": "a", "properties": [{"pid": "P27"}]}}, "P27"),
    ({"q": {"query": "a", "properties": [{"pid": "P9999", "v": 1}]}}, "P9999"),
    ({"q": {"query": "a", "properties": [{"pid": "P27", "v": None}]}}, "None"),
    ({"q": {"query": "a", "properties": [{"pid": "P27", "v": {"name": "x"}}]}}, "None"),
    ({f"q{n}": {"query": "a"} for n in range(51)}, "51"),
]
EXTENSIONS: list[tuple[Any, str]] = [
    ([], "[]"),
    ({}, "{}"),
    ({"ids": ["Q1"]}, "Q1"),
    ({"ids": "Q1", "properties": []}, "Q1"),
    ({"ids": [1], "properties": []}, "1"),
    ({"ids": [], "properties": ["P27"]}, "P27"),
    ({"ids": [], "properties": [{"id": "P9999"}]}, "P9999"),
    ({"ids": [f"Q{n}" for n in range(1001)], "properties": []}, "1001"),
]


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [*(("queries", value, named) for value, named in QUERIES), *(("extend", v, named) for v, named in EXTENSIONS)],
)
def test_what_cannot_be_understood_is_400_and_named(
    names_http: httpx.Client, field: str, value: Any, named: str
) -> None:
    answer = names_http.post("/reconcile", data={field: json.dumps(value)})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in answer.json()["detail"]
    assert named in answer.json()["detail"]


@pytest.mark.parametrize("text", ["", "{", "queries", "\x00", '{"q": {"query": "\ud83d"}}', "[" * 100_000, "1e999"])
@pytest.mark.parametrize("field", ["queries", "extend"])
def test_what_is_no_json_is_400(names_http: httpx.Client, field: str, text: str) -> None:
    body = urlencode({field: text.encode("utf-8", "surrogatepass")})
    answer = names_http.post("/reconcile", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 400, answer.text


def test_a_name_that_is_half_a_sign_is_searched_for(names_http: httpx.Client) -> None:
    text = '{"q": {"query": "\\ud83d Torvald"}}'
    assert names_http.post("/reconcile", data={"queries": text}).status_code == 200


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", "application/x-www-form-urlencoded", 400),
        (b"query=a", "application/x-www-form-urlencoded", 400),
        (b"queries=%ff", "application/x-www-form-urlencoded", 400),
        (b"queries=\xff", "application/x-www-form-urlencoded", 400),
        (b"&" * 1000, "application/x-www-form-urlencoded", 400),
        (b'{"q": {"query": "a"}}', "application/json", 415),
        (b"queries={}", "", 415),
        (b"queries=" + b"x" * 1_000_001, "application/x-www-form-urlencoded", 413),
    ],
)
def test_a_body_that_cannot_be_read(names_http: httpx.Client, body: bytes, media: str, status: int) -> None:
    answer = names_http.post("/reconcile", content=body, headers={"Content-Type": media} if media else {})
    assert answer.status_code == status, answer.text
    assert answer.json()["next"]


def test_extend_needs_its_field(names_http: httpx.Client) -> None:
    answer = names_http.post("/reconcile/extend", data={"queries": "{}"})
    assert answer.status_code == 400
    assert "extend" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/reconcile/extend?type=Dragon", "Dragon"),
        ("/reconcile/extend?limit=0", "0"),
        ("/reconcile/suggest/entity?cursor=-1", "-1"),
        ("/reconcile/suggest/type?cursor=x", "x"),
        ("/reconcile/preview", "id"),
    ],
)
def test_a_bad_parameter_is_400_and_named(names_http: httpx.Client, path: str, named: str) -> None:
    answer = names_http.get(path)
    assert answer.status_code == 400
    assert named in answer.json()["detail"]
