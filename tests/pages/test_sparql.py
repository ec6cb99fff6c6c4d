"""The SPARQL page in a real browser: editor, completion, faults, examples, sorting, keyboard, phone, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pages.bases import Base

ST = "PREFIX st: <https://w3id.org/stancekb/ns#>\n"
COUNTS = (
    ST + "SELECT ?holder (COUNT(?s) AS ?stances) { ?s st:holder ?holder } GROUP BY ?holder ORDER BY ?holder LIMIT 12"
)
FAULTY = ST + "SELECT * {\n  OPTINAL { ?s ?p ?o }\n}"
WIDTHS = (360, 768, 1440)
Said = list[str]


def asking(base: Base, query: str) -> str:
    return f"{base.address}/sparql?{urlencode({'query': query})}"


@contextmanager
def opened(browser: Browser, address: str, said: Said | None = None, **how: Any) -> Iterator[Page]:
    """A page; what its console says, and what it asks of others, goes into `said`."""
    said = [] if said is None else said
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **how})
    page = context.new_page()
    host = urlsplit(address).netloc
    page.on("console", lambda message: said.append(message.text) if "status of 400" not in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if urlsplit(request.url).netloc != host else None)
    page.goto(address)
    yield page
    context.close()
    assert said == []


def start(page: Page, text: str = "") -> None:
    """Put the cursor into an editor that holds the text."""
    page.locator(".ace_text-input").focus()
    page.wait_for_load_state("networkidle")  # the terms have come
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def query_of(page: Page) -> str:
    return page.locator("#query").input_value()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("query", ["", COUNTS, FAULTY, "DESCRIBE <http://www.wikidata.org/entity/Q159>"])
def test_it_can_be_used_by_all(browser: Browser, examples: Base, query: str, width: int, scheme: str) -> None:
    address = asking(examples, query) if query else f"{examples.address}/sparql"
    with opened(browser, address, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.locator(".ace_line").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page)
        grave = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
        assert grave == [], found.generate_report()


def test_it_works_without_script(browser: Browser, examples: Base) -> None:
    with opened(browser, f"{examples.address}/sparql", java_script_enabled=False) as page:
        page.get_by_role("link", name="Most quoted voices").click()
        expect(page.locator("#query")).to_have_value(re.compile("Most quoted voices"))
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_role("heading", name="Answer")).to_be_visible()
        expect(page.locator("figure svg:visible")).to_have_count(1)


def test_terms_are_completed_with_what_they_mean_and_declared(browser: Browser, examples: Base) -> None:
    with opened(browser, f"{examples.address}/sparql") as page:
        start(page, "SELECT * {\n  ?s ")
        page.keyboard.type("st:hol", delay=20)
        popup = page.locator(".ace_autocomplete")
        expect(popup).to_contain_text("st:holder")
        expect(page.locator(".ace_doc-tooltip")).to_contain_text("Whose stance it is")
        page.keyboard.press("Enter")
        assert query_of(page) == ST + "SELECT * {\n  ?s st:holder"


def test_variables_and_keywords_are_completed(browser: Browser, examples: Base) -> None:
    with opened(browser, f"{examples.address}/sparql") as page:
        start(page, "SELECT ?somebody { ?somebody ?p ?o }\n")
        page.keyboard.type("ORD", delay=20)
        expect(page.locator(".ace_autocomplete")).to_contain_text("ORDER")
        page.keyboard.press("Enter")
        page.keyboard.type(" BY ?some", delay=20)
        expect(page.locator(".ace_autocomplete")).to_contain_text("?somebody")
        page.keyboard.press("Enter")
        assert query_of(page).endswith("\nORDER BY ?somebody")


def test_entities_are_completed_by_name_and_the_line_stays_a_query(browser: Browser, examples: Base) -> None:
    known = httpx.get(f"{examples.address}/complete", params={"q": "carter"}).json()["results"][0]
    for opening in ("<", '"'):
        with opened(browser, f"{examples.address}/sparql") as page:
            start(page, ST + "SELECT * { ?s st:holder ")
            page.keyboard.type(f"{opening}Carte", delay=30)
            expect(page.locator(".ace_autocomplete")).to_contain_text(known["name"])
            page.keyboard.press("Enter")
            iri = f"{examples.address}/id/entity/{known['id']}"
            assert f"<{iri}>" in query_of(page)
            assert query_of(page).rstrip("} ").endswith(f"# {known['name']}")
            assert f"{opening}Carte" not in query_of(page)


def test_a_fault_is_marked_in_the_editor_until_it_is_mended(browser: Browser, examples: Base) -> None:
    with opened(browser, asking(examples, FAULTY)) as page:
        expect(page.locator(".ace_gutter-cell.ace_error")).to_have_text("3")
        expect(page.locator(".kb-fault")).to_have_count(1)
        page.locator(".ace_text-input").focus()
        page.keyboard.type("x")
        expect(page.locator(".kb-fault")).to_have_count(0)
        assert "  xOPTINAL" in query_of(page)


def test_the_keyboard_goes_in_and_out_and_runs(browser: Browser, examples: Base) -> None:
    with opened(browser, f"{examples.address}/sparql") as page:
        start(page, COUNTS)
        before = query_of(page)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Run"
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.classList.contains('ace_text-input')")
        assert query_of(page) == before
        page.keyboard.press("Control+Enter")
        page.get_by_role("heading", name="Answer").wait_for()
        assert query_of(page).replace("\r\n", "\n") == COUNTS


def test_an_example_is_put_into_the_editor_and_can_be_undone(browser: Browser, examples: Base) -> None:
    with opened(browser, f"{examples.address}/sparql") as page:
        page.locator(".ace_line").first.wait_for()
        before = query_of(page)
        page.get_by_role("link", name="The base in numbers").click()
        expect(page.locator("#query")).to_have_value(re.compile("# The base in numbers"))
        assert page.url.endswith("/sparql")
        page.keyboard.press("Control+Z")
        expect(page.locator("#query")).to_have_value(before)


def test_columns_are_sorted_by_a_click_on_their_head(browser: Browser, examples: Base) -> None:
    with opened(browser, asking(examples, COUNTS)) as page:
        column = "[...document.querySelectorAll('#rows tbody tr')].map(row => row.cells[1].textContent)"
        first = page.evaluate(column)
        button = page.locator("#rows").get_by_role("button", name="stances")
        button.click()
        assert page.locator("#rows th").nth(1).get_attribute("aria-sort") == "descending"
        assert page.evaluate(column) == sorted(first, key=int, reverse=True)
        button.press("Enter")
        assert page.evaluate(column) == sorted(first, key=int)
        button.press("Enter")
        assert page.locator("#rows th").nth(1).get_attribute("aria-sort") is None
        assert page.evaluate(column) == first


def test_the_link_is_copied(browser: Browser, examples: Base) -> None:
    with opened(browser, asking(examples, COUNTS), permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("button", name="Copy link").click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert httpx.get(copied, headers={"Accept": "text/html"}).status_code == 200


def test_a_long_query_is_sent_by_post(browser: Browser, examples: Base) -> None:
    with opened(browser, f"{examples.address}/sparql") as page:
        start(page, f"{COUNTS} # {'ä' * 3_000}")
        page.keyboard.press("Control+Enter")
        page.get_by_role("heading", name="Answer").wait_for()
        assert page.url == f"{examples.address}/sparql"
        assert query_of(page).endswith("ää")


def test_a_touch_screen_gets_the_browsers_own_field(browser: Browser, examples: Base) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    with opened(browser, f"{examples.address}/sparql", **phone) as page:
        expect(page.locator("#query")).to_be_visible()
        expect(page.locator(".ace_editor")).to_have_count(0)
        page.locator("#query").fill(COUNTS)
        page.get_by_role("button", name="Run", exact=True).tap()
        page.get_by_role("heading", name="Answer").wait_for()


def test_the_editor_follows_the_scheme(browser: Browser, examples: Base) -> None:
    with opened(browser, f"{examples.address}/sparql", color_scheme="light") as page:
        editor = page.locator(".ace_editor")
        colour = "node => getComputedStyle(node).backgroundColor"
        light = editor.evaluate(colour)
        page.emulate_media(color_scheme="dark")
        assert editor.evaluate(colour) != light
