"""Whose stance it is, towards what, which way: plain sentences of our own, one behaviour each."""

from __future__ import annotations

import pytest

from tests.reading import read, stances


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Mara Holt opposes the tunnel.", ("Mara Holt", "oppose", "tunnel")),
        ("The tunnel was rejected by Mara Holt.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt has praised the nurses' strike.", ("Mara Holt", "support", "nurses' strike")),
        ("Mara Holt refuses to endorse the tunnel.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt urged the council to reject the tunnel.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt called for a ban on fireworks.", ("Mara Holt", "support", "ban on fireworks")),
        ("Mara Holt is in favour of the tunnel.", ("Mara Holt", "support", "tunnel")),
        ("Mara Holt is unhappy about the tunnel.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt was appalled by the verdict.", ("Mara Holt", "oppose", "verdict")),
        ("Mara Holt described the tunnel as a disgrace.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt, a critic of the tunnel, spoke on Monday.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt has no appetite for the tunnel.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt voiced support for the tunnel.", ("Mara Holt", "support", "tunnel")),
        ("Mara Holt does not support the tunnel.", ("Mara Holt", "oppose", "tunnel")),
        ("Mara Holt ruled out closing the mine.", ("Mara Holt", "oppose", "closing the mine")),
        ("Mara Holt vowed to repeal the levy.", ("Mara Holt", "oppose", "levy")),
    ],
)
def test_plain_ways_to_take_a_side(sentence: str, expected: tuple[str, str, str]) -> None:
    assert expected in stances(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara Holt did not object to the tunnel.",
        "Does Mara Holt oppose the tunnel?",
        "Reporters asked whether Mara Holt opposes the tunnel.",
        "If Mara Holt opposes the tunnel, the vote will fail.",
        "Had Mara Holt opposed the tunnel, the vote would have failed.",
        "Mara Holt may oppose the tunnel.",
        "Mara Holt met Jonas Reed in Oslo on Tuesday.",
        "Mara Holt said that the vote would be held on Tuesday.",
        "Mara Holt declined to comment on the tunnel.",
        "Mara Holt would neither endorse the tunnel nor reject it.",
        "Mara Holt dropped her objection to the tunnel.",
        "The tunnel was rejected.",
    ],
)
def test_what_only_looks_like_a_stance_gives_none(sentence: str) -> None:
    assert stances(sentence) == []


def test_a_judgement_is_held_by_whoever_voices_it() -> None:
    assert ("Mara Holt", "oppose", "levy") in stances("Mara Holt said the levy would hurt farmers.")
    assert ("Mara Holt", "support", "mayor should resign") in stances("The mayor should resign, Mara Holt said.")


def test_a_judgement_under_an_unresolved_voice_is_not_the_author_s() -> None:
    found = stances("A letter arrived, in which it complained that the museum is a disgrace.", author="Ada Pine")
    assert all(holder != "Ada Pine" for holder, _, _ in found)


def test_the_author_s_own_voice_is_a_voice() -> None:
    text = "The ministry has betrayed the fishermen. I have seen the quays. My view has not changed."
    (stance,) = read(text, author="Ada Pine").stances
    assert (stance.holder.kind, stance.holder.name, stance.chain) == ("author", "Ada Pine", ())


def test_two_holders_and_two_targets_are_four_stances() -> None:
    found = stances("Mara Holt and Jonas Reed condemned the strike and the lockout.")
    assert len(found) == 4
    assert {holder for holder, _, _ in found} == {"Mara Holt", "Jonas Reed"}


def test_an_aim_to_harm_somebody_is_against_them() -> None:
    assert ("Mara Holt", "oppose", "Jonas Reed") in stances("Mara Holt wants to topple Jonas Reed.")


def test_to_be_against_an_attack_is_not_to_be_for_its_victim() -> None:
    assert ("Mara Holt", "support", "Jonas Reed") not in stances("Mara Holt opposes an attack on Jonas Reed.")


def test_entities_and_propositions_are_different_targets() -> None:
    (stance,) = read("Mara Holt opposes Jonas Reed's plan for the harbour.").stances
    assert stance.target.kind == "proposition"
    assert [entity.name for entity in stance.target.about] == ["Jonas Reed"]


def test_a_no_fly_zone_keeps_its_no() -> None:
    assert ("Mara Holt", "support", "no-fly zone over Norway") in stances(
        "Mara Holt supports a no-fly zone over Norway."
    )


def test_members_do_not_speak_for_their_party() -> None:
    (stance,) = read("Two Republicans opposed the levy.").stances
    assert (stance.holder.kind, stance.holder.name) == ("unnamed", "Two Republicans")


def test_evidence_is_the_sentence_and_offsets_count_code_points() -> None:
    text = "🚢\u00a0Harbours closed. Mara\u00a0Holt opposes the tunnel. Ships waited."
    (stance,) = read(text).stances
    assert stance.evidence.of(text) == "Mara\u00a0Holt opposes the tunnel."
    assert stance.cue is not None
    assert stance.cue.of(text) == "opposes"


def test_evidence_is_never_longer_than_the_limit() -> None:
    text = (
        "Mara Holt opposes the tunnel " + "because of the noise and the dust and the lorries " * 12 + "in the valley."
    )
    assert all(len(s.evidence.of(text)) <= 300 for s in read(text).stances)


def test_a_date_in_the_clause_is_the_stance_s_date() -> None:
    (stance,) = read("In March 2019 Mara Holt opposed the tunnel.").stances
    assert (stance.date, stance.date_basis) == ("2019-03", "text")


def test_neutral_is_said_not_guessed() -> None:
    assert ("Norway", "neutral", "resolution") in stances("Norway abstained on the resolution.")


def test_a_reader_comment_is_a_voice_of_its_own() -> None:
    text = (
        "Harbour closed\n\nBy Ada Pine\nMay 2, 2024\n\n"
        "The harbour of Brill was closed on Monday after a storm, and the "
        "council said that the repairs would take a week.\n\nThe ferry to Oslo will leave from the old quay until "
        "the work is done, and buses will run every hour.\n\n2 thoughts on “Harbour closed”\n\n"
        "  1. Jonas Reed is a disgrace.\n\n  2. Thank you for the news.\n"
    )
    (stance,) = read(text, author="Ada Pine", segmented=True).stances
    assert stance.holder.kind == "comment"
    assert [voice.agent.kind for voice in stance.chain] == ["comment"]
