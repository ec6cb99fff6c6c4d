"""Real answers of Wikidata, and a server that gives them."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.recorded import Recorded, serving


@pytest.fixture(scope="session")
def entities(shared: Path) -> list[dict[str, Any]]:
    """Real answers of `wbgetentities`, one entity each."""
    with tarfile.open(shared / "data" / "wikidata" / "wbgetentities.tar.xz") as archive:
        answers = [archive.extractfile(m) for m in archive.getmembers() if m.name.endswith(".json")]
        found = [e for a in answers if a is not None for e in json.load(a).get("entities", {}).values()]
    return sorted(found, key=lambda e: str(e["id"]))


@pytest.fixture
def recorded(entities: list[dict[str, Any]]) -> Iterator[Recorded]:
    """The running server."""
    with serving(entities) as state:
        yield state
