"""Write `kb/data/entities.tsv` from the local subsets of Wikidata and the hand-made `tools/curation.tsv`.

    python tools/build_entities.py

What is taken: territories, cities, parties, agencies, media, unions, courts, banks, treaties, wars, public persons.
`curation.tsv` corrects it row by row: label, aliases to add and to drop, type, prior; a label of "-" leaves it out.
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from entity_types import type_of
from entity_words import GENERIC, NO_ALIAS, PLACES, PLAIN
from wikidata_facts import FactBase, Facts, read_all

DATA = Path(__file__).resolve().parent.parent / "kb" / "data"
CURATION = Path(__file__).resolve().parent / "curation.tsv"
COLUMNS = ["qid", "label", "aliases", "type", "description", "prior", "status"]

_PUBLIC = re.compile(
    r"politic|president|minister|senator|governor|diplomat|chancellor|\bking\b|\bqueen\b|monarch|emir\b|sultan\b"
    r"|ayatollah|\bpope\b|secretary|ambassador|representative|congress|mayor|jurist|judge|activist|journalist|leader"
    r"|dictator|statesman|economist|whistle|general\b|prince\b|princess|emperor|revolutionary|attorney general"
    r"|first lady|speaker of|premier\b|head of state|commissioner|businessm|entrepreneur|investor|philanthrop|lawyer",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"(?<!vice )(?<!vice-)president of (?!the (university|senate|chamber|national|assembly))|prime minister"
    r"|chancellor of"
    r"|\bking of|queen of|emir of|supreme leader|secretary-general of|general secretary|pope|head of state|premier of"
    r"|^president\b|first secretary",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\(?(?:c\. ?)?(\d{3,4})\s*[-–]\s*(?:c\. ?)?(\d{3,4})\)?")


def build(base: FactBase) -> list[dict[str, str]]:
    """The rows, sorted by QID's number."""
    curated = read_curation()
    rows = []
    for qid, facts in base.items():
        fix = curated.get(qid, {})
        if fix.get("label") == "-":
            continue
        kind = fix.get("type") or type_of(facts)
        label = fix.get("label") or _news_label(facts)
        if not kind or not label or not (qid in curated or _wanted(facts, kind, label)):
            continue
        aliases = _aliases(facts, label, kind) if qid not in curated or "=" not in fix.get("drop", "") else []
        aliases = [a for a in aliases if a not in fix.get("drop", "").split("|")]
        aliases += [a for a in fix.get("add", "").split("|") if a and a not in aliases and a != label]
        prior = float(fix.get("prior") or 0) or _prior(facts, kind)
        description = _short(facts.description or fix.get("description", ""))
        rows.append(_row(qid, label, aliases, kind, description, prior, "checked"))
    for fix in curated.values():
        if fix["qid"].startswith("?"):
            rows.append(
                _row("", fix["label"], fix["add"].split("|"), fix["type"], fix["description"], 0.0, "unchecked")
            )
    return sorted(_without_clashes(rows, curated), key=lambda r: (int(r["qid"][1:] or 1e12), r["label"]))


def read_curation() -> dict[str, dict[str, str]]:
    """`curation.tsv` by QID; rows with a QID of "?" are known names whose QID nobody checked."""
    found: dict[str, dict[str, str]] = {}
    with open(CURATION, encoding="utf-8", newline="") as lines:
        for n, row in enumerate(csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")):
            clean = {k: (v or "").strip() for k, v in row.items() if k}
            key = clean["qid"] if clean["qid"] != "?" else f"?{n}"
            if key in found:
                raise ValueError(f"{CURATION}: {key} is there twice; merge the rows")
            found[key] = clean | {"qid": key}
    return found


def _row(qid: str, label: str, aliases: list[str], kind: str, text: str, prior: float, status: str) -> dict[str, str]:
    values = (qid, label, "|".join(a for a in aliases if a), kind, text, f"{prior:.2f}", status)
    return dict(zip(COLUMNS, values, strict=True))


def _news_label(facts: Facts) -> str:
    label = re.sub(r"\s+\([^)]*\)$", "", facts.label).replace("&amp;", "&")
    if not re.search(r"[A-Za-z]", label) or label[:1].islower() or re.search(r"[|\t]", label):
        return ""
    return label


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= 60 else text[:60].rsplit(" ", 1)[0].rstrip(",;(")


def _wanted(facts: Facts, kind: str, label: str) -> bool:
    classes, text = facts.classes | facts.codex_classes, facts.description
    words = re.findall(r"[\w'’-]+", label.lower())
    generic = all(w in GENERIC or w.isdigit() for w in words)
    if any(k.startswith("territory:") for k in facts.kinds):
        return True
    if kind == "person":
        return _wanted_person(facts, words)
    if kind == "country":
        return bool(classes & {"sovereign state", "country", "state with limited recognition"}) or facts.in_degree >= 8
    if kind == "place":
        big = r"city with millions|^big city|^capital$|capital of|megacity|state of the United States|^state of"
        big += r"|province of|^continent|oblast|federal subject|governorate of|region of (France|Italy)|strait|sea$"
        big += r"|autonomous community|disputed|state of Germany|voivodeship|^island$|peninsula"
        return len(label) > 3 and ("us-state" in facts.kinds or any(re.search(big, c) for c in classes))
    if kind == "group":
        return (
            len(words) <= 3 and facts.page_rank > 0 and " in " not in label and not re.search("language|studies", text)
        )
    if kind == "media":
        if facts.kinds & {"us-newspaper"} and not facts.page_rank:
            return len(words) >= 3 and not generic and (words[0] == "the" or len(words) >= 3) and _placed(words)
        return not generic and (len(words) > 1 or facts.in_degree > 0 or bool(re.search(r"newspaper|news", text)))
    if kind in ("organisation", "media") and len(words) == 1 and not label.isupper():
        known = re.search(r"parliament|legislature|Israeli|ruling|guerrilla|militant", text) and len(facts.qid) <= 7
        return (facts.in_degree >= 3 or (bool(known) and len(label) >= 6)) and words[0] not in PLAIN and not generic
    if kind in ("organisation", "media") and re.search(r"\b(rank|film|radio station|gods|music|game)\b", text):
        return facts.in_degree >= 5
    if kind == "organisation":
        if re.search(r"\b(Division|Branch|Section|Faculty|Department of \w+,|Cabinet$|government$)", label):
            return False
        if re.search(r"university|college|school|museum|academy", text + label, re.I):
            return facts.in_degree >= 8
        if facts.in_degree >= 3 and not generic:
            return True
        if re.search(r"^(\w+ )?(political )?party (in|of) [A-Z]\w+( \w+)?$", text) and not facts.page_rank:
            return len(facts.qid) <= 7  # the older items are the better known
        if not facts.page_rank and (
            not re.search(r"[A-Z]", text[1:]) and not re.search(r"^[A-Z]\w+(n|ese|ish|i) ", text)
        ):
            return False  # a party of which the description does not even say where it is
        if re.search(r"\b(former|defunct|dissolved|historical|1[5-9]\d\d)\b", text) and not facts.page_rank:
            return False
        known = r"party\b|agency|militant|insurgent|terror|guerrilla|bank|parliament|court|ministry|intelligence|union"
        known += r"|international|corporation|company|armed|forces|police|alliance|think tank|foundation|lobby|trade"
        return bool(re.search(known, text)) and not generic and len(words) <= 7 and not re.search(r"\b1[5-8]\d\d", text)
    if kind == "event":
        if re.search(r"\b(by-election|municipal|mayor|ward|colonial|Mayor|wards|council)\b|^\d+(st|nd|rd|th) ", label):
            return False
        return bool(
            re.search(
                r"treaty|agreement|\bwar\b|crisis|attack|revolution|pandemic|accord|conflict|presidential",
                f"{label} {text}",
                re.I,
            )
        ) and not re.search(r"1[0-8]\d\d", f"{label} {text}")
    return False


def _placed(words: list[str]) -> bool:
    return bool(set(words) & PLACES)


def _wanted_person(facts: Facts, words: list[str]) -> bool:
    text = facts.description
    if facts.kinds & {"us-senator", "us-representative"} or any(k.startswith("gold:") for k in facts.kinds):
        return True
    if len(words) < 2:
        return False
    years = _YEARS.search(text)
    if years and int(years.group(2)) < 1900:
        return facts.in_degree >= 5
    if _PUBLIC.search(text) and not re.search(r"\b1[0-8]\d\d\b", text):
        died_early = bool(years and int(years.group(2)) < 1985)
        return bool(_HEAD.search(text)) or not died_early or facts.in_degree >= 2
    return facts.in_degree >= 5


def _aliases(facts: Facts, label: str, kind: str) -> list[str]:
    """The subsets' names less those that are dangerous: short words, first names alone, initials in lower case."""
    seen = {label}
    kept: list[str] = []
    for alias in [facts.label, *facts.extra_labels, *facts.aliases]:
        alias = alias.replace("&amp;", "&").strip()
        words = alias.split()
        if alias in seen or not re.fullmatch(r"[\w .,'’&()/–-]{2,60}", alias) or not alias.isprintable():
            continue
        latin = all(ord(c) < 0x250 or c in "‘’–" for c in alias)
        if (
            not latin
            or re.search(r"[(/|]", alias)
            or (not alias[:1].isupper() and not alias.startswith(("al-", "the ")))
        ):
            continue
        if kind == "person" and (len(words) < 2 or re.match(r"(President|Pres|King|Sir|Mr|Dr|The|Prime)\b", alias)):
            continue
        if kind == "organisation" and len(words) == 1 and not alias.isupper() and not label.startswith(alias):
            continue
        if kind in ("country", "place", "group") and len(alias) <= 3:
            continue
        if (
            len(alias) == 2
            or alias.lower() in GENERIC | NO_ALIAS
            or (re.fullmatch(r"[A-Z]\w{1,3}\.?", alias) and not alias.isupper())
        ):
            continue
        seen.add(alias)
        kept.append(alias)
    return kept[:6]


def _prior(facts: Facts, kind: str) -> float:
    """Popularity 0..1 from the graph's PageRank and in-degree, raised for what the news is about."""
    rank = max(0.0, min(1.0, (math.log10(facts.page_rank) + 5.5) / 4)) if facts.page_rank else 0.0
    degree = min(1.0, math.log10(1 + facts.in_degree) / 3)
    base = {"country": 0.45, "person": 0.15, "organisation": 0.15, "place": 0.25}.get(kind, 0.15)
    if kind == "person" and _HEAD.search(facts.description):
        base += 0.2
    if facts.kinds & {"us-senator", "us-representative"}:
        base += 0.2
    if facts.classes & {"capital", "city with millions of inhabitants"} or "us-state" in facts.kinds:
        base += 0.2
    if kind == "country" and not (facts.classes & {"sovereign state", "country"}):
        base -= 0.2
    return round(min(0.95, base + 0.25 * rank + 0.25 * degree), 2)


def _without_clashes(rows: list[dict[str, str]], curated: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """Drop an alias that is another, better known item's label, and short aliases that several items share."""
    labels: dict[str, float] = defaultdict(float)
    for row in rows:
        labels[row["label"].lower()] = max(labels[row["label"].lower()], float(row["prior"]))
    count = Counter(a.lower() for row in rows for a in row["aliases"].split("|") if a)
    for row in rows:
        keep = []
        mine = set(curated.get(row["qid"], {}).get("add", "").split("|"))
        for alias in row["aliases"].split("|"):
            taken = labels.get(alias.lower(), -1.0) >= float(row["prior"]) and alias.lower() != row["label"].lower()
            shared = len(alias) <= 5 and count[alias.lower()] > 1
            if alias and (alias in mine or not (taken or shared)):
                keep.append(alias)
        row["aliases"] = "|".join(keep)
    return rows


def main() -> int:
    """Write the file and say how many rows of each type it has."""
    rows = build(read_all())
    DATA.mkdir(exist_ok=True)
    with open(DATA / "entities.tsv", "w", encoding="utf-8", newline="") as out:
        out.write("\t".join(COLUMNS) + "\n")
        for row in rows:
            out.write("\t".join(row[c].replace("\t", " ") for c in COLUMNS) + "\n")
    counts = Counter((r["type"], r["status"]) for r in rows)
    print(f"{len(rows)} rows,", ", ".join(f"{n} {kind} {status}" for (kind, status), n in counts.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
