import re

import pytest

from kb import iris
from kb.iris import PREFIXES, Minter, content_words, is_lasting, is_shared, slug, text_sha256
from kb.model import Span
from kb.settings import NAMESPACE

BASE = "https://data.example.org/"
SAFE = re.compile(r"[A-Za-z0-9._~%-]+")


@pytest.fixture
def minter() -> Minter:
    return Minter(BASE)


def test_schema_org_is_the_http_form_and_st_is_ours() -> None:
    assert PREFIXES["schema"] == "http://schema.org/"
    assert PREFIXES["st"] == NAMESPACE


def test_text_hash_is_the_sha256_of_the_utf8_bytes() -> None:
    assert text_sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert text_sha256("Zürich") != text_sha256("Zurich")
    assert len(text_sha256("half a pair: \ud800")) == 64


@pytest.mark.parametrize("identifier", ["2024-05-02-bridge", "a", "A.b_c~d", "0"])
def test_slug_of_a_plain_id_is_the_id(identifier: str) -> None:
    assert slug(identifier) == identifier


@pytest.mark.parametrize(
    "identifier", ["a b", "übung", "新聞", "a/b", "../x", "x>y", "", "%41", "a\n", "-a", "\ud800", "n" * 500]
)
def test_slug_of_any_id_fits_into_an_iri(identifier: str) -> None:
    assert SAFE.fullmatch(slug(identifier))
    assert len(slug(identifier)) <= 100


def test_slugs_of_different_ids_differ() -> None:
    ids = ["a b", "a/b", "a-b", "a  b", "ä b", "新聞", "聞新", "", "n" * 101, "n" * 102, "A b"]
    assert len({slug(identifier) for identifier in ids}) == len(ids)


def test_every_iri_starts_with_the_base(minter: Minter) -> None:
    made = [
        minter.article("x y"),
        minter.article_graph("x y"),
        minter.restricted_graph("x y"),
        minter.entities_graph,
        minter.runs_graph,
        minter.reviews_graph,
        minter.original("x"),
        minter.entity("Q1 <>"),
        minter.link("x", "k"),
        minter.run("1", "m", ""),
        minter.source("x", "two officials"),
    ]
    assert all(iri.startswith(BASE) and " " not in iri and "<" not in iri for iri in made)
    assert len(set(made)) == len(made)


def test_graphs_have_the_documented_names(minter: Minter) -> None:
    assert minter.article_graph("a1") == f"{BASE}graph/article/a1"
    assert minter.restricted_graph("a1") == f"{BASE}graph/restricted/a1"
    assert minter.entities_graph == f"{BASE}graph/entities"
    assert minter.runs_graph == f"{BASE}graph/runs"
    assert minter.reviews_graph == f"{BASE}graph/reviews"


def test_entity_keys_stay_apart_when_they_need_escapes(minter: Minter) -> None:
    assert minter.entity("Q64") == f"{BASE}id/entity/Q64"
    assert minter.entity("a/b") != minter.entity("a%2Fb")


def test_hashes_are_24_hexadecimal_digits(minter: Minter) -> None:
    for made in (minter.mention("a", "0" * 64, Span(1, 2)), minter.run("1"), minter.proposition("x y z", ["k"], "a")):
        assert re.fullmatch(r"[0-9a-f]{24}", made.rsplit("/", 1)[1])


def test_hashes_do_not_depend_on_the_base(minter: Minter) -> None:
    def stance(m: Minter) -> str:
        return m.stance("a", "0" * 64, Span(3, 9), m.entity("k"), m.source("a", "officials")).removeprefix(m.base)

    assert stance(minter) == stance(Minter("http://localhost:8080/"))


def test_stances_differ_by_text_span_holder_target_and_what_sets_them_apart(minter: Minter) -> None:
    sha, holder, target = "0" * 64, minter.entity("h"), minter.entity("t")
    made = [
        minter.stance("a", sha, Span(3, 9), holder, target),
        minter.stance("a", "1" * 64, Span(3, 9), holder, target),
        minter.stance("a", sha, Span(3, 10), holder, target),
        minter.stance("a", sha, Span(3, 9), target, holder),
        minter.stance("a", sha, Span(3, 9), holder, holder),
        minter.stance("b", sha, Span(3, 9), holder, target),
        minter.stance("a", sha, Span(3, 9), holder, target, "oppose"),
    ]
    assert len(set(made)) == len(made)


def test_unnamed_sources_described_alike_are_not_one(minter: Minter) -> None:
    assert minter.source("a", "two officials") != minter.source("b", "two officials")
    assert minter.source("a", "two officials") == minter.source("a", "two officials")


def test_content_words_leave_out_little_words_but_keep_those_that_turn_the_meaning() -> None:
    assert content_words("The plan should NOT be built without Norvania’s consent") == [
        "plan", "not", "built", "without", "norvania’s", "consent",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wording", "about", "shared"),
    [
        ("the plan", ["k"], False),
        ("The harbour bridge should be built", ["k"], True),
        ("The harbour bridge should be built", [], False),
        ("plan plan", ["k"], False),
        ("", ["k"], False),
    ],
)
def test_a_proposition_is_shared_when_specific(wording: str, about: list[str], shared: bool) -> None:
    assert is_shared(wording, about) is shared


def test_a_vague_proposition_belongs_to_its_article(minter: Minter) -> None:
    assert minter.proposition("the plan", ["k"], "a") != minter.proposition("the plan", ["k"], "b")


def test_a_specific_proposition_is_one_in_all_articles(minter: Minter) -> None:
    first = minter.proposition("The harbour bridge should be built", ["k"], "a")
    assert first == minter.proposition("the Harbour bridge should be built.", ["k"], "b")
    assert first != minter.proposition("The harbour bridge should be built", ["other"], "b")
    assert first != minter.proposition("The harbour bridge should not be built", ["k"], "b")


def test_who_does_it_to_whom_keeps_propositions_apart(minter: Minter) -> None:
    one = minter.proposition("Norvania attacked Sudria", ["n", "s"], "a")
    assert one != minter.proposition("Sudria attacked Norvania", ["n", "s"], "a")
    assert one != minter.proposition("Norvania was attacked by Sudria", ["n", "s"], "a")
    assert one == minter.proposition("Norvania attacked Sudria", ["s", "n"], "b")


def test_wordings_without_content_words_stay_apart(minter: Minter) -> None:
    assert minter.proposition("it is", ["k"], "a") != minter.proposition("to do", ["k"], "a")
    assert minter.proposition("!", [], "a") != minter.proposition("?", [], "a")


def test_only_a_long_quotation_is_one_utterance_everywhere() -> None:
    assert is_lasting("we shall never give up this old bridge")
    assert not is_lasting("I am against it")


def test_attributions_differ_by_what_is_outside_them(minter: Minter) -> None:
    agent = minter.entity("k")
    last = minter.attribution("a", agent, "author-voice", "", False, "")
    inner = minter.attribution("a", agent, "author-voice", "", False, last)
    assert last != inner


def test_parts_of_a_hash_do_not_run_together() -> None:
    minter = iris.Minter(BASE)
    assert minter.run("ab", "c") != minter.run("a", "bc")
