"""Check `kb/data` against the local subsets of Wikidata; exit 1 and name the rows that fail.

    python tools/check_entities.py

A checked entity must be an item of the subsets, its label one of the item's names there, its type not at odds with the
item's classes. Every QID of `countries.tsv` and `metonyms.tsv` must be a checked entity.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from pathlib import Path

from entity_types import type_of
from wikidata_facts import FactBase, read_all

DATA = Path(__file__).resolve().parent.parent / "kb" / "data"
#: Types that the subsets' classes do not tell apart, or that the news uses one for the other.
_NEAR = [
    {"country", "place", "organisation"},
    {"organisation", "media", "group"},
    {"organisation", "place"},
    {"event", "organisation"},
    {"group", "place"},
]
#: These have no QID that could be checked, so a row of that name is somebody or something else.
_NEVER = [
    "Ash Carter",
    "Robert Ford",
    "Andrew Tabler",
    "Josh Rogin",
    "Staffan de Mistura",
    "Elijah J Magnier",
    "Gareth Porter",
    "Larry Wilkerson",
    "Daily Caller News Foundation",
    "Al Rai",
    "Middle East Eye",
    "Dandelion Salad",
    "The Washington Institute",
    "David",
    "Gab",
    "Parler",
]


def read(name: str) -> list[dict[str, str]]:
    """The rows of a file of `kb/data`."""
    with open(DATA / name, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def check_entities(rows: list[dict[str, str]], base: FactBase) -> list[str]:
    """What is wrong with the rows of `entities.tsv`, one line each."""
    wrong = []
    seen: Counter[str] = Counter(row["qid"] for row in rows if row["status"] == "checked")
    wrong += [f"{qid}: {count} rows" for qid, count in seen.items() if count > 1]
    for row in rows:
        name = f"{row['qid']} {row['label']}"
        if row["status"] != "checked":
            if row["qid"]:
                wrong.append(f"{name}: a QID that nobody checked; leave it empty")
            continue
        facts = base.get(row["qid"])
        if facts is None or not re.fullmatch(r"Q[1-9]\d*", row["qid"]):
            wrong.append(f"{name}: no such item in the subsets")
        elif row["label"] not in {re.sub(r"\s+\([^)]*\)$", "", " ".join(n.split())) for n in facts.names} | facts.names:
            wrong.append(f"{name}: the subsets call it {sorted(facts.names)[:5]}")
        elif not _near(row["type"], type_of(facts)):
            wrong.append(f"{name}: type {row['type']}, its classes say {type_of(facts)}: {sorted(facts.classes)[:5]}")
        if not 0 <= float(row["prior"]) <= 1:
            wrong.append(f"{name}: prior {row['prior']} is not within 0..1")
        wrong += [f"{name}: has the name {n!r}" for n in (row["label"], *row["aliases"].split("|")) if n in _NEVER]
    return wrong


def _near(ours: str, theirs: str) -> bool:
    return not theirs or ours == theirs or any({ours, theirs} <= pair for pair in _NEAR)


def check_countries(
    countries: list[dict[str, str]], metonyms: list[dict[str, str]], known: dict[str, str]
) -> list[str]:
    """What is wrong with `countries.tsv` and `metonyms.tsv`; `known` maps each checked QID to its label."""
    wrong = [f"{row['label']}: {row['qid']} is no checked entity" for row in countries if row["qid"] not in known]
    wrong += [f"{r['label']}: label is {known[r['qid']]}" for r in countries if known.get(r["qid"], "") != r["label"]]
    wrong += [
        f"{r['capital']}: {r['capital_qid']}" for r in countries if r["capital_qid"] and r["capital_qid"] not in known
    ]
    wrong += [f"{row['surface']}: {row['qid']} is no checked entity" for row in metonyms if row["qid"] not in known]
    return wrong


def main() -> int:
    """Print counts and every fault."""
    rows = read("entities.tsv")
    known = {row["qid"]: row["label"] for row in rows if row["status"] == "checked"}
    countries, metonyms = read("countries.tsv"), read("metonyms.tsv")
    wrong = check_entities(rows, read_all()) + check_countries(countries, metonyms, known)
    for line in wrong:
        print(line)
    counts = Counter((row["status"], row["type"]) for row in rows)
    for (status, kind), count in sorted(counts.items()):
        print(f"{status:10} {kind:13} {count:6}")
    print(
        f"{len(known)} checked, {len(countries)} countries and peoples, {len(metonyms)} metonyms, {len(wrong)} faults"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
