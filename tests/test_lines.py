"""The JSON lines of `kb extract`: every field of the contract, from one sentence of each kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb.lines import mention_line, stance_line
from tests.reading import read

STANCE = {
    "article",
    "holder",
    "target",
    "polarity",
    "kind",
    "certainty",
    "chain",
    "evidence",
    "cue",
    "date",
    "confidence",
}
MENTION = {"article", "start", "end", "text", "type", "entity", "qid", "confidence"}


def lines(text: str, author: str = "") -> list[dict[str, Any]]:
    extraction = read(text, author)
    return [stance_line(extraction, stance) for stance in extraction.stances]


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Mara Holt opposes the levy.", {"name": "Mara Holt", "qid": None, "kind": "entity"}),
        ("Norway opposes the levy.", {"name": "Norway", "qid": "Q20", "kind": "entity"}),
        ("Two officials opposed the levy.", {"name": "Two officials", "qid": None, "kind": "unnamed"}),
        ("I oppose the levy.", {"name": "Ada Pine", "qid": None, "kind": "author"}),
    ],
)
def test_a_holder_is_named_with_what_it_is(text: str, holder: dict[str, Any]) -> None:
    (line,) = lines(text, author="Ada Pine")
    assert line["holder"] == holder


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Mara Holt admires Norway.", {"name": "Norway", "qid": "Q20", "kind": "entity", "about": []}),
        ("Mara Holt admires Jonas Reed.", {"name": "Jonas Reed", "qid": None, "kind": "entity", "about": []}),
        ("Mara Holt opposes the levy.", {"name": "levy", "qid": None, "kind": "proposition", "about": []}),
    ],
)
def test_a_target_is_an_entity_or_a_proposition(text: str, target: dict[str, Any]) -> None:
    (line,) = lines(text)
    assert line["target"] == target


def test_a_proposition_says_whom_it_is_about() -> None:
    (line,) = lines("Mara Holt opposes sanctions against Norway and Jonas Reed.")
    assert line["target"]["kind"] == "proposition"
    assert line["target"]["about"][0] == "Q20"


def test_the_chain_is_outermost_first_with_the_way_each_relays() -> None:
    (line,) = lines("Jonas Reed said that Norway opposes the levy, according to Mara Holt.")
    assert [voice.keys() for voice in line["chain"]] == [{"agent", "qid", "mode"}] * len(line["chain"])
    assert {voice["agent"] for voice in line["chain"]} == {"Jonas Reed", "Mara Holt"}


def test_evidence_and_cue_are_the_text_s_own_words() -> None:
    text = "🚢 It rained.\u00a0Mara Holt opposes the levy."
    (line,) = lines(text)
    evidence = line["evidence"]
    assert evidence["exact"] == text[evidence["start"] : evidence["end"]] == "Mara Holt opposes the levy."
    assert line["cue"] == "opposes"


def test_every_line_has_the_fields_of_the_contract_and_is_json() -> None:
    text = "Mara Holt opposes the levy. Norway abstained on the motion. “It is a disgrace,” said Jonas Reed."
    extraction = read(text)
    for stance in extraction.stances:
        line = stance_line(extraction, stance)
        assert line.keys() >= STANCE
        assert json.loads(json.dumps(line)) == line
        assert line["polarity"] in {"support", "oppose", "neutral", "mixed"}
        assert 0 < line["confidence"] < 1
    for mention in extraction.mentions:
        found = mention_line(extraction, mention)
        assert found.keys() >= MENTION
        assert found["text"] == text[found["start"] : found["end"]]


def test_the_date_is_the_article_s_where_the_text_says_none() -> None:
    (line,) = lines("Mara Holt opposes the levy.")
    assert line["date"] == "2024-05-02"
