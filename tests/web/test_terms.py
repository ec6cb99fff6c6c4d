"""Terms for editors: from the vocabulary, and from what the project says in other vocabularies."""

from __future__ import annotations

import pyoxigraph as ox

from kb.iris import PREFIXES
from kb.web import vocabulary
from kb.web.terms import document, short


def test_all_terms_of_the_vocabulary_are_there_with_what_they_mean() -> None:
    terms = {term["name"]: term for term in document()["terms"]}
    assert {f"st:{term.name}" for term in vocabulary.terms() if term.name.isalnum()} <= terms.keys()
    assert terms["st:Stance"]["kind"] == "class"
    assert terms["st:holder"]["kind"] == "property"
    assert terms["st:Oppose"]["kind"] == "value"
    assert "Whose stance" in terms["st:holder"]["definition"]


def test_terms_of_other_vocabularies_that_the_data_use() -> None:
    names = {term["name"] for term in document()["terms"]}
    assert {"rdfs:label", "skos:exactMatch", "schema:about", "oa:exact", "prov:agent", "schema:Person"} <= names


def test_every_term_can_stand_in_a_query() -> None:
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    for term in document()["terms"]:
        ox.Store().query(f"{prologue}ASK {{ ?s ?p {term['name']} }}")


def test_short_names() -> None:
    assert short("http://www.wikidata.org/entity/Q76") == "wd:Q76"
    assert short("http://www.wikidata.org/entity/statement/a-1") == "wds:a-1"
    assert short("https://elsewhere.test/a") == ""
