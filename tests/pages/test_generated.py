"""The generated base: as valid as a real one, the same each time, and as odd as the pages' tests need it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kb.iris import PREFIXES
from kb.model import AgentKind, Certainty, LinkStatus, Polarity, StanceKind
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.store.base import Store
from kb.validation import validate
from tests.pages import generated
from tests.pages.world import HOSTILE, make_world

SETTINGS = Settings(model="rules")


def made(number: int) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    generated.write(store, SETTINGS, number)
    return store


@pytest.fixture(scope="module")
def small() -> EmbeddedStore:
    return made(24)


def count(store: Store, pattern: str) -> int:
    prologue = "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in ("st", "wdt", "p", "pq", "schema", "skos"))
    answer = store.query(f"{prologue}SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return int(next(iter(answer))["n"].value)


def test_it_conforms_to_the_shapes(small: EmbeddedStore) -> None:
    wrong = [result for result in validate(small).results if result.severity == "violation"]
    assert wrong == []


def test_it_is_the_same_each_time(small: EmbeddedStore) -> None:
    assert set(made(24).quads()) == set(small.quads())


def test_it_has_all_that_pages_show(small: EmbeddedStore) -> None:
    patterns = [
        *(f"?x st:polarity st:{p.capitalize()}" for p in Polarity),
        *(f"?x st:kind st:{k.capitalize()}" for k in StanceKind),
        *(f"?x st:certainty st:{c.capitalize()}" for c in Certainty),
        *(f"?x st:nestingDepth {n}" for n in range(5)),
        *(f"?x st:status st:{s}" for s in ("Retracted", "Confirmed", "Disputed")),
        "?x st:republicationOf ?y",
        "?x a st:UnnamedSource ; st:presumedAffiliation ?y",
        "?x a st:Commenter",
        "?x wdt:P102 ?party ; wdt:P27 ?country",
        "?x p:P39/pq:P582 ?day",
    ]
    assert [pattern for pattern in patterns if not count(small, pattern)] == []


def test_comments_are_restricted(small: EmbeddedStore) -> None:
    graphs = {q.graph_name.value for q in small.quads() if "/id/comment/" in str(q.subject)}
    assert graphs
    assert all("/graph/restricted/" in graph for graph in graphs)


def test_articles_quote_what_is_there() -> None:
    random = generated.Random(generated.SEED)
    for read in generated.extractions(make_world(random), random, 40):
        for stance in read.stances:
            words = stance.evidence.of(read.article.text)
            assert words.endswith(".")
            assert stance.target.name in words
            assert stance.holder.kind is AgentKind.COMMENT or stance.holder.name in words
            assert (
                stance.cue is None or stance.evidence.start <= stance.cue.start < stance.cue.end <= stance.evidence.end
            )


def test_its_size_and_its_star() -> None:
    random = generated.Random(generated.SEED)
    world = make_world(random)
    read = list(generated.extractions(world, random))
    assert len(read) == 1000
    about = [s for e in read for s in e.stances if world.star in (s.holder.entity, s.target.entity)]
    assert len(about) >= 5200  # some are taken back
    entities = {entity.key: entity for e in read for entity in e.entities}
    assert len(entities) >= 380
    assert {name for name, _ in HOSTILE} <= {entity.name for entity in entities.values()}
    assert sum(entity.link.status is LinkStatus.ACCEPTED for entity in entities.values()) >= 200
    assert len({s.target.name for e in read for s in e.stances if s.target.entity is None}) >= 145
    assert generated.TITLES[0] in {e.article.title for e in read}
