"""A browser, and servers over two bases: the example articles as they are read, and a generated base of 1,000 articles.

All of it lasts for this folder, not for the whole run: the browser's driver keeps an event loop in the main thread, and
tests elsewhere start loops of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.pages.bases import CHROMIUM, Base, examples_served, generated_served


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that KB_CHROMIUM names. Without one only CI must fail."""
    program = os.environ.get("KB_CHROMIUM", CHROMIUM)
    if not Path(program).exists():
        reason = f"no browser at {program}; install Debian's package chromium or name one in KB_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # Containers do not let it make the name spaces of its sandbox.
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="package")
def examples() -> Iterator[Base]:
    """The server over the example articles."""
    with examples_served() as base:
        yield base


@pytest.fixture(scope="package")
def large() -> Iterator[Base]:
    """The server over the generated base."""
    with generated_served() as base:
        yield base
