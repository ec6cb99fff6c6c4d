"""The word lists are well formed and do not contradict themselves."""

from __future__ import annotations

from kb import lexicon


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
