"""The report names shape, node and reason, over quads and stores alike, however the data is cut into chunks."""

import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb import resources, validation
from kb.dumps import load_dump
from kb.errors import ResourceError
from kb.iris import PREFIXES, Minter
from kb.model import (
    Agent,
    AgentKind,
    Article,
    Certainty,
    Entity,
    EntityType,
    Extraction,
    Polarity,
    Span,
    Stance,
    StanceKind,
    Target,
    TargetKind,
)
from kb.rdf import RunInfo, extraction_quads
from kb.settings import Settings
from kb.store.embedded import EmbeddedStore
from kb.validation import Report, Result, validate

EXAMPLES = resources.folder("ontology") / "examples"
BASE = "https://kb.test/"


def quads_of(name: str) -> list[ox.Quad]:
    return list(ox.parse(path=str(EXAMPLES / name)))


def many_stances(articles: int, each: int) -> EmbeddedStore:
    """Articles of invented people, written by the same code as real ones."""
    store = EmbeddedStore.in_memory()
    minter = Minter(BASE)
    text = " ".join(f"Person {n} opposes item {n}." for n in range(each))
    for number in range(articles):
        stances, at = [], 0
        for n in range(each):
            sentence = f"Person {n} opposes item {n}."
            holder = Entity(f"person-{n}", f"Person {n}", EntityType.PERSON)
            item = Entity(f"item-{n}", f"Item {n}", EntityType.WORK)
            stances.append(
                Stance(
                    Agent(holder.name, AgentKind.ENTITY, holder),
                    Target(TargetKind.ENTITY, item.name, item),
                    Polarity.OPPOSE,
                    StanceKind.POSITION,
                    Certainty.CERTAIN,
                    Span(at, at + len(sentence)),
                    0.9,
                    date="2031-05",
                )
            )
            at += len(sentence) + 1
        article = Article(f"a{number}", text, title="Items", date="2031-05-04", publisher="The Lantern")
        extraction = Extraction(article, Agent("The Lantern", AgentKind.AUTHOR), (), tuple(stances))
        for quads in extraction_quads(extraction, minter, RunInfo("0", "none", "default"), Settings()).values():
            store.load(quads)
    return store


def test_result_names_severity_shape_node_path_and_reason() -> None:
    assert validate(quads_of("stance_fail.ttl")).results == (
        Result(
            "violation",
            "StanceShape",
            "https://kb.example/id/stance",
            'Value is not <= Literal("1", datatype=xsd:integer)',
            PREFIXES["st"] + "confidence",
        ),
        Result(
            "violation",
            "StanceShape",
            "https://kb.example/id/stance",
            "a stance has one holder, an IRI",
            PREFIXES["st"] + "holder",
        ),
    )


def test_sparql_constraint_is_reported_with_its_message() -> None:
    (result,) = validate(quads_of("date_fail.ttl")).results
    assert (result.severity, result.shape) == ("violation", "DateShape")
    assert result.focus == "https://kb.example/id/stance"
    assert result.message == "st:sortDate is not the first day of st:statedOn"


@pytest.mark.parametrize("name", ["doubtful_fail.ttl", "unbacked_match_fail.ttl"])
def test_warnings_do_not_stop_data_from_conforming(name: str) -> None:
    report = validate(quads_of(name))
    assert report.conforms
    assert [result.severity for result in report.results] == ["warning"]


def test_violation_does() -> None:
    assert not validate(quads_of("link_fail.ttl")).conforms


def test_nothing_at_all_conforms() -> None:
    assert validate([]) == Report(())
    assert validate(EmbeddedStore.in_memory()).conforms


def test_store_and_quads_give_the_same_report(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    load_dump(EXAMPLES / "chain_fail.ttl", store)
    assert validate(store) == validate(quads_of("chain_fail.ttl"))
    assert validate(store).results


@pytest.mark.parametrize("chunk", [1, 300, 10**6])
def test_size_of_chunks_makes_no_difference(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    quads = quads_of("worked_example.trig")
    broken = [q for q in quads if not (q.predicate.value.endswith("#certainty") and q.subject.value.endswith("/s8"))]
    broken = [q for q in broken if not (q.predicate.value.endswith("#label") and q.subject.value.endswith("/ruthavia"))]
    monkeypatch.setattr(validation, "_CHUNK", chunk)
    assert [(r.shape, r.focus.rpartition("/")[2]) for r in validate(broken).results] == [
        ("DescribedShape", "ruthavia"),
        ("EntityShape", "ruthavia"),
        ("StanceShape", "s8"),
    ]


def test_a_hundred_stances_take_seconds() -> None:
    store = many_stances(articles=5, each=20)
    started = time.perf_counter()
    assert validate(store).results == ()
    assert time.perf_counter() - started < 20  # 2 s on a busy core


def test_missing_shapes_are_a_resource_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    validation._shapes.cache_clear()
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path)
    with pytest.raises(ResourceError, match=r"shapes\.ttl cannot be used"):
        validate([])
    validation._shapes.cache_clear()
