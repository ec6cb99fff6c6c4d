"""The forms, filled in as people do, with script and without."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.bases import Base


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def page(request: pytest.FixtureRequest, browser: Browser, examples: Base) -> Iterator[Page]:
    """An empty page."""
    context = browser.new_context(java_script_enabled=request.param, base_url=examples.address)
    yield context.new_page()
    context.close()


def test_a_name_is_searched_from_the_start_page(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("search").locator("input[name=q]")
    box.fill("kerry")
    box.press("Enter")
    expect(page.locator("main")).to_contain_text("John Kerry")
    expect(page).not_to_have_url("/")


def test_markup_that_is_searched_stays_text(page: Page) -> None:
    page.goto("/entities")
    page.locator("main input[name=q]").fill("<script>alert(1)</script>")
    page.get_by_role("search").get_by_role("button").first.click()
    expect(page.locator("main input[name=q]")).to_have_value("<script>alert(1)</script>")
    expect(page.locator("main script")).to_have_count(0)


def test_stances_are_filtered(page: Page) -> None:
    page.goto("/stances")
    page.locator("select[name=polarity]").select_option("oppose")
    page.locator("form.filter button").first.click()
    expect(page.locator(".card.oppose").first).to_be_visible()
    expect(page.locator(".card.support")).to_have_count(0)


def test_a_question_is_asked(page: Page) -> None:
    page.goto("/queries/who-opposes")
    page.locator("input[name=target]").fill("Q159")
    page.locator("form.filter button").first.click()
    expect(page.locator("main table tbody tr").first).to_be_visible()


def test_a_query_is_run(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_role("link", name="Most quoted voices").click()
    expect(page.locator("textarea[name=query]")).to_have_value(re.compile("Most quoted voices"))
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#answer")).to_be_visible()


def test_letters_typed_after_a_name_was_marked_count(browser: Browser, examples: Base) -> None:
    """Enter searches what stands in the box, not the name that was marked for fewer letters."""
    with browser.new_context(base_url=examples.address) as context:
        page = context.new_page()
        page.goto("/")
        box = page.get_by_role("search").locator("input[name=q]")
        box.press_sequentially("turk")
        expect(page.get_by_role("option").first).to_be_visible()
        box.press("ArrowDown")
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
        box.press("y")
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
        box.press_sequentially("zz")
        box.press("Enter")
        expect(page).to_have_url("/search?q=turkyzz")
