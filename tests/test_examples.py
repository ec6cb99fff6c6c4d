"""The example articles: each readable, with all its metadata, and as varied and as quarrelsome as the README says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import queries
from kb.articles.reader import read_paths
from kb.errors import InputError
from kb.knowledge import Knowledge
from kb.model import Article, BlockKind
from kb.pipeline import Pipeline
from kb.settings import Settings
from kb.store.embedded import EmbeddedStore
from kb.store.public import PublicView

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SETTINGS = Settings()
NOTE = EXAMPLES / "README.rst"
OUTLETS = {"The Potomac Ledger", "Meridian East", "Open Corridor", "The Pearl Coast Weekly"}


def files() -> list[Path]:
    return sorted(path for path in EXAMPLES.iterdir() if path != NOTE)


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    found = []
    for item in read_paths([str(EXAMPLES)], SETTINGS):
        assert not isinstance(item, InputError), item
        found.append(item)
    return found


@pytest.fixture(scope="module")
def view(articles: list[Article]) -> PublicView:
    store = EmbeddedStore.in_memory()
    failed: list[InputError] = []
    for _ in Knowledge(store, SETTINGS).add(Pipeline(SETTINGS).extract(iter(articles), failed)):
        pass
    assert failed == []
    return PublicView(store)


def test_every_article_is_read_with_its_metadata(articles: list[Article]) -> None:
    for article in articles:
        assert article.title, article.id
        assert len(article.authors) == 1, article.id
        assert article.date.startswith("2016-"), article.id
        assert len(article.date) == len("2016-01-01"), article.id
        assert article.publisher in OUTLETS, article.id


def test_all_four_outlets_have_articles(articles: list[Article]) -> None:
    assert len(articles) >= 10
    assert {article.publisher for article in articles} == OUTLETS


def test_ids_are_distinct(articles: list[Article]) -> None:
    assert len({article.id for article in articles}) == len(articles)


def test_formats_are_mixed() -> None:
    assert {path.suffix for path in files()} == {".txt", ".md", ".html", ".jsonl"}


def test_note_lists_every_file() -> None:
    note = NOTE.read_text(encoding="utf-8")
    assert [path.name for path in files() if path.name not in note] == []


def test_articles_are_short_but_not_scraps(articles: list[Article]) -> None:
    for article in articles:
        assert 200 <= len(article.text.split()) <= 380, article.id


def test_page_furniture_is_not_read_as_text(articles: list[Article]) -> None:
    text = next(a.text for a in articles if a.source.endswith(".html"))
    for words in ("Subscribe", "Share this article", "Related", "Terms of use", "harbor_pilot"):
        assert words not in text


def test_reader_comments_are_marked_as_such(articles: list[Article]) -> None:
    with_comments = [a.id for a in articles if any(b.kind is BlockKind.COMMENT for b in a.blocks)]
    assert with_comments == ["ledger-2016-07-16-joint-group", "meridian-2016-06-21-memo"]


def test_one_article_is_a_reprint(articles: list[Article]) -> None:
    reprints = [(a.publisher, a.original_publisher) for a in articles if a.original_publisher]
    assert reprints == [("The Pearl Coast Weekly", "The Potomac Ledger")]


def test_outlets_contradict_each_other_on_the_same_propositions(view: PublicView) -> None:
    rows = [
        {name: str(value) for name, value in row.items()} for row in queries.run(view, "contradicting-accounts", {})
    ]
    sides = {(row["proposition_name"], row["for_outlet"], row["against_outlet"]) for row in rows}
    assert ("Geneva agreement with Russia", "Open Corridor", "The Potomac Ledger") in sides
    assert ("military cooperation with Russia in Syria", "The Pearl Coast Weekly", "The Potomac Ledger") in sides
    assert ("no-fly zone over Syria", "The Pearl Coast Weekly", "Meridian East") in sides


def test_reprint_is_counted_for_its_original_outlet(view: PublicView) -> None:
    rows = list(queries.run(view, "republications", {}))
    assert [str(row["original_publisher_name"]) for row in rows] == ["The Potomac Ledger"]


def test_comments_stay_out_of_the_public_view(view: PublicView) -> None:
    rows = list(queries.run(view, "most-quoted", {}))
    assert rows
    assert not any("reader comment" in str(row["voice_name"]) for row in rows)
