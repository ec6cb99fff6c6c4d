"""`/openapi.json` says what searches, lists and reconciliation take and what they answer."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

QUERIES = json.dumps({"q": {"query": "jon vale", "properties": [{"pid": "P27", "v": "Sylvania"}]}})
EXTEND = json.dumps({"ids": ["Q9100001", "nobody"], "properties": [{"id": "P27"}, {"id": "stances_held"}]})
ASKED = [
    ("/complete", {"q": "f"}),
    ("/entities", {}),
    ("/entities", {"q": "jon", "fuzzy": "true", "limit": "1"}),
    ("/sources", {}),
    ("/propositions", {"about": "Freedonia"}),
    ("/reconcile", {}),
    ("/reconcile", {"queries": QUERIES}),
    ("/reconcile", {"extend": EXTEND}),
    ("/reconcile/extend", {"type": "Person"}),
    ("/reconcile/suggest/entity", {"prefix": "jon"}),
    ("/reconcile/suggest/type", {}),
    ("/reconcile/suggest/property", {}),
]


@pytest.fixture(scope="module")
def description(names_http: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = names_http.get("/openapi.json").json()
    return found


def described(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    starts = ("/complete", "/reconcile")
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if path.startswith(starts) or path in ("/entities", "/sources", "/propositions")
    ]


def check(description: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = Resource({"$id": "urn:api", **description}, DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:api", whole)
    text = json.dumps(schema).replace('"#/components', '"urn:api#/components')
    Draft202012Validator(json.loads(text), registry=registry).validate(value)


def test_every_parameter_has_a_meaning_and_an_example(description: dict[str, Any]) -> None:
    for path, method, operation in described(description):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), f"{method} {path} {parameter['name']}"
            assert parameter["schema"].get("examples"), f"{method} {path} {parameter['name']}"


def test_every_operation_says_what_it_answers_and_what_can_go_wrong(description: dict[str, Any]) -> None:
    for path, method, operation in described(description):
        assert operation["summary"]
        assert operation["description"]
        assert {"200", "400", "503"} <= operation["responses"].keys(), f"{method} {path}"
        for status, answer in operation["responses"].items():
            if status not in ("200", "304", "422"):
                assert "application/problem+json" in answer["content"]


@pytest.mark.parametrize(("path", "params"), ASKED)
def test_answers_are_as_described(
    names_http: httpx.Client, description: dict[str, Any], path: str, params: dict[str, str]
) -> None:
    answer = names_http.get(path, params=params)
    assert answer.status_code == 200
    schema = description["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    check(description, schema, answer.json())


@pytest.mark.parametrize(
    ("path", "field", "text"), [("", "queries", QUERIES), ("", "extend", EXTEND), ("/extend", "extend", EXTEND)]
)
def test_answers_to_forms_are_as_described(
    names_http: httpx.Client, description: dict[str, Any], path: str, field: str, text: str
) -> None:
    answer = names_http.post(f"/reconcile{path}", data={field: text})
    assert answer.status_code == 200
    content = description["paths"][f"/reconcile{path}"]["post"]["responses"]["200"]["content"]
    check(description, content["application/json"]["schema"], answer.json())


def test_problems_are_as_described(names_http: httpx.Client, description: dict[str, Any]) -> None:
    for path, params in (("/complete", {}), ("/entities", {"type": "Dragon"}), ("/reconcile", {"queries": "x"})):
        answer = names_http.get(path, params=params)
        assert answer.status_code == 400
        content = description["paths"][path]["get"]["responses"]["400"]["content"]
        check(description, content["application/problem+json"]["schema"], answer.json())
