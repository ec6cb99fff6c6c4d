"""What only a remote store does: guess addresses, and say what went wrong where."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb.errors import RemoteStoreError, UsageError
from kb.store import open_store
from kb.store.remote import RemoteStore, guess_urls

QUAD = ox.Quad(
    ox.NamedNode("https://example.org/s"),
    ox.NamedNode("https://example.org/p"),
    ox.Literal("1"),
    ox.NamedNode("https://example.org/g"),
)


@pytest.mark.parametrize(
    ("name", "query_url", "update_url"),
    [
        ("http://h:7878", "http://h:7878/query", "http://h:7878/update"),
        ("http://h:7878/", "http://h:7878/query", "http://h:7878/update"),
        ("http://h:7878/query", "http://h:7878/query", "http://h:7878/update"),
        ("http://h:3030/ds", "http://h:3030/ds/query", "http://h:3030/ds/update"),
        ("https://h/sparql", "https://h/sparql", "https://h/sparql"),
        ("http://h/repositories/news", "http://h/repositories/news", "http://h/repositories/news/statements"),
        ("http://h/q, http://h/u", "http://h/q", "http://h/u"),
    ],
)
def test_guess_urls(name: str, query_url: str, update_url: str) -> None:
    assert guess_urls(name) == (query_url, update_url)


def test_explicit_addresses_are_taken_as_they_are(server: str) -> None:
    store = RemoteStore(f"{server}/query", f"{server}/update")
    store.replace_graphs({"https://example.org/g": [QUAD]})
    assert QUAD in set(store.quads())
    store.replace_graphs({"https://example.org/g": []})


def test_nobody_there() -> None:
    store = open_store("http://127.0.0.1:9")
    with pytest.raises(RemoteStoreError, match=r"http://127\.0\.0\.1:9/query: .*check the address"):
        store.query("ASK {}")
    with pytest.raises(RemoteStoreError, match=r"http://127\.0\.0\.1:9/update: "):
        store.load([QUAD])


def test_wrong_path_names_url_and_status(server: str) -> None:
    with pytest.raises(RemoteStoreError, match=r"/nowhere/query: HTTP 404: .*; give the address for queries"):
        open_store(f"{server}/nowhere").query("ASK {}")


class _Answers(BaseHTTPRequestHandler):
    """Gives the status in the path and a body that is no SPARQL result."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(int(self.path.split("/")[1]))
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>no</h1>")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def odd_server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_other_statuses(odd_server: str, status: int) -> None:
    store = open_store(f"{odd_server}/{status}")
    with pytest.raises(RemoteStoreError, match=rf"/{status}/query: HTTP {status}: .*no.*; \w+"):
        store.query("ASK {}")
    with pytest.raises(RemoteStoreError, match=rf"/{status}/update: HTTP {status}"):
        store.load([QUAD])


def test_an_answer_that_is_no_sparql_result(odd_server: str) -> None:
    for query in ("ASK {}", "SELECT ?s { ?s ?p ?o }"):
        with pytest.raises(RemoteStoreError, match="'text/html', which cannot be read"):
            open_store(f"{odd_server}/200").query(query)


def test_an_update_that_is_not_understood_is_the_stores_error(odd_server: str) -> None:
    with pytest.raises(RemoteStoreError, match="HTTP 400"):
        open_store(f"{odd_server}/400").load([QUAD])
    with pytest.raises(UsageError, match="HTTP 400"):
        open_store(f"{odd_server}/400").query("ASK {}")


def test_open_store_chooses_by_name(tmp_path: Path) -> None:
    assert isinstance(open_store("https://example.org/sparql"), RemoteStore)
    folder = open_store(str(tmp_path / "http"))
    assert not isinstance(folder, RemoteStore)
    folder.close()
