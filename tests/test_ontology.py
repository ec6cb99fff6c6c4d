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

from kb import rdf, resources
from kb.iris import PREFIXES
from kb.model import Certainty, MentionForm, Polarity, SpeechMode, StanceKind
from kb.settings import NAMESPACE
from kb.validation import validate

FOLDER = resources.folder("ontology")
EXAMPLES = FOLDER / "examples"
WORKED = EXAMPLES / "worked_example.trig"
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
    CODE / "rdf.py",
    CODE / "reviews.py",
    CODE / "runs.py",
    *sorted(resources.folder("queries").glob("*.rq")),
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
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
