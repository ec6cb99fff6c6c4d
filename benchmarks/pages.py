"""Pages over a generated base: how long the server takes for the page of the entity with the most stances, how much it
sends, and whether the numbers on pages are those that they open.

    python benchmarks/pages.py [--folder FOLDER] [--requests 30] [--pages 400] [--json]

Writes 1,000 invented articles (`tests/pages/generated.py`; keep FOLDER, and the next run takes it as it is), serves
them with `kb serve` in a process of its own, and asks from here, one request at a time. No ETag is sent.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
PAGE, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}
#: A link to stances whose words begin with a number, and the number of stances that may stand behind it.
NUMBER = re.compile(
    r'<a[^>]*href="(/stances\?[^"]+)"[^>]*>(?:<b>)?([\d,]+)(?:</b>)?[^<]*(?:<small>\(([\d,]+) stances\)</small>)?</a>'
    r'(?: <span class="quiet">in ([\d,]+) stances)?'
)
#: "All 2,993 stances" counts stances, not utterances.
ALL = re.compile(r'<a class="button" href="(/stances\?[^"]+)">All ([\d,]+) stances</a>')


@contextmanager
def served(folder: str) -> Iterator[httpx.Client]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "import sys; from kb.cli import main; sys.exit(main())", "serve"]
    process = subprocess.Popen([*command, "--store", folder, "--port", str(port)], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            while process.poll() is None:
                with suppress(httpx.TransportError):
                    if client.get("/ready").status_code == 200:
                        break
                time.sleep(0.2)
            time.sleep(3)  # templates are read and the process that draws is started
            yield client
    finally:
        process.terminate()
        process.wait()


def timed(client: httpx.Client, address: str, requests: int) -> dict[str, Any]:
    took, size, cards = [], 0, 0
    for _ in range(requests):
        began = time.perf_counter()
        answer = client.get(address, headers=PAGE).raise_for_status()
        took.append(1000 * (time.perf_counter() - began))
        size, cards = len(answer.content), answer.text.count('<article class="card')
    return {
        "first_ms": round(took[0]),
        "median_ms": round(statistics.median(took[1:])),
        "worst_ms": round(max(took[1:])),
        "kilobytes": round(size / 1000),
        "stances_shown_whole": cards,
    }


def addresses(client: httpx.Client, most: int) -> list[str]:
    """The start page, the pages that compare, and pages of things, those with the most stances first."""
    found = ["/", "/network", "/network?limit=500", "/compare/matrix?limit=40", "/compare/accounts"]
    for kind in ("entities", "propositions", "sources"):
        rows = client.get(f"/{kind}", params={"limit": most}, headers=JSON).raise_for_status().json()[kind]
        found += [f"/sources/{row['id']}" if kind == "sources" else row["page"] for row in rows]
    return found


def wrong(client: httpx.Client, pages: list[str]) -> tuple[int, list[str]]:
    """How many numbers were opened, and those that are not what they open."""
    opened: dict[str, dict[str, Any]] = {}

    def listed(address: str) -> dict[str, Any]:
        if address not in opened:
            asked = f"{html.unescape(address)}&limit=1"
            opened[address] = client.get(asked, headers=JSON).raise_for_status().json()
        return opened[address]

    looked_at, faults = 0, []
    for page in pages:
        text = client.get(page, headers=PAGE).raise_for_status().text
        for address, said, *stances in NUMBER.findall(text):
            answer, looked_at = listed(address), looked_at + 1
            told = [f"{answer['utterances']:,}", *(f"{answer['total']:,}" for many in stances if many)]
            if told != [said, *(many for many in stances if many)]:
                faults.append(f"{page}: {said} {stances} opens {answer['utterances']} in {answer['total']}: {address}")
        for address, many in ALL.findall(text):
            answer, looked_at = listed(address), looked_at + 1
            if f"{answer['total']:,}" != many:
                faults.append(f"{page}: all {many} opens {answer['total']}: {address}")
    return looked_at, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="of the base; made if it is not there")
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("--pages", type=int, default=400, help="of each kind of things, whose numbers are opened")
    parser.add_argument("--json", action="store_true", help="print figures as JSON only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or f"{scratch}/base"
        if not Path(folder).exists():
            subprocess.run([sys.executable, "-m", "tests.pages.generated", folder], cwd=ROOT, check=True)
        with served(folder) as client:
            star = client.get("/entities", params={"limit": 1}, headers=JSON).raise_for_status().json()["entities"][0]
            figures: dict[str, Any] = {"held": star["stances_held"], "towards": star["stances_towards"]}
            figures |= timed(client, star["page"], given.requests)
            pages = addresses(client, given.pages)
            numbers, faults = wrong(client, pages)
            figures |= {"pages": len(pages), "numbers": numbers, "wrong": len(faults)}
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:22} {value:,}")
    print("\n".join(faults[:20]))


if __name__ == "__main__":
    main()
