"""Every page of the service in a real browser, on both bases: see `table.py` for the pages, `checks.py` for the checks.

All checks of a page use the same open page, which is why the fixture that opens it lasts for the module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import checks, table
from tests.pages.bases import Base
from tests.pages.table import Listed

#: each page on the first base that has it, then again on the others
ONCE = [(listed.bases[0], listed) for listed in sorted(table.tried(), key=lambda listed: listed.bases[0])]
CASES = [*ONCE, *((base, listed) for listed in table.tried() for base in listed.bases[1:])]
_NAMED = ("/entities/{id}", "/sources/{id}", "/propositions/{id}", "/articles/{slug}")  # the title is the heading


@dataclass(frozen=True)
class Opened:
    """An open page."""

    listed: Listed
    address: str
    page: Page
    heard: checks.Listening
    status: int


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """Where pages are opened with script, one after the other."""
    context = browser.new_context(viewport={"width": 1440, "height": checks.HEIGHT}, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[Page]:
    """Where no script is run."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def name_of(case: tuple[str, Listed]) -> str:
    """What a test is called."""
    return f"{case[0]}-{case[1].name}"


#: what does not depend on what a page is filled with is tried on one base
once = pytest.mark.parametrize("opened", ONCE, ids=name_of, indirect=True, scope="module")


@pytest.fixture(scope="module", params=CASES, ids=name_of)
def opened(request: pytest.FixtureRequest, tab: Page) -> Iterator[Opened]:
    """Each page of the table."""
    base_name, listed = request.param
    base: Base = request.getfixturevalue(base_name)
    address = base.address + listed.address(base.api)
    with checks.listening(tab, base.address, listed.status) as heard:
        tab.set_viewport_size({"width": 1440, "height": checks.HEIGHT})
        checks.scheme(tab, "light")
        yield Opened(listed, address, tab, heard, checks.open_page(tab, address))


def told(wrong: list[str]) -> str:
    """What is wrong, a line each; a page may have the same fault a hundred times."""
    lines = list(dict.fromkeys(wrong))
    return "\n".join([*lines[:25], *([f"... and {len(lines) - 25} more"] if len(lines) > 25 else [])])


def test_markup_stays_text(opened: Opened) -> None:
    assert opened.status == opened.listed.status
    assert told(checks.look(opened.page, "injected")) == ""
    heading = opened.page.locator("h1").inner_text()
    assert heading
    if opened.listed.template in _NAMED and opened.status == 200:
        assert opened.page.title() == f"{heading} · stancekb"


@pytest.mark.parametrize("width", checks.WIDTHS)
def test_nothing_overlaps_or_is_cut_off(opened: Opened, width: int) -> None:
    assert told(checks.layout(opened.page, width)) == ""


def test_axe_finds_nothing_serious(opened: Opened) -> None:
    checks.scheme(opened.page, "light")
    assert told(checks.accessibility(opened.page)) == ""


@once
def test_contrast_suffices_in_the_dark(opened: Opened) -> None:
    checks.scheme(opened.page, "dark")
    assert told(checks.accessibility(opened.page, "color-contrast")) == ""


@once
def test_the_keyboard_reaches_everything(opened: Opened) -> None:
    checks.scheme(opened.page, "light")
    assert told(checks.keyboard(opened.page)) == ""


@once
def test_print_shows_all_on_white(opened: Opened) -> None:
    assert told(checks.printing(opened.page)) == ""


@once
def test_without_script_the_content_is_there(opened: Opened, bare: Page) -> None:
    assert checks.open_page(bare, opened.address) == opened.listed.status
    words = checks.look(opened.page, "words")
    assert told(checks.without_script(bare, words, opened.page.title())) == ""


def test_nothing_went_wrong_meanwhile(opened: Opened) -> None:
    assert told(opened.heard.noted) == ""


def test_every_page_is_listed(examples: Base) -> None:
    listed = {page.template for page in table.tried()} | table.NOT_LISTED
    assert table.with_pages(examples.api.paths()) <= listed
