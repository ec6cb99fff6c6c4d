"""What the linker decided, as RDF: one node for each entity of an article, and one for each candidate that lost."""

from __future__ import annotations

from kb.iris import Minter
from kb.model import EntityLink, EntityType, LinkStatus
from kb.triples import Triples, decimal, worded

CLASSES = {
    EntityType.PERSON: ("schema:Person",),
    EntityType.ORGANISATION: ("schema:Organization",),
    EntityType.COUNTRY: ("schema:Country",),
    EntityType.PLACE: ("schema:Place",),
    EntityType.GROUP: ("schema:Thing", "st:Group"),  # schema.org has no class of peoples, creeds and camps
    EntityType.MEDIA: ("schema:NewsMediaOrganization",),
    EntityType.EVENT: ("schema:Event",),
    EntityType.WORK: ("schema:CreativeWork",),
    EntityType.OTHER: ("schema:Thing",),
}
_STATUSES = {LinkStatus.ACCEPTED: "st:Accepted", LinkStatus.AMBIGUOUS: "st:Ambiguous", LinkStatus.NIL: "st:NIL"}


def add_link(
    triples: Triples, minter: Minter, article_id: str, key: str, link: EntityLink, graph: str, run_iri: str
) -> None:
    """Write a decision to the graph.

    Args:
        key: of the entity; see `kb.linking.linker.entity_key`.
        run_iri: the run in which it was decided.
    """
    iri = minter.link(article_id, key)
    triples.add(graph, minter.entity(key), "st:hasLink", iri)
    triples.add(graph, iri, "rdf:type", "st:EntityLink")
    triples.add(graph, iri, "st:linkStatus", _STATUSES[link.status])
    triples.add(graph, iri, "itsrdf:taConfidence", decimal(link.confidence))
    triples.add(graph, iri, "prov:wasDerivedFrom", minter.article(article_id))
    triples.add(graph, iri, "prov:wasGeneratedBy", run_iri)
    if link.qid and link.status is LinkStatus.ACCEPTED:
        triples.add(graph, iri, "st:candidate", f"wd:{link.qid}")
    for candidate in link.candidates:
        if candidate.qid == link.qid:
            continue
        other = minter.link(article_id, key, candidate.qid)
        triples.add(graph, iri, "st:nextBest", other)
        triples.add(graph, other, "rdf:type", "st:EntityLink")
        triples.add(graph, other, "st:candidate", f"wd:{candidate.qid}")
        triples.add(graph, other, "rdfs:label", worded(candidate.label, "en"))
        triples.add(graph, other, "itsrdf:taConfidence", decimal(candidate.score))
        undecided = link.status is LinkStatus.AMBIGUOUS
        triples.add(graph, other, "st:linkStatus", "st:Ambiguous" if undecided else "st:Rejected")
        if undecided:
            triples.add(graph, iri, "st:candidate", f"wd:{candidate.qid}")
