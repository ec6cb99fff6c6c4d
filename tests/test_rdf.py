"""Extractions made by hand, with invented people and places, into quads."""

from dataclasses import replace
from itertools import combinations

import pyoxigraph as ox
import pytest

from kb.iris import Minter, text_sha256
from kb.model import (
    Agent,
    AgentKind,
    Article,
    Block,
    BlockKind,
    Candidate,
    Certainty,
    DateBasis,
    Entity,
    EntityLink,
    EntityType,
    Extraction,
    LinkStatus,
    Mention,
    MentionForm,
    Polarity,
    Span,
    SpeechMode,
    Stance,
    StanceKind,
    Target,
    TargetKind,
    Voice,
)
from kb.rdf import RunInfo, extraction_quads
from kb.settings import Settings
from kb.triples import term

TEXT = (
    "Velling “strictly” against bridge – 𝒵 edition\n\n"
    "Mara Velling opposes the harbour bridge, two officials told the Tarn Courier, which the Ledger quotes.\n\n"
    "The bridge is a blessing for Norvania.\n\n"
    "reader comment 1: Velling is a fool, my neighbour Odo Brask says so."
)
MINTER = Minter("https://data.example.org/")
RUN = RunInfo("0.1.0", "some_pipeline", "default", "0" * 64)
SETTINGS = Settings(base_iri=MINTER.base)


def span(words: str) -> Span:
    """Where the words stand in the text."""
    start = TEXT.index(words)
    return Span(start, start + len(words))


def linked(key: str, name: str, kind: EntityType, *others: Candidate) -> Entity:
    first = Candidate(key, name, 0.9)
    return Entity(key, name.split()[-1], kind, EntityLink(LinkStatus.ACCEPTED, key, 0.9, (first, *others)))


VELLING = linked("Q900001", "Mara Velling", EntityType.PERSON, Candidate("Q900002", "Mara Velling (rower)", 0.2))
NORVANIA = linked("Q900003", "Republic of Norvania", EntityType.COUNTRY)
COURIER = Entity("tarn-courier", "Tarn Courier", EntityType.MEDIA)
LEDGER = Entity("ledger", "Ledger", EntityType.MEDIA)
REED = Entity("jonas-reed", "Jonas Reed", EntityType.PERSON)
BRASK = Entity("odo-brask", "Odo Brask", EntityType.PERSON)
AUTHOR = Agent("Jonas Reed", AgentKind.AUTHOR, REED)
OFFICIALS = Agent("two officials", AgentKind.UNNAMED, affiliation=NORVANIA)
BRIDGE = Target(TargetKind.PROPOSITION, "The harbour bridge should be built", about=(NORVANIA,))
COMMENT = Block(Span(TEXT.index("reader comment"), len(TEXT)), BlockKind.COMMENT, "reader comment 1")

RELAYED = Stance(
    holder=Agent("Mara Velling", AgentKind.ENTITY, VELLING),
    target=BRIDGE,
    polarity=Polarity.OPPOSE,
    kind=StanceKind.POSITION,
    certainty=Certainty.PROBABLE,
    evidence=span("Mara Velling opposes the harbour bridge"),
    confidence=0.81,
    chain=(
        Voice(Agent("Tarn Courier", AgentKind.ENTITY, COURIER), SpeechMode.RELAYS_REPORT),
        Voice(OFFICIALS, SpeechMode.INDIRECT_SPEECH, span("told"), inferred=True),
    ),
    cue=span("opposes"),
    date="2024-05",
    date_basis=DateBasis.TEXT,
)
OWN = Stance(
    AUTHOR,
    Target(TargetKind.ENTITY, "Norvania", NORVANIA),
    Polarity.SUPPORT,
    StanceKind.EVALUATION,
    Certainty.CERTAIN,
    span("The bridge is a blessing for Norvania."),
    0.7,
    conditional=True,
)
COMMENTED = Stance(
    Agent("reader comment 1", AgentKind.COMMENT),
    Target(TargetKind.ENTITY, "Mara Velling", VELLING),
    Polarity.OPPOSE,
    StanceKind.EVALUATION,
    Certainty.CERTAIN,
    span("Velling is a fool"),
    0.9,
)


def mention(words: str, entity: Entity) -> Mention:
    return Mention(span(words), words, "PERSON", MentionForm.NAME, entity)


EXTRACTION = Extraction(
    Article(
        "bridge-1",
        TEXT,
        title="Velling “strictly” against bridge",
        authors=("Jonas Reed",),
        date="2024-05-02",
        publisher="Ledger",
        original_publisher="Tarn Courier",
        url="https://ledger.example/bridge?a=1",
        blocks=(Block(Span(0, COMMENT.span.start - 2), BlockKind.BODY), COMMENT),
    ),
    AUTHOR,
    (
        mention("Mara Velling", VELLING),
        mention("Tarn Courier", COURIER),
        mention("Norvania", NORVANIA),
        mention("Odo Brask", BRASK),
    ),
    (RELAYED, OWN, COMMENTED),
    LEDGER,
    COURIER,
)


class Graph:
    """The quads of an extraction, asked by prefixed names."""

    def __init__(self, extraction: Extraction, settings: Settings = SETTINGS) -> None:
        self.by_graph = extraction_quads(extraction, MINTER, RUN, settings)
        self.quads = [quad for quads in self.by_graph.values() for quad in quads]

    def values(self, subject: str, predicate: str) -> list[str]:
        return sorted(
            q.object.value for q in self.quads if q.subject.value == subject and q.predicate == term(predicate)
        )

    def value(self, subject: str, *path: str) -> str:
        """The one value at the end of a path."""
        for predicate in path:
            (subject,) = self.values(subject, predicate)
        return subject

    def subjects(self, predicate: str, value: str) -> list[str]:
        wanted = term(value).value if ":" in value and "//" not in value else value
        return sorted(
            q.subject.value for q in self.quads if q.predicate == term(predicate) and q.object.value == wanted
        )

    def stance(self, of: Stance) -> str:
        """The node of a stance, by its polarity, target and evidence."""
        start = of.evidence.start
        found = [
            s for s in self.subjects("rdf:type", "st:Stance") if self.selected(self.value(s, "st:evidence"))[0] == start
        ]
        (iri,) = [s for s in found if self.value(s, "st:polarity") == term(f"st:{of.polarity.capitalize()}").value]
        return iri

    def selected(self, iri: str) -> tuple[int, int, str, str, str]:
        """Start, end, exact, prefix and suffix of a mention."""
        position, quotation = self.values(iri, "oa:hasSelector")
        if not self.values(position, "oa:start"):
            position, quotation = quotation, position
        words = (self.value(quotation, f"oa:{name}") for name in ("exact", "prefix", "suffix"))
        exact, prefix, suffix = words
        return int(self.value(position, "oa:start")), int(self.value(position, "oa:end")), exact, prefix, suffix

    def home(self, iri: str) -> set[str]:
        """The graphs in which something is said of a node."""
        return {q.graph_name.value for q in self.quads if q.subject.value == iri}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(EXTRACTION)


# --- graphs


def test_quads_lie_in_the_graph_they_are_listed_under(graph: Graph) -> None:
    for name, quads in graph.by_graph.items():
        assert {quad.graph_name.value for quad in quads} <= {name}
    assert set(graph.by_graph) == {
        MINTER.article_graph("bridge-1"),
        MINTER.restricted_graph("bridge-1"),
        MINTER.entities_graph,
        MINTER.runs_graph,
    }


def test_no_triple_is_in_two_graphs(graph: Graph) -> None:
    triples = {name: {quad.triple for quad in quads} for name, quads in graph.by_graph.items()}
    assert not [(a, b) for a, b in combinations(triples, 2) if triples[a] & triples[b]]


def test_no_quad_is_given_twice_and_no_node_is_blank(graph: Graph) -> None:
    assert len(set(graph.quads)) == len(graph.quads)
    assert not [q for q in graph.quads if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]


def test_the_same_extraction_gives_the_same_quads_in_the_same_order() -> None:
    assert Graph(EXTRACTION).by_graph == Graph(replace(EXTRACTION)).by_graph
    assert list(map(str, Graph(EXTRACTION).quads)) == list(map(str, Graph(EXTRACTION).quads))


def test_quads_come_back_from_the_store_unchanged(graph: Graph) -> None:
    store = ox.Store()
    store.extend(graph.quads)
    assert set(store) == set(graph.quads)


def test_an_article_without_anything_has_both_of_its_graphs() -> None:
    quads = extraction_quads(Extraction(Article("empty", ""), Agent("", AgentKind.AUTHOR)), MINTER, RUN, SETTINGS)
    assert quads[MINTER.article_graph("empty")]
    assert quads[MINTER.restricted_graph("empty")] == []


# --- the article


def test_article_has_its_metadata_and_the_hash_of_its_text(graph: Graph) -> None:
    article = MINTER.article("bridge-1")
    assert graph.value(article, "schema:headline") == "Velling “strictly” against bridge"
    assert graph.value(article, "schema:url") == "https://ledger.example/bridge?a=1"
    assert graph.value(article, "schema:datePublished") == "2024-05-02"
    assert graph.value(article, "schema:publisher", "rdfs:label") == "Ledger"
    assert graph.value(article, "schema:author", "rdfs:label") == "Jonas Reed"
    assert graph.value(article, "st:textSha256") == text_sha256(TEXT)


def test_republished_article_names_the_outlet_of_the_original(graph: Graph) -> None:
    original = graph.value(MINTER.article("bridge-1"), "st:republicationOf")
    assert graph.value(original, "schema:publisher", "rdfs:label") == "Tarn Courier"
    assert graph.value(graph.stance(RELAYED), "st:originPublisher", "rdfs:label") == "Tarn Courier"


def test_article_published_first_by_its_publisher_republishes_nothing() -> None:
    same = Graph(replace(EXTRACTION, original_publisher=LEDGER))
    assert same.values(MINTER.article("bridge-1"), "st:republicationOf") == []
    assert same.value(same.stance(RELAYED), "st:originPublisher", "rdfs:label") == "Ledger"


def test_publishers_nobody_looked_up_are_news_organisations() -> None:
    unseen = Graph(replace(EXTRACTION, publisher=None, original_publisher=None))
    outlet = unseen.value(MINTER.article("bridge-1"), "schema:publisher")
    assert unseen.value(outlet, "rdfs:label") == "Ledger"
    assert unseen.value(outlet, "rdf:type") == term("schema:NewsMediaOrganization").value


def test_full_text_is_restricted(graph: Graph) -> None:
    (quad,) = [q for q in graph.quads if q.predicate == term("st:text")]
    assert quad.object.value == TEXT
    assert quad.graph_name.value == MINTER.restricted_graph("bridge-1")


def test_lone_surrogates_in_a_text_do_not_stop_the_article() -> None:
    odd = replace(EXTRACTION, article=replace(EXTRACTION.article, text=TEXT.replace("𝒵", "\ud835")))
    (quad,) = [q for q in Graph(odd).quads if q.predicate == term("st:text")]
    assert len(quad.object.value) == len(TEXT)
