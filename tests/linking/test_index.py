"""The index in the package: names, acronyms, demonyms, metonyms, and broken files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ResourceError
from kb.linking.index import Index, load_index
from kb.model import EntityType

HEADER = "qid\tlabel\taliases\ttype\tdescription\tprior\tstatus\n"


@pytest.fixture(scope="module")
def index() -> Index:
    return load_index()


def qids(index: Index, surface: str) -> list[str]:
    return [entry.qid for entry in index.lookup(surface)]


@pytest.mark.parametrize(
    ("surface", "qid"),
    [
        ("Bashar Assad", "Q44329"),
        ("Bashar al-Assad’s", "Q44329"),
        ("BASHAR AL-ASSAD", "Q44329"),
        ("Recep Tayyip Erdogan", "Q39259"),
        ("the Nusra Front", "Q32748"),
        ("Al Qaeda in Syria", "Q32748"),
        ("Al Qaeda", "Q34490"),
        ("Washington Post", "Q166032"),
        ("The Washington Post", "Q166032"),
        ("Sergei Lavrov", "Q58217"),
        ("U.S.", "Q30"),
        ("US", "Q30"),
        ("the US", "Q30"),
        ("RUSSIA", "Q159"),
        ("Shinzo Abe", "Q132345"),
        ("Nato", "Q7184"),
        ("NATO's", "Q7184"),
    ],
)
def test_spellings_of_a_name_find_it(index: Index, surface: str, qid: str) -> None:
    assert qids(index, surface)[:1] == [qid]


def test_acronyms_match_in_capitals_only(index: Index) -> None:
    assert qids(index, "WHO") == ["Q7817"]
    assert qids(index, "IS") == ["Q2429253"]
    for word in ("us", "Us", "who", "Who", "is", "Is", "un", "Un"):
        assert qids(index, word) == [], word


def test_words_without_a_capital_match_nothing(index: Index) -> None:
    assert qids(index, "time") == []
    assert qids(index, "turkey") == []
    assert qids(index, "") == []


def test_article_of_a_short_title_is_part_of_it(index: Index) -> None:
    assert qids(index, "The Hill") == ["Q7739683"]
    assert "Q7739683" not in qids(index, "Hill")


def test_entries_of_one_name_come_best_known_first(index: Index) -> None:
    found = index.lookup("New York")
    assert len(found) > 1
    assert [e.prior for e in found] == sorted((e.prior for e in found), reverse=True) or found[0].label == "New York"


@pytest.mark.parametrize(
    ("word", "qid"),
    [
        ("Russian", "Q159"),
        ("Russians", "Q159"),
        ("The Russians", "Q159"),
        ("the Iranians", "Q794"),
        ("American", "Q30"),
        ("U.S.", "Q30"),
        ("British", "Q145"),
        ("Palestinian", "Q219060"),
        ("Taiwanese", "Q865"),
        ("European", "Q46"),
        ("Catalan", "Q5705"),
        ("RUSSIAN", "Q159"),
    ],
)
def test_demonyms_name_their_country(index: Index, word: str, qid: str) -> None:
    country = index.country_of_demonym(word)
    assert country is not None
    assert country.qid == qid


def test_demonym_of_two_countries_names_none(index: Index) -> None:
    assert index.country_of_demonym("Congolese") is None
    assert index.country_of_demonym("Korean") is None
    assert index.country_of_demonym("polish") is None


@pytest.mark.parametrize(
    ("surface", "qid"),
    [
        ("Moscow", "Q159"),
        ("the Kremlin", "Q159"),
        ("Washington", "Q30"),
        ("the White House", "Q30"),
        ("Downing Street", "Q145"),
        ("Brussels", "Q458"),
        ("Capitol Hill", "Q11268"),
        ("the Pentagon", "Q11209"),
        ("Tehran", "Q794"),
        ("Kiev", "Q212"),
    ],
)
def test_metonyms_name_what_acts(index: Index, surface: str, qid: str) -> None:
    found = index.metonym(surface)
    assert found is not None
    assert found.qid == qid


def test_capitals_map_to_their_country(index: Index) -> None:
    assert index.capitals["Moscow"].label == "Russia"
    assert index.metonym("Aleppo") is None


def test_names_without_checked_qid_have_a_spelling_and_a_type_but_no_qid(index: Index) -> None:
    found = index.unlinked("Qassem Suleimani")
    assert found is not None
    assert (found.qid, found.label, found.type) == ("", "Qasem Soleimani", EntityType.PERSON)
    assert index.unlinked("Andrew Nobody") is None


def test_index_is_read_from_a_folder_or_a_file(tmp_path: Path) -> None:
    row = "Q1\tUniverse\tCosmos\tplace\tall that is\t0.5\tchecked\n\tNobody\t\tperson\t\t0\tunchecked\n"
    (tmp_path / "entities.tsv").write_text(HEADER + row, encoding="utf-8")
    for path in (tmp_path, tmp_path / "entities.tsv"):
        index = load_index(str(path))
        assert len(index) == 1
        assert [e.qid for e in index.lookup("Cosmos")] == ["Q1"]
        assert index.lookup("Nobody") == ()


def test_missing_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="nowhere"):
        load_index(str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "line", ["Q1\tUniverse", "Q1\tUniverse\t\tgalaxy\t\t0.5\tchecked", "Q1\tA\t\tplace\t\tx\tchecked"]
)
def test_broken_line_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "entities.tsv").write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(ResourceError, match=r"entities\.tsv:2"):
        load_index(str(tmp_path))
