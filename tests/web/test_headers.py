"""Security headers on every answer, whatever it is."""

from __future__ import annotations

import httpx
import pytest

from kb.web.headers import FIXED
from tests.web.conftest import Example

ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/?format=json", 200),
    ("HEAD", "/entities", 200),
    ("GET", "/static/style.css", 200),
    ("GET", "/dump?format=nquads", 200),
    ("GET", "/stances/none", 404),
    ("GET", "/nowhere", 404),
    ("GET", "/stances?limit=0", 400),
    ("GET", "/ns?format=pdf", 406),
    ("DELETE", "/stances", 405),
    ("OPTIONS", "/stances", 204),
    ("GET", "/metrics", 200),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_them(http: httpx.Client, method: str, path: str, status: int) -> None:
    answer = http.request(method, path)
    assert answer.status_code == status
    for name, value in FIXED.items():
        assert answer.headers.get_list(name) == [value], name


def test_so_has_one_without_a_body(example: Example) -> None:
    tag = httpx.get(f"{example.base}stances").headers["etag"]
    answer = httpx.get(f"{example.base}stances", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert {name: answer.headers[name] for name in FIXED} == FIXED


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Content-Security-Policy", "script-src 'self'"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
    ],
)
def test_what_they_say(name: str, part: str) -> None:
    assert part in FIXED[name]


def test_a_page_elsewhere_may_read_ids_tags_and_links(http: httpx.Client) -> None:
    exposed = http.get("/stances").headers["access-control-expose-headers"]
    assert {"ETag", "Link", "X-Request-ID"} <= set(exposed.split(", "))
    allowed = http.options("/stances").headers["access-control-allow-headers"]
    assert {"If-None-Match", "Authorization"} <= set(allowed.split(", "))
