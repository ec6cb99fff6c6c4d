"""Who says it: the chain of voices, outermost first, without the article's author."""

from __future__ import annotations

from tests.reading import chain, read, stances


def test_direct_speech_makes_the_speaker_a_voice() -> None:
    assert chain("“The levy is a disgrace,” said Mara Holt.") == ["Mara Holt"]


def test_indirect_speech_and_according_to() -> None:
    assert chain("Jonas Reed said that Mara Holt opposes the levy.") == ["Jonas Reed"]
    assert chain("Mara Holt opposes the levy, according to Jonas Reed.") == ["Jonas Reed"]


def test_an_interposed_clause_reports_what_stands_around_it() -> None:
    assert chain("The levy, Mara Holt grumbled, is a disgrace.") == ["Mara Holt"]


def test_the_paper_that_is_told_relays_the_speaker() -> None:
    assert chain("“The levy is a disgrace,” Mara Holt told The Washington Post.") == [
        "The Washington Post",
        "Mara Holt",
    ]


def test_voices_nest() -> None:
    text = "Jonas Reed said that two officials had told him that Mara Holt opposes the levy."
    assert chain(text) == ["Jonas Reed", "two officials"]


def test_the_owner_of_sources_relays_them() -> None:
    text = "Jonas Reed’s sources told him that Norway opposes the levy."
    assert chain(text) == ["Jonas Reed", "Jonas Reed’s sources"]


def test_hearsay_is_an_unnamed_voice_and_less_certain() -> None:
    (stance,) = read("Mara Holt reportedly opposes the levy.").stances
    assert [(v.agent.kind, v.mode) for v in stance.chain] == [("unnamed", "hearsay")]
    assert stance.certainty == "probable"


def test_a_quotation_goes_on_in_the_next_sentence() -> None:
    found = read("“Our town is small,” said Mara Holt. “The levy is a disgrace.”").stances
    assert [(s.holder.name, s.target.name) for s in found] == [("Mara Holt", "levy")]


def test_a_quotation_that_nobody_says_gives_nothing() -> None:
    assert stances("“The levy is a disgrace.” It rained in the afternoon.") == []


def test_i_in_a_quotation_is_the_speaker() -> None:
    assert ("Mara Holt", "oppose", "levy") in stances("“I oppose the levy,” said Mara Holt.")


def test_unnamed_sources_are_described_and_never_named() -> None:
    (stance,) = read("Iranian officials rejected the levy.").stances
    assert (stance.holder.kind, stance.holder.name) == ("unnamed", "Iranian officials")
    assert stance.holder.entity is None
    assert stance.holder.affiliation is not None
    assert stance.holder.affiliation.qid == "Q794"


def test_what_is_denied_is_not_reported() -> None:
    assert stances("Mara Holt denied that she opposes the levy.") == []
