"""The vocabulary is whole, the shapes catch what they are for, the worked example keeps its own rules."""

import hashlib
import json
import re
from enum import StrEnum
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS, VANN

from kb import queries, rdf, resources
from kb.iris import PREFIXES
from kb.model import Certainty, MentionForm, Polarity, SpeechMode, StanceKind
from kb.settings import NAMESPACE
from kb.store.embedded import EmbeddedStore
from kb.validation import validate

FOLDER = resources.folder("ontology")
EXAMPLES = FOLDER / "examples"
WORKED = EXAMPLES / "worked_example.trig"
ID = "https://w3id.org/stancekb/id/"
ONTOLOGY = rdflib.URIRef(NAMESPACE.rstrip("#"))
VOCABULARY = rdflib.Graph().parse(FOLDER / "stance.ttl")
SHAPES = rdflib.Graph().parse(FOLDER / "shapes.ttl")
TERMS = sorted({s for s in VOCABULARY.subjects(RDF.type) if str(s).startswith(NAMESPACE)})
SHAPE_NAMES = sorted(str(s).removeprefix(NAMESPACE) for s in SHAPES.subjects(RDF.type, SH.NodeShape))


def file_name(shape: str, kind: str) -> Path:
    """StanceShape, pass -> stance_pass.ttl"""
    return EXAMPLES / f"{re.sub('(?<!^)(?=[A-Z])', '_', shape.removesuffix('Shape')).lower()}_{kind}.ttl"


def parse(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path)))


@pytest.mark.parametrize("term", TERMS, ids=lambda t: str(t).removeprefix(NAMESPACE))
def test_term_has_label_definition_and_comment_in_english(term: rdflib.URIRef) -> None:
    for predicate in (RDFS.label, SKOS.definition, RDFS.comment):
        values = list(VOCABULARY.objects(term, predicate))
        assert len(values) == 1, predicate
        assert values[0].language == "en"
        assert str(values[0]).strip()
    assert (term, RDFS.isDefinedBy, ONTOLOGY) in VOCABULARY


def test_ontology_has_version_licence_and_preferred_prefix() -> None:
    assert VOCABULARY.value(ONTOLOGY, OWL.versionIRI) == rdflib.URIRef(f"{ONTOLOGY}/0.1.0")
    assert VOCABULARY.value(ONTOLOGY, DCTERMS.license) == rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert str(VOCABULARY.value(ONTOLOGY, VANN.preferredNamespacePrefix)) == "st"
    assert str(VOCABULARY.value(ONTOLOGY, VANN.preferredNamespaceUri)) == NAMESPACE
    assert "creativecommons.org/licenses/by/4.0" in (FOLDER / "LICENSE").read_text(encoding="utf-8")


def test_every_concept_is_in_a_declared_scheme() -> None:
    schemes = set(VOCABULARY.subjects(RDF.type, SKOS.ConceptScheme))
    for concept in VOCABULARY.subjects(RDF.type, SKOS.Concept):
        assert VOCABULARY.value(concept, SKOS.inScheme) in schemes, concept


def test_no_term_is_of_two_kinds() -> None:
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, SKOS.Concept, SKOS.ConceptScheme}
    for term in TERMS:
        assert len(kinds & set(VOCABULARY.objects(term, RDF.type))) == 1, term


CODE = Path(rdf.__file__).parent
SOURCES = [
    FOLDER / "shapes.ttl",
    FOLDER / "context.jsonld",
    WORKED,
    *sorted(path for path in CODE.rglob("*.py") if "st:" in path.read_text(encoding="utf-8")),
    *sorted(resources.folder("queries").glob("*.rq")),
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: "/".join(p.parts[-2:]))
def test_files_use_declared_terms_only(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = {NAMESPACE + name for name in re.findall(r"\bst:([A-Za-z0-9]+)", text)}
    shapes = set() if path.suffix == ".py" else {NAMESPACE + name for name in SHAPE_NAMES}
    assert not used - shapes - {str(t) for t in TERMS}


@pytest.mark.parametrize("values", [Polarity, StanceKind, Certainty, SpeechMode], ids=lambda e: e.__name__)
def test_values_of_the_model_are_concepts(values: type[StrEnum]) -> None:
    for value in values:
        name = "".join(part.capitalize() for part in value.value.split("-"))
        assert rdflib.URIRef(NAMESPACE + name) in TERMS


def test_forms_of_mention_are_concepts() -> None:
    assert {rdflib.URIRef(f"{NAMESPACE}{form.value.capitalize()}Form") for form in MentionForm} <= set(TERMS)


def test_shapes_prefixes_are_those_of_the_package() -> None:
    for node in SHAPES.objects(None, SH.declare):
        assert PREFIXES[str(SHAPES.value(node, SH.prefix))] == str(SHAPES.value(node, SH.namespace))


@pytest.mark.parametrize("shape", SHAPE_NAMES)
def test_passing_example_conforms_to_all_shapes(shape: str) -> None:
    assert validate(parse(file_name(shape, "pass"))).results == ()


@pytest.mark.parametrize("shape", SHAPE_NAMES)
def test_failing_example_breaks_its_shape_and_no_other(shape: str) -> None:
    assert {result.shape for result in validate(parse(file_name(shape, "fail"))).results} == {shape}


@pytest.mark.parametrize("shape", SHAPE_NAMES)
def test_plain_pyshacl_agrees_on_the_examples(shape: str) -> None:
    for kind in ("pass", "fail"):
        data = rdflib.Graph().parse(file_name(shape, kind))
        conforms, _, report = pyshacl.validate(data, shacl_graph=SHAPES)
        assert conforms is (kind == "pass"), report


def test_every_example_belongs_to_a_shape() -> None:
    expected = {file_name(shape, kind).name for shape in SHAPE_NAMES for kind in ("pass", "fail")}
    assert {path.name for path in EXAMPLES.iterdir()} == expected | {WORKED.name}


def test_worked_example_conforms() -> None:
    assert validate(parse(WORKED)).results == ()


def test_worked_example_offsets_and_hashes_fit_its_texts() -> None:
    store = ox.Store()
    store.extend(parse(WORKED))
    prologue = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items())

    def rows(pattern: str) -> list[ox.QuerySolution]:
        found = store.query(f"{prologue} SELECT * {{ {pattern} }}", use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return list(found)

    texts = rows("?article st:text ?text ; st:textSha256 ?sha")
    assert len(texts) == 2
    for row in texts:
        assert hashlib.sha256(row["text"].value.encode()).hexdigest() == row["sha"].value
    spans = rows("""?m oa:hasSource/st:text ?text ; oa:hasSelector/oa:start ?start ; oa:hasSelector/oa:end ?end ;
                    oa:hasSelector ?quote . ?quote oa:exact ?exact ; oa:prefix ?before ; oa:suffix ?after""")
    assert len(spans) > 20
    for row in spans:
        text, start, end = row["text"].value, int(row["start"].value), int(row["end"].value)
        assert text[start:end] == row["exact"].value
        assert text[:start].endswith(row["before"].value)
        assert text[end:].startswith(row["after"].value)


def test_worked_example_has_no_blank_nodes_and_each_triple_once() -> None:
    quads = parse(WORKED)
    assert not [q for q in quads if ox.BlankNode in (type(q.subject), type(q.object))]
    assert len({q.triple for q in quads}) == len(quads)


def test_context_expands_to_the_prefixes_and_terms_of_the_vocabulary() -> None:
    context = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert {name: context[name] for name in PREFIXES} == PREFIXES
    named = {v["@id"] for v in context.values() if isinstance(v, dict) and v["@id"].startswith("st:")}
    properties = (OWL.ObjectProperty, OWL.DatatypeProperty)
    declared = {
        f"st:{str(t).removeprefix(NAMESPACE)}"
        for t in TERMS
        if (set(VOCABULARY.objects(t, RDF.type)) & set(properties))
    }
    assert named == declared


# One fact of a passing example changed: example, what is replaced, by what, the shape that must say so.
CHANGES = [
    ("stance", "st:target ex:ferry ;", "st:target ex:ferry , ex:pavel-ruhm ;", "StanceShape"),
    ("stance", "st:holder ex:pavel-ruhm ;", 'st:holder "Pavel Ruhm" ;', "StanceShape"),
    ("stance", "st:polarity st:Oppose", "st:polarity st:Against", "StanceShape"),
    ("stance", "st:polarityValue -1.0", "st:polarityValue -2.0", "StanceShape"),
    ("stance", "st:kind st:Position", "st:kind st:Certain", "StanceShape"),
    ("stance", "st:certainty st:Certain ;", "", "StanceShape"),
    ("stance", "st:negated false", 'st:negated "no"', "StanceShape"),
    ("stance", "st:conditional false", "st:conditional false , true", "StanceShape"),
    ("stance", "st:confidence 0.9", "st:confidence -0.1", "StanceShape"),
    ("stance", "st:calibratedOn ex:calibration ;", "", "StanceShape"),
    ("stance", "ex:utterance a st:Utterance .", "", "StanceShape"),
    ("stance", "st:reportedIn ex:article ;", "", "StanceShape"),
    ("stance", "st:originPublisher ex:lantern", "st:originPublisher ex:lantern , ex:dora-vint", "StanceShape"),
    ("stance", "st:status st:Extracted ;", "", "StanceShape"),
    ("stance", "st:audience st:PublicData ;", "", "StanceShape"),
    ("stance", " ; prov:wasGeneratedBy ex:run", "", "StanceShape"),
    ("stance", "st:evidence ex:words ;", "", "EvidenceShape"),
    ("stance", "oa:hasSource ex:article", "oa:hasSource ex:elsewhere", "EvidenceShape"),
    ("stance", "st:polarity st:Oppose", "st:polarity st:Support", "PolarityShape"),
    ("stance", '"2032-09-01"', '"2032-09-02"', "DateShape"),
    ("stance", "st:dateBasis st:TextDate ;", "", "DateShape"),
    ("stance", 'st:sortDate "2032-09-01"^^xsd:date ;', "", "DateShape"),
    ("stance", "prov:agent ex:pavel-ruhm ;", "", "AttributionShape"),
    ("stance", "st:speechMode st:IndirectSpeech", "st:speechMode st:Shouted", "AttributionShape"),
    ("stance", "st:voicedVia ex:link-1 ;", "", "ChainShape"),
    ("stance", "st:voice ex:pavel-ruhm ;", "st:voice ex:dora-vint ;", "ChainShape"),
    ("stance", "st:nestingDepth 1", "st:nestingDepth 2", "ChainShape"),
    ("stance", "st:speechMode st:AuthorVoice", "st:speechMode st:Paraphrase", "ChainShape"),
    ("stance", "st:viaUnnamed false", "st:viaUnnamed true", "ViaUnnamedShape"),
    ("stance", 'ex:pavel-ruhm a schema:Person ; rdfs:label "Pavel Ruhm"@en .', "", "DescribedShape"),
    ("stance", 'ex:ferry a st:Proposition ; skos:prefLabel "A ferry should be run"@en .', "", "DescribedShape"),
    ("stance", ' ; skos:prefLabel "A ferry should be run"@en', "", "PropositionShape"),
    ("stance", "oa:start 120 ; oa:end 152", "oa:start 120 ; oa:end 153", "MentionShape"),
    ("stance", "oa:start 120", "oa:start -1", "MentionShape"),
    ("stance", "oa:start 120 ; ", "", "MentionShape"),
    ("stance", "Pavel Ruhm spoke against a ferry", "", "MentionShape"),
    ("stance", "ex:article a schema:NewsArticle ;", "ex:article", "ArticleShape"),
    ("stance", '"2032-09-14"^^xsd:date', '"last week"', "ArticleShape"),
    ("unnamed", "st:describedAs", "st:text", "UnnamedShape"),
    ("match", "skos:exactMatch wd:Q4115189", "skos:exactMatch wd:Q4115189 , wd:Q13406268", "MatchShape"),
    ("match", "skos:exactMatch wd:Q4115189", "skos:exactMatch wd:P31", "MatchShape"),
    ("match", "skos:exactMatch wd:Q4115189", 'skos:exactMatch "Q4115189"', "MatchShape"),
    ("match", "skos:exactMatch wd:Q4115189", "skos:exactMatch <https://www.wikidata.org/wiki/Q1>", "MatchShape"),
    ("link", "itsrdf:taConfidence 0.4", "itsrdf:taConfidence 4.0", "LinkShape"),
    ("link", "st:linkStatus st:Ambiguous", "st:linkStatus st:NIL", "LinkShape"),
    ("link", "st:linkStatus st:Ambiguous", "st:linkStatus st:Accepted", "LinkShape"),
    ("review", " ; st:reviews ex:stance", "", "ReviewShape"),
    ("review", "st:status st:Retracted", "st:status st:Extracted", "ReviewShape"),
]  # fmt: skip


@pytest.mark.parametrize(("example", "old", "new", "shape"), CHANGES, ids=lambda value: value)
def test_each_single_change_is_noticed(example: str, old: str, new: str, shape: str) -> None:
    text = (EXAMPLES / f"{example}_pass.ttl").read_text(encoding="utf-8")
    assert text.count(old) == 1
    found = validate(ox.parse(text.replace(old, new), format=ox.RdfFormat.TURTLE)).results
    assert shape in {result.shape for result in found if result.severity == "violation"}


# The plain rules of the shapes, one by one: shape, property, rule. SPARQL would only slow this down.
CORE = rdflib.Graph() + SHAPES
CORE.remove((None, SH.sparql, None))
OTHERS = [rdflib.URIRef(f"https://kb.example/id/other-{n}") for n in range(2)]
WRONG: dict[rdflib.URIRef, tuple[rdflib.term.Node, ...]] = {
    SH.minCount: (),
    SH.maxCount: tuple(OTHERS),
    SH.nodeKind: (rdflib.Literal("words"),),
    SH.datatype: (OTHERS[0],),
    SH["in"]: (OTHERS[0],),
    SH["class"]: (OTHERS[0],),
    SH["or"]: (OTHERS[0],),
    SH.pattern: (OTHERS[0],),
}
RULES = [
    (name, path, rule)
    for name in SHAPE_NAMES
    for node in SHAPES.objects(rdflib.URIRef(NAMESPACE + name), SH.property)
    for path in SHAPES.objects(node, SH.path)
    if isinstance(path, rdflib.URIRef)
    for rule in WRONG
    if (node, rule, None) in SHAPES
]


def focus_of(shape: rdflib.URIRef, data: rdflib.Graph) -> rdflib.term.Node:
    """A node of the data that the shape is for."""
    for kind in SHAPES.objects(shape, SH.targetClass):
        return next(data.subjects(RDF.type, kind))
    for predicate in SHAPES.objects(shape, SH.targetSubjectsOf):
        for subject in data.subjects(predicate):
            return subject
    return next(value for p in SHAPES.objects(shape, SH.targetObjectsOf) for value in data.objects(None, p))


@pytest.mark.parametrize(("name", "path", "rule"), RULES, ids=lambda v: re.split("[#/]", v)[-1])
def test_each_plain_rule_can_be_broken(name: str, path: rdflib.URIRef, rule: rdflib.URIRef) -> None:
    data = rdflib.Graph().parse(file_name(name, "pass"))
    focus = focus_of(rdflib.URIRef(NAMESPACE + name), data)
    data.remove((focus, path, None))
    for value in WRONG[rule]:
        data.add((focus, path, value))
    _, report, _ = pyshacl.validate(data, shacl_graph=CORE)
    component = str(rule).removeprefix(str(SH))
    found = {
        (report.value(result, SH.focusNode), report.value(result, SH.sourceConstraintComponent))
        for result in report.subjects(SH.resultPath, path)
    }
    assert (focus, SH[f"{component[0].upper()}{component[1:]}ConstraintComponent"]) in found


# What people come to ask: the query, its parameters, columns and what their values must include.
ASKED = [
    ("dossier", {"holder": "Q4115189"}, "outlet_name", {"Veldmar Courier"}),
    ("positions", {"proposition": f"{ID}proposition/dam"}, "polarity", {"support", "oppose"}),
    ("timeline", {"holder": "Aldona Reyk", "target": f"{ID}proposition/dam"}, "polarity", {"support", "oppose"}),
    ("contradicting-accounts", {}, "for_outlet", {"Highland Review", "Veldmar Courier"}),
    ("unnamed-only", {}, "described_as", {"two officials of the ministry of water", "reportedly"}),
    ("receipt", {"stance": f"{ID}stance/s5"}, "voice_name", {"Radio Ostra", "Jonas Pell"}),
    ("outlets-compared", {"entity": "Q4115189"}, "outlet_name", {"Highland Review", "Veldmar Courier"}),
]


@pytest.mark.parametrize(("name", "params", "column", "values"), ASKED, ids=[row[0] for row in ASKED])
def test_worked_example_has_rows_for(name: str, params: dict[str, str], column: str, values: set[str]) -> None:
    store = EmbeddedStore.in_memory()
    store.load(parse(WORKED))
    assert values <= {row[column] for row in queries.run(store, name, params)}


def test_example_of_the_design_conforms(shared: Path) -> None:
    report = validate(parse(shared / "design" / "ontology-draft" / "example.trig"))
    assert report.conforms, report.results


def test_all_terms_of_the_design_are_declared(shared: Path) -> None:
    draft = rdflib.Graph().parse(shared / "design" / "ontology-draft" / "ontology.ttl")
    assert {s for s in draft.subjects(RDF.type) if str(s).startswith(NAMESPACE)} <= set(TERMS)
