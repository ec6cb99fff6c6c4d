"""The linking index at size: building from JSON against parsing it, the folder's size, memory and time of a lookup.

    python benchmarks/index.py [--items 200000] [--dump FILE] [--folder FOLDER] [--json]

Writes a dump of synthetic items in Wikidata's JSON form (3.5 names each, four statements), or takes the one that is
given, builds the index from it, and looks names up in a process of its own. Parsing alone is `orjson.loads` over the
same lines, before and after. A lookup is `OnDisk.find`, the same with the first item's record, or `DiskIndex.lookup`,
of names drawn at random; memory is measured after 10,000 of each.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from kb.linking.index import load_index
from kb.wikidata.building import State, finish, spool
from kb.wikidata.ondisk import OnDisk
from kb.wikidata.profiles import load_profile
from kb.wikidata.sources import Source

SYLLABLES = (
    "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru".split()
)
LOOKUPS = 10_000


def word(draw: random.Random) -> str:
    """An invented word."""
    return "".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))).capitalize()


def entity(number: int, draw: random.Random) -> dict[str, object]:
    """A synthetic item as a dump has it."""

    def text(value: str) -> dict[str, str]:
        return {"language": "en", "value": value}

    def statement(prop: str, qid: int) -> dict[str, object]:
        value = {"entity-type": "item", "numeric-id": qid, "id": f"Q{qid}"}
        snak = {"snaktype": "value", "property": prop, "datavalue": {"value": value, "type": "wikibase-entityid"}}
        return {"mainsnak": snak, "type": "statement", "id": f"Q{number}${prop}", "rank": "normal"}

    first, last, place = word(draw), word(draw), word(draw)
    names = [f"{first} {word(draw)} {last}", f"{first[0]}. {last}", f"{last} of {place}"][: draw.randint(2, 3)]
    claims = {"P31": 5, "P27": draw.randint(1, 200), "P106": 82955, "P102": draw.randint(300, 900)}
    return {
        "type": "item",
        "id": f"Q{number}",
        "labels": {"en": text(f"{first} {last}"), "de": {"language": "de", "value": f"{first} {last}"}},
        "descriptions": {"en": text(f"politician of {place}")},
        "aliases": {"en": [text(name) for name in names]},
        "claims": {prop: [statement(prop, qid)] for prop, qid in claims.items()},
        "sitelinks": {
            f"{w}wiki": {"site": f"{w}wiki", "title": first} for w in ("en", "de", "fr")[: draw.randint(0, 3)]
        },
    }


def look_up(folder: Path) -> dict[str, float]:
    """Median microseconds of lookups, and the process's resident memory in MB after each kind of them."""
    draw = random.Random(2)
    with OnDisk(folder) as index:
        names = []
        for number in draw.sample(range(len(index)), min(LOOKUPS, len(index))):
            names.append(draw.choice(list(index.item(number).names)))
    found: dict[str, float] = {}
    with OnDisk(folder) as index:
        found |= timed("find", index.find, names)
        found |= timed("find_and_item", lambda name: index.item(index.find(name, 1)[0].number), names)
    index = load_index(str(folder))
    return found | timed("disk_index", index.lookup, names)


def timed(kind: str, look: Callable[[str], object], names: list[str]) -> dict[str, float]:
    """What lookups of one kind need."""
    times = []
    for name in names:
        began = time.perf_counter()
        look(name)
        times.append(time.perf_counter() - began)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return {f"{kind}_us": statistics.median(times) * 1e6, f"{kind}_resident_mb": int(resident) / 1024}


def write_dump(path: Path, items: int) -> None:
    """A dump of synthetic items."""
    draw = random.Random(1)
    with path.open("wb") as file:
        file.write(b"[\n")
        for number in range(1, items + 1):
            file.write(orjson.dumps(entity(number, draw)) + (b",\n" if number < items else b"\n"))
        file.write(b"]\n")


def parse(dump: Path) -> float:
    """Seconds that parsing alone takes."""
    began = time.perf_counter()
    with dump.open("rb") as file:
        for line in file:
            if len(line) > 2:
                orjson.loads(line.rstrip(b",\n"))
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--dump", type=Path, help="a dump to build from (default: synthetic items)")
    parser.add_argument("--folder", type=Path, help="where dump and index stay (default: a temporary folder)")
    parser.add_argument("--look-up", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if arguments.look_up:
        print(json.dumps(look_up(arguments.look_up)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        dump, out = arguments.dump or folder / "dump.json", folder / "index"
        if not arguments.dump:
            write_dump(dump, arguments.items)
        size = dump.stat().st_size / 1e6
        alone = parse(dump)
        began = time.perf_counter()
        state = spool(Source(dump, ["en"]), out, State(str(dump), ["en"]), lambda _: None)
        read = time.perf_counter() - began
        meta = finish(out, state, load_profile("everything"), "", lambda _: None)
        whole = time.perf_counter() - began
        alone = (alone + parse(dump)) / 2
        # a process of its own, so that the builder's memory is not counted
        command = [sys.executable, __file__, "--look-up", str(out)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    result = {
        "items": meta["items"],
        "names": meta["names"],
        "dump_mb": round(size, 1),
        "parse_mb_s": round(size / alone, 1),
        "read_mb_s": round(size / read, 1),
        "build_mb_s": round(size / whole, 1),
        "part_of_parsing": round(alone / whole, 3),
        "index_mb": round(sum(meta["files"].values()) / 1e6, 1),
        **{name: round(value, 1) for name, value in found.items()},
    }
    print(json.dumps(result) if arguments.json else "\n".join(f"{k:28}{v}" for k, v in result.items()))


if __name__ == "__main__":
    main()
