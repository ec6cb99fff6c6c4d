"""What must hold of every page. Each check returns a list of texts that say what is wrong; an empty one is good.

The measuring is in `look.js`. A page here is an open page of the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request, Response

WIDTHS = (360, 768, 1440)
HEIGHT = 900
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_MOST_STOPS = 60  # a longer page is followed by the keyboard up to here
_GRAVE = ("serious", "critical")
_KEPT = 0.8  # of the words of a page, in print and without script
#: what a loop of a template writes is looked at so many times; the rest is the same
_LEFT_OUT = {
    "exclude": [
        ["tbody > tr:nth-of-type(n+8)"],
        [".card:nth-of-type(n+5)"],
        [".lined > li:nth-of-type(n+8)"],
        [".endpoint:nth-of-type(n+8)"],
        ["main > section[id]:nth-of-type(n+8)"],
        ["svg a:nth-of-type(n+12)"],
    ]
}
_LOOK = Path(__file__).with_name("look.js")


@dataclass
class Listening:
    """What a page did while it was open: messages, errors, dialogs, requests to others, answers that failed."""

    origin: str
    noted: list[str] = field(default_factory=list)
    #: the answer to the page itself may be an error, where that is what the page is for
    status: int = 200

    def console(self, message: ConsoleMessage) -> None:
        """Errors and warnings count; that the page itself is an error is known."""
        meant = self.status >= 400 and f"status of {self.status}" in message.text
        if message.type in ("error", "warning") and not meant:
            self.noted.append(f"console {message.type}: {message.text}")

    def request(self, request: Request) -> None:
        """Nothing is asked of others."""
        parts = urlsplit(request.url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.noted.append(f"request to another origin: {request.url}")

    def response(self, response: Response) -> None:
        """All that a page loads is there."""
        page = response.request.is_navigation_request()
        if response.status >= 400 and not (page and response.status == self.status):
            self.noted.append(f"{response.status} for {response.url}")


@contextmanager
def listening(page: Page, origin: str, status: int = 200) -> Iterator[Listening]:
    """Listen to a page from before it is opened."""
    heard = Listening(origin, status=status)

    def failed(error: Error) -> None:
        heard.noted.append(f"error: {error}")

    def asked(dialog: Dialog) -> None:
        heard.noted.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", heard.console)
    page.on("pageerror", failed)
    page.on("dialog", asked)
    page.on("request", heard.request)
    page.on("response", heard.response)
    try:
        yield heard
    finally:
        page.remove_listener("console", heard.console)
        page.remove_listener("pageerror", failed)
        page.remove_listener("dialog", asked)
        page.remove_listener("request", heard.request)
        page.remove_listener("response", heard.response)


def look(page: Page, what: str, argument: Any = None) -> Any:
    """Call one of the functions of `look.js`."""
    return page.evaluate(f"argument => ({_source()}).{what}(argument)", argument)


def open_page(page: Page, address: str) -> int:
    """Open an address and wait until its pictures are there; returns the status."""
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    if page.evaluate("() => document.querySelector('[data-svg], img') !== null"):
        page.wait_for_load_state("networkidle")
    return answer.status


def layout(page: Page, width: int) -> list[str]:
    """No sideways scrolling, nothing overlaps, no text is cut off, targets can be hit, at a width in pixels."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    return [f"{width} px: {line}" for line in look(page, "layout")]


def accessibility(page: Page, only: str = "") -> list[str]:
    """What axe finds and calls serious or critical, element by element; `only` names one rule."""
    return [line for line, impact in _violations(page, only) if impact in _GRAVE]


def lesser(page: Page) -> list[str]:
    """What axe finds and calls minor or moderate."""
    return [line for line, impact in _violations(page, "") if impact not in _GRAVE]


def _violations(page: Page, only: str) -> list[tuple[str, str]]:
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if only:
        options["runOnly"] = {"type": "rule", "values": [only]}
    found = _axe().run(page, context=_LEFT_OUT, options=options).response["violations"]
    lines = []
    for violation in found:
        for node in violation["nodes"]:
            why = "; ".join(m["message"] for kind in ("any", "all", "none") for m in node[kind])
            lines.append(
                (f"{violation['id']} ({violation['impact']}): {node['html'][:160]} - {why}", violation["impact"])
            )
    return lines


def scheme(page: Page, name: Scheme) -> None:
    """Show the page light or dark."""
    page.emulate_media(media="screen", color_scheme=name)


def keyboard(page: Page) -> list[str]:
    """Tab reaches all controls in order, each can be seen to have the focus, and the skip link leads to the content."""
    look(page, "follow")
    page.keyboard.press("Tab")
    skip = page.evaluate(
        "() => ({href: document.activeElement.getAttribute('href'), "
        "left: document.activeElement.getBoundingClientRect().left})"
    )
    wrong = [] if skip["href"] == "#main" and skip["left"] >= 0 else [f"the first stop is no skip link: {skip}"]
    stops = look(page, "reachable", _MOST_STOPS)
    for _ in range(stops + 3):
        page.keyboard.down("Tab")  # held down, it repeats
    page.keyboard.up("Tab")
    wrong += look(page, "unreached", stops)
    look(page, "follow")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    if not page.evaluate("() => location.hash === '#main' && !document.activeElement.closest('header')"):
        wrong.append("the skip link does not lead to the content")
    return wrong


def printing(page: Page) -> list[str]:
    """Nothing of the content is missing in print, and a dark page is printed dark on light."""
    scheme(page, "light")
    words = look(page, "words")
    page.emulate_media(media="print", color_scheme="dark")
    wrong: list[str] = look(page, "faint")
    printed = look(page, "words")
    if len(printed) < _KEPT * len(words):
        wrong.append(f"{len(words)} letters on the screen, {len(printed)} in print")
    scheme(page, "light")
    return wrong


def without_script(page: Page, words: str, title: str) -> list[str]:
    """A page opened where no script is run has the words and the title it has with script."""
    found = look(page, "words")
    wrong = [] if page.title() == title else [f"the title is {page.title()!r}, with script {title!r}"]
    missing = set(words.split()) - set(found.split())
    if len(missing) > (1 - _KEPT) * len(set(words.split())):
        wrong.append(f"missing without script: {' '.join(sorted(missing))[:500]}")
    return wrong


@cache
def _source() -> str:
    return _LOOK.read_text(encoding="utf-8").strip()


@cache
def _axe() -> Axe:
    return Axe()
