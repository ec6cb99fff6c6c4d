"""Annotated text is read as others publish it."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
from pathlib import Path

import pytest

from kb.errors import InputError
from kb.evaluation import gold

TEXT = "“The pier leaks,” Mara Holt said. She left."
NOTES = (
    "T1\tContent 0 17\t“The pier leaks,”\n"
    "T2\tSource 18 27\tMara Holt\n"
    "T3\tCue 28 32\tsaid\n"
    "T4\tDiscard 34 43\tShe left.\n"
    "E1\tCue:T3 Source:T2 Content:T1\n"
)
PAIR = {
    "doc": "d1",
    "sent_idx": 3,
    "prev": "It rained.",
    "sentence": "Mara Holt praised Ben Lund.",
    "next": "",
    "source": "Mara Holt",
    "target": "Ben Lund",
    "polarity": "POS",
}


def corpus(folder: Path) -> Path:
    """A folder with one text in the form of PolNeAR."""
    for part, name, content in (("text", "pier.txt", TEXT), ("annotations", "pier_mh.ann", NOTES)):
        (folder / "dev" / part).mkdir(parents=True, exist_ok=True)
        (folder / "dev" / part / name).write_text(content, encoding="utf-8")
    return folder


def test_brat_notes_become_attributions(tmp_path: Path) -> None:
    (text,) = gold.read_polnear(corpus(tmp_path))
    (attribution,) = text.attributions
    words = [[TEXT[a:b] for a, b in spans] for spans in (attribution.source, attribution.cue, attribution.content)]
    assert words == [["Mara Holt"], ["said"], ["“The pier leaks,”"]]
    assert [TEXT[a:b] for a, b in text.discarded] == ["She left."]


def test_an_archive_is_read_as_the_folder_is(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "folder")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(folder / "dev", "polnear/dev")
    file = tmp_path / "polnear.tar.xz"
    file.write_bytes(lzma.compress(packed.getvalue()))
    assert gold.read_polnear(file) == gold.read_polnear(folder)


def test_the_sentences_around_a_pair_are_context(tmp_path: Path) -> None:
    file = tmp_path / "valid.jsonl.gz"
    file.write_bytes(gzip.compress((json.dumps(PAIR) + "\n").encode()))
    (pair,) = gold.read_seesaw_pairs(file)
    assert pair.about is not None
    assert pair.text[slice(*pair.about)] == PAIR["sentence"]
    assert pair.text.startswith("It rained.")
    assert (pair.holder, pair.target, pair.label) == ("Mara Holt", "Ben Lund", "support")


def test_pairs_of_one_sentence_are_one_text(tmp_path: Path) -> None:
    file = tmp_path / "valid.jsonl"
    rows = [PAIR, PAIR | {"source": "<Author>", "polarity": "NEG"}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (text,) = gold.read_seesaw(file)
    assert [(s["holder"], s["polarity"]) for s in text.stances] == [("Mara Holt", "support"), ("author", "oppose")]


def test_a_sentiment_is_read_with_its_place(tmp_path: Path) -> None:
    row = {"sentence": "A fine pier.", "mention": "pier", "from": 7, "to": 11, "polarity": 1.0}
    file = tmp_path / "rw.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    (pair,) = gold.read_newsmtsc(file)
    assert pair.target_span == (7, 11)
    assert pair.label == "positive"


def test_a_missing_text_is_named_with_the_folders_looked_in(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({"doc": "pier", "holder": "Holt"}), encoding="utf-8")
    with pytest.raises(InputError, match=r"pier\.txt"):
        gold.read_stances(file)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.jsonl", b"{", "no JSON object"),
        ("x.jsonl.gz", b"no gzip", "cannot be unpacked"),
        ("x.xz", b"no xz", "unpack"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        list(gold.read_rows(tmp_path / name))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        gold.read_polnear(tmp_path / "none")
