"""The language of a text."""

import pytest

from kb.articles.languages import guess_language, normalise_language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The council approved the plan on Monday, and the mayor said that it was good for the city.", "en"),
        (
            "Der Rat hat am Montag den Plan gebilligt, und die Stadt ist mit dem Ergebnis nicht zufrieden, sagte er.",
            "de",
        ),
        ("Le conseil a approuvé le plan lundi, et la ville est dans une situation qui ne plaît pas à tous.", "fr"),
        ("El consejo aprobó el plan el lunes, y la ciudad no está contenta con lo que se ha decidido por ahora.", "es"),
        ("Городской совет одобрил план в понедельник, несмотря на протесты жителей.", "ru"),
        ("Міська рада схвалила план у понеділок, попри протести мешканців її району.", "uk"),
        ("وافق المجلس يوم الاثنين على الخطة رغم احتجاجات السكان في المدينة القديمة", "ar"),
        ("Plan", "en"),
        ("", "en"),
        ("12 34 56 78 90 " * 10, "en"),
        ("Harbour Quay Mayor Council Plan Vote Monday Gazette Record News Jane Roe John Doe", "en"),
    ],
)
def test_language(text, tag):
    assert guess_language(text) == tag


@pytest.mark.parametrize(
    ("value", "tag"),
    [("en_US", "en-US"), ("EN", "en"), ("zh-hant", "zh-Hant"), ("de-DE", "de-DE"), ("English", ""), ("", "")],
)
def test_tags_are_normalised(value, tag):
    assert normalise_language(value) == tag
