"""Helpers for the tests of kb.articles."""

import os
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"


@pytest.fixture
def seeds() -> Path:
    """The folder of the two real articles; their text is read from there and never copied."""
    if not SEEDS.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SEEDS} is missing")
        pytest.skip("the seed articles are not beside this checkout")
    return SEEDS
