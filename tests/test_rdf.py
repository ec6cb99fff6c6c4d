"""Extractions made by hand, with invented people and places, into quads."""

from dataclasses import replace
from itertools import combinations

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

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
from kb.resources import folder
from kb.settings import NAMESPACE, Settings
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


# --- spans


def test_offsets_agree_with_the_text(graph: Graph) -> None:
    mentions = graph.subjects("rdf:type", "st:Mention")
    assert len(mentions) >= 9
    for iri in mentions:
        start, end, exact, prefix, suffix = graph.selected(iri)
        assert TEXT[start:end] == exact != ""
        assert TEXT[:start].endswith(prefix)
        assert TEXT[end:].startswith(suffix)
        assert graph.value(iri, "oa:hasSource") == MINTER.article("bridge-1")


def test_what_surrounds_public_words_shows_no_comment(graph: Graph) -> None:
    iri = graph.value(graph.stance(OWN), "st:evidence")
    assert graph.selected(iri)[4] == "\n\n"


@pytest.mark.parametrize("limit", [1, 17, 300])
def test_quotations_are_cut_to_the_limit(limit: int) -> None:
    cut = Graph(EXTRACTION, SETTINGS.with_(quote_limit=limit))
    for iri in cut.subjects("rdf:type", "st:Mention"):
        start, end, exact, _, _ = cut.selected(iri)
        assert len(exact) <= limit
        assert end == start + len(exact)
        assert TEXT[start:end] == exact


def test_mentions_refer_to_their_entity_and_say_how(graph: Graph) -> None:
    (iri,) = graph.subjects("st:refersTo", MINTER.entity("Q900003"))
    assert graph.selected(iri)[2] == "Norvania"
    assert graph.value(iri, "st:mentionForm") == term("st:NameForm").value


# --- stances


def test_stance_says_what_was_read(graph: Graph) -> None:
    iri = graph.stance(RELAYED)
    expected = {
        "st:holder": MINTER.entity("Q900001"),
        "st:polarity": term("st:Oppose").value,
        "st:polarityValue": "-1",
        "st:kind": term("st:Position").value,
        "st:certainty": term("st:Probable").value,
        "st:negated": "false",
        "st:conditional": "false",
        "st:nestingDepth": "2",
        "st:viaUnnamed": "true",
        "st:statedOn": "2024-05",
        "st:sortDate": "2024-05-01",
        "st:dateBasis": term("st:TextDate").value,
        "st:confidence": "0.81",
        "st:status": term("st:Extracted").value,
        "st:audience": term("st:PublicData").value,
        "st:reportedIn": MINTER.article("bridge-1"),
        "prov:wasGeneratedBy": MINTER.run(*RUN.parts),
    }
    assert {name: graph.value(iri, name) for name in expected} == expected
    assert graph.selected(graph.value(iri, "st:evidence"))[2] == "Mara Velling opposes the harbour bridge"
    assert graph.selected(graph.value(iri, "st:cue"))[2] == "opposes"
    assert graph.value(graph.stance(OWN), "st:conditional") == "true"


def test_chain_runs_from_who_speaks_out_to_the_author(graph: Graph) -> None:
    link, agents, modes = graph.value(graph.stance(RELAYED), "st:voicedVia"), [], []
    while link:
        agents.append(graph.value(link, "prov:agent"))
        modes.append(graph.value(link, "st:speechMode"))
        (link,) = graph.values(link, "st:relayedBy") or [""]
    assert graph.value(agents[0], "st:describedAs") == "two officials"
    assert agents[1:] == [MINTER.entity("tarn-courier"), MINTER.entity("jonas-reed")]
    assert modes == [term(f"st:{mode}").value for mode in ("IndirectSpeech", "RelaysReport", "AuthorVoice")]


def test_links_of_the_chain_keep_cue_and_whether_they_are_inferred(graph: Graph) -> None:
    inner = graph.value(graph.stance(RELAYED), "st:voicedVia")
    assert graph.value(inner, "st:inferredLink") == "true"
    assert graph.selected(graph.value(inner, "st:cue"))[2] == "told"
    assert graph.value(inner, "st:relayedBy", "st:inferredLink") == "false"


def test_voice_is_who_speaks_not_the_holder(graph: Graph) -> None:
    relayed, own = graph.stance(RELAYED), graph.stance(OWN)
    assert graph.value(relayed, "st:voice") == graph.value(relayed, "st:voicedVia", "prov:agent")
    assert graph.value(relayed, "st:voice") != graph.value(relayed, "st:holder")
    assert graph.value(relayed, "st:utterance", "schema:spokenByCharacter") == graph.value(relayed, "st:voice")
    assert graph.value(own, "st:voice") == graph.value(own, "st:holder") == MINTER.entity("jonas-reed")
    assert graph.value(own, "st:nestingDepth") == "0"


def test_author_without_a_byline_is_no_unnamed_source() -> None:
    author = Agent("The Ledger", AgentKind.AUTHOR)
    bare = Graph(replace(EXTRACTION, author=author, stances=(replace(OWN, holder=author),)))
    voice = bare.value(bare.stance(OWN), "st:voice")
    assert bare.values(voice, "rdf:type") == [term("st:UnnamedAuthor").value]
    assert bare.value(bare.stance(OWN), "st:viaUnnamed") == "false"


def test_unnamed_sources_are_never_linked(graph: Graph) -> None:
    (iri,) = graph.subjects("st:describedAs", "two officials")
    assert graph.values(iri, "rdf:type") == [term("st:UnnamedSource").value]
    assert graph.value(iri, "st:presumedAffiliation") == MINTER.entity("Q900003")
    assert not graph.values(iri, "skos:exactMatch")
    assert not graph.values(iri, "st:hasLink")
    assert graph.home(iri) == {MINTER.article_graph("bridge-1")}


def test_unnamed_source_with_an_entity_by_mistake_is_still_not_linked() -> None:
    mistaken = replace(OFFICIALS, entity=VELLING)
    chain = (RELAYED.chain[0], replace(RELAYED.chain[1], agent=mistaken))
    odd = Graph(replace(EXTRACTION, stances=(replace(RELAYED, chain=chain),)))
    assert odd.value(odd.stance(RELAYED), "st:voice") != MINTER.entity("Q900001")
    assert odd.value(odd.stance(RELAYED), "st:viaUnnamed") == "true"


@pytest.mark.parametrize(
    ("said", "published", "stated", "first", "basis"),
    [
        ("2024-03-09", "2024-05-02", "2024-03-09", "2024-03-09", "TextDate"),
        ("2023", "2024-05-02", "2023", "2023-01-01", "TextDate"),
        ("", "2024-05-02", "2024-05-02", "2024-05-02", "ArticleDate"),
        ("2024-13", "2024-05", "2024-05", "2024-05-01", "ArticleDate"),
    ],
)
def test_date_is_as_exact_as_known(said: str, published: str, stated: str, first: str, basis: str) -> None:
    article = replace(EXTRACTION.article, date=published)
    dated = Graph(replace(EXTRACTION, article=article, stances=(replace(RELAYED, date=said),)))
    iri = dated.stance(RELAYED)
    assert dated.value(iri, "st:statedOn") == stated
    assert dated.value(iri, "st:sortDate") == first
    assert dated.value(iri, "st:dateBasis") == term(f"st:{basis}").value


def test_stance_without_any_date_has_none() -> None:
    article = replace(EXTRACTION.article, date="")
    undated = Graph(replace(EXTRACTION, article=article, stances=(replace(RELAYED, date=""),)))
    iri = undated.stance(RELAYED)
    assert not [name for name in ("st:statedOn", "st:sortDate", "st:dateBasis") if undated.values(iri, name)]


def test_two_readings_of_the_same_words_are_two_stances_and_the_first_keeps_its_name(graph: Graph) -> None:
    both = Graph(replace(EXTRACTION, stances=(RELAYED, replace(RELAYED, polarity=Polarity.SUPPORT))))
    assert len(both.subjects("rdf:type", "st:Stance")) == 2
    assert both.stance(RELAYED) == graph.stance(RELAYED)


def test_the_same_reading_twice_is_one_stance(graph: Graph) -> None:
    assert Graph(replace(EXTRACTION, stances=(*EXTRACTION.stances, RELAYED))).by_graph == graph.by_graph


# --- reader comments


def test_comments_go_to_the_restricted_graph(graph: Graph) -> None:
    iri, restricted = graph.stance(COMMENTED), MINTER.restricted_graph("bridge-1")
    assert graph.home(iri) == {restricted}
    assert graph.value(iri, "st:audience") == term("st:RestrictedData").value
    for part in ("st:evidence", "st:voicedVia", "st:utterance", "st:holder"):
        assert graph.home(graph.value(iri, part)) == {restricted}
    assert graph.value(iri, "st:originPublisher", "rdfs:label") == "Ledger"
    assert graph.value(iri, "st:viaUnnamed") == "true"


def test_no_word_of_a_comment_is_outside_the_restricted_graph(graph: Graph) -> None:
    shown = "\n".join(str(q) for q in graph.quads if q.graph_name.value != MINTER.restricted_graph("bridge-1"))
    assert not [word for word in ("fool", "Brask", "brask", "neighbour", "reader") if word in shown]


def test_chain_of_a_comment_ends_with_the_commenter(graph: Graph) -> None:
    link = graph.value(graph.stance(COMMENTED), "st:voicedVia")
    assert graph.value(link, "prov:agent", "st:describedAs") == "reader comment 1"
    assert graph.values(link, "st:relayedBy") == []


def test_words_of_a_comment_are_restricted_whoever_is_said_to_hold_the_stance() -> None:
    holder = Agent("Odo Brask", AgentKind.ENTITY, BRASK)
    quoted = replace(COMMENTED, holder=holder, chain=(Voice(holder, SpeechMode.INDIRECT_SPEECH),))
    told = Graph(replace(EXTRACTION, stances=(quoted,)))
    iri = told.stance(quoted)
    assert told.home(iri) == {MINTER.restricted_graph("bridge-1")}
    assert told.value(iri, "st:nestingDepth") == "1"
    outermost = told.value(iri, "st:voicedVia", "st:relayedBy", "prov:agent")
    assert told.value(outermost, "st:describedAs") == "reader comment 1"


# --- entities, links, propositions, the run


def test_linked_entity_has_the_name_of_its_item(graph: Graph) -> None:
    iri = MINTER.entity("Q900003")
    assert graph.value(iri, "rdfs:label") == "Republic of Norvania"
    assert graph.values(iri, "skos:altLabel") == ["Norvania"]
    assert graph.value(iri, "rdf:type") == term("schema:Country").value
    assert graph.value(iri, "skos:exactMatch") == term("wd:Q900003").value


def test_what_only_comments_call_a_linked_entity_is_restricted() -> None:
    brask = linked("Q900021", "Odo Brask", EntityType.PERSON)  # "Brask" in the comment
    seen = Graph(replace(EXTRACTION, mentions=(mention("Odo Brask", brask),), stances=()))
    homes = {q.predicate: q.graph_name.value for q in seen.quads if q.subject.value == MINTER.entity("Q900021")}
    assert homes[term("skos:exactMatch")] == homes[term("rdfs:label")] == MINTER.entities_graph
    assert homes[term("skos:altLabel")] == homes[term("st:hasLink")] == MINTER.restricted_graph("bridge-1")


def test_only_accepted_links_are_matches(graph: Graph) -> None:
    matched = {q.subject.value for q in graph.quads if q.predicate == term("skos:exactMatch")}
    assert matched == {MINTER.entity("Q900001"), MINTER.entity("Q900003")}


def test_candidates_not_chosen_are_kept_as_rejected(graph: Graph) -> None:
    link = graph.value(MINTER.entity("Q900001"), "st:hasLink")
    assert graph.value(link, "st:linkStatus") == term("st:Accepted").value
    assert graph.value(link, "st:candidate") == term("wd:Q900001").value
    assert graph.value(link, "itsrdf:taConfidence") == "0.9"
    assert graph.value(link, "st:nextBest", "st:candidate") == term("wd:Q900002").value
    assert graph.value(link, "st:nextBest", "st:linkStatus") == term("st:Rejected").value
    assert graph.home(link) == {MINTER.article_graph("bridge-1")}


def test_ambiguous_entity_keeps_its_candidates_and_has_no_match() -> None:
    candidates = (Candidate("Q900011", "Ulm Dorn", 0.5), Candidate("Q900012", "Ulm Dorn", 0.48))
    dorn = Entity("ulm-dorn", "Ulm Dorn", EntityType.PERSON, EntityLink(LinkStatus.AMBIGUOUS, None, 0.5, candidates))
    torn = Graph(replace(EXTRACTION, mentions=(mention("Mara Velling", dorn),), stances=()))
    link = torn.value(MINTER.entity("ulm-dorn"), "st:hasLink")
    assert torn.value(link, "st:linkStatus") == term("st:Ambiguous").value
    assert len(torn.values(link, "st:nextBest")) == 2
    assert torn.values(MINTER.entity("ulm-dorn"), "skos:exactMatch") == []


def test_entity_without_a_candidate_is_nil(graph: Graph) -> None:
    link = graph.value(MINTER.entity("tarn-courier"), "st:hasLink")
    assert graph.value(link, "st:linkStatus") == term("st:NIL").value
    assert graph.values(link, "st:candidate") == []


def test_specific_proposition_is_shared_and_a_vague_one_belongs_to_its_article(graph: Graph) -> None:
    shared = graph.value(graph.stance(RELAYED), "st:target")
    assert graph.home(shared) == {MINTER.entities_graph}
    assert graph.value(shared, "skos:prefLabel") == "The harbour bridge should be built"
    assert graph.value(shared, "schema:about") == MINTER.entity("Q900003")
    vague = replace(RELAYED, target=replace(BRIDGE, name="the plan"))
    scoped = Graph(replace(EXTRACTION, stances=(vague,)))
    assert scoped.home(scoped.value(scoped.stance(vague), "st:target")) == {MINTER.article_graph("bridge-1")}


def test_run_names_software_and_models(graph: Graph) -> None:
    run = MINTER.run(*RUN.parts)
    assert graph.value(run, "rdf:type") == term("st:ExtractionRun").value
    assert graph.value(run, "prov:wasAssociatedWith", "schema:softwareVersion") == "0.1.0"
    assert graph.value(run, "prov:wasAssociatedWith", "st:modelDigest") == f"sha256:{'0' * 64}"
    assert graph.home(run) == {MINTER.runs_graph}


def test_another_model_is_another_run(graph: Graph) -> None:
    other = extraction_quads(EXTRACTION, MINTER, replace(RUN, model="accurate"), SETTINGS)
    assert {q.subject for q in other[MINTER.runs_graph]} != {q.subject for q in graph.by_graph[MINTER.runs_graph]}


# --- the vocabulary


def test_every_term_of_ours_is_in_the_vocabulary(graph: Graph) -> None:
    vocabulary = {q.subject for q in ox.parse(path=folder("ontology") / "stance.ttl", format=ox.RdfFormat.TURTLE)}
    nodes = {node for quad in graph.quads for node in (quad.predicate, quad.object) if isinstance(node, ox.NamedNode)}
    assert {node.value for node in nodes if node.value.startswith(NAMESPACE) and node not in vocabulary} == set()


def test_quads_conform_to_the_shapes(graph: Graph) -> None:
    data = ox.serialize((quad.triple for quad in graph.quads), format=ox.RdfFormat.N_TRIPLES)
    conforms, _, report = pyshacl.validate(
        rdflib.Graph().parse(data=data, format="nt"),
        shacl_graph=rdflib.Graph().parse(folder("ontology") / "shapes.ttl"),
        ont_graph=rdflib.Graph().parse(folder("ontology") / "stance.ttl"),
        advanced=True,
        allow_warnings=True,
    )
    assert conforms, report
