"""Pictures of every page, for people who look: light and dark, at three widths.

python -m tests.pages.shots FOLDER                     of the example articles
python -m tests.pages.shots FOLDER --large             of the generated base
python -m tests.pages.shots FOLDER http://...          of a running service
python -m tests.pages.shots FOLDER --only entity       of the pages whose names begin so
"""

from __future__ import annotations

import argparse
import os
from contextlib import nullcontext
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Error, sync_playwright

from tests.pages import checks, table
from tests.pages.bases import CHROMIUM, Base, examples_served, generated_served
from tests.pages.table import Listed

_HIGHEST = 6000  # pixels of a picture


def main() -> None:
    """Write FOLDER/PAGE-WIDTH-SCHEME.png."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("address", nargs="?", help="of a running service; without it one is started")
    parser.add_argument("--large", action="store_true", help="the generated base instead of the example articles")
    parser.add_argument("--only", default="", help="the beginning of the pages' names")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.address:
        serving = nullcontext(Base(asked.address.rstrip("/")))
    else:
        serving = generated_served() if asked.large else examples_served()
    kind = "large" if asked.large else "examples"
    pages = [
        page for page in table.tried() if page.name.startswith(asked.only) and (asked.address or kind in page.bases)
    ]
    with serving as base, sync_playwright() as playwright:
        program = os.environ.get("KB_CHROMIUM", CHROMIUM)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for page in pages:
            try:
                shoot(browser, base, page, asked.folder)
            except (Error, IndexError, KeyError, httpx.HTTPError) as error:
                print(f"{page.name}: {type(error).__name__} {error}")
        browser.close()


def shoot(browser: Browser, base: Base, listed: Listed, folder: Path) -> None:
    """Write the pictures of one page."""
    tab = browser.new_page()
    checks.open_page(tab, base.address + listed.address(base.api))
    for width in checks.WIDTHS:
        tab.set_viewport_size({"width": width, "height": checks.HEIGHT})
        for scheme in checks.SCHEMES:
            checks.scheme(tab, scheme)
            high = min(_HIGHEST, tab.evaluate("() => document.documentElement.scrollHeight"))
            area = {"x": 0, "y": 0, "width": width, "height": high}
            tab.screenshot(path=folder / f"{listed.name}-{width}-{scheme}.png", full_page=True, clip=area)
    tab.close()
    print(listed.name, flush=True)


if __name__ == "__main__":
    main()
