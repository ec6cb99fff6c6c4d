"""Request ids, one line a request in the log, and counts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from kb.errors import StoreError
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from kb.web.logs import JsonFormatter
from kb.web.metrics import REGISTRY
from kb.web.observing import LOG
from tests.web.conftest import BASE


class Lines(logging.Handler):
    """Keeps the lines that would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def last(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.lines[-1])
        return found


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, level, propagate = Lines(), LOG.level, LOG.propagate
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    yield handler
    LOG.removeHandler(handler)
    LOG.setLevel(level)
    LOG.propagate = propagate


@pytest.fixture(scope="module")
def app() -> Iterator[FastAPI]:
    with EmbeddedStore.in_memory() as store:
        app = create_app(store, Settings(base_iri=BASE))

        @app.get("/defect/{name}")
        def defect(name: str) -> None:
            raise RuntimeError("the secret of the machine")

        @app.get("/unreadable")
        def unreadable() -> None:
            raise StoreError("/secret/folder is gone")

        @app.get("/half")
        def half() -> StreamingResponse:
            def pieces() -> Iterator[bytes]:
                yield b"half"
                raise RuntimeError("the other half is missing")

            return StreamingResponse(pieces())

        yield app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def count(route: str, method: str, status: int) -> float:
    labels = {"route": route, "method": method, "status": str(status)}
    return REGISTRY.get_sample_value("stancekb_http_requests_total", labels) or 0.0


@pytest.mark.parametrize("given", ["3f1c0a5d", "a.b_c:d-e", "x" * 128])
def test_a_well_formed_id_is_kept(client: TestClient, given: str) -> None:
    assert client.get("/stances", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, 'a"b', "<script>", "ü"])
def test_any_other_id_is_replaced(client: TestClient, given: str) -> None:
    made = client.get("/stances", headers={"X-Request-ID": given.encode()}).headers["x-request-id"]
    assert made != given
    assert len(made) == 16


def test_each_request_has_an_id_of_its_own(client: TestClient) -> None:
    assert len({client.get(path).headers["x-request-id"] for path in ("/stances", "/nowhere", "/health", "/")}) == 4


def test_a_problem_names_its_request_to_programs_and_people(client: TestClient) -> None:
    headers = {"X-Request-ID": "abc-1"}
    assert client.get("/nowhere", headers=headers).json()["request_id"] == "abc-1"
    assert "abc-1" in client.get("/nowhere", headers={**headers, "Accept": "text/html"}).text


def test_a_request_is_one_line(client: TestClient, lines: Lines) -> None:
    client.get("/stances?holder=&token=secret", headers={"X-Request-ID": "abc-2"})
    line = lines.last()
    assert {"level": "info", "method": "GET", "path": "/stances", "route": "/stances"}.items() <= line.items()
    assert (line["request_id"], line["status"], line["client"]) == ("abc-2", 200, "testclient")
    assert line["bytes"] == len(client.get("/stances?holder=&token=secret").content)
    assert isinstance(line["duration_ms"], float)
    assert str(line["time"]).endswith("+00:00")
    assert "secret" not in lines.lines[0]
    assert len(lines.lines) == 2


def test_a_path_cannot_forge_a_line(client: TestClient, lines: Lines) -> None:
    client.get('/nowhere%0A{"level":"error"}')
    assert len(lines.lines) == 1
    assert "\n" not in lines.lines[0]
    assert lines.last()["route"] == "other"


def test_a_defect_is_told_with_its_traceback_in_the_line_of_its_request(client: TestClient, lines: Lines) -> None:
    answer = client.get("/defect/x")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text
    line = lines.last()
    assert (line["level"], line["request_id"]) == ("error", answer.json()["request_id"])
    assert line["error"] == "RuntimeError: the secret of the machine"
    assert "def defect" not in str(line["traceback"])
    assert "in defect" in str(line["traceback"])


def test_a_store_that_fails_is_told_too_and_not_to_the_client(client: TestClient, lines: Lines) -> None:
    answer = client.get("/unreadable")
    assert (answer.status_code, "secret" in answer.text) == (503, False)
    assert lines.last()["error"] == "StoreError: /secret/folder is gone"


def test_an_answer_that_breaks_off_does_not_end_as_if_it_were_whole(client: TestClient, lines: Lines) -> None:
    client.get("/half")
    assert lines.last()["error"] == "RuntimeError: the other half is missing"
    assert lines.last()["level"] == "error"


def test_probes_are_not_told_of(client: TestClient, lines: Lines) -> None:
    for path in ("/health", "/ready", "/metrics"):
        client.get(path)
    assert lines.lines == []


def test_quiet_leaves_out_what_went_well(client: TestClient, lines: Lines) -> None:
    LOG.setLevel(logging.WARNING)
    client.get("/stances")
    client.get("/nowhere")
    assert lines.lines == []
    client.get("/defect/y")
    assert len(lines.lines) == 1


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/stances", "/stances", 200),
        ("HEAD", "/stances", "/stances", 200),
        ("OPTIONS", "/stances/abc", "/stances/{id}", 204),
        ("GET", "/stances/abc", "/stances/{id}", 404),
        ("GET", "/stances/abcd", "/stances/{id}", 404),
        ("DELETE", "/stances", "/stances", 405),
        ("GET", "/defect/z", "/defect/{name}", 500),
        ("GET", "/static/style.css", "/static/{path}", 200),
        ("GET", "/a/stranger/made/this", "other", 404),
    ],
)
def test_requests_are_counted_by_template(client: TestClient, method: str, path: str, route: str, status: int) -> None:
    before = count(route, method, status)
    client.request(method, path)
    assert count(route, method, status) == before + 1


def test_a_method_that_nobody_knows_makes_no_series_of_its_own(client: TestClient) -> None:
    before = count("/stances", "other", 405)
    client.request("BREW", "/stances")
    assert count("/stances", "other", 405) == before + 1


def test_an_address_of_half_a_character_can_be_logged() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "request", None, None)
    record.fields = {"path": "/\ud800"}
    assert json.loads(JsonFormatter().format(record))["path"] == "/\ud800"


def test_messages_of_the_server_are_lines_too() -> None:
    record = logging.LogRecord("uvicorn.error", logging.INFO, "", 0, "Started %d", (7,), None)
    line = json.loads(JsonFormatter().format(record))
    assert (line["logger"], line["message"], line["level"]) == ("uvicorn.error", "Started 7", "info")
