"""What `/openapi.json` says is true, and says enough: schemathesis asks every route, rightly and wrongly."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from kb.web import name_schemas, schemas
from kb.web.problems import PROBLEM
from tests.web.conftest import Example

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)


@pytest.fixture(scope="module")
def description(example: Example) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{example.base}openapi.json").json()
    return found


@pytest.fixture(scope="module")
def keys(example: Example) -> dict[str, str]:
    """A key of each kind of thing of the base."""
    return {
        kind: next(iri for iri in example.subjects() if f"/id/{kind}/" in iri).rpartition("/")[2]
        for kind in ("article", "entity", "mention", "proposition", "source", "stance")
    }


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_schemathesis(example: Example, description: dict[str, Any], keys: dict[str, str], tmp_path: Path) -> None:
    kinds = {"/articles/{slug}": "article", "/propositions/{id}": "proposition", "/sources/{id}": "source"}
    for path, kind in {**kinds, "/stances/{id}": "stance"}.items():
        for parameter in description["paths"][path]["get"]["parameters"]:
            if parameter["in"] == "path":
                parameter["schema"]["examples"] = [keys[kind]]
    (tmp_path / "openapi.json").write_text(json.dumps(description))
    command = [sys.executable, "-m", "schemathesis.cli", "run", "openapi.json", "--url", example.base]
    command += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", "3"]
    command += ["--generation-deterministic", "--no-color", "--warnings", "off", "--max-redirects", "0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Tested: {sum(1 for _ in operations(description))}" in done.stdout


def test_every_operation_says_what_it_is_for(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        assert operation["summary"], name
        assert operation["tags"], name
        assert operation["description"], name
        for parameter in operation.get("parameters", []):
            assert parameter["description"], f"{name} {parameter['name']}"
            schema = parameter["schema"]
            examples = schema.get("examples") or [option for option in schema.get("anyOf", []) if "examples" in option]
            assert examples, f"{name} {parameter['name']}"


def test_every_error_is_a_problem_and_every_answer_has_a_form(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        assert "503" in operation["responses"], name
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert response["content"][PROBLEM]["schema"] == {"$ref": "#/components/schemas/Problem"}, name
            elif status == "200":
                assert response["content"], name
            assert "X-Request-ID" in response["headers"], f"{name} {status}"


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("?format=json", schemas.Start),
        ("articles", schemas.ArticleList),
        ("articles/{article}", schemas.Article),
        ("entities/Q22316", schemas.Entity),
        ("health", schemas.Health),
        ("nodes/mention/{mention}", schemas.Node),
        ("nowhere", schemas.Problem),
        ("propositions/{proposition}", schemas.Proposition),
        ("queries", schemas.QuestionList),
        ("queries/dossier?holder=Q22316", schemas.QuestionAnswer),
        ("ready", schemas.Readiness),
        ("sources", name_schemas.Outlets),
        ("sources/{source}", schemas.Source),
        ("stances", schemas.StanceList),
        ("stances/{stance}", schemas.Stance),
    ],
)
def test_answers_have_the_shape_that_is_described_and_nothing_else(
    example: Example, keys: dict[str, str], path: str, model: type[BaseModel]
) -> None:
    answer = httpx.get(example.base + path.format(**keys)).json()
    assert model.model_validate(answer).model_dump(exclude_unset=True) == answer


def test_the_start_page_lists_the_addresses(example: Example, description: dict[str, Any]) -> None:
    assert httpx.get(f"{example.base}?format=json").json()["addresses"] == sorted(description["paths"])
