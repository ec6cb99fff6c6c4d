"""Errors of the store and defects, as the public sees them."""

from __future__ import annotations

import html
import re

import httpx
from fastapi.testclient import TestClient

from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app


def test_a_store_that_cannot_answer_is_503_and_shows_nothing_of_the_machine() -> None:
    store = EmbeddedStore.in_memory()
    app = create_app(store, Settings(base_iri="https://kb.test/"))
    with TestClient(app) as client:
        assert client.get("/ready").status_code == 200
        app.state.snapshots.current.view.name = "/secret/folder"
        app.state.snapshots.current.view.close()
        assert client.get("/health").status_code == 200  # the process is well
        assert client.get("/ready").status_code == 503
        answer = client.get("/articles")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert answer.json()["next"]


def test_an_empty_store_has_pages_too() -> None:
    with (
        EmbeddedStore.in_memory() as store,
        TestClient(create_app(store, Settings(base_iri="https://kb.test/"))) as client,
    ):
        for path in ("/", "/entities", "/stances", "/sources", "/articles", "/queries", "/sparql", "/dump"):
            assert client.get(path, headers={"Accept": "text/html"}).status_code == 200, path


def test_a_defect_is_500_with_a_problem() -> None:
    with EmbeddedStore.in_memory() as store:
        app = create_app(store, Settings(base_iri="https://kb.test/"))

        @app.get("/defect")
        def defect() -> None:
            raise RuntimeError("secret")

        with TestClient(app, raise_server_exceptions=False) as client:
            answer = client.get("/defect")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_of_several_things_leads_to_each_of_them(names_http: httpx.Client) -> None:
    asked = {"target": "Freedonia", "polarity": "oppose"}
    page = names_http.get("/stances", params=asked, headers={"Accept": "text/html"})
    assert page.status_code == 400
    links = re.findall(r'<li><a href="(/stances[^"]*)">([^<]*)</a>', page.text)
    assert len(links) == 2
    for address, about in links:
        answer = names_http.get(html.unescape(address))
        assert answer.status_code == 200, (address, about)
        assert "polarity=oppose" in address
