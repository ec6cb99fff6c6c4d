"""What the network thinks of pairs, with holders resolved and rivals."""

from __future__ import annotations

import pytest

from kb.model import Agent, AgentKind, Polarity
from kb.network.candidates import Candidate
from kb.network.reader import Judgement
from kb.stance.opinions import Opinions

HOLT, LUND = Candidate(0, 2, 1, False), Candidate(5, 7, 6, False)
PIER, CLOSING = Candidate(10, 12, 11, False), Candidate(9, 12, 9, True)
NAMES = {1: "Mara Holt", 6: "Ben Lund"}


def judgement(holder: Candidate, target: Candidate, support: float, oppose: float) -> Judgement:
    return Judgement(holder, target, 1 - support - oppose, support, oppose, 0.0, "certain")


def who(judged: Judgement) -> Agent | None:
    name = NAMES.get(judged.holder.head) if judged.holder is not None else None
    return Agent(name, AgentKind.UNNAMED) if name else None


@pytest.fixture
def opinions() -> Opinions:
    return Opinions(
        [
            judgement(HOLT, PIER, 0.7, 0.1),
            judgement(LUND, PIER, 0.0, 0.4),
            judgement(HOLT, CLOSING, 0.1, 0.9),
            judgement(PIER, LUND, 0.9, 0.0),  # nobody holds it
        ],
        who,
    )


def test_an_opinion_knows_who_else_is_a_likely_holder(opinions: Opinions) -> None:
    found = opinions.of("mara holt", PIER.head)
    assert found is not None
    assert found.polarity is Polarity.SUPPORT
    assert found.other_holder == 0.4


def test_and_which_overlapping_words_are_a_likelier_target(opinions: Opinions) -> None:
    found = opinions.of("Mara Holt", PIER.head)
    assert found is not None
    assert found.other_target == 0.9


def test_judgements_that_nobody_holds_are_left_out(opinions: Opinions) -> None:
    assert list(opinions.towards(0, 8)) == []
    assert len(list(opinions.towards(9, 12))) == 3
    assert opinions.of("Ben Lund", CLOSING.head) is None
