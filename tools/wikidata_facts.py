"""Facts about Wikidata items, read from the local subsets of Wikidata, to build and to check `kb/data`.

The folder is `../shared/data/wikidata` beside the checkout; `../shared/gold/seed_entities.jsonl` adds checked names.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SUBSETS = SHARED / "data" / "wikidata"


@dataclass
class Facts:
    """What the subsets say about one item. `names` holds every label and alias, in no order."""

    qid: str
    label: str = ""
    description: str = ""
    aliases: list[str] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)  #: English labels of the P31 values
    codex_classes: set[str] = field(default_factory=set)  #: a second opinion on the classes
    kinds: set[str] = field(default_factory=set)  #: which special list names it: territory, us-newspaper, ...
    extra_labels: list[str] = field(default_factory=list)  #: other subsets' labels
    page_rank: float = 0.0
    in_degree: int = 0
    sources: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """Every name some subset gives the item."""
        return {n for n in (self.label, *self.aliases, *self.extra_labels) if n}

    def name(self, label: str, source: str) -> None:
        """Note a label; the first subset read decides `label`."""
        label = " ".join(label.split())
        if label and not self.label:
            self.label = label
        elif label and label != self.label:
            self.extra_labels.append(label)
        self.sources.add(source)


class FactBase(dict[str, Facts]):
    """QID -> Facts."""

    def of(self, qid: str) -> Facts:
        """The item's facts, new and empty where it was not known yet."""
        if qid not in self:
            self[qid] = Facts(qid)
        return self[qid]


def read_all(folder: Path = SUBSETS, gold: Path = SHARED / "gold" / "seed_entities.jsonl") -> FactBase:
    """Read every subset.

    Raises:
        FileNotFoundError: a subset is missing.
    """
    base = FactBase()
    _read_kgtk(base, folder / "kgtk-arnold")
    _read_answers(base, folder / "wbgetentities.tar.xz")
    _read_quotebank(base, folder / "quotebank-labels")
    _read_legislators(base, folder / "congress-legislators")
    _read_media(base, folder / "wiki-media-cred")
    _read_territories(base, folder / "country-coder" / "territories.tsv")
    _read_codex(base, folder / "codex_types_triples.tar.xz")
    _read_gold(base, gold)
    return FactBase({qid: facts for qid, facts in base.items() if facts.names})


def _rows(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield line.rstrip("\n").split("\t")


def _text(value: str) -> str:
    """KGTK writes 'text'@en with backslash escapes."""
    if value.startswith("'") and value.endswith("'@en"):
        value = value[1:-4]
    return value.replace("\\'", "'").replace('\\"', '"').replace("\\|", "|")


def _read_kgtk(base: FactBase, folder: Path) -> None:
    labels: dict[str, str] = {}
    for row in _rows(folder / "labels.en.tsv.gz"):
        labels[row[0]] = _text(row[2])
        if row[0].startswith("Q"):
            base.of(row[0]).name(_text(row[2]), "kgtk")
    for row in _rows(folder / "aliases.en.tsv.gz"):
        if row[0] in base:
            base[row[0]].aliases.append(_text(row[2]))
    for row in _rows(folder / "descriptions.en.tsv.gz"):
        if row[0] in base:
            base[row[0]].description = _text(row[2])
    for row in _rows(folder / "derived.P31.tsv.gz"):
        if row[1] in base and row[3] in labels:
            base[row[1]].classes.add(labels[row[3]])
    for row in _rows(folder / "metadata.pagerank.undirected.tsv.gz"):
        if row[0] in base and row[1] == "Pundirected_pagerank":
            base[row[0]].page_rank = float(row[2])
    for row in _rows(folder / "metadata.in_degree.tsv.gz"):
        if row[0] in base and row[2] == "Pin_degree":
            base[row[0]].in_degree = int(row[1])


def _read_answers(base: FactBase, path: Path) -> None:
    with tarfile.open(path) as archive:
        for member in archive:
            handle = archive.extractfile(member) if member.isfile() else None
            if handle is None:
                continue
            for qid, item in json.load(handle).get("entities", {}).items():
                label = item.get("labels", {}).get("en", {}).get("value", "")
                if label and qid.startswith("Q"):
                    facts = base.of(qid)
                    facts.name(label, "wbgetentities")
                    facts.aliases += [a["value"] for a in item.get("aliases", {}).get("en", [])]
                    described = item.get("descriptions", {}).get("en", {}).get("value", "")
                    facts.description = facts.description or described


def _read_quotebank(base: FactBase, folder: Path) -> None:
    path = folder / "wikidata_labels_descriptions_quotebank.csv.bz2"
    with bz2.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            if row and row[0].startswith("Q") and row[0] != "QID" and row[1]:
                facts = base.of(row[0])
                facts.name(row[1], "quotebank")
                facts.description = facts.description or (row[2] if len(row) > 2 else "")


def _read_legislators(base: FactBase, folder: Path) -> None:
    """A small reader of the few keys needed: the file is plain, indented YAML."""
    person: dict[str, str] = {}
    with gzip.open(folder / "legislators-current.yaml.gz", "rt", encoding="utf-8") as lines:
        for line in [*lines, "- id:"]:
            if line.startswith("- id:"):
                if person.get("wikidata"):
                    _add_legislator(base, person)
                person = {}
                continue
            key, _, value = line.strip().removeprefix("- ").partition(":")
            person[key] = value.strip().strip("'\"")  # the last term of office wins


def _add_legislator(base: FactBase, person: dict[str, str]) -> None:
    facts = base.of(person["wikidata"])
    given = person.get("nickname") or person.get("first", "")
    for label in (person.get("wikipedia", ""), person.get("official_full", "")):
        facts.name(label.split(" (")[0], "congress-legislators")
    facts.aliases += [f"{first} {person.get('last', '')}" for first in {person.get("first", ""), given} if first]
    facts.kinds.add("us-senator" if person.get("type") == "sen" else "us-representative")
    chamber = "senator" if person.get("type") == "sen" else "representative"
    party = person.get("party", "")
    facts.description = facts.description or f"United States {chamber} from {person.get('state', '')} ({party})"


def _read_media(base: FactBase, folder: Path) -> None:
    for row in _rows(folder / "wikipedia-us-newspapers.tsv.gz"):
        if len(row) > 4 and row[4].startswith("Q"):
            base.of(row[4]).name(row[0].split(" (")[0], "wiki-media-cred")
            base[row[4]].kinds.add("us-newspaper")
            base[row[4]].description = base[row[4]].description or f"newspaper in {row[1]}"
    for row in _rows(folder / "wikidata-us-states.tsv.gz"):
        if row[-1].startswith("Q"):
            base.of(row[-1]).name(row[2], "wiki-media-cred")
            base[row[-1]].kinds.add("us-state")
    for row in _rows(folder / "wikidata-us-cities.tsv.gz"):
        if len(row) > 3 and row[3].startswith("Q"):
            base.of(row[3]).name(row[0], "wiki-media-cred")
            base[row[3]].kinds.add("us-city")


def _read_territories(base: FactBase, path: Path) -> None:
    with open(path, encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["qid"].startswith("Q"):
                base.of(row["qid"]).name(row["nameEn"], "country-coder")
                base[row["qid"]].kinds.add(f"territory:{row['iso1A2']}:{row['level']}")


def _read_codex(base: FactBase, path: Path) -> None:
    with tarfile.open(path) as archive:
        types = json.load(archive.extractfile("codex/data_types_entity2types.json"))  # type: ignore[arg-type]
        labels = json.load(archive.extractfile("codex/data_types_en_types.json"))  # type: ignore[arg-type]
    for qid, classes in types.items():
        if qid in base:
            base[qid].codex_classes |= {labels.get(c, {}).get("label", "") for c in classes}


def _read_gold(base: FactBase, path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("qid"):
            base.of(row["qid"]).name(row["name"], "gold")
            base[row["qid"]].kinds.add(f"gold:{row['kind']}")
