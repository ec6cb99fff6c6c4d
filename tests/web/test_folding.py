"""Names as search compares them."""

from __future__ import annotations

import pytest

from kb.web.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"),
        ("STRASSE ß", "strasse ss"),
        ("O’Neil-Ørsted", "o neil orsted"),
        (" ... ", ""),
        ("İstanbul ISPARTA", "istanbul isparta"),
        ("Ἀθῆναι", "αθηναι"),
        ("ΟΔΟΣ", "οδοσ"),
        ("Алёна Йост", "алена иост"),
        ("محمّد", "محمد"),
        ("ﬁn ℌans", "fin hans"),
        ("a\u200bb\u00adc", "abc"),
        ("line\nbreak\ttab", "line break tab"),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_vowels_of_indian_scripts_are_part_of_the_word() -> None:
    assert len(fold("इल्वाना तोरवाल्ड").split()) == 2


def test_voiced_syllables_are_others() -> None:
    assert fold("ガナ") != fold("カナ")
    assert fold("ｶﾞﾅ") == fold("ガナ")


def test_the_same_name_composed_or_decomposed_is_the_same() -> None:
    assert fold("Nu\u0301ria") == fold("N\u00faria") == "nuria"
