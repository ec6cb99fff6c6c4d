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


def test_the_paper_that_reports_is_a_voice() -> None:
    assert chain("The New York Times reported that Mara Holt opposes the levy.") == ["The New York Times"]


def test_according_to_stands_outside_what_it_covers() -> None:
    text = "According to The Washington Post, Mara Holt told aides that Norway opposes the levy."
    assert chain(text) == ["The Washington Post", "Mara Holt"]


def test_each_speaker_has_their_own_quotation() -> None:
    text = "“The levy is a disgrace,” said Mara Holt. Jonas Reed disagreed. “The levy is a blessing,” he said."
    assert stances(text) == [("Mara Holt", "oppose", "levy"), ("Jonas Reed", "support", "levy")]


def test_a_quotation_after_a_colon_is_the_speaker_s() -> None:
    assert ("Mara Holt", "oppose", "levy") in stances("Mara Holt said: “I oppose the levy.” Jonas Reed left.")


def test_a_quotation_is_never_the_author_s() -> None:
    text = "“The levy is a disgrace.” I walked home. I read my book."
    assert stances(text, author="Ada Pine") == []


def test_a_quotation_does_not_carry_over_another_speaker() -> None:
    found = stances("“Our town is small,” said Mara Holt. Jonas Reed went home. It rained. “The levy is a disgrace.”")
    assert all(holder != "Jonas Reed" for holder, _, _ in found)


def test_straight_marks_quote_as_well_as_curly_ones() -> None:
    assert chain('"The levy is a disgrace," said Mara Holt.') == ["Mara Holt"]


def test_how_a_voice_is_relayed() -> None:
    def mode(text: str) -> str:
        return read(text).stances[0].chain[-1].mode

    assert mode("“The levy is a disgrace,” said Mara Holt.") == "direct-quote"
    assert mode("Jonas Reed said that Mara Holt opposes the levy.") == "indirect-speech"
    assert mode("Mara Holt allegedly opposes the levy.") == "hearsay"


def test_the_article_s_own_report_has_no_chain() -> None:
    assert read("Mara Holt opposes the levy.", author="Ada Pine").stances[0].chain == ()
