"""Extraction -> quads. The only module that spells the ontology's terms (the questions in `queries/` apart).

No blank nodes, no clock: the same extraction gives the same quads. Each triple stands in one graph only, because the
union of all graphs is what queries see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from kb.iris import PREFIXES, Minter, content_hash, text_sha256
from kb.model import (
    Agent,
    AgentKind,
    Article,
    BlockKind,
    DateBasis,
    Entity,
    EntityType,
    Extraction,
    LinkStatus,
    Mention,
    Span,
    SpeechMode,
    Stance,
    Target,
    Voice,
)
from kb.settings import Settings

_CONTEXT = 20  # code points of prefix and suffix kept beside a quote
_NO_DATE = "0001-01-01"
_SCHEMA_CLASS = {
    EntityType.PERSON: "Person",
    EntityType.ORGANISATION: "Organization",
    EntityType.COUNTRY: "Country",
    EntityType.PLACE: "Place",
    EntityType.GROUP: "Organization",
    EntityType.MEDIA: "NewsMediaOrganization",
    EntityType.EVENT: "Event",
    EntityType.WORK: "CreativeWork",
    EntityType.OTHER: "Thing",
}
_VALUE = {"support": "0.8", "oppose": "-0.8", "neutral": "0.0", "mixed": "0.0"}
_BASIS = {DateBasis.TEXT: "TextDate", DateBasis.ARTICLE: "ArticleDate", DateBasis.INFERRED: "InferredDate"}


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What read the articles: our version, the language model, and the size of the stance model."""

    version: str
    language_model: str
    size: str


@lru_cache(maxsize=4096)
def term(name: str) -> ox.NamedNode:
    """A vocabulary term by its prefixed name ("st:holder")."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


_INTEGER, _DECIMAL, _BOOLEAN = term("xsd:nonNegativeInteger"), term("xsd:decimal"), term("xsd:boolean")
_TYPE = term("rdf:type")


def camel(value: str) -> str:
    """ "direct-quote" -> "DirectQuote": how the value lists name what the model spells in lower case."""
    return "".join(part.capitalize() for part in value.split("-"))


def extraction_quads(
    extraction: Extraction, minter: Minter, run: RunInfo, settings: Settings
) -> dict[str, list[ox.Quad]]:
    """All quads of one extraction by the IRI of their graph.

    The article's public and restricted graph are its own and replaced as a whole; the graphs of entities and runs are
    shared and only grow.
    """
    return _Writer(extraction, minter, run, settings).write()


class _Graph:
    """Collects the triples of one graph, each once, in order."""

    def __init__(self, iri: str) -> None:
        self.node = ox.NamedNode(iri)
        self.quads: dict[ox.Quad, None] = {}

    def add(self, subject: ox.NamedNode, predicate: str, *values: ox.NamedNode | ox.Literal) -> None:
        for value in values:
            self.quads[ox.Quad(subject, term(predicate), value, self.node)] = None


class _Writer:
    def __init__(self, extraction: Extraction, minter: Minter, run: RunInfo, settings: Settings) -> None:
        article = extraction.article
        self.extraction = extraction
        self.article: Article = article
        self.minter = minter
        self.settings = settings
        self.public = _Graph(minter.article_graph(article.id))
        self.restricted = _Graph(minter.restricted_graph(article.id))
        self.entities = _Graph(minter.entities_graph)
        self.runs = _Graph(minter.runs_graph)
        self.article_node = ox.NamedNode(minter.article(article.id))
        self.text_hash = text_sha256(article.text)
        self.run = run
        self.run_node = ox.NamedNode(minter.run(run.version, run.language_model, run.size))
        self.calibration = ox.NamedNode(f"{minter.base}id/calibration/{content_hash(run.version, run.size)}")
        self._comments = [b.span for b in article.blocks if b.kind is BlockKind.COMMENT]
        self._stances: set[str] = set()

    def write(self) -> dict[str, list[ox.Quad]]:
        for entity in self.extraction.entities:
            self.entity(entity)
        self.article_facts()
        for mention in self.extraction.mentions:
            self.entity_mention(mention)
        for stance in self.extraction.stances:
            self.stance(stance)
        self.run_facts()
        graphs = (self.public, self.restricted, self.entities, self.runs)
        return {g.node.value: sorted(g.quads, key=str) for g in graphs if g.quads}

    # --- what is shared

    def entity(self, entity: Entity) -> None:
        node = self.entity_node(entity)
        self.entities.add(node, "rdf:type", term(f"schema:{_SCHEMA_CLASS[entity.type]}"))
        self.entities.add(node, "rdfs:label", ox.Literal(entity.name, language="en"))
        link = entity.link
        if link.qid is not None:
            self.entities.add(node, "skos:exactMatch", term(f"wd:{link.qid}"))
        candidates = {c.qid: c.score for c in link.candidates}
        if link.qid is not None:
            candidates[link.qid] = link.confidence
        for qid, score in sorted(candidates.items()):
            if qid == link.qid:
                status = "Accepted"
            else:
                status = "Ambiguous" if link.status is LinkStatus.AMBIGUOUS else "Rejected"
            self.link(node, entity, qid, score, status)
        if not candidates:
            self.link(node, entity, "", link.confidence, "NIL")

    def link(self, node: ox.NamedNode, entity: Entity, qid: str, score: float, status: str) -> None:
        link = ox.NamedNode(self.minter.link(self.article.id, entity.key, qid or "nil"))
        self.public.add(node, "st:hasLink", link)
        self.public.add(link, "rdf:type", term("st:EntityLink"))
        self.public.add(link, "st:linkStatus", term(f"st:{status}"))
        self.public.add(link, "itsrdf:taConfidence", _decimal(score))
        self.public.add(link, "prov:wasGeneratedBy", self.run_node)
        if qid:
            self.public.add(link, "st:candidate", term(f"wd:{qid}"))

    def entity_node(self, entity: Entity) -> ox.NamedNode:
        return ox.NamedNode(self.minter.entity(entity.key))

    def run_facts(self) -> None:
        pipeline = ox.NamedNode(f"{self.minter.base}id/software/stancekb-{self.run.version}")
        self.runs.add(self.run_node, "rdf:type", term("st:ExtractionRun"))
        self.runs.add(self.run_node, "prov:wasAssociatedWith", pipeline)
        self.runs.add(self.run_node, "rdfs:comment", ox.Literal(f"{self.run.language_model}, {self.run.size}"))
        self.runs.add(pipeline, "rdf:type", term("prov:SoftwareAgent"))
        self.runs.add(pipeline, "schema:name", ox.Literal("stancekb"))
        self.runs.add(pipeline, "schema:softwareVersion", ox.Literal(self.run.version))
        self.runs.add(self.calibration, "rdf:type", term("prov:Entity"))
        note = "not calibrated: a product of the weights of the rules that read the sentence"
        self.runs.add(self.calibration, "rdfs:comment", ox.Literal(note, language="en"))

    # --- the article

    def article_facts(self) -> None:
        article, node, add = self.article, self.article_node, self.public.add
        add(node, "rdf:type", term("schema:NewsArticle"))
        add(node, "st:textSha256", ox.Literal(self.text_hash))
        add(node, "schema:inLanguage", ox.Literal(article.language))
        add(node, "schema:headline", ox.Literal(article.title or article.id, language=article.language or "en"))
        if article.url:
            add(node, "schema:url", ox.Literal(article.url, datatype=term("xsd:anyURI")))
        if article.date:
            add(node, "schema:datePublished", _dated(article.date))
        add(node, "schema:publisher", self.publisher())
        add(node, "schema:author", self.agent(self.extraction.author, self.public))
        original = self.extraction.original_publisher
        if original is not None and original != self.extraction.publisher:
            first = ox.NamedNode(self.minter.original(article.id))
            add(node, "st:republicationOf", first)
            add(first, "rdf:type", term("schema:NewsArticle"))
            add(first, "schema:publisher", self.entity_node(original))
        self.restricted.add(node, "st:text", ox.Literal(article.text))

    def publisher(self) -> ox.NamedNode:
        entity = self.extraction.publisher or self.extraction.original_publisher
        if entity is not None:
            return self.entity_node(entity)
        unknown = Entity("unknown-outlet", "unknown outlet", EntityType.MEDIA)
        self.entities.add(self.entity_node(unknown), "rdf:type", term("schema:NewsMediaOrganization"))
        self.entities.add(self.entity_node(unknown), "rdfs:label", ox.Literal(unknown.name, language="en"))
        return self.entity_node(unknown)

    def origin(self) -> ox.NamedNode:
        original = self.extraction.original_publisher
        return self.entity_node(original) if original is not None else self.publisher()

    def agent(self, agent: Agent, graph: _Graph) -> ox.NamedNode:
        """The node of a holder or voice. An unnamed source belongs to its article and is nobody else's."""
        if agent.entity is not None:
            return self.entity_node(agent.entity)
        node = ox.NamedNode(self.minter.source(self.article.id, agent.name))
        graph.add(node, "rdf:type", term("st:UnnamedSource"))
        described = "the author of the article" if agent.kind is AgentKind.AUTHOR else agent.name
        graph.add(node, "st:describedAs", ox.Literal(described, language="en"))
        if agent.affiliation is not None:
            graph.add(node, "st:presumedAffiliation", self.entity_node(agent.affiliation))
        return node

    # --- spans

    def in_comment(self, span: Span) -> bool:
        return any(span.overlaps(comment) for comment in self._comments)

    def mention(self, span: Span, graph: _Graph) -> ox.NamedNode:
        """A span with its position and its words; cut where it is longer than quotes may be."""
        text = self.article.text
        exact = text[span.start : min(span.end, span.start + self.settings.quote_limit)]
        end = span.start + len(exact)
        node = ox.NamedNode(self.minter.mention(self.article.id, Span(span.start, end)))
        position, quote = ox.NamedNode(node.value + ".position"), ox.NamedNode(node.value + ".quote")
        graph.add(node, "rdf:type", term("st:Mention"))
        graph.add(node, "oa:hasSource", self.article_node)
        graph.add(node, "oa:hasSelector", position, quote)
        graph.add(position, "rdf:type", term("oa:TextPositionSelector"))
        graph.add(position, "oa:start", ox.Literal(str(span.start), datatype=_INTEGER))
        graph.add(position, "oa:end", ox.Literal(str(end), datatype=_INTEGER))
        graph.add(quote, "rdf:type", term("oa:TextQuoteSelector"))
        graph.add(quote, "oa:exact", ox.Literal(exact))
        graph.add(quote, "oa:prefix", ox.Literal(text[max(0, span.start - _CONTEXT) : span.start]))
        graph.add(quote, "oa:suffix", ox.Literal(text[end : end + _CONTEXT]))
        return node

    def entity_mention(self, mention: Mention) -> None:
        graph = self.restricted if self.in_comment(mention.span) else self.public
        graph.add(self.mention(mention.span, graph), "st:refersTo", self.entity_node(mention.entity))

    # --- stances

    def stance(self, stance: Stance) -> None:
        commented = bool(stance.chain) and stance.chain[0].agent.kind is AgentKind.COMMENT
        graph = self.restricted if commented else self.public
        add = graph.add
        holder = self.agent(stance.holder, graph)
        target = self.target(stance.target, graph)
        node = self.stance_node(stance, holder, target)
        links = self.chain(stance, commented, node, graph)
        voice = self.agent(links[0].agent, graph)
        utterance = ox.NamedNode(self.minter.utterance(stance.evidence.of(self.article.text), links[0].agent.name))
        add(node, "rdf:type", term("st:Stance"))
        add(node, "st:holder", holder)
        add(node, "st:target", target)
        add(node, "st:polarity", term(f"st:{camel(stance.polarity.value)}"))
        add(node, "st:polarityValue", ox.Literal(_VALUE[stance.polarity.value], datatype=_DECIMAL))
        add(node, "st:kind", term(f"st:{camel(stance.kind.value)}"))
        add(node, "st:certainty", term(f"st:{camel(stance.certainty.value)}"))
        add(node, "st:negated", _boolean(stance.negated))
        add(node, "st:conditional", _boolean(stance.conditional))
        add(node, "st:evidence", self.mention(stance.evidence, graph))
        if stance.cue is not None:
            add(node, "st:cue", self.mention(stance.cue, graph))
        add(node, "st:utterance", utterance)
        add(utterance, "rdf:type", term("st:Utterance"))
        add(utterance, "schema:spokenByCharacter", voice)
        add(node, "st:voicedVia", ox.NamedNode(self.minter.attribution(node.value, 0)))
        add(node, "st:voice", voice)
        add(node, "st:reportedIn", self.article_node)
        add(node, "st:originPublisher", self.origin())
        add(node, "st:nestingDepth", ox.Literal(str(len(links) - 1), datatype=_INTEGER))
        unnamed = any(v.agent.kind in (AgentKind.UNNAMED, AgentKind.COMMENT) for v in links)
        add(node, "st:viaUnnamed", _boolean(unnamed))
        if stance.date:
            add(node, "st:statedOn", _dated(stance.date))
        add(node, "st:sortDate", ox.Literal(_first_day(stance.date or self.article.date), datatype=term("xsd:date")))
        add(node, "st:dateBasis", term(f"st:{_BASIS[stance.date_basis]}"))
        add(node, "st:confidence", _decimal(stance.confidence))
        add(node, "st:calibratedOn", self.calibration)
        add(node, "st:status", term("st:Extracted"))
        add(node, "st:audience", term("st:RestrictedData" if commented else "st:PublicData"))
        add(node, "prov:wasGeneratedBy", self.run_node)

    def stance_node(self, stance: Stance, holder: ox.NamedNode, target: ox.NamedNode) -> ox.NamedNode:
        iri = self.minter.stance(self.text_hash, stance.evidence, holder.value, target.value)
        if iri in self._stances:  # the same span, holder and target twice: they differ in what says so
            more = (stance.polarity.value, stance.cue or "", *(v.agent.name for v in stance.chain))
            iri = self.minter.stance(self.text_hash, stance.evidence, holder.value, target.value, *more)
        self._stances.add(iri)
        return ox.NamedNode(iri)

    def target(self, target: Target, graph: _Graph) -> ox.NamedNode:
        if target.entity is not None:
            return self.entity_node(target.entity)
        about = [entity.key for entity in target.about]
        node = ox.NamedNode(self.minter.proposition(target.name, about, self.article.id))
        if graph is self.public and self.minter.is_shared(target.name, about):
            graph = self.entities
        graph.add(node, "rdf:type", term("st:Proposition"))
        graph.add(node, "skos:prefLabel", ox.Literal(target.name, language="en"))
        graph.add(node, "schema:about", *(self.entity_node(entity) for entity in target.about))
        return node

    def chain(self, stance: Stance, commented: bool, node: ox.NamedNode, graph: _Graph) -> list[Voice]:
        """Write the links, innermost first, out to the author (or the commenter); returns them in that order."""
        links = list(reversed(stance.chain))
        if not commented:
            links = [v for v in links if v.agent.entity is None or v.agent.entity != self.extraction.author.entity]
            links.append(Voice(self.extraction.author, SpeechMode.AUTHOR_VOICE))
        for position, voice in enumerate(links):
            link = ox.NamedNode(self.minter.attribution(node.value, position))
            graph.add(link, "rdf:type", term("st:Attribution"))
            graph.add(link, "prov:agent", self.agent(voice.agent, graph))
            graph.add(link, "st:speechMode", term(f"st:{camel(voice.mode.value)}"))
            graph.add(link, "st:inferredLink", _boolean(voice.inferred))
            if voice.cue is not None:
                graph.add(link, "st:cue", self.mention(voice.cue, graph))
            if position + 1 < len(links):
                graph.add(link, "st:relayedBy", ox.NamedNode(self.minter.attribution(node.value, position + 1)))
        return links


def _decimal(value: float) -> ox.Literal:
    return ox.Literal(f"{value:.4f}", datatype=_DECIMAL)


def _boolean(value: bool) -> ox.Literal:
    return ox.Literal("true" if value else "false", datatype=_BOOLEAN)


def _dated(iso: str) -> ox.Literal:
    """The date with the datatype of its precision: xsd:gYear, xsd:gYearMonth or xsd:date."""
    kinds = {4: "xsd:gYear", 7: "xsd:gYearMonth"}
    if len(iso) == 10 and not _is_day(iso):
        iso = iso[:7]  # "30 February" is a slip of the text; its month still holds
    return ox.Literal(iso, datatype=term(kinds.get(len(iso), "xsd:date")))


def _first_day(iso: str) -> str:
    if not iso:
        return _NO_DATE
    if len(iso) == 10 and not _is_day(iso):
        iso = iso[:7]
    return iso + "-01-01"[len(iso) - 4 :] if len(iso) < 10 else iso


def _is_day(iso: str) -> bool:
    try:
        date.fromisoformat(iso)
    except ValueError:
        return False
    return True
