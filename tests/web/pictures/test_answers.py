"""The data of each picture that compares is the answer of the query behind it, and each number opens its stances."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from kb.store import EmbeddedStore
from tests.web.pictures.village import COUNTRY, OFFICE, PARTY

PICTURES = [
    "network?",
    "network?limit=5",
    "network?least=3",
    "network?limit=6&least=2&min_confidence=0.5",
    "network?around=p3&limit=4&from=2015",
    "network?around=p0&source=The Herald",
    "network?target_kind=proposition",
    "matrix?",
    "matrix?limit=5",
    "matrix?limit=4&type=Person&order=alike",
    "matrix?limit=3&target_kind=proposition&polarity=oppose",
    "matrix?target_kind=entity&to=2015-06&telling=quoted",
    "versus?first=p0&second=p1",
    "versus?first=p1&second=p0&from=2015-02&min_confidence=0.4",
    "voices?target=p0",
    "voices?about=p0&first=herald&second=The Bell of Nowhere",
    "voices?target=plan1&first=herald&second=post&min_confidence=0.3",
    f"members?by=party&value={PARTY}",
    "members?by=party&value=Millers’ League&target=p0",
    f"members?by=country&value={COUNTRY}&target_kind=proposition",
    f"members?by=office&value={OFFICE}&during=true",
    "members?by=office&value=reeve&during=true&polarity=support",
]
_NAMES = ("holder_name", "target_name", "name")


def ask(client: httpx.Client, picture: str, **more: str) -> httpx.Response:
    path, _, query = picture.partition("?")
    pairs = dict(part.split("=", 1) for part in query.split("&") if part)
    return client.get(f"/pictures/{path}", params={**pairs, **more})


def columns(body: dict[str, Any]) -> list[str]:
    """Those that the query has too."""
    renamed = {"iri": None}
    return [name for name in body["columns"] if name not in _NAMES and name not in renamed]


@pytest.mark.parametrize("picture", [picture for picture in PICTURES if "Nowhere" not in picture])
def test_the_data_are_the_answer_of_the_query(
    village_http: httpx.Client, village_store: EmbeddedStore, picture: str
) -> None:
    answer = ask(village_http, picture, format="json")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    found = village_store.query(body["query"])
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    own = {"voices": {"outlet": "iri"}, "members": {"holder": "iri"}}.get(picture.partition("?")[0], {})
    asked = {tuple(str(solution[name].value) for name in names) for solution in found}
    shown = {tuple(str(row[own.get(name, name)]) for name in names) for row in body["rows"]}
    assert shown == asked
    assert len(shown) == len(body["rows"]) > 0


@pytest.mark.parametrize(
    "picture", ["network?limit=6", "matrix?limit=4", "versus?first=p0&second=p1", "voices?target=p0"]
)
@pytest.mark.parametrize("width", ["340", "960"])
def test_the_drawing_links_to_the_stances_behind_each_mark(
    village_http: httpx.Client, picture: str, width: str
) -> None:
    answer = ask(village_http, picture, format="svg", theme="page", width=width)
    assert answer.status_code == 200, answer.text
    ET.fromstring(answer.text)
    assert "<script" not in answer.text
    assert ".invalid" not in answer.text
    assert "style=" not in answer.text
    links = sorted({link.replace("&amp;", "&") for link in re.findall(r'<a href="([^"]*)"', answer.text)})
    stances = [link for link in links if link.startswith("/stances?")]
    assert stances
    assert all(link.startswith(("/stances?", "/entities/")) for link in links)
    for link in stances[:5]:
        listed = village_http.get(link, headers={"Accept": "application/json"}).json()
        assert listed["utterances"] > 0, link


@pytest.mark.parametrize(
    ("picture", "status"),
    [
        ("network?around=nobody", 404),
        ("network?limit=1", 400),
        ("network?limit=many", 400),
        ("matrix?limit=100", 400),
        ("matrix?order=best", 400),
        ("versus?first=p0", 400),
        ("versus?first=p0&second=Same Name", 400),
        ("voices?target=p0&first=The Bell of Nowhere", 404),
        ("members?by=town", 400),
        ("members?by=party", 400),
        ("members?by=party&value=Q1", 404),
        (f"members?by=country&value={COUNTRY}&during=true", 400),
    ],
)
def test_what_cannot_be_shown_is_said(village_http: httpx.Client, picture: str, status: int) -> None:
    answer = ask(village_http, picture, format="json")
    assert answer.status_code == status, answer.text
    assert answer.json()["next"]


def test_nothing_to_show_is_drawn_too(village_http: httpx.Client) -> None:
    for picture in ("network?from=1990&to=1991", "matrix?from=1990&to=1991", "versus?first=p0&second=p0"):
        answer = ask(village_http, picture, format="svg")
        assert answer.status_code == 200, answer.text
        assert ask(village_http, picture, format="json").json()["rows"] == []
