"""ETags: one for each form of an answer in each version of the base, and 304 to who has it."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Response

import kb.web.caching
from kb.store import EmbeddedStore
from kb.web.caching import NO_STORE, Caching
from kb.web.headers import Methods
from kb.web.metrics import REGISTRY
from tests.web.conftest import Example
from tests.web.serving import listening, running

ADDRESSES = [
    "",
    "articles",
    "docs",
    "dump?format=nquads",
    "entities?q=kerry",
    "entities/Q22316",
    "graph/entities",
    "ns",
    "openapi.json",
    "queries/dossier?holder=Q22316",
    "sources",
    "stances?limit=3",
]


class Versioned(EmbeddedStore):
    """A store that says which version it is."""

    version = "1"
    made = 1_700_000_000.0


@pytest.fixture
def view() -> Iterator[Versioned]:
    with Versioned.in_memory() as store:
        assert isinstance(store, Versioned)
        yield store


def small(view: EmbeddedStore, public: bool = True) -> FastAPI:
    """An application that counts how often it works."""
    app = FastAPI()
    app.state.view, app.state.index, app.state.worked = view, None, 0

    @app.get("/page")
    def page() -> Response:
        app.state.worked += 1
        return Response("page", media_type="text/plain")

    @app.get("/time")
    def time() -> Response:
        return Response("now", headers=NO_STORE)

    app.add_middleware(Caching, public=public)
    app.add_middleware(Methods)
    return app


@pytest.fixture(scope="session")
def client(example: Example) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=example.base, timeout=30) as found:
        yield found


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_that_the_client_has_is_304_without_a_body(client: httpx.Client, address: str) -> None:
    first = client.get(address)
    tag = first.headers["etag"]
    assert tag.startswith('"')  # strong
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        for method in ("GET", "HEAD"):
            again = client.request(method, address, headers={"If-None-Match": given})
            assert (again.status_code, again.content) == (304, b""), given
            for name in ("etag", "vary", "cache-control", "last-modified"):
                assert again.headers.get(name) == first.headers.get(name)
    assert client.get(address, headers={"If-None-Match": '"other"'}).content == first.content
    assert client.head(address).headers["etag"] == tag


def test_a_304_is_counted_for_its_route(client: httpx.Client) -> None:
    labels = {"route": "/entities/{id}", "method": "GET", "status": "304"}
    before = REGISTRY.get_sample_value("stancekb_http_requests_total", labels) or 0
    tag = client.get("entities/Q22316").headers["etag"]
    client.get("entities/Q22316", headers={"If-None-Match": tag})
    assert REGISTRY.get_sample_value("stancekb_http_requests_total", labels) == before + 1


def test_each_address_and_form_has_a_tag_of_its_own(client: httpx.Client) -> None:
    tags = [client.get(address).headers["etag"] for address in ADDRESSES]
    for media in ("text/html", "text/turtle", "application/ld+json", "application/n-triples"):
        tags.append(client.get("entities/Q22316", headers={"Accept": media}).headers["etag"])
    for form in ("html", "turtle", "jsonld", "ntriples"):
        tags.append(client.get("entities/Q22316", params={"format": form}).headers["etag"])
    assert len(set(tags)) == len(tags)


def test_a_tag_of_one_form_is_nothing_to_another(client: httpx.Client) -> None:
    tag = client.get("entities/Q22316", headers={"Accept": "text/turtle"}).headers["etag"]
    answer = client.get("entities/Q22316", headers={"Accept": "text/html", "If-None-Match": tag})
    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["stances/none", "stances?limit=0", "nowhere", "ns?format=pdf"])
def test_errors_are_not_kept(client: httpx.Client, address: str) -> None:
    for headers in ({}, {"If-None-Match": "*"}):
        answer = client.get(address, headers=headers)
        assert answer.status_code in (400, 404, 406)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


@pytest.mark.parametrize("address", ["health", "ready", "metrics"])
def test_what_is_of_the_moment_is_not_kept(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_an_answer_to_an_iri_may_be_kept_but_has_no_content_to_tag(client: httpx.Client) -> None:
    answer = client.get("id/entity/john-kerry")
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "public, no-cache")
    assert "etag" not in answer.headers


def test_files_have_tags_of_their_own(client: httpx.Client) -> None:
    answer = client.get("static/style.css")
    assert client.get("static/style.css", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_a_304_costs_no_work_and_another_version_does(view: Versioned) -> None:
    app = small(view)
    with listening() as (free, where), running(app, free):
        first = httpx.get(f"{where}/page")
        given = {"If-None-Match": first.headers["etag"]}
        assert httpx.get(f"{where}/page", headers=given).status_code == 304
        assert app.state.worked == 1
        view.version = "2"
        second = httpx.get(f"{where}/page", headers=given)
        assert (second.status_code, app.state.worked) == (200, 2)
        assert second.headers["etag"] != first.headers["etag"]
        assert second.headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_what_depends_on_the_moment_gets_no_tag(view: Versioned) -> None:
    with listening() as (free, where), running(small(view), free):
        answer = httpx.get(f"{where}/time")
    assert ("etag" in answer.headers, answer.headers["cache-control"]) == (False, "no-store")


def test_where_no_version_is_known_nothing_is_tagged() -> None:
    with EmbeddedStore.in_memory() as store, listening() as (free, where), running(small(store), free):
        assert "etag" not in httpx.get(f"{where}/page").headers


def test_in_private_mode_only_the_client_itself_may_keep_answers(view: Versioned) -> None:
    with listening() as (free, where), running(small(view, public=False), free):
        assert httpx.get(f"{where}/page").headers["cache-control"] == "private, no-cache"


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(kb.web.caching).failed == 0
