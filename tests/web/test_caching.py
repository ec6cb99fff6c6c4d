"""ETags: one for each form of an answer in each version of the base, and 304 to who has it."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

import kb.web.caching
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.web.app import create_app
from tests.web.conftest import BASE, DATA, Example
from tests.web.serving import listening, running

ADDRESSES = [
    "/",
    "/articles",
    "/docs",
    "/dump?format=nquads",
    "/entities?q=sol",
    "/entities/Q9000001",
    "/graph/entities",
    "/ns",
    "/nodes/attribution/1a11-0",
    "/openapi.json",
    "/propositions/b1d6e",
    "/queries/dossier?holder=Q9000001",
    "/sources",
    "/stances?limit=3",
    "/stances/1a11",
]
MADE = 1_700_000_000.0


class Versioned(EmbeddedStore):
    """A store that says which version it is."""

    version = "1"
    made = MADE


@pytest.fixture(scope="module")
def view() -> Iterator[Versioned]:
    with Versioned.in_memory() as store:
        store.load(ox.parse(path=DATA, format=ox.RdfFormat.TRIG))
        assert isinstance(store, Versioned)
        yield store


@pytest.fixture(scope="module")
def client(view: Versioned) -> Iterator[httpx.Client]:
    app = create_app(view, Settings(base_iri=BASE))
    with listening() as (free, where), running(app, free), httpx.Client(base_url=where, timeout=30) as found:
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
                assert again.headers[name] == first.headers[name]
    assert client.get(address, headers={"If-None-Match": '"other"'}).content == first.content
    assert client.head(address).headers["etag"] == tag


def test_each_address_and_form_has_a_tag_of_its_own(client: httpx.Client) -> None:
    tags = [client.get(address).headers["etag"] for address in ADDRESSES]
    for media in ("text/html", "text/turtle", "application/ld+json", "application/n-triples"):
        tags.append(client.get("/stances/1a11", headers={"Accept": media}).headers["etag"])
        tags.append(client.get(f"/stances/1a11?format={media[-4:].strip('/')}").headers.get("etag", media))
    assert len(set(tags)) == len(tags)


def test_a_tag_of_one_form_is_nothing_to_another(client: httpx.Client) -> None:
    tag = client.get("/stances/1a11", headers={"Accept": "text/turtle"}).headers["etag"]
    answer = client.get("/stances/1a11", headers={"Accept": "text/html", "If-None-Match": tag})
    assert answer.status_code == 200


def test_another_version_has_other_tags(client: httpx.Client, view: Versioned) -> None:
    old = client.get("/stances/1a11").headers["etag"]
    try:
        view.version = "2"
        answer = client.get("/stances/1a11", headers={"If-None-Match": old})
        assert answer.status_code == 200
        assert answer.headers["etag"] != old
    finally:
        view.version = "1"
    assert client.get("/stances/1a11", headers={"If-None-Match": old}).status_code == 304


def test_what_was_made_when_is_said(client: httpx.Client) -> None:
    assert client.get("/stances").headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize("address", ["/stances/none", "/stances?limit=0", "/nowhere", "/ns?format=pdf"])
def test_errors_are_not_kept(client: httpx.Client, address: str) -> None:
    for headers in ({}, {"If-None-Match": "*"}):
        answer = client.get(address, headers=headers)
        assert answer.status_code in (400, 404, 406)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


@pytest.mark.parametrize("address", ["/health", "/ready", "/metrics"])
def test_what_is_of_the_moment_is_not_kept(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_an_answer_to_an_iri_may_be_kept_but_has_no_content_to_tag(client: httpx.Client) -> None:
    answer = client.get("/id/stance/1a11")
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "public, no-cache")
    assert "etag" not in answer.headers


def test_files_have_tags_of_their_own(client: httpx.Client) -> None:
    answer = client.get("/static/style.css")
    assert client.get("/static/style.css", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_the_examples_are_tagged_too(example: Example) -> None:
    answer = httpx.get(f"{example.base}articles")
    assert httpx.get(f"{example.base}articles", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_in_private_mode_only_the_client_itself_may_keep_answers(view: Versioned) -> None:
    app = create_app(view, Settings(base_iri=BASE, public=False))
    with listening() as (free, where), running(app, free):
        assert httpx.get(f"{where}/stances").headers["cache-control"] == "private, no-cache"


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(kb.web.caching).failed == 0
