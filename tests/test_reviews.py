"""Reviews are kept beside the stances, once each, where they may be seen, and outlive a new reading."""

from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb import resources
from kb.dumps import export, load_dump
from kb.errors import UnknownName, UsageError
from kb.iris import PREFIXES, Minter
from kb.reviews import STATUSES, retract, review, withdraw
from kb.store.embedded import EmbeddedStore
from kb.validation import validate

WORKED = resources.folder("ontology") / "examples" / "worked_example.trig"
MINTER = Minter("https://w3id.org/stancekb/")
STANCE = f"{MINTER.base}id/stance/s2"
OF_A_COMMENT = f"{MINTER.base}id/stance/s7"
DAY = date(2031, 6, 2)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path / "store")
    load_dump(WORKED, store)
    return store


def about(store: EmbeddedStore, iri: str) -> dict[str, str]:
    rows = store.query(f"SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }}")
    assert isinstance(rows, ox.QuerySolutions)
    return {row["p"].value: row["o"].value for row in rows}


@pytest.mark.parametrize("status", STATUSES)
def test_review_says_which_stance_what_why_when_and_who(store: EmbeddedStore, status: str) -> None:
    found = about(store, review(store, MINTER, STANCE, status, "the officials meant another dam", "M. K.", DAY))
    assert found == {
        PREFIXES["rdf"] + "type": PREFIXES["st"] + "Review",
        PREFIXES["st"] + "reviews": STANCE,
        PREFIXES["st"] + "status": PREFIXES["st"] + status.capitalize(),
        PREFIXES["rdfs"] + "comment": "the officials meant another dam",
        PREFIXES["rdfs"] + "label": "Review by M. K.",
        PREFIXES["prov"] + "endedAtTime": "2031-06-02T00:00:00Z",
    }


def test_reviewed_base_conforms_to_the_shapes(store: EmbeddedStore) -> None:
    retract(store, MINTER, STANCE, "read wrongly")
    assert validate(store).results == ()


def test_the_same_review_on_the_same_day_is_one(store: EmbeddedStore) -> None:
    first = review(store, MINTER, STANCE, "disputed", "unclear", on=DAY)
    before = set(store.quads())
    assert review(store, MINTER, STANCE, "disputed", "unclear", on=DAY) == first
    assert set(store.quads()) == before
    assert review(store, MINTER, STANCE, "disputed", "unclear", on=date(2031, 6, 3)) != first


def test_review_outlives_a_new_reading_of_the_article(store: EmbeddedStore) -> None:
    iri = retract(store, MINTER, STANCE, "read wrongly")
    graph = MINTER.article_graph("harrow-2031-04-03")
    quads = list(store.quads(graph))
    store.replace_graphs({graph: []})
    store.replace_graphs({graph: quads})
    assert about(store, iri)[PREFIXES["st"] + "reviews"] == STANCE


def test_stance_itself_stays_as_it_is(store: EmbeddedStore) -> None:
    before = about(store, STANCE)
    retract(store, MINTER, STANCE, "read wrongly")
    assert about(store, STANCE) == before


def test_review_of_a_comment_is_restricted(store: EmbeddedStore) -> None:
    iri = retract(store, MINTER, OF_A_COMMENT, "names a private person")
    assert iri.encode() not in b"".join(export(store, "nquads"))
    assert iri.encode() in b"".join(export(store, "nquads", public=False))


def test_withdrawn_review_is_gone_and_others_stay(store: EmbeddedStore) -> None:
    before = set(store.quads())
    iri = retract(store, MINTER, STANCE, "read wrongly")
    withdraw(store, MINTER, iri)
    assert set(store.quads()) == before
    with pytest.raises(UnknownName, match="no review"):
        withdraw(store, MINTER, iri)


@pytest.mark.parametrize(
    ("stance", "problem"),
    [
        (f"{MINTER.base}id/stance/none", "no stance"),
        (f"{MINTER.base}id/entity/aldona-reyk", "no stance"),
        ("not an IRI", "is no IRI"),
    ],
)
def test_unknown_stance_is_named(store: EmbeddedStore, stance: str, problem: str) -> None:
    before = set(store.quads())
    with pytest.raises(UnknownName, match=problem) as caught:
        retract(store, MINTER, stance, "read wrongly")
    assert stance in str(caught.value)
    assert set(store.quads()) == before


@pytest.mark.parametrize(("status", "reason"), [("deleted", "x"), ("extracted", "x"), ("retracted", "  ")])
def test_unknown_status_and_missing_reason_are_usage_errors(store: EmbeddedStore, status: str, reason: str) -> None:
    with pytest.raises(UsageError):
        review(store, MINTER, STANCE, status, reason)
