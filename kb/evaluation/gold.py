"""Annotated text of others, read as it is published: PolNeAR, SEESAW, NewsMTSC, and our own JSON lines.

.gz, .xz, .tar.xz and folders are read as they are. Offsets count code points.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.errors import InputError

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class GoldAttribution:
    """One attribution: spans of its source (maybe none), cue and content."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(frozen=True, slots=True)
class AttributedText:
    """A text with its attributions; `discarded` stretches are not scored."""

    name: str
    text: str
    attributions: tuple[GoldAttribution, ...]
    discarded: Spans = ()


@dataclass(frozen=True, slots=True)
class GoldPair:
    """A sentence, a target in it, perhaps a holder, and the label. A span is None where only the name is known."""

    text: str
    target: str
    label: str
    holder: str = ""
    target_span: tuple[int, int] | None = None
    #: stretch of `text` that the label is about; the rest is context
    about: tuple[int, int] | None = None


@dataclass(slots=True)
class GoldText:
    """An article, or a passage of one, with the stances in `about` (None: anywhere)."""

    name: str
    text: str
    stances: list[dict[str, Any]] = field(default_factory=list)
    about: tuple[int, int] | None = None


def read_files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files below a folder, in an archive, or of one file, unpacked."""
    if not path.exists():
        raise InputError(str(path), "there is no such file or folder", "give the path of the gold data")
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            yield from ((f"{file.relative_to(path)}", content) for _, content in _unpacked(file))
        return
    yield from _unpacked(path)


def _unpacked(file: Path) -> Iterator[tuple[str, bytes]]:
    data = file.read_bytes()
    try:
        if file.suffix == ".gz":
            data = gzip.decompress(data)
        elif file.suffix == ".xz":
            data = lzma.decompress(data)
        if data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                for member in archive:
                    if member.isfile() and not Path(member.name).name.startswith("._"):
                        content = archive.extractfile(member)
                        if content is not None:
                            yield member.name, content.read()
            return
    except (OSError, lzma.LZMAError, tarfile.TarError, EOFError) as error:
        raise InputError(str(file), f"it cannot be unpacked ({error})", "get it again") from error
    yield file.name, data


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of JSON-lines files."""
    for name, data in read_files(path):
        if not Path(name).name.endswith((".jsonl", ".gz", ".xz", ".json")):
            continue
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise InputError(f"{path}:{number}", f"{name} has no JSON object there ({error})", "mend it") from error
            if isinstance(row, dict):
                yield row


def read_polnear(path: Path, part: str = "dev") -> list[AttributedText]:
    """PolNeAR's texts with their attributions (brat standoff); of its parts only `part` where the name tells."""
    texts: dict[str, str] = {}
    notes: dict[str, str] = {}
    files = list(read_files(path))
    split = any(f"/{part}/" in f"/{name}" for name, _ in files)
    for name, data in files:
        if split and f"/{part}/" not in f"/{name}":
            continue
        # a text and its notes go by the same name; notes end in a short code of the annotator
        stem = Path(name).stem
        if name.endswith(".ann"):
            notes[stem] = data.decode("utf-8")
        elif name.endswith(".txt"):
            texts[stem] = data.decode("utf-8")
    found = []
    for stem, text in sorted(texts.items()):
        lines = notes.get(stem) or next((n for s, n in sorted(notes.items()) if s.rpartition("_")[0] == stem), None)
        if lines is not None:
            found.append(_brat(stem, text, lines))
    if not found:
        raise InputError(str(path), "it holds no pair of .txt and .ann files", "give PolNeAR's folder or archive")
    return found


def _brat(name: str, text: str, lines: str) -> AttributedText:
    spans: dict[str, tuple[str, Spans]] = {}
    attributions = []
    for line in lines.splitlines():
        fields = line.split("\t")
        if line.startswith("T") and len(fields) >= 2:
            label, _, places = fields[1].partition(" ")
            pairs = tuple((int(a), int(b)) for a, b in (p.split() for p in places.split(";")))
            spans[fields[0]] = (label, pairs)
        elif line.startswith("E") and len(fields) >= 2:
            roles: dict[str, list[tuple[int, int]]] = {"Source": [], "Cue": [], "Content": []}
            for role in fields[1].split():
                label, _, key = role.partition(":")
                plain = label.rstrip("0123456789")
                if plain in roles and key in spans:
                    roles[plain].extend(spans[key][1])
            attributions.append(GoldAttribution(*(tuple(sorted(roles[r])) for r in ("Source", "Cue", "Content"))))
    discarded = tuple(p for label, pairs in spans.values() if label == "Discard" for p in pairs)
    return AttributedText(name, text, tuple(a for a in attributions if a.content or a.cue), discarded)


def read_newsmtsc(path: Path) -> list[GoldPair]:
    """NewsMTSC: sentiment towards a target, whoever holds it."""
    names = {-1: "negative", 0: "neutral", 1: "positive"}
    rows = read_rows(path)
    return [
        GoldPair(
            r["sentence"], r["mention"], names[round(float(r["polarity"]))], target_span=(int(r["from"]), int(r["to"]))
        )
        for r in rows
        if "sentence" in r and "polarity" in r
    ]


def read_seesaw_pairs(path: Path) -> list[GoldPair]:
    """SEESAW: for each annotated pair of a sentence its polarity, with the sentences around it."""
    found = []
    for row in read_rows(path):
        text, about = _in_context(row)
        label = "support" if row["polarity"] == "POS" else "oppose"
        found.append(GoldPair(text, row["target"], label, row["source"], about=about))
    return found


def read_seesaw(path: Path) -> list[GoldText]:
    """SEESAW: the triplets of each sentence, with the sentences around it."""
    found: dict[tuple[str, int], GoldText] = {}
    for row in read_rows(path):
        key = (row["doc"], row["sent_idx"])
        if key not in found:
            text, about = _in_context(row)
            found[key] = GoldText(f"{row['doc']}/{row['sent_idx']}", text, [], about)
        found[key].stances.append(
            {
                "holder": "author" if row["source"] in ("<Author>", "Author") else row["source"],
                "target": row["target"],
                "target_kind": "entity",
                "polarity": "support" if row["polarity"] == "POS" else "oppose",
                "core": True,
                "chain": [],
            }
        )
    return list(found.values())


def _in_context(row: dict[str, Any]) -> tuple[str, tuple[int, int]]:
    before = f"{row['prev'].strip()}\n\n" if row.get("prev") else ""
    after = f"\n\n{row['next'].strip()}" if row.get("next") else ""
    sentence = row["sentence"].strip()
    return before + sentence + after, (len(before), len(before) + len(sentence))


def read_stances(path: Path, texts: Path | None = None) -> list[GoldText]:
    """Our own form, a stance a line; the texts are `DOC.txt` in `texts`, beside the gold, or in a folder named so."""
    gold: dict[str, list[dict[str, Any]]] = {}
    for row in read_rows(path):
        gold.setdefault(row["doc"], []).append(row)
    name = path.name.split(".")[0]
    folders = (
        [texts] if texts else [path.parent, path.parent / name, path.parent / "texts", path.parent.parent / "seeds"]
    )
    found = []
    for doc, rows in gold.items():
        if rows[0].get("text") is not None:  # a passage that stands by itself, not an article with a headline
            text = rows[0]["text"]
            found.append(GoldText(doc, text, [r for r in rows if r.get("holder")], (0, len(text))))
            continue
        file = next((f / f"{doc}.txt" for f in folders if (f / f"{doc}.txt").is_file()), None)
        if file is None:
            looked = ", ".join(str(f) for f in folders)
            raise InputError(str(path), f"the text {doc}.txt is in none of {looked}", "name its folder with --texts")
        found.append(GoldText(str(file), file.read_text(encoding="utf-8"), rows))
    return found
