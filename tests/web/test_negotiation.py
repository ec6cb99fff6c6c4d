"""Accept headers."""

from __future__ import annotations

import doctest

import pytest

import kb.web.negotiation
import kb.web.pages
from kb.web.negotiation import choose

OFFERS = ["application/json", "text/html", "text/turtle"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/html"),
        ("text/html", "text/html"),
        ("TEXT/HTML ; Q=0.5, text/turtle;q=0.6", "text/turtle"),
        ("text/*;q=0.9, text/html;q=0.1, application/json;q=0.2", "text/turtle"),
        ("*/*;q=0.5, application/json;q=0", "text/html"),
        ("text/html;level=1, */*;q=0.1", "text/html"),
        ("text/html;q=nonsense", None),
        ("application/json;q=0", None),
        ("image/png", None),
        (",,;", "application/json"),
    ],
)
def test_choose(accept: str, chosen: str | None) -> None:
    assert choose(accept, OFFERS) == chosen


@pytest.mark.parametrize("module", [kb.web.negotiation, kb.web.pages])
def test_examples_in_docstrings(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
