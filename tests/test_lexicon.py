"""The word lists are well formed and do not contradict themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import lexicon
from kb.errors import ResourceError


def test_frames_are_known() -> None:
    plain = {"obj", "inf", "objinf", "that", "as", "who", "prep"}
    for cues in lexicon.load().cues.values():
        for cue in cues:
            assert all(f in plain or f.startswith(("prep:", "prepinf:")) for f in cue.frames), cue


def test_no_frame_of_a_word_points_both_ways() -> None:
    for (lemma, _), cues in lexicon.load().cues.items():
        seen: dict[str, int] = {}
        for cue in cues:
            for frame in cue.frames - {"as"}:
                assert seen.setdefault(frame, cue.sign) == cue.sign, f"{lemma}: {frame}"


def test_weights_and_strengths_are_in_range() -> None:
    words = lexicon.load()
    assert all(0 < cue.weight < 1 for cues in words.cues.values() for cue in cues)
    assert all(e.strength in (1, 2, 3) and e.sign in (-1, 1) for e in words.evaluations.values())


def test_the_lists_are_read_once() -> None:
    assert lexicon.load() is lexicon.load()


def test_the_prepositions_of_a_frame() -> None:
    (cue,) = (c for c in lexicon.load().cues["approve", "v"] if "obj" in c.frames)
    assert cue.prepositions("prep") == {"of"}
    assert cue.prepositions("prepinf") == frozenset()


@pytest.mark.parametrize("row", ["endorse\tv\tobj", "endorse\tv\tobj\t+\tposition\t.9\tmore"])
def test_a_malformed_line_is_named_with_its_number(row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in lexicon._FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "stance.tsv").write_text(f"# head\n\n{row}\n", encoding="utf-8")
    monkeypatch.setattr(lexicon, "_FOLDER", tmp_path)
    with pytest.raises(ResourceError, match=r"stance\.tsv line 3"):
        lexicon.load.__wrapped__()


def test_a_missing_list_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_FOLDER", tmp_path)
    with pytest.raises(ResourceError, match="reinstall"):
        lexicon.load.__wrapped__()
